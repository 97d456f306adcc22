"""Levers span drafts that can be read, checked and judged; what cannot be is refused in words."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from invented_worlds import few

from tightrope.case import load_case
from tightrope.case.levers import Levers, Range, in_file, load_levers
from tightrope.cli.better import draft_texts
from tightrope.cli.options import find_option
from tightrope.explore.checkpoint import FILE, inputs_of, keep, recall
from tightrope.explore.difference import difference, nearest
from tightrope.explore.judge import check_objectives, taken
from tightrope.explore.search import Memory
from tightrope.explore.space import Space, neighbours
from tightrope.treaty import InputError, Instrument, dump_instrument, lint, load_instrument

CASE = few()
SMALL: dict[str, Any] = {
    "base": "us-treaty",
    "objectives": [
        {"outcome": "settled", "better": "more"},
        {"outcome": "held", "better": "more", "taken": "worst-decile"},
    ],
    "levers": [
        {
            "id": "wording",
            "about": "how bindingly",
            "theme": "vagueness",
            "choices": [
                {
                    "id": "may",
                    "title": "may",
                    "changes": [
                        {
                            "op": "set", "clause": "meet-the-danger", "field": "modality",
                            "value": "may",
                        }
                    ],
                },
                {
                    "id": "none",
                    "title": "no duty",
                    "changes": [{"op": "remove", "clause": "meet-the-danger"}],
                },
            ],
        },
        {
            "id": "deadline",
            "about": "days",
            "theme": "speed",
            "range": {
                "clause": "meet-the-danger", "field": "within_days",
                "low": 5, "high": 10, "step": 5,
            },
        },
        {
            "id": "relief",
            "about": "sanctions lifted",
            "theme": "terms",
            "range": {"field": "relief", "low": 0.0, "high": 0.5, "step": 0.25},
        },
    ],
    "exclusions": [
        {
            "because": "no duty has no deadline",
            "together": {"wording": ["none"], "deadline": ["5", "10"]},
        }
    ],
}  # fmt: skip


def written(folder: Path, change: Callable[[dict[str, Any]], None] = lambda _: None) -> Path:
    """A levers file, changed as asked."""
    block = json.loads(json.dumps(SMALL))
    change(block)
    block = json.loads(json.dumps(block))  # what is there twice is written out twice
    path = folder / "levers.yaml"
    path.write_text(yaml.safe_dump(block, sort_keys=False), encoding="utf-8")
    return path


@pytest.fixture
def space(tmp_path: Path) -> Space:
    """The drafts of the small file."""
    return Space(CASE, load_levers(CASE, written(tmp_path)))


def test_the_levers_of_the_case_stand() -> None:
    """Every choice of the shipped levers fits its base, and many combinations are consistent."""
    from tightrope.case import load_case

    case = load_case("ukraine")
    levers = load_levers(case)
    check_objectives(levers)
    grid = Space(case, levers)
    themes = {lever.theme for lever in levers.levers}
    assert themes >= {"backstop", "troops", "speed", "verification", "vagueness", "terms"}
    chance = np.random.default_rng(0)
    drawn = [tuple(int(x) for x in chance.integers(0, grid.sizes)) for _ in range(60)]
    for point in drawn:
        assert grid.allowed(point) != grid.excluded(point), grid.choices(point)


def test_members_and_blockers_can_be_moved(tmp_path: Path) -> None:
    """The levers of the case can take the lead out, let others in, and let the Council block."""
    levers = load_levers(CASE)
    whole, ids = Space(CASE, levers), [lever.id for lever in levers.levers]
    base = set(load_instrument(CASE.option(levers.base).instrument).guarantors)

    def drafted(lever: str, choice: str) -> Any:
        point = [0] * len(ids)
        positions = levers.levers[ids.index(lever)].positions
        point[ids.index(lever)] = [one.id for one in positions].index(choice)
        return whole.option(tuple(point), tmp_path)[1]

    assert set(drafted("members", "without-the-lead").guarantors) == base - {"US"}
    assert set(drafted("members", "with-the-north").guarantors) > base
    for choice in ("as-base", "with-the-north", "without-the-lead"):
        text = drafted("members", choice)
        # The draft says that it needs the consent of all who sign, and names their parliaments.
        assert set(text.life.consent) == set(text.life.ratification) == {"UA", *text.guarantors}
    council = drafted("procedure", "security-council")
    assert any(clause.may_block == ("RU", "CN") for clause in council.procedures)
    assert any(leak.code == "TW001" for leak in lint(council))


def test_whoever_joins_owes_what_the_others_owe() -> None:
    """A choice that lists states by name is kept apart from one that adds states."""
    whole = Space(CASE, load_levers(CASE))
    ids = [lever.id for lever in whole.levers.levers]
    for lever, choice in (("lead", "air"), ("lead", "means-only"), ("grade", "executive")):
        point = [0] * len(ids)
        for name, chosen in (("members", "with-the-north"), (lever, choice)):
            place = ids.index(name)
            point[place] = [one.id for one in whole.positions[place]].index(chosen)
        assert whole.excluded(tuple(point)), choice


def test_a_range_may_go_below_zero() -> None:
    """Each value of a range has a name of its own, also a negative one."""
    names = [one.id for one in Range(field="relief", low=-5, high=5, step=2.5).choices("x")]
    assert names == ["minus-5", "minus-2-5", "0", "2-5", "5"]


@pytest.mark.parametrize("step", [0.333333333333, 0.1, 1.0])
def test_a_range_has_both_its_ends(step: float, tmp_path: Path) -> None:
    """Thirds as they are advised and tenths reach the high end."""
    path = written(tmp_path, lambda b: b["levers"][2]["range"].update(high=1.0, step=step))
    last = load_levers(CASE, path).levers[2].positions[-1]
    assert last.settlement["relief"] == pytest.approx(1.0, abs=1e-9)


def test_themes_are_free(tmp_path: Path) -> None:
    """A theme is the author's own word, and stands as it was written."""
    path = written(tmp_path, lambda b: b["levers"][0].update(theme="my-own-head"))
    assert load_levers(CASE, path).levers[0].theme == "my-own-head"


