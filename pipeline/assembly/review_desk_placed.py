"""What a person wants a cue to be, and whether a subtitle file can hold it."""

from dataclasses import dataclass, replace

from pipeline.assembly.review_desk_answers import Denied, Refused, Why
from subtitles.cue import Cue
from subtitles.errors import SubtitleError
from subtitles.formats.srt import write_srt

_NO_BREAK_SPACE = "\u00a0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A cue as a person wants it: its text, from `start_ms`, inclusive, to `end_ms`, exclusive, in source time."""

    start_ms: int
    end_ms: int
    text: str


def placed(wanted: Placed, before: Cue) -> Cue:
    """Return `before` as a person wants it. Raises Refused for what no subtitle file can hold."""
    text = wanted.text.replace("\r\n", "\n").replace("\r", "\n")
    if text != before.text:
        text = _kept_together(text)
    cue = replace(before, start_ms=wanted.start_ms, end_ms=wanted.end_ms, text=text)
    if cue.end_ms <= cue.start_ms:
        raise Refused(Denied.UNUSABLE, "the cue ends before it begins", "let it end later", code=Why.ENDS_EARLY)
    if unfit(text):
        raise Refused(Denied.UNUSABLE, "the text holds what is no letter", "write it again", code=Why.NO_LETTERS)
    try:
        write_srt((cue,))
    except SubtitleError as error:
        what = error.findings[0].what
        raise Refused(Denied.UNUSABLE, what, "write it otherwise", code=Why.UNWRITABLE) from error
    return cue


def _kept_together(text: str) -> str:
    """Return a text whose inner blank lines are no blank lines to players: most end a cue there."""
    lines = text.strip("\n").split("\n")
    return "\n".join(line if len(lines) == 1 or line.strip() else _NO_BREAK_SPACE for line in lines)


def unfit(text: str) -> bool:
    """Return whether a text holds what is no letter: control characters, halves of characters."""
    return any((sign < " " and sign not in "\n\t") or sign == "\x7f" or 0xD800 <= ord(sign) <= 0xDFFF for sign in text)
