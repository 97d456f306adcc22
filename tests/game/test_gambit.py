"""The kernel against Gambit's tracer of agent quantal response equilibria."""

from __future__ import annotations

import io

import numpy as np
import pytest
from random_crises import BASIS, crises, random_plain, to_game
from test_uniqueness import folded

from tightrope.game import ACTIONS, principal_branch
from tightrope.game.crisis import Game
from tightrope.game.efg import Crisis, Level, guarantor_payoffs, write_efg

KINDS = [
    pytest.param(0, (), id="lead"),
    pytest.param(1, (0,), id="lead and a helper of the challenger"),
    pytest.param(-1, (), id="no lead"),
]


def one_of(game, k):
    return Game(*[a[..., k : k + 1] for a in game])


def menus_of(game):
    return tuple(
        tuple(int(r) for r in np.flatnonzero(m > 0)) for m in np.asarray(game.menu)[..., 0]
    )


def crisis_of(games, statics, precision, rng):
    """A crisis whose levels are the given games, with random stakes upstream."""
    players = ("Challenger", "Protégé", "First", "Second", "Third")
    levels = []
    for k, game in enumerate(games):
        upstream = rng.normal(size=(2, 3, 3, 3))
        payoffs = np.concatenate([upstream, guarantor_payoffs(game, **statics)])
        levels.append(Level(f"level {k}", menus_of(game), rng.normal(size=5), payoffs))
    noise = (3.0 * precision, 0.7 * precision, precision, precision, precision)
    return Crisis(players, noise, rng.normal(size=5), tuple(levels))


def solve_by_gambit(text, precision):
    """Action probabilities by label, at the principal branch's first crossing of λ."""
    import pygambit

    game = pygambit.read_efg(io.StringIO(text))
    (found,) = pygambit.qre.logit_solve_lambda(game, precision)
    profile = found.profile
    return game, profile


def guarantor_mix(profile, player, number, level, menu):
    """Probabilities (3,) at a guarantor's information set of one level."""
    mixes = [mix for _, mix in profile[player]]
    answer = np.zeros(3)
    for r in menu:
        answer[r] = float(mixes[number][f"{level}: {player} {ACTIONS[r]}"])
    return answer


def logit(values, noise):
    """Probabilities of a logit choice among values, at a precision."""
    weight = np.exp(noise * (np.array(values) - max(values)))
    return weight / weight.sum()


def agree(crisis, profile, ours):
    """Every choice of Gambit's profile, of all five players, is ours to 1e-8."""
    attacks = [crisis.staying[0]]
    for k, level in enumerate(crisis.levels):
        met = np.einsum("pabc,a,b,c->p", level.payoffs, *ours[..., k])
        resist = logit([level.yielding[1], met[1]], crisis.precision[1])
        mix = [m for _, m in profile["Protégé"]][k]
        assert float(mix[f"{level.name}: Protégé resists"]) == pytest.approx(resist[1], abs=1e-8)
        attacks.append(resist @ [level.yielding[0], met[0]])
        for i, player in enumerate(crisis.players[2:]):
            found = guarantor_mix(profile, player, k, level.name, level.menus[i])
            np.testing.assert_allclose(found, ours[i, :, k], rtol=0, atol=1e-8)
    (first,) = [m for _, m in profile["Challenger"]]
    labels = ["Challenger stays", *[f"Challenger attacks: {v.name}" for v in crisis.levels]]
    chosen = logit(attacks, crisis.precision[0])
    np.testing.assert_allclose([float(first[v]) for v in labels], chosen, rtol=0, atol=1e-8)


@pytest.mark.usefixtures("gambit")
@pytest.mark.parametrize("precision", [2.0, 10.0])
@pytest.mark.parametrize(("lead", "helpers"), KINDS)
def test_random_crises_agree_with_gambit(lead, helpers, precision):
    """Forty random crises of three guarantors have Gambit's agent equilibrium to 1e-8."""
    batch = crises(
        [random_plain(s, 3, lead=lead, helpers=helpers, precision=precision) for s in range(40)]
    )
    ours = np.asarray(batch.solved().probability)
    rng = np.random.default_rng(5)
    for k in range(40):
        crisis = crisis_of([one_of(batch.game, k)], batch.statics, precision, rng)
        _, profile = solve_by_gambit(write_efg(crisis, "A crisis", precision), precision)
        agree(crisis, profile, ours[..., k : k + 1])


