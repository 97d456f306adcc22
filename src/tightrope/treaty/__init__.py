"""What is promised: instruments as code, the library, drafts, lint."""

from tightrope.treaty.checks import LINT_CODES, SEVERITIES, Finding, LintRule, lint
from tightrope.treaty.clauses import (
    Clause,
    Economic,
    LifeClause,
    Obligation,
    Pillar,
    Presence,
    Procedure,
    Restraint,
    Trigger,
    Verification,
)
from tightrope.treaty.draft import Change, Draft, apply_changes, changes_between
from tightrope.treaty.errors import INPUT_CODES, InputError, InputErrors, Where, did_you_mean
from tightrope.treaty.instrument import Dates, Instrument, Party, strip_duties
from tightrope.treaty.library import (
    draft_json_schema,
    dump_draft,
    dump_instrument,
    instrument_json_schema,
    library_ids,
    library_text,
    load_instrument,
    loads_instrument,
)
from tightrope.treaty.life import Accession, Entry, Life
from tightrope.treaty.reading import validate
from tightrope.treaty.vocabulary import LEVELS, MEASURES
from tightrope.treaty.yamltext import Located, read_file, read_text

__all__ = [
    "INPUT_CODES",
    "LEVELS",
    "LINT_CODES",
    "MEASURES",
    "SEVERITIES",
    "Accession",
    "Change",
    "Clause",
    "Dates",
    "Draft",
    "Economic",
    "Entry",
    "Finding",
    "InputError",
    "InputErrors",
    "Instrument",
    "Life",
    "LifeClause",
    "LintRule",
    "Located",
    "Obligation",
    "Party",
    "Pillar",
    "Presence",
    "Procedure",
    "Restraint",
    "Trigger",
    "Verification",
    "Where",
    "apply_changes",
    "changes_between",
    "did_you_mean",
    "draft_json_schema",
    "dump_draft",
    "dump_instrument",
    "instrument_json_schema",
    "library_ids",
    "library_text",
    "lint",
    "load_instrument",
    "loads_instrument",
    "read_file",
    "read_text",
    "strip_duties",
    "validate",
]
