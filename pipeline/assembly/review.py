"""Remarks on a review copy: read from the CSV files that reviewers send back, kept beside the edit, read as markers.

`cuts/<cut>.remarks.csv` belongs to people: lines are added at its end, in its own encoding, separator and columns, and
nothing that stands in it is ever written again.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from footage_manifest.findings import Finding
from footage_manifest.load import load_production
from footage_manifest.model import Film
from footage_manifest.timecode import Clock
from footage_manifest.wording import choose, shown
from pipeline.assembly.own_folder import own_folder
from pipeline.assembly.publish import FOLDER, REPORT
from pipeline.assembly.remarks_sheet import ORDER, Remark, Sheet, encoded, frame_of, read_sheet, row, unmarked
from pipeline.durable import storage_errors, write_whole
from pipeline.errors import TimelineError, UsageError

_MOST_BYTES = 8 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What came of reading a reviewer's file: how many remarks are new, and how many were known."""

    file: str
    new: int
    known: int


def remarks_name(cut: str) -> str:
    """Return where the remarks on a cut are kept, seen from the film folder."""
    return f"cuts/{cut}.remarks.csv"


def read_remarks(folder: Path, cut: str) -> tuple[Remark, ...]:
    """Return the remarks on a cut in the file's order, none where there is no file.

    Raises ManifestError where the film cannot be read, UsageError for a cut that there is not, TimelineError, with a finding
    for each bad line, where the file cannot be read whole.
    """
    film = _film_with(folder, cut)
    path = own_folder(folder, "cuts") / Path(remarks_name(cut)).name
    if not path.is_file():
        return ()
    return read_sheet(_bytes(path), remarks_name(cut), film.timeline.clock).remarks


def all_remarks(folder: Path, cut: str | None = None) -> dict[str, tuple[Remark, ...]]:
    """Return the remarks on one cut, or on every cut of the film. Raises as `read_remarks`."""
    if cut is not None:
        return {cut: read_remarks(folder, cut)}
    return {name: read_remarks(folder, name) for name in load_production(folder).production.film.cuts}


def add_remarks(folder: Path, cut: str, file: Path, version: int | None = None) -> Added:
    """Take what a reviewer's CSV says into the cut's remarks; what stands there already is not written twice.

    `version` is the delivery that was reviewed, default: the present one. Raises as `read_remarks`; UsageError where there
    is no such file or delivery; TimelineError for a timecode outside of the delivery.
    """
    film = _film_with(folder, cut)
    clock = film.timeline.clock
    reviewed, first, last = _delivered(folder, cut, film, version)
    said = read_sheet(_bytes(file), file.name, clock).remarks
    outside = [_outside(one, file.name, clock, first, last) for one in said if not first <= one.frame < last]
    if outside:
        raise TimelineError(outside)
    own = own_folder(folder, "cuts") / Path(remarks_name(cut)).name
    before = _bytes(own) if own.is_file() else b""
    sheet = (
        read_sheet(before, remarks_name(cut), clock)
        if before.strip()
        else Sheet(encoding="utf-8", separator=",", columns=ORDER, remarks=())
    )
    known = {(one.frame, one.text, one.name) for one in sheet.remarks}
    new = {(one.frame, one.text, one.name): one for one in said if (one.frame, one.text, one.name) not in known}
    if new:
        rows = [row(one, sheet.columns, one.version or reviewed) for one in new.values()]
        added = encoded(rows if before.strip() else [list(ORDER), *rows], sheet, remarks_name(cut))
        gap = b"" if not before or before.endswith((b"\n", b"\n\0")) else "\r\n".encode(unmarked(sheet.encoding))
        with storage_errors(f"writing {remarks_name(cut)}"):
            own.parent.mkdir(exist_ok=True)
            write_whole(own, (before if before.strip() else b"") + (gap if before.strip() else b"") + added)
    return Added(file=remarks_name(cut), new=len(new), known=len(said) - len(new))


def _film_with(folder: Path, cut: str) -> Film:
    film = load_production(folder).production.film
    if cut not in film.cuts:
        raise UsageError(f"there is no cut {shown(cut)}", choose(cut, film.cuts))
    return film


def _delivered(folder: Path, cut: str, film: Film, version: int | None) -> tuple[int, int, int]:
    """Return the number of the delivery that was reviewed, its first label's frame, and where it ends, exclusive."""
    place = own_folder(folder, f"{FOLDER}/{cut}")
    for report in _reports(place):
        number = report.get("version")
        starts_at, frames = report.get("starts_at"), report.get("frames")
        wanted = version is None or number == version
        if wanted and isinstance(number, int) and isinstance(starts_at, str) and isinstance(frames, int):
            first = frame_of(starts_at, film.timeline.clock)
            return number, first, first + -(-frames // film.timeline.frames_a_label)
    if version is None:
        raise UsageError(f"{cut} has not been delivered yet", f"run testimonio run --cut {cut} first")
    raise UsageError(f"there is no delivery v{version} of {cut}", f"see {FOLDER}/{cut}")


def _reports(place: Path) -> Iterator[Mapping[str, object]]:
    for path in (place / REPORT, *sorted(place.glob(f"v*/{REPORT}"))):
        try:
            found = json.loads(path.read_bytes())
        except (OSError, ValueError):
            continue
        if isinstance(found, dict):
            yield found


def _outside(one: Remark, file: str, clock: Clock, first: int, last: int) -> Finding:
    return Finding(
        file=file,
        line=one.line,
        field="timecode",
        what=f"{one.timecode} is not in the cut, which runs from {clock.label(first)} to {clock.label(last)}",
        cure="correct it, or name the version that was reviewed with --version",
    )


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise UsageError(f"{path.name} is too long for a list of remarks", "take a CSV file")
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path.name} cannot be read: {error.strerror}", "name the CSV file that was sent") from None
