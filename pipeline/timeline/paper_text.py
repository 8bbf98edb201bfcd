"""The paper edit: Markdown that people write, read line by line into entries; what cannot be read is refused, never a note.

Keywords are understood in English and Spanish, with and without accents.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence

from footage_manifest.findings import Finding
from footage_manifest.wording import shown
from pipeline.errors import TimelineError
from pipeline.timeline.paper_lines import (
    NAME,
    OPENERS,
    TIMECODE,
    LineFaultError,
    Quoted,
    bounded_ms,
    closes_too_soon,
    length_ms,
    lines_of,
    quoted,
    timecode,
)
from pipeline.timeline.paper_model import Entry, Heading, Music, Narration, Note, PaperEdit, Picture, Quote, TitleCard
from pipeline.timeline.paper_options import options, shot, uncommented
from pipeline.timeline.paper_words import parts_of, texts_of

DEFAULT_CARD_MS = 3000
MAX_FINDINGS = 200
QUOTE_FORM = '> KEY: "words", > KEY 01:02:10:00: "words" or > KEY 01:02:10:00-01:02:14:12: "words"'
_PICTURE_FORM = "![words](KEY 4s push-in) or ![words](KEY 00:00:12:00 5s)"
_TITLE_FORM = "Title: Words (4s)"
_NARRATION_FORM = 'Narration: "words" or Narration KEY: "words"'
_MUSIC_FORM = "Music: KEY -18 dB or Music: off"
_LONGEST_QUOTE = 400
"""Lines; a quotation without an end is found there at the latest."""
_CLOSING = frozenset('"“”«»‹›＂')

_HEAD = re.compile(
    rf"\s*(?P<reel>{NAME})(?:\s+(?P<first>{TIMECODE})(?:\s*[-–—]\s*(?P<last>{TIMECODE}))?)?\s*:\s*(?P<words>[{OPENERS}].*)",
    re.ASCII | re.DOTALL,
)
_HEAD_LIKE = re.compile(rf"\s*{NAME}(?:\s+[\d:;.,\s–—-]+)?\s*:\s*[{OPENERS}]", re.ASCII)
"""A quote of its own, be its times right or wrong: never words of the one above that somebody forgot to close."""
_HEADING = re.compile(r"(#+)(\s+|$)(.*?)(?:\s+#+)?\s*$")
_CARD = re.compile(r"\(\s*([^()]*?)\s*\)\s*$")
_PICTURE = re.compile(r"!\[(?P<words>.*?)\]\((?P<shot>[^()]*)\)\s*$")
_KEYWORD = re.compile(rf"([*_]*)([^\W\d_]+)(?:[ \t]+({NAME}))?[ \t]*:(.*)", re.DOTALL)
_GAIN = re.compile(r"([+-]?\d{1,3}(?:[.,]\d)?)\s*dB", re.IGNORECASE)
_FENCE = re.compile(r"(`{3,}|~{3,})")
_WORDS = {
    "title": "title", "titulo": "title", "narration": "narration", "narracion": "narration", "music": "music",
    "musica": "music", "note": "note", "nota": "note", "over": "option", "sobre": "option", "tight": "option",
    "ajustado": "option",
}  # fmt: skip


def read_paper(data: bytes, *, file: str, languages: tuple[str, ...]) -> PaperEdit:
    """Return the entries of the paper edit in `data`, in order, blank lines left out.

    `file` is the name, relative to the film folder, that findings carry; `languages` are the film's, in order, by which
    `Uno / One` is told apart. Raises TimelineError with every finding, each with its line and the form that was expected.
    """
    edit, findings = read_entries(data, file=file, languages=languages)
    if findings:
        raise TimelineError(findings)
    return edit


def read_entries(data: bytes, *, file: str, languages: tuple[str, ...]) -> tuple[PaperEdit, list[Finding]]:
    """Return the entries that can be read, as `read_paper` does, and a finding for each place that cannot.

    Raises TimelineError for a file that has no lines of text at all.
    """
    try:
        lines = lines_of(data)
    except LineFaultError as fault:
        raise TimelineError([Finding(file=file, line=fault.line, what=fault.what, cure=fault.cure)]) from None
    reader = _Reader(lines, file, languages)
    return PaperEdit(file=file, entries=tuple(reader.entries())), reader.findings


class _Reader:
    """Goes through the lines once. `at` is the line that is read next, from 0."""

    def __init__(self, lines: Sequence[str], file: str, languages: tuple[str, ...]) -> None:
        self.findings: list[Finding] = []
        self._lines = lines
        self._file = file
        self._languages = languages
        self._at = 0
        self._kinds: dict[str, Callable[[str, str], Entry]] = {
            "title": self._title,
            "narration": self._narration,
            "music": self._music,
            "option": self._stray_option,
        }

    def entries(self) -> list[Entry]:
        found: list[Entry] = []
        while self._at < len(self._lines) and len(self.findings) < MAX_FINDINGS:
            first = self._at
            self._at += 1
            line = self._lines[first]
            if not line.strip():
                continue
            try:
                found.append(self._entry(line.strip()))
            except LineFaultError as fault:
                place = fault.line or first + 1
                self.findings.append(Finding(file=self._file, line=place, what=fault.what, cure=fault.cure))
        return found

    def _entry(self, line: str) -> Entry:
        if line.startswith(">"):
            return self._quote(line)
        if line.startswith("#"):
            return self._heading(uncommented(line))
        if line.startswith("!["):
            return self._picture(uncommented(line))
        match = _KEYWORD.match(line)
        kind = _WORDS.get(_plain(match[2]), "") if match is not None else ""
        if match is None or not kind or kind == "note":
            return self._note(line)
        if match[1]:
            what = f"{shown(line.partition(':')[0] + ':')} is printed in another style"
            raise LineFaultError(what, "write it without * and _, or Note: in front of it")
        return self._kinds[kind](match[3] or "", uncommented(match[4]).strip())

    def _place(self, first: int) -> dict[str, int]:
        """Return the place of an entry that began on line `first` and ends before the next line."""
        return {"line": first, "last_line": self._at}

    def _heading(self, line: str) -> Heading:
        first, match = self._at, _HEADING.fullmatch(line)
        if match is None or not match[2] or not match[3] or len(match[1]) > 6:
            raise LineFaultError("this heading cannot be read", "write # and a space in front of its words")
        level = len(match[1])
        words, ms = _timed(match[3], DEFAULT_CARD_MS if level == 1 else 0)
        if level > 1 and ms:
            raise LineFaultError("only a heading with a single # has a card", "write one #, or leave the length out")
        return Heading(level=level, texts=texts_of(words, self._languages), ms=ms, **self._place(first))

    def _quote(self, line: str) -> Entry:
        first = self._at
        if not line[1:].strip():
            return Note(text=line, **self._place(first))
        match = _HEAD.fullmatch(line[1:])
        if match is None:
            raise LineFaultError("this is no quote that can be read", f"write {QUOTE_FORM}, or Note: for a note")
        try:
            said = self._quotation(match["words"], _quote_goes_on)
            while self._at < len(self._lines) and _option_line(self._lines[self._at]):
                said = Quoted(said.text, f"{uncommented(said.rest)} {self._lines[self._at].strip()[1:].strip()}")
                self._at += 1
        except LineFaultError:
            while self._at < len(self._lines) and _quote_goes_on(self._lines[self._at]) is not None:
                self._at += 1
            raise
        wanted = options(said.rest)
        return Quote(
            reel=match["reel"],
            parts=parts_of(said.text),
            source_in=timecode(match["first"]) if match["first"] else None,
            source_out=timecode(match["last"]) if match["last"] else None,
            tight_ms=wanted.tight_ms,
            over=wanted.over,
            **self._place(first),
        )

    def _quotation(self, words: str, goes_on: Callable[[str], str | None]) -> Quoted:
        """Return the quotation that begins with `words` and goes on in the lines that `goes_on` understands."""
        taken, at = [words], self._at
        while True:
            found = quoted(" ".join(taken)) if len(taken) == 1 or any(mark in taken[-1] for mark in _CLOSING) else None
            if found is not None:
                self._at = at
                return found
            more = goes_on(self._lines[at]) if at < len(self._lines) and len(taken) < _LONGEST_QUOTE else None
            if more is None:
                break
            taken.append(more)
            at += 1
        behind = closes_too_soon(" ".join(taken))
        if behind:
            cure = "end the line with the closing quotation mark, or write over: KEY or tight: 0.3s behind it"
            raise LineFaultError(f"behind the quotation stands {shown(behind)}", cure)
        raise LineFaultError("the quotation is not closed", f"put a quotation mark behind its last word: {QUOTE_FORM}")

    def _picture(self, line: str) -> Picture:
        first, match = self._at, _PICTURE.fullmatch(line)
        if match is None:
            raise LineFaultError("this is no picture that can be read", f"write {_PICTURE_FORM}")
        try:
            one = shot(match["shot"])
        except LineFaultError as fault:
            raise LineFaultError(fault.what, f"{fault.cure}: {_PICTURE_FORM}") from None
        if one.ms is None:
            raise LineFaultError("it does not say how long the picture is shown", f"add a length: {_PICTURE_FORM}")
        words = " ".join(match["words"].split())
        return Picture(
            key=one.key,
            ms=one.ms,
            words=words,
            source_in=one.source_in,
            move=one.move,
            silent=one.silent,
            **self._place(first),
        )

    def _title(self, key: str, rest: str) -> TitleCard:
        first = self._at
        words, ms = _timed(rest, DEFAULT_CARD_MS)
        if key or not words or not ms:
            raise LineFaultError("this title cannot be read", f"write {_TITLE_FORM}, or Note: in front of a note")
        return TitleCard(texts=texts_of(words, self._languages), ms=ms, **self._place(first))

    def _narration(self, key: str, rest: str) -> Narration:
        first = self._at
        if rest[:1] not in OPENERS or not rest:
            raise LineFaultError("this narration cannot be read", f"write {_NARRATION_FORM}")
        said = self._quotation(rest, _narration_goes_on)
        wanted = options(said.rest)
        if wanted.tight_ms is not None:
            raise LineFaultError("narration is not tightened", "take tight: out, it is for quotes")
        parts_of(said.text)
        return Narration(text=said.text, reel=key, over=wanted.over, **self._place(first))

    def _music(self, key: str, rest: str) -> Music:
        first = self._at
        reel, _, gain = rest.replace("−", "-").partition(" ")
        level = _GAIN.fullmatch(gain.strip())
        if key or not re.fullmatch(NAME, reel, re.ASCII) or (gain.strip() and level is None):
            raise LineFaultError("this music cannot be read", f"write {_MUSIC_FORM}")
        if reel.lower() == "off":
            if gain.strip():
                raise LineFaultError("music that is off has no level", f"write {_MUSIC_FORM}")
            return Music(reel="", **self._place(first))
        decibels = float(level[1].replace(",", ".")) if level is not None else 0.0
        if not -96 <= decibels <= 24:
            raise LineFaultError(f"{decibels:g} dB is not from -96 to 24", f"write {_MUSIC_FORM}")
        return Music(reel=reel, gain_db=decibels, **self._place(first))

    def _stray_option(self, key: str, rest: str) -> Entry:  # noqa: ARG002 - as the other kinds
        what = "this belongs to a quote or a narration"
        raise LineFaultError(what, "put it behind the quotation, or behind > on the line below a quote")

    def _note(self, line: str) -> Note:
        """Return the note that begins with `line`, a comment or a fenced block whole. Raises LineFaultError."""
        first = self._at
        fence = _FENCE.match(line)
        if fence is not None:
            self._skip(lambda one: bool(re.fullmatch(rf"{fence[1][0]}{{3,}}", one.strip())), "block", fence[1])
        elif line.rfind("<!--") > line.rfind("-->"):
            self._skip(lambda one: "-->" in one, "comment", "-->")
        text = "\n".join(self._lines[first - 1 : self._at])
        return Note(text=text.strip(), **self._place(first))

    def _skip(self, ends: Callable[[str], bool], what: str, mark: str) -> None:
        for at in range(self._at, len(self._lines)):
            if ends(self._lines[at]):
                self._at = at + 1
                return
        raise LineFaultError(f"the {what} that begins here is not closed", f"write {mark} on a line behind it")


def _quote_goes_on(line: str) -> str | None:
    """Return what a line adds to the quotation above it, None where it is none of its lines."""
    line = line.strip()
    return line[1:].strip() if line.startswith(">") and not _HEAD_LIKE.match(line[1:]) else None


def _option_line(line: str) -> bool:
    line = line.strip()
    match = _KEYWORD.match(line[1:].strip()) if line.startswith(">") and not _HEAD_LIKE.match(line[1:]) else None
    return match is not None and not match[3] and _WORDS.get(_plain(match[2])) == "option"


def _narration_goes_on(line: str) -> str | None:
    line = line.strip()
    match = _KEYWORD.match(line)
    begins = line.startswith((">", "#", "![")) or (match is not None and _plain(match[2]) in _WORDS)
    return line if line and not begins else None


def _timed(text: str, default: int) -> tuple[str, int]:
    """Return the words of a card and its length in milliseconds. Raises LineFaultError for a length that is none."""
    match = _CARD.search(text)
    if match is None or length_ms(match[1]) is None:
        return text.strip(), default
    return text[: match.start()].strip(), bounded_ms(match[1], least=0)


def _plain(word: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFD", word.casefold()) if not unicodedata.combining(sign))
