"""One line of a CMX3600 list as a typed statement that carries its line number. What is not known is kept as a remark.

The format: "CMX 340/3400/3600 Edit Decision List" as written by cutting programs since; columns are read by spaces, not by
position, since reel names grew from 8 to 32 characters and more.
"""

import re
from collections.abc import Callable
from fractions import Fraction

from footage_manifest.timecode import Label, TimecodeError
from footage_manifest.wording import shown
from pipeline.timeline.edl_lines import (
    AudioLine,
    Channels,
    ClipName,
    EventLine,
    FrameCode,
    Remark,
    Role,
    SpeedLine,
    SplitLine,
    Statement,
    Title,
    Transition,
    TransitionKind,
)


class LineFaultError(ValueError):
    """A line that cannot be read: `field` is the column meant, `what` is wrong with it, `cure` what to do."""

    def __init__(self, field: str, what: str, cure: str) -> None:
        self.field = field
        self.what = what
        self.cure = cure
        super().__init__(what)

    @property
    def of_event(self) -> bool:
        """Return whether the line is an event line, so that an event is missing without it."""
        return self.field not in {"FCM", "M2", "AUD", "SPLIT"}


_EVENT_NUMBER = re.compile(r"[0-9]{1,8}[A-Za-z]{0,2}")
_TIMECODE_LIKE = re.compile(r"-?\d+[:;]\d+[:;][\d:;.,\-]*")
_CLIP_NAME = re.compile(r"\*+\s*(FROM|TO) CLIP NAME\s*:(.*)", re.IGNORECASE)
_COMMENT = re.compile(r"\*+\s*(?:(ASC_SOP|ASC_SAT|LOC)\b\s*:?|([A-Za-z][A-Za-z0-9_ ]{0,30}?)\s*:)(.*)")
_SPLIT = re.compile(r"SPLIT\s*:?\s*(AUDIO|VIDEO)\s+DELAY\s*=?\s*(\S+)", re.IGNORECASE)
_SPEED = re.compile(r"[-+]?\d{1,5}(?:\.\d{1,6})?")
_CHANNEL = re.compile(r"AA|B|V1?|A(?:1234|123|[1-9])?(?!\d)")
_SOUND_CHANNELS = {"A": {1}, "AA": {1, 2}, "B": {1}}
"""B is picture and the first sound channel; AA both sound channels."""
_DROP = {"DROP FRAME", "DROP-FRAME", "DROP"}
_NON_DROP = {"NON-DROP FRAME", "NON DROP FRAME", "NON-DROP-FRAME", "NONDROP FRAME", "NON-DROP", "NON DROP"}


def statement(line: int, text: str) -> Statement | None:
    """Return what line number `line` says, None where it is blank. Raises LineFaultError where it cannot be read.

    A line that begins with a number, or has four timecodes, is meant as an event: it is read as one or refused. A number may
    carry a letter or two (`012A`), as inserted events do; where timecodes are wanting it takes one to tell it from a note.
    """
    words = text.split()
    if not words:
        return None
    head = "*" if words[0].startswith("*") else words[0].upper().partition(":")[0]
    reader = _READERS.get(head)
    if reader is not None:
        return reader(line, text.strip())
    timecodes = sum(1 for word in words if _TIMECODE_LIKE.fullmatch(word))
    meant = _is_number(words[0]) and (timecodes or len(words) > 2)
    if timecodes >= 4 or meant or (_EVENT_NUMBER.fullmatch(words[0]) and timecodes):
        return _event(line, words, timecodes)
    return Remark(line=line, key="", text=text.strip())


def _is_number(word: str) -> bool:
    return word.isascii() and word.isdigit()


def _comment(line: int, text: str) -> ClipName | Remark:
    name = _CLIP_NAME.fullmatch(text)
    if name is not None and name.group(2).strip():
        return ClipName(line=line, role=Role(name.group(1).upper()), text=name.group(2).strip())
    known = _COMMENT.fullmatch(text)
    if known is None:
        return Remark(line=line, key="", text=text.lstrip("*").strip())
    return Remark(line=line, key=(known.group(1) or known.group(2)).upper(), text=known.group(3).strip())


def _title(line: int, text: str) -> Title:
    return Title(line=line, text=text[5:].lstrip(" \t:"))


def _frame_code(line: int, text: str) -> FrameCode:
    value = " ".join(text[3:].lstrip(" \t:").upper().split())
    if value in _DROP | _NON_DROP:
        return FrameCode(line=line, drop=value in _DROP)
    raise LineFaultError("FCM", f"{shown(value)} is no frame code mode", "write FCM: DROP FRAME or FCM: NON-DROP FRAME")


def _speed(line: int, text: str) -> SpeedLine:
    words = text.split()
    if len(words) >= 4 and _SPEED.fullmatch(words[-2]) and _TIMECODE_LIKE.fullmatch(words[-1]):
        reel = " ".join(words[1:-2])
        return SpeedLine(line=line, reel=reel, frames_a_second=Fraction(words[-2]), at=_label("M2", words[-1]))
    raise LineFaultError("M2", "the speed change cannot be read", "write M2, reel, frames a second and timecode")


def _audio(line: int, text: str) -> AudioLine:
    words = text.split()
    if len(words) > 1 and all(len(word) == 1 and word in "123456789" for word in words[1:]):
        return AudioLine(line=line, channels=tuple(int(word) for word in words[1:]))
    raise LineFaultError(
        "AUD", "the sound channels cannot be read", "write AUD and the channel numbers, such as AUD 3 4"
    )


