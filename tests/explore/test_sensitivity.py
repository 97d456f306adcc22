"""Indices equal the analytic ones, see nothing where there is nothing, and say when they cannot."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from doubles import Failing, ask

from tightrope.explore import Draws, Question, Session, TestProblem, draw, explore
from tightrope.explore.discovery import discovery
from tightrope.explore.problem import Input, Outcome, short_seed
from tightrope.explore.problems import ishigami_indices
from tightrope.explore.screening import derivatives, morris, strongest
from tightrope.explore.sensitivity import REST, _indices, from_draws, sensitivity
from tightrope.treaty import InputError


def rows_of(answer: Any) -> dict[tuple[str, str | None, str], dict[str, Any]]:
    return {(r["option"], r["against"], r["parameter"]): r for r in answer["indices"]}


@pytest.fixture(scope="module")
def ishigami(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return ask("ishigami", "sensitivity", tmp_path_factory.mktemp("s"))


def test_ishigami_has_its_analytic_indices(ishigami: Any) -> None:
    """First-order and total within 0.02; the input that acts only jointly is seen by its total."""
    found = rows_of(ishigami)
    for name, (first, total) in ishigami_indices().items():
        row = found["ishigami", None, name]
        assert row["first"] == pytest.approx(first, abs=0.02), name
        assert row["total"] == pytest.approx(total, abs=0.02), name
        assert row["matters"]
    assert ishigami["needed"] is None
    assert "input x1 (x1)" in ishigami["finding"]


def test_indices_from_given_draws(tmp_path: Path) -> None:
    """From 4,096 worlds of any design, first-order within 0.02 and no total is pretended."""
    draws = draw(TestProblem("ishigami"), Session(tmp_path, chunk=4096), 4096, 1)
    found = rows_of(from_draws(draws, "y", 0))
    for name, (first, _) in ishigami_indices().items():
        row = found["ishigami", None, name]
        assert row["first"] == pytest.approx(first, abs=0.02), name
        assert row["total"] is None
        assert row["matters"] is (first > 0.0)


def test_a_difference_has_its_own_indices(tmp_path: Path) -> None:
    """V(firm) has slope .4 in talks only; loose .2 and .1; their difference −.6 and −.1."""
    found = rows_of(ask("crossing", "sensitivity", tmp_path, draws=2048))
    wanted = {
        ("firm", None): (1.0, 0.0),
        ("loose", None): (0.8, 0.2),
        ("loose", "firm"): (36 / 37, 1 / 37),
    }
    for (option, against), pair in wanted.items():
        for name, share in zip(("talks", "trust"), pair, strict=True):
            assert found[option, against, name]["first"] == pytest.approx(share, abs=0.02)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_shuffled_outcomes_have_no_index(tmp_path: Path, seed: int) -> None:
    """What depends on nothing is said to depend on nothing, by design and from given draws."""
    answer = ask("noise", "sensitivity", tmp_path, draws=512, seed=seed)
    assert not any(row["matters"] for row in answer["indices"])  # type: ignore[attr-defined]
    assert "no structure found" in str(answer["finding"])
    draws = draw(TestProblem("ishigami"), Session(tmp_path, chunk=4096), 2000, seed)
    y = np.random.default_rng(seed).permutation(draws.result("ishigami", "y"))
    shuffled = replace(draws, results={"ishigami": {"y": y}})
    assert not any(row["matters"] for row in from_draws(shuffled, "y", seed)["indices"])


@pytest.mark.parametrize("kind", ["normal", "skew", "few ones"])
def test_few_samples_of_nothing_have_no_index(kind: str) -> None:
    """At the usual 64 base samples and twelve inputs, too, of a hundred shuffled runs none finds.

    Errors by bootstrap alone let one run in ten find several inputs at once.
    """
    rng = np.random.default_rng(7)
    names, size = [f"x{k}" for k in range(12)], 64 * 14
    for seed in range(100):
        y = {
            "normal": rng.normal(size=size),
            "skew": rng.exponential(size=size),
            "few ones": (rng.random(size) < 0.1) * 1.0,
        }[kind]
        assert not any(row["matters"] for row in _indices(y, names, 64, seed)), seed


def test_few_samples_of_something_have_an_index(tmp_path: Path) -> None:
    """What guards against nothing does not hide what is there."""
    found = rows_of(ask("ishigami", "sensitivity", tmp_path, draws=64))
    assert {key[-1] for key, row in found.items() if row["matters"]} >= {"x1", "x2"}


def test_failed_cells_do_not_enter_an_index(tmp_path: Path) -> None:
    """Base samples with a failed cell are left out; their absurd numbers would swamp everything."""
    found = sensitivity(Failing("crossing"), Session(tmp_path, chunk=4096), "y", 1024, 0)
    row = rows_of(found)["firm", None, "talks"]
    assert row["first"] == pytest.approx(1.0, abs=0.05)
    cells = found["evaluations"]
    assert found["failed"]["firm"] == pytest.approx(cells / 7, rel=0.1)  # every seventh world
    question = Question("sensitivity", draws=64)
    answer = explore(Failing("crossing"), question, Session(tmp_path, chunk=4096), cheap=True)
    assert set(answer["failed"]) == {"firm", "loose"} and min(answer["failed"].values()) > 0


class Many:
    """Forty inputs in twenty groups of two, of which three matter: y = 4 x0 + 2 x10 + x21."""

    id, title, default = "many", "Many", "y"
    options, titles = ("many",), {"many": "many"}
    outcomes = {"y": Outcome()}  # noqa: RUF012
    weights = np.zeros(40)
    weights[[0, 10, 21]] = 4.0, 2.0, 1.0

    @property
    def inputs(self) -> tuple[Input, ...]:
        return tuple(Input(f"x{k}", 0.0, 1.0, 0.5, group=f"g{k // 2}") for k in range(40))

    def key(self, option: str | None) -> str:
        return f"many{option}"

    def rows(self, draws: int, seed: int, design: str, start: int, stop: int) -> Any:
        return np.random.default_rng(seed).random((draws, 40))[start:stop]

    def values(self, shares: Any) -> Any:
        return shares

    def solve(self, shares: Any, options: Any, *, record: bool) -> Any:
        from tightrope.explore.problem import Solved

        y, zero = shares @ self.weights, np.zeros(len(shares))
        return Solved({"many": {"y": y}}, {"many": zero > 0}, zero)

    def slopes(self, shares: Any, option: str, outcome: str) -> Any:
        return shares @ self.weights, np.tile(self.weights, (len(shares), 1))


def test_screening_finds_the_few_that_matter(tmp_path: Path) -> None:
    """Morris by groups: μ* is the slope over the range; derivatives: the slope of each input."""
    place = Session(tmp_path, chunk=4096)
    by_group = morris(Many(), place, "y", 0)[0]["many"]  # type: ignore[arg-type]
    assert by_group["g0"] == pytest.approx(4.0) and by_group["g5"] == pytest.approx(2.0)
    assert by_group["g10"] == pytest.approx(1.0) and by_group["g1"] == pytest.approx(0.0)
    assert strongest({"many": by_group}, 3) == ["g0", "g5", "g10"]
    single = derivatives(Many(), place, "y", 0)[0]["many"]  # type: ignore[arg-type]
    assert strongest({"many": single}, 3) == ["x0", "x10", "x21"]
    assert single["x10"] == pytest.approx(2.0)


@pytest.mark.parametrize("screen", ["morris", "derivative"])
def test_failed_cells_of_the_screening_are_counted(
    screen: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What fails while inputs are screened counts among the failed, beside the design's own."""
    ways = {"morris": morris, "derivative": derivatives}
    way: Any = ways[screen]
    from tightrope.explore import sensitivity as under_test

    monkeypatch.setattr(under_test, "morris", lambda *asked: (way(*asked)[0], {"many": 3}))
    monkeypatch.setattr(under_test, "derivatives", lambda *asked: (way(*asked)[0], {"many": 3}))
    found = sensitivity(Many(), Session(tmp_path, chunk=4096), "y", 64, 0, screen)  # type: ignore[arg-type]
    assert found["failed"] == {"many": 3}
    _, failed = morris(Failing("crossing"), Session(tmp_path, chunk=4096), "y", 0, 64)
    assert failed["firm"] == failed["loose"] > 0


