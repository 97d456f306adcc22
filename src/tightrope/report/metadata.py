"""The line that says which run a number comes from."""

from __future__ import annotations

from tightrope.report.results import Results


def metadata_line(results: Results) -> str:
    """Version, case, seed, draws and date of a run, in one line."""
    document = results.document
    return (
        f"tightrope {results.version}; case {document['case']}; seed {document['seed']}; "
        f"draws {document['draws']}; effective draws {float(document['effective_draws']):.0f}; "
        f"date {results.date or 'not given'}"
    )
