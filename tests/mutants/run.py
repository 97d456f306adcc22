"""Break the model on purpose, one line at a time: what survives shows a test that cannot fail.

    python tests/mutants/run.py [NAME PART ...]

Each fault of mutants.toml is made in a copy of the package; the tests named beside it must fail.
Exit code 0 if all are killed, 3 if one survives, its text is not found, or the tests fail without
any fault.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MUTANTS = tomllib.loads(Path(__file__).with_name("mutants.toml").read_text("utf-8"))["mutant"]


def run_tests(source: Path, tests: list[str]) -> tuple[bool, str]:
    """Whether the tests pass on the package in ``source``, and the last line they print."""
    path = os.pathsep.join([str(source), os.environ.get("PYTHONPATH", "")])
    # One cache of compiled programs for all, so that only what the fault changes is compiled anew.
    cache = os.environ.get(
        "TIGHTROPE_TEST_CACHE", str(Path(tempfile.gettempdir()) / "tightrope-mutants")
    )
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path, "TIGHTROPE_TEST_CACHE": cache},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    lines = [line for line in done.stdout.splitlines() if line.strip()]
    failed = [line for line in lines if line.startswith("FAILED")]
    return done.returncode == 0, (failed or lines or [done.stderr[-200:]])[-1]


def judge(mutant: dict[str, object]) -> tuple[str, str]:
    """killed, survived or lost, and the line that shows it."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder)
        shutil.copytree(ROOT / "src" / "tightrope", source / "tightrope")
        file = source / "tightrope" / str(mutant["file"])
        text = file.read_text("utf-8")
        if text.count(str(mutant["old"])) != 1:
            return "lost", f"the text stands {text.count(str(mutant['old']))} times in the file"
        file.write_text(text.replace(str(mutant["old"]), str(mutant["new"])), "utf-8")
        passed, line = run_tests(source, list(mutant["tests"]))  # type: ignore[call-overload]
        return ("survived" if passed else "killed"), line


def main(wanted: list[str]) -> int:
    """Judge all mutants, or those whose name holds one of the words."""
    chosen = [m for m in MUTANTS if not wanted or any(w in m["name"] for w in wanted)]
    tests = sorted({t for m in chosen for t in m["tests"]})
    passed, line = run_tests(ROOT / "src", tests)
    print(f"without a fault: {line}", flush=True)
    if not passed:
        return 3
    counts = {"killed": 0, "survived": 0, "lost": 0}
    with ThreadPoolExecutor(2) as pool:
        for mutant, (verdict, line) in zip(chosen, pool.map(judge, chosen), strict=True):
            counts[verdict] += 1
            print(f"{verdict:9} {mutant['name']:45} {line[:110]}", flush=True)
    print(", ".join(f"{n} {verdict}" for verdict, n in counts.items()), flush=True)
    return 0 if counts["killed"] == len(chosen) else 3


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
