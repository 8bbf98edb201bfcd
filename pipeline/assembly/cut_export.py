"""`testimonio cut export`: a cut written so that an editor can finish it elsewhere, and what of it could not be written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor
from pathlib import Path

from footage_manifest.findings import Finding, ManifestError
from footage_manifest.media import MediaFacts
from footage_manifest.model import Production
from footage_manifest.timecode import Clock, TimecodeError
from footage_manifest.wording import Refusal, shown
from pipeline.assembly import road, survey
from pipeline.assembly.cut_additions import list_additions, list_rates, markers
from pipeline.assembly.cut_files import CutFile, read_cut
from pipeline.assembly.options import RunOptions, Step
from pipeline.durable import storage_errors, sync_folder
from pipeline.errors import PipelineError, TimelineError, UsageError
from pipeline.ports.work import Progress
from pipeline.timeline.edl_model import Edl, Event, Side
from pipeline.timeline.edl_write import write_edls
from pipeline.timeline.export_fcp7 import write_fcp7
from pipeline.timeline.export_fcpx import write_fcpx
from pipeline.timeline.export_markers import Marker
from pipeline.timeline.export_otio import write_otio
from pipeline.timeline.export_plan import Lost, MediaOf, as_listed, clock_of, plan
from pipeline.timeline.interchange_model import ClockedSide, Medium, Sequence
from pipeline.timeline.model import MediaKind
from pipeline.timeline.reel_clock import reel_clock
from pipeline.timeline.relink import Link, Relinker


class Format(StrEnum):
    """What a cut can be written as."""

    EDL = "edl"
    OTIO = "otio"
    FCP7 = "fcp7"
    FCPXML = "fcpxml"


_SUFFIX = {Format.EDL: ".edl", Format.OTIO: ".otio", Format.FCP7: ".xml", Format.FCPXML: ".fcpxml"}
_WRITERS: dict[Format, Callable[[Sequence, Lost, tuple[Marker, ...]], bytes]] = {
    Format.OTIO: write_otio,
    Format.FCP7: write_fcp7,
    Format.FCPXML: write_fcpx,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """Which files were written, those that were there already word for word included, and what they do not carry."""

    files: tuple[Path, ...]
    unchanged: tuple[Path, ...]
    events: int
    not_carried: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOptions:
    """What is asked for: a cut or file, the format, where to, the rate of a bare EDL, the film's folder."""

    what: str
    to: Format
    output: Path | None = None
    rate: str | None = None
    folder: Path = Path()


def export(options: ExportOptions, progress: Progress) -> Exported:
    """Write a cut, and return what came of it.

    Nothing that is there is overwritten. Raises as `read_cut`; UsageError where a file of that name holds something else,
    TimelineError for an event that cannot be told, StoreError for what the disk refuses.
    """
    cut = read_cut(options.what, rate=options.rate, folder=options.folder)
    lost = Lost()
    for finding in cut.warnings:
        lost.add(f"as read from {finding.file}: {finding.what}", f"line {finding.line}" if finding.line else "")
    target = options.output if options.output is not None else Path(f"{Path(cut.name).stem}{_SUFFIX[options.to]}")
    contents = _contents(cut, options.to, target, lost, progress)
    list_additions(cut, lost)
    written, unchanged = _write(contents)
    return Exported(
        files=written,
        unchanged=unchanged,
        events=sum(len(edl.events) for edl in cut.edls),
        not_carried=lost.told(),
    )


def _contents(cut: CutFile, to: Format, target: Path, lost: Lost, progress: Progress) -> dict[Path, bytes]:
    marked = markers(cut, lost)
    if to is Format.EDL:
        title = next((edl.title for edl in cut.edls if edl.title), Path(cut.name).stem)
        edls = cut.edls if cut.production is None else _relabelled(cut, lost, progress)
        list_rates(cut, lost)
        lists = write_edls(edls, title=title, clock=cut.clock, lost=lost, markers=marked)
        return {target.with_name(f"{target.stem}{one.suffix}{target.suffix}"): one.text.encode() for one in lists}
    media = _media(cut, lost, progress)
    sequence = plan(cut.edls, clock=cut.clock, media=media, lost=lost)
    _say_missing(cut, sequence, lost, says_start=to is not Format.OTIO)
    return {target: _WRITERS[to](sequence, lost, marked)}


def _say_missing(cut: CutFile, sequence: Sequence, lost: Lost, *, says_start: bool) -> None:
    """Name the clips of which nothing says where their file is, or how it counts where a format must say it.

    Cards are no files: nothing is missing where one is played.
    """
    relinker = None
    if cut.production is not None:
        relinker = Relinker(cut.production.manifest, cut.production.film.titles)
    media = dict.fromkeys(piece.medium for track in sequence.tracks for piece in track.pieces)
    for medium in media:
        link = relinker.find(medium.reel, medium.names) if medium is not None and relinker is not None else None
        if medium is None or (isinstance(link, Link) and link.kind is MediaKind.TITLE):
            continue
        if not medium.url:
            name = medium.names[0] if medium.names else medium.reel
            lost.add("nothing says where these files are: relink them by reel or name", shown(name))
        is_still = isinstance(link, Link) and link.kind is MediaKind.STILL  # photographs count nothing
        if medium.start is None and says_start and not is_still:
            what = "where these reels start is not known: their labels count from 00:00:00:00"
            lost.add(what, shown(medium.reel))


def _relabelled(cut: CutFile, lost: Lost, progress: Progress) -> tuple[Edl, ...]:
    """Return a film's lists with the labels that its reels have, where another format said from where they play."""
    if not any(
        side.span for edl in cut.edls for event in edl.events for side in (event.incoming, event.outgoing) if side
    ):
        return cut.edls
    media = _media(cut, lost, progress)
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


def _write(contents: Mapping[Path, bytes]) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """Write new files, none of them over another. Raises UsageError before any is written, StoreError."""
    unchanged = []
    for path, content in contents.items():
        with storage_errors(f"reading {path}"):
            if not path.exists():
                continue
            if not path.is_file() or path.read_bytes() != content:
                cure = "move it away, or name another file with --output"
                raise UsageError(f"{shown(path)} is there already and holds something else", cure)
            unchanged.append(path)
    for path, content in contents.items():
        if path not in unchanged:
            with storage_errors(f"writing {path}"), path.open("xb") as file:
                file.write(content)
            with storage_errors(f"writing {path}"):
                sync_folder(path.absolute().parent)
    return tuple(contents), tuple(unchanged)


# ------------------------------------------------------------------------------------------------------------ media


def _media(cut: CutFile, lost: Lost, progress: Progress) -> MediaOf:
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
