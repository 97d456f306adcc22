"""One process, several or a cluster give the same; one that dies loses nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from doubles import Deadly, Slow, drawn, same

from tightrope.explore import Crew, TestProblem
from tightrope.explore.workers import DEATHS
from tightrope.treaty import InputError


@pytest.mark.soak
def test_two_workers_give_what_one_gives(tmp_path: Path) -> None:
    """Chunks solved by two processes in any order are equal to the last bit."""
    one = drawn(TestProblem("planted-box"), tmp_path / "one")
    two = drawn(TestProblem("planted-box"), tmp_path / "two", crew=Crew(2))
    assert same(one, two)


def test_a_killed_worker_loses_nothing(tmp_path: Path) -> None:
    """A worker killed by SIGKILL in the middle is replaced and its chunk solved by another."""
    deaths = tmp_path / "deaths"
    deaths.mkdir()
    (deaths / "once").touch()
    problem = Deadly("crossing", str(deaths))
    found = drawn(problem, tmp_path / "s", crew=Crew(2))
    assert not list(deaths.iterdir()), "nobody died, so nothing was tested"
    assert same(found, drawn(TestProblem("crossing"), tmp_path / "o"))


@pytest.mark.soak
def test_workers_that_keep_dying_are_told_of(tmp_path: Path) -> None:
    """After three deaths without a chunk done, a message and not an endless loop."""
    deaths = tmp_path / "deaths"
    deaths.mkdir()
    for k in range(4 * DEATHS):
        (deaths / str(k)).touch()
    with pytest.raises(InputError, match=f"a worker died {DEATHS} times") as told:
        drawn(Deadly("crossing", str(deaths)), tmp_path / "s", crew=Crew(2))
    assert told.value.code == "TW205"


@pytest.mark.filterwarnings("ignore")  # of the cluster's own libraries, while it comes and goes
def test_a_cluster_gives_what_one_process_gives(tmp_path: Path) -> None:
    """Workers of a dask.distributed cluster solve the chunks; numbers are equal to the last bit."""
    from distributed import LocalCluster

    log = tmp_path / "log"
    log.mkdir()
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None,
        scheduler_port=0, protocol="tcp",
    ) as cluster:  # fmt: skip
        crew = Crew(cluster=cluster.scheduler_address)
        found = drawn(Slow("planted-box", str(log)), tmp_path / "s", crew=crew)
    assert list(log.iterdir())
    assert same(found, drawn(TestProblem("planted-box"), tmp_path / "o"))


@pytest.mark.filterwarnings("ignore")  # of the cluster's own libraries, while it goes
def test_a_cluster_that_is_lost_is_told(tmp_path: Path) -> None:
    """A scheduler that goes away in the middle is said to have; what was solved is kept."""
    from distributed import LocalCluster

    cluster = LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None,
        scheduler_port=0, protocol="tcp",
    )  # fmt: skip

    def lose(what: str, done: int, total: int) -> None:
        if done == 2:
            cluster.close()

    crew = Crew(cluster=cluster.scheduler_address)
    with pytest.raises(InputError, match="was lost; what was solved before is kept") as told:
        drawn(Slow("crossing", seconds=0.2), tmp_path / "s", crew=crew, progress=lose)
    assert told.value.code == "TW202"
    assert len(list(tmp_path.glob("s/*/firm*/*.parquet"))) == 2


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nowhere", "tcp://127.0.0.1:notaport"])
def test_a_cluster_that_is_not_there_is_told(tmp_path: Path, address: str) -> None:
    """A wrong address is said to be one, with what to start."""
    with pytest.raises(InputError, match="there is no cluster at") as told:
        drawn(TestProblem("crossing"), tmp_path / "s", crew=Crew(cluster=address))
    assert told.value.code == "TW202" and "dask scheduler" in told.value.remedy
