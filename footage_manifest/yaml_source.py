"""YAML as people write it, turned into plain values with the place of each; nothing in it can act, and nothing is guessed.

Only events of the parser are used: no tag is ever constructed, no alias followed, and nesting costs no recursion. What the
versions of YAML read differently (`no`, `012`, `1:30`) is refused, so that every program reads the same film.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, StringMark, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from footage_manifest.findings import Finding
from footage_manifest.wording import Refusal, shown
from footage_manifest.yaml_scalars import Plain, key_text, plain_value, usable
from footage_manifest.yaml_syntax import before_parsing, in_plain_words

MAX_DEPTH = 20
MAX_NODES = 80_000

MOST_FINDINGS = 100

KeyPath = tuple[str | int, ...]
Place = tuple[int, int]
Value = Plain | list["Value"] | dict[str, "Value"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One YAML file: its value (None if it has none that can be used), where each key stands, and what is wrong with it.

    A mapping's entry stands where its key does; places count from 1. `damaged` holds the paths whose values were refused
    and replaced by their text.
    """

    value: dict[str, Value] | None
    places: dict[KeyPath, Place]
    damaged: frozenset[KeyPath]
    findings: tuple[Finding, ...]


def read(file: str, text: str) -> Source:
    """Return what the YAML `text` of `file` holds. Never raises: every problem is a finding with its line and column."""
    builder = _Builder(file)
    builder.findings.extend(before_parsing(file, text))
    if not builder.findings:
        try:
            for event in _events(text):
                builder.take(event)
        except MarkedYAMLError as error:
            builder.findings.append(in_plain_words(file, error, builder.reached))
        except _StopReading:
            pass
    return builder.source()


def _events(text: str) -> Iterator[Event]:
    yaml = YAML(typ="safe", pure=True)
    try:
        yield from yaml.parse(text)
    except MarkedYAMLError:
        raise
    except (YAMLError, ValueError, OverflowError) as error:
        # A \U escape beyond Unicode, a %YAML line with a version that is no number: ruamel gives no place for these.
        raise MarkedYAMLError(problem=str(error)) from None


class _StopReading(Exception):
    """What was found makes the rest of the file unreadable; it is in the findings."""


@dataclass(slots=True)
class _Open:
    """A mapping or list that is being read."""

    path: KeyPath
    holds: dict[str, Value] | list[Value]
    key: str | None = None


