"""Write a run to a folder: the report, the tables, the arrays and the data behind each chart."""

from __future__ import annotations

from pathlib import Path

from tightrope.report.chart import Figure
from tightrope.report.folder import whole_folder
from tightrope.report.horizon import when_it_breaks
from tightrope.report.page import page
from tightrope.report.responses import who_comes
from tightrope.report.results import Results
from tightrope.report.tightrope import tightrope

SUMMARY_COLUMNS = ["option", "outcome", "actor", "level", "action", "mean", "p05", "p50", "p95"]


def write_report(results: Results, folder: Path) -> None:
    """Write report.html, summary.csv, draws.parquet, outcomes.nc, data/ and charts/, or nothing.

    Errors: FileExistsError if `folder` holds something else; OSError if it cannot be written to;
    ImportError where vl-convert-python (the extra `report`) is not installed.
    """
    with whole_folder(folder) as place:
        shown = figures(results)
        for name in ("data", "charts"):
            (place / name).mkdir()
        for figure in shown:
            figure.data.to_csv(place / "data" / f"{figure.name}.csv", index=False)
            (place / "charts" / f"{figure.name}.svg").write_text(figure.alone(), encoding="utf-8")
        results.summary[SUMMARY_COLUMNS].to_csv(place / "summary.csv", index=False)
        results.draws.to_parquet(place / "draws.parquet", index=False)
        results.dataset.to_netcdf(place / "outcomes.nc", engine="h5netcdf")
        (place / "report.html").write_text(page(results, shown), encoding="utf-8")


def figures(results: Results) -> list[Figure]:
    """The charts of a run, those at equal terms first."""
    drawn = [
        tightrope(results, equal_terms=True),
        tightrope(results, equal_terms=False),
        who_comes(results),
        when_it_breaks(results),
    ]
    return [figure for figure in drawn if figure is not None]
