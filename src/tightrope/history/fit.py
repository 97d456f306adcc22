"""`fit`: the one way to estimate a game, in Python as on the command line."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from numbers import Integral
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from tightrope.history.catalogue import GAMES, Request
from tightrope.history.codes import GAME, SETTING, TABLE, many, refuse
from tightrope.history.results import Fit
from tightrope.treaty.errors import InputError

if TYPE_CHECKING:
    from tightrope.game.trees import Tree

_TREES = (".yaml", ".yml")


def fit(
    game: str | Path | Tree,
    formula: str,
    data: pd.DataFrame | str | Path,
    *,
    link: str | None = None,
    error: str | None = None,
    vcov: str = "hessian",
    cluster: str | None = None,
    weights: str | None = None,
    scale: str | None = None,
    penalty: str | None = None,
    bootstrap: int = 0,
    starts: int = 8,
    seed: int = 0,
    start: Sequence[float] | None = None,
    resume: str | None = None,
    report: Callable[[str, int, int], None] | None = None,
    **settings: Any,
) -> Fit:
    """Estimate a crisis game by maximum likelihood.

    game       a name in `GAMES`, the path of a YAML file that declares a tree, or a `Tree`
    formula    `outcome ~ part | part | …`, one part for each utility in the game's order
    data       a table, or the path of a CSV or Parquet file
    link       `probit` or `logit`; error `agent` or `private`; None for the game's default
    vcov       `hessian`, `opg`, `sandwich` or `cluster` (with the column `cluster`)
    weights    column of weights; scale `~ terms` for the logarithm of the errors' scale
    penalty    `log-f` against separation
    bootstrap  replicates; `resume` a file that keeps them
    starts     random starts beside the game's own, from `seed`
    start      where the first climb begins instead: a number for each parameter, in order
    settings   further settings of the game, such as `max_offer=15`
    Errors     InputError, naming the variable and the remedy
    """
    _check_words(game, formula, cluster=cluster, weights=weights, scale=scale)
    if isinstance(game, str | Path) and str(game) not in GAMES:
        game = declared(str(game))
    if not isinstance(data, pd.DataFrame | str | Path):
        raise refuse(
            f"'data' is a {type(data).__name__}, not a table",
            TABLE,
            field="data",
            remedy="give a pandas DataFrame, or the path of a .csv or .parquet file",
        )
    table, citation = (data, "") if isinstance(data, pd.DataFrame) else read_table(data)
    request = Request(
        game=game if isinstance(game, str) else str(game) if isinstance(game, Path) else game.name,
        formula=formula,
        table=table,
        link=link,
        error=error,
        vcov=vcov,
        cluster=cluster,
        weights=weights,
        scale=scale,
        penalty=penalty,
        bootstrap=check_count(bootstrap, "--bootstrap"),
        starts=check_count(starts, "--starts"),
        seed=check_count(seed, "--seed"),
        start=start,
        settings=settings,
        data=str(table.attrs.get("citation", citation)),
        resume=resume,
        report=report,
    )
    _check_bootstrap(request)
    if not isinstance(game, str | Path):
        from tightrope.history.trees import fit_declared

        return _told(fit_declared(game, request), request)
    return _told(run(request), request)


def _check_words(game: Any, formula: Any, **columns: Any) -> None:
    """Refuse arguments of the wrong kind: names are words, a formula is a text. InputError."""
    from tightrope.game.trees import Tree

    if not isinstance(game, str | Path | Tree):
        raise refuse(
            f"'game' is a {type(game).__name__}", SETTING, field="game", allowed=tuple(GAMES)
        )
    for name, value in {"formula": formula, **columns}.items():
        if not isinstance(value, str) and (name == "formula" or value is not None):
            raise refuse(
                f"'{name}' is a {type(value).__name__}, not a text",
                SETTING,
                field=name,
                remedy="write 'outcome ~ part | part | …'"
                if name == "formula"
                else "put the values into a column of the table and give its name",
            )


def _check_bootstrap(request: Request) -> None:
    """Refuse replicates without a spread, and what goes only with or without them. InputError."""
    if request.bootstrap == 1:
        raise refuse(
            "one replicate has no spread",
            SETTING,
            field="--bootstrap",
            remedy="ask for 2 or more; 1,000 are usual",
        )
    if request.resume is not None and not request.bootstrap:
        raise refuse(
            "there are no replicates to keep",
            SETTING,
            field="--resume",
            remedy="ask for some with --bootstrap, or leave --resume out",
        )
    if request.bootstrap and request.vcov in ("opg", "sandwich"):
        raise refuse(
            f"the bootstrap has standard errors of its own, and '{request.vcov}' others",
            SETTING,
            field="--vcov",
            remedy="ask for one of the two; with --cluster whole clusters are drawn",
        )


def _told(found: Fit, request: Request) -> Fit:
    """The fit, saying which terms left rows without a value, and what weighs or joins rows."""
    undefined = {} if found.design is None else found.design.undefined
    notes = [
        f"'{n}' has no value in {many(c, 'row')}, left out here." for n, c in undefined.items()
    ]
    if request.cluster is not None:
        rows = request.table if found.kept is None else request.table.iloc[found.kept]
        clusters = rows[request.cluster].nunique()
        if clusters <= len(found.names):
            notes.append(
                f"'{request.cluster}' has {many(clusters, 'cluster')} for "
                f"{many(len(found.names), 'parameter')}: "
                "with so few, clustered standard errors are too small as a rule."
            )
    columns = {"weights": request.weights, "cluster": request.cluster}
    named = {word: column for word, column in columns.items() if column is not None}
    return replace(found, notes=(*found.notes, *notes), settings={**found.settings, **named})


def run(request: Request) -> Fit:
    """Answer a request with the estimator of its game. Errors: InputError for an unknown game."""
    entry = GAMES.get(request.game)
    if entry is not None:
        check_settings(request.game, request.settings)
        return entry.fit(request)
    raise _unknown(request.game)


def declared(game: str) -> Tree:
    """The tree of a YAML file. Errors: InputError if the name is that of no game and no file."""
    if not game.endswith(_TREES):
        raise _unknown(game)
    from tightrope.history.declared import read_tree

    return read_tree(game)


def _unknown(game: str) -> InputError:
    return refuse(
        f"'{game}' is not a game that can be fitted",
        GAME,
        allowed=tuple(GAMES),
        remedy="name one of these, or a YAML file that declares a tree",
        word=game,
    )


def check_settings(game: str, words: Iterable[str]) -> None:
    """Refuse settings that a game, or a tree declared in a file, does not take.

    Errors: InputError, also for a name that is no game.
    """
    if game not in GAMES and not game.endswith(_TREES):
        raise _unknown(game)
    known = tuple(GAMES[game].settings) if game in GAMES else ()
    for word in words:
        if word not in known:
            raise refuse(
                f"{game} has no setting '{word}'",
                SETTING,
                field="--setting",
                allowed=known or None,
                remedy="leave it out; --seed, --link and the like are options of their own",
                word=word,
            )


def check_count(number: Any, field: str) -> int:
    """A number of replicates or starts, or a seed. Errors: InputError if not 0, 1, 2, …"""
    if isinstance(number, bool) or not isinstance(number, Integral) or int(number) < 0:
        raise refuse(
            f"{number} is not a whole number of zero or more",
            SETTING,
            field=field,
            remedy="give 0, 1, 2 or more",
        )
    return int(number)


def _heads(place: Path) -> list[str]:
    """The names of a CSV file's columns as written; pandas renames those that come twice."""
    first = pd.read_csv(place, header=None, nrows=1, dtype=str, keep_default_na=False)
    return [name for name in first.iloc[0] if name]


