"""What a viewer would stumble over: cues measured against a style. Nothing is raised and nothing is changed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil

from subtitles.cue import Cue
from subtitles.quality_faults import CueFinding, Fault, Measured
from subtitles.quality_marks import loose_marks
from subtitles.quality_text import wording
from subtitles.quality_times import Around, times
from subtitles.quality_width import LineWidths
from subtitles.style import SubtitleStyle
from subtitles.tags import plain, position_of, reading_length, width
from subtitles.transcript import Word

__all__ = ["CueFinding", "Fault", "LineWidths", "Surroundings", "check"]

_TOP = 7
"""The first of the keys of a number pad that stand for the top of the picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What cues are held against beside each other, all times on the cues' own clock; what is not known is left out.

    `shots_ms` are shot changes (the first frame of each shot), `words` what is said, both in order of time. `terms` are
    spelled as here in the cues' language. `spoken` is, by cue id, what is said in the other language. `lower_thirds` are the
    times, end exclusive, at which names or titles stand at the bottom. `widths` measures lines as they are drawn.
    """

    shots_ms: Sequence[int] = ()
    words: Sequence[Word] = ()
    terms: Sequence[str] = ()
    spoken: Mapping[str, str] = field(default_factory=dict)
    lower_thirds: Sequence[tuple[int, int]] = ()
    widths: LineWidths | None = None


def check(  # noqa: PLR0913 - what cues may be held against, all named, most of it seldom known
    cues: Sequence[Cue],
    *,
    language: str,
    style: SubtitleStyle,
    rate: Fraction,
    shots_ms: Sequence[int] = (),
    words: Sequence[Word] = (),
    terms: Sequence[str] = (),
    spoken: Mapping[str, str] | None = None,
    lower_thirds: Sequence[tuple[int, int]] = (),
    widths: LineWidths | None = None,
) -> tuple[CueFinding, ...]:
    """Return every fault of `cues` under `style`, in their order; `rate` is what frames between cues are counted at.

    Cues are compared with the next in the sequence. Times may have been rounded to a millisecond, and half a frame is
    forgiven: only what a viewer would see is a fault. `Surroundings` says what the other arguments are; a rule for which
    nothing is given is not looked at.
    """
    known = Surroundings(
        shots_ms=shots_ms,
        words=words,
        terms=terms,
        spoken=spoken or {},
        lower_thirds=lower_thirds,
        widths=widths,
    )
    return check_among(cues, language=language, style=style, rate=rate, known=known)


def check_among(
    cues: Sequence[Cue], *, language: str, style: SubtitleStyle, rate: Fraction, known: Surroundings
) -> tuple[CueFinding, ...]:
    """Return every fault of `cues`, as `check`."""
    around = Around(shots_ms=known.shots_ms, words=known.words, style=style, rate=rate)
    loose = loose_marks(cues, language)
    found: list[CueFinding] = []
    for position, cue in enumerate(cues):
        before = cues[position - 1] if position else None
        following = cues[position + 1] if position + 1 < len(cues) else None
        faults = [
            *_of_text(cue, language, style, known),
            *loose.get(position, ()),
            *times(cue, before, following, around),
        ]
        faults += _over_names(cue, known.lower_thirds)
        found += [
            CueFinding(
                fault=one.fault,
                position=position,
                cue=cue,
                measured=one.measured,
                limit=one.limit,
                detail=one.detail,
            )
            for one in faults
        ]
    return tuple(found)


def _of_text(cue: Cue, language: str, style: SubtitleStyle, known: Surroundings) -> Iterator[Measured]:
    if not plain(cue.text):
        yield Measured(Fault.EMPTY)
        return
    lines = [width(line.strip()) for line in cue.lines]
    if max(lines) > style.max_line_length:
        yield Measured(Fault.LINE_TOO_LONG, max(lines), style.max_line_length)
    if known.widths is not None and style.line_width_permille is not None:
        widest = max(known.widths.permille(line.strip()) for line in cue.lines)
        if widest > style.line_width_permille:
            yield Measured(Fault.LINE_TOO_WIDE, widest, style.line_width_permille)
    if len(lines) > style.max_lines:
        yield Measured(Fault.TOO_MANY_LINES, len(lines), style.max_lines)
    yield from _speed(cue, language, style)
    yield from wording(cue, language=language, style=style, terms=known.terms, spoken=known.spoken.get(cue.id))


def _speed(cue: Cue, language: str, style: SubtitleStyle) -> Iterator[Measured]:
    stays = max(cue.duration_ms, 1)
    if style.words_a_minute is not None:
        measured = ceil(Fraction(60_000 * len(plain(cue.text).split()), stays))
        if measured > style.words_a_minute:
            yield Measured(Fault.TOO_MANY_WORDS, measured, style.words_a_minute)
        return
    measured, speed = ceil(Fraction(1000 * reading_length(cue.text), stays)), style.speed(language)
    if measured > speed:
        yield Measured(Fault.TOO_FAST, measured, speed)


def _over_names(cue: Cue, lower_thirds: Sequence[tuple[int, int]]) -> Iterator[Measured]:
    if (position_of(cue.text) or 2) >= _TOP:
        return
    shared = sum(max(0, min(cue.end_ms, end) - max(cue.start_ms, start)) for start, end in lower_thirds)
    if shared:
        yield Measured(Fault.LOWER_THIRD, shared)
