"""Write a run to a folder: the report, the tables, the arrays and the data behind each chart."""

from __future__ import annotations

from pathlib import Path

from tightrope.report.chart import Figure
from tightrope.report.folder import whole_folder
from tightrope.report.metadata import metadata_line
from tightrope.report.page import report
from tightrope.report.results import Results

SUMMARY_COLUMNS = ["option", "outcome", "actor", "level", "action", "mean", "p05", "p50", "p95"]


def write_report(results: Results, folder: Path) -> None:
    """Write report.html, summary.csv, draws.parquet, outcomes.nc, data/ and charts/, or nothing.

    Beside each data/NAME.csv stands data/NAME.meta.txt, one line that says which run it is from.
    Errors: FileExistsError if `folder` holds something else; OSError if it cannot be written to;
    ImportError where vl-convert-python (the extra `report`) is not installed.
    """
    with whole_folder(folder) as place:
        made = report(results)
        meta = metadata_line(results) + "\n"
        for name in ("data", "charts"):
            (place / name).mkdir()
        for figure in made.figures:
            figure.data.to_csv(place / "data" / f"{figure.name}.csv", index=False)
            side = place / "data" / f"{figure.name}.meta.txt"
            side.write_text(f"{figure.name}.csv; {meta}", encoding="utf-8")
            (place / "charts" / f"{figure.name}.svg").write_text(figure.alone(), encoding="utf-8")
        results.summary[SUMMARY_COLUMNS].to_csv(place / "summary.csv", index=False)
        results.draws.to_parquet(place / "draws.parquet", index=False)
        results.dataset.to_netcdf(place / "outcomes.nc", engine="h5netcdf")
        (place / "report.html").write_text(made.html(), encoding="utf-8")


def figures(results: Results) -> list[Figure]:
    """The charts of a run, in the order of the pages."""
    return report(results).figures
