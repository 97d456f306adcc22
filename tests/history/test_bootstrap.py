"""Bootstrap: what a replicate is, and that nothing but the seed decides it."""

from __future__ import annotations

import os
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm

from tightrope.history import bootstrap as module
from tightrope.history.bootstrap import bootstrap
from tightrope.history.fit import fit
from tightrope.treaty import InputError


@pytest.fixture(scope="module")
def small(table):
    """A fit without weak directions, quick to repeat."""
    return fit("egame122", "y ~ x1 | x3 | 0 | x4 | z1 | z3", table("data_122"), starts=0)


def test_a_replicate_is_a_fit_to_the_rows_drawn(small, table):
    """Replicate 3 equals a fit to the table with the drawn rows copied out."""
    drawn = module.draw(small.likelihood, np.arange(small.size), 7, 3)
    assert drawn.sum() == small.size
    data = table("data_122")
    copied = data.loc[data.index.repeat(drawn.astype(int))]
    again = fit("egame122", small.formula, copied, starts=0)
    found = bootstrap(small.likelihood, small.theta, 4, 7)
    assert found.failed == 0
    assert found.thetas[3] == pytest.approx(again.theta, abs=1e-8)


def test_neither_batches_nor_interruptions_matter(small, tmp_path, monkeypatch):
    """The same seed gives the same replicates in any batch, and after an interruption."""
    whole = bootstrap(small.likelihood, small.theta, 8, 5).thetas
    path = tmp_path / "replicates.npz"
    monkeypatch.setattr(module, "BATCH", 3)
    seen = []

    def stop(stage, done, total):
        seen.append((done, total))
        if done >= 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bootstrap(small.likelihood, small.theta, 8, 5, resume=path, report=stop)
    assert seen == [(3, 8), (6, 8)]
    rest = []
    found = bootstrap(
        small.likelihood, small.theta, 8, 5, resume=path, report=lambda *step: rest.append(step)
    )
    assert rest == [("bootstrap", 8, 8)]
    assert found.thetas == pytest.approx(whole, abs=1e-9)
    with pytest.raises(InputError, match="another question"):
        bootstrap(small.likelihood, small.theta, 8, 6, resume=path)
    path.write_bytes(b"no replicates")
    with pytest.raises(InputError, match="does not hold"):
        bootstrap(small.likelihood, small.theta, 8, 5, resume=path)


@pytest.mark.parametrize("stop", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_write_that_fails_leaves_what_was_kept(small, tmp_path, monkeypatch, stop):
    """A full disk is told as bad input; after it, as after Ctrl-C, the last file stands alone."""
    path = tmp_path / "replicates.npz"
    bootstrap(small.likelihood, small.theta, 2, 5, resume=path)
    before = path.read_bytes()

    def full(*_):
        raise stop

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises((InputError, KeyboardInterrupt)) as caught:
        bootstrap(small.likelihood, small.theta, 4, 5, resume=path)
    if isinstance(stop, OSError):
        assert caught.value.code == "TW170" and "No space left" in str(caught.value)
    assert [one.name for one in tmp_path.iterdir()] == [path.name]
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", ["a" * 300, "folder"])
def test_a_place_for_replicates_that_cannot_be_is_bad_input(small, tmp_path, name):
    """A name too long for the system, or that of a folder, is refused in words."""
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError, match="does not hold replicates"):
        bootstrap(small.likelihood, small.theta, 2, 5, resume=tmp_path / name)


def test_errors_are_near_those_of_the_hessian(small, table):
    """With 200 replicates the bootstrap errors are within a quarter of the Hessian's."""
    found = fit("egame122", small.formula, table("data_122"), bootstrap=200, seed=3, starts=0)
    ratio = np.array(list(found.std_errors.values())) / list(small.std_errors.values())
    # a standard error from 200 replicates is itself good to 5 %; the rest is the sample's own
    assert (ratio > 0.75).all() and (ratio < 1.25).all(), ratio
    assert found.vcov == "bootstrap, 200 replicates, seed 3"
    assert found.bootstrap.shape == (200, len(found.names))


def test_whole_clusters_are_drawn(small):
    """Rows of one cluster are drawn together, as often as one another."""
    groups = np.arange(small.size) // 10
    drawn = module.draw(small.likelihood, groups, 1, 0)
    assert (drawn.reshape(-1, 10) == drawn.reshape(-1, 10)[:, :1]).all()
    assert drawn.reshape(-1, 10)[:, 0].sum() == small.size // 10


def test_replicates_give_percentile_intervals(small):
    """The ends are quantiles of the replicates at the level asked for, named in every export."""
    names = ["percentile_low", "percentile_high"]
    assert not set(names) & set(small.frame()) and "percentile" not in str(small)
    skewed = np.random.default_rng(1).exponential(size=(400, len(small.names)))
    found = replace(small, bootstrap=skewed)
    for level in (0.95, 0.5):
        ends = np.quantile(skewed, [(1 - level) / 2, (1 + level) / 2], axis=0)
        frame = found.frame(level)
        assert np.allclose(frame[names].T, ends)
        wald = norm.ppf((1 + level) / 2) * frame.std_error
        assert np.allclose(frame.high - frame.estimate, wald)
    low, high = found.frame().loc[0, names]
    for text in (str(found), found.latex(), found.html()):
        assert "percentile interval of the replicates (Efron" in text
        assert f"{low:.3f}" in text and f"{high:.3f}" in text
    for other in (replace(found, testable=False), replace(found, bootstrap=skewed[:1])):
        assert not set(names) & set(other.frame())
    with pytest.raises(InputError, match="not between 0 and 1"):
        found.frame(95)
