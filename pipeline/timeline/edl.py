"""The strict CMX3600 reader: bytes in, an `Edl` or every finding out.

Two phases: each line becomes a typed statement (`edl_statements`), then `edl_events` joins statements to events.
"""

from dataclasses import replace

from footage_manifest.findings import Finding
from footage_manifest.timecode import Clock
from pipeline.errors import TimelineError
from pipeline.timeline.edl_events import EventReader
from pipeline.timeline.edl_model import Edl
from pipeline.timeline.edl_statements import LineFaultError, statement
from pipeline.timeline.edl_text import NotTextError, decoded, numbered_lines

MAX_EVENTS = 20_000
MAX_FINDINGS = 1_000
"""After so many the rest of a file is not read: it is no EDL."""
_TOO_MUCH = "too much is wrong for an EDL; the rest was not read"


def read_edl(data: bytes, *, file: str, clock: Clock) -> Edl:
    """Return the list in `data`; record labels count on `clock`, the film's.

    `file` is the name, relative to the film folder, that findings carry. Raises TimelineError with every finding, each
    with its line, where the list cannot be played as written.
    """
    edl, findings = parse_edl(data, file=file, clock=clock)
    if findings:
        raise TimelineError(findings)
    return edl


def parse_edl(data: bytes, *, file: str, clock: Clock) -> tuple[Edl, tuple[Finding, ...]]:
    """Return what can be read of the list, and every finding in order of lines; an event with a finding may be missing."""
    reader = EventReader(file=file, clock=clock)
    try:
        for line, text in numbered_lines(decoded(data)):
            _read_line(reader, line, text)
            if len(reader.findings) >= MAX_FINDINGS:
                reader.refuse(line, _TOO_MUCH, "check that this is an EDL")
                break
            if reader.events > MAX_EVENTS:
                reader.refuse(line, f"an EDL may have {MAX_EVENTS} events", "split it into several")
                break
    except NotTextError as error:
        reader.refuse(error.line, error.what, error.cure)
    edl = reader.finish()
    findings = sorted(reader.findings, key=lambda finding: finding.line or 0)
    if len(findings) > MAX_FINDINGS + 1:
        last = findings[MAX_FINDINGS]
        findings[MAX_FINDINGS:] = [replace(last, field="", what=_TOO_MUCH, cure="check that this is an EDL")]
    return edl, tuple(findings)


def _read_line(reader: EventReader, line: int, text: str) -> None:
    try:
        found = statement(line, text)
    except LineFaultError as fault:
        reader.refuse(line, fault.what, fault.cure, field=fault.field)
        if fault.of_event:
            reader.skip_event()
    else:
        if found is not None:
            reader.take(found)
