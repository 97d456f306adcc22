"""Who is involved: actors, parameters with range and source, options and record of a case."""

from tightrope.case.change import override, without
from tightrope.case.codes import CASE_CODES
from tightrope.case.ids import COMMON, PER_GUARANTOR, required
from tightrope.case.load import case_ids, instrument_of, load_case
from tightrope.case.mission import (
    MissionCheck,
    Need,
    aircraft_needed,
    brigades_needed,
    mission_checks,
    ships_needed,
)
from tightrope.case.models import (
    Actor,
    Backer,
    Case,
    Correlation,
    Election,
    Option,
    Ratification,
    Record,
    Settlement,
    Willingness,
)
from tightrope.case.new import new_case, new_option
from tightrope.case.page import parameters_page
from tightrope.case.parameter import Citation, Parameter
from tightrope.case.parties import party_problems
from tightrope.case.schema import (
    case_json_schema,
    option_json_schema,
    options_json_schema,
    parameters_json_schema,
)
from tightrope.case.sources import SourceProblem, check_sources, kind_shares
from tightrope.case.table import parameters_to_csv, read_parameter_csv

__all__ = [
    "CASE_CODES",
    "COMMON",
    "PER_GUARANTOR",
    "Actor",
    "Backer",
    "Case",
    "Citation",
    "Correlation",
    "Election",
    "MissionCheck",
    "Need",
    "Option",
    "Parameter",
    "Ratification",
    "Record",
    "Settlement",
    "SourceProblem",
    "Willingness",
    "aircraft_needed",
    "brigades_needed",
    "case_ids",
    "case_json_schema",
    "check_sources",
    "instrument_of",
    "kind_shares",
    "load_case",
    "mission_checks",
    "new_case",
    "new_option",
    "option_json_schema",
    "options_json_schema",
    "override",
    "parameters_json_schema",
    "parameters_page",
    "parameters_to_csv",
    "party_problems",
    "read_parameter_csv",
    "required",
    "ships_needed",
    "without",
]
