"""The state as a file: JSON that people may read and compare, loaded strictly, every problem at once."""

import json
import re
from collections.abc import Collection, Sequence
from typing import Any, NoReturn

from footage_manifest.findings import Finding
from subtitles.cue import Cue
from subtitles.errors import SubtitleError
from subtitles.state import STATE_VERSION, Comment, CueState, CueStatus, TrackState

_CURE = "put the file back as it was, or delete it: every cue then counts as a person's"
_HASH = re.compile(r"[0-9a-f]{16}")
_TRACK_KEYS = {"version", "reel", "language", "source_language", "made_by", "cues"}
_LATER_KEYS = {"made_by"}
"""Keys that states did not have from the beginning: one without them is whole."""
_CUE_KEYS = {"id", "start_ms", "end_ms", "text", "source_ids", "source_hash", "status", "approved_hash"}
_LATER_CUE_KEYS = {"theirs", "theirs_from", "comments", "own", "split_from"}
"""Keys that a cue has only where they say something."""
_SHOWN_KEYS = {"start_ms", "end_ms", "text"}
_COMMENT_KEYS = {"text", "who", "at"}
_MOST_FINDINGS = 50
_LATEST_MS = 1000 * 3600 * 1000
_LINE = ",\n"
_quoted = json.JSONEncoder(ensure_ascii=False).encode


def dump_state(state: TrackState) -> bytes:
    """Return `state` as JSON: UTF-8, one field a line, keys sorted, cues in order of time; the same bytes each time.

    These are the bytes of `json.dumps(..., ensure_ascii=False, indent=1, sort_keys=True)`, put together here: what indents
    in the library takes ten times as long, and a state is written at every edit. Half a letter raises UnicodeEncodeError.
    """
    cues = ",\n".join([_cue(cue) for cue in sorted(state.cues, key=lambda cue: (cue.base.start_ms, cue.id))])
    listed = f"[\n{cues}\n ]" if cues else "[]"
    source = "null" if state.source_language is None else _quoted(state.source_language)
    whole = (
        f'{{\n "cues": {listed},\n "language": {_quoted(state.language)},\n'
        f' "made_by": {_quoted(state.made_by)},\n "reel": {_quoted(state.reel)},\n'
        f' "source_language": {source},\n'
        f' "version": {STATE_VERSION}\n}}\n'
    )
    return whole.encode()


def _cue(cue: CueState) -> str:
    base = cue.base
    sources = ",\n".join([f"    {_quoted(name)}" for name in cue.source_ids])
    fields = [f'   "approved_hash": {_quoted(cue.approved_hash)}']
    if cue.comments:
        said = ",\n".join([_comment(one) for one in cue.comments])
        fields.append(f'   "comments": [\n{said}\n   ]')
    fields.append(f'   "end_ms": {base.end_ms},\n   "id": {_quoted(cue.id)}')
    if cue.own:
        fields.append('   "own": true')
    fields.append(f'   "source_hash": {_quoted(cue.source_hash)}')
    fields.append(f'   "source_ids": [\n{sources}\n   ]' if sources else '   "source_ids": []')
    if cue.split_from:
        fields.append(f'   "split_from": {_quoted(cue.split_from)}')
    fields.append(
        f'   "start_ms": {base.start_ms},\n   "status": "{cue.status.value}",\n   "text": {_quoted(base.text)}'
    )
    if cue.theirs is not None:
        theirs = cue.theirs
        times = f'    "end_ms": {theirs.end_ms},\n    "start_ms": {theirs.start_ms},\n'
        fields.append(f'   "theirs": {{\n{times}    "text": {_quoted(theirs.text)}\n   }}')
    if cue.theirs_from:
        fields.append(f'   "theirs_from": {_quoted(cue.theirs_from)}')
    return f"  {{\n{_LINE.join(fields)}\n  }}"


def _comment(one: Comment) -> str:
    said = f'     "at": {_quoted(one.at)},\n     "text": {_quoted(one.text)},\n     "who": {_quoted(one.who)}'
    return f"    {{\n{said}\n    }}"