def test_each_value_of_a_range_has_its_own_name() -> None:
    """Large numbers are told apart to the last digit, and tenths are named as they are written."""

    def names(low: float, high: float, step: float) -> list[str]:
        choices = Range(field="relief", low=low, high=high, step=step).choices("x")
        assert len({one.title for one in choices}) == len(choices)
        return [one.id for one in choices]

    assert names(1e6, 1e6 + 3, 1) == ["1000000", "1000001", "1000002", "1000003"]
    assert names(0.1, 0.4, 0.1) == ["0-1", "0-2", "0-3", "0-4"]
    assert names(1e-5, 1.1e-5, 1e-6) == ["1e-05", "1-1e-05"]


def test_the_example_of_the_page_stands(tmp_path: Path) -> None:
    """The levers file that the page on drafts shows can be read and spans drafts."""
    page = Path(__file__).resolve().parents[2] / "docs" / "explore" / "design.md"
    text = page.read_text(encoding="utf-8").split("<!-- file: my-levers.yaml -->\n```yaml\n")[1]
    (tmp_path / "mine.yaml").write_text(text.split("```")[0], encoding="utf-8")
    levers = load_levers(CASE, tmp_path / "mine.yaml")
    check_objectives(levers)
    assert Space(CASE, levers).sizes == [2, 5, 6]


def test_a_draft_is_the_base_with_named_changes(space: Space, tmp_path: Path) -> None:
    """A draft's text has the changes of its choices, and its settlement the terms."""
    option, text = space.option((1, 2, 1), tmp_path)
    duty = text.clause("meet-the-danger")
    assert (duty.modality, duty.within_days) == ("may", 10)
    assert option.settlement.relief == 0.0 and option.settlement.recognition == "de-facto"
    assert space.choices((1, 2, 1)) == {"wording": "may", "deadline": "10", "relief": "0"}
    assert space.sizes == [3, 3, 4]


def test_a_written_draft_is_read_linted_and_found(space: Space, tmp_path: Path) -> None:
    """The files of a draft load back to the same text, lint, and name an option of the case."""
    point = (1, 1, 2)
    draft, option = draft_texts(space, point)
    name = space.name(point)
    (tmp_path / f"{name}.yaml").write_text(draft, encoding="utf-8")
    (tmp_path / f"{name}.option.yaml").write_text(option, encoding="utf-8")
    (tmp_path / "solved").mkdir()
    made, text = space.option(point, tmp_path / "solved")
    assert load_instrument(tmp_path / f"{name}.yaml") == text
    assert lint(text) != []
    case, found = find_option(CASE, str(tmp_path / f"{name}.option.yaml"))
    assert found == name and case.option(found).settlement == made.settlement
    assert load_instrument(case.option(found).instrument) == text


