"""Estimation of crisis games from history: the same games, fed with data.

    formula     `y ~ u1 terms | … | …`, as in the R packages, read against a table
    likelihood  what a game says about each row of data, in pure JAX
    maximise    the best parameters: exact gradients and Hessians, many starts at once
    variance    how sure we are of them
    results     the fit: a table that prints, exports and compares itself
    catalogue   the games that can be fitted, by name

Everything after `likelihood` is generic: it knows names, rows and derivatives, never a game.
Importing this package loads no numerical library; its modules do.
"""
