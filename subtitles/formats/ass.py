r"""ASS and SSA (Sub Station Alpha v4.00+ and v4.00, as libass reads them), styles through pysubs2.

`{\i1}` and its like become `<i>`, `\N` a line break, `\h` a no-break space; the place (`{\an8}`, or the style's) is kept.
Drawings and comments are no text. What a style says about all cues is the look of the file; only what differs from it
goes into texts.
"""

import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pysubs2

from footage_manifest.findings import Finding, Severity
from subtitles.cue import Cue
from subtitles.formats.ass_lines import Event, Script, read_script
from subtitles.formats.ass_text import from_ass
from subtitles.formats.markup import Close, Open, Piece, joined, text_of
from subtitles.formats.reading import (
    MOST_LETTERS,
    Aside,
    ReadSubtitles,
    SubtitleFormat,
    counted,
    empty,
    raise_errors,
    too_long,
)
from subtitles.formats.text import BLANK, Lines, decode

# What pysubs2 raises on styles that are none: fields that are no numbers, colours that are no colours, too many fields. It
# has no error of its own for these; nothing of ours runs inside.
_BAD_STYLES = (ValueError, TypeError, IndexError, KeyError, OverflowError)

_CURE = "correct it in the program that made the file"


@dataclass(frozen=True, slots=True)
class _Look:
    """What a style says that a cue's text can say too."""

    italic: bool = False
    bold: bool = False
    underline: bool = False
    strike: bool = False
    colour: str = "#ffffff"
    place: int = 2


def read_ass(content: bytes, *, file: str, encoding: str | None = None) -> ReadSubtitles:
    """Return the cues of an ASS or SSA file, in the order of its lines, times in milliseconds (the format has hundredths).

    Raises EmptySubtitles for an empty file and SubtitleError, with every line, for events whose times are none and for
    fields that are missing. A style that cannot be read is a warning.
    """
    decoded = decode(content, file=file, encoding=encoding)
    if not decoded.text.strip(BLANK + "\r\n"):
        raise empty(file)
    script = read_script(Lines(decoded.text), file)
    looks, soft_breaks, findings = _looks(script, file)
    usual = _usual(script.events, looks)
    read = [_cue(event, (looks.get(event.style, usual), usual), soft_breaks=soft_breaks) for event in script.events]
    kept = [one for one in read if one.cue is not None]
    raise_errors(_too_long(kept, file), file)
    asides = [*script.asides, *(aside for one in read for aside in one.asides)]
    return ReadSubtitles(
        format=SubtitleFormat.ASS,
        encoding=decoded.encoding,
        cues=tuple(one.cue for one in kept if one.cue is not None),
        lines=tuple(one.event.line for one in kept),
        speakers=tuple(one.event.speaker for one in kept),
        findings=findings,
        asides=counted(asides),
    )


@dataclass(frozen=True, slots=True)
class _Read:
    event: Event
    cue: Cue | None
    asides: tuple[Aside, ...]


def _too_long(read: Sequence[_Read], file: str) -> Iterator[Finding]:
    for one in read:
        if one.cue is not None and len(one.cue.text) > MOST_LETTERS:
            yield too_long(file, one.event.line, len(one.cue.text))


def _cue(event: Event, looks: tuple[_Look, _Look], *, soft_breaks: bool) -> _Read:
    own, usual = looks
    text = from_ass(event.text, soft_breaks=soft_breaks)
    asides = [Aside(name, event.line) for name in sorted(text.unknown)]
    asides += [Aside("drawings", event.line)] if text.drawing else []
    asides += [Aside("margins and effects of single lines", event.line)] if event.moved else []
    if text.drawing and not any(isinstance(piece, str) and piece.strip() for piece in text.pieces):
        return _Read(event, None, tuple(asides))
    place = text.place or (own.place if own.place != 2 else None)
    shown = text_of(joined(_dressed(text.pieces, own, usual)), place)
    return _Read(event, Cue(start_ms=event.start_ms, end_ms=event.end_ms, text=shown), tuple(asides))


def _dressed(pieces: Sequence[Piece], own: _Look, usual: _Look) -> Sequence[Piece]:
    """Return `pieces` within the tags of what a cue's style has and the file's usual style has not."""
    tags = [Open(name) for name, on in _switches(own) if on and not dict(_switches(usual))[name]]
    whole = isinstance(pieces[0], Open) and pieces[0].name == "font" if pieces else False
    if own.colour != usual.colour and not whole:
        tags.append(Open("font", own.colour))
    return (*tags, *pieces, *(Close(tag.name) for tag in reversed(tags))) if pieces else pieces


def _switches(look: _Look) -> tuple[tuple[str, bool], ...]:
    return (("i", look.italic), ("b", look.bold), ("u", look.underline), ("s", look.strike))


def _usual(events: Sequence[Event], looks: Mapping[str, _Look]) -> _Look:
    """Return the look that most cues have."""
    styles = Counter(event.style for event in events if event.style in looks)
    return looks[styles.most_common(1)[0][0]] if styles else _Look()


def _looks(script: Script, file: str) -> tuple[dict[str, _Look], bool, tuple[Finding, ...]]:
    r"""Return the styles by name, whether `\n` breaks a line, which the script's wrapping decides, and warnings.

    A style that cannot be read is only a look: its cues take the plain one.
    """
    looks: dict[str, _Look] = {}
    findings = []
    for line, text in script.styles:
        read = _read_styles(script.kind, text)
        if read is None:
            what = "a field of this style is not what it must be; its cues are read as if they had none"
            findings.append(Finding(severity=Severity.WARNING, file=file, line=line, what=what, cure=_CURE))
            continue
        looks |= {name.strip().removeprefix("*"): _look(style) for name, style in read.styles.items()}
    wrapping = [
        value.strip() for name, _, value in (line.partition(":") for line in script.info) if name == "WrapStyle"
    ]
    return looks, wrapping[-1:] == ["2"], tuple(findings)


def _read_styles(kind: str, style: str) -> pysubs2.SSAFile | None:
    section = "[V4+ Styles]" if kind == "ass" else "[V4 Styles]"
    try:
        with warnings.catch_warnings():  # of fields that it takes a default for, none of which is ours
            warnings.simplefilter("ignore")
            return pysubs2.SSAFile.from_string(f"{section}\n{style}\n", format_=kind)
    except _BAD_STYLES:
        return None


def _look(style: Any) -> _Look:
    colour = style.primarycolor
    return _Look(
        italic=bool(style.italic),
        bold=bool(style.bold),
        underline=bool(style.underline),
        strike=bool(style.strikeout),
        colour=f"#{colour.r:02x}{colour.g:02x}{colour.b:02x}",
        place=int(style.alignment),
    )
