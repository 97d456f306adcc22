"""What stands behind the numbers of a report: texts, works cited and mission sums."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tightrope.case import Case, Option, mission_checks
from tightrope.case.bibtex import Entry, people, plain, read_bibliography
from tightrope.case.mission import BIBLIOGRAPHY, SUMS
from tightrope.treaty import LINT_CODES, Finding, InputError, Instrument, lint, load_instrument

if TYPE_CHECKING:
    from tightrope.report.results import Text


def text_of(case: Case, option: Option) -> Text:
    """What an option says: promise, terms, leaks, commitments, and its days of entry."""
    from tightrope.guarantee import compile_option
    from tightrope.report.results import Text

    instrument = load_instrument(option.instrument)
    life = instrument.life
    promised = bool(instrument.parties)
    entry = life.entry.expected_years
    if entry is None:
        entry = _central(case, "entry.years")
    accession = None
    if life.accession is not None:
        accession = life.accession.expected_years
        if accession is None:
            accession = _central(case, "accession.years")
    return Text(
        promise=" ".join((instrument.promise or "").split()),
        form=instrument.form,
        terms=option.settlement.model_dump(mode="json"),
        findings=[_finding_row(case, f) for f in lint(instrument, case.friends_of_challenger)],
        profile=compile_option(case, option.id) if promised else {},
        entry=entry,
        accession=accession,
        aside=" ".join(instrument.notes.split()) or "For comparison." if option.comparator else "",
    )


def _finding_row(case: Case, finding: Finding) -> dict[str, Any]:
    """A lint finding as a report shows it: its rule by a short name, states by their names."""
    return {
        "code": finding.code,
        "name": LINT_CODES[finding.code].name,
        "severity": finding.severity,
        "clause": finding.clause,
        "article": finding.article,
        "reason": _with_names(case, finding.reason),
        "suggestion": finding.suggestion,
    }


def _with_names(case: Case, reason: str) -> str:
    """A reason with the names of states in place of their ids."""
    from tightrope.report.words import with_article

    names = case.names
    ids = "|".join(map(re.escape, names))
    return re.sub(rf"\b(?:{ids})\b", lambda found: with_article(names[found[0]]), reason)


def _central(case: Case, name: str) -> float | None:
    try:
        return case.parameter(name).value
    except InputError:
        return None


def works_of(case: Case) -> dict[str, str]:
    """Each work behind a case and behind the sums of missions in one line, by its key."""
    files = (BIBLIOGRAPHY, Path(case.folder) / case.bibliography)
    return {entry.key: _line(entry) for file in files for entry in read_bibliography(file)}


def _line(entry: Entry) -> str:
    """Author (year): title. Where it appeared."""
    fields = {name: _shown(value) for name, value in entry.fields.items()}
    named = entry.fields.get("author") or entry.fields.get("editor") or ""
    author = "; ".join(people(named)) or fields.get("institution", "")
    head = f"{author} ({fields.get('year', 'no year')})".strip()
    where = [
        fields[name]
        for name in ("journal", "booktitle", "publisher", "howpublished", "institution")
        if fields.get(name) and fields[name] != author
    ]
    parts = [f"{head}: {fields.get('title', '')}", *where[:1], fields.get("note", "")]
    return ". ".join(part.rstrip(".") for part in parts if part) + "."


def _shown(value: str) -> str:
    """A field as it is read, without addresses, which a line of print has no room for."""
    return plain(re.sub(r"https?://\S+", "", value))


def sizing_rows(case: Case, chosen: list[str]) -> list[dict[str, str]]:
    """What each presence of the options provides against what its mission needs."""
    rows = []
    for name in chosen:
        option = case.option(name)
        instrument: Instrument = load_instrument(option.instrument)
        for check in mission_checks(instrument, case.line_km):
            need = check.needed
            share = "–" if check.share is None else f"{100 * check.share:.0f} %"
            given = "not said" if check.provided is None else f"{check.provided:g}"
            rows.append(
                {
                    "option": name,
                    "task": check.mission,
                    "provides": f"{given} {check.unit}",
                    "needs": f"{need.central} [{need.low}–{need.high}]",
                    "share of the central need": share,
                }
            )
    return rows


def sum_rows() -> list[dict[str, str]]:
    """How each mission's need is worked out: its sum, then each factor with range and source."""
    rows = []
    for task, total in SUMS.items():
        for name, one in total.factors.items():
            rows.append(
                {
                    "task": task,
                    "need": f"{total.formula} ({total.source})",
                    "factor": name.replace("_", " "),
                    "low, central, high need": f"{one.low:g}, {one.central:g}, {one.high:g}",
                    "unit": one.unit,
                    "source": ". ".join(part for part in (one.source, one.note) if part),
                }
            )
    return rows
