"""A TTML file as XML that can do no harm: no entities, bounded in depth and size, its times checked, lines remembered."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from footage_manifest.findings import Finding
from subtitles.errors import SubtitleError
from subtitles.formats.reading import MOST_LETTERS, raise_errors, too_long
from subtitles.formats.ttml_names import TT, TTP
from subtitles.formats.ttml_time import ATTRIBUTES, TIMED, Counting, counting, time_problems

if TYPE_CHECKING:
    from collections.abc import Callable

# The namespaces of drafts of TTML that files in use still have (DFXP and before); the elements are the same.
_OLD = re.compile(r"^\{http://www\.w3\.org/(?:2006/10|2006/04|2004/11)/ttaf1(#\w+)?\}")
_OLD_NAMES = {"#style": "#styling"}

DEEPEST = 60
MOST_ELEMENTS = 1_000_000
MOST_PARTS = 5_000
"""Elements in one paragraph: more are no subtitle, and take what reads them minutes."""

_ANIMATIONS = {f"{{{TT}}}set", f"{{{TT}}}animate"}
_RATES = {
    "frameRate": r"[1-9]\d{0,5}",
    "tickRate": r"[1-9]\d{0,11}",
    "frameRateMultiplier": r"[1-9]\d{0,8}[ :][1-9]\d{0,8}",
    "cellResolution": r"[1-9]\d{0,4}\s+[1-9]\d{0,4}",
    "dropMode": "nonDrop|dropNTSC",
}
# Legal in TTML2, but not known to what reads the tree afterwards.
_ALIGNED = {"left": "start", "right": "end", "justify": "start"}


@dataclass(slots=True)
class Parsed:
    """The root element, the lines on which elements begin (by identity), and where paragraphs are, in order."""

    root: Element
    lines: Mapping[int, int]


@dataclass(slots=True)
class _Builder:
    """Builds the tree, counting lines and levels: expat knows them only while it reads."""

    file: str
    line: "Callable[[], int]"
    tree: TreeBuilder = field(default_factory=TreeBuilder)
    lines: dict[int, int] = field(default_factory=dict)
    depth: int = 0

    def start(self, tag: str, attributes: dict[str, str]) -> Element:
        self.depth += 1
        if self.depth > DEEPEST or len(self.lines) >= MOST_ELEMENTS:
            what = f"elements stand more than {DEEPEST} levels deep, or there are more than {MOST_ELEMENTS:,}"
            cure = "save it with fewer levels"
            raise SubtitleError((Finding(file=self.file, line=self.line(), what=what, cure=cure),))
        plain = {_present(name): value for name, value in attributes.items()}
        element = self.tree.start(_present(tag), plain)
        self.lines[id(element)] = self.line()
        return element

    def end(self, tag: str) -> Element:
        self.depth -= 1
        return self.tree.end(_present(tag))

    def data(self, text: str) -> None:
        self.tree.data(text)

    def close(self) -> Element:
        return self.tree.close()


def _present(name: str) -> str:
    old = _OLD.match(name)
    if old is None:
        return name
    part = old[1] or ""
    return f"{{{TT}{_OLD_NAMES.get(part, part)}}}{name[old.end() :]}"


def parse(text: str, file: str) -> Parsed:
    """Return the tree of a TTML document given as text.

    Raises SubtitleError, with the line, for what is no XML, for entities and other declarations that can do harm, for XML
    nested too deep, and for XML that is not TTML.
    """
    builder = _Builder(file, lambda: 1)
    parser = DefusedXMLParser(target=builder, encoding="utf-8")
    builder.line = lambda: int(parser.parser.CurrentLineNumber)
    try:
        parser.feed(text.encode("utf-8", "surrogatepass"))
        root: Any = parser.close()
    except ParseError as error:
        line, column = error.position
        what = f"this is not well-formed XML ({str(error).partition(':')[0]})"
        cure = "correct it there, or save it again with the program that made it"
        raise SubtitleError((Finding(file=file, line=line, column=column + 1, what=what, cure=cure),)) from None
    except DefusedXmlException:
        what, cure = "it declares entities, which are not read", "write the characters out, and delete the declarations"
        raise SubtitleError((Finding(file=file, line=builder.line(), what=what, cure=cure),)) from None
    if root.tag != f"{{{TT}}}tt":
        what = "its outermost element is not the tt of TTML"
        cure = "see whether it is another format"
        raise SubtitleError((Finding(file=file, line=builder.lines[id(root)], what=what, cure=cure),))
    return Parsed(root, builder.lines)


def check(parsed: Parsed, file: str, rate: Fraction | None) -> Counting:
    """Return how a document counts. Raises SubtitleError with the lines of rates and times that are none.

    What reads the tree afterwards would take an unreadable time for none, and so show a text for ever.
    """
    raise_errors(_rate_problems(parsed, file), file)
    count = counting(parsed.root, rate)
    raise_errors(_crowded(parsed, file), file)
    raise_errors(time_problems(parsed.root, count, parsed.lines, file), file)
    return count


def without_times(parsed: Parsed) -> bool:
    """Take all times and animations out of the tree, and make it one that ttconv keeps whole; return if it had animations.

    Every element that it would leave out for lasting nothing lasts a second; alignments that it does not know become
    those it does.
    """
    animated = False
    for element in parsed.root.iter():
        if element.get("timeContainer") == "seq":
            element.text = None  # a text in a sequence lasts nothing
            for child in element:
                child.tail = None
        for name in (*ATTRIBUTES, "timeContainer"):
            element.attrib.pop(name, None)
        if element.tag in TIMED:
            element.set("end", "1s")
        for name, value in element.items():
            if value in _ALIGNED and name.endswith(("}textAlign", "}multiRowAlign")):
                element.set(name, _ALIGNED[value])
        for moving in [child for child in element if child.tag in _ANIMATIONS]:
            _take_out(element, moving)
            animated = True
    return animated


def _take_out(parent: Element, child: Element) -> None:
    """Take a child out of its parent, and leave the text behind it."""
    at = list(parent).index(child)
    if child.tail and at:
        parent[at - 1].tail = (parent[at - 1].tail or "") + child.tail
    elif child.tail:
        parent.text = (parent.text or "") + child.tail
    parent.remove(child)


def _crowded(parsed: Parsed, file: str) -> Iterator[Finding]:
    for paragraph in parsed.root.iter(f"{{{TT}}}p"):
        if sum(1 for _ in paragraph.iter()) > MOST_PARTS:
            what, cure = f"this text has more than {MOST_PARTS:,} parts", "split it into several p"
            yield Finding(file=file, line=parsed.lines[id(paragraph)], what=what, cure=cure)
        elif (letters := sum(map(len, paragraph.itertext()))) > MOST_LETTERS:
            yield too_long(file, parsed.lines[id(paragraph)], letters)


def _rate_problems(parsed: Parsed, file: str) -> Iterator[Finding]:
    root = parsed.root
    for name, form in _RATES.items():
        value = root.get(TTP + name)
        if value is not None and not re.fullmatch(form, value.strip(), re.ASCII):
            what, cure = f"ttp:{name} cannot be '{value[:40]}'", "correct it"
            yield Finding(file=file, line=parsed.lines[id(root)], what=what, cure=cure)
        elif value is not None:
            root.set(TTP + name, value.strip().replace(":", " "))