def _split(line: int, text: str) -> SplitLine:
    found = _SPLIT.fullmatch(text)
    if found is None:
        cure = "write SPLIT: AUDIO DELAY= 00:00:00:12 (or VIDEO), or sound and picture as two events"
        raise LineFaultError("SPLIT", "the split cannot be read", cure)
    delay = _label("SPLIT", found.group(2))
    return SplitLine(line=line, delay=delay, picture_waits=found.group(1).upper() == "VIDEO")


def _event(line: int, words: list[str], timecodes: int) -> EventLine:
    columns, times = words[:-4], words[-4:]
    if timecodes != 4 or not all(_TIMECODE_LIKE.fullmatch(word) for word in times):
        raise LineFaultError(
            "timecodes",
            f"an event line ends with four timecodes, and this one has {timecodes if timecodes != 4 else 'text after them'}",
            "write source in, source out, record in and record out as HH:MM:SS:FF",
        )
    transition, columns = _transition(columns)
    if len(columns) < 2:
        raise LineFaultError(
            "columns",
            "number, reel, channels and transition are expected before the timecodes, and some are missing",
            "write them out, such as 001 INT01 V C",
        )
    channels = _channels(columns[-1])
    number, reel = _number_and_reel(columns[:-1])
    names = ("source in", "source out", "record in", "record out")
    source_in, source_out, record_in, record_out = (_label(name, word) for name, word in zip(names, times, strict=True))
    return EventLine(
        line=line,
        number=number,
        reel=reel,
        channels=channels,
        transition=transition,
        source_in=source_in,
        source_out=source_out,
        record_in=record_in,
        record_out=record_out,
    )


def _number_and_reel(words: list[str]) -> tuple[str, str]:
    """Return event number and reel. A reel may hold spaces only behind a number, where nothing else can be meant."""
    if len(words) == 1:
        return "", words[0]
    if not _EVENT_NUMBER.fullmatch(words[0]):
        raise LineFaultError(
            "event number",
            f"{shown(words[0])} is not an event number",
            "number the event in at most eight digits; a reel name with spaces needs a number before it",
        )
    return words[0], " ".join(words[1:])


def _transition(words: list[str]) -> tuple[Transition, list[str]]:
    """Return the transition that the last words before the timecodes spell, and the words before it."""
    frames = 0
    rest = list(words)
    if rest and _is_number(rest[-1]) and len(rest[-1]) <= 5 and len(rest) > 1:
        frames = int(rest.pop())
    if rest and rest[-1].upper() == "(F)":
        rest.pop()
    code = rest.pop().upper() if rest else ""
    if code in {"B", "O"} and rest and rest[-1].upper() == "K":
        code = rest.pop().upper() + code
    return _kind_of(code, frames), rest


def _kind_of(code: str, frames: int) -> Transition:
    """Return the transition with a code and a length in frames, 0 where none is written."""
    if code == "C" and not frames:
        return Transition(kind=TransitionKind.CUT, code=code)
    if code == "D" and frames:
        return Transition(kind=TransitionKind.DISSOLVE, code=code, frames=frames)
    if code in {"K", "KB", "KO"}:
        return Transition(kind=TransitionKind.KEY, code=code, frames=frames)
    wipe = re.fullmatch(r"W[0-9]{1,4}", code)
    if wipe is not None and frames:
        return Transition(kind=TransitionKind.WIPE, code=code, frames=frames)
    if wipe is not None:
        raise LineFaultError("transition", "a wipe states its length in frames", f"write it, such as {code} 025")
    what = {"C": "a cut has no length", "D": "a dissolve states its length in frames"}
    cure = "write C for a cut, or D and a number of frames for a dissolve"
    raise LineFaultError("transition", what.get(code, f"{shown(code)} is no transition"), cure)


def _channels(word: str) -> Channels:
    upper = word.upper()
    if upper == "NONE":
        return Channels()
    picture, sound = False, set[int]()
    for part in re.split(r"[/,+]", upper):
        found = _CHANNEL.findall(part)
        if not part or "".join(found) != part:
            raise LineFaultError(
                "channels",
                f"{shown(word)} is no channel selection",
                "write V, A, A2, A3, A4, AA, B, AA/V or NONE; a second picture track is an EDL of its own",
            )
        for channel in found:
            picture = picture or channel in {"B", "V", "V1"}
            sound |= _SOUND_CHANNELS.get(channel) or {int(digit) for digit in channel.lstrip("AV") if channel[0] == "A"}
    return Channels(picture=picture, sound=tuple(sorted(sound)))


def _label(field: str, text: str) -> Label:
    """Return the label `text` spells; `;` anywhere is drop-frame. A point or comma is refused: programs disagree on it."""
    cure = "write HH:MM:SS:FF, with ; before the frames for drop-frame"
    if "." in text or "," in text:
        raise LineFaultError(
            field, f"the mark before the frames of {shown(text)} can mean either way of counting", cure
        )
    drop = ";" in text
    try:
        label = Label.parse(text.replace(";", ":"))
    except TimecodeError as error:
        raise LineFaultError(field, str(error), cure) from None
    return Label(label.hours, label.minutes, label.seconds, label.frames, drop)


_READERS: dict[str, Callable[[int, str], Statement]] = {
    "*": _comment,
    "TITLE": _title,
    "FCM": _frame_code,
    "M2": _speed,
    "AUD": _audio,
    "SPLIT": _split,
}
"""Who reads a line, by its first word up to a colon."""
