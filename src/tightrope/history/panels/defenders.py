"""Who was pledged to defend the target of a dispute, and who came."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tightrope.history.panels.folder import read_panel
from tightrope.history.panels.provenance import credit

HOSTILITY = {2: "threat", 3: "display of force", 4: "use of force", 5: "war"}
"""Levels of hostility that a dispute can reach, as the MID project codes them."""


def create_defender_disputes(data: Path | str | None = None) -> pd.DataFrame:
    """A row for each dispute and third state pledged, the year before, to defend its target.

    A dispute counts in the year of its onset, for each pair of originators with the attacker on
    side A, which acted first, and the target on side B. The ally is neither of the two.

    data     folder of data files, or None for TIGHTROPE_DATA
    Returns  frame with dispnum, year, attacker, target and ally (COW codes), hostlev (see
             HOSTILITY), both (the ally was pledged to defend the attacker too), original (the
             ally was itself an originator, so it cannot join), joined_target and
             joined_attacker; unique by dispnum, attacker, target and ally
    Raises   InputError: TW195, TW196
    Source   GML-MID 2.2.1, Gibler, Miller and Little 2016; ATOP 5.1, Leeds et al. 2002. Pledges
             are lagged because a pact of the year itself may answer the dispute
    """
    disputes = read_panel("gml_dirdisp", data)
    onset = disputes[
        (disputes[["midonset", "orig1", "orig2", "sidea1"]] == 1).all(axis=1)
        & (disputes["sidea2"] == 0)
    ]
    onset = onset.rename(columns={"ccode1": "attacker", "ccode2": "target"})
    pacts = read_panel("atop_alliance", data)
    pacts = pacts.loc[pacts["atop_defense"] == 1, ["ccode1", "ccode2", "year"]]
    pacts = pacts.assign(year=pacts["year"] + 1).rename(columns={"ccode1": "ally"})

    keep = ["dispnum", "year", "attacker", "target", "hostlev"]
    rows = onset[keep].merge(
        pacts.rename(columns={"ccode2": "target"}), on=["target", "year"], validate="m:m"
    )
    rows = rows[rows["ally"] != rows["attacker"]]
    rows = rows.merge(
        pacts.rename(columns={"ccode2": "attacker"}),
        on=["ally", "attacker", "year"],
        how="left",
        indicator="pledged",
        validate="m:1",
    )
    # states that leave and come back, or change sides, are counted where they first stood
    took_part = read_panel("gml_part", data).drop_duplicates(["dispnum", "ccode"])
    took_part = took_part[["dispnum", "ccode", "sidea", "orig"]].rename(columns={"ccode": "ally"})
    rows = rows.merge(took_part, on=["dispnum", "ally"], how="left", validate="m:1")
    came = rows["orig"] == 0
    result = rows[["dispnum", "year", "attacker", "target", "ally", "hostlev"]].assign(
        both=rows["pledged"] == "both",
        original=rows["orig"] == 1,
        joined_target=came & (rows["sidea"] == 0),
        joined_attacker=came & (rows["sidea"] == 1),
    )
    result = result.sort_values(["dispnum", "attacker", "target", "ally"], ignore_index=True)
    result.attrs = {}
    columns = {str(name): "gml_dirdisp" for name in result.columns}
    came_from = {"original": "gml_part", "joined_target": "gml_part", "joined_attacker": "gml_part"}
    return credit(result, columns | {"ally": "atop_alliance", "both": "atop_alliance"} | came_from)