def read_table(path: str | Path) -> tuple[pd.DataFrame, str]:
    """A CSV or Parquet file, and words that cite it: its name and a fingerprint.

    Errors: InputError if it is missing, of another kind, or cannot be read
    """
    place = Path(path)
    readers: dict[str, Callable[[Path], pd.DataFrame]] = {
        ".csv": pd.read_csv,
        ".parquet": pd.read_parquet,
    }
    reader = readers.get(place.suffix.lower())
    if reader is None:
        raise refuse(
            f"'{place.name}' is neither .csv nor .parquet",
            TABLE,
            field="--data",
            remedy="save the table as one of these",
        )
    try:
        raw = place.read_bytes()
        table = reader(place)
        heads = _heads(place) if reader is pd.read_csv else []
    except OSError as error:
        raise refuse(
            f"'{path}' cannot be read ({error.strerror or error})",
            TABLE,
            field="--data",
            remedy="check the path",
        ) from error
    except Exception as error:  # readers raise their libraries' own errors
        reason = " ".join(str(error).split())[:120]
        raise refuse(f"'{path}' is no table ({reason})", TABLE, field="--data") from error
    if table.empty:
        raise refuse(f"'{path}' has no rows", TABLE, field="--data")
    if len(heads) == 1 and (";" in heads[0] or "\t" in heads[0]):
        raise refuse(
            f"'{path}' has one column, named '{heads[0][:40]}'",
            TABLE,
            field="--data",
            remedy="part the cells by commas, and write numbers with a point",
        )
    twice = [name for name in heads if heads.count(name) > 1]
    if twice:
        raise refuse(
            f"'{path}' has {heads.count(twice[0])} columns named '{twice[0]}'",
            TABLE,
            field="--data",
            remedy="give each column a name of its own",
        )
    table.columns = [str(name) for name in table.columns]
    return table, f"{place.name}, SHA-256 {hashlib.sha256(raw).hexdigest()[:12]}"
