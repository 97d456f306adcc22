"""Codes of the input errors that only a case can have; the others are those of treaties."""

from __future__ import annotations

CASE_CODES: dict[str, str] = {
    "TW151": "a case that is not known",
    "TW152": "a parameter or another id given twice",
    "TW153": "a parameter, option or actor that the case does not have",
    "TW154": "a parameter that the model needs and the case does not give",
    "TW155": "a range that cannot be: low above high, the centre outside, or a bound crossed",
    "TW156": "a source that is neither 'key, locator' nor a judgement, or does not fit its kind",
    "TW157": "an actor that is not in the case, or in a role that cannot be",
    "TW158": "a table of parameters without the right columns or rows",
    "TW159": "a change of a parameter that cannot be read",
    "TW160": "a bibliography that cannot be read or does not match the case",
    "TW161": "an instrument that an option names and that cannot be found",
    "TW169": "correlations of parameters that cannot be",
}
"""Every code an input error of this room can carry, with its meaning; stable once published."""

CLAIM_CODES: dict[str, str] = {
    "TW162": "a claim that names an option, set, actor, claim or term that is not there",
    "TW163": "a claim that is not whole, or a quantifier's 'each' outside of one",
    "TW164": "a check of a claim that no share can pass",
    "TW165": "an outcome of a claim that the model does not have, or without its actor",
}
"""Every code an input error of a claims file can carry, with its meaning; stable once published."""

LEVER_CODES: dict[str, str] = {
    "TW211": "a lever, choice, base or term that is not there, or an id used twice",
    "TW212": "a lever without a position: an empty range, steps that do not reach its end, or "
    "neither choices nor a range",
    "TW213": "a choice that does not fit the base, or exclusions that leave no draft",
    "TW214": "an objective that the model does not have",
    "TW215": "a search of other inputs, or one that cannot be read",
}
"""Every code an input error of a levers file or a search can carry; stable once published."""
