"""Whose name is shown when: those a film lists, or everyone where the cut first shows them speaking.

A name under the wrong face does harm, and so does a name that a person asked to keep back: whoever cannot be told apart is
not named, and a list is compared with what is on screen.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from footage_manifest import consent
from footage_manifest.findings import Finding, Severity
from footage_manifest.graphics import LowerThird
from footage_manifest.model import FILM_FILE, Cut, Film, Manifest, Person, Protection
from footage_manifest.timebase import FrameRange, nearest_frame
from footage_manifest.timecode import Label, TimecodeError
from footage_manifest.wording import listed
from pipeline.timeline.heard import runs
from pipeline.timeline.model import Clip, MediaKind, PictureEvent, Timeline

_SETTLED_MS = 500
"""A name comes half a second after its shot: the eye looks at the face first."""

_SHORTEST_MS = 2000
_LONGEST_MS = 5000
_IN_SYNC = Fraction(1, 10)
"""Seconds by which voice and lips may be apart and still be taken for one person speaking."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A person, by key, and the output frames over which the name is shown."""

    person: str
    record: FrameRange


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The lower thirds of a cut in record order, with what was found about them: errors, warnings and notes.

    `consent` are the errors that concern what a person agreed to. Findings name fields of film.yaml, without lines.
    """

    shown: tuple[Named, ...] = ()
    consent: tuple[Finding, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a choice of names is judged by: the cut with its key, the film and the manifest, and the day it is shown on."""

    name: str
    cut: Cut
    film: Film
    manifest: Manifest
    on: dt.date

    @property
    def field(self) -> str:
        """Return the field of film.yaml that says whose names are shown."""
        return f"cuts.{self.name}.lower_thirds"


def first_speaking(timeline: Timeline, setting: Setting) -> Names:
    """Return everyone's name where the cut first shows them speaking.

    That is a shot in which one reel is seen and heard together, as it was recorded, for 2 s or more; the name comes half a
    second into that, for 5 s or until the shot ends, never for less than 2 s. Only people who speak, in reels that name
    nobody else, are named, and nobody who asked for `hide-name`: notes say who was left out.
    """
    manifest = setting.manifest
    names: dict[str, Named] = {}
    notes: dict[str, Finding] = {}
    for key, record in _speaking(timeline):
        people = manifest.reels[key].people or ()
        if len(people) > 1:
            what = f"{key} names {listed(people)}, and nothing says who of them is seen: none of them is named there"
            notes.setdefault(key, _note(setting, what, "name them in a list, each with a timecode"))
            continue
        for person in people:
            known = manifest.people.get(person)
            if known is None or not known.speaker or person in names:
                continue
            if hides_name(known):
                notes.setdefault(person, _note(setting, f"'{person}' asked for hide-name and is not named"))
            else:
                names[person] = Named(person=person, record=record)
    return Names(shown=tuple(names.values()), findings=tuple(notes.values()))


def listed_names(timeline: Timeline, entries: tuple[LowerThird, ...], setting: Setting) -> Names:
    """Return the names that a film lists, with every reason why one may not be shown there.

    An entry is refused where its person asked for `hide-name` or did not agree to the cut's audience, where its timecode
    lies outside the cut, where it overlaps another, and where a reel or still on screen does not name the person.
    """
    names: list[Named] = []
    refused: list[Finding] = []
    findings: list[Finding] = []
    for number, entry in enumerate(entries):
        field = f"{setting.field}.{number}"
        refused.extend(_withheld(entry, setting, field))
        record = _frames_of(entry, timeline, setting)
        if isinstance(record, Finding):
            findings.append(replace(record, field=f"{field}.at"))
            continue
        findings.extend(_on_screen(entry, record, timeline, setting, field))
        names.append(Named(person=entry.person, record=record))
    ordered = tuple(sorted(names, key=lambda one: one.record))
    return Names(shown=ordered, consent=tuple(refused), findings=(*findings, *_overlapping(ordered, timeline, setting)))


def hides_name(person: Person) -> bool:
    """Return whether a person agreed only on condition that the name is not shown."""
    return person.consent is not None and Protection.HIDE_NAME in person.consent.protections


# ------------------------------------------------------------------------------------------------------------- first seen


@dataclass(frozen=True, slots=True)
class _Shot:
    """One reel on screen at its own speed without a cut or transition; `source_in` is on display at its first frame."""

    key: str
    record: FrameRange
    source_in: Fraction


def _speaking(timeline: Timeline) -> Iterator[tuple[str, FrameRange]]:
    """Yield each reel that is seen and heard in sync long enough, with the frames a name would have, in record order."""
    rate = timeline.rate
    heard = tuple(run for run in runs(timeline) if run.speed == 1)
    shortest, longest = nearest_frame(_SHORTEST_MS, rate), nearest_frame(_LONGEST_MS, rate)
    for shot in _shots(timeline):
        for run in heard:
            together = shot.record.intersection(run.record) if run.key == shot.key else None
            if together is None or len(together) < shortest:
                continue
            apart = (shot.source_in - shot.record.start / rate) - (run.source_in - run.record.start / rate)
            if abs(apart) > _IN_SYNC:
                continue
            latest = shot.record.end - shortest
            start = max(together.start, min(together.start + nearest_frame(_SETTLED_MS, rate), latest))
            yield shot.key, FrameRange(start, min(start + longest, shot.record.end))
            break


