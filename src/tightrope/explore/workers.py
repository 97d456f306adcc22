"""Who solves the chunks: this process, several pinned to a core each, or a cluster that is there.

A chunk is one task, known by its number. Workers only solve; this process alone writes the store,
so a worker that dies loses nothing but the chunk it was at, which another then takes.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import socket
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import islice
from typing import Any

from tightrope.explore.problem import Floats, Problem, Solved
from tightrope.explore.store import Plan, Task
from tightrope.treaty import InputError, Where

#: Read by XLA as it starts: into how many parts programs are cut, which moves the last bits of what
#: they give. One part wherever chunks are solved, so that it does not show who solved them.
PARTS = "NPROC"
#: Set for each worker: its numerical libraries use the one core it is pinned to.
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
#: Times in a row that workers may die before any of them has finished a chunk.
DEATHS = 3
#: Seconds to wait for a cluster's scheduler.
PATIENCE = 10.0
#: Chunks handed out to a cluster for each of its workers.
AHEAD = 4

Made = Iterator[tuple[Task, Solved]]


@dataclass(frozen=True)
class Crew:
    """Who solves: `workers` processes of this machine, or a cluster at `cluster`."""

    workers: int = 1
    cluster: str | None = None

    def solve(self, problem: Problem, plan: Plan, tasks: Sequence[Task]) -> Made:
        """Solve the tasks and give each back once it is done, in any order.

        Worlds are laid out as they are handed out, so that memory stays flat.

        Errors  InputError if the cluster is not there, or workers keep dying
        """
        if self.cluster is not None:
            return _on_cluster(problem, plan, tasks, self.cluster)
        if self.workers > 1:
            return _in_processes(problem, plan, tasks, self.workers)
        return ((task, solve_task(problem, plan.rows(problem, task.chunk), task)) for task in tasks)


def solve_task(problem: Problem, shares: Floats, task: Task) -> Solved:
    """Solve one chunk; runs in a worker."""
    return problem.solve(shares, task.options, record=task.record)


def _in_processes(problem: Problem, plan: Plan, tasks: Sequence[Task], workers: int) -> Made:
    left, deaths = list(tasks), 0
    while left:
        try:
            for task, solved in _until_broken(problem, plan, list(left), workers):
                left.remove(task)
                deaths = 0
                yield task, solved
        except BrokenProcessPool:
            deaths += 1
            if deaths >= DEATHS:
                raise InputError(
                    f"a worker died {DEATHS} times before it finished any chunk",
                    "TW205",
                    Where(field="--workers"),
                    remedy="it may have run out of memory: ask for fewer workers; what was solved "
                    "is kept and the same command goes on from there",
                ) from None


def _until_broken(problem: Problem, plan: Plan, tasks: Sequence[Task], workers: int) -> Made:
    """Solve tasks in processes of which few are ahead, so that memory stays flat."""
    context = multiprocessing.get_context("spawn")
    others = set(multiprocessing.active_children())
    workers = min(workers, len(tasks))
    cores = context.Queue()
    allowed = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    for k in range(workers):
        cores.put(allowed[k % len(allowed)] if allowed else None)
    waiting = iter(tasks)
    ahead: dict[Future[Solved], Task] = {}
    # Workers read these before they load their libraries.
    with one_part(), _environment(ONE_THREAD):
        pool = ProcessPoolExecutor(workers, context, _pin, (cores,))
        try:

            def fill() -> None:
                while len(ahead) < 2 * workers and (task := next(waiting, None)) is not None:
                    rows = plan.rows(problem, task.chunk)
                    ahead[pool.submit(solve_task, problem, rows, task)] = task

            fill()
            while ahead:
                done, _ = wait(ahead, return_when=FIRST_COMPLETED)
                for future in done:
                    yield ahead.pop(future), future.result()
                fill()
        except BaseException:
            # An interruption must not wait for the chunks that workers are at.
            for worker in set(multiprocessing.active_children()) - others:
                worker.terminate()
            raise
        finally:
            pool.shutdown(cancel_futures=True)
            cores.close()


def _pin(cores: Any) -> None:
    """Keep this worker to one core."""
    core = cores.get()
    if core is not None:
        os.sched_setaffinity(0, {core})


def one_part() -> contextlib.AbstractContextManager[None]:
    """Within it XLA, if it starts there, cuts programs into one part, or as many as NPROC says."""
    return _environment({PARTS: os.environ.get(PARTS, "1")})


@contextlib.contextmanager
def _environment(given: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in given}
    os.environ.update(given)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _on_cluster(problem: Problem, plan: Plan, tasks: Sequence[Task], address: str) -> Made:
    client = connect(address)
    import distributed

    try:
        waiting = iter(tasks)
        room = AHEAD * max(1, len(client.scheduler_info(n_workers=-1)["workers"]))

        def submit(task: Task) -> Any:
            # Every task has its own key; a lost worker's tasks are given to another.
            rows = plan.rows(problem, task.chunk)
            return client.submit(solve_task, problem, rows, task, pure=False, retries=DEATHS)

        ahead = {submit(task): task for task in islice(waiting, room)}
        done: Any = distributed.as_completed(  # type: ignore[no-untyped-call]
            list(ahead), loop=client.loop
        )
        for future in done:
            task = ahead.pop(future)
            solved = future.result()
            future.release()
            for following in islice(waiting, 1):
                submitted = submit(following)
                ahead[submitted] = following
                done.add(submitted)
            yield task, solved
    except (distributed.CancelledError, distributed.KilledWorker, OSError) as error:
        raise _no_cluster(
            address, f"the cluster at '{address[:80]}' was lost; what was solved before is kept"
        ) from error
    finally:
        client.close()


def connect(address: str) -> Any:
    """A client of the cluster whose scheduler is at ``address``, such as `tcp://host:8786`.

    Errors  InputError if it does not answer, or dask.distributed is not installed
    """
    try:
        import distributed
        from distributed.comm.addressing import get_address_host_port
    except ImportError as error:
        raise InputError(
            "a cluster needs dask.distributed, which is not installed",
            "TW172",
            Where(field="--cluster"),
            remedy="pip install 'tightrope[explore]', or leave --cluster away",
        ) from error
    try:
        # Ask whether anybody answers before a client that keeps on asking is made.
        host, port = get_address_host_port(address, strict=True)
        socket.create_connection((host, port), PATIENCE).close()
        client: Any = distributed.Client(  # type: ignore[no-untyped-call]
            address, timeout=PATIENCE, set_as_default=False
        )
    except (OSError, ValueError) as error:
        raise _no_cluster(address, f"there is no cluster at '{address[:80]}'") from error
    if not client.scheduler_info(n_workers=-1)["workers"]:
        client.close()
        raise _no_cluster(address, f"the cluster at '{address[:80]}' has no workers")
    return client


def _no_cluster(address: str, what: str) -> InputError:
    return InputError(
        what,
        "TW202",
        Where(field="--cluster"),
        remedy="start 'dask scheduler' and 'dask worker' and give the scheduler's address, such as "
        "tcp://host:8786; or leave --cluster away and use --workers",
    )


Progress = Callable[[str, int, int], None]
ALONE = Crew()
"""This process, without any others."""
