"""Where a reel's labels start and how they count (SEMANTICS rules 3 and 6): labels to seconds from its first frame."""

from dataclasses import dataclass
from fractions import Fraction

from footage_manifest.findings import Finding, Severity
from footage_manifest.media import MediaFacts
from footage_manifest.model import Reel
from footage_manifest.timecode import Clock, Label, TimecodeError
from footage_manifest.wording import Refusal
from pipeline.timeline.edl_model import Side
from pipeline.timeline.relink import MANIFEST_FILE
from pipeline.timeline.wording import rate_text, seconds_text


@dataclass(frozen=True, slots=True, kw_only=True)
class ReelClock:
    """How one reel's labels count. `start` is its first displayed frame, in frames of `clock` from 00:00:00:00."""

    clock: Clock
    start: Fraction

    @property
    def day(self) -> Fraction:
        """Return how long labels count before they begin again, in seconds."""
        return self.clock.frames_a_day / self.clock.rate

    def seconds(self, label: Label) -> Fraction:
        """Return where `label` lies, in seconds from the first displayed frame; negative before it.

        Raises TimecodeError for a label that the clock does not have.
        """
        return (self.clock.frame(label) - self.start) / self.clock.rate


def reel_clock(key: str, reel: Reel, facts: MediaFacts, film_clock: Clock, side: Side) -> ReelClock:
    """Return how the labels of `side`, which plays the reel `key`, count.

    The rate is the manifest's `timecode_rate`, else the film's; an embedded timecode at another rate, with nothing stated,
    is refused. The start is the manifest's, else the file's own timecode, else its time reference, else 0. Raises Refusal.
    """
    rate = _rate(key, reel, facts, film_clock, side)
    clock = Clock(rate, _drop(key, reel, facts, (rate, film_clock), side))
    return ReelClock(clock=clock, start=_start(key, reel, facts, clock))


def start_conflicts(key: str, reel: Reel, facts: MediaFacts) -> tuple[Finding, ...]:
    """Return a warning for each pair of starts that do not agree: the manifest's, the timecode's, the time reference's."""
    found = []
    if reel.start is not None and facts.timecode is not None and reel.start != facts.timecode:
        found.append(f"the reel starts at {reel.start} as stated, and its embedded timecode says {facts.timecode}")
    reference = _time_reference(facts)
    label = reel.start or facts.timecode
    rate = reel.timecode_rate or facts.timecode_rate
    if reference is not None and label is not None and rate is not None:
        clock = Clock(rate, label.drop and _can_drop(rate))
        try:
            apart = abs(clock.frame(label) / rate - reference)
        except TimecodeError:
            apart = Fraction(0)  # refused where the start is used
        if apart > 1 / rate:
            found.append(
                f"the reel starts at {label}, and its time reference says {seconds_text(reference)} after midnight"
            )
    return tuple(
        Finding(
            severity=Severity.WARNING,
            file=MANIFEST_FILE,
            field=f"reels.{key}.start",
            what=what,
            cure="the first is used: check that it is the right one",
        )
        for what in found
    )


def _rate(key: str, reel: Reel, facts: MediaFacts, film_clock: Clock, side: Side) -> Fraction:
    if reel.timecode_rate is not None:
        return reel.timecode_rate
    embedded = facts.timecode_rate if facts.timecode is not None else None
    if embedded is None or embedded == film_clock.rate:
        return film_clock.rate
    own = _reading(
        side.source_in, reel.start or facts.timecode, Clock(embedded, _can_drop(embedded) and facts_drop(facts))
    )
    film = _reading(side.source_in, reel.start or facts.timecode, film_clock)
    raise Refusal(
        f"source in {side.source_in} of reel {key} is {own} counted at {rate_text(embedded)}, as its embedded timecode"
        f" {facts.timecode} does, and {film} counted at the film's {rate_text(film_clock.rate)}",
        f"write `timecode_rate: {embedded}` or `timecode_rate: {film_clock.rate}` under reels.{key} in {MANIFEST_FILE}",
    )