@pytest.mark.usefixtures("gambit")
def test_two_levels_agree_with_gambit():
    """Challenger and protégé, each with its own precision, choose as Gambit's one λ makes them."""
    precision = 3.0
    batch = crises([random_plain(s, 3, precision=precision) for s in range(2)])
    ours = np.asarray(batch.solved().probability)
    games = [one_of(batch.game, k) for k in range(2)]
    crisis = crisis_of(games, batch.statics, precision, np.random.default_rng(8))
    game, profile = solve_by_gambit(write_efg(crisis, "Two levels", precision), precision)
    assert len(list(game.players)) == 5
    agree(crisis, profile, ours)


@pytest.mark.usefixtures("gambit")
@pytest.mark.parametrize("precision", [6.0, 11.0, 18.0])
def test_principal_branch_agrees_with_gambit_round_a_fold(precision):
    """Before, inside and beyond a fold the branch crosses λ first where Gambit says it does."""
    game, _ = to_game([folded(precision)])
    branch = principal_branch(game, lead=-1, basis=BASIS)
    payoffs = np.zeros((4, 3, 3))
    payoffs[2:] = guarantor_payoffs(game, lead=-1, basis=BASIS)
    level = Level("level 0", menus_of(game), np.zeros(4), payoffs)
    crisis = Crisis(("C", "P", "A", "B"), (precision,) * 4, np.zeros(4), (level,))
    _, profile = solve_by_gambit(write_efg(crisis, "A fold", precision), precision)
    for i, player in enumerate("AB"):
        mix = guarantor_mix(profile, player, 0, "level 0", level.menus[i])
        np.testing.assert_allclose(mix, branch.probability[-1, i], rtol=0, atol=1e-7)


def test_labels_are_all_different():
    """No two players, information sets, actions or outcomes of a tree share a label."""
    batch = crises([random_plain(s, 3) for s in range(2)])
    games = [one_of(batch.game, k) for k in range(2)]
    crisis = crisis_of(games, batch.statics, 2.0, np.random.default_rng(0))
    lines = write_efg(crisis, 'A "quoted" title', 2.0).splitlines()
    assert lines[0].startswith('EFG 2 R "A \\"quoted\\" title" {')
    sets, actions, outcomes = {}, {}, []
    for line in lines[2:]:
        words = line.split('"')
        if line.startswith("t "):
            outcomes.append(words[3])
        else:
            sets.setdefault(words[3], set()).add(tuple(words[2].split()))
            for action in words[5::2]:
                actions.setdefault(action, set()).add(words[3])
    assert all(len(numbers) == 1 for numbers in sets.values())
    assert all(len(owners) == 1 for owners in actions.values())
    assert len(outcomes) == len(set(outcomes)) == 1 + 2 * (1 + 27)
    names = [*crisis.players, *sets, *actions, *outcomes]
    assert len(names) == len(set(names))


def test_refusals_say_what_to_give():
    """A batch, several private types and payoffs of the wrong shape are refused with the remedy."""
    batch = crises([random_plain(s, 3) for s in range(2)])
    with pytest.raises(ValueError, match="one game"):
        guarantor_payoffs(batch.game, **batch.statics)
    typed = crises([random_plain(0, 3, types=2)])
    with pytest.raises(ValueError, match="T = 1"):
        guarantor_payoffs(typed.game, **typed.statics)
    crisis = crisis_of([one_of(batch.game, 0)], batch.statics, 2.0, np.random.default_rng(0))
    short = Crisis(crisis.players, crisis.precision, crisis.staying[:2], crisis.levels)
    with pytest.raises(ValueError, match="shape"):
        write_efg(short, "short", 2.0)
    assert len(BASIS.exponents) == 57