@pytest.mark.parametrize(("screen", "names"), [("morris", "g{}"), ("derivative", "x{}")])
def test_after_screening_indices_are_those_of_the_whole(
    tmp_path: Path, screen: str, names: str
) -> None:
    """16/21, 4/21 and 1/21 of the variance, and nothing for all the others together."""
    place = Session(tmp_path, chunk=4096)
    answer = sensitivity(Many(), place, "y", 2048, 0, screen)  # type: ignore[arg-type]
    found = {row["parameter"]: row for row in answer["indices"]}
    which = (0, 5, 10) if screen == "morris" else (0, 10, 21)
    for place_of, share in zip(which, (16 / 21, 4 / 21, 1 / 21), strict=True):
        assert found[names.format(place_of)]["first"] == pytest.approx(share, abs=0.02)
    assert found[REST]["total"] == pytest.approx(0.0, abs=1e-9)
    assert answer["evaluations"] == 2048 * (len(found) + 2)


@pytest.mark.parametrize(
    ("draws", "told"), [(8, "at least 32"), (31, "some 2,000"), (100, "ask for 64 or 128")]
)
def test_too_few_samples_say_how_many(tmp_path: Path, draws: int, told: str) -> None:
    """The message names the number needed; a number that is no power of two its neighbours."""
    with pytest.raises(InputError) as caught:
        ask("ishigami", "sensitivity", tmp_path, draws=draws)
    assert told in str(caught.value) and caught.value.code == "TW204"


