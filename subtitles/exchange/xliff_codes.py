"""Tags and line breaks of a text as the inline codes of XLIFF 2 (section 4.7 of the 2.0 specification), and back.

`<i>`, `<b>` and `<u>` that pair up are `pc` elements with the sub-types that the specification has for them, a line break
is a `ph` of sub-type `xlf:lb`; every other tag is a `ph` with the tag itself in the unit's original data. An id is the same
in source and target for the same code, as the specification asks.
"""

import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from subtitles.exchange.letters import held
from subtitles.exchange.xml_parts import attribute, children, local
from subtitles.tags import TAG

_PAIRED = {"<i>": "i", "<b>": "b", "<u>": "u"}
_BREAK = "xlf:lb"
_LINE_FEED = "\n"
_TOKEN = re.compile(f"{TAG.pattern}|\n", re.IGNORECASE)
_UNHELD = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(slots=True)
class Codes:
    """The codes of one unit: `data` holds each tag that is no pair of its own under its id."""

    data: dict[str, str] = field(default_factory=dict)

    def written(self, name: str, text: str) -> ET.Element:
        """Return an element `name` (source or target) that holds `text`."""
        tokens = [(found.start(), found.end(), found[0]) for found in _TOKEN.finditer(text)]
        pairs = _pairs([token for _, _, token in tokens])
        counted: Counter[str] = Counter()
        root = ET.Element(name)
        open_elements = [root]
        at = 0
        for place, (start, end, token) in enumerate(tokens):
            _append(open_elements[-1], text[at:start])
            at = end
            if place in pairs.values():
                open_elements.pop()
                continue
            code = self._code(token, counted, paired=place in pairs)
            open_elements[-1].append(code)
            if place in pairs:
                open_elements.append(code)
        _append(open_elements[-1], text[at:])
        return root

    def _code(self, token: str, counted: Counter[str], *, paired: bool) -> ET.Element:
        if paired:
            kind = _PAIRED[token]
            counted[kind] += 1
            return ET.Element("pc", id=f"{kind}{counted[kind]}", type="fmt", subType=f"xlf:{kind}")
        if token == _LINE_FEED:
            counted["lb"] += 1
            return ET.Element("ph", id=f"lb{counted['lb']}", type="fmt", subType=_BREAK, equiv="\n", disp="⏎")
        known = {tag: name for name, tag in self.data.items()}
        name = known.get(token) or f"d{len(self.data) + 1}"
        self.data[name] = token
        counted[name] += 1
        return ET.Element("ph", id=f"{name}-{counted[name]}", dataRef=name, equiv="", disp=held(token))

    def original_data(self) -> ET.Element | None:
        """Return the unit's original data, None where it has none."""
        if not self.data:
            return None
        element = ET.Element("originalData")
        for name, tag in self.data.items():
            _append(ET.SubElement(element, "data", id=name), tag)
        return element


def _pairs(tokens: list[str]) -> dict[int, int]:
    """Return, for each opening tag that is properly closed, by its place, the place of the tag that closes it."""
    pairs: dict[int, int] = {}
    opened: list[int] = []
    for place, token in enumerate(tokens):
        if token in _PAIRED:
            opened.append(place)
        elif token.replace("/", "") in _PAIRED and token.startswith("</"):
            begins = next((one for one in reversed(opened) if tokens[one] == token.replace("/", "")), None)
            if begins is not None:
                pairs[begins] = place
                del opened[opened.index(begins) :]
    return pairs


def _append(element: ET.Element, text: str) -> None:
    """Add text at the end of an element; letters that XML cannot hold become `cp` elements."""
    at = 0
    for found in _UNHELD.finditer(text):
        _append_plain(element, text[at : found.start()])
        ET.SubElement(element, "cp", hex=f"{ord(found[0]):04X}")
        at = found.end()
    _append_plain(element, text[at:])


def _append_plain(element: ET.Element, text: str) -> None:
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text