def load_state(content: bytes, *, file: str, of: tuple[str, str] | None = None) -> TrackState:
    """Return the state that `content` holds. `file` is its name for messages, `of` the reel and language it must be of.

    Raises SubtitleError, with every problem, for what is not the state of this version: bad JSON, keys that are missing,
    unknown or twice there, numbers that are not whole, ids twice; and for the state of another track.
    """
    state = _Loading(file).track(_parse(content, file))
    if of is not None and of != (state.reel, state.language):
        what = f"this is the state of {state.reel}.{state.language}, not of {'.'.join(of)}"
        cure = f"{_CURE}; where the reel was renamed, write its new name here too"
        raise SubtitleError((Finding(file=file, field="reel", what=what, cure=cure),))
    return state


def _parse(content: bytes, file: str) -> Any:
    def refuse(text: str) -> NoReturn:
        raise _NotPlainError(f"{text} is not a whole number")

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys: dict[str, Any] = {}
        for key, value in pairs:
            if key in keys:
                raise _NotPlainError(f"'{key}' stands twice in one place")
            keys[key] = value
        return keys

    try:
        text = content.decode("utf-8-sig")  # some editors put a byte order mark in front
        return json.loads(text, parse_float=refuse, parse_constant=refuse, object_pairs_hook=once)
    except json.JSONDecodeError as error:
        finding = Finding(file=file, line=error.lineno, column=error.colno, what=f"not JSON: {error.msg}", cure=_CURE)
    except UnicodeDecodeError:
        finding = Finding(file=file, what="the file is not UTF-8", cure=_CURE)
    except RecursionError:
        finding = Finding(file=file, what="the file is nested too deeply to be a state", cure=_CURE)
    except ValueError as error:
        # Ours, and Python's own refusal of numbers with thousands of digits.
        what = str(error) if isinstance(error, _NotPlainError) else "a number is too long"
        finding = Finding(file=file, what=what, cure=_CURE)
    raise SubtitleError((finding,))


class _NotPlainError(ValueError):
    """JSON that no state is written with."""


