"""Who is involved: actors, parameters with range and source, options and record of a case."""

from tightrope.case.ids import COMMON, PER_GUARANTOR, required
from tightrope.case.load import case_ids, load_case
from tightrope.case.models import (
    Actor,
    Backer,
    Case,
    Election,
    Option,
    Ratification,
    Record,
    Settlement,
)
from tightrope.case.parameter import Citation, Parameter

__all__ = [
    "COMMON",
    "PER_GUARANTOR",
    "Actor",
    "Backer",
    "Case",
    "Citation",
    "Election",
    "Option",
    "Parameter",
    "Ratification",
    "Record",
    "Settlement",
    "case_ids",
    "load_case",
    "required",
]
