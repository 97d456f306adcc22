"""The search for drafts from levers to document and page; the model is stood in for, then not."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from invented_worlds import few, invented
from jsonschema import Draft202012Validator
from test_levers import SMALL

from tightrope.case import Case, Option, load_case, without
from tightrope.case.levers import Levers
from tightrope.cli.better import draft_texts
from tightrope.cli.output import plain
from tightrope.cli.schemas import schema_of
from tightrope.explore import judge
from tightrope.explore.checkpoint import FILE
from tightrope.explore.design import FRESH, Effort, design
from tightrope.guarantee.assess import Result
from tightrope.report.added import add_pages
from tightrope.report.drafts import drafts_page
from tightrope.report.drafts_front import frontier_figure
from tightrope.treaty import InputError, Instrument, Obligation, load_instrument

CASE = few()
CASE = CASE.model_copy(
    update={"options": tuple(CASE.option(o) for o in ("no-agreement", "us-treaty", "us-executive"))}
)
LEVERS = Levers.model_validate(SMALL)
EFFORT = Effort(draws=8, seeds=1, budget=36, population=8)
DRAWS = 8


class StandIn:
    """Solves options by a rule of thumb: binding words deter and put off, relief buys consent.

    luck   how much of the settled chance hangs on the worlds' seed and the draft's name
    """

    def __init__(self, luck: float = 0.0) -> None:
        self.luck = luck
        self.calls: list[tuple[int, list[str]]] = []

    def __call__(
        self,
        case: Case,
        options: Sequence[Option],
        draws: int,
        seed: int,
        progress: Any = None,
        keep: Path | None = None,
    ) -> list[Result]:
        self.calls.append((seed, [option.id for option in options]))
        whole = case.model_copy(update={"options": tuple(options)})
        found = []
        for number, option in enumerate(options, 1):
            one = invented(whole, {option.id: self.outcomes(option, seed)}, draws)
            found.append(one.results[0])
            if progress:
                progress(option.id, number, len(options))
        return found

    def outcomes(self, option: Option, seed: int) -> dict[str, np.ndarray]:
        """What the rule of thumb says of an option."""
        firm = firmness(load_instrument(option.instrument))
        chance = np.random.default_rng([seed, *option.id.encode()])
        relief = option.settlement.relief
        settled = 0.6 - 0.4 * firm + 0.3 * relief + self.luck * chance.uniform(-1, 1)
        accept = np.tile([settled, 0.5, 0.9 - 0.5 * firm, 0.5], (DRAWS, 1))
        held = 0.3 + 0.6 * firm - 0.2 * relief
        named = {"settled": settled, "held": held, "durable": settled * held, "clash_in_force": 0.1}
        return {k: np.full(DRAWS, v) for k, v in named.items()} | {"accept": accept}


def firmness(text: Instrument) -> float:
    """How firm the firmest duty by force is, in [0, 1]."""
    duties = [c for c in text.clauses if isinstance(c, Obligation) and "air" in c.measures]
    word = {"shall": 1.0, "may": 0.3}
    late = {None: 0.0, 5.0: 0.2, 10.0: 0.1}
    return max((word[d.modality] * 0.8 + late[d.within_days] for d in duties), default=0.0)


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> StandIn:
    """The rule of thumb in the place of the model, and no record."""
    one = StandIn()
    monkeypatch.setattr(judge, "solve_options", one)
    monkeypatch.setattr(judge, "log_likelihoods", lambda case, draws, *_: np.zeros((draws, 0)))
    return one


def run(**more: Any) -> tuple[dict[str, Any], Any, Any]:
    """One search with the small levers."""
    answer, space, points = design(CASE, LEVERS, EFFORT, **more)
    return plain(answer), space, points


def test_the_front_is_that_of_the_grid(stand_in: StandIn) -> None:
    """On a grid that is judged whole, the front is what no allowed draft beats."""
    answer, _, points = run()
    assert answer["searches"][0]["method"] == "exhaustive"
    assert answer["grid"] == 36 and answer["evaluations"] == 28  # eight are excluded
    kept = {row["id"]: row["told"] for row in answer["front"] if row["kept"]}
    for row in kept.values():
        for other in kept.values():
            assert not (other["settled"] > row["settled"] and other["held"] > row["held"])
    assert answer["knee"] in kept and set(points) == {row["id"] for row in answer["front"]}
    best = max(answer["front"], key=lambda row: row["told"]["held"])
    assert best["levers"] == {"deadline": "5", "relief": "0"} and best["recommended"]


def test_generations_are_batches_and_fresh_worlds_are_fresh(stand_in: StandIn) -> None:
    """Drafts are solved many at once, the front and the existing options in other worlds."""
    run()
    seeds = [seed for seed, _ in stand_in.calls]
    assert set(seeds) == {0, FRESH}
    batches = [len(names) for seed, names in stand_in.calls if seed == 0]
    assert batches == [8, 8, 8, 4]
    fresh = [set(names) for seed, names in stand_in.calls if seed == FRESH]
    assert {"us-treaty", "no-agreement", "us-executive"} in fresh and len(fresh) == 3


def test_changes_are_told_for_whom_they_help(stand_in: StandIn) -> None:
    """Each change of a recommended draft has its effect: the draft less the draft without it."""
    answer, _, _ = run()
    firm = max(answer["front"], key=lambda row: row["told"]["held"])
    effects = {one["lever"]: one["effect"] for one in firm["effects"]}
    assert effects["deadline"]["held"] == pytest.approx(0.6 * 0.2)
    assert effects["relief"]["accept_challenger"] == pytest.approx(-0.15)
    assert effects["relief"]["accept_lead"] == pytest.approx(0.0)
    assert firm["nearest"] == "us-treaty" and firm["lint"]
    moved = {(m["lever"], m["choice"]) for m in answer["moves"]}
    assert {lever for lever, _ in moved} == {"wording", "deadline", "relief"}


def test_luck_is_not_merit(stand_in: StandIn) -> None:
    """A draft that is beaten in fresh worlds is named, and not among those kept."""
    stand_in.luck = 0.2
    answer, _, _ = run()
    kept = [row for row in answer["front"] if row["kept"]]
    assert answer["lucky"]
    assert not {row["id"] for row in kept} & set(answer["lucky"])
    assert any(row["objectives"] != row["searched"] for row in kept)


def test_drafts_that_fresh_worlds_cannot_judge_are_refused(
    stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no draft has a number in the fresh worlds there is no front and no knee: in words."""
    known = stand_in.outcomes

    def outcomes(option: Option, seed: int) -> dict[str, np.ndarray]:
        found = known(option, seed)
        return {k: v * np.nan for k, v in found.items()} if seed == FRESH else found

    monkeypatch.setattr(stand_in, "outcomes", outcomes)
    with pytest.raises(InputError, match="judged again in fresh worlds") as caught:
        run()
    assert caught.value.code == "TW214" and caught.value.remedy


