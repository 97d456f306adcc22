"""The model: from clauses to who signs, who comes, when it breaks and what it costs."""

from tightrope.guarantee.assess import solve_options
from tightrope.guarantee.assessment import Assessment, assess
from tightrope.guarantee.compare import compare
from tightrope.guarantee.describe import compile_option
from tightrope.guarantee.explain import explain
from tightrope.guarantee.export import export_efg
from tightrope.guarantee.outcomes import EQUAL, SCALARS
from tightrope.guarantee.profile import Profile, compile_profile

__all__ = [
    "EQUAL",
    "SCALARS",
    "Assessment",
    "Profile",
    "assess",
    "compare",
    "compile_option",
    "compile_profile",
    "explain",
    "export_efg",
    "solve_options",
]
