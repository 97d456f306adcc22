"""Problems that several tests share."""

from __future__ import annotations

import pytest

from tightrope.case import load_case, without
from tightrope.explore import CaseProblem

KEPT = ("US", "GB", "PL", "CN")


@pytest.fixture(scope="session")
def small_problem() -> CaseProblem:
    """Two cheap options of the Ukraine case with four guarantors."""
    case = load_case("ukraine")
    for guarantor in case.guarantor_ids:
        if guarantor not in KEPT:
            case = without(case, guarantor)
    return CaseProblem(case, ("budapest-1994", "uk-ukraine-2024"))
