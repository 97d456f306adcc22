"""Where compiled programs are kept between runs, and how many threads solve at once."""

from __future__ import annotations

import os
from pathlib import Path

import jax


def cache_folder() -> Path:
    """Folder of the compile cache: ``$XDG_CACHE_HOME/tightrope`` or ``~/.cache/tightrope``."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "tightrope" / "compiled"


def enable_compile_cache() -> Path | None:
    """Keep compiled programs on disk so that only the first run waits for them.

    Returns the folder, or None where it cannot be written (then every run compiles anew).
    """
    folder = cache_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".write-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError:
        return None
    settings: dict[str, str | float] = {
        "jax_compilation_cache_dir": str(folder),
        "jax_persistent_cache_min_compile_time_secs": 0.0,
        "jax_persistent_cache_min_entry_size_bytes": -1,
    }
    for name, value in settings.items():
        jax.config.update(name, value)  # type: ignore[no-untyped-call]
    return folder


def workers() -> int:
    """Threads that solve chunks of worlds side by side: the processors this process may use."""
    return max(
        1, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )
