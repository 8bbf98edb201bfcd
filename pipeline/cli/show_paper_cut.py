"""How a paper edit reads as a cut: its chapters, what was chosen of each reel, and what is not recorded yet."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from pipeline.assembly.cut_files import CutFile
from pipeline.assembly.cut_tight import Tightening
from pipeline.assembly.paper import Chosen, PaperCut
from pipeline.timeline.paper_model import Narration
from pipeline.timeline.paper_tracks import spoken_seconds


def paper_lines(cut: CutFile, tight: Sequence[Tightening]) -> Iterator[str]:
    """Yield what a paper edit adds to the table of its events, nothing for other cuts."""
    paper = cut.paper
    if paper is None:
        return
    rate = cut.clock.rate
    if paper.compiled.chapters:
        yield "\nchapters"
    for chapter in paper.compiled.chapters:
        begins, lasts = _minutes(chapter.frame / rate), _minutes(chapter.frames / rate)
        yield f"  {begins}  {lasts}  {'  ' * (chapter.level - 1)}{' / '.join(chapter.texts)} (line {chapter.line})"
    if paper.chosen:
        yield "\nquotes"
    shorter = {one.line: one for one in tight}
    for one in paper.chosen:
        yield f"  line {one.line}: {one.reel} {' to '.join(one.labels)}, {_seconds(_played(one))}{_pieces(one)}"
        if one.words:
            yield f"    {one.words}"
        if one.line in shorter:
            yield f"    tight, {_seconds(shorter[one.line].shorter_ms)} less: {shorter[one.line].text}"
    unrecorded = list(_unrecorded(cut))
    if unrecorded:
        yield "\nnarration that is not recorded"
    for entry, seconds in unrecorded:
        yield f"  line {entry.line}: {len(entry.text.split())} words, about {_seconds(int(seconds * 1000))}"


def paper_data(cut: CutFile, tight: Sequence[Tightening]) -> dict[str, object]:
    """Return the same as data: lengths in frames of the film's clock, times in milliseconds of the reel."""
    paper = cut.paper
    if paper is None:
        return {}
    return {
        "chapters": [
            {"line": one.line, "level": one.level, "texts": list(one.texts), "frame": one.frame, "frames": one.frames}
            for one in paper.compiled.chapters
        ],
        "quotes": [_quote(one) for one in paper.chosen],
        "narration": [
            {"line": entry.line, "words": len(entry.text.split()), "seconds": round(float(seconds), 3)}
            for entry, seconds in _unrecorded(cut)
        ],
        "tightened": [tightening_data(one) for one in tight],
        "unheard": list(paper.unheard),
    }


def tightening_data(one: Tightening) -> dict[str, object]:
    """Return what is left out of a quote as data."""
    return {
        "line": one.line,
        "reel": one.reel,
        "text": one.text,
        "shorter_ms": one.shorter_ms,
        "left_out": [{"from_ms": out.from_ms, "to_ms": out.to_ms, "words": out.words} for out in one.left_out],
    }


def tight_lines(before: Sequence[Tightening], after: Sequence[Tightening]) -> Iterator[str]:
    """Yield what `tight:` takes out in one of two paper edits and not in the other."""
    there = {(one.reel, one.left_out) for one in before}
    here = {(one.reel, one.left_out) for one in after}
    for one in after:
        if (one.reel, one.left_out) not in there:
            yield f"tight, line {one.line}, {one.reel}, {_seconds(one.shorter_ms)} less: {one.text}"
    for one in before:
        if (one.reel, one.left_out) not in here:
            yield f"no longer tight, {one.reel}, {_seconds(one.shorter_ms)} more: {one.text}"


def _quote(one: Chosen) -> dict[str, object]:
    return {
        "line": one.line,
        "reel": one.reel,
        "words": one.words,
        "before": one.before,
        "after": one.after,
        "source_in": one.labels[0],
        "source_out": one.labels[1],
        "pieces_ms": [list(piece) for piece in one.pieces],
        "remarks": [str(remark) for remark in one.remarks],
    }


def _unrecorded(cut: CutFile) -> Iterator[tuple[Narration, float]]:
    paper, production = cut.paper, cut.production
    if paper is None or production is None:
        return
    language = production.film.languages[0]
    for entry in _narrations(paper):
        yield entry, float(spoken_seconds(entry.text, language))


def _narrations(paper: PaperCut) -> Iterator[Narration]:
    return (entry for entry in paper.edit.entries if isinstance(entry, Narration) and not entry.reel)


def _played(one: Chosen) -> int:
    return sum(end - begin for begin, end in one.pieces)


def _pieces(one: Chosen) -> str:
    return f" in {len(one.pieces)} pieces" if len(one.pieces) > 1 else ""


def _seconds(ms: int) -> str:
    return f"{ms / 1000:.1f} s"


def _minutes(seconds: Fraction) -> str:
    minutes, rest = divmod(float(seconds), 60)
    return f"{int(minutes):3}:{rest:04.1f}"