@dataclass(slots=True)
class _Builder:
    file: str
    findings: list[Finding] = field(default_factory=list)
    places: dict[KeyPath, Place] = field(default_factory=dict)
    damaged: set[KeyPath] = field(default_factory=set)
    stack: list[_Open] = field(default_factory=list)
    root: Value = None
    nodes: int = 0
    documents: int = 0
    reached: Place = (1, 1)

    def source(self) -> Source:
        whole = self.root if isinstance(self.root, dict) else None
        if whole is None and not self.findings:
            self.findings.append(self._finding(None, "", Refusal(*_NOT_A_MAPPING)))
        return Source(value=whole, places=self.places, damaged=frozenset(self.damaged), findings=tuple(self.findings))

    def take(self, event: Event) -> None:
        self.reached = _place(event)
        if isinstance(event, DocumentStartEvent):
            self._begin_document(event)
        elif isinstance(event, MappingEndEvent | SequenceEndEvent):
            self._close()
        elif isinstance(event, NodeEvent):
            self._node(event)

    def _begin_document(self, event: DocumentStartEvent) -> None:
        self.documents += 1
        if self.documents > 1:
            self._stop(event, "a second document begins here", "keep one document: delete this '---' line")

    def _node(self, event: NodeEvent) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self._stop(event, f"the file holds more than {MAX_NODES:,} values", "check that it is the right file")
        parent = self.stack[-1] if self.stack else None
        if parent is not None and isinstance(parent.holds, dict) and parent.key is None:
            self._key(parent, event)
            return
        path = self._path_of_next(parent)
        if isinstance(event, MappingStartEvent | SequenceStartEvent):
            self._open(event, path)
            return
        self._put(self._scalar(event, path))

    def _path_of_next(self, parent: _Open | None) -> KeyPath:
        if parent is None:
            return ()
        if isinstance(parent.holds, list):
            return (*parent.path, len(parent.holds))
        return (*parent.path, parent.key or "")

    def _open(self, event: NodeEvent, path: KeyPath) -> None:
        if len(self.stack) >= MAX_DEPTH:
            self._stop(event, f"nested more than {MAX_DEPTH} levels deep", "check the brackets and the indentation")
        self._refuse_marks(event, path)
        self.places.setdefault(path, _place(event))
        self.stack.append(_Open(path, {} if isinstance(event, MappingStartEvent) else []))

    def _close(self) -> None:
        self._put(self.stack.pop().holds)

    def _put(self, value: Value) -> None:
        if not self.stack:
            self.root = value
            return
        parent = self.stack[-1]
        if isinstance(parent.holds, list):
            parent.holds.append(value)
        elif parent.key is not None:
            # A key that stands twice keeps its first value: the second is refused, and one of them must go.
            parent.holds.setdefault(parent.key, value)
            parent.key = None

    def _key(self, parent: _Open, event: NodeEvent) -> None:
        if not isinstance(event, ScalarEvent):
            self._stop(event, "a list, a mapping or an alias cannot be a key", "write a word before the colon")
            return
        text, refusal = usable(event.value) if event.style else key_text(event.value)
        path = (*parent.path, text)
        self._refuse_marks(event, path)
        if refusal is not None:
            self._refuse(event, path, refusal)
        if isinstance(parent.holds, dict) and text in parent.holds:
            line, _ = self.places[path]
            self._refuse(event, path, Refusal(f"stands twice, first in line {line}", "keep one of them"))
        self.places.setdefault(path, _place(event))
        parent.key = text

    def _scalar(self, event: NodeEvent, path: KeyPath) -> Value:
        self.places.setdefault(path, _place(event))
        if isinstance(event, AliasEvent):
            what, cure = f"the alias {shown(f'*{event.anchor}')} is not followed", "write the value out"
            self._refuse(event, path, Refusal(what, cure))
            return None
        self._refuse_marks(event, path)
        if not isinstance(event, ScalarEvent):
            return None
        value, refusal = usable(event.value) if event.style else plain_value(event.value)
        if refusal is not None:
            self._refuse(event, path, refusal)
        return value

    def _refuse_marks(self, event: NodeEvent, path: KeyPath) -> None:
        if event.anchor is not None:
            what = f"the anchor {shown(f'&{event.anchor}')} is not used here"
            self._report(event, path, Refusal(what, "take it out"))
        tag = getattr(event, "tag", None)
        if tag is not None:
            what = f"the tag {shown(str(tag).replace('tag:yaml.org,2002:', '!!'))} is not used here"
            self._refuse(event, path, Refusal(what, "take it out and write the plain value"))

    def _refuse(self, event: Event, path: KeyPath, refusal: Refusal) -> None:
        self.damaged.add(path)
        self._report(event, path, refusal)

    def _report(self, event: Event, path: KeyPath, refusal: Refusal) -> None:
        self.findings.append(self._finding(_place(event), dotted(path), refusal))
        if len(self.findings) >= MOST_FINDINGS:
            self._stop(event, f"{MOST_FINDINGS} problems so far; the rest was not read", "mend these first")

    def _stop(self, event: Event, what: str, cure: str) -> None:
        path = self._path_of_next(self.stack[-1] if self.stack else None)
        self.findings.append(self._finding(_place(event), dotted(path), Refusal(what, cure)))
        raise _StopReading

    def _finding(self, place: Place | None, name: str, refusal: Refusal) -> Finding:
        line, column = place or (None, None)
        return Finding(file=self.file, line=line, column=column, field=name, what=refusal.what, cure=refusal.cure)


_NOT_A_MAPPING = (
    "holds no 'key: value' lines at its top level",
    "begin each line with a key, a colon and a space, such as 'title: My film'",
)


def _place(event: Event) -> Place:
    mark: StringMark = event.start_mark
    return mark.line + 1, mark.column + 1


def dotted(path: KeyPath) -> str:
    """Return a path as messages show it: `cuts.forum.source.0`; what a terminal would not print is escaped."""
    return ".".join(shown(step).strip("'") if not str(step).isprintable() else str(step) for step in path)
