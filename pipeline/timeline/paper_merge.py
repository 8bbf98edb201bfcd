"""Two people's changes to one paper edit made one text: block by block, moves followed, nothing lost where they clash."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pipeline.timeline.paper_blocks import Block, blocks_of, line_end, with_line_ends
from pipeline.timeline.paper_match import matched, moved

_MARK = "\ufeff"
_OTHER = "The other version / La otra versión:"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperConflict:
    """A block that both sides changed, or one changed and the other took out: then its text there is empty.

    `base`, `mine` and `theirs` are the block's lines without the blank ones behind; `line` is where, from 1, the block that
    was kept begins in the merged text.
    """

    base: str
    mine: str
    theirs: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedPaper:
    """The merged text, and where both sides had changed the same block."""

    text: str
    conflicts: tuple[PaperConflict, ...] = ()


def merge_papers(base: str, mine: str, theirs: str, *, languages: tuple[str, ...], file: str = "") -> MergedPaper:
    """Return `theirs`, the paper edit as it is stored, with the changes that `mine` makes to `base`.

    What one side alone changed, added, moved or took out is so in the result; a block that was not touched keeps its bytes.
    A block that both moved stands where mine has it. Where both changed its words, mine stay and theirs follow as a comment;
    words that one side changed are never lost because the other took them out. `languages` are the film's, `file` is the
    name that findings carry. Raises TimelineError for what is no text, and where the result would be larger than a paper
    edit may be.
    """
    if mine in (base, theirs):
        return MergedPaper(text=theirs)
    if theirs == base:
        return MergedPaper(text=mine)
    merge = _Merge(*(_read(text, languages, file) for text in (base, mine, theirs)), end=line_end(theirs))
    merge.place_mine()
    merged = merge.result()
    text = (_MARK if theirs.startswith(_MARK) else "") + merged.text
    _read(text, languages, file)  # two texts that can be read may be one that is too large
    return MergedPaper(text=text, conflicts=merged.conflicts)


def _read(text: str, languages: tuple[str, ...], file: str) -> tuple[Block, ...]:
    return blocks_of(text.removeprefix(_MARK), file=file, languages=languages)[0]


@dataclass(slots=True, eq=False)
class _Place:
    """A place in the merged text, with what each side has there, None where it has nothing; and the places beside it."""

    base: Block | None = None
    mine: Block | None = None
    theirs: Block | None = None
    before: "_Place | None" = None
    behind: "_Place | None" = None

    def put_behind(self, other: "_Place") -> None:
        """Stand behind another place."""
        self.before, self.behind = other, other.behind
        if other.behind is not None:
            other.behind.before = self
        other.behind = self

    def take_out(self) -> None:
        """Stand nowhere."""
        if self.before is not None:
            self.before.behind = self.behind
        if self.behind is not None:
            self.behind.before = self.before
        self.before = self.behind = None


@dataclass(slots=True)
class _Written:
    """The merged text while it grows."""

    end: str
    pieces: list[str] = field(default_factory=list)
    lines: int = 0

    def add(self, text: str) -> int:
        """Add a block's text and return the line on which it begins. A block whose file ended with it gets a blank line."""
        if self.pieces and not self.pieces[-1].endswith(("\n", "\r")):
            self.pieces.append(self.end * 2)
            self.lines += 2
        self.pieces.append(text)
        first = self.lines + 1
        self.lines += with_line_ends(text, "\n").count("\n")
        return first


class _Merge:
    """Lays the places out in the order of the stored text, and puts mine between them."""

    def __init__(self, base: Sequence[Block], mine: Sequence[Block], theirs: Sequence[Block], *, end: str) -> None:
        self._mine = mine
        self._end = end
        self._in_mine, self._in_theirs = matched(base, mine), matched(base, theirs)
        self._moved = moved(self._in_mine)
        places = [_Place(base=block) for block in base]
        for at, block in enumerate(mine):
            of_base = self._in_mine[at]
            if of_base is not None:
                places[of_base].mine = block
        self._places = places
        self._first = last = _Place()
        """Stands in front of the text."""
        for at, block in enumerate(theirs):
            of_base = self._in_theirs[at]
            place = _Place() if of_base is None else places[of_base]
            place.theirs = block
            place.put_behind(last)
            last = place

    def place_mine(self) -> None:
        """Put what mine added, moved, or changed although theirs took it out behind what stands in front of it in mine."""
        new = {_key(place.theirs): place for place in self._order() if place.base is None and place.theirs is not None}
        before = self._first
        for at, block in enumerate(self._mine):
            of_base = self._in_mine[at]
            place = self._places[of_base] if of_base is not None else new.pop(_key(block), _Place(mine=block))
            there = place.theirs is not None
            place.mine = block
            if not there and place.base is not None and _key(place.base) == _key(block):
                continue
            if not there or at in self._moved:
                place.take_out()
                place.put_behind(before)
            before = place

    def _order(self) -> Iterator[_Place]:
        place = self._first.behind
        while place is not None:
            yield place
            place = place.behind

    def result(self) -> MergedPaper:
        """Return the merged text and the clashes in it."""
        written, conflicts = _Written(self._end), []
        for place in self._order():
            base, mine, theirs = place.base, place.mine, place.theirs
            kept = self._kept(place)
            if kept is None:
                continue
            line = written.add(kept)
            one_gone = base is not None and (mine is None or theirs is None)
            if one_gone or self._clash(place):
                sides = (_key(block) if block is not None else "" for block in (base, mine, theirs))
                conflicts.append(PaperConflict(**dict(zip(("base", "mine", "theirs"), sides, strict=True)), line=line))
        return MergedPaper(text="".join(written.pieces), conflicts=tuple(conflicts))

    def _kept(self, place: _Place) -> str | None:
        """Return the text that stands at a place, None for nothing."""
        base, mine, theirs = place.base, place.mine, place.theirs
        if mine is None:
            untouched = theirs is None or (base is not None and _key(base) == _key(theirs))
            return None if theirs is None or untouched else theirs.text
        own = with_line_ends(mine.text, self._end)
        if theirs is None:
            return own
        if self._clash(place):
            words = with_line_ends(mine.words, self._end)
            return f"{words.rstrip()}{self._end}{self._comment(theirs)}{own[len(words) :] or self._end}"
        # Words that only one side changed are that side's; else the blank lines are of the side that changed them.
        if base is None or _key(theirs) != _key(base):
            return theirs.text
        if _key(mine) != _key(base):
            return own
        return theirs.text if own == with_line_ends(base.text, self._end) else own

    def _clash(self, place: _Place) -> bool:
        base, mine, theirs = place.base, place.mine, place.theirs
        if mine is None or theirs is None:
            return False
        keys = {_key(block) for block in (base, mine, theirs) if block is not None}
        return len(keys) == 3

    def _comment(self, block: Block) -> str:
        words = with_line_ends(block.words, self._end).rstrip().replace("-->", "-- >")
        return f"<!-- {_OTHER}{self._end}{words}{self._end}-->{self._end}"


def _key(block: Block | None) -> str:
    """Return what makes a block the same as another: its words, however its lines end."""
    return "" if block is None else with_line_ends(block.words, "\n").rstrip()
