"""A file is replaced whole or stays as it was, and nothing is left beside it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tightrope.whole import write_whole


def test_words_and_bytes_take_the_place_of_what_was_there(tmp_path: Path) -> None:
    """Words are UTF-8, line ends stay, and others may read the file."""
    place = tmp_path / "kept.txt"
    for content, stored in (("première\n", "première\n".encode()), (b"\x00\r\n", b"\x00\r\n")):
        write_whole(place, content)
        assert place.read_bytes() == stored
    assert place.stat().st_mode & 0o777 == 0o644
    assert list(tmp_path.iterdir()) == [place]


@pytest.mark.parametrize("step", ["fsync", "replace"])
@pytest.mark.parametrize("failure", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_stop_at_any_step_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, failure: BaseException
) -> None:
    """Full disk or Ctrl-C: the caller hears of it, the old words stand, no other file is left."""
    place = tmp_path / "kept.txt"
    place.write_text("old")

    def stop(*_: object) -> None:
        raise failure

    monkeypatch.setattr(os, step, stop)
    with pytest.raises(type(failure)):
        write_whole(place, "new")
    assert place.read_text() == "old"
    assert list(tmp_path.iterdir()) == [place]
