"""Lint: where a promise leaks, by article, with reason and suggested wording."""

from __future__ import annotations

from collections.abc import Collection

from tightrope.treaty.checks import consent, cover, response, standing
from tightrope.treaty.checks.finding import SEVERITIES, Context, Finding, LintRule, Severity
from tightrope.treaty.instrument import Instrument

_RULES = (
    LintRule(
        "TW001", "error", "hostile veto",
        "The response runs through a body or a rule where the challenger or a friend of it may "
        "block it: the Budapest defect.",
        response.hostile_veto,
    ),
    LintRule(
        "TW002", "warning", "undetermined trigger",
        "Nobody is named to determine that the trigger is met.",
        response.undetermined_trigger,
    ),
    LintRule(
        "TW003", "warning", "discretionary modality",
        "The wording (`may`, `shall-as-it-deems-necessary`) lets each holder do nothing.",
        response.discretionary_modality,
    ),
    LintRule(
        "TW004", "warning", "no deadline",
        "A duty has no number of days.",
        response.no_deadline,
    ),
    LintRule(
        "TW005", "warning", "above the grey zone",
        "A trigger does not cover probes: hybrid acts, sabotage, economic coercion.",
        response.above_grey_zone,
    ),
    LintRule(
        "TW006", "warning", "unbound guarantor",
        "A guarantor holds no duty that a procedure binds.",
        response.unbound_guarantors,
    ),
    LintRule(
        "TW007", "warning", "late cover",
        "Duties begin more than a year after signature (or at no date), and nothing covers the "
        "interim.",
        cover.late_cover,
    ),
    LintRule(
        "TW008", "warning", "accession veto",
        "One member can stop the accession.",
        cover.accession_veto,
    ),
    LintRule(
        "TW009", "warning", "shorter than the threat",
        "The instrument ends before the threat does (ten years) "
        "and is not renewed automatically.",
        cover.short_duration,
    ),
    LintRule(
        "TW010", "warning", "no right to fire",
        "A presence may not return fire.",
        standing.no_right_to_fire,
    ),
    LintRule(
        "TW011", "warning", "too thin for its line",
        "A ground force has fewer than 100 personnel to the km of its line, or holds none of it.",
        standing.too_thin,
    ),
    LintRule(
        "TW012", "warning", "undated pillar",
        "Standing support has neither a day from which nor a day by which it is delivered.",
        standing.undated_pillar,
    ),
    LintRule(
        "TW013", "error", "circular conditions",
        "Conditions of entry into force wait for each other.",
        cover.circular_conditions,
    ),
    LintRule(
        "TW014", "note", "missing ratification",
        "Parties that must ratify have not.",
        consent.missing_ratification,
    ),
    LintRule(
        "TW015", "warning", "no willingness on record",
        "A state is named as guarantor without a statement that it is willing, or after refusing.",
        consent.no_willingness,
    ),
    LintRule(
        "TW016", "warning", "disclaimed clause",
        "The text says that this clause creates no right and no duty.",
        standing.disclaimed_clause,
    ),
    LintRule(
        "TW017", "note", "starts on a ceasefire",
        "Cover begins with a ceasefire: the challenger can hold it off by fighting on.",
        cover.starts_on_ceasefire,
    ),
    LintRule(
        "TW018", "note", "starts at once",
        "Cover with forces begins at once: the guarantors enter the war as it is.",
        cover.starts_at_once,
    ),
)  # fmt: skip

LINT_CODES: dict[str, LintRule] = {rule.code: rule for rule in _RULES}
"""Every rule by its code; codes are stable."""


def lint(
    instrument: Instrument, friends: Collection[str] = (), threat_years: float = 10.0
) -> list[Finding]:
    """Find where the promise of an instrument leaks, in the order of codes, then of clauses.

    friends       actors that side with the challenger (a case knows them), for TW001
    threat_years  how long the threat is expected to last, in years, for TW009
    """
    context = Context(frozenset(friends), threat_years)
    return [
        Finding(rule.code, rule.severity, leak.clause, leak.article, leak.reason, leak.suggestion)
        for rule in LINT_CODES.values()
        for leak in rule.check(instrument, context)
    ]


__all__ = ["LINT_CODES", "SEVERITIES", "Finding", "LintRule", "Severity", "lint"]
