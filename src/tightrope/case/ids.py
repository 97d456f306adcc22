"""The parameters the model reads: a case must give each of them, and no other."""

from __future__ import annotations

from collections.abc import Iterable

_PLAIN = """
base.fight.probe base.fight.limited base.fight.full
base.support.probe base.support.limited base.support.full
severity.probe severity.limited severity.full exposure.probe exposure.limited exposure.full
audience peer tripwire tripwire_saturation penalty_cap
escalation.full escalation.limited_ratio escalation.probe_ratio horror
will_sd unity_sd command_bonus institution_share
alpha step_years exit_hazard war_cost.challenger war_cost.protege war_cost.limited_ratio discount
line.today line.pre2022 line.limited_gain line.limited_loss
lives_per_month.full lives_per_month.limited capability.protege
tempo.probe tempo.limited tempo.full warning_days warning_intelligence_days
type_sd precision.challenger moments_per_year probe.gain probe.price probe.base_rate
rearmament sanctions_drag backers_growth helper_strength
value.relief value.sanctions value.recognition value.neutrality
value.reparations
provocation.membership provocation.presence provocation.bases snapback precision.signing
precision.protege concession.limited concession.full
cost.recognition cost.deferral cost.neutrality cost.troop_cap cost.justice value.aid probe.harm
aid_effect capability_decay aid_continuation delivery_share troop_cap_full
pillar.training pillar.production
presence_per_thousand presence_per_aircraft presence_per_ship
cost.per_thousand_troops cost.per_aircraft cost.per_ship
precision.ratification ratification_spread base.ratification ratification_shock_sd
softmin_precision odds.challenger odds.protege odds.guarantor odds.nature
block.challenger_veto block.friend_veto block.consensus block.majority
delay.automatic delay.national-decision delay.consultation delay.consensus delay.majority
delay.un-security-council delay.attribution attribution.unnamed attribution.unverified
cover.any-hostile-act cover.armed-attack cover.large-scale-attack cover.nuclear-threat
accession.years entry.years accession.decline accession.bargained withdrawal_rate
will.move_rate will.fatigue will.reversion will.probe_step
"""

_WORDINGS = """
grade.treaty grade.executive grade.political grade.statute grade.disclaimed
modality.shall modality.shall-as-it-deems-necessary modality.will modality.may
procedure.automatic procedure.national-decision procedure.consultation procedure.consensus
procedure.majority procedure.un-security-council
specificity.named-measures specificity.general specificity.open-ended
"""

WORDINGS: tuple[str, ...] = tuple(_WORDINGS.split())
"""Wordings with a weight under each reading, `binding.WORDING.strict` and `.loose`."""

READINGS = ("strict", "loose")

COMMON: tuple[str, ...] = (
    *_PLAIN.split(),
    *(f"binding.{wording}.{reading}" for wording in WORDINGS for reading in READINGS),
)
"""Parameters given once per case."""

PER_GUARANTOR: tuple[str, ...] = (
    "stake",
    "force",
    "surge",
    "dependence",
    "standing",
    "deploy_days",
    "friendship",
    "election_shift",
    "aid",
    "economy",
    "horror_factor",
    "pivot_spread",
)
"""Families with one value per guarantor, as in `stake.US`."""


def required(guarantors: Iterable[str]) -> tuple[str, ...]:
    """Ids a case with these guarantors must give, common ones first."""
    per_actor = (f"{family}.{actor}" for actor in guarantors for family in PER_GUARANTOR)
    return (*COMMON, *per_actor)
