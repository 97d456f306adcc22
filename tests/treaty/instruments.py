"""Hypothesis strategies that write any valid instrument as plain values."""

from __future__ import annotations

from typing import Any, get_args

from hypothesis import strategies as st

from tightrope.treaty import vocabulary as words

PARTIES = {"UA": "protege", "RU": "challenger", "US": "guarantor", "GB": "guarantor"}

texts = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t"),
    min_size=1,
    max_size=30,
).filter(lambda text: text.strip() != "")
actors = st.sampled_from(sorted(PARTIES))
some_actors = st.lists(actors, min_size=1, max_size=3, unique=True)
holders = st.one_of(st.just("all-guarantors"), some_actors)
amounts = st.one_of(
    st.none(), st.integers(0, 10**6), st.floats(0, 1e6, allow_nan=False, allow_infinity=False)
)
shares = st.floats(0, 1, allow_nan=False)
counts = st.one_of(st.none(), st.integers(0, 10**7))
dates = st.one_of(st.none(), st.just("expected"), st.dates().map(str))
deliveries = st.one_of(dates, st.just("on-ceasefire"))


def word(kind: Any) -> st.SearchStrategy[str]:
    """Choose one word of a vocabulary."""
    return st.sampled_from(get_args(kind))


def several(kind: Any) -> st.SearchStrategy[list[str]]:
    """Choose some words of a vocabulary."""
    return st.lists(word(kind), min_size=1, max_size=4, unique=True)


BLOCKERS = st.lists(st.sampled_from(["RU", "US", "CN", "FR"]), max_size=2, unique=True)
ACCESSION = st.fixed_dictionaries(
    {"body": texts, "all_members_must_agree": st.booleans()},
    optional={
        "vetoes": BLOCKERS, "exits": several(words.Exit), "expected_years": amounts
    },
)  # fmt: skip
NAMED = st.lists(st.sampled_from(["UA", "US", "GB"]), min_size=1, max_size=3, unique=True)
"""Who may be named for entry into force whether or not the challenger's consent is sought."""
ENTRY = st.fixed_dictionaries(
    {},
    optional={
        "named": NAMED,
        "quorum": st.one_of(st.just("all"), st.integers(0, 2)),
        "expected_years": amounts,
    },
)
LIFE = {
    "consent": some_actors,
    "challenger_consent": word(words.ChallengerConsent),
    "ratification": st.dictionaries(actors, word(words.RatificationRule)),
    "entry": ENTRY,
    "starts": word(words.Starts),
    "accession": ACCESSION,
    "duration_years": st.one_of(amounts, st.just("indefinite")),
    "review_years": amounts,
    "renewal": word(words.Renewal),
    "withdrawal_notice_months": amounts,
}

REQUIRED: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "trigger": {
        "levels": several(words.Level), "area": word(words.Area),
        "threshold": word(words.Threshold),
    },
    "obligation": {
        "holders": holders, "measures": several(words.Measure), "modality": word(words.Modality),
        "specificity": word(words.Specificity),
    },
    "procedure": {"rule": word(words.Rule)},
    "pillar": {"holders": holders, "type": word(words.PillarType)},
    "presence": {
        "holders": holders, "type": word(words.PresenceType), "on_territory": st.booleans(),
        "command": word(words.Command), "may_return_fire": st.booleans(),
    },
    "restraint": {"on": some_actors, "type": word(words.RestraintType)},
    "economic": {"holders": holders, "type": word(words.EconomicType), "strength": shares},
    "verification": {
        "monitors": st.lists(texts, min_size=1, max_size=2, unique=True),
        "access": word(words.Access),
    },
}  # fmt: skip
OPTIONAL: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "trigger": {
        "provoked_counts": st.booleans(), "attribution": word(words.Attribution),
        "determined_by": st.lists(
            st.sampled_from(["each-guarantor", "US"]), max_size=2, unique=True
        ),
    },
    "obligation": {"within_days": amounts},
    "procedure": {"body": texts, "may_block": BLOCKERS, "takes_days": amounts},
    "pillar": {
        "eur_bn_per_year": amounts, "delivery_from": deliveries,
        "share_delivered": st.one_of(st.none(), st.just("expected"), shares),
    },
    "presence": {"personnel": counts, "aircraft": counts, "ships": counts, "line_km": amounts},
    "restraint": {},
    "economic": {},
    "verification": {"report_within_days": amounts},
}  # fmt: skip
COMMON = {
    "grade": word(words.Grade), "applies": word(words.Applies), "from_date": dates,
    "source": st.just("someKey2024"),
}  # fmt: skip


@st.composite
def clauses(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Write some clauses whose ids and references fit together."""
    kinds = draw(st.lists(st.sampled_from(sorted(REQUIRED)), max_size=6))
    written = [
        {
            **draw(st.fixed_dictionaries(REQUIRED[kind], optional=OPTIONAL[kind] | COMMON)),
            **draw(st.fixed_dictionaries({"article": texts, "says": texts})),
            "id": f"{kind}-{number}",
            "kind": kind,
        }
        for number, kind in enumerate(kinds)
    ]
    ids = [clause["id"] for clause in written]
    for clause in written:
        reference = {"obligation": "triggers", "procedure": "binds"}.get(clause["kind"])
        wanted = {"triggers": "trigger", "binds": "obligation"}.get(reference or "", "-")
        fitting = [one for one in ids if one.startswith(wanted)]
        if reference and fitting and draw(st.booleans()):
            clause[reference] = draw(st.lists(st.sampled_from(fitting), min_size=1, unique=True))
    terms = draw(st.lists(st.sampled_from(sorted(LIFE)), unique=True))
    for number, name in enumerate(terms):
        life = {"id": f"life-{number}", "kind": "life", "article": "Art 9", "says": "A term."}
        conditions = draw(st.lists(st.sampled_from(ids), max_size=2, unique=True)) if ids else []
        written.append({**life, name: draw(LIFE[name]), "depends_on": conditions})
    return written


@st.composite
def instruments(draw: st.DrawFn) -> dict[str, Any]:
    """Write a whole instrument as plain values."""
    parties = [
        {
            "actor": actor,
            "role": role,
            "ratified": draw(word(words.Ratified)),
            "willingness": draw(word(words.Willingness)),
        }
        for actor, role in PARTIES.items()
    ]
    return {
        "schema_version": "1",
        "id": draw(st.from_regex(r"[a-z0-9][a-z0-9-]{0,20}", fullmatch=True)),
        "title": draw(texts),
        "form": draw(word(words.Form)),
        "promise": draw(texts),
        "dates": {"signed": draw(dates)},
        "parties": parties,
        "clauses": draw(clauses()),
        "notes": draw(st.one_of(st.just(""), texts)),
    }
