"""The crisis of an option as a tree for Gambit."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import jax.numpy as jnp
import numpy as np

from tightrope.case import Case, without
from tightrope.game import ACTIONS, Game
from tightrope.game.efg import Crisis, Level, guarantor_payoffs, write_efg
from tightrope.guarantee import crisis, war
from tightrope.guarantee import draws as worlds_of
from tightrope.guarantee.assess import compile_case_option
from tightrope.guarantee.cells import prepare
from tightrope.guarantee.evaluate import entry_time
from tightrope.guarantee.program import FINE, basis_for, setting_of
from tightrope.treaty import LEVELS, InputError, Where

#: A tree has three to the power of the guarantors endings at every level.
MOST = 6
#: Gambit's λ at which the tree's logit equilibrium is the model's.
PRECISION = 1.0


def export_efg(
    case: Case,
    option: str,
    draw: int | None = None,
    guarantors: Sequence[str] | None = None,
    seed: int = 0,
) -> str:
    """The crisis once the option is in force, as ``.efg`` text.

    One shot, at middling will and unity, under the strict reading with the procedure open; the
    challenger is of the middling type and gains or loses the line only. Payoffs are scaled so that
    Gambit's logit equilibrium at λ = 1 is the model's.
    draw        a world of the sample with this seed, or None for central values
    guarantors  at most six of the case; None if the case has no more
    Errors      InputError for unknown names or too many guarantors
    """
    chosen = list(guarantors) if guarantors is not None else list(case.guarantor_ids)
    if not 1 <= len(chosen) <= MOST:
        raise InputError(
            f"{len(chosen)} guarantors make a tree with {3 ** len(chosen):,} endings a level",
            code="TW108",
            where=Where(field="guarantors"),
            remedy=f"name one to {MOST} with --guarantors, such as {','.join(chosen[:3])}",
        )
    for absent in [g for g in case.guarantor_ids if g not in chosen]:
        case = without(case, absent)
    sampled = worlds_of.central(case) if draw is None else worlds_of.sample(case, draw + 1, seed)
    world = {k: jnp.asarray(v[-1]) for k, v in sampled.items()}
    world["line.held"] = world["line.today"]
    compiled, _ = compile_case_option(case, case.option(option))
    profile, stage = compiled.profile, compiled.profile.in_force
    setting, basis = setting_of(case), basis_for(FINE)
    start = jnp.reshape(entry_time(world, profile), (1,))
    cells = prepare(
        world, stage, start, setting, basis, jnp.asarray(stage.party),
        readings=stage.readings, blocks=1,
    )  # fmt: skip
    middle = len(crisis.UNITY) // 2 * len(crisis.WILLS) + len(crisis.WILLS) // 2
    block = jnp.zeros(1)
    helper = np.isin(np.arange(len(stage.party)), setting.helpers)
    strength, reserve, _, contribution = crisis.strengths(
        world, stage, start, setting, block, helper
    )
    levels = []
    for a, name in enumerate(LEVELS[1:], start=1):
        cell = Game(*[x[..., min(middle, x.shape[-2] - 1), a : a + 1] for x in cells.game])
        bound = cell._replace(
            private=cell.private[:, :1],
            peer=cell.peer[:, :1],
            type_weight=jnp.ones_like(cell.type_weight[:, :1]),
        )
        force = np.asarray(contribution)[:, :, :, 0, a]
        menus = tuple(
            tuple(r for r in range(len(ACTIONS)) if float(cell.menu[i, r, 0]) > 0)
            for i in range(len(helper))
        )
        fought = _belligerents(
            world, name, float(reserve[0, 0]), np.asarray(strength)[:, 0], force, setting
        )
        rest = guarantor_payoffs(bound, lead=setting.lead, helpers=setting.helpers, basis=basis)
        concede = float(world[f"concession.{name}"])
        today = float(world["line.today"])
        yielding = np.array([min(1.0, today + concede), -concede, *[0.0] * len(helper)])
        levels.append(Level(name, menus, yielding, np.concatenate([fought, rest])))
    names = tuple(case.actor(i).name for i in (case.challenger, case.protege, *case.guarantor_ids))
    own = (float(world["precision.challenger"]), float(world["precision.protege"]))
    tree = Crisis(
        players=names,
        precision=own + (float(crisis.precision(world)),) * len(helper),
        staying=np.array([float(world["line.today"])] + [0.0] * (len(helper) + 1)),
        levels=tuple(levels),
    )
    return write_efg(tree, f"{case.id}: {option}", PRECISION)


def _belligerents(
    world: dict[str, jnp.ndarray],
    level: str,
    reserve: float,
    strength: np.ndarray,
    force: np.ndarray,
    setting: crisis.Setting,
) -> np.ndarray:
    """Payoffs of challenger and protégé by the guarantors' actions, (2, 3, …, 3)."""
    players = force.shape[1]
    ratios = np.zeros((3,) * players)
    for profile in product(range(3), repeat=players):
        state = 1 if setting.lead >= 0 and profile[setting.lead] == 2 else 0
        helping = sum(1 << k for k, m in enumerate(setting.helpers) if profile[m] == 1)
        total = reserve + sum(force[state, i, r] for i, r in enumerate(profile))
        ratios[profile] = np.log(total / strength[helping])
    values = war.war_values(
        jnp.asarray(ratios),
        crisis.level_lines(world, world["line.today"])[LEVELS.index(level)],
        world["alpha"],
        world["discount"],
        world["exit_hazard"],
        world["step_years"],
    )
    share = world["war_cost.limited_ratio"] if level == "limited" else 1.0
    line, burden = np.asarray(values.line), np.asarray(values.burden) * float(share)
    challenger = line - float(world["war_cost.challenger"]) * burden
    protege = float(world["line.today"]) - line - float(world["war_cost.protege"]) * burden
    return np.stack([challenger, protege])
