"""What the tests of estimation share: tables, published figures, a few fits."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from tightrope.history.fit import fit

REFERENCE = Path(__file__).parent / "reference"


@pytest.fixture(scope="session")
def reference():
    """Published figures by name: `reference("war1800_egame12_logit_agent")`."""

    def read(name):
        return json.loads((REFERENCE / f"{name}.json").read_text(encoding="utf-8"))

    return read


@pytest.fixture(scope="session")
def table(shared_data):
    """A table of the shared data by name: `table("war1800")`."""
    return lambda name: pd.read_parquet(shared_data(f"{name}.parquet"))


@pytest.fixture(scope="session")
def war_formula(reference):
    """The published specification of war1800."""
    return reference("war1800_egame12_probit_agent")["formula"]


@pytest.fixture(scope="session")
def war(table, war_formula):
    """The published fit of war1800, as obtained here."""
    return fit("egame12", war_formula, table("war1800"), starts=0)
