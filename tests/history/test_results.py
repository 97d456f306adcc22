"""A fit prints, exports and compares itself."""

from __future__ import annotations

import html.parser
import math
from dataclasses import replace

import numpy as np
import pytest

from tightrope.history.fit import fit


def test_it_prints_as_a_table(war):
    """The table shows each parameter with error, z, p and stars, and what it rests on."""
    text = str(war)
    line = next(row for row in text.splitlines() if row.startswith("u2(esc,war):regime2dem"))
    assert line.split()[1:] == ["-1.544", "0.453", "-3.410", "0.001", "***"]
    for words in (
        "egame12: 282 observations; link probit, error agent",
        "esc + war ~ s_wt_re1 + revis1 | 0 | regime1 | balanc + regime2",
        "~esc 124, esc,~war 83, esc,war 75",
        "Log-likelihood -286.1238, AIC 592.25, BIC 628.67",
        "hessian",
    ):
        assert words in text


def test_it_exports(war):
    """LaTeX and HTML hold every estimate, and the HTML is well formed."""
    latex, page = war.latex("War", "tab:war"), war.html()
    for value in war.coefficients.values():
        assert f"{value:.3f}" in latex and f"{value:.3f}" in page
    assert latex.count(r"\begin{") == latex.count(r"\end{")
    assert r"\label{tab:war}" in latex and "-1.544^{***}" in latex
    tags: list[str] = []

    class Reader(html.parser.HTMLParser):
        def handle_starttag(self, tag, attrs):
            tags.append(tag)

        def handle_endtag(self, tag):
            assert tags.pop() == tag

    Reader().feed(page)
    assert tags == []


def test_it_compares(war, reference):
    """Against figures with one changed, only the changed one differs; a stranger shows as such."""
    ref = reference("war1800_egame12_probit_agent")
    name = "u1(~esc):revis1"
    changed = {**ref["coefficients"], name: ref["coefficients"][name] + ref["std_errors"][name]}
    table = war.compare({**ref, "coefficients": {**changed, "stranger": 1.0}})
    assert table.difference_in_se[name] == pytest.approx(-1.0, abs=1e-3)
    assert table.difference_in_se.drop([name, "stranger"]).abs().max() < 1e-3
    assert math.isnan(table.obtained["stranger"])


def test_the_tidy_frame(war):
    """One row a parameter, with equation, term and a 95 % interval around the estimate."""
    frame = war.frame()
    row = frame.set_index("name").loc["u1(~esc):s_wt_re1"]
    assert (row.equation, row.term) == ("u1(~esc)", "s_wt_re1")
    assert row.high - row.low == pytest.approx(2 * 1.959964 * row.std_error, rel=1e-6)
    assert ((frame.p >= 0.0) & (frame.p <= 1.0)).all()


def test_weights_and_clusters_are_named(table):
    """The table and its exports say which columns weigh the rows and join them."""
    data = table("war1800").assign(often=1.0)
    found = fit(
        "egame12", "esc + war ~ s_wt_re1 | 0 | regime1 | balanc", data, weights="often",
        cluster="ccode1", starts=0,
    )  # fmt: skip
    for text in (str(found), found.latex(), found.html()):
        assert "weights often, cluster ccode1" in text


def test_a_weight_counts_like_rows(table):
    """Log-likelihood, errors and both criteria are those of the table with its rows repeated."""
    data = table("war1800").assign(often=lambda d: 1 + np.arange(len(d)) % 3)
    formula = "esc + war ~ s_wt_re1 | 0 | regime1 | balanc"
    found = fit("egame12", formula, data, weights="often", starts=0)
    again = fit("egame12", formula, data.loc[data.index.repeat(data.often)], starts=0)
    assert again.size > found.size
    for one, other in zip(
        (found.loglik, found.aic, found.bic, *found.std_errors.values()),
        (again.loglik, again.aic, again.bic, *again.std_errors.values()),
        strict=True,
    ):
        assert one == pytest.approx(other, rel=1e-7)


def test_latex_prints_the_signs_meant(war):
    """`<` and `|` are other signs in LaTeX's usual fonts, and a dash is none in mathematics."""
    noted = replace(war, notes=("a | b > c",)).latex()
    assert "p $<$ 0.001" in noted and "a $|$ b $>$ c" in noted
    open_ended = replace(war, converged=False).latex()
    assert " & (--) " in open_ended and "–" not in open_ended


def test_few_clusters_are_told(table):
    """Where there are no more clusters than parameters, a note says what that does."""
    data = table("war1800").assign(few=lambda d: d["year"] % 4, many=lambda d: d["ccode1"])
    formula = "esc + war ~ s_wt_re1 | 0 | 1 | balanc"
    for column, told in (("few", True), ("many", False)):
        found = fit("egame12", formula, data, cluster=column, starts=0)
        assert any("4 clusters for 5 parameters" in note for note in found.notes) == told
