"""Opens a report in headless Chromium with the network off, and says what was found there."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

OFFLINE = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--allow-file-access-from-files",
    "--enable-logging=stderr",
]
LONGEST = 120
PROBE = """<!doctype html><iframe id="f" sandbox="allow-same-origin" src="report.html"
 style="width:{width}px;height:800px;border:0"></iframe><pre id="found"></pre><script>
onload = () => {{
  const w = f.contentWindow, d = w.document, seen = e => e.getClientRects().length > 0;
  const closed = e => e.closest("details:not([open])");
  found.textContent = JSON.stringify({{
    across: d.documentElement.scrollWidth, wide: d.documentElement.clientWidth,
    requests: w.performance.getEntriesByType("resource").map(e => e.name),
    headings: [...d.querySelectorAll("h1,h2,h3")].filter(seen).map(e => e.textContent),
    tables: d.querySelectorAll("table").length,
    shown: [...d.querySelectorAll("table")].filter(e => !closed(e) && seen(e)).length,
    hidden: [...d.querySelectorAll("table")].filter(e => !closed(e) && !seen(e)).length,
    folded: [...d.querySelectorAll("details > summary")].filter(seen).length,
  }});
}};
</script>"""
"""Reads the report in a frame in which scripts are off."""


@dataclass(frozen=True)
class Seen:
    """What the browser found in a report, and what it wrote to its console."""

    across: int
    wide: int
    requests: list[str]
    headings: list[str]
    tables: int
    shown: int
    hidden: int
    folded: int
    console: list[str]


def look(browser: str, report: Path, place: Path, width: int) -> Seen:
    """Open the report in a window `width` px wide, scripts off and network off."""
    shutil.copy(report, place / "report.html")
    (place / "probe.html").write_text(PROBE.format(width=width), encoding="utf-8")
    done = _run(browser, place, "--dump-dom", f"file://{place / 'probe.html'}")
    found = re.search(r'<pre id="found">(.*?)</pre>', done.stdout, re.DOTALL)
    assert found is not None and found[1], done.stdout[:500]
    told: dict[str, Any] = json.loads(
        found[1].replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    )
    console = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    return Seen(**told, console=console)


def printed(browser: str, page: Path, place: Path) -> bytes:
    """The page as the browser prints it to PDF."""
    pdf = place / "page.pdf"
    _run(browser, place, "--no-pdf-header-footer", f"--print-to-pdf={pdf}", f"file://{page}")
    return pdf.read_bytes()


def _run(browser: str, place: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [browser, *OFFLINE, f"--user-data-dir={place / 'profile'}", *words],
        capture_output=True,
        text=True,
        check=True,
        timeout=LONGEST,
    )
