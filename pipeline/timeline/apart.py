"""Cues on the record clock brought apart: two frames between them, and one subtitle for voices that speak at once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import zip_longest

from footage_manifest.findings import Finding, Severity
from footage_manifest.timebase import frame_to_ms, nearest_frame
from subtitles.breaks import is_dash
from subtitles.cue import Cue
from subtitles.style import SubtitleStyle
from subtitles.tags import plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A cue in a cut: shown on output frames `start` up to, not including, `end`, in run number `run`.

    The times of `cue` itself are still source times; `file` is where it stands.
    """

    file: str
    cue: Cue
    start: int
    end: int
    run: int


def apart(moved: Sequence[Moved], rate: Fraction, style: SubtitleStyle) -> tuple[tuple[Cue, ...], tuple[Finding, ...]]:
    """Return the cues in RECORD milliseconds, in order, without overlaps; and a finding for each two that became one.

    A cue ends the style's frames before the next begins, and a gap of one frame more, as rounding leaves it, is closed to
    that. A cue that would lose more than the style's tail, or fall below its shortest time, is not cut: it is shown
    together with the one that speaks into it, a line or more for each voice, from the first's start to the later's end.
    """
    findings: list[Finding] = []
    done: list[Moved] = []
    for one in sorted(moved, key=lambda one: (one.start, one.end, one.cue.id)):
        if not done or _may_be_cut(done[-1], one, rate, style):
            done.append(one)
            continue
        if plain(done[-1].cue.text) != plain(one.cue.text):
            findings.append(_at_once(done[-1], one, rate))
        done[-1] = _together(done[-1], one)
    cues = []
    for one, following in zip_longest(done, done[1:]):
        end = one.end if following is None else _out(one, following, style.gap_frames)
        cues.append(replace(one.cue, start_ms=frame_to_ms(one.start, rate), end_ms=frame_to_ms(end, rate)))
    return tuple(cues), tuple(findings)


def _out(one: Moved, following: Moved, gap: int) -> int:
    end = min(one.end, following.start - gap)
    if one.run == following.run and following.start - one.end == gap + 1:
        end = following.start - gap
    return max(end, one.start + 1)


def _may_be_cut(one: Moved, following: Moved, rate: Fraction, style: SubtitleStyle) -> bool:
    """Return whether `one` may end before `following` begins: hardly anything of it is lost."""
    left = following.start - style.gap_frames - one.start
    lost = one.end - (following.start - style.gap_frames)
    if following.start >= one.end:
        return following.start > one.start
    short = left < min(nearest_frame(style.min_ms, rate), one.end - one.start - style.gap_frames)
    return lost <= nearest_frame(style.tail_ms, rate) + style.gap_frames and left > 0 and not short


def _together(one: Moved, other: Moved) -> Moved:
    texts = [one.cue.text, other.cue.text]
    if plain(texts[0]) == plain(texts[1]):
        text = texts[0]
    else:
        text = "\n".join(_turn(text) for text in texts) if one.run != other.run else "\n".join(texts)
    return replace(one, cue=replace(one.cue, text=text), end=max(one.end, other.end))


def _turn(text: str) -> str:
    """Return a text as one speaker's turn, which begins with a dash."""
    return text if is_dash(plain(text)) else f"- {text}"


def _at_once(one: Moved, other: Moved, rate: Fraction) -> Finding:
    place = f"{float(other.start / rate):.3f} s"
    what = f"at {place} of the cut '{plain(other.cue.text)}' begins while '{plain(one.cue.text)}' is still read"
    cure = "both are shown at once; move the sound, or the subtitles' times, if that is too much to read"
    return Finding(severity=Severity.WARNING, file=other.file, what=what, cure=cure)
