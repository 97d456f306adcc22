"""A folder of small invented panels, and the folder of the real ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest


@pytest.fixture(scope="session")
def panels(shared_data: Callable[[str], Path]) -> Path:
    """The folder of real panels."""
    return shared_data("cow_states.parquet").parent


@pytest.fixture(scope="session")
def invented(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three states, 1 and 2 throughout and 3 from 1990, with few facts and gaps on purpose."""
    folder = tmp_path_factory.mktemp("panels")
    day = pd.to_datetime

    def put(name: str, **columns: object) -> None:
        pd.DataFrame(columns).to_parquet(folder / f"{name}.parquet")

    put("cow_states", ccode=[1, 2, 3], styear=[1816, 1816, 1990], endyear=[2016, 2016, 2016])
    put("cow_majors", ccode=[1, 1], styear=[1900, 1990], endyear=[1920, 2016])
    capability = {key: [1.0, 2.0] for key in ("milper", "irst", "pec", "tpop", "upop")}
    put(
        "cow_nmc",
        ccode=[1, 2],
        year=[2000, 2000],
        milex=[5.0, None],
        cinc=[0.6, 0.4],
        **capability,
    )
    put(
        "cow_contdir",
        ccode1=[1, 2, 1, 2],
        ccode2=[2, 1, 2, 1],
        conttype=[1, 1, 4, 4],
        stdate=day(["1900-01-01", "1900-01-01", "2000-07-01", "2000-07-01"]).date,
        enddate=day(["2000-06-01", "2000-06-01", "2016-12-01", "2016-12-01"]).date,
    )
    put("cow_mindist", ccode1=[1], ccode2=[2], year=[2000], mindist=[42.0])
    put(
        "cow_capitals",
        ccode=[1, 2, 2],
        stdate=day(["1816-01-01", "1816-01-01", "2000-05-01"]).date,
        enddate=day(["2024-12-31", "2000-04-30", "2024-12-31"]).date,
        lat=[0.0, 0.0, 0.0],
        lng=[0.0, 90.0, 180.0],
    )
    pledges = {f"atop_{what}": [0, 1] for what in ("offense", "neutral", "nonagg", "consul")}
    put(
        "atop_alliance",
        ccode1=[1, 1],
        ccode2=[2, 3],
        year=[2000, 1989],
        atop_defense=[1, 1],
        **pledges,
    )
    put("tss_rivalries", ccode1=[1], ccode2=[2], start=[1700], end=[2000])
    disputes = {
        "dispnum": [7, 7, 8, 8],
        "ccode1": [1, 2, 1, 2],
        "ccode2": [2, 1, 2, 1],
        "year": [2000] * 4,
        "sidea1": [1, 0, 0, 1],
        "sidea2": [0, 1, 1, 0],
        "orig1": [1] * 4,
        "orig2": [1] * 4,
        "fatality": [-9, -9, 0, 0],
        "hostlev": [4, 4, 5, 5],
        "mindur": [1] * 4,
        "maxdur": [1] * 4,
        "recip": [0] * 4,
        "stmon": [2] * 4,
    }
    put("gml_dirdisp", midonset=[1] * 4, midongoing=[1] * 4, **disputes)
    put(
        "cow_war_inter",
        ccode1=[1, 2],
        ccode2=[2, 1],
        year=[2000] * 2,
        cowinteronset=[1] * 2,
        cowinterongoing=[1] * 2,
        initiator1=[1, 0],
        initiator2=[0, 1],
    )
    return folder
