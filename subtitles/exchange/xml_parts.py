"""XML that comes back from elsewhere, made safe to read: no declarations, bounded in size and depth, lines kept."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Any

from subtitles.errors import SubtitleError
from subtitles.exchange.model import error

MOST_BYTES = 64 << 20
_MOST_DEPTH = 200
_MOST_ELEMENTS = 2_000_000


class _Element(ET.Element):
    """An element that knows its line, counted from 1."""

    line = 0


class _TooMuchError(ValueError):
    """More levels or elements than any file of ours can have."""


def parse(content: bytes, *, file: str) -> ET.Element:
    """Return the root of the XML in `content`; `file` is its name for messages.

    A document type is refused with all it may declare: no file of these kinds has one. Raises SubtitleError.
    """
    from defusedxml.common import DefusedXmlException  # noqa: PLC0415 - needed for XML only

    if len(content) > MOST_BYTES:
        what = f"it has {len(content) >> 20} MiB, at most {MOST_BYTES >> 20} are read"
        raise SubtitleError([error(file, what, "check that it is the right file")])
    parser = _parser()
    try:
        parser.feed(content)
        root = parser.close()
    except DefusedXmlException:
        what = "it declares a document type, which could read other files or fill the memory"
        line = parser.parser.CurrentLineNumber
        raise SubtitleError([error(file, what, "take the declaration out", line=line)]) from None
    except ET.ParseError as problem:
        line = problem.position[0]
        raise SubtitleError([error(file, f"this is no XML: {problem}", "have it exported again", line=line)]) from None
    except (ValueError, LookupError) as problem:  # too deep, or an encoding that is not known
        what = f"this cannot be read as XML: {problem}"
        raise SubtitleError([error(file, what, "have it exported again, in UTF-8")]) from None
    assert isinstance(root, ET.Element)  # noqa: S101 - what the library's types do not say
    return root


def line_of(element: ET.Element) -> int:
    """Return the line on which an element begins, from 1."""
    return getattr(element, "line", 0) or 1


def local(element: ET.Element) -> str:
    """Return an element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def attribute(element: ET.Element, name: str) -> str:
    """Return an attribute by its name without a namespace, empty where there is none."""
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def children(element: ET.Element, name: str) -> Iterator[ET.Element]:
    """Yield the direct children of that name, whatever their namespace."""
    return (child for child in element if local(child) == name)


def _parser() -> Any:
    from defusedxml.ElementTree import DefusedXMLParser  # noqa: PLC0415 - needed for XML only

    class Numbering(DefusedXMLParser):  # type: ignore[misc]
        """Gives each element its line and counts how deep and how many there are."""

        depth = count = 0

        def _start(self, tag: str, attributes: list[str]) -> object:
            element = super()._start(tag, attributes)
            element.line = self.parser.CurrentLineNumber
            self.depth += 1
            self.count += 1
            if self.depth > _MOST_DEPTH or self.count > _MOST_ELEMENTS:
                raise _TooMuchError(f"it has more than {_MOST_DEPTH} levels or {_MOST_ELEMENTS} elements")
            return element

        def _end(self, tag: str) -> object:
            self.depth -= 1
            return super()._end(tag)

    target = ET.TreeBuilder(element_factory=_Element)
    return Numbering(target=target, forbid_dtd=True, forbid_entities=True, forbid_external=True)