@dataclass(slots=True)
class Decoder:
    """Reads the codes of one unit, whatever tool wrote them; `lost` counts codes that say nothing we know.

    `data` is the unit's original data by id; `remarks` are comments that somebody put on words.
    """

    data: Mapping[str, str]
    lost: int = 0
    remarks: list[str] = field(default_factory=list)
    _closing: dict[str, str] = field(default_factory=dict)

    def text(self, element: ET.Element, *, preserve: bool) -> str:
        """Return what a source or target says, white space as it stands or, without `preserve`, run together."""
        pieces = list(self._pieces(element))
        if preserve:
            return "".join(text for text, _ in pieces)
        joined = "".join(text if code else re.sub(r"\s+", " ", text) for text, code in pieces)
        return "\n".join(line.strip(" ") for line in joined.split("\n"))

    def _pieces(self, element: ET.Element) -> Iterator[tuple[str, bool]]:
        """Yield the texts and tags of an element, and whether each comes from a code."""
        yield element.text or "", False
        for child in element:
            yield from self._piece(child)
            yield child.tail or "", False

    def _piece(self, child: ET.Element) -> Iterator[tuple[str, bool]]:
        kind = local(child)
        if kind == "pc":
            before, after = self._pair(child)
            yield before, True
            yield from self._pieces(child)
            yield after, True
        elif kind == "mrk":
            if attribute(child, "type") == "comment" and attribute(child, "value").strip():
                self.remarks.append(attribute(child, "value").strip())
            yield from self._pieces(child)
        elif kind == "cp":
            yield _letter(attribute(child, "hex")), True
        elif kind == "sc":
            before, after = self._pair(child)
            self._closing[attribute(child, "id")] = after
            yield before, True
        elif kind == "ec":
            known = self._closing.get(attribute(child, "startRef"))
            yield self._one(child) if known is None else known, True
        elif kind == "ph":
            yield self._one(child), True
        elif kind not in {"sm", "em"}:
            self.lost += 1
            yield from self._pieces(child)

    def _pair(self, element: ET.Element) -> tuple[str, str]:
        """Return the tags that a paired code, or the first half of one, stands for."""
        first = attribute(element, "dataRefStart") or attribute(element, "dataRef")
        if first in self.data:
            begins = self.data[first]
            closing = self.data.get(attribute(element, "dataRefEnd"))
            return begins, closing if closing is not None else _closing_of(begins)
        tag = attribute(element, "subType").removeprefix("xlf:") or _ours(element)
        if tag in _PAIRED.values():
            return f"<{tag}>", f"</{tag}>"
        self.lost += 1
        return "", ""

    def _one(self, element: ET.Element) -> str:
        """Return what a single code stands for."""
        if attribute(element, "subType") == _BREAK:
            return "\n"
        data = self.data.get(attribute(element, "dataRef") or _ours(element))
        if data is not None:
            return data if TAG.fullmatch(data) else _as_break(data)
        shown = attribute(element, "equiv") or attribute(element, "disp") or ("\n" if _ours(element) == "lb" else "")
        if not shown:
            self.lost += 1
        return _as_break(shown)


def _ours(element: ET.Element) -> str:
    """Return what the id of a code says that we wrote and a tool stripped: `i`, `lb`, or the id of its data."""
    found = re.fullmatch(r"(i|b|u|lb)[0-9]+|(d[0-9]+)-[0-9]+", attribute(element, "id"))
    return (found[1] or found[2]) if found else ""


def original_data(unit: ET.Element) -> dict[str, str]:
    """Return the original data of a unit, by id."""
    return {
        attribute(data, "id"): "".join(text for text, _ in Decoder({})._pieces(data))  # noqa: SLF001 - of this module
        for holder in children(unit, "originalData")
        for data in children(holder, "data")
    }


def _closing_of(tag: str) -> str:
    name = re.match(r"<([A-Za-z]+)", tag)
    return f"</{name[1]}>" if name else ""


def _as_break(data: str) -> str:
    """Return a code's content, where it is a line break by any name, as one."""
    return "\n" if re.fullmatch(r"\r?\n|\\n|\\N|<br ?/?>|⏎|↵", data) else data


def _letter(code: str) -> str:
    try:
        return chr(int(code, 16))
    except (ValueError, OverflowError):
        return ""
