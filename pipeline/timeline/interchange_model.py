"""A timeline that is no EDL, as its file says it: tracks of pieces that may overlap where a transition joins them.

Every format is read into these and written from them; `interchange_events` turns them into lists of events and back.
Record times are exact seconds from the timeline's first frame, so that no rate is guessed on the way.
"""

from dataclasses import dataclass, field
from fractions import Fraction

from footage_manifest.findings import Finding, Severity
from footage_manifest.timecode import Clock
from pipeline.timeline.edl_lines import TransitionKind
from pipeline.timeline.edl_model import Side

MAX_PIECES = 50_000
"""No cut has more; the limit keeps time and memory bounded."""
MAX_TRACKS = 500
_MOST_FINDINGS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockedSide(Side):
    """A side whose labels count on a `clock` that the file states, whatever the film's is."""

    clock: Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something stands: `line` counts from 1, `field` names it where a line alone would not."""

    line: int
    field: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Medium:
    """What a piece plays. `reel` is its best name, `names` all others, the clip's own first.

    Its labels count on `clock`. `start` is the label frame of its first frame, None where the file does not say it.
    `url` is where the file was, for those who write one; `channels` how many sound channels it has, 0 where not known.
    """

    reel: str
    names: tuple[str, ...] = ()
    clock: Clock
    start: int | None = None
    url: str = ""
    channels: int = 0
    length: Fraction | None = None
    """In seconds, None where it is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """What is seen or heard from `start` up to, not including, `end`, what a transition covers of it included.

    `medium` None is black. At `start` the instant `source` is on display, also where it plays backwards (SEMANTICS rule 2):
    in seconds from the medium's first frame, or from label 00:00:00:00 where its start is not known. `channels` are the
    source's sound channels, none where the medium's own choice is heard.
    """

    place: Place
    start: Fraction
    end: Fraction
    medium: Medium | None = None
    source: Fraction = Fraction(0)
    speed: Fraction = Fraction(1)
    channels: tuple[int, ...] = ()
    number: str = ""

    def trimmed(self, start: Fraction, end: Fraction) -> "Piece":
        """Return the piece from `start` to `end`, which may lie outside: the source goes on accordingly."""
        source = self.source + (start - self.start) * self.speed
        return _with(self, start=start, end=end, source=source)

    def moved(self, seconds: Fraction) -> "Piece":
        """Return the piece `seconds` later."""
        return _with(self, start=self.start + seconds, end=self.end + seconds)


def _with(piece: Piece, **changes: Fraction) -> Piece:
    values = {name: getattr(piece, name) for name in Piece.__dataclass_fields__}
    return Piece(**{**values, **changes})


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """A transition from `start` up to, not including, `end`; `code` is `D` or a wipe such as `W001`.

    `leaves` and `enters` are the places, in its track's pieces, of what it joins: None is black.
    """

    place: Place
    start: Fraction
    end: Fraction
    leaves: int | None
    enters: int | None
    kind: TransitionKind = TransitionKind.DISSOLVE
    code: str = "D"


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """One track: pieces and joins in order of time."""

    sound: bool
    pieces: tuple[Piece, ...]
    joins: tuple[Join, ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequence:
    """A whole timeline: `clock` is its own, `start` the label frame of its first frame, tracks pictures first."""

    title: str
    clock: Clock
    start: int
    tracks: tuple[Track, ...]
    states_drop: bool = True
    """Whether the file says how its labels count; OpenTimelineIO cannot."""


class RefusedError(ValueError):
    """A timeline that cannot be read on: the finding that says why."""

    def __init__(self, place: Place, what: str, cure: str) -> None:
        self.place = place
        self.what = what
        self.cure = cure
        super().__init__(what)


@dataclass(slots=True)
class Remarks:
    """What is wrong with a file, and what of it a cut cannot carry: each kind once, with its first place and a count."""

    file: str
    errors: list[Finding] = field(default_factory=list)
    _lost: dict[str, tuple[Place, int]] = field(default_factory=dict)

    def refuse(self, place: Place, what: str, cure: str) -> None:
        """Add an error; RefusedError passes once there are too many to be worth reading."""
        if len(self.errors) >= _MOST_FINDINGS:
            raise RefusedError(place, "too much is wrong; the rest was not read", "export the timeline again")
        self.errors.append(Finding(file=self.file, line=place.line, field=place.field, what=what, cure=cure))

    def lose(self, place: Place, what: str) -> None:
        """Say that something is not carried into the cut."""
        first, count = self._lost.get(what, (place, 0))
        self._lost[what] = (first, count + 1)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """Return a warning for each kind of thing that is not carried."""
        return tuple(
            Finding(
                severity=Severity.WARNING,
                file=self.file,
                line=place.line,
                field=place.field,
                what=what if count == 1 else f"{what} ({count} times, first here)",
            )
            for what, (place, count) in self._lost.items()
        )
