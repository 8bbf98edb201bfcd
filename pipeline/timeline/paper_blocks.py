"""The text of a paper edit as blocks: each entry with the blank lines behind it, so that blocks can be moved and replaced.

The blocks' texts, joined, are the file's text, sign by sign.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from footage_manifest.findings import Finding
from pipeline.timeline.paper_model import Entry, Heading, Music, Narration, Note, Picture, Quote, TitleCard
from pipeline.timeline.paper_text import read_entries

_ENDS = re.compile(r"\r\n|\r|\n")


class BlockKind(Enum):
    """What a block is; BLANK are blank lines at the beginning, BROKEN lines that cannot be read."""

    HEADING = "heading"
    QUOTE = "quote"
    PICTURE = "picture"
    TITLE = "title"
    NARRATION = "narration"
    MUSIC = "music"
    NOTE = "note"
    BLANK = "blank"
    BROKEN = "broken"


_KINDS: dict[type[Entry], BlockKind] = {
    Heading: BlockKind.HEADING,
    Quote: BlockKind.QUOTE,
    Picture: BlockKind.PICTURE,
    TitleCard: BlockKind.TITLE,
    Narration: BlockKind.NARRATION,
    Music: BlockKind.MUSIC,
    Note: BlockKind.NOTE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """An entry's lines, from `line` to `last_line` (from 1, inclusive), and the blank lines behind them.

    `words` are the entry's lines alone, `text` all of it, each with its line end. `entry` is None where there is none.
    """

    kind: BlockKind
    line: int
    last_line: int
    words: str
    text: str
    entry: Entry | None = None


def blocks_of(text: str, *, file: str, languages: tuple[str, ...]) -> tuple[tuple[Block, ...], list[Finding]]:
    """Return the blocks of a paper edit's text, in order, and a finding for each place that cannot be read.

    `file` is the name that findings carry, `languages` are the film's. Raises TimelineError for what is no text.
    """
    edit, findings = read_entries(text.encode(), file=file, languages=languages)
    lines = _lines(text)
    return tuple(_blocks(lines, edit.entries)), findings


def line_end(text: str) -> str:
    """Return the line end that a text uses first, a line feed where it has none."""
    match = _ENDS.search(text)
    return match.group() if match is not None else "\n"


def with_line_ends(text: str, end: str) -> str:
    """Return a text with all its line ends written as `end`."""
    return _ENDS.sub(lambda _: end, text)


def _lines(text: str) -> list[str]:
    """Return the lines of a text, each with its end; the last one may have none, and is left out where it is empty."""
    lines, start = [], 0
    for end in _ENDS.finditer(text):
        lines.append(text[start : end.end()])
        start = end.end()
    return [*lines, text[start:]] if start < len(text) else lines


def _blocks(lines: Sequence[str], entries: Sequence[Entry]) -> Iterator[Block]:
    at = _blank_until(lines, 0)
    if at:
        yield Block(kind=BlockKind.BLANK, line=1, last_line=at, words="", text="".join(lines[:at]))
    for entry in entries:
        while at < entry.line - 1:
            block = _broken(lines, at, entry.line - 1)
            yield block
            at = _blank_until(lines, block.last_line)
        behind = _blank_until(lines, entry.last_line)
        yield _block(lines, at, entry.last_line, behind, entry)
        at = behind
    while at < len(lines):
        block = _broken(lines, at, len(lines))
        yield block
        at = _blank_until(lines, block.last_line)


def _broken(lines: Sequence[str], first: int, end: int) -> Block:
    """Return the lines from `first` until a blank one, before `end`: no entry begins there."""
    last = next((at for at in range(first, end) if not _words(lines[at])), end)
    return _block(lines, first, last, _blank_until(lines, last), None)


def _block(lines: Sequence[str], first: int, last: int, behind: int, entry: Entry | None) -> Block:
    return Block(
        kind=_KINDS[type(entry)] if entry is not None else BlockKind.BROKEN,
        line=first + 1,
        last_line=last,
        words="".join(lines[first:last]),
        text="".join(lines[first:behind]),
        entry=entry,
    )


def _blank_until(lines: Sequence[str], at: int) -> int:
    """Return the first line from `at` that is not blank."""
    while at < len(lines) and not _words(lines[at]):
        at += 1
    return at


def _words(line: str) -> str:
    return line.removeprefix("\ufeff").strip()
