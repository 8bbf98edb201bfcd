"""timeline, relink, clear: the cuts of a film as timelines that may be shown."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from footage_manifest import consent
from footage_manifest.findings import Finding, ManifestError
from footage_manifest.model import FILM_FILE, Cut
from footage_manifest.not_built import not_built
from footage_manifest.timecode import Clock
from pipeline.assembly.cut_files import read_edit
from pipeline.assembly.options import Step
from pipeline.assembly.site import Site
from pipeline.errors import ConsentError, TimelineError
from pipeline.stages.find_ends import FIND_ENDS
from pipeline.stages.media import Media
from pipeline.timeline.build import build_timeline
from pipeline.timeline.clear import Use, undeclared, who
from pipeline.timeline.edl_model import Edl
from pipeline.timeline.laid_sound import MUSIC, HeardFrom, Laid, Under, laid_in, laid_sound
from pipeline.timeline.model import Clip, MediaKind, PictureEvent, SoundEvent, Timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyCut:
    """A cut that may be rendered. `warnings` are what a person should look at.

    `undeclared` names the reels and stills in it whose people nobody has declared (rule 21). `laid` is what film.yaml lays
    under it: music under `MUSIC`, narration under its language.
    """

    name: str
    cut: Cut
    timeline: Timeline
    laid: Mapping[str, tuple[SoundEvent, ...]]
    warnings: tuple[Finding, ...]
    undeclared: tuple[str, ...]

    def timeline_with(self, narration: str | None) -> Timeline:
        """Return the cut with its music, and with narration in a language unless it is None."""
        under = (*self.laid.get(MUSIC, ()), *(self.laid.get(narration, ()) if narration else ()))
        return replace(self.timeline, sound=(*self.timeline.sound, *under))


def read_edits(site: Site, name: str) -> tuple[Edl, ...]:
    """Return the EDLs of one cut, a track each. Raises TimelineError with the findings of all of them."""
    clock = site.production.film.timeline.clock
    findings: list[Finding] = []
    edls: list[Edl] = []
    for file in site.production.film.cuts[name].source:
        try:
            data = site.file(file).read_bytes()
            edls.extend(read_edit(data, file=file, clock=clock))
        except TimelineError as error:
            findings.extend(error.findings)
        except OSError as error:
            findings.append(Finding(file=file, what=f"cannot be read: {error.strerror}", cure="see to its rights"))
    if findings:
        raise TimelineError(findings)
    return tuple(edls)


def ready(site: Site, name: str, media: Media) -> ReadyCut:
    """Return a cut, relinked, built and cleared.

    Raises TimelineError where it cannot be played as written, ManifestError where it needs what is not built yet,
    ConsentError where a person in it has not agreed.
    """
    film, manifest = site.production.film, site.production.manifest
    cut = film.cuts[name]
    try:
        built = build_timeline(name, cut, film, manifest, read_edits(site, name), media.reels)
    except TimelineError as error:
        raise TimelineError([_placed(site, finding) for finding in error.findings]) from None
    timeline = built.timeline
    laid = _laid(site, media, timeline)
    under = tuple(event for events in laid.events.values() for event in events)
    everything = replace(timeline, sound=(*timeline.sound, *under))
    needed = not_built(site.production, name, keys_used(everything))
    if needed:
        raise ManifestError(needed)
    if site.options.reaches(Step.CLEAR):
        clear(site, name, everything)
    of_media = (one for key in sorted(keys_used(everything)) for one in media.warnings.get(key, ()))
    return ReadyCut(
        name=name,
        cut=cut,
        timeline=timeline,
        laid=laid.events,
        warnings=tuple(_placed(site, finding) for finding in (*built.warnings, *of_media, *laid.notes)),
        undeclared=tuple(one.medium for one in undeclared(everything, manifest)),
    )


def _laid(site: Site, media: Media, timeline: Timeline) -> Laid:
    """Return what film.yaml lays under a cut; reels whose silence is trimmed are listened to. Raises TimelineError."""
    film, manifest = site.production.film, site.production.manifest
    cut = film.cuts[timeline.cut]
    keys = dict.fromkeys(one.reel for _, _, one in laid_in(cut) if one.trim and one.reel in media.reels)
    parts = {key: media.sounds_of(key, manifest.reels[key]) for key in keys}
    ends = site.engine.map(FIND_ENDS, site.tools.silence_trimmer, [(key, own) for key, own in parts.items() if own])
    found = dict(zip((key for key, own in parts.items() if own), ends, strict=True))
    under = Under(
        cut=cut,
        film=film,
        manifest=manifest,
        timeline=timeline,
        facts=media.reels,
        trimmed={key: HeardFrom(first_ms=one.first_ms, last_ms=one.last_ms) for key, one in found.items()},
        line_of=lambda field: site.production.place(FILM_FILE, field)[0] or 1,
    )
    try:
        return laid_sound(under)
    except TimelineError as error:
        raise TimelineError([_placed(site, finding) for finding in error.findings]) from None


def _placed(site: Site, finding: Finding) -> Finding:
    """Return a finding about one of the two YAML files with its line, which the timeline does not know."""
    if finding.line is not None or not finding.field:
        return finding
    line, column = site.production.place(finding.file, finding.field)
    return replace(finding, line=line, column=column)


def clear(site: Site, name: str, timeline: Timeline) -> None:
    """Raise ConsentError unless everyone seen or heard in the cut agreed to its audience on its date (rules 21, 22)."""
    cut = site.production.film.cuts[name]
    on = cut.date or site.options.today
    clock = site.production.film.timeline.clock
    labels = _Labels(clock, site.production.film.timeline.frames_a_label, timeline.record_zero)
    findings = []
    for use in who(timeline, site.production.manifest):
        finding = _refusal(site, use, cut.audience, on, labels)
        if finding is not None:
            findings.append(finding)
    if findings:
        raise ConsentError(findings)


@dataclass(frozen=True, slots=True)
class _Labels:
    """How output frames are written for people."""

    clock: Clock
    frames_a_label: int
    record_zero: int

    def of(self, frame: int) -> str:
        return str(self.clock.label(self.record_zero + frame // self.frames_a_label))


def _refusal(site: Site, use: Use, audience: str, on: dt.date, labels: _Labels) -> Finding | None:
    person = site.production.manifest.people.get(use.person)
    decision = consent.decide(use.person, person, audience, on)
    if decision.allowed:
        return None
    sense = "seen" if use.seen else "heard"
    place = f"{use.medium}, event {use.number}, {labels.of(use.record.start)} to {labels.of(use.record.end)}"
    return Finding(
        file=use.source,
        line=use.line,
        field=f"people.{use.person}",
        what=f"{use.person} is {sense} in {place}, and this cut is for the audience '{audience}': {decision.reason}",
        cure=decision.cure,
    )


def clips_of(timeline: Timeline) -> Iterator[tuple[PictureEvent | SoundEvent, Clip]]:
    """Yield every clip that is seen or heard in a cut, outgoing sides of dissolves included, with its event."""
    events: tuple[PictureEvent | SoundEvent, ...] = (*timeline.picture, *timeline.sound)
    for event in events:
        yield event, event.clip
        if event.outgoing is not None:
            yield event, event.outgoing


def keys_used(timeline: Timeline) -> frozenset[str]:
    """Return the keys of every reel that is seen or heard in a cut."""
    return frozenset(clip.key for _, clip in clips_of(timeline) if clip.kind is MediaKind.REEL)
