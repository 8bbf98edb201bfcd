"""A paper edit as it may be told of beside the films: without the names that are kept back.

What stands around a quote is not heard in the cut and is no subtitle of it, so no other gate sees it.
"""

from collections.abc import Callable
from dataclasses import replace

from footage_manifest.model import Production
from pipeline.assembly.paper import Chosen, PaperCut
from pipeline.assembly.printed_names import unnamed

_LEFT_OUT = "[...]"


def unnamed_paper(production: Production, paper: PaperCut) -> PaperCut:
    """Return a paper edit that prints no name that is kept back, in chapters, words, joints and what is said of them."""

    def clean(text: str) -> str:
        return unnamed(production, text)

    chapters = tuple(replace(one, texts=tuple(clean(text) for text in one.texts)) for one in paper.compiled.chapters)
    return replace(
        paper,
        compiled=replace(paper.compiled, chapters=chapters),
        chosen=tuple(_chosen(one, clean) for one in paper.chosen),
    )


def _chosen(one: Chosen, clean: Callable[[str], str]) -> Chosen:
    before, words, after = _beside((one.before, one.words, one.after), clean)
    remarks = tuple(replace(remark, words=_cut(remark.words, clean)) for remark in one.remarks)
    left_out = tuple(replace(left, words=clean(left.words)) for left in one.left_out)
    return replace(one, before=before, words=words, after=after, remarks=remarks, left_out=left_out)


def _cut(words: str, clean: Callable[[str], str]) -> str:
    return " | ".join(_beside(tuple(side.strip() for side in words.split("|")), clean))


def _beside(texts: tuple[str, ...], clean: Callable[[str], str]) -> tuple[str, ...]:
    """Return texts that follow one another; all of them left out where a name goes from one into the next."""
    told = tuple(clean(text) for text in texts)
    whole = " ".join(told)
    return told if clean(whole) == whole else tuple(text and _LEFT_OUT for text in told)
