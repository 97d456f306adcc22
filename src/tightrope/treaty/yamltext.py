"""YAML text read into values that know their file and line.

Only the plain part of YAML 1.2 is read (so `on`, `no` and `yes` are words): no aliases, no tags,
one document. The text is read event by event, never by recursion, with limits on its size.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from tightrope.treaty.errors import InputError, Where, path_parts

Scalar = str | int | float | bool | None
Plain = Scalar | list["Plain"] | dict[str, "Plain"]

MAX_CHARACTERS = 1_000_000
MAX_DEPTH = 30
MAX_VALUES = 50_000

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULL = {"", "~", "null", "Null", "NULL"}
_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?[0-9]{1,18}\Z")
NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_SPECIAL = re.compile(r"([-+]?)\.(inf|Inf|INF)\Z|\.(nan|NaN|NAN)\Z")


@dataclass
class Located:
    """A value of a YAML text with its place: a scalar, a list or a block of further such values."""

    value: Scalar | list[Located] | dict[str, Located]
    file: str | None = None
    line: int | None = None

    def plain(self) -> Plain:
        """Return the value without places."""
        if isinstance(self.value, dict):
            return {key: item.plain() for key, item in self.value.items()}
        if isinstance(self.value, list):
            return [item.plain() for item in self.value]
        return self.value

    def where(self, field: str | None) -> Where:
        """Return the place of a field such as ``clauses[3].rule``, or of its nearest ancestor."""
        node = self.nearest(path_parts(field or ""))
        return Where(node.file, node.line, field)

    def nearest(self, path: Sequence[str | int]) -> Located:
        """Return the value at a path, or its nearest ancestor that is there."""
        node = self
        for part in path:
            inner = node.value
            if isinstance(inner, dict) and part in inner:
                node = inner[str(part)]
            elif isinstance(inner, list) and isinstance(part, int) and part < len(inner):
                node = inner[part]
            else:
                break
        return node


def located(value: object) -> Located:
    """Wrap plain Python values (no file, no lines) as if they had been read."""
    if isinstance(value, Mapping):
        return Located({str(key): located(item) for key, item in value.items()})
    if isinstance(value, list | tuple):
        return Located([located(item) for item in value])
    if value is None or isinstance(value, str | int | float | bool):
        return Located(value)
    return Located(str(value))


def read_file(path: Path) -> Located:
    """Read a YAML file; `InputError` if it is missing, not text or not the YAML read here."""
    return read_text(read_utf8(path), str(path))


def read_utf8(path: Path) -> str:
    """Read a file of text; `InputError` if it is missing, a folder, too long or not UTF-8."""
    name = str(path)
    try:
        if path.is_dir():
            raise InputError(
                f"'{name}' is a folder, not a file",
                "TW101",
                Where(name),
                remedy="give the path of a file",
            )
        with path.open("rb") as stream:
            raw = stream.read(4 * MAX_CHARACTERS + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(
            f"the file cannot be read ({reason})", "TW101", Where(name), remedy="check the path"
        ) from error
    if len(raw) > 4 * MAX_CHARACTERS:
        raise _too_long(name)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"byte {error.start} is not UTF-8 text",
            "TW102",
            Where(name, line),
            remedy="save the file as UTF-8",
        ) from error
    if len(text) > MAX_CHARACTERS:
        raise _too_long(name)
    return text


def read_text(text: str, file: str | None = None) -> Located:
    """Read a YAML text into located values; every fault is an `InputError` with its line."""
    if len(text) > MAX_CHARACTERS:
        raise _too_long(file)
    refused = yaml.reader.Reader.NON_PRINTABLE.search(text)
    if refused is not None:
        raise InputError(
            f"the character U+{ord(refused[0]):04X} cannot stand in a text",
            "TW102",
            Where(file, text.count("\n", 0, refused.start()) + 1),
            remedy="delete it, or save the file as UTF-8 text",
        )
    try:
        root = _Builder(file).build(text)
    except yaml.YAMLError as error:
        raise _not_yaml(error, text, file) from error
    if not isinstance(root.value, dict):
        raise InputError(
            "the file is empty" if root.value is None else "the file is not a block of keys",
            "TW120",
            Where(file, root.line),
            remedy="begin with 'schema_version: \"1\"' and 'id:', or copy a library file",
        )
    return root


def _not_yaml(error: yaml.YAMLError, text: str, file: str | None) -> InputError:
    """Say what keeps a text from being YAML, on which line; a tab is named as what it is."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line = mark.line + 1 if mark is not None else None
    problem = getattr(error, "problem", None) or "unreadable"
    remedy = "check indentation, quotes and colons on this line and the one before"
    written = _BREAK.split(text)[mark.line :] if mark is not None else []
    if mark is not None and written and written[0][mark.column :].startswith("\t"):
        problem, remedy = "a tab stands before a value", "write blanks in place of the tab"
    return InputError(f"this is not YAML ({problem})", "TW103", Where(file, line), remedy=remedy)