@pytest.mark.parametrize("budget", [12, 36])
def test_an_interrupted_search_goes_on(stand_in: StandIn, tmp_path: Path, budget: int) -> None:
    """A search stopped after a generation ends with the front of one that was not."""
    effort = Effort(draws=8, seeds=1, budget=budget, population=6)
    straight, _, _ = design(CASE, LEVERS, effort, folder=tmp_path / "whole")
    solve, count = stand_in.__call__, [0]

    def stops(*args: Any, **more: Any) -> list[Result]:
        count[0] += 1
        if count[0] == 2:
            raise KeyboardInterrupt
        return solve(*args, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judge, "solve_options", stops)
        with pytest.raises(KeyboardInterrupt):
            design(CASE, LEVERS, effort, folder=tmp_path / "stopped")
    kept = json.loads((tmp_path / "stopped" / FILE).read_text(encoding="utf-8"))
    assert 0 < len(kept["judged"]) < straight["evaluations"]
    stand_in.calls.clear()
    resumed, _, _ = design(CASE, LEVERS, effort, folder=tmp_path / "stopped")
    assert resumed["remembered"] == len(kept["judged"])
    again = {name for seed, names in stand_in.calls if seed == 0 for name in names}
    assert len(again) == straight["evaluations"] - len(kept["judged"])
    assert {**resumed, "remembered": 0} == straight


