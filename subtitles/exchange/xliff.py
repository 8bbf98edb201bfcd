"""XLIFF 2.0 (OASIS Standard, 5 August 2014) as translators' tools read it: one unit a cue.

Beside the core two modules of the standard are used: metadata (section 5.4), which tools have to give back as it was,
for the traces; size and length restriction (5.7), with its profile `xliff:codepoints`, for how long a text may be.
"""

import re
import xml.etree.ElementTree as ET

from subtitles.exchange.docx_table import right_to_left
from subtitles.exchange.letters import clock, held
from subtitles.exchange.model import ExchangeFile, ExchangeUnit, Trace, UnitStatus
from subtitles.exchange.xliff_codes import Codes

CATEGORY = "testimonio"
"""What our metadata and notes are marked with; notes without it are a translator's."""
_CORE = "urn:oasis:names:tc:xliff:document:2.0"
_SIZES = "urn:oasis:names:tc:xliff:sizerestriction:2.0"
_METADATA = "urn:oasis:names:tc:xliff:metadata:2.0"
_TOKEN = re.compile(r"[A-Za-z0-9._-]+")
_MIXED = frozenset(("source", "target", "note", "data", "mda:meta"))
"""Elements in which white space is text."""
_STATES = {
    UnitStatus.UNTRANSLATED: "initial",
    UnitStatus.DRAFT: "initial",
    UnitStatus.STALE: "initial",
    UnitStatus.CONFLICT: "initial",
    UnitStatus.EDITED: "translated",
    UnitStatus.APPROVED: "final",
}
"""What is still to be done has the state of what is: a tool offers it. The sub-state says more."""


def write_xliff(file: ExchangeFile) -> bytes:
    """Return `file` as XLIFF 2.0: no unit may be joined or split, white space counts, states say what is to be done."""
    root = ET.Element(
        "xliff",
        {
            "xmlns": _CORE,
            "xmlns:mda": _METADATA,
            "xmlns:slr": _SIZES,
            "version": "2.0",
            "srcLang": file.source_language,
            "trgLang": file.target_language,
        },
    )
    body = ET.SubElement(
        root,
        "file",
        {
            "id": f"{file.reel}.{file.target_language}",
            "original": f"{file.reel}.{file.source_language}",
            "canResegment": "no",
            "srcDir": _direction(file.source_language),
            "trgDir": _direction(file.target_language),
            "xml:space": "preserve",
        },
    )
    body.append(_metadata({"film": file.film, "reel": file.reel, "target": file.target_language}))
    ET.SubElement(
        ET.SubElement(body, "slr:profiles", generalProfile="xliff:codepoints"), "slr:normalization", general="nfc"
    )
    for unit, trace in zip(file.units, file.traces(), strict=True):
        body.append(_unit(unit, trace))
    _indent(root, 0)
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def _unit(unit: ExchangeUnit, trace: Trace) -> ET.Element:
    name = unit.id if _TOKEN.fullmatch(unit.id) else f"u{trace.number}"
    element = ET.Element("unit", {"id": name, "name": held(unit.id), "slr:sizeRestriction": str(unit.limit)})
    element.append(_metadata({"trace": str(trace)}))
    notes = ET.SubElement(element, "notes")
    times = f"{clock(unit.start_ms)} - {clock(unit.end_ms)}, {unit.limit}"
    for note in (times, unit.note):
        if note:
            ET.SubElement(notes, "note", category=CATEGORY).text = held(note)
    codes = Codes()
    source = codes.written("source", unit.source)
    target = codes.written("target", unit.target) if unit.target else None
    data = codes.original_data()
    if data is not None:
        element.append(data)
    substate = f"{CATEGORY}:{unit.status.value}"
    segment = ET.SubElement(element, "segment", state=_STATES[unit.status], subState=substate)
    segment.append(source)
    if target is not None:
        segment.append(target)
    return element


def _metadata(values: dict[str, str]) -> ET.Element:
    element = ET.Element("mda:metadata")
    group = ET.SubElement(element, "mda:metaGroup", category=CATEGORY)
    for kind, value in values.items():
        ET.SubElement(group, "mda:meta", type=kind).text = held(value)
    return element


def _direction(language: str) -> str:
    return "rtl" if right_to_left(language) else "ltr"


def _indent(element: ET.Element, level: int) -> None:
    """Put each structural element on a line of its own; what holds text is left alone."""
    if element.tag in _MIXED or not len(element):
        return
    element.text = "\n" + " " * (level + 1)
    for child in element:
        _indent(child, level + 1)
        child.tail = "\n" + " " * (level + 1)
    element[-1].tail = "\n" + " " * level