def test_wide_intervals_say_how_many_samples_narrow_them(tmp_path: Path) -> None:
    """Errors fall with the root of the number, so ±0.05 takes (error/0.05)² times as many."""
    answer: Any = ask("ishigami", "sensitivity", tmp_path, draws=64)
    widest = max(max(r["conf"], r["total_conf"]) for r in answer["indices"])
    assert answer["needed"] >= 64 * (widest / 0.05) ** 2
    assert answer["needed"] < 2 * 64 * (widest / 0.05) ** 2


def test_a_constant_outcome_has_no_index(tmp_path: Path) -> None:
    """Where nothing varies there is nothing to explain: null, not a number."""
    draws = draw(TestProblem("crossing"), Session(tmp_path, chunk=4096), 200, 0)
    flat: Draws = replace(draws, results={o: {"y": np.full(200, 0.5)} for o in draws.options})
    assert from_draws(flat, "y", 0)["indices"] == []


@pytest.mark.parametrize("seed", [2**32 - 2, 2**32 - 1, 5_000_000_000, 2**70])
def test_any_seed_will_do(tmp_path: Path, seed: int) -> None:
    """Libraries that only take short seeds are given one; a long seed is no fault of the asker."""
    problem, place = TestProblem("noise"), Session(tmp_path, chunk=4096)
    assert sensitivity(problem, place, "y", 32, seed)["indices"]
    assert morris(problem, place, "y", seed)[0]["noise"]
    draws = draw(problem, place, 100, seed)
    assert from_draws(draws, "y", seed)["indices"]
    assert discovery(draws, "y", seed)["failures"]


def test_short_seeds_are_kept() -> None:
    """A seed that every library takes is handed on as it is."""
    assert [short_seed(one) for one in (0, 1, 2**32 - 2)] == [0, 1, 2**32 - 2]