def _too_long(file: str | None) -> InputError:
    return InputError(
        f"the text is longer than {MAX_CHARACTERS} characters",
        "TW119",
        Where(file),
        remedy="give one instrument, table or case file at a time",
    )


class _Builder:
    """Builds located values from YAML events with a stack of its own."""

    def __init__(self, file: str | None) -> None:
        self.file = file
        self.stack: list[Located] = []
        self.keys: list[str | None] = []
        self.root: Located | None = None
        self.count = 0
        self.documents = 0

    def build(self, text: str) -> Located:
        for event in yaml.parse(text, Loader=_LOADER):
            self.line = event.start_mark.line + 1 if event.start_mark else 1
            self.take(event)
        return self.root or Located(None, self.file, 1)

    def take(self, event: yaml.Event) -> None:
        """Add one event to what has been built."""
        if isinstance(event, yaml.ScalarEvent):
            self.refuse_tag(event)
            self.add_scalar(event)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self.refuse_tag(event)
            mapping = isinstance(event, yaml.MappingStartEvent)
            self.add(Located({} if mapping else [], self.file, self.line), opens=True)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self.stack.pop()
            self.keys.pop()
        elif isinstance(event, yaml.AliasEvent):
            raise self.fault("an alias (*name) is not read here", "TW119", "write the value out")
        elif isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise self.fault("a second document begins here", "TW103", "one file, one text")

    def refuse_tag(self, event: yaml.NodeEvent) -> None:
        if getattr(event, "tag", None) is not None:
            raise self.fault("a tag (!name) is not read here", "TW103", "remove the tag")

    def add_scalar(self, event: yaml.ScalarEvent) -> None:
        plain = bool(event.implicit[0])
        awaiting_key = bool(self.stack) and isinstance(self.stack[-1].value, dict)
        if awaiting_key and self.keys[-1] is None:
            self.open_key(event.value)
            return
        value = self.scalar(event.value) if plain else event.value
        self.add(Located(value, self.file, self.line), opens=False)

    def open_key(self, key: str) -> None:
        block = self.stack[-1].value
        assert isinstance(block, dict)
        if key in block:
            raise self.fault(f"the key '{shorten(key)}' is written twice", "TW110", "keep one")
        self.keys[-1] = key

    def add(self, node: Located, opens: bool) -> None:
        """Put a value into the block or list that is open, and open it if it holds others."""
        self.count += 1
        if self.count > MAX_VALUES or len(self.stack) >= MAX_DEPTH:
            raise self.fault(
                f"the text is nested deeper than {MAX_DEPTH} or has over {MAX_VALUES} values",
                "TW119",
                "write it flatter, or part it into several files",
            )
        if not self.stack:
            self.root = node
        else:
            inner = self.stack[-1].value
            if isinstance(inner, list):
                inner.append(node)
            elif isinstance(inner, dict):
                key = self.keys[-1]
                if key is None:
                    raise self.fault("a key must be a word", "TW103", "write 'key: value'")
                inner[key] = node
                self.keys[-1] = None
        if opens:
            self.stack.append(node)
            self.keys.append(None)

    def scalar(self, text: str) -> Scalar:
        """Read a plain scalar by the YAML 1.2 core rules; dates stay text."""
        if text in _NULL:
            return None
        if text in _TRUTH:
            return _TRUTH[text]
        if _INT.match(text):
            return int(text)
        if NUMBER.match(text):
            return float(text)
        special = _SPECIAL.match(text)
        if special is None:
            return text
        return float(special[1] + "inf") if special[2] else float("nan")

    def fault(self, what: str, code: str, remedy: str) -> InputError:
        return InputError(what, code, Where(self.file, self.line), remedy=remedy)


def shorten(value: object, width: int = 60) -> str:
    """Show a value in a message: on one line, of bounded length."""
    text = " ".join(str(value)[: 4 * width].split())
    return text if len(text) <= width else text[: width - 1] + "…"
