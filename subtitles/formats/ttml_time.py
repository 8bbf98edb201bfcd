"""When each element of a TTML document is shown (TTML2, section 12): its containers of time resolved, exactly.

ttconv's model leaves out what stands in a parallel container that begins later and has no end of its own, so times are
resolved here and the model is asked for texts and styles alone.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from xml.etree.ElementTree import Element

from footage_manifest.findings import Finding
from subtitles.formats.ttml_names import TT, TTP

TIMED = frozenset(f"{{{TT}}}{name}" for name in ("body", "div", "p", "span"))
ATTRIBUTES = ("begin", "end", "dur")
_MIXED = (f"{{{TT}}}p", f"{{{TT}}}span")
_CLOCK = re.compile(r"(\d{2,6}):([0-5]\d):([0-5]\d)(?:(\.\d{1,30})|:(\d{2,3}))?", re.ASCII)
_OFFSET = re.compile(r"(\d{1,12}(?:\.\d{1,30})?)(h|m|s|ms|f|t)", re.ASCII)
_METRICS = {"h": Fraction(3600), "m": Fraction(60), "s": Fraction(1), "ms": Fraction(1, 1000)}
_DEFAULT_RATE = 30

Times = tuple[Fraction, Fraction | None]
"""When something is shown: from, inclusive, and to, exclusive, in seconds of the document; None for no end."""

NEVER: Times = (Fraction(0), Fraction(0))


@dataclass(frozen=True, slots=True)
class Counting:
    """How a document counts: frames a second (labels and exact), ticks a second, dropped labels."""

    labels: int
    rate: Fraction
    ticks: int
    drop: bool
    known: dict[str, Fraction | None] = field(default_factory=dict, compare=False)

    def seconds(self, text: str) -> Fraction | None:
        """Return a time expression in seconds, or None where it is none."""
        if text not in self.known:
            self.known[text] = self._read(text)
        return self.known[text]

    def _read(self, text: str) -> Fraction | None:
        if offset := _OFFSET.fullmatch(text):
            return _decimal(offset[1]) * (_METRICS.get(offset[2]) or self._unit(offset[2]))
        clock = _CLOCK.fullmatch(text)
        if clock is None:
            return None
        minutes = int(clock[1]) * 60 + int(clock[2])
        if clock[5] is None:
            return _decimal(f"{minutes * 60 + int(clock[3])}{clock[4] or ''}")
        seconds = Fraction(minutes * 60 + int(clock[3]))
        frames = int(clock[5])
        if frames >= self.labels:
            return None
        if not self.drop:
            return seconds + frames / self.rate
        # SMPTE ST 12-1: two labels are left out each minute, but not each tenth.
        return (int(seconds) * self.labels + frames - 2 * (minutes - minutes // 10)) / self.rate

    def _unit(self, metric: str) -> Fraction:
        return 1 / self.rate if metric == "f" else Fraction(1, self.ticks)


def _decimal(digits: str) -> Fraction:
    """Return what digits stand for, with a point in them or not; the library's own reading takes three times as long."""
    whole, _, part = digits.partition(".")
    return Fraction(int(whole + part), 10 ** len(part))


def counting(root: Element, rate: Fraction | None) -> Counting:
    """Return how a document counts whose rates have been checked; `rate` where it does not say."""
    labels = root.get(f"{TTP}frameRate")
    numerator, denominator = (root.get(f"{TTP}frameRateMultiplier") or "1 1").split()
    exact = Fraction(int(labels or _DEFAULT_RATE)) * Fraction(int(numerator), int(denominator))
    if labels is None and rate is not None:
        exact = rate
    whole = int(labels) if labels else round(exact)
    drop = root.get(f"{TTP}timeBase") == "smpte" and root.get(f"{TTP}dropMode") == "dropNTSC"
    ticks = root.get(f"{TTP}tickRate")
    # Without a tick rate a tick is a frame where the document has a frame rate, otherwise a second.
    return Counting(whole, exact, int(ticks) if ticks else (whole if labels else 1), drop)


def time_problems(root: Element, count: Counting, lines: Mapping[int, int], file: str) -> Iterator[Finding]:
    """Yield what is wrong with the times of a document's elements."""
    for element in root.iter():
        if element.tag.startswith(f"{{{TT}#"):
            continue
        for name in ATTRIBUTES:
            value = element.get(name)
            if value is not None and count.seconds(value.strip()) is None:
                what = f'{name}="{value[:40]}" is no time of the form 00:00:01.000'
                yield Finding(file=file, line=lines[id(element)], what=what, cure="correct it")


def resolved(root: Element, count: Counting) -> dict[int, Times]:
    """Return when each body, div, p and span is shown, by the identity of the element, clipped to what it stands in."""
    resolving = _Resolving(count, {})
    for body in root.iter(f"{{{TT}}}body"):
        resolving.place(body, Fraction(0))
        resolving.clip(body, (Fraction(0), None))
    return resolving.times


@dataclass(slots=True)
class _Resolving:
    count: Counting
    times: dict[int, Times]

    def place(self, element: Element, reference: Fraction) -> Fraction | None:
        """Set an element's times and its children's, not yet clipped; return its end. Its own count from `reference`."""
        begin = _later(reference, self._attribute(element, "begin"))
        own_sequence = element.get("timeContainer") == "seq"
        implicit = self._children(element, begin, sequence=own_sequence)
        if element.tag in _MIXED and not own_sequence and _has_text(element):
            implicit = None  # a text has no end of its own
        ends = []
        if (end := self._attribute(element, "end")) is not None:
            ends.append(_later(reference, end))
        if (duration := self._attribute(element, "dur")) is not None:
            ends.append(begin + duration)
        own_end = min(ends) if ends else implicit
        self.times[id(element)] = (begin, own_end)
        return own_end

    def _children(self, element: Element, begin: Fraction, *, sequence: bool) -> Fraction | None:
        """Place the children; return when they end together, None for never."""
        latest: Fraction | None = begin
        reference: Fraction | None = begin
        for child in element:
            if child.tag not in TIMED:
                continue
            if reference is None:  # what comes before it in the sequence never ends
                self._never(child)
                continue
            end = self.place(child, reference)
            if sequence:
                reference = latest = end
            else:
                latest = None if latest is None or end is None else max(latest, end)
        return latest

    def _never(self, element: Element) -> None:
        for inner in element.iter():
            self.times[id(inner)] = NEVER

    def clip(self, element: Element, outer: Times) -> None:
        """Clip an element's times, and those of all inside, to `outer`."""
        begin, end = self.times.get(id(element), outer)
        if outer[0] and outer[0] > begin:
            begin = outer[0]
        if end is None or (outer[1] is not None and outer[1] < end):
            end = outer[1]
        own = begin, end
        self.times[id(element)] = own
        for child in element:
            if child.tag in TIMED:
                self.clip(child, own)

    def _attribute(self, element: Element, name: str) -> Fraction | None:
        value = element.get(name)
        return None if value is None else self.count.seconds(value.strip())


def _later(reference: Fraction, by: Fraction | None) -> Fraction:
    return reference + by if reference and by else by or reference


def _has_text(element: Element) -> bool:
    return bool(element.text) or any(child.tail or child.tag == f"{{{TT}}}br" for child in element)
