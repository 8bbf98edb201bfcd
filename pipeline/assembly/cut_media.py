"""What the sides of a cut's events play, as an export says it: files, clocks and labels, as well as they are known."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor
from pathlib import Path

from footage_manifest.findings import Finding, ManifestError
from footage_manifest.media import MediaFacts
from footage_manifest.model import Production
from footage_manifest.timecode import Clock, TimecodeError
from footage_manifest.wording import Refusal, shown
from pipeline.assembly import road, survey
from pipeline.assembly.cut_files import CutFile
from pipeline.assembly.options import RunOptions, Step
from pipeline.errors import PipelineError, TimelineError
from pipeline.ports.work import Progress
from pipeline.timeline.edl_model import Edl, Event, Side
from pipeline.timeline.export_plan import Lost, MediaOf, as_listed, clock_of
from pipeline.timeline.interchange_model import ClockedSide, Medium
from pipeline.timeline.model import MediaKind
from pipeline.timeline.reel_clock import reel_clock
from pipeline.timeline.relink import Link, Relinker


def media_of(cut: CutFile, lost: Lost, progress: Progress) -> MediaOf:
    """Return what says what a side plays: the film's manifest and its files' own timecode where there is a film."""
    if cut.production is None or cut.folder is None:
        return lambda side: as_listed(side, cut.clock)
    relinker = Relinker(cut.production.manifest, cut.production.film.titles)
    facts = _facts(cut, cut.folder, relinker, lost, progress)
    film = _Film(cut.production, cut.folder, cut.clock, facts)

    def medium(side: Side) -> Medium:
        link = relinker.find(side.reel, side.names)
        if isinstance(link, Link) and link.kind in {MediaKind.REEL, MediaKind.STILL}:
            return film.medium(side, link, lost)
        if not isinstance(link, Link):
            lost.add("not in the film's manifest, written as the list names it", shown(side.reel))
        return as_listed(side, cut.clock)

    return medium


def _facts(cut: CutFile, folder: Path, relinker: Relinker, lost: Lost, progress: Progress) -> Mapping[str, MediaFacts]:
    """Return what the files say of the reels whose start the manifest does not state; nothing where they cannot be read."""
    assert cut.production is not None  # noqa: S101 - the caller has one
    sides = [side for edl in cut.edls for event in edl.events for side in (event.incoming, event.outgoing) if side]
    links = {relinker.find(side.reel, side.names) for side in sides}
    manifest = cut.production.manifest
    asked = sorted(
        link.key
        for link in links
        if isinstance(link, Link) and link.kind is MediaKind.REEL and manifest.reels[link.key].start is None
    )
    if not asked:
        return {}
    try:
        with road.opened(RunOptions(folder=folder, to=Step.PROBE), progress) as site:
            return survey.survey(site, asked, ()).reels
    except (PipelineError, ManifestError) as error:
        said = " ".join(str(error).split())[:200]
        lost.add(f"the reels' own timecode could not be read ({said}); state their start in the manifest")
        return {}


@dataclass(frozen=True, slots=True)
class _Film:
    production: Production
    folder: Path
    clock: Clock
    facts: Mapping[str, MediaFacts]

    def medium(self, side: Side, link: Link, lost: Lost) -> Medium:
        """Return a reel or still of the manifest. Raises Refusal for labels that cannot be read."""
        manifest = self.production.manifest
        files = manifest.reels[link.key].file if link.kind is MediaKind.REEL else (manifest.stills[link.key].file,)
        names = dict.fromkeys((*side.names, Path(files[0]).name))
        if len(files) > 1:
            lost.add("a reel of several files is written with its first", link.key)
        clock, start, length = self._counting(side, link)
        return Medium(
            reel=side.reel if side.reel != "AX" else link.key,
            names=tuple(names),
            clock=clock,
            start=start,
            url=(self.folder / files[0]).as_uri(),
            length=length,
        )

    def _counting(self, side: Side, link: Link) -> tuple[Clock, int | None, Fraction | None]:
        """Return how the labels of a medium count, the label frame of its first frame, and its length, where known."""
        if link.kind is MediaKind.STILL:
            return clock_of(side, self.clock), 0 if side.span is not None else None, None
        reel, facts = self.production.manifest.reels[link.key], self.facts.get(link.key)
        if facts is not None:
            found = reel_clock(link.key, reel, facts, self.clock, side)
            return found.clock, int(found.start), facts.duration
        own = clock_of(side, self.clock)
        rate = reel.timecode_rate or own.rate
        try:
            clock = Clock(rate, side.source_in.drop or (reel.start.drop if reel.start is not None else own.drop))
        except TimecodeError:
            clock = Clock(rate)
        if reel.start is None:
            return clock, as_listed(side, self.clock).start, None
        try:
            return clock, clock.frame(reel.start), None
        except TimecodeError as error:
            raise Refusal(f"reel {link.key} starts at a label it cannot have: {error}", "correct its start") from None


def relabelled(cut: CutFile, lost: Lost, progress: Progress) -> tuple[Edl, ...]:
    """Return a film's lists with the labels that its reels have, where another format said from where they play."""
    if not any(
        side.span for edl in cut.edls for event in edl.events for side in (event.incoming, event.outgoing) if side
    ):
        return cut.edls
    media = media_of(cut, lost, progress)
    findings: list[Finding] = []

    def labelled(side: Side, file: str) -> Side:
        try:
            medium = media(side) if side.span is not None else None
        except Refusal as refusal:
            findings.append(Finding(file=file, line=side.line, what=refusal.what, cure=refusal.cure))
            return side
        if medium is None or medium.start is None or side.span is None:
            return side
        rate = medium.clock.rate
        frames = floor(side.span[0] * rate) + medium.start
        if (side.span[0] * rate).denominator != 1:
            lost.add("what begins between two labels of its reel begins with the label before, in the sound too")
        length = max(1, ceil(abs(side.span[1] - side.span[0]) * rate))
        return ClockedSide(
            line=side.line,
            reel=side.reel,
            source_in=medium.clock.label(frames),
            source_out=medium.clock.label(frames + length),
            drop=medium.clock.drop,
            names=side.names,
            motion=side.motion,
            span=side.span,
            clock=medium.clock,
        )

    def told(event: Event, file: str) -> Event:
        outgoing = None if event.outgoing is None else labelled(event.outgoing, file)
        return replace(event, incoming=labelled(event.incoming, file), outgoing=outgoing)

    edls = tuple(replace(edl, events=tuple(told(event, edl.file) for event in edl.events)) for edl in cut.edls)
    if findings:
        raise TimelineError(findings)
    return edls