def facts_drop(facts: MediaFacts) -> bool:
    """Return whether the embedded timecode counts drop-frame."""
    return facts.timecode is not None and facts.timecode.drop


def _reading(label: Label, start: Label | None, clock: Clock) -> str:
    """Return in words where `label` lies on a reel that starts at `start`, were both counted on `clock`."""
    try:
        frames = clock.frame(label) - (clock.frame(start) if start is not None else 0)
    except TimecodeError:
        return "no frame at all"
    return f"{seconds_text(frames / clock.rate)} into it"


def _drop(key: str, reel: Reel, facts: MediaFacts, rates: tuple[Fraction, Clock], side: Side) -> bool:
    """Return whether the reel's labels count drop-frame.

    `;` decides, in the list or in the manifest's start; then what the file says of itself; then FCM; then the film. Where
    the list and the file contradict each other the manifest's start decides by its punctuation, or the event is refused.
    """
    rate, film_clock = rates
    marked = side.source_in.drop or side.source_out.drop
    if not _can_drop(rate):
        if marked:
            what = (
                f"source in {side.source_in} of reel {key} is a drop-frame label, which {rate_text(rate)} does not have"
            )
            raise Refusal(what, f"correct the line, or the reel's timecode_rate in {MANIFEST_FILE}")
        return False
    if reel.start is not None and (reel.start.drop or marked):
        return True
    listed = True if marked else side.drop
    embedded = facts.timecode.drop if facts.timecode is not None and facts.timecode_rate in {None, rate} else None
    if embedded is None:
        return film_clock.drop and rate == film_clock.rate if listed is None else listed
    if listed in {None, embedded}:
        return embedded
    if reel.start is None:
        _refuse_unless_equal(key, facts, rate, side)
    return embedded if reel.start is None else False


def _refuse_unless_equal(key: str, facts: MediaFacts, rate: Fraction, side: Side) -> None:
    drop = _reading(side.source_in, facts.timecode, Clock(rate, drop=True))
    non_drop = _reading(side.source_in, facts.timecode, Clock(rate))
    if drop != non_drop:
        said = "drop-frame" if facts_drop(facts) else "non-drop"
        raise Refusal(
            f"source in {side.source_in} of reel {key} is {drop} counted drop-frame and {non_drop} counted non-drop: its"
            f" embedded timecode {facts.timecode} is {said}, and the list says otherwise",
            f"write the reel's `start` in {MANIFEST_FILE}, with ; before the frames for drop-frame or : for non-drop",
        )


def _start(key: str, reel: Reel, facts: MediaFacts, clock: Clock) -> Fraction:
    cure = f"write `start`, counted at {rate_text(clock.rate)} frames a second, under reels.{key} in {MANIFEST_FILE}"
    label = reel.start or facts.timecode
    if label is None:
        reference = _time_reference(facts)
        return reference * clock.rate if reference is not None else Fraction(0)
    own_rate = facts.timecode_rate if reel.start is None else None
    if own_rate not in {None, clock.rate} and label.frames:
        what = f"the embedded timecode {label} of reel {key} counts {rate_text(own_rate or clock.rate)} frames a second"
        raise Refusal(f"{what}, and the manifest says {rate_text(clock.rate)}", cure)
    try:
        return Fraction(clock.frame(label))
    except TimecodeError as error:
        raise Refusal(f"reel {key} starts at a label it cannot have: {error}", cure) from None


def _time_reference(facts: MediaFacts) -> Fraction | None:
    """Return BWF's start in seconds after midnight; recorders count it from their timecode at its true rate."""
    if facts.time_reference is None or not facts.sound:
        return None
    return Fraction(facts.time_reference, facts.sound[0].sample_rate)


def _can_drop(rate: Fraction) -> bool:
    try:
        Clock(rate, drop=True)
    except TimecodeError:
        return False
    return True
