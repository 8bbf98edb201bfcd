"""An XLIFF file that came back, of version 2.0, 2.1 or 2.2, as any tool may have written it."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass

from footage_manifest.findings import Finding
from footage_manifest.wording import shown
from subtitles.errors import SubtitleError
from subtitles.exchange.letters import unheld
from subtitles.exchange.model import (
    ReturnedComment,
    ReturnedFile,
    ReturnedUnit,
    Trace,
    error,
    note_hash,
    trace_in,
    warning,
)
from subtitles.exchange.xliff import CATEGORY
from subtitles.exchange.xliff_codes import Decoder, original_data
from subtitles.exchange.xml_parts import attribute, children, line_of, local, parse

_CORE = "urn:oasis:names:tc:xliff:document:2."
_TIMES = re.compile(r"[\d:.]+ - [\d:.]+, \d+")
"""The note that we write first."""
_DONE = {"translated", "reviewed", "final"}


def read_xliff(content: bytes, *, file: str) -> ReturnedFile:
    """Return what a translator's tool sent back as XLIFF 2; `file` is its name for messages.

    Segments that a tool made of one unit are joined again; a unit of which only a part is translated counts as not
    translated, and is named. Raises SubtitleError for what is no XLIFF 2 or holds other than one file.
    """
    root = parse(content, file=file)
    if local(root) != "xliff":
        raise SubtitleError([error(file, "it is no XLIFF file", "send the file that came from the translator's tool")])
    if not str(root.tag).startswith("{" + _CORE):
        if attribute(root, "version").startswith("2"):
            what = "it says that it is XLIFF 2, but its elements are not in the namespace of that"
            raise SubtitleError([error(file, what, "have the tool export it again")])
        what = f"it is XLIFF {shown(attribute(root, 'version'))}, and only XLIFF 2 is read"
        raise SubtitleError([error(file, what, "have the tool save it as XLIFF 2.0")])
    files = list(children(root, "file"))
    if len(files) != 1:
        what = f"it holds {len(files)} files, and one is read at a time"
        raise SubtitleError([error(file, what, "send each in a file of its own")])
    reading = _Reading(file)
    units = tuple(reading.units(files[0], preserve=_preserved(files[0], preserve=_preserved(root, preserve=False))))
    said = _metadata(files[0])
    name, _, language = attribute(files[0], "id").rpartition(".")
    return ReturnedFile(
        file=file,
        film=said.get("film", ""),
        reel=said.get("reel", name),
        source_language=attribute(root, "srcLang"),
        target_language=said.get("target", "") or attribute(root, "trgLang") or language,
        units=units,
        findings=tuple(reading.findings),
    )


class _Reading:
    """One pass over the units of a file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.findings: list[Finding] = []

    def units(self, holder: ET.Element, *, preserve: bool) -> Iterator[ReturnedUnit]:
        """Yield the units of a file or group, those of groups inside it too, in the file's order."""
        for remark in _comments(holder, None):
            what = f"the remark {shown(remark.text)} is on no subtitle"
            self.findings.append(warning(self.file, what, "put it on the unit that it is about", line=line_of(holder)))
        for child in holder:
            kept = _preserved(child, preserve=preserve)
            if local(child) == "unit":
                yield self._unit(child, preserve=kept)
            elif local(child) == "group":
                yield from self.units(child, preserve=kept)

    def _unit(self, unit: ET.Element, *, preserve: bool) -> ReturnedUnit:
        trace = trace_in(_metadata(unit).get("trace", ""))
        name = trace.id if trace else unheld(attribute(unit, "name")) or attribute(unit, "id")
        decoder = Decoder(original_data(unit))
        parts = _parts(unit, decoder, preserve=preserve)
        said = [part for part in parts if part.segment and part.source.strip()]
        whole = all(part.target is not None and part.target.strip() for part in said)
        target = "".join(part.text for part in sorted(parts, key=lambda part: part.order)) if whole else ""
        if any(len(list(children(element, "target"))) > 1 for element in unit if local(element) == "segment"):
            what = "one of its segments has several translations, and none is taken"
            self.findings.append(error(self.file, what, "keep the one that is meant", line=line_of(unit), field=name))
            target = ""
        if not whole and any((part.target or "").strip() for part in said):
            what = "only a part of it is translated, so it counts as not translated"
            self.findings.append(warning(self.file, what, "translate the rest", line=line_of(unit), field=name))
        if decoder.lost:
            what = f"{decoder.lost} of its codes say nothing that is known, and are left out"
            cure = "see to the italics and the position of this subtitle"
            self.findings.append(warning(self.file, what, cure, line=line_of(unit), field=name))
        states = {part.state for part in said}
        return ReturnedUnit(
            id=name,
            trace=trace,
            line=line_of(unit),
            target=target,
            source="".join(part.source for part in parts) if any(part.told for part in parts) else None,
            comments=(*_comments(unit, trace), *(ReturnedComment(text=unheld(one)) for one in decoder.remarks)),
            done=bool(said) and whole and states <= _DONE,
            final=bool(said) and whole and states == {"final"},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """A segment of a unit, or what stands between two; `order` is where its target goes, from 1.

    `told` says that the file holds its source.
    """

    source: str
    told: bool
    target: str | None
    order: int
    state: str
    segment: bool

    @property
    def text(self) -> str:
        """Return what goes into the translation."""
        return self.source if self.target is None and not self.segment else self.target or ""


def _parts(unit: ET.Element, decoder: Decoder, *, preserve: bool) -> list[_Part]:
    parts: list[_Part] = []
    for element in unit:
        if local(element) not in {"segment", "ignorable"}:
            continue
        texts: dict[str, str] = {}
        order = len(parts) + 1
        for text in (one for one in element if local(one) in {"source", "target"}):
            kept = _preserved(text, preserve=preserve)
            texts[local(text)] = decoder.text(text, preserve=kept)
            wanted = attribute(text, "order")
            order = int(wanted) if wanted.isdecimal() and len(wanted) < 7 else order
        parts.append(
            _Part(
                source=texts.get("source", ""),
                told="source" in texts,
                target=texts.get("target"),
                order=order,
                state=attribute(element, "state") or "initial",
                segment=local(element) == "segment",
            )
        )
    return parts


def _preserved(element: ET.Element, *, preserve: bool) -> bool:
    """Return whether white space counts in an element, from what holds for the one around it."""
    said = attribute(element, "space")
    return said == "preserve" if said else preserve


def _metadata(element: ET.Element) -> dict[str, str]:
    """Return our metadata on an element: values by their kinds."""
    return {
        attribute(meta, "type"): unheld(meta.text or "")
        for holder in children(element, "metadata")
        for group in children(holder, "metaGroup")
        if attribute(group, "category") == CATEGORY
        for meta in children(group, "meta")
    }


def _comments(element: ET.Element, trace: Trace | None) -> Iterator[ReturnedComment]:
    """Yield the notes on an element that are not ours, though a tool have taken our mark off those."""
    segments = [one for one in element if local(one) == "segment"]  # some tools put notes there
    for holder in (notes for one in (element, *segments) for notes in children(one, "notes")):
        for note in children(holder, "note"):
            text = unheld(" ".join((note.text or "").split()))
            ours = attribute(note, "category") == CATEGORY or _TIMES.fullmatch(text)
            if text and not ours and (trace is None or note_hash(text) != trace.note):
                yield ReturnedComment(text=text)
