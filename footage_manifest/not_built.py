"""What a film may already say but cannot be made yet: refused by name, and only when a cut needs it."""

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from footage_manifest.findings import Finding
from footage_manifest.model import FILM_FILE, MANIFEST_FILE, Cut, Loudness, Production, ReelKind
from footage_manifest.wording import shown

_LATER = "is not built yet"
_EDITS_TO_COME = {
    ".otio": "OpenTimelineIO",
    ".xml": "Final Cut Pro 7 XML",
    ".fcpxml": "Final Cut Pro X XML",
    ".md": "a paper edit",
}


def not_built(production: Production, cut_name: str, reel_keys_used: Iterable[str]) -> tuple[Finding, ...]:
    """Return a finding for each thing that this cut needs and that cannot be made yet; none if it can be made.

    `reel_keys_used` are the keys of the reels that the cut plays or shows; other keys are passed over.
    """
    cut = production.film.cuts[cut_name]
    field = f"cuts.{cut_name}"
    of_cut = (production.finding(FILM_FILE, f"{field}.{key}", what, cure) for key, what, cure in _of_cut(cut))
    of_reels = (
        production.finding(MANIFEST_FILE, f"reels.{key}.{part}", what, cure)
        for key in sorted(set(reel_keys_used) & production.manifest.reels.keys())
        for part, what, cure in _of_reel(production, key)
    )
    return (*of_cut, *of_reels)


def edit_not_built(source: str) -> tuple[str, str] | None:
    """Return what is wrong with the kind of edit `source` is and the cure, or None for an EDL."""
    suffix = PurePosixPath(source).suffix.lower()
    if suffix == ".edl":
        return None
    export = "export the cut as a CMX 3600 EDL (.edl)"
    if suffix in _EDITS_TO_COME:
        return f"reading {_EDITS_TO_COME[suffix]} ({suffix}) {_LATER}", export
    return f"{shown(source)} is no kind of edit that can be read", export


def of_whole_film(production: Production) -> Iterator[Finding]:
    """Yield a finding for each thing that concerns every cut and cannot be made yet."""
    if production.film.services:
        yield production.finding(FILM_FILE, "services", f"using outside services {_LATER}", "take the line out")


def _of_cut(cut: Cut) -> Iterator[tuple[str, str, str]]:
    if cut.versions:
        yield "versions", f"making language versions of a cut {_LATER}", "take the line out: one film is made"
    if cut.picture != "encode":
        yield "picture", f"copying pictures without encoding them {_LATER}", "take the line out: pictures are encoded"
    if cut.deliverables:
        yield (
            "deliverables",
            f"making further deliverables {_LATER}",
            "take the line out: an MP4 and subtitles are made",
        )
    if cut.loudness is not Loudness.NONE:
        yield "loudness", f"the loudness profile '{cut.loudness.value}' {_LATER}", "write none: levels stay as they are"


def _of_reel(production: Production, key: str) -> Iterator[tuple[str, str, str]]:
    reel = production.manifest.reels[key]
    if reel.sound is not None:
        yield "sound", f"laying separate sound under a picture {_LATER}", "use a file that holds picture and sound"
    if len(reel.language or ()) > 1 and reel.kind in {ReelKind.INTERVIEW, ReelKind.NARRATION}:
        cure = "name the one that is spoken most, or write a reel for each part"
        yield "language", f"hearing several languages in one reel {_LATER}", cure
    if len(reel.file) > 1:
        yield "file", f"joining a reel's parts {_LATER}", "write a reel for each part"
