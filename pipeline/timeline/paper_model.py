"""A paper edit as read: a cut written as Markdown text, line by line, nothing looked up yet.

Every entry knows the lines from `line` to `last_line`, inclusive, on which it stands in the file, counted from 1; both are 0
for one that was made and not read. Two entries are equal where they say the same, wherever they stand. Times that people
write as timecode are labels of the named reel's own clock; lengths are in milliseconds.
"""

from dataclasses import dataclass, field

from footage_manifest.findings import Finding
from footage_manifest.picture_plan import StillMove
from footage_manifest.timecode import Label


@dataclass(frozen=True, slots=True, kw_only=True)
class Over:
    """A picture laid over a quote or a narration: a reel from `source_in`, or a still.

    It is `ms` long, None for as long as what lies under it. The key `BL` is black.
    """

    key: str
    source_in: Label | None = None
    ms: int | None = None
    move: StillMove | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """`# Words`: a chapter; of level 1 also a title card, `ms` long, 0 for none.

    `texts` are the words by language, in the order of the film's languages, where they are written as `Uno / One`; else the
    one text for all.
    """

    line: int = field(default=0, compare=False)
    last_line: int = field(default=0, compare=False)
    level: int
    texts: tuple[str, ...]
    ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """`> REEL: "words"`: a clip of what was said. `parts` are the words between left-out passages (`[...]`), in order.

    `source_in` and `source_out` (exclusive), where a person wrote them, decide, and the words are for readers; `source_in`
    alone says near which of several places it is. `tight_ms` asks that pauses longer than that are shortened to it, and
    filler words left out; None leaves them.
    """

    line: int = field(default=0, compare=False)
    last_line: int = field(default=0, compare=False)
    reel: str
    parts: tuple[str, ...]
    source_in: Label | None = None
    source_out: Label | None = None
    tight_ms: int | None = None
    over: tuple[Over, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """`![words](KEY 4s push-in)`, `![words](KEY 00:00:12:00 5s)`: a still or a piece of a reel, seen and (a reel) heard.

    `words` are for readers. The key `BL` is black. A reel is not heard where the line says `silent`.
    """

    line: int = field(default=0, compare=False)
    last_line: int = field(default=0, compare=False)
    key: str
    ms: int
    words: str = ""
    source_in: Label | None = None
    move: StillMove | None = None
    silent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleCard:
    """`Title: Words / Words (4s)`: a card. Where the one text is a key of film.yaml's titles, that title is meant."""

    line: int = field(default=0, compare=False)
    last_line: int = field(default=0, compare=False)
    texts: tuple[str, ...]
    ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Narration:
    """`Narration: "words"`, not yet recorded, or `Narration NAR01: "words"`, found in that reel like a quote."""

    line: int = field(default=0, compare=False)
    last_line: int = field(default=0, compare=False)
    text: str
    reel: str = ""
    over: tuple[Over, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Music:
    """`Music: KEY -18 dB`: from here until the next such line; `Music: off` (`reel` empty) ends it."""

    line: int = field(default=0, compare=False)
    last_line: int = field(default=0, compare=False)
    reel: str
    gain_db: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Any other line that is not blank, as written: for colleagues, never in the film. A comment's lines are one note."""

    line: int = field(default=0, compare=False)
    last_line: int = field(default=0, compare=False)
    text: str


Entry = Heading | Quote | Picture | TitleCard | Narration | Music | Note


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperEdit:
    """The entries of a paper edit, in order; `findings` are warnings. `file` is relative to the film folder."""

    file: str
    entries: tuple[Entry, ...]
    findings: tuple[Finding, ...] = ()
