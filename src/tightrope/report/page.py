"""The report as one HTML file that asks nothing of the network and works with scripts off."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from tightrope.report.chart import Figure
from tightrope.report.results import Results
from tightrope.report.tables import acceptance_table, ranking_table

CAUTION = (
    "This report explores what follows from stated assumptions. It does not prophesy and takes no "
    "side. Every number is a mean over draws from declared ranges and moves with them; a "
    "difference between options is worth more than a level."
)

_STYLE = """
:root { color-scheme: light; }
body { margin: 0 auto; max-width: 46rem; padding: 1rem; color: #222; background: #fff;
  font: 1rem/1.5 Georgia, "Times New Roman", serif; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.2; } h2 { font-size: 1.2rem; margin-top: 2.2rem; }
.finding { font-size: 1.15rem; border-left: .3rem solid #222; padding-left: .8rem; }
.caution { border: 1px solid #767676; padding: .6rem .8rem; }
figure { margin: 1rem 0 2rem; } figcaption { font-size: .9rem; color: #444; }
figure h3 { font-size: 1.05rem; margin: 0 0 .5rem; }
.wide { overflow-x: auto; } svg { width: 100%; height: auto; display: block; }
table { border-collapse: collapse; font: .85rem/1.35 sans-serif; width: 100%; }
caption { text-align: left; color: #444; padding-bottom: .3rem; }
th, td { border-bottom: 1px solid #d9d9d9; padding: .3rem .6rem .3rem 0; text-align: left;
  vertical-align: top; overflow-wrap: normal; }
thead th { border-bottom: 2px solid #222; } tbody th { font-weight: normal; min-width: 9rem; }
td { font-variant-numeric: tabular-nums; } .number { white-space: nowrap; }
@media (max-width: 30rem) { table { font-size: .72rem; } th, td { padding-right: .35rem; }
  tbody th { min-width: 6rem; } .number { white-space: normal; } }
code { font-size: .85rem; overflow-wrap: anywhere; }
@media print { body { max-width: none; } .wide { overflow: visible; } }
"""


def page(results: Results, figures: Sequence[Figure]) -> str:
    """The whole report as HTML text."""
    document = results.document
    drawn = "".join(_figure(figure) for figure in figures)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(results.title)}: {escape(results.finding)}</title>
<style>{_STYLE}</style>
</head>
<body>
<h1>{escape(results.title)}</h1>
<p class="finding">{escape(results.finding)}</p>
<p class="caution">{CAUTION}</p>
<h2>The options, ranked</h2>
{ranking_table(results)}
{drawn}
<h2>Who accepts</h2>
{acceptance_table(results)}
<h2>How these numbers were made</h2>
<p>{document["draws"]} draws of all uncertain parameters, seed {document["seed"]}, the same draws
for every option; {document["effective_draws"]:.0f} draws count;
{_converged(document["not_converged"])}. Tightrope {escape(results.version)}.
These numbers again: <code>{escape(results.command)}</code></p>
<p>Beside this file: <code>summary.csv</code> (every outcome), <code>draws.parquet</code> (every
draw), <code>outcomes.nc</code> (the same as labelled arrays), <code>data/</code> (the numbers
behind each chart) and <code>charts/</code> (each chart as a picture).</p>
</body>
</html>
"""


def _figure(figure: Figure) -> str:
    return (
        f"<figure><h3>{escape(figure.title)}</h3>"
        f'<div class="wide">{figure.inline()}</div>'
        f"<figcaption>{escape(figure.caption)} Data: <code>data/{figure.name}.csv</code>."
        "</figcaption></figure>\n"
    )


def _converged(failures: int) -> str:
    if failures == 0:
        return "every option was solved in every draw"
    return f"left out, as not solved, are {failures} of the options' draws"
