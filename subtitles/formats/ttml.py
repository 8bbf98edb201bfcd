"""TTML and IMSC (W3C TTML2, IMSC 1.2): texts and styles read through ttconv's model, times resolved by `ttml_time`.

Paragraphs become cues, in the order of the file; one whose parts come one after another becomes a cue for each state.
`<i>`, `<b>`, `<u>`, colours and the place on the screen go into texts; other styles are named as what cues do not hold.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from xml.etree.ElementTree import ElementTree

import ttconv.imsc.reader
from ttconv import model

from footage_manifest.findings import Finding, Severity
from subtitles.cue import Cue
from subtitles.errors import SubtitleError
from subtitles.formats import ttml_xml
from subtitles.formats.reading import Aside, ReadSubtitles, SubtitleFormat, counted, empty, raise_errors
from subtitles.formats.text import BLANK, decode, mark_of
from subtitles.formats.ttml_model import Paragraph, paragraphs_in
from subtitles.formats.ttml_names import TT, TTM, XML, declared_encoding
from subtitles.formats.ttml_shapes import folded, unfolded
from subtitles.formats.ttml_time import NEVER, TIMED, Times, resolved
from subtitles.formats.ttml_xml import Parsed
from subtitles.tags import without_tags

_MARK = "x-line"
_PARAGRAPH = f"{{{TT}}}p"
MOST_CHANGES = 500
"""States of one paragraph: more are no subtitle, and each is a cue with all of its text."""

_MOST_PARTS = 1_000_000

# What ttconv raises on documents whose times and nesting are in order but whose styles, profiles or structure are not. It
# has no error of its own; nothing of ours runs inside. RecursionError is a RuntimeError.
_BAD_DOCUMENT = (
    ValueError, TypeError, AttributeError, LookupError, ArithmeticError, RuntimeError, AssertionError
)  # fmt: skip


def read_ttml(content: bytes, *, file: str, encoding: str | None = None, rate: Fraction | None = None) -> ReadSubtitles:
    """Return the cues of a TTML document, times in milliseconds from its beginning, halves rounded up.

    `rate` is what frame numbers count at where the document does not say (by the standard 30). Raises EmptySubtitles for
    an empty file and SubtitleError, with the line, for what is not well-formed, declares entities, is nested too deep,
    has times that are none, or a text that never ends.
    """
    named = encoding or (None if mark_of(content)[0] else declared_encoding(content))
    decoded = decode(content, file=file, encoding=named)
    if not decoded.text.strip(BLANK + "\r\n"):
        raise empty(file)
    parsed = ttml_xml.parse(decoded.text, file)
    times = resolved(parsed.root, ttml_xml.check(parsed, file, rate))
    language = parsed.root.get(f"{XML}lang") or None
    sources, by_tag = _sources(parsed, times)
    read = _Reading(file, sources)
    if ttml_xml.without_times(parsed):
        read.asides.append(Aside("styles that change while a text is shown", parsed.lines[id(parsed.root)]))
    kinds = folded(parsed.root, by_tag)
    found = unfolded(paragraphs_in(_modelled(parsed, file), by_tag), kinds, by_tag)
    for paragraph in sorted(found, key=_number) if kinds else found:
        read.take(paragraph)
    read.name_the_unseen()
    raise_errors(read.findings, file)
    return ReadSubtitles(
        format=SubtitleFormat.TTML,
        encoding=decoded.encoding,
        cues=tuple(read.cues),
        lines=tuple(read.lines),
        speakers=tuple(read.speakers),
        language=language,
        findings=tuple(read.findings),
        asides=counted(read.asides),
    )


@dataclass(frozen=True, slots=True)
class _Source:
    """A paragraph of the file: its line, whom it names as the speaker, whether it has any text, or is empty but timed."""

    line: int
    speaker: str
    has_text: bool
    timed: bool


@dataclass(slots=True)
class _Reading:
    file: str
    sources: Sequence[_Source]
    cues: list[Cue] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    speakers: list[str] = field(default_factory=list)
    asides: list[Aside] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)

    def take(self, paragraph: Paragraph) -> None:
        """Take in one paragraph: a cue for each of its states."""
        number = _number(paragraph)
        source = self.sources[number]
        self.asides += [Aside(what, source.line) for what in sorted(paragraph.asides)]
        if paragraph.changes() > MOST_CHANGES or paragraph.changes() * len(paragraph.parts) > _MOST_PARTS:
            self._error(source.line, f"its parts change more than {MOST_CHANGES} times", "split it into several p")
            return
        shown = False
        for begin, end, text in paragraph.states():
            if end is None:
                if source.has_text:
                    self.seen.add(number)
                    self._error(source.line, "this text has no end", 'give it end="..." or dur="..."')
                return
            start_ms, end_ms = _milliseconds(begin), _milliseconds(end)
            seen = bool(without_tags(text).strip()) or (source.timed and not source.has_text)
            if end > begin and seen:
                shown = True
                self.cues.append(Cue(start_ms=start_ms, end_ms=end_ms, text=text))
                self.lines.append(source.line)
                self.speakers.append(source.speaker)
        if shown:
            self.seen.add(number)

    def name_the_unseen(self) -> None:
        """Note the texts that are never shown: what they stand in ends before they begin, or they last nothing."""
        for number, source in enumerate(self.sources):
            if source.has_text and number not in self.seen:
                what = "this text is never shown (it lasts nothing, is hidden, or stands in what ends before); left out"
                cure = "correct its times if it is meant to be seen"
                finding = Finding(severity=Severity.WARNING, file=self.file, line=source.line, what=what, cure=cure)
                self.findings.append(finding)

    def _error(self, line: int, what: str, cure: str) -> None:
        self.findings.append(Finding(file=self.file, line=line, what=what, cure=cure))


def _sources(parsed: Parsed, times: Mapping[int, Times]) -> tuple[tuple[_Source, ...], dict[str, Times]]:
    """Return the paragraphs of the file, in its order, and when each element is shown, by the mark it now has in the tree.

    The mark is its language tag (BCP 47 has x- for private use): the one thing that the model keeps of an element to the
    letter, so that paragraphs and spans are found in the file again.
    """
    names = {
        agent.get(f"{XML}id", ""): " ".join("".join(agent.itertext()).split())
        for agent in parsed.root.iter(f"{TTM}agent")
    }
    found: list[_Source] = []
    by_tag: dict[str, Times] = {}
    for element in parsed.root.iter():
        if element.tag not in TIMED:
            continue
        number = len(found)
        if element.tag == _PARAGRAPH:
            said = " / ".join(name for one in element.get(f"{TTM}agent", "").split() if (name := names.get(one)))
            has_text = bool("".join(element.itertext()).strip())
            timed = "begin" in element.attrib and "end" in element.attrib
            found.append(_Source(parsed.lines[id(element)], said, has_text, timed))
            mark = f"{_MARK}{number}"
        else:
            mark = f"{_MARK}{number}-{len(by_tag)}"
        element.set(f"{XML}lang", mark)
        by_tag[mark] = times.get(id(element), NEVER)
    return tuple(found), by_tag


def _modelled(parsed: Parsed, file: str) -> model.ContentDocument:
    logging.getLogger("ttconv").setLevel(logging.CRITICAL + 1)  # what it logs is found and said here, with lines
    line = parsed.lines[id(parsed.root)]
    try:
        document = ttconv.imsc.reader.to_model(ElementTree(parsed.root))
    except _BAD_DOCUMENT as error:
        said = " ".join(str(error).split())[:80]
        what = f"its styles, regions or nesting are not those of TTML ({type(error).__name__}: {said})"
        raise SubtitleError((Finding(file=file, line=line, what=what, cure="save it again as IMSC 1"),)) from None
    if document is None:
        what = "it is not a TTML document"
        raise SubtitleError((Finding(file=file, line=line, what=what, cure="save it again as IMSC 1"),))
    return document


def _number(paragraph: Paragraph) -> int:
    return int(paragraph.tag.removeprefix(_MARK))


def _milliseconds(seconds: Fraction) -> int:
    return (2000 * seconds.numerator + seconds.denominator) // (2 * seconds.denominator)
