"""The words of the instrument: what each field of a clause may say."""

from __future__ import annotations

from typing import Literal, get_args

Level = Literal["probe", "limited", "full"]
Measure = Literal[
    "consult", "sanction", "materiel", "intelligence", "air", "maritime", "ground",
    "nuclear-umbrella",
]  # fmt: skip
Form = Literal[
    "treaty", "executive-agreement", "political-declaration", "alliance-membership",
    "unilateral-statute", "none",
]  # fmt: skip
Role = Literal["guarantor", "protege", "challenger", "observer"]
Ratified = Literal["yes", "no", "expected", "not-required"]
Willingness = Literal["stated", "refused", "none-on-record"]
Grade = Literal["treaty", "executive", "political", "statute", "disclaimed"]
Applies = Literal["always", "interim", "in-force"]
Area = Literal["recognised-borders", "controlled-territory", "named-zone"]
Threshold = Literal["any-hostile-act", "armed-attack", "large-scale-attack", "nuclear-threat"]
Attribution = Literal["mission", "each-guarantor", "none"]
Modality = Literal["shall", "shall-as-it-deems-necessary", "will", "may"]
Specificity = Literal["named-measures", "general", "open-ended"]
Rule = Literal[
    "automatic", "national-decision", "consultation", "consensus", "majority",
    "un-security-council",
]  # fmt: skip
PillarType = Literal["aid", "training", "intelligence", "joint-production", "financing"]
PresenceType = Literal["ground", "air-policing", "maritime"]
Command = Literal["coordinated", "national"]
RestraintType = Literal[
    "neutrality", "no-bases", "troop-cap", "no-alliance-bid", "no-force", "no-nuclear"
]
EconomicType = Literal[
    "sanctions-in-force", "snap-back", "oil-measures", "asset-measures", "relief", "isolation"
]
Access = Literal["full", "limited", "none"]
ChallengerConsent = Literal["required", "not-sought"]
RatificationRule = Literal["executive", "majority", "two-thirds"]
Starts = Literal["on_ceasefire", "at_once"]
Exit = Literal["admitted", "refused", "declined", "bargained-away"]
Renewal = Literal["automatic", "by-agreement", "none"]

LEVELS: tuple[Level, ...] = get_args(Level)
"""Levels of attack, lowest first: grey-zone probe, limited land grab, full invasion."""

MEASURES: tuple[Measure, ...] = get_args(Measure)
"""Measures a guarantor can promise, from consulting to the nuclear umbrella."""

DETERMINERS: tuple[str, ...] = ("each-guarantor", "un-security-council", "joint-commission")
"""Who, besides a named actor, a text may name to determine that its trigger is met."""

GRADE_OF_FORM: dict[Form, Grade] = {
    "treaty": "treaty",
    "executive-agreement": "executive",
    "political-declaration": "political",
    "alliance-membership": "treaty",
    "unilateral-statute": "statute",
    "none": "disclaimed",
}
"""The legal grade of a clause that states none, by the form of its instrument."""
