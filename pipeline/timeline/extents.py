"""Whether source and record last as long as each other (SEMANTICS rule 4), and whether media holds what is asked of it."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from footage_manifest.findings import Finding, Severity
from footage_manifest.wording import Refusal
from pipeline.timeline.handles import picture_seconds, sound_begins, sound_ends
from pipeline.timeline.model import MediaKind
from pipeline.timeline.placing import Placed
from pipeline.timeline.sources import Sourced
from pipeline.timeline.speed import speed_text
from pipeline.timeline.wording import rate_text, seconds_text

_UNHEARD = Fraction(1, 10)
"""Cameras end sound up to two frames before or after the picture; a longer silence at an event's end is worth a warning."""


def extents(placed: Sequence[Placed], rate: Fraction) -> list[Finding]:
    """Return what is wrong with the lengths of events at `rate` frames a second, and what their media does not hold."""
    findings: list[Finding] = []
    for one in placed:
        if one.incoming is None:
            continue
        findings += _length(one, one.incoming, rate)
        findings += _media(one, one.incoming, len(one.record), rate, (one.event.incoming.line, "the event"))
        if one.outgoing is not None and one.event.outgoing is not None:
            frames = min(one.transition_frames, len(one.record))
            what_for = f"the {one.event.transition.kind}'s outgoing side"
            findings += _media(one, one.outgoing, frames, rate, (one.event.outgoing.line, what_for))
    return findings


def _length(one: Placed, side: Sourced, rate: Fraction) -> Iterator[Finding]:
    if side.link.kind is not MediaKind.REEL or side.retimed:
        return
    source, record = side.last - side.first, len(one.record) / rate
    if abs(source - record) > side.slack:
        own = side.label_rate or rate
        what = (
            f"source lasts {int(source * own)} frames at {rate_text(own)} ({seconds_text(source)}) and record"
            f" {len(one.record)} at {rate_text(rate)} ({seconds_text(record)})"
        )
        yield Finding(
            file=one.file, line=one.event.line, what=what, cure="make them equal, or state the speed with an M2 line"
        )


def _media(one: Placed, side: Sourced, frames: int, rate: Fraction, where: tuple[int, str]) -> Iterator[Finding]:
    """Yield what is missing of `frames` frames of a side; `where` is its line and what it is called."""
    line, what_for = where
    reach = _Reach(side, frames, rate)
    try:
        if one.picture:
            _check_picture(reach, what_for)
        warning = _check_sound(reach, what_for) if one.sound else ""
    except Refusal as refusal:
        yield Finding(file=one.file, line=line, what=refusal.what, cure=refusal.cure)
    else:
        if warning:
            yield Finding(severity=Severity.WARNING, file=one.file, line=line, what=warning, cure="")


class _Reach:
    """The instants of a reel that `frames` record frames need, in seconds from its first frame.

    At plain speed they are `lowest` up to, not including, `highest`: as much of the source as of the record. At any other
    they are those that the frames themselves show, `highest` included (rule 2).
    """

    def __init__(self, side: Sourced, frames: int, rate: Fraction) -> None:
        self.side = side
        self.plain = side.speed == 1
        end = side.first + (frames if self.plain else max(0, frames - 1)) / rate * side.speed
        self.lowest, self.highest = min(side.first, end), max(side.first, end)

    def check(self, available: Fraction, what_for: str) -> None:
        """Raise Refusal unless all of it lies in a reel of `available` seconds."""
        side = self.side
        if self.plain:
            slack = max(side.slack, side.media_slack)
            missing = self.lowest < -slack or self.highest > available + slack
            shown, cure = "", "correct the source timecodes, or the reel's start in footage_manifest.yaml"
        else:
            missing = self.lowest < 0 or self.highest >= available
            shown = f" {'plays' if side.speed else 'is'} {speed_text(side.speed)} and"
            cure = "correct the source timecodes, or the speed on the M2 line"
        if missing and side.speed < 0:
            cure = "write as source in what is shown first, from where it goes backwards, or correct the speed (M2)"
        if missing:
            raise Refusal(
                f"{what_for}{shown} needs reel {side.link.key} from {seconds_text(self.lowest)} to"
                f" {seconds_text(self.highest)} after its first frame, and it has 0.000 s to {seconds_text(available)}",
                cure,
            )


def _check_picture(reach: _Reach, what_for: str) -> None:
    side = reach.side
    if side.facts is None:
        return
    if side.facts.video is None:
        raise Refusal(f"reel {side.link.key} has no picture", "use it on a sound channel, or relink the event")
    reach.check(picture_seconds(side.facts.video), what_for)


def _check_sound(reach: _Reach, what_for: str) -> str:
    """Return a warning where sound ends before the picture does or begins after it, empty where all is there."""
    side = reach.side
    if side.link.kind in {MediaKind.STILL, MediaKind.TITLE}:
        raise Refusal(f"{side.link.kind} {side.link.key} has no sound", "take the event off the sound channels")
    if side.facts is None or not side.speed:
        return ""  # black and a frozen frame are silent
    if not side.facts.sound:
        raise Refusal(f"reel {side.link.key} has no sound", "take the event off the sound channels, or relink it")
    begins, ends = sound_begins(side.facts), sound_ends(side.facts)
    seen = picture_seconds(side.facts.video) if side.facts.video is not None else Fraction(0)
    reach.check(max(ends, seen), what_for)
    if reach.highest > ends + _UNHEARD:
        return f"the sound of reel {side.link.key} ends at {seconds_text(ends)}: after that there is silence"
    if reach.lowest < begins - _UNHEARD:
        return f"the sound of reel {side.link.key} begins at {seconds_text(begins)}: before that there is silence"
    return ""
