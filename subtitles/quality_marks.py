"""Marks that come in pairs: opening question and exclamation marks in Spanish, quotes, brackets and tags.

A sentence runs over cues, and so do its marks: a cue is judged with those around it.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from subtitles.cue import Cue
from subtitles.quality_faults import Fault, Measured
from subtitles.tags import TAG, without_tags

_PAIRS = {"“": "”", "«": "»", "(": ")", "[": "]"}
_CLOSERS = {closer: opener for opener, closer in _PAIRS.items()}
_NAMES = {"“": "quote", "«": "quote", '"': "quote", "(": "bracket", "[": "bracket", "¿": "question", "¡": "exclamation"}
_MOST_CUES = 12
"""Cues after which a mark that is still open will not be closed any more."""

_MOST_MS = 10_000
"""A silence after which it will not either."""

_MARKS = re.compile(r"[“”«»()\[\]\"]|[¿¡]|[?!]+")
_SMILE = re.compile(r"[:;]-?[()]")
_LISTED = re.compile(r"(?:^|\s)(?:\d{1,2}|[a-z])\)")
_INCHES = re.compile(r"\d\"")


class _Marks:
    """One pass over a track: which marks are open, and where they were opened."""

    def __init__(self, *, spanish: bool) -> None:
        self.spanish = spanish
        self.open: dict[str, int] = {}
        self.asks: dict[str, int] = {}
        self.found: list[tuple[int, Measured]] = []

    def read(self, position: int, text: str) -> None:
        """Take in the text of a cue, tags left out."""
        for match in _MARKS.finditer(text):
            mark = match[0]
            if mark[0] in "¿¡?!":
                self._asked(position, mark)
            elif mark == '"':
                self._straight(position)
            elif mark in _PAIRS:
                if mark in self.open:
                    self._never_closed(mark)
                self.open[mark] = position
            elif self.open.pop(_CLOSERS[mark], None) is None:
                self.found.append((position, Measured(Fault.UNBALANCED, detail=f"'{mark}' closes what was not opened")))

    def forget(self, position: int, *, silence: bool) -> None:
        """Give up what was opened too long ago, or before a silence."""
        for marks in (self.open, self.asks):
            for mark, opened in list(marks.items()):
                if silence or position - opened >= _MOST_CUES:
                    self._never_closed(mark)

    def _straight(self, position: int) -> None:
        if self.open.pop('"', None) is None:
            self.open['"'] = position

    def _asked(self, position: int, mark: str) -> None:
        if not self.spanish:
            return
        if mark in "¿¡":
            if mark in self.asks:
                self._never_closed(mark)
            self.asks[mark] = position
        elif self.asks:
            # Spanish may open with one and close with the other, and may close one after the other.
            closed = {"¿" if sign == "?" else "¡" for sign in mark} & self.asks.keys()
            for one in closed or set(self.asks):
                del self.asks[one]
        else:
            self.found.append((position, Measured(Fault.OPENING_MARK, detail=mark)))

    def _never_closed(self, mark: str) -> None:
        opened = self.asks.pop(mark) if mark in self.asks else self.open.pop(mark)
        detail = f"the {_NAMES[mark]} that '{mark}' opens is not closed"
        self.found.append((opened, Measured(Fault.UNBALANCED, detail=detail)))


def loose_marks(cues: Sequence[Cue], language: str) -> dict[int, list[Measured]]:
    """Return what is wrong with paired marks, by the position of the cue that it is seen in."""
    marks = _Marks(spanish=language.lower().partition("-")[0] == "es")
    end_ms = 0
    for position, cue in enumerate(cues):
        if marks.open or marks.asks:
            marks.forget(position, silence=cue.start_ms - end_ms > _MOST_MS)
        end_ms = cue.end_ms
        text = without_tags(cue.text) if "<" in cue.text or "{" in cue.text else cue.text
        if not text.isalnum():
            marks.read(position, _without_lookalikes(text))
        marks.found.extend((position, one) for one in _tags(cue.text))
    marks.forget(len(cues), silence=True)
    found: dict[int, list[Measured]] = {}
    for position, one in marks.found:
        found.setdefault(position, []).append(one)
    return found


def _without_lookalikes(text: str) -> str:
    """Return a text without what looks like one of a pair and is none: smiles, `a)` of a list, inches."""
    if ")" in text:
        text = _SMILE.sub("", text)
        text = _LISTED.sub("", text) if "(" not in text else text
    return _INCHES.sub("", text) if '"' in text else text


def _tags(text: str) -> Iterator[Measured]:
    """Yield what is wrong with the tags of one cue: each that opens is closed in the same cue."""
    if "<" not in text:
        return
    opened: Counter[str] = Counter()
    for match in TAG.finditer(text):
        tag = match[0]
        if tag.startswith("{"):
            continue
        name = tag.strip("</>").split()[0].lower()
        if not tag.startswith("</"):
            opened[name] += 1
        elif opened[name]:
            opened[name] -= 1
        else:
            yield Measured(Fault.UNBALANCED, detail=f"'{tag}' closes what was not opened")
    for name in opened.elements():
        yield Measured(Fault.UNBALANCED, detail=f"'<{name}>' is not closed")
