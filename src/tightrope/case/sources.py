"""Check citations: each in the bibliography with a place in it, each work cited somewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tightrope.case.bibtex import Entry, read_bibliography
from tightrope.case.claims import CLAIMS_FILE, load_claims
from tightrope.case.load import case_ids, load_case
from tightrope.case.mission import BIBLIOGRAPHY, SUMS
from tightrope.case.models import Case
from tightrope.case.parameter import read_citations
from tightrope.treaty.errors import InputError
from tightrope.treaty.instrument import Instrument
from tightrope.treaty.library import library_ids, load_instrument

NEEDED_FIELDS = ("title", "year")


@dataclass(frozen=True)
class SourceProblem:
    """One fault of the sources: the key or text at fault, where it stands, and what is wrong."""

    key: str
    where: str
    what: str

    def __str__(self) -> str:
        """Render as `where: 'key' what`."""
        return f"{self.where}: '{self.key}' {self.what}"


def check_sources(case: Case) -> list[SourceProblem]:
    """Every fault in the sources of a case and of the instruments it can use.

    The instruments are those of its options, and those of the library between its challenger and
    its protégé. Found are works cited that the bibliography lacks, works in it that nothing cites,
    entries given twice or without title or year, and sources that are neither `key, locator` nor a
    judgement with its reason.
    Errors: InputError if the bibliography, an instrument or the file of claims cannot be read.
    """
    keys = [pair for instrument in _instruments(case) for pair in instrument_keys(instrument)]
    return _faults(Path(case.folder) / case.bibliography, case_sources(case), keys)


def check_mission_sources() -> list[SourceProblem]:
    """Every fault in the sources of the sums of missions, found as in `check_sources`.

    Errors: InputError if their bibliography cannot be read.
    """
    return _faults(BIBLIOGRAPHY, mission_sources(), [])


def _faults(
    bibliography: Path, sources: Iterable[tuple[str, str]], keys: Iterable[tuple[str, str]]
) -> list[SourceProblem]:
    """Faults of a bibliography, of (where, source) against it and of (where, key) against it."""
    entries = read_bibliography(bibliography)
    problems = list(_entry_problems(entries, bibliography.name))
    cited = list(keys)
    for where, source in sources:
        try:
            cited += [(where, citation.key) for citation in read_citations(source)]
        except InputError as error:
            problems.append(SourceProblem(source[:60], where, f"is no source: {error.what}"))
    known = {entry.key for entry in entries}
    problems += [
        SourceProblem(key, where, "is cited but not in the bibliography")
        for where, key in cited
        if key not in known
    ]
    used = {key for _, key in cited}
    problems += [
        SourceProblem(entry.key, f"{bibliography.name}:{entry.line}", "is cited nowhere")
        for entry in entries
        if entry.key not in used
    ]
    return problems


def case_sources(case: Case) -> Iterator[tuple[str, str]]:
    """Every source string of a case and of its claims with the place where it stands.

    Errors: InputError if the case has a file of claims that cannot be read.
    """
    yield "line_source", case.line_source
    for actor in case.actors:
        for source in actor.sources:
            yield f"actor {actor.id}", source
        if actor.ratification is not None:
            yield f"actor {actor.id}, ratification", actor.ratification.source
        for election in actor.elections:
            yield f"actor {actor.id}, election of {election.office}", election.source
        for said in actor.willingness:
            yield f"actor {actor.id}, willingness on {said.about}", said.source
    for backer in case.backers:
        yield f"backer {backer.id}", backer.source
    for entry in case.record:
        yield f"record {entry.id}", entry.source
    for parameter in case.parameters:
        yield f"parameter {parameter.id}", parameter.source
    for pair in case.correlations:
        yield f"correlation of {pair.a} and {pair.b}", pair.source
    if (Path(case.folder) / CLAIMS_FILE).is_file():
        for claim in load_claims(case).claims:
            yield f"claim {claim.id}", claim.source


def mission_sources() -> Iterator[tuple[str, str]]:
    """Every source string of the sums of missions with the place where it stands."""
    for mission, total in SUMS.items():
        yield f"sum of {mission}", total.source
        for name, factor in total.factors.items():
            yield f"sum of {mission}, {name}", factor.source


def instrument_keys(instrument: Instrument) -> Iterator[tuple[str, str]]:
    """Every key that an instrument cites with the place where it stands."""
    for key in instrument.sources:
        yield f"instrument {instrument.id}", key
    for party in instrument.parties:
        if party.willingness_source is not None:
            yield f"instrument {instrument.id}, party {party.actor}", party.willingness_source
    for clause in instrument.clauses:
        if clause.source is not None:
            yield f"instrument {instrument.id}, clause {clause.id}", clause.source


def kind_shares(case: Case) -> dict[str, float]:
    """Share of the case's parameters that are measured, estimated and judged; they sum to 1."""
    kinds = [parameter.kind for parameter in case.parameters]
    return {kind: kinds.count(kind) / len(kinds) for kind in ("measured", "estimated", "judgement")}


def _instruments(case: Case) -> Iterator[Instrument]:
    folder = Path(case.folder)
    own = [option.instrument for option in case.options if option.instrument not in library_ids()]
    sides = (case.challenger,), (case.protege,)
    for name in library_ids():
        found = load_instrument(name)
        named = any(option.instrument == name for option in case.options)
        if named or (found.in_role("challenger"), found.in_role("protege")) == sides:
            yield found
    for path in own:
        yield load_instrument(folder / path)


def _entry_problems(entries: tuple[Entry, ...], file: str) -> Iterator[SourceProblem]:
    seen: set[str] = set()
    for entry in entries:
        where = f"{file}:{entry.line}"
        if entry.key in seen:
            yield SourceProblem(entry.key, where, "is given twice")
        seen.add(entry.key)
        for field in NEEDED_FIELDS:
            if not entry.fields.get(field):
                yield SourceProblem(entry.key, where, f"has no {field}")


def main() -> int:
    """Check the sources of every case of the library and of the mission sums; 3 on a fault."""
    faults = 0
    for name in case_ids():
        try:
            case = load_case(name)
            problems = check_sources(case)
        except InputError as error:
            faults += len(error.problems())
            print(error)
            continue
        faults += len(problems)
        shares = ", ".join(f"{share:.0%} {kind}" for kind, share in kind_shares(case).items())
        print(f"{name}: {len(case.parameters)} parameters ({shares}), {len(problems)} faults")
        for problem in problems:
            print(f"  {problem}")
    missions = check_mission_sources()
    print(f"sums of missions: {len(list(mission_sources()))} sources, {len(missions)} faults")
    for problem in missions:
        print(f"  {problem}")
    return 3 if faults or missions else 0
