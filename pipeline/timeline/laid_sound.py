"""Music and narration that film.yaml lays under a cut, as sound events on the cut's own clock.

`at` and `until` are record labels of the film's clock. Milliseconds become frames once, here: fades are the nearest whole
number of frames (halves up); `source_in_ms` stays exact, since a source is not bound to frames.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from footage_manifest.findings import Finding, Severity
from footage_manifest.media import MediaFacts
from footage_manifest.model import FILM_FILE, MANIFEST_FILE, Cut, Film, Manifest, ReelKind
from footage_manifest.sound_plan import LaidSound
from footage_manifest.timebase import FrameRange, nearest_frame
from footage_manifest.timecode import Label, TimecodeError
from footage_manifest.wording import choose, shown
from pipeline.errors import TimelineError
from pipeline.timeline.handles import sound_ends
from pipeline.timeline.model import Clip, MediaKind, SoundEvent, Timeline
from pipeline.timeline.wording import seconds_text

MUSIC = ""
"""Where music stands among the languages of narration."""

_SPEECH = frozenset({ReelKind.INTERVIEW, ReelKind.NARRATION})


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardFrom:
    """What is heard of a reel without the silence around it: milliseconds after its zero, the second exclusive."""

    first_ms: int
    last_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """What is laid under a cut: music under `MUSIC`, narration under its language; and what a person should know of it."""

    events: Mapping[str, tuple[SoundEvent, ...]]
    notes: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Under:
    """The cut that sound is laid under.

    `trimmed` holds the reels whose silence is left out, by key. `line_of` returns the line of film.yaml on which a field
    stands.
    """

    cut: Cut
    film: Film
    manifest: Manifest
    timeline: Timeline
    facts: Mapping[str, MediaFacts]
    trimmed: Mapping[str, HeardFrom]
    line_of: Callable[[str], int]


def laid_in(cut: Cut) -> Iterator[tuple[str, str, LaidSound]]:
    """Yield all that a cut lays under itself: the language (`MUSIC` for music), its field within the cut, and what."""
    for number, one in enumerate(cut.music):
        yield MUSIC, f"music.{number}", one
    for language, narration in cut.narration.items():
        for number, one in enumerate(narration):
            yield language, f"narration.{language}.{number}", one


def laid_sound(under: Under) -> Laid:
    """Return what is laid under the cut, each piece an event that lies within it.

    A piece without `until` ends with its reel or with the cut, whichever comes first; where the cut breaks it off without a
    fade, that is said. Raises TimelineError with every finding, each with its field in film.yaml.
    """
    layer = _Layer(under)
    for language in under.cut.narration:
        layer.check_language(language)
    for language, field, laid in laid_in(under.cut):
        layer.lay(language, f"cuts.{under.timeline.cut}.{field}", laid)
    if layer.errors:
        raise TimelineError(layer.errors)
    return Laid(events={key: tuple(events) for key, events in layer.events.items()}, notes=tuple(layer.notes))


class _Layer:
    """Lays one piece after another. `errors` and `notes` hold what was found."""

    def __init__(self, under: Under) -> None:
        self.errors: list[Finding] = []
        self.notes: list[Finding] = []
        self.events: dict[str, list[SoundEvent]] = {}
        self._under = under
        self._clock = under.film.timeline.clock
        self._each = under.film.timeline.frames_a_label

    def check_language(self, language: str) -> None:
        """Refuse narration in a language that is none of the film's."""
        known = self._under.film.languages
        if language not in known:
            field = f"cuts.{self._under.timeline.cut}.narration.{language}"
            self._refuse(field, f"{shown(language)} is not one of the film's languages", choose(language, known))

    def lay(self, language: str, field: str, laid: LaidSound) -> None:
        """Lay one piece: its event is added, or what is wrong with it."""
        before = len(self.errors)
        heard = self._heard(language, field, laid)
        start = self._frame(f"{field}.at", laid.at)
        stop = self._frame(f"{field}.until", laid.until) if laid.until is not None else None
        if start is not None:
            self._check_within(field, laid, start, stop)
        if heard is None or start is None or len(self.errors) > before:
            return
        record = self._record(field, laid, start, stop, heard)
        if record is None:
            return
        event = self._event(field, laid, record, heard.first)
        if event.fade_in_frames + event.fade_out_frames > len(record):
            what = f"its fades last {event.fade_in_frames + event.fade_out_frames} frames and it lasts {len(record)}"
            self._refuse(field, what, "shorten the fades")
        others = [other for other in self.events.get(language, []) if other.clip.key == laid.reel]
        twice = next((other for other in others if other.record.intersection(record)), None)
        if twice is not None:
            what = f"{laid.reel} is still playing there: it is laid from {self._span(twice.record)} already"
            self._refuse(f"{field}.at", what, "lay it later, or end the earlier one with until")
        self.events.setdefault(language, []).append(event)

    def _heard(self, language: str, field: str, laid: LaidSound) -> "_Heard | None":
        """Return what of the reel may be played, in seconds after its zero."""
        wrong = self._unfit(language, laid.reel)
        if wrong is not None:
            self._refuse(f"{field}.reel", *wrong)
            return None
        first, last = Fraction(laid.source_in_ms, 1000), sound_ends(self._under.facts[laid.reel])
        trimmed = self._under.trimmed.get(laid.reel) if laid.trim else None
        if trimmed is not None:
            first, last = max(first, Fraction(trimmed.first_ms, 1000)), min(last, Fraction(trimmed.last_ms, 1000))
        if first < last:
            return _Heard(first, last)
        end = f"{laid.reel} ends {seconds_text(max(last, Fraction(0)))} after its start"
        what = (
            f"nothing of it is left: {end}"
            if trimmed is None
            else f"only silence is left of it: what is heard of {end}"
        )
        self._refuse(f"{field}.source_in_ms", what, "begin earlier in the reel")
        return None

    def _unfit(self, language: str, key: str) -> tuple[str, str] | None:
        """Return why a reel cannot be laid as music or as narration, and the cure; None where it can."""
        reel, facts = self._under.manifest.reels.get(key), self._under.facts.get(key)
        if reel is None:
            return f"there is no reel {shown(key)} in {MANIFEST_FILE}", choose(key, self._under.manifest.reels)
        if language == MUSIC and reel.kind in _SPEECH:
            cure = "lay it under narration, or play it from the edit"
            return f"reel {key} is speech ({reel.kind.value}), and music is laid here", cure
        if language != MUSIC and reel.kind not in _SPEECH:
            cure = "lay it under music, or write `kind: narration` for it"
            return f"reel {key} is {reel.kind.value}, and narration is laid here", cure
        if facts is None or not facts.sound:
            return f"reel {key} has no sound", "name another, or take the line out"
        return None

    def _after_zero(self, label: int) -> int:
        """Return how many labels lie between the cut's start and `label`; a cut that passes midnight goes on behind it."""
        apart = label - self._under.timeline.record_zero
        early = apart < -self._clock.frames_a_day // 2
        return apart % self._clock.frames_a_day if early else apart

    def _frame(self, field: str, label: Label) -> int | None:
        """Return a record label as an output frame, which may lie outside the cut."""
        if label.drop and not self._clock.drop:
            self._refuse(field, f"{label} is a drop-frame label", "write it with : or set timeline.drop_frame")
            return None
        try:
            return self._after_zero(self._clock.frame(label)) * self._each
        except TimecodeError as error:
            self._refuse(field, str(error), "write a label of the film's clock")
            return None

    def _check_within(self, field: str, laid: LaidSound, start: int, stop: int | None) -> None:
        """Refuse labels that lie outside the cut or the wrong way round."""
        frames = self._under.timeline.frames
        lies = f"the cut lasts from {self._span(FrameRange(0, frames))}"
        if not 0 <= start < frames:
            self._refuse(f"{field}.at", f"{laid.at} is outside the cut: {lies}", "write a time within it")
        if stop is not None and stop <= start:
            self._refuse(
                f"{field}.until", f"{laid.until} is not after {laid.at}", "write a later time, or leave it out"
            )
        elif stop is not None and stop > frames:
            self._refuse(f"{field}.until", f"{laid.until} is after the end of the cut: {lies}", "leave it out")

    def _record(self, field: str, laid: LaidSound, start: int, stop: int | None, heard: "_Heard") -> FrameRange | None:
        """Return the frames that a piece covers; None, with what is wrong, where its reel is over too soon."""
        frames, rate = self._under.timeline.frames, self._under.timeline.rate
        reaches = start + max(1, floor((heard.last - heard.first) * rate))
        if stop is None:
            if reaches > frames and not laid.fade_out_ms:
                self._say_cut_off(field, laid, (reaches - frames) / rate)
            return FrameRange(start, min(reaches, frames))
        if stop > reaches:
            what = f"{laid.reel} is over {seconds_text((stop - reaches) / rate)} before {laid.until}"
            self._refuse(f"{field}.until", what, "end it earlier, leave it out, or lay it twice")
            return None
        return FrameRange(start, stop)

    def _say_cut_off(self, field: str, laid: LaidSound, more: Fraction) -> None:
        what = f"the cut ends {seconds_text(more)} before {laid.reel} does, which is broken off there"
        cure = "add fade_out_ms, if that is not meant"
        self.notes.append(Finding(severity=Severity.NOTE, file=FILM_FILE, field=field, what=what, cure=cure))

    def _event(self, field: str, laid: LaidSound, record: FrameRange, source_in: Fraction) -> SoundEvent:
        rate = self._under.timeline.rate
        _, _, place = field.partition(f"cuts.{self._under.timeline.cut}.")
        return SoundEvent(
            record=record,
            clip=Clip(kind=MediaKind.REEL, key=laid.reel, source_in=source_in),
            gain_centibel=floor(laid.gain_db * 10 + 0.5),
            fade_in_frames=nearest_frame(laid.fade_in_ms, rate),
            fade_out_frames=nearest_frame(laid.fade_out_ms, rate),
            number=place,
            line=self._under.line_of(field),
            source=FILM_FILE,
        )

    def _span(self, record: FrameRange) -> str:
        zero = self._under.timeline.record_zero
        first, last = (self._clock.label(zero + frame // self._each) for frame in (record.start, record.end))
        return f"{first} to {last}"

    def _refuse(self, field: str, what: str, cure: str) -> None:
        self.errors.append(Finding(file=FILM_FILE, field=field, what=what, cure=cure))


@dataclass(frozen=True, slots=True)
class _Heard:
    first: Fraction
    last: Fraction
