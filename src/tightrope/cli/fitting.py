"""The command that estimates games: fit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tightrope.cli.arguments import AsJson
from tightrope.cli.output import print_document, say, show

if TYPE_CHECKING:
    from tightrope.history.results import Fit


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command(add_help_option=False)(fit)


def fit(
    context: typer.Context,
    game: Annotated[
        str | None,
        typer.Argument(metavar="GAME", help="Name of a game, or a YAML file that declares a tree."),
    ] = None,
    data: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Table of data, .csv or .parquet.")
    ] = None,
    formula: Annotated[
        str | None, typer.Option(metavar="F", help="'outcome ~ part | part | …'.")
    ] = None,
    link: Annotated[
        str | None, typer.Option(metavar="LINK", help="probit or logit errors.")
    ] = None,
    error: Annotated[
        str | None, typer.Option(metavar="ERROR", help="agent error or private information.")
    ] = None,
    vcov: Annotated[
        str,
        typer.Option(metavar="KIND", help="Standard errors: hessian, opg, sandwich or cluster."),
    ] = "hessian",
    cluster: Annotated[
        str | None, typer.Option(metavar="COL", help="Column of clusters for standard errors.")
    ] = None,
    weights: Annotated[
        str | None, typer.Option(metavar="COL", help="Column of weights, zero or above.")
    ] = None,
    scale: Annotated[
        str | None,
        typer.Option(metavar="TERMS", help="Regressors of the errors' log scale: '~ x - 1'."),
    ] = None,
    penalty: Annotated[
        str | None, typer.Option(metavar="NAME", help="log-f: finite estimates under separation.")
    ] = None,
    bootstrap: Annotated[
        int, typer.Option(min=0, help="Replicates for standard errors; 0 for none.")
    ] = 0,
    resume: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Keep finished replicates here.")
    ] = None,
    starts: Annotated[int, typer.Option(min=0, help="Random starts beside the game's own.")] = 8,
    seed: Annotated[int, typer.Option(min=0, help="Seed of starts and replicates.")] = 0,
    settings: Annotated[
        list[str] | None,
        typer.Option("--setting", metavar="KEY=VALUE", help="A setting of the game (repeat)."),
    ] = None,
    as_json: AsJson = False,
    help_asked: Annotated[
        bool, typer.Option("--help", "-h", help="Show this; with a GAME, its parts in order.")
    ] = False,
) -> None:
    """Estimate a crisis game on historical data by maximum likelihood.

    `tightrope fit GAME --help` lists the parts of the game's formula in order.
    """
    if help_asked or game is None:
        show(context.get_help(), *(_parts(game) if game is not None else _games()))
        return
    from tightrope.treaty import InputError
    from tightrope.treaty.errors import Where

    for value, name in ((data, "--data"), (formula, "--formula")):
        if value is None:
            raise InputError(
                f"{name} is missing",
                "TW192",
                Where(field=name),
                remedy=f"see: tightrope fit {game} --help",
            )
    _needs_packages()
    from tightrope.cli.progress import progress
    from tightrope.history.fit import check_settings
    from tightrope.history.fit import fit as estimate

    # Before the call, where a setting named as one of its arguments would be given twice.
    given = _settings(settings or [])
    check_settings(game, given)
    with progress() as report:
        found = estimate(
            game,
            str(formula),
            Path(str(data)),
            link=link,
            error=error,
            vcov=vcov,
            cluster=cluster,
            weights=weights,
            scale=scale,
            penalty=penalty,
            bootstrap=bootstrap,
            starts=starts,
            seed=seed,
            resume=None if resume is None else str(resume),
            report=report,
            **given,
        )
    if not found.converged:
        say("\n".join(found.notes))
    if as_json:
        print_document("fit", document(found))
    else:
        show(str(found))


def document(found: Fit) -> dict[str, Any]:
    """The document of a fit; where it did not converge, its standard errors are missing."""
    nothing = dict.fromkeys(found.names)
    return {
        "game": found.game,
        "n": found.size,
        "dropped": found.dropped,
        "formula": found.formula,
        "settings": dict(found.settings),
        "outcomes": dict(found.likelihood.counts),
        "loglik": found.loglik,
        "converged": found.converged,
        "gradient_norm": found.gradient_norm,
        "vcov": found.vcov,
        "coefficients": found.coefficients,
        "std_errors": found.std_errors if found.converged else nothing,
        "formula_terms": list(found.terms),
        "optima": [
            {
                "loglik": one.loglik,
                "converged": one.converged,
                "gradient_norm": one.gradient_norm,
                "starts": one.starts,
                "coefficients": dict(zip(found.names, one.theta.tolist(), strict=True)),
            }
            for one in found.optima
        ],
        "notes": list(found.notes),
        "data": found.data,
    }


def _needs_packages() -> None:
    """Refuse where the packages of estimation are not installed."""
    from importlib.util import find_spec

    from tightrope.treaty import InputError

    missing = [name for name in ("formulaic", "threadpoolctl") if find_spec(name) is None]
    if missing:
        raise InputError(
            f"estimation needs the package {missing[0]}",
            "TW172",
            remedy="install the extra: pip install 'tightrope[history]'",
        )


def _settings(words: list[str]) -> dict[str, Any]:
    """`KEY=VALUE` pairs, numbers read as such. Errors: InputError."""
    from tightrope.treaty import InputError
    from tightrope.treaty.errors import Where

    found: dict[str, Any] = {}
    for word in words:
        key, sign, value = word.partition("=")
        if not sign or not key or key in found:
            raise InputError(
                f"'{word}' is not KEY=VALUE, or sets a key twice",
                "TW192",
                Where(field="--setting"),
                remedy="write, for example, --setting max_offer=15",
            )
        try:
            found[key] = float(value)
        except ValueError:
            found[key] = value
    return found


def _games() -> list[str]:
    """The games that can be fitted, a line each."""
    from tightrope.history.catalogue import GAMES

    lines = [f"  {name}: {entry.title}" for name, entry in GAMES.items()]
    return ["Games:", *lines, "  FILE.yaml: a tree of your own"]


def _parts(game: str) -> list[str]:
    """The parts of a game's formula in order, with its response and settings."""
    from tightrope.history.catalogue import GAMES

    entry = GAMES.get(game)
    if entry is None:
        return _declared_parts(game)
    lines = [f"{game}: {entry.title} ({entry.source})", "Formula: outcome ~ " + _bars(entry.parts)]
    lines += [f"  outcome: {entry.response}"]
    lines += [f"  {number}. {symbol}: {meaning}" for number, (symbol, meaning) in _count(entry)]
    lines += [f"Links: {', '.join(entry.links)}; errors: {', '.join(entry.errors)}"]
    for name, setting in entry.settings.items():
        allowed = f" ({', '.join(setting.allowed)})" if setting.allowed else ""
        lines.append(f"  --setting {name}={setting.default}{allowed}: {setting.meaning}")
    return lines


def _count(entry: Any) -> list[tuple[int, tuple[str, str]]]:
    return list(enumerate(entry.parts, start=1))


def _bars(parts: tuple[tuple[str, str], ...]) -> str:
    return " | ".join(symbol for symbol, _ in parts)


def _declared_parts(game: str) -> list[str]:
    """The parts of a tree declared in a file. Errors: InputError if it is none."""
    from tightrope.history.fit import declared

    tree = declared(game)
    lines = [f"{tree.name}: {tree.title}"]
    lines += ["Formula: outcome ~ " + " | ".join(tree.symbol(p) for p in tree.free)]
    lines += [f"  outcome: one of {', '.join(tree.outcomes)}"]
    for number, payoff in enumerate(tree.free, start=1):
        told = f", by itself: {payoff.terms}" if payoff.terms is not None else ""
        words = f"utility of {payoff.player} at {payoff.outcome}{told}"
        lines.append(f"  {number}. {tree.symbol(payoff)}: {words}")
    return lines