def test_document_page_and_files(stand_in: StandIn, tmp_path: Path) -> None:
    """The document obeys its schema; the page tells the finding, the knee and every draft kept."""
    pytest.importorskip("vl_convert")
    answer, space, points = run()
    for row in answer["front"]:
        row["file"] = row["option_file"] = None
    head = {"schema_version": "1", "tightrope_version": "x", "command": "design"}
    Draft202012Validator(schema_of("design")).validate({**head, **answer})
    chapter = drafts_page(answer)
    (tmp_path / "out").mkdir()
    add_pages(tmp_path / "out", "A case", [chapter], "draws 8")
    text = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    for row in answer["front"]:
        assert row["id"] in text
    assert "· the knee" in text and "no-agreement" not in chapter.figures[0].table
    durable = max(row["told"]["durable"] for row in answer["front"] if row["kept"])
    assert f"The most durable draft ({100 * durable:.1f}\u00a0%)" in chapter.figures[0].title
    largest = max(answer["moves"], key=lambda move: abs(move["effect"]["held"]))
    assert f"what deters moves most with {largest['theme']}" in chapter.figures[1].title
    assert (tmp_path / "out" / "data" / "levers.csv").is_file()
    for name, point in points.items():
        draft, _ = draft_texts(space, point)
        (tmp_path / f"{name}.yaml").write_text(draft, encoding="utf-8")
        assert load_instrument(tmp_path / f"{name}.yaml").id == name


def test_names_in_the_front_do_not_overlap(stand_in: StandIn) -> None:
    """Where several lines end at one place only the longest is named; apart, each is."""
    answer, _, _ = run()
    ends = [0.0, 0.001, 0.002, 0.4]
    themes = [f"theme {k}" for k in range(len(ends))]
    knee = next(row for row in answer["front"] if row["id"] == answer["knee"])
    answer["moves"] = [
        {
            "theme": theme,
            "title": theme,
            "effect": {"settled": 0.0, "held": size},
            "told": {"settled": knee["told"]["settled"], "held": knee["told"]["held"] + size},
        }
        for theme, size in zip(themes, ends, strict=True)
    ]
    chart = frontier_figure(answer).chart.to_dict()
    layer = next(one for one in chart["layer"] if one["mark"].get("type") == "text")
    named = {row["theme"] for row in chart["datasets"][layer["data"]["name"]]}
    assert named == {"theme 2", "theme 3"}


@pytest.mark.soak
def test_with_the_model(tmp_path: Path) -> None:
    """With the model itself, firmer words deter more and the search ends the same a second time."""
    case = load_case("ukraine")
    for guarantor in case.guarantor_ids:
        if guarantor not in ("US", "FR"):
            case = without(case, guarantor)

    def words(name: str, value: str) -> dict[str, Any]:
        change = {"op": "set", "clause": "assess", "field": "modality", "value": value}
        return {"id": name, "title": name, "changes": [change]}

    levers = Levers.model_validate(
        {
            "base": "french-formula-2022",
            "existing": ["french-formula-2022"],
            "objectives": SMALL["objectives"],
            "levers": [
                {
                    "id": "modality", "about": "words", "theme": "vagueness",
                    "choices": [words("will", "will"), words("shall", "shall")],
                },
                {
                    "id": "relief", "about": "terms", "theme": "terms",
                    "range": {"field": "relief", "low": 0.0, "high": 0.8, "step": 0.8},
                },
            ],
        }
    )  # fmt: skip
    effort = Effort(draws=8, seeds=1, budget=9, population=4)
    first, _, _ = design(case, levers, effort, folder=tmp_path)
    again, _, _ = design(case, levers, effort, folder=tmp_path)
    assert again["remembered"] == 9 and {**again, "remembered": 0} == first
    assert first["evaluations"] == 9 and first["not_converged"] == 0
