"""Every clause of every instrument does something, or is listed with the reason it does not."""

from __future__ import annotations

import numpy as np
import pytest
from central import Central

from tightrope.case import load_case
from tightrope.treaty import Instrument, load_instrument

CONSULT = "asks for consultation only, which a state that abstains is counted as having met"
RESTRAINED = "restrains a party; the model puts no price on breaking a restraint as such"
TWIN = "another clause of the same text says as much, so either alone has the effect"
OUTBID = "another duty of the same states promises more at the same levels"
OVER = "the text itself ended it before the day the case describes"
BEYOND = "it ends with the horizon or later, and nothing is modelled beyond the horizon"
SILENT = "says what the model takes to hold where a text is silent"
CHECKED = "each state attributes for itself, so a mission without a deadline adds nothing"
OWN = "is held by the protected state; the model reads the promises of guarantors"
NO_DUTY = "serves only a duty that is itself without effect"

TALKS = "decides on talks only, which cost nothing whoever must agree to them"
NO_AID = "raises what the state's aid achieves, and no aid of that state goes on in the case"

#: Clauses whose removal changes no outcome, and why.
WITHOUT_EFFECT: dict[tuple[str, str], str] = {
    ("budapest-1994", "nuclear-weapons-given-up"): RESTRAINED,
    ("budapest-1994", "borders"): RESTRAINED,
    ("budapest-1994", "no-force"): RESTRAINED,
    ("budapest-1994", "no-coercion"): RESTRAINED,
    ("budapest-1994", "no-nuclear-use"): RESTRAINED,
    ("article5-like", "assist-by-means"): OUTBID,
    ("istanbul-2022", "neutrality"): TWIN,
    ("istanbul-2022", "no-alliance"): TWIN,
    ("istanbul-2022", "nuclear-free"): RESTRAINED,
    ("istanbul-2022", "talks"): CONSULT,
    ("istanbul-2022", "term"): BEYOND,
    ("uk-ukraine-2024", "aid-2024"): OVER,
    ("uk-ukraine-2024", "consult"): CONSULT,
    ("uk-ukraine-2024", "consultation"): NO_DUTY,
    ("budapest-1994", "consultations"): SILENT,
    ("nato-membership", "council-talks"): SILENT,
    ("bare-ceasefire", "cease"): RESTRAINED,
    ("bucharest-2008", "council-talks"): SILENT,
    ("defeat-then-eu-nato", "council-talks"): SILENT,
    ("defeat-then-eu-nato", "mutual-aid"): TWIN,
    ("neutrality-with-china", "neutrality"): TWIN,
    ("neutrality-with-china", "no-alliance"): TWIN,
    ("neutrality-with-china", "nuclear-free"): RESTRAINED,
    ("neutrality-with-china", "talks"): CONSULT,
    ("neutrality-with-china", "term"): BEYOND,
    ("tailored-scholz", "talks"): SILENT,
    ("us-ukraine-2024", "meet"): CONSULT,
    ("us-ukraine-2024", "respond"): TWIN,
    ("us-ukraine-2024", "share-at-once"): TWIN,
    ("us-ukraine-2024", "training"): NO_AID,
    ("us-ukraine-2024", "industry"): NO_AID,
    ("bilaterals-together", "joint-talks"): SILENT,
    ("germany-ukraine-2024", "aid-2024"): OVER,
    ("germany-ukraine-2024", "consult"): CONSULT,
    ("germany-ukraine-2024", "consultation"): NO_DUTY,
    ("france-ukraine-2024", "aid-2024"): OVER,
    ("france-ukraine-2024", "consult"): CONSULT,
    ("france-ukraine-2024", "consultation"): NO_DUTY,
    ("poland-ukraine-2024", "interception-procedure"): TALKS,
    ("poland-ukraine-2024", "escalation"): TWIN,
    ("poland-ukraine-2024", "consult"): CONSULT,
    ("poland-ukraine-2024", "consultation"): NO_DUTY,
    ("eu-ukraine-2024", "fund-2024"): OVER,
    ("eu-ukraine-2024", "equipment"): TWIN,
    ("eu-ukraine-2024", "financing"): TWIN,
    ("eu-ukraine-2024", "life"): SILENT,
    ("netherlands-ukraine-2024", "aid-2024"): OVER,
    ("netherlands-ukraine-2024", "consult"): CONSULT,
    ("netherlands-ukraine-2024", "consultation"): NO_DUTY,
    ("estonia-ukraine-2024", "aid-continued"): TWIN,
    ("estonia-ukraine-2024", "inform-and-consult"): CONSULT,
    ("estonia-ukraine-2024", "consultation"): NO_DUTY,
    ("own-build-up", "watch"): CHECKED,
    ("principles-and-actions", "talk"): CONSULT,
    ("nuclear-deterrent", "own-deterrent"): OWN,
    ("nuclear-deterrent", "life"): SILENT,
}
#: Instruments with few clauses, tried in the quick suite; the others are slow.
QUICK = ("no-agreement", "israel-model")

CASE = load_case("ukraine")
INSTRUMENTS = {o.id: load_instrument(o.instrument) for o in CASE.options}


@pytest.fixture(scope="module")
def central() -> Central:
    return Central(CASE)


def without(instrument: Instrument, clause: str) -> Instrument:
    """The instrument without one clause and without references to it."""
    kept = []
    for c in instrument.clauses:
        if c.id == clause:
            continue
        for field in ("triggers", "binds", "depends_on"):
            refs = getattr(c, field, None)
            if isinstance(refs, tuple) and clause in refs:
                c = c.model_copy(update={field: tuple(r for r in refs if r != clause) or refs})
        kept.append(c)
    return instrument.model_copy(update={"clauses": tuple(kept)})


def differ(a: dict, b: dict) -> float:
    """Largest difference of any outcome; infinite where one is missing and the other is not."""
    worst = 0.0
    for name in a:
        x, y = np.asarray(a[name]), np.asarray(b[name])
        if not np.array_equal(np.isnan(x), np.isnan(y)):
            return np.inf
        worst = max(worst, float(np.max(np.abs(np.nan_to_num(x) - np.nan_to_num(y)))))
    return worst


@pytest.mark.parametrize(
    "option",
    [
        pytest.param(o.id, marks=() if o.id in QUICK else pytest.mark.soak)
        for o in CASE.options
        if INSTRUMENTS[o.id].clauses
    ],
)
def test_removing_any_clause_changes_an_outcome(option: str, central: Central) -> None:
    """Removing a clause changes an outcome by more than rounding, or the clause is listed."""
    chosen, instrument = CASE.option(option), INSTRUMENTS[option]
    whole = central.outcomes(chosen, instrument)
    idle = {
        c.id
        for c in instrument.clauses
        if differ(whole, central.outcomes(chosen, without(instrument, c.id))) < 1e-9
    }
    assert idle == {c for o, c in WITHOUT_EFFECT if o == option}


def test_listed_clauses_exist() -> None:
    """Every clause listed as idle is a clause of that option's instrument, with a reason."""
    for (option, clause), reason in WITHOUT_EFFECT.items():
        assert clause in {c.id for c in INSTRUMENTS[option].clauses}
        assert len(reason) > 10
