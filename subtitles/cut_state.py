"""What is known of a cut's own subtitles beside their file (SEMANTICS rule 16): what each cue stands over, and instead of.

The file, `subtitles/cuts/<cut>.<language>.srt`, counts from the cut's first frame and is people's. When the cut changes, its
times are those of an older cut: the state knows over what a cue stood when it was written, so that it goes where that went.
"""

import json
from collections import Counter
from enum import StrEnum
from typing import Annotated, Any, Literal, NoReturn

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictInt,
    StringConstraints,
    ValidationError,
    model_validator,
)

from footage_manifest.findings import Finding
from subtitles.cue import Cue
from subtitles.errors import SubtitleError
from subtitles.state import CueState, TrackState

CUT_STATE_VERSION = 1

_CURE = "put the file back as it was, or delete it: every cue then stands where its file says"
_MOST_FINDINGS = 50
_Ms = Annotated[StrictInt, Field(ge=0, lt=1000 * 3600 * 1000)]
_Hash = Annotated[str, StringConstraints(strict=True, pattern=r"^([0-9a-f]{16})?$")]


def _whole(text: str) -> str:
    if any(0xD800 <= ord(letter) <= 0xDFFF for letter in text):
        raise ValueError("must be a text of whole characters")
    return text


_Text = Annotated[str, StringConstraints(strict=True), AfterValidator(_whole)]
_Name = Annotated[_Text, StringConstraints(min_length=1)]


class Side(StrEnum):
    """What of a cut a cue stands over: a reel that is heard, something that is seen, or the cut's own clock alone."""

    SOUND = "sound"
    PICTURE = "picture"
    RECORD = "record"


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Anchor(_Strict):
    """What a cue stands over, in SOURCE milliseconds from the reel's first frame.

    `key` is the reel's, still's or title's, empty for the cut's own clock. The event, or the run of events, lies between
    `in_ms` and `out_ms` there, the cue between `start_ms` and `end_ms`, ends exclusive. For what stands still, and on the
    cut's own clock, all count from its first frame in the cut.
    """

    side: Side
    key: _Text = ""
    in_ms: _Ms = 0
    out_ms: _Ms = 0
    start_ms: _Ms = 0
    end_ms: _Ms = 0


class OwnCueState(_Strict):
    """One cue of a cut's own file: as it stood there when it was last placed, times on the RECORD clock of the cut then.

    `replaces` are the ids of the reels' cues that it stands for, `heard_hash` what was heard of them (`identity.text_hash`).
    `approved_hash` is the `identity.content_hash` of the cue that was approved, empty where none was.
    """

    id: _Name
    start_ms: _Ms
    end_ms: _Ms
    text: _Text
    anchor: Anchor
    replaces: tuple[_Name, ...] = ()
    heard_hash: _Hash = ""
    approved_hash: _Hash = ""

    @model_validator(mode="after")
    def _in_order(self) -> "OwnCueState":
        if self.end_ms < self.start_ms:
            raise ValueError("end_ms lies before start_ms")
        return self

    @property
    def cue(self) -> Cue:
        """Return the cue as it stood in the file."""
        return Cue(id=self.id, start_ms=self.start_ms, end_ms=self.end_ms, text=self.text)


class CutTrackState(_Strict):
    """What is known of one cut's own subtitles in one language. `kind` is `full`, or `sdh` for its sounds and speakers."""

    version: Literal[1] = 1
    cut: _Name
    language: _Name
    kind: Literal["full", "sdh"] = "full"
    cues: tuple[OwnCueState, ...] = ()

    def by_id(self) -> dict[str, OwnCueState]:
        """Return the cues by id."""
        return {cue.id: cue for cue in self.cues}

    def as_track(self) -> TrackState:
        """Return the cues as a state that a file can be aligned with (`merge.align`)."""
        return TrackState(
            reel=self.cut, language=self.language, cues=tuple(CueState(base=cue.cue) for cue in self.cues)
        )


def dump_cut_state(state: CutTrackState) -> bytes:
    """Return `state` as JSON: UTF-8, one field a line, keys sorted, cues in order of time; the same bytes each time."""
    ordered = sorted(state.cues, key=lambda cue: (cue.start_ms, cue.id))
    whole = state.model_copy(update={"cues": tuple(ordered)}).model_dump(mode="json")
    return (json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def load_cut_state(content: bytes, *, file: str) -> CutTrackState:
    """Return the state that `content` holds. `file` is its name for messages.

    Raises SubtitleError, with every problem, for what is not the state of this version: bad JSON, keys that are missing,
    unknown or twice there, numbers that are not whole, ids twice.
    """
    whole = _parse(content, file)
    version = whole.get("version") if isinstance(whole, dict) else None
    if isinstance(version, int) and version > CUT_STATE_VERSION:
        what = f"it was made by a later version ({version}, known is {CUT_STATE_VERSION})"
        cure = "use the version of testimonio that made it, or a later one"
        raise SubtitleError((Finding(file=file, field="version", what=what, cure=cure),))
    try:
        state = CutTrackState.model_validate(whole)
    except ValidationError as error:
        problems = [
            Finding(file=file, field=".".join(map(str, one["loc"])), what=one["msg"].lower(), cure=_CURE)
            for one in error.errors(include_url=False, include_context=False, include_input=False)
        ]
        raise SubtitleError(problems[:_MOST_FINDINGS]) from None
    twice = sorted(name for name, count in Counter(cue.id for cue in state.cues).items() if count > 1)
    if twice:
        raise SubtitleError(
            [Finding(file=file, field="cues", what=f"the id '{name}' stands there twice", cure=_CURE) for name in twice]
        )
    return state


class _NotPlainError(ValueError):
    """JSON that no state is written with."""


def _parse(content: bytes, file: str) -> Any:
    def refuse(text: str) -> NoReturn:
        raise _NotPlainError(f"{text} is not a whole number")

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            raise _NotPlainError("a key stands twice in one place")
        return found

    line = None
    try:
        return json.loads(content.decode(), parse_float=refuse, parse_constant=refuse, object_pairs_hook=once)
    except json.JSONDecodeError as error:
        what, line = f"not JSON: {error.msg}", error.lineno
    except UnicodeDecodeError:
        what = "the file is not UTF-8"
    except RecursionError:
        what = "the file is nested too deeply to be a state"
    except ValueError as error:
        # Ours, and Python's own refusal of numbers with thousands of digits.
        what = str(error) if isinstance(error, _NotPlainError) else "a number is too long"
    raise SubtitleError((Finding(file=file, line=line, what=what, cure=_CURE),))
