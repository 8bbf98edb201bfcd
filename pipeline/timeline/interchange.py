"""Edits that are no EDLs: OpenTimelineIO, Final Cut Pro 7 XML and FCPXML, read into lists, one a track.

All three are read by our own code: OpenTimelineIO's library ends the whole process on damaged files, and its adapters for
the two XML formats drop speed changes, disabled clips, the channels of a sound and how labels count, and take the rate of a
clip for that of its file.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePosixPath

from footage_manifest.findings import Finding
from footage_manifest.timecode import Clock
from pipeline.errors import TimelineError
from pipeline.timeline.edl_model import Edl
from pipeline.timeline.interchange_events import lists
from pipeline.timeline.interchange_fcp7 import read_fcp7
from pipeline.timeline.interchange_fcpx import read_fcpx
from pipeline.timeline.interchange_model import RefusedError, Remarks, Sequence
from pipeline.timeline.interchange_otio import read_otio

SUFFIXES = frozenset({".otio", ".xml", ".fcpxml"})

_Reader = Callable[[bytes, Clock | None, Remarks], Sequence]
_READERS: dict[str, _Reader] = {".otio": read_otio, ".xml": read_fcp7, ".fcpxml": read_fcpx}


def read_interchange(data: bytes, *, file: str, clock: Clock) -> tuple[Edl, ...]:
    """Return the tracks of the timeline in `data`, pictures from the lowest up, then sound; record labels count on `clock`.

    `file` is the name, relative to the film folder, that findings carry; its suffix says what it holds. What a cut cannot
    carry is a warning in the first list's `findings`. Raises TimelineError with every finding.
    """
    edls, _ = _read(data, file, clock)
    return edls


def read_by_itself(data: bytes, *, file: str) -> tuple[tuple[Edl, ...], Clock]:
    """Return the tracks of the timeline in `data` and the clock that the file itself states. Raises TimelineError."""
    return _read(data, file, None)


def _read(data: bytes, file: str, clock: Clock | None) -> tuple[tuple[Edl, ...], Clock]:
    remarks = Remarks(file=file)
    edls: tuple[Edl, ...] = ()
    try:
        sequence = _READERS[PurePosixPath(file).suffix.lower()](data, clock, remarks)
        clock = clock or sequence.clock
        edls = lists(sequence, clock=clock, remarks=remarks)
    except RefusedError as error:
        remarks.errors.append(
            Finding(file=file, line=error.place.line, field=error.place.field, what=error.what, cure=error.cure)
        )
    if remarks.errors or clock is None:
        raise TimelineError(sorted(dict.fromkeys(remarks.errors), key=lambda finding: finding.line or 0))
    return (replace(edls[0], findings=remarks.warnings), *edls[1:]), clock
