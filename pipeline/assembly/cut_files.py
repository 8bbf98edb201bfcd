"""A cut by its name in a film, or a bare file without one, read for showing, comparing and exporting. Needs no media."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError

from footage_manifest.fields import TimelineRate
from footage_manifest.findings import Finding
from footage_manifest.load import load_production
from footage_manifest.model import Production, SoundChoice
from footage_manifest.paths import inside
from footage_manifest.timebase import STANDARD_RATES
from footage_manifest.timecode import Clock, TimecodeError
from footage_manifest.wording import Refusal, choose, listed, shown
from pipeline.errors import TimelineError, UsageError
from pipeline.timeline.cut_listing import Row, rows, wrong_labels
from pipeline.timeline.edl import read_edl
from pipeline.timeline.edl_lines import EventLine, FrameCode
from pipeline.timeline.edl_model import Edl, Side
from pipeline.timeline.edl_statements import LineFaultError, statement
from pipeline.timeline.edl_text import NotTextError, decoded, numbered_lines
from pipeline.timeline.export_plan import clock_of
from pipeline.timeline.interchange import SUFFIXES, read_by_itself, read_interchange
from pipeline.timeline.model import MediaKind
from pipeline.timeline.relink import Link, Relinker
from pipeline.timeline.wording import rate_text

if TYPE_CHECKING:
    from pipeline.assembly.paper import PaperCut

MAX_BYTES = 64 * 1024 * 1024
_LISTS = frozenset({".edl", ".txt"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CutFile:
    """A cut as read: its lists, the clock of its record labels, and the film it belongs to, None for a bare file.

    A film's own cut is `listed` in film.yaml; a file that is read with a film around it is a cut of that name in
    `production` alone. `paper` is the paper edit that it was read from, if it was; `production` then has its cards.
    """

    name: str
    edls: tuple[Edl, ...]
    clock: Clock
    folder: Path | None = None
    production: Production | None = None
    listed: bool = True
    paper: "PaperCut | None" = None

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """Return what the files say and a cut cannot carry."""
        of_paper = self.paper.findings if self.paper is not None else ()
        return (*of_paper, *(finding for edl in self.edls for finding in edl.findings))

    @property
    def follows_picture(self) -> bool:
        """Return whether the sound of what is seen is heard, whatever sound the edit has."""
        cut = None if self.production is None else self.production.film.cuts.get(self.name)
        return cut is not None and cut.sound is SoundChoice.FOLLOW_PICTURE

    def rows(self) -> tuple[Row, ...]:
        """Return its events as rows."""
        return rows(self.edls, self.clock, None if self.production is None else _counting(self.production, self.clock))


def read_cut(what: str, *, rate: str | None, folder: Path) -> CutFile:
    """Return the cut called `what` of the film in `folder`, or the file of that name: a file wins if it has a suffix.

    `rate` is what was said with --rate, which an EDL alone needs. Raises UsageError where there is neither, ManifestError
    for a film that cannot be used, TimelineError with every finding for an edit that cannot be read.
    """
    path = Path(what)
    exact = None if rate is None else _rate(rate)
    if path.suffix and is_file(path):
        return _bare(path, what, exact)
    if path.suffix.lower() in _LISTS | SUFFIXES and not (folder / "film.yaml").is_file():
        raise UsageError(f"there is no file {shown(what)}", "name the edit to read, or a cut of the film (-C DIR)")
    production = load_production(folder).production
    if what not in production.film.cuts:
        cure = choose(what, production.film.cuts)
        raise UsageError(f"there is no cut {shown(what)} in {folder / 'film.yaml'}, and no such file", cure)
    if exact is not None and exact != production.film.timeline.clock.rate:
        own = rate_text(production.film.timeline.clock.rate)
        raise UsageError(f"--rate says {rate}, and the film counts {own} frames a second", "leave --rate out")
    return _of_film(what, production, folder.resolve())


def _rate(text: str) -> Fraction:
    try:
        return TypeAdapter(TimelineRate).validate_python(text)
    except ValidationError:
        known = listed((rate_text(rate) for rate in STANDARD_RATES), "or")
        raise UsageError(f"--rate: {shown(text)} is no rate of a timeline", f"write {known}, or 30000/1001") from None


def is_file(path: Path) -> bool:
    """Return whether there is a file of that name, however odd the name."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def content(path: Path, name: str) -> bytes:
    """Return an edit's bytes; `name` is what findings call it.

    Raises TimelineError where it cannot be read or is far too long.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            finding = Finding(
                file=name, what=f"the file has more than {MAX_BYTES} bytes", cure="check that this is an edit"
            )
            raise TimelineError([finding])
        return path.read_bytes()
    except OSError as error:
        finding = Finding(file=name, what=f"cannot be read: {error.strerror}", cure="see to its rights")
        raise TimelineError([finding]) from None


# ------------------------------------------------------------------------------------------ of a film


def _of_film(name: str, production: Production, folder: Path) -> CutFile:
    clock = production.film.timeline.clock
    edls: list[Edl] = []
    findings: list[Finding] = []
    for file in production.film.cuts[name].source:
        try:
            edls += read_edit(content(inside(folder, file), file), file=file, clock=clock)
        except TimelineError as error:
            findings += error.findings
        except Refusal as error:
            findings.append(Finding(file=file, what=error.what, cure=error.cure))
    if findings:
        raise TimelineError(findings)
    return CutFile(name=name, edls=tuple(edls), clock=clock, folder=folder, production=production)


def read_edit(data: bytes, *, file: str, clock: Clock) -> tuple[Edl, ...]:
    """Return the lists in `data`, whose kind the suffix of `file` tells; record labels count on `clock`.

    Raises TimelineError with every finding.
    """
    if PurePosixPath(file).suffix.lower() in SUFFIXES:
        return read_interchange(data, file=file, clock=clock)
    return (read_edl(data, file=file, clock=clock),)


def _counting(production: Production, clock: Clock) -> Callable[[Side], Clock]:
    """Return what says how a side's labels count: at its reel's stated `timecode_rate`, else as the list says."""
    relinker = Relinker(production.manifest, production.film.titles)

    def counting(side: Side) -> Clock:
        own = clock_of(side, clock)
        link = relinker.find(side.reel, side.names)
        if side.span is None and isinstance(link, Link) and link.kind is MediaKind.REEL:
            reel = production.manifest.reels[link.key]
            if reel.timecode_rate is not None and reel.timecode_rate != own.rate:
                drop = side.source_in.drop or (reel.start is not None and reel.start.drop)
                with suppress(TimecodeError):
                    return Clock(reel.timecode_rate, drop)
        return own

    return counting


# ------------------------------------------------------------------------------------------ bare files


def _bare(path: Path, name: str, rate: Fraction | None) -> CutFile:
    data = content(path, name)
    if path.suffix.lower() in SUFFIXES:
        edls, clock = _by_itself(data, name, rate)
        return CutFile(name=name, edls=edls, clock=clock)
    if rate is None:
        cure = "say it with --rate, such as --rate 25 or --rate 29.97"
        raise UsageError(f"{shown(name)}: an EDL does not say at which rate it counts", cure)
    clock = _list_clock(data, name, rate)
    try:
        edl = read_edl(data, file=name, clock=clock)
    except TimelineError as error:
        raise TimelineError([_without_film(finding) for finding in error.findings]) from None
    wrong = list(wrong_labels((edl,), clock))
    if wrong:
        raise TimelineError(wrong)
    return CutFile(name=name, edls=(edl,), clock=clock)


def _by_itself(data: bytes, name: str, rate: Fraction | None) -> tuple[tuple[Edl, ...], Clock]:
    """Return a timeline with the clock that it states, or with the rate that was said where that differs."""
    if rate is None:
        return read_by_itself(data, file=name)
    with suppress(TimelineError):
        edls, clock = read_by_itself(data, file=name)
        if clock.rate == rate:
            return edls, clock
    clock = Clock(rate)
    return read_interchange(data, file=name, clock=clock), clock


def _list_clock(data: bytes, name: str, rate: Fraction) -> Clock:
    """Return the clock of an EDL's record labels: drop-frame where its first event or its first FCM says so.

    Raises TimelineError where the rate has no drop-frame counting.
    """
    line, drop = _first_counting(data)
    try:
        return Clock(rate, drop)
    except TimecodeError as error:
        finding = Finding(file=name, line=line, what=f"the list counts drop-frame: {error}", cure="say --rate 29.97")
        raise TimelineError([finding]) from None


def _first_counting(data: bytes) -> tuple[int, bool]:
    """Return on which line a list says first how it counts, and whether that is drop-frame; the reader judges the rest."""
    stated: tuple[int, bool] | None = None
    with suppress(NotTextError):
        for line, text in numbered_lines(decoded(data)):
            with suppress(LineFaultError):
                found = statement(line, text)
                if isinstance(found, FrameCode) and stated is None:
                    stated = (line, found.drop)
                elif isinstance(found, EventLine):
                    marked = found.record_in.drop or found.record_out.drop
                    return (line, True) if marked else stated or (line, False)
    return stated or (1, False)


def _without_film(finding: Finding) -> Finding:
    """Return a finding about how labels count in words for a list that belongs to no film."""
    what, found, _ = finding.what.partition(", and film.yaml has")
    if not found:
        return finding
    return replace(finding, what=f"{what}, and the list begins the other way", cure="let it count one way throughout")