def test_exclusions_and_contradictions_are_kept_out(space: Space) -> None:
    """What an exclusion forbids, or what would contradict itself, may not be drafted."""
    assert not space.allowed((2, 1, 0)) and space.excluded((2, 1, 0))
    assert space.allowed((2, 0, 0)) and space.allowed((1, 1, 3))
    around = neighbours(space, (2, 0, 0))
    assert {point for _, point in around} == {
        (0, 0, 0), (1, 0, 0), (2, 0, 1), (2, 0, 2), (2, 0, 3),
    }  # fmt: skip


def test_the_nearest_option_is_the_one_with_fewest_differences(
    space: Space, tmp_path: Path
) -> None:
    """A draft is nearest to its base, and the differences are the changes that were made."""
    option, text = space.option((1, 0, 1), tmp_path)
    near = nearest(space.there, option, text)
    assert near.option == "us-treaty"
    assert near.rows == [
        {"clause": "meet-the-danger", "from": {"modality": "shall"}, "to": {"modality": "may"}},
        {"clause": "settlement.relief", "from": 0.5, "to": 0.0},
    ]
    other = CASE.option("nato-membership")
    far = difference(other, load_instrument(other.instrument), option, text)
    assert len(far.rows) > len(near.rows)


def test_worst_decile_is_the_mean_of_the_worst_tenth() -> None:
    """Of twenty worlds alike the two worst count, whichever way is worse."""
    values, alike = np.arange(20.0), np.full(20, 0.05)
    levers = Levers.model_validate(SMALL)
    more = levers.objectives[1]
    assert taken(values, alike, more) == pytest.approx(0.5)
    less = more.model_copy(update={"better": "less"})
    assert taken(values, alike, less) == pytest.approx(18.5)
    assert np.isnan(taken(np.where(values < 12, np.nan, values), alike, more))


BAD: dict[str, tuple[Callable[[dict[str, Any]], Any], str, str]] = {
    "unknown base": (lambda b: b.update(base="us-treatty"), "TW211", "Did you mean 'us-treaty'"),
    "unknown lever": (
        lambda b: b["exclusions"][0]["together"].update(wordings=["may"]), "TW211", "wording",
    ),
    "unknown choice": (
        lambda b: b["exclusions"][0]["together"].update(wording=["mai"]), "TW211", "'may'",
    ),
    "empty range": (lambda b: b["levers"][1]["range"].update(low=20), "TW212", "between 20 and 10"),
    "no step": (lambda b: b["levers"][1]["range"].update(step=0), "TW212", "positive step"),
    "endless range": (lambda b: b["levers"][2]["range"].update(step=0.0001), "TW212", "200"),
    "steps too small": (
        lambda b: b["levers"][2]["range"].update(low=1e17, high=1e17 + 64, step=1.0),
        "TW212", "apart",
    ),
    "one choice twice": (
        lambda b: b["levers"][0]["choices"][1].update(id="may"), "TW211", "one id",
    ),
    "neither": (lambda b: b["levers"][1].pop("range"), "TW212", "neither"),
    "one id twice": (lambda b: b["levers"][1].update(id="wording"), "TW211", "twice"),
    "a range that stops short": (
        lambda b: b["levers"][2]["range"].update(high=1.0, step=0.3), "TW212",
        "How to mend: give a step of 0.333333333333 or 0.25",
    ),
    "a step beyond the range": (
        lambda b: b["levers"][2]["range"].update(high=0.5, step=0.7), "TW212", "a step of 0.5",
    ),
    "unknown clause": (
        lambda b: b["levers"][1]["range"].update(clause="nothing"), "TW213", "meet-the-danger",
    ),
    "unknown term": (
        lambda b: b["levers"][2]["range"].update(field="relieff"), "TW211", "'relief'",
    ),
    "term out of range": (
        lambda b: b["levers"][2]["range"].update(high=1.5), "TW213", "does not fit",
    ),
    "same words twice": (
        lambda b: b["levers"].append({**b["levers"][1], "id": "again"}), "TW213", "both set",
    ),
    "unknown objective": (
        lambda b: b["objectives"][0].update(outcome="setled"), "TW214", "Did you mean 'settled'",
    ),
    "one objective": (lambda b: b["objectives"].pop(), "TW121", "objectives"),
    "unknown key": (lambda b: b.update(lever=[]), "TW105", "levers"),
}  # fmt: skip