def _shots(timeline: Timeline) -> tuple[_Shot, ...]:
    shots: list[_Shot] = []
    for event in timeline.picture:
        if event.clip.kind is not MediaKind.REEL or event.clip.speed != 1:
            continue
        mixed = _mixed(event)
        start = min(event.record.end, event.record.start + mixed)
        source_in = event.clip.source_at(start - event.record.start, timeline.rate)
        shot = _Shot(event.clip.key, FrameRange(start, event.record.end), source_in)
        if shots and not mixed and _goes_on(shots[-1], shot, timeline.rate):
            last = shots.pop()
            shot = _Shot(last.key, FrameRange(last.record.start, shot.record.end), last.source_in)
        shots.append(shot)
    return tuple(shots)


def _mixed(event: PictureEvent) -> int:
    return max(0, event.dissolve_frames - event.dissolve_passed) if event.outgoing is not None else 0


def _goes_on(last: _Shot, shot: _Shot, rate: Fraction) -> bool:
    met = last.key == shot.key and last.record.end == shot.record.start
    return met and shot.source_in - last.source_in == len(last.record) / rate


# ------------------------------------------------------------------------------------------------------------------ a list


def _withheld(entry: LowerThird, setting: Setting, field: str) -> Iterator[Finding]:
    person = setting.manifest.people.get(entry.person)
    if person is not None and hides_name(person):
        what = f"'{entry.person}' asked for hide-name and may not be named"
        yield _finding(f"{field}.person", what, "take the entry out")
        return
    decision = consent.decide(entry.person, person, setting.cut.audience, setting.on)
    if not decision.allowed:
        yield _finding(f"{field}.person", decision.reason, decision.cure)


def _frames_of(entry: LowerThird, timeline: Timeline, setting: Setting) -> FrameRange | Finding:
    """Return the output frames of an entry, or what is wrong with its timecode, without its field."""
    clock = setting.film.timeline.clock
    try:
        label = clock.frame(entry.at)
    except TimecodeError as error:
        return _finding("", str(error), "correct it")
    start = (label - timeline.record_zero) % clock.frames_a_day * setting.film.timeline.frames_a_label
    if start >= timeline.frames:
        last = _label(timeline.frames - 1, timeline, setting)
        what = f"{entry.at} is not in the cut, which goes from {_label(0, timeline, setting)} to {last}"
        return _finding("", what, "write a record timecode of the cut")
    return FrameRange(start, min(timeline.frames, start + nearest_frame(entry.seconds * 1000, timeline.rate)))


def _on_screen(
    entry: LowerThird, record: FrameRange, timeline: Timeline, setting: Setting, field: str
) -> Iterator[Finding]:
    """Yield what speaks against the name in the pictures under it, each picture once."""
    seen: dict[tuple[MediaKind, str], int] = {}
    for part, clip in _visible(timeline, record):
        seen.setdefault((clip.kind, clip.key), part.start)
    for (kind, key), frame in seen.items():
        at = _label(frame, timeline, setting)
        if kind in {MediaKind.BLACK, MediaKind.TITLE}:
            what = f"at {at} '{entry.person}' is named while no one is seen"
            yield _finding(field, what, "move it, or show it for less time", Severity.WARNING)
            continue
        people = setting.manifest.reels[key].people if kind is MediaKind.REEL else setting.manifest.stills[key].people
        yield from _of_picture(entry, key, people, str(at), field)


def _of_picture(entry: LowerThird, key: str, people: tuple[str, ...] | None, at: str, field: str) -> Iterator[Finding]:
    if people is None or (people and entry.person not in people):
        what = f"at {at} the picture is {key}, whose people do not include '{entry.person}'"
        cure = f"move it, show it for less time, or add {entry.person} to the people of {key} if they are seen there"
        yield _finding(field, what, cure)
    elif not people:
        what = f"at {at} '{entry.person}' is named over {key}, in which no one can be recognised"
        yield _finding(field, what, "look whether that is meant", Severity.WARNING)
    elif len(people) > 1:
        what = f"at {at} {key} may show {listed(people)}, and one name is shown"
        yield _finding(field, what, f"look whether it stands under {entry.person}", Severity.WARNING)


def _visible(timeline: Timeline, record: FrameRange) -> Iterator[tuple[FrameRange, Clip]]:
    for event in timeline.picture:
        part = event.record.intersection(record)
        if part is None:
            continue
        yield part, event.clip
        leaving = FrameRange(event.record.start, min(event.record.end, event.record.start + _mixed(event)))
        mixed = leaving.intersection(record)
        if event.outgoing is not None and mixed is not None:
            yield mixed, event.outgoing


def _overlapping(names: tuple[Named, ...], timeline: Timeline, setting: Setting) -> Iterator[Finding]:
    for one, other in pairwise(names):
        if one.record.intersection(other.record) is not None:
            at = _label(other.record.start, timeline, setting)
            what = f"the name of '{other.person}' comes at {at}, while that of '{one.person}' is still shown"
            yield _finding(setting.field, what, "show the first for less time, or the second later")


def _label(frame: int, timeline: Timeline, setting: Setting) -> Label:
    return setting.film.timeline.clock.label(timeline.record_zero + frame // setting.film.timeline.frames_a_label)


def _note(setting: Setting, what: str, cure: str = "") -> Finding:
    return _finding(setting.field, what, cure, Severity.NOTE)


def _finding(field: str, what: str, cure: str, severity: Severity = Severity.ERROR) -> Finding:
    return Finding(severity=severity, file=FILM_FILE, field=field, what=what, cure=cure)
