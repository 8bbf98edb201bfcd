"""What a film may already say but cannot be made yet: refused by name, and only when a cut needs it."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath

from footage_manifest.findings import Finding
from footage_manifest.model import MANIFEST_FILE, Production, ReelKind
from footage_manifest.wording import shown

_LATER = "is not built yet"
_MOST_LANGUAGES = 2
_PAPER = ".md"
_EDITS = frozenset({".edl", ".otio", ".xml", ".fcpxml", _PAPER})


def not_built(
    production: Production,
    cut_name: str,  # noqa: ARG001 - whoever asks has a cut in mind, and what it says may be refused again
    reel_keys_used: Iterable[str],
) -> tuple[Finding, ...]:
    """Return a finding for each thing that this cut needs and that cannot be made yet; none if it can be made.

    `reel_keys_used` are the keys of the reels that the cut plays or shows; other keys are passed over.
    """
    return tuple(
        production.finding(MANIFEST_FILE, f"reels.{key}.{part}", what, cure)
        for key in sorted(set(reel_keys_used) & production.manifest.reels.keys())
        for part, what, cure in _of_reel(production, key)
    )


def edit_not_built(source: str) -> tuple[str, str] | None:
    """Return what is wrong with the kind of edit `source` is and the cure, or None for one that can be read."""
    suffix = PurePosixPath(source).suffix.lower()
    if suffix in _EDITS:
        return None
    export = "export the cut as .edl (CMX 3600), .otio, .xml (Final Cut Pro 7) or .fcpxml, or write a paper edit (.md)"
    return f"{shown(source)} is no kind of edit that can be read", export


def paper_among_others(sources: Sequence[str]) -> tuple[int, str, str] | None:
    """Return which of a cut's edits is a paper edit beside others, what is wrong with that and the cure; None for none."""
    papers = [number for number, one in enumerate(sources) if PurePosixPath(one).suffix.lower() == _PAPER]
    if not papers or len(sources) == 1:
        return None
    what = f"{shown(sources[papers[0]])} is a paper edit, which is a whole cut with all its tracks"
    return papers[0], what, "let it stand alone, and write a cut of its own for what stands beside it"


def _of_reel(production: Production, key: str) -> Iterator[tuple[str, str, str]]:
    reel = production.manifest.reels[key]
    if len(reel.language or ()) > _MOST_LANGUAGES and reel.kind in {ReelKind.INTERVIEW, ReelKind.NARRATION}:
        cure = "name the two that are spoken most, or write a reel for each part"
        yield "language", f"hearing more than two languages in one reel {_LATER}", cure