@pytest.mark.parametrize("fault", BAD)
def test_bad_levers_are_refused(fault: str, tmp_path: Path) -> None:
    """Each fault of a levers file has its code, and a message that says what would do."""
    change, code, says = BAD[fault]
    path = written(tmp_path, change)
    with pytest.raises(InputError) as caught:
        levers = load_levers(CASE, path)
        check_objectives(levers)
        Space(CASE, levers)
    first = caught.value.problems()[0]
    assert first.code == code, str(caught.value)
    assert says in str(caught.value)
    if code in ("TW213", "TW214"):  # found when the levers meet the base; the command places them
        first = in_file(first, CASE, path)
    assert "levers.yaml:" in str(first), "what is wrong with the file has its line"


def test_what_was_judged_survives(space: Space, tmp_path: Path) -> None:
    """Numbers come back from disk exactly as they were, those that could not be judged too."""
    values = np.array([[-1 / 3, 0.1 + 0.2], [np.inf, np.inf]])
    memory = Memory(lambda points: values[: len(points)])
    memory.ask([(0, 0, 0), (1, 0, 0)])
    inputs = inputs_of(space, 8, 0)
    keep(memory, tmp_path, inputs)
    again = Memory(lambda points: values)
    recall(again, tmp_path, inputs)
    assert again.begun == 2 and list(again.found) == [(0, 0, 0), (1, 0, 0)]
    assert (np.stack(list(again.found.values())) == values).all()
    assert [path.name for path in tmp_path.iterdir() if FILE in path.name] == [FILE]


def test_a_text_of_the_record_is_an_input_of_a_search(tmp_path: Path) -> None:
    """A word changed in a text that the record weighs worlds by makes it another search."""
    case = load_case("ukraine")
    name = next(fact.option for fact in case.record if fact.option not in (None, SMALL["base"]))
    text = load_instrument(case.option(name).instrument)
    file = tmp_path / "text.yaml"

    def key(text: Instrument) -> str:
        file.write_text(dump_instrument(text), encoding="utf-8")
        options = tuple(
            one.model_copy(update={"instrument": str(file)}) if one.id == name else one
            for one in case.options
        )
        changed = case.model_copy(update={"options": options})
        return inputs_of(Space(changed, Levers.model_validate(SMALL)), 8, 0)

    assert key(text) == key(text) != key(text.model_copy(update={"title": "Another"}))


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"inputs": "OURS"}', '{"inputs": "OURS", "judged": [1]}']
)
def test_a_broken_search_is_set_aside(text: str, space: Space, tmp_path: Path) -> None:
    """A search that cannot be read is moved, which is said, and the run begins anew."""
    inputs = inputs_of(space, 8, 0)
    text = text.replace("OURS", inputs)
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    memory = Memory(lambda points: np.zeros((len(points), 2)))
    with pytest.warns(UserWarning, match="set aside as '.*search.json.broken'"):
        recall(memory, tmp_path, inputs)
    assert memory.begun == 0 and not (tmp_path / FILE).exists()
    assert (tmp_path / f"{FILE}.broken").read_text(encoding="utf-8") == text
    memory.ask([(0, 0, 0)])
    keep(memory, tmp_path, inputs)
    recall(memory, tmp_path, inputs)
    assert memory.begun == 1


def test_a_search_of_other_inputs_is_refused(space: Space, tmp_path: Path) -> None:
    """A folder with a search of other draws is not gone on with, and nothing is lost."""
    memory = Memory(lambda points: np.zeros((len(points), 2)))
    memory.ask([(0, 0, 0)])
    keep(memory, tmp_path, inputs_of(space, 8, 0))
    with pytest.raises(InputError) as caught:
        recall(Memory(memory.judge), tmp_path, inputs_of(space, 16, 0))
    assert (tmp_path / FILE).exists()
    assert caught.value.code == "TW215" and "other inputs" in str(caught.value)
