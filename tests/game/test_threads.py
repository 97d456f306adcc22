"""Programs run on one thread each, so that those of two Python threads cannot wait for each other."""

import os
import subprocess
import sys

import pytest

FLAG = "--xla_cpu_multi_thread_eigen"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (None, f"{FLAG}=false"),
        ("--xla_dump_to=", f"--xla_dump_to= {FLAG}=false"),
        (f"{FLAG}=true", f"{FLAG}=true"),
    ],
)
def test_one_thread_unless_the_user_says_otherwise(given: str | None, kept: str) -> None:
    """The import asks for one thread a program, keeps other flags, and obeys the user's own."""
    around = {k: v for k, v in os.environ.items() if k != "XLA_FLAGS"}
    around |= {} if given is None else {"XLA_FLAGS": given}
    says = "import tightrope.game, os; print(os.environ['XLA_FLAGS'])"
    answer = subprocess.run(
        [sys.executable, "-c", says], env=around, capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == kept
