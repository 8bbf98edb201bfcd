"""`testimonio cut convert` and `export`: a cut written for another program or as text, and what could not be written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from footage_manifest.wording import shown
from pipeline.assembly.cut_additions import list_additions, list_paper, list_rates, markers
from pipeline.assembly.cut_files import CutFile
from pipeline.assembly.cut_media import media_of, relabelled
from pipeline.assembly.cut_reading import read_any_cut, read_in_film
from pipeline.assembly.cut_to_paper import paper_text
from pipeline.durable import storage_errors, sync_folder
from pipeline.errors import UsageError
from pipeline.ports.work import Progress
from pipeline.timeline.edl_write import write_edls
from pipeline.timeline.export_fcp7 import write_fcp7
from pipeline.timeline.export_fcpx import write_fcpx
from pipeline.timeline.export_markers import Marker
from pipeline.timeline.export_otio import write_otio
from pipeline.timeline.export_plan import Lost, plan
from pipeline.timeline.interchange_model import Sequence
from pipeline.timeline.model import MediaKind
from pipeline.timeline.paper_alike import Alike
from pipeline.timeline.relink import Link, Relinker


class Format(StrEnum):
    """What a cut can be written as."""

    EDL = "edl"
    OTIO = "otio"
    FCP7 = "fcp7"
    FCPXML = "fcpxml"
    MD = "md"


_SUFFIX = {Format.EDL: ".edl", Format.OTIO: ".otio", Format.FCP7: ".xml", Format.FCPXML: ".fcpxml", Format.MD: ".md"}
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
    same: Alike | None = None
    """How far a paper edit that was written differs from the cut, frame by frame."""


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

    Nothing that is there is overwritten. Raises as `read_any_cut`; UsageError where a file of that name holds something
    else, TimelineError for an event that cannot be told, StoreError for what the disk refuses.
    """
    lost = Lost()
    if options.to is Format.MD:
        return _as_paper(options, lost, progress)
    cut = read_any_cut(options.what, rate=options.rate, folder=options.folder, progress=progress)
    for finding in cut.warnings:
        lost.add(f"as read from {finding.file}: {finding.what}", f"line {finding.line}" if finding.line else "")
    target = options.output if options.output is not None else Path(f"{Path(cut.name).stem}{_SUFFIX[options.to]}")
    contents = _contents(cut, options.to, target, lost, progress)
    list_additions(cut, lost)
    list_paper(cut, lost)
    written, unchanged = _write(contents)
    return Exported(
        files=written,
        unchanged=unchanged,
        events=sum(len(edl.events) for edl in cut.edls),
        not_carried=lost.told(),
    )


def _as_paper(options: ExportOptions, lost: Lost, progress: Progress) -> Exported:
    """Write a cut of the film, or a file as one, as a paper edit."""
    if options.rate is not None:
        raise UsageError("--rate is for an edit without a film, and a paper edit has one", "leave --rate out")
    cut = read_in_film(options.what, folder=options.folder, progress=progress)
    if cut.paper is not None:
        raise UsageError(f"{shown(options.what)} is a paper edit already", "name the edit to make one of")
    target = options.output if options.output is not None else Path(f"{Path(cut.name).stem}{_SUFFIX[options.to]}")
    made = paper_text(cut, lost, progress)
    written, unchanged = _write({target: made.text.encode()})
    events = sum(len(edl.events) for edl in cut.edls)
    return Exported(files=written, unchanged=unchanged, events=events, not_carried=lost.told(), same=made.same)


def _contents(cut: CutFile, to: Format, target: Path, lost: Lost, progress: Progress) -> dict[Path, bytes]:
    marked = markers(cut, lost)
    if to is Format.EDL:
        title = next((edl.title for edl in cut.edls if edl.title), Path(cut.name).stem)
        edls = cut.edls if cut.production is None else relabelled(cut, lost, progress)
        list_rates(cut, lost)
        lists = write_edls(edls, title=title, clock=cut.clock, lost=lost, markers=marked)
        return {target.with_name(f"{target.stem}{one.suffix}{target.suffix}"): one.text.encode() for one in lists}
    media = media_of(cut, lost, progress)
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
