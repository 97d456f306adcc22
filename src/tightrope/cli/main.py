"""The `tightrope` command."""

import typer

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.callback()
def tightrope() -> None:
    """Draft, stress-test and monitor security guarantees."""


def main() -> None:
    """Run the command."""
    app()