class _Loading:
    """One pass over parsed JSON that notes everything that is wrong."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.findings: list[Finding] = []

    def track(self, whole: Any) -> TrackState:
        """Return the track, or raise SubtitleError with every finding."""
        if not isinstance(whole, dict):
            self._wrong("", "the file is not the state of subtitles")
            raise SubtitleError(self.findings)
        version = whole.get("version")
        if isinstance(version, int) and version > STATE_VERSION:
            cure = "use the version of testimonio that made it, or a later one"
            what = f"it was made by a later version ({version}, known is {STATE_VERSION})"
            raise SubtitleError((Finding(file=self.file, field="version", what=what, cure=cure),))
        if version != STATE_VERSION or isinstance(version, bool):
            self._wrong("version", f"must be {STATE_VERSION}")
        self._keys("", whole, _TRACK_KEYS)
        listed = whole.get("cues")
        if not isinstance(listed, list):
            self._wrong("cues", "must be a list")
            listed = []
        cues = [self._cue(f"cues[{position}]", entry) for position, entry in enumerate(listed)]
        state = TrackState(
            reel=self._text("", whole, "reel"),
            language=self._text("", whole, "language"),
            source_language=None if whole.get("source_language") is None else self._text("", whole, "source_language"),
            made_by=self._text("", whole, "made_by"),
            cues=tuple(sorted(cues, key=lambda cue: (cue.base.start_ms, cue.id))),
        )
        self._no_id_twice([cue.id for cue in cues])
        if self.findings:
            raise SubtitleError(self.findings[:_MOST_FINDINGS])
        return state

    def _cue(self, place: str, entry: Any) -> CueState:
        if not isinstance(entry, dict):
            self._wrong(place, "must be a cue")
            return CueState(base=Cue(start_ms=0, end_ms=0, text=""))
        self._keys(f"{place}.", entry, _CUE_KEYS, _LATER_CUE_KEYS)
        name = self._text(f"{place}.", entry, "id")
        if not name:
            self._wrong(f"{place}.id", "is empty")
        sources = entry.get("source_ids")
        if not isinstance(sources, list) or not all(isinstance(source, str) and source for source in sources):
            self._wrong(f"{place}.source_ids", "must be a list of ids")
            sources = []
        status = entry.get("status")
        if not isinstance(status, str) or status not in set(CueStatus):
            self._wrong(f"{place}.status", f"must be one of {', '.join(CueStatus)}")
            status = CueStatus.DRAFT
        return CueState(
            base=self._shown(place, entry, name),
            status=CueStatus(status),
            source_ids=tuple(sources),
            source_hash=self._hash(place, entry, "source_hash", needed=bool(sources)),
            approved_hash=self._hash(place, entry, "approved_hash", needed=status == CueStatus.APPROVED),
            theirs=self._theirs(place, entry, name),
            theirs_from=self._text(f"{place}.", entry, "theirs_from"),
            comments=self._comments(place, entry),
            own=self._own(place, entry),
            split_from=self._text(f"{place}.", entry, "split_from"),
        )

    def _shown(self, place: str, entry: dict[str, Any], name: str) -> Cue:
        start, end = self._ms(place, entry, "start_ms"), self._ms(place, entry, "end_ms")
        if end < start:
            self._wrong(f"{place}.end_ms", "lies before start_ms")
        return Cue(id=name, start_ms=start, end_ms=end, text=self._text(f"{place}.", entry, "text"))

    def _theirs(self, place: str, entry: dict[str, Any], name: str) -> Cue | None:
        other = entry.get("theirs")
        if other is None and "theirs" not in entry:
            return None
        if not isinstance(other, dict):
            self._wrong(f"{place}.theirs", "must be the other side of a conflict: start_ms, end_ms, text")
            return None
        self._keys(f"{place}.theirs.", other, _SHOWN_KEYS)
        return self._shown(f"{place}.theirs", other, name)

    def _comments(self, place: str, entry: dict[str, Any]) -> tuple[Comment, ...]:
        listed = entry.get("comments", [])
        if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
            self._wrong(f"{place}.comments", "must be a list of remarks: text, who, at")
            return ()
        found = []
        for position, one in enumerate(listed):
            at = f"{place}.comments[{position}]."
            self._keys(at, one, _COMMENT_KEYS)
            found.append(
                Comment(text=self._text(at, one, "text"), who=self._text(at, one, "who"), at=self._text(at, one, "at"))
            )
        return tuple(found)

    def _own(self, place: str, entry: dict[str, Any]) -> bool:
        value = entry.get("own", False)
        if not isinstance(value, bool):
            self._wrong(f"{place}.own", "must be true or false")
        return value is True

    def _keys(self, place: str, entry: dict[str, Any], known: set[str], later: Collection[str] = frozenset()) -> None:
        for key in sorted(set(entry) - known - set(later)):
            self._wrong(f"{place}{key}", "is not known")
        for key in sorted(known - set(entry) - _LATER_KEYS):
            self._wrong(f"{place}{key}", "is missing")

    def _text(self, place: str, entry: dict[str, Any], key: str) -> str:
        value = entry.get(key)
        if isinstance(value, str) and not any(0xD800 <= ord(letter) <= 0xDFFF for letter in value):
            return value
        if key in entry:
            self._wrong(f"{place}{key}", "must be a text of whole characters")
        return ""

    def _ms(self, place: str, entry: dict[str, Any], key: str) -> int:
        value = entry.get(key)
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _LATEST_MS:
            return value
        if key in entry:
            self._wrong(f"{place}.{key}", "must be a whole number of milliseconds, 0 or more")
        return 0

    def _hash(self, place: str, entry: dict[str, Any], key: str, *, needed: bool) -> str:
        value = entry.get(key)
        if isinstance(value, str) and (_HASH.fullmatch(value) if needed else not value):
            return value
        if key in entry:
            self._wrong(f"{place}.{key}", "must be 16 hex digits" if needed else "must be empty here")
        return ""

    def _no_id_twice(self, ids: Sequence[str]) -> None:
        seen: set[str] = set()
        for position, name in enumerate(ids):
            if name and name in seen:
                self._wrong(f"cues[{position}].id", f"'{name}' is already another cue's")
            seen.add(name)

    def _wrong(self, field: str, what: str) -> None:
        self.findings.append(Finding(file=self.file, field=field, what=what, cure=_CURE))
