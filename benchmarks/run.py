"""Run the benchmarks: all, or those named, each in a process of its own.

    python benchmarks/run.py [--quick] [NAME ...]

Results go to standard output, one line each: ``name,ours,rival,ratio,spread``; what is said beside
them (compile times, samples, differences between the two answers) goes to standard error.
``--quick`` reduces sizes and repeats, to see that everything runs: its figures mean little.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
NAMES = ("start", "gambit", "c", "scaling", "assess", "fit", "signalling", "explore", "design")


def main() -> int:
    """Run them one after another; returns 1 if any failed."""
    parser = argparse.ArgumentParser(description="Compare Tightrope with its rivals.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(NAMES)}")
    parser.add_argument(
        "--quick", action="store_true", help="small sizes, only to see that it runs"
    )
    asked = parser.parse_args()
    unknown = [name for name in asked.names if name not in NAMES]
    if unknown:
        parser.error(f"no benchmark {', '.join(unknown)}; there are {', '.join(NAMES)}")
    source = str(HERE.parent / "src")
    path = os.pathsep.join(filter(None, [source, os.environ.get("PYTHONPATH")]))
    environment = os.environ | {"PYTHONPATH": path, "BENCH_QUICK": "1" if asked.quick else ""}
    print("name,ours,rival,ratio,spread", flush=True)
    failed = []
    for name in asked.names or NAMES:
        command = [sys.executable, str(HERE / f"bench_{name}.py")]
        status = subprocess.run(command, env=environment, check=False).returncode
        if status:
            failed.append(f"{name} (status {status})")
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
