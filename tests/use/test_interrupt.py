"""Ctrl-C, or the system asking to end: exit code 130, and nothing half-written."""

from __future__ import annotations

import shlex
import signal
import subprocess
from pathlib import Path

import pytest
from command import COMMAND

from tightrope.guarantee.unfinished import going_on

pytestmark = pytest.mark.xdist_group("model")
PATIENCE = 180
"""Seconds until a run must have ended after it was interrupted; compiling cannot be cut short."""


@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM])
def test_interrupted(tmp_path: Path, asked: signal.Signals) -> None:
    """A run that is interrupted says so and how to go on, ends with 130 and leaves no results."""
    words = ["assess", "ukraine", "--option", "budapest-1994", "--draws", "100000", "--json"]
    words += ["--out", str(tmp_path / "out")]
    with subprocess.Popen(
        [COMMAND, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as run:
        assert run.stderr is not None and run.stdout is not None
        texts, first = run.stderr.readline(), run.stderr.readline()
        assert "what the texts promise" in texts and " of " in first, texts + first
        run.send_signal(asked)
        out, err = run.communicate(timeout=PATIENCE)
    assert run.returncode == 130
    assert out == ""
    assert "Interrupted" in err and "Traceback" not in err
    assert "the same command goes on from there" in err
    with going_on(shlex.join(["tightrope", *words])) as kept:
        assert any(kept.glob("*.npz"))
    assert list(tmp_path.iterdir()) == []
