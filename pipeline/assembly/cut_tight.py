"""What `tight:` takes out of the quotes of a paper edit, told among the words that stay."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.assembly.cut_files import CutFile
from pipeline.assembly.paper import Chosen
from pipeline.assembly.paper_sources import Sources
from pipeline.assembly.paper_stored import looked_at, stored_site
from pipeline.ports.work import Progress
from pipeline.timeline.paper_tight import LeftOut
from subtitles.said import SaidWord


@dataclass(frozen=True, slots=True, kw_only=True)
class Tightening:
    """A quote that is tightened, on `line`: its words with what is left out in [- -]; `shorter_ms` is what that saves.

    A pause that is left out stands there as its length: `[-0.6 s-]`.
    """

    line: int
    reel: str
    text: str
    shorter_ms: int
    left_out: tuple[LeftOut, ...]


def tightenings(cut: CutFile, progress: Progress) -> tuple[Tightening, ...]:
    """Return what is left out of each quote of a paper edit that is tightened, in order of lines; nothing for other cuts."""
    paper, production, folder = cut.paper, cut.production, cut.folder
    if paper is None or production is None or folder is None:
        return ()
    tight = [one for one in paper.chosen if one.left_out]
    if not tight:
        return ()
    with stored_site(folder, production, progress) as site:
        media, _ = looked_at(site, paper.edit)
        sources = Sources(site=site, media=media, may_make=False)
        keys = {one.reel for one in tight if one.reel in media.reels}
        heard = {key: sources.stored_reel(key) for key in keys}
    words: Mapping[str, Sequence[SaidWord]] = {key: reel.said.spoken for key, reel in heard.items() if reel is not None}
    return tuple(
        Tightening(
            line=one.line,
            reel=one.reel,
            text=" ".join(_told(one, words.get(one.reel, ()))),
            shorter_ms=one.tightened_ms,
            left_out=one.left_out,
        )
        for one in tight
    )


def _told(one: Chosen, words: Sequence[SaidWord]) -> Iterator[str]:
    """Yield the words of a quote in order, and what is left out of it where that was said."""
    begin, end = one.pieces[0][0], one.pieces[-1][1]
    gone = [(out.from_ms, f"[-{out.words or f'{(out.to_ms - out.from_ms) / 1000:.1f} s'}-]") for out in one.left_out]
    kept = [
        (word.start_ms, word.text)
        for word in words
        if begin <= _middle(word) < end and not any(out.from_ms <= _middle(word) < out.to_ms for out in one.left_out)
    ]
    yield from (text for _, text in sorted([*gone, *(kept or [(begin, one.words)])], key=lambda each: each[0]))


def _middle(word: SaidWord) -> int:
    return (word.start_ms + word.end_ms) // 2
