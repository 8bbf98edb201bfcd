"""XML that people hand in, made safe to read: no entities, bounded in size and depth, each element with its line."""

import re
import xml.etree.ElementTree as ET
from fractions import Fraction
from typing import Any

from footage_manifest.wording import shown
from pipeline.timeline.interchange_model import Place, RefusedError

MAX_BYTES = 64 * 1024 * 1024
MAX_DEPTH = 250
MAX_ELEMENTS = 2_000_000
_NUMBER = re.compile(r"[-+]?\d{1,18}(?:\.\d{1,12})?")
_EXPORT = "export the timeline again"


class Element(ET.Element):
    """An element that knows its line, counted from 1."""

    line = 0


def parse(data: bytes) -> Element:
    """Return the root of the XML in `data`.

    A DOCTYPE without declarations is harmless and passes; entities are refused whatever they hold, and nothing outside the
    file is ever read. Raises RefusedError.
    """
    from defusedxml.common import DefusedXmlException  # noqa: PLC0415 - needed for XML only

    if len(data) > MAX_BYTES:
        raise RefusedError(Place(line=1), f"the file has {len(data)} bytes and may have {MAX_BYTES}", _EXPORT)
    parser = _parser()
    try:
        parser.feed(data)
        root = parser.close()
    except DefusedXmlException:
        line = parser.parser.CurrentLineNumber
        what = "the XML declares entities, which could read other files or fill the memory"
        raise RefusedError(Place(line=line), what, "take the declarations out of its DOCTYPE") from None
    except ET.ParseError as error:
        line = error.position[0]
        raise RefusedError(Place(line=line), f"this is no XML: {error}", _EXPORT) from None
    except (ValueError, LookupError) as error:  # an encoding that is not known
        raise RefusedError(Place(line=1), f"this is no XML: {error}", _EXPORT) from None
    assert isinstance(root, Element)  # noqa: S101 - the parser makes no other
    return root


def _parser() -> Any:
    from defusedxml.ElementTree import DefusedXMLParser  # noqa: PLC0415 - needed for XML only

    class Numbering(DefusedXMLParser):  # type: ignore[misc]
        """Gives each element its line and counts how deep and how many there are."""

        depth = count = 0

        def _start(self, tag: str, attributes: list[str]) -> object:
            element = super()._start(tag, attributes)
            element.line = line = self.parser.CurrentLineNumber
            self.depth += 1
            self.count += 1
            if self.depth > MAX_DEPTH or self.count > MAX_ELEMENTS:
                what = f"the XML has more than {MAX_DEPTH} levels or {MAX_ELEMENTS} elements"
                raise RefusedError(Place(line=line), what, _EXPORT)
            return element

        def _end(self, tag: str) -> object:
            self.depth -= 1
            return super()._end(tag)

    target = ET.TreeBuilder(element_factory=Element)
    return Numbering(target=target, forbid_dtd=False, forbid_entities=True, forbid_external=True)


def place(element: ET.Element) -> Place:
    """Return where an element stands, with its name where it has one."""
    name = (element.findtext("name") or element.get("name") or "").strip()
    return Place(line=getattr(element, "line", 0) or 1, field=f"{element.tag} {shown(name)}" if name else element.tag)


def text(element: ET.Element, path: str) -> str:
    """Return the text at `path`, stripped; empty where there is none."""
    return (element.findtext(path) or "").strip()


def number(element: ET.Element, path: str) -> Fraction | None:
    """Return the number at `path`, None where none is written. Raises RefusedError for what is no number."""
    written = text(element, path)
    return parsed(element, path, written) if written else None


def parsed(element: ET.Element, path: str, written: str) -> Fraction:
    """Return `written` as an exact number. Raises RefusedError."""
    if not _NUMBER.fullmatch(written):
        raise RefusedError(place(element), f"{path} is {shown(written)}, which is no number", _EXPORT)
    return Fraction(written)


def whole(element: ET.Element, path: str) -> int | None:
    """Return the whole number at `path`, None where none is written. Raises RefusedError."""
    found = number(element, path)
    if found is not None and found.denominator != 1:
        raise RefusedError(place(element), f"{path} is {text(element, path)}, which is no whole number", _EXPORT)
    return None if found is None else found.numerator


def is_true(element: ET.Element, path: str, *, unless_said: bool) -> bool:
    """Return the TRUE or FALSE at `path`."""
    written = text(element, path).upper()
    return unless_said if not written else written in {"TRUE", "1", "YES"}
