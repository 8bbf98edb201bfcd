"""A film's cuts as they are read, and the consent gate that each of them passes; `ready_cuts` builds what is between."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from footage_manifest import consent
from footage_manifest.findings import Finding
from footage_manifest.model import Cut
from footage_manifest.timecode import Clock
from pipeline.assembly.cut_files import content, read_edit
from pipeline.assembly.site import Site
from pipeline.errors import ConsentError, TimelineError
from pipeline.timeline.clear import Use, who
from pipeline.timeline.edl_model import Edl
from pipeline.timeline.laid_sound import MUSIC
from pipeline.timeline.model import Clip, MediaKind, PictureEvent, SoundEvent, Timeline

if TYPE_CHECKING:
    from pipeline.assembly.paper import PaperCut


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyCut:
    """A cut that may be rendered. `warnings` are what a person should look at.

    `undeclared` names the reels and stills in it whose people nobody has declared (rule 21). `laid` is what film.yaml lays
    under it: music under `MUSIC`, narration under its language. `paper` is the paper edit that it is, if it is one: `cut`
    then has what that lays under it, and `site_of` gives the film with its cards.
    """

    name: str
    cut: Cut
    timeline: Timeline
    laid: Mapping[str, tuple[SoundEvent, ...]]
    warnings: tuple[Finding, ...]
    undeclared: tuple[str, ...]
    paper: "PaperCut | None" = None

    def timeline_with(self, narration: str | None) -> Timeline:
        """Return the cut with its music, and with narration in a language unless it is None."""
        under = (*self.laid.get(MUSIC, ()), *(self.laid.get(narration, ()) if narration else ()))
        return replace(self.timeline, sound=(*self.timeline.sound, *under))


def site_of(site: Site, ready: ReadyCut) -> Site:
    """Return the site as a cut sees it: a paper edit brings cards, music and narration of its own."""
    return site if ready.paper is None else site_with(site, ready.name, ready.cut, ready.paper)


def site_with(site: Site, name: str, cut: Cut, paper: "PaperCut") -> Site:
    """Return the site with the cards of a paper edit in its film, and `cut`, with what it lays down, as the cut `name`."""
    film = paper.compiled.film(site.production.film)
    film = film.model_copy(update={"cuts": {**film.cuts, name: cut}})
    return replace(site, production=site.production.model_copy(update={"film": film}))


def read_edits(site: Site, name: str) -> tuple[Edl, ...]:
    """Return the EDLs of one cut, a track each. Raises TimelineError with the findings of all of them."""
    clock = site.production.film.timeline.clock
    findings: list[Finding] = []
    edls: list[Edl] = []
    for file in site.production.film.cuts[name].source:
        try:
            edls.extend(read_edit(content(site.file(file), file), file=file, clock=clock))
        except TimelineError as error:
            findings.extend(error.findings)
    if findings:
        raise TimelineError(findings)
    return tuple(edls)


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
