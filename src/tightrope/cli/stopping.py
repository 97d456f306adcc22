"""Ask for a stop by signal to be heard, and leave the handlers of the host as they were."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def heard(
    stop: Callable[[int, FrameType | None], None], *signals: signal.Signals
) -> Iterator[None]:
    """Call `stop` on these signals; outside the main thread, where none may ask, do nothing."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, stop) for number in signals}
    try:
        yield
    finally:
        for number, handler in before.items():
            # None stands for a handler that was not installed from Python and cannot be put back.
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
