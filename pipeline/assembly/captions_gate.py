"""Whether a cut's subtitles are finished enough to be delivered (SEMANTICS rule 19)."""

from collections.abc import Mapping, Sequence

from footage_manifest.findings import Finding
from footage_manifest.model import FILM_FILE, Film, Gate
from footage_manifest.wording import listed
from pipeline.assembly.captions_model import Captions
from pipeline.assembly.edits import ReadyCut
from pipeline.errors import GateError
from subtitles.state import CueStatus


def gate_of(film: Film, ready: ReadyCut) -> Gate:
    """Return the gate of a cut: the film's, or rule 19's default for its audience."""
    return film.subtitles.gate or (Gate.APPROVED if ready.cut.audience == "public" else Gate.NONE)


def hold_to_gate(
    film: Film, ready: ReadyCut, found: Mapping[str, Captions], missing: Mapping[str, tuple[str, ...]]
) -> None:
    """Raise GateError where subtitles are less finished than the gate asks, or missing where one is set.

    A conflict is not an edited cue: both sides wait for a person, so it stops any gate; so does a reel that shows nothing.
    """
    gate = gate_of(film, ready)
    if gate is Gate.NONE:
        return
    findings = [
        _gate_finding(
            ready,
            untranslated(reels, language),
            "translate it, or write 'subtitles: {gate: none}' to deliver without that language",
        )
        for language, reels in missing.items()
        if reels
    ]
    for language, one in found.items():
        findings.extend(one.held)
        edited = one.counts[CueStatus.EDITED] if gate is Gate.APPROVED else 0
        unfinished = one.counts[CueStatus.DRAFT] + edited + one.untranslated
        if unfinished:
            total = sum(one.counts.values()) + one.untranslated
            what = f"{unfinished} of {total} subtitles in {language} are not {gate.value} yet"
            cure = "finish them, or write 'subtitles: {gate: none}' into film.yaml to deliver drafts"
            findings.append(_gate_finding(ready, what, cure))
    if findings:
        raise GateError(findings)


def untranslated(reels: Sequence[str], language: str) -> str:
    """Return in words that reels are not translated into a language."""
    return f"{listed(reels)} {'is' if len(reels) == 1 else 'are'} not translated into {language}"


def _gate_finding(ready: ReadyCut, what: str, cure: str) -> Finding:
    return Finding(file=FILM_FILE, field=f"cuts.{ready.name}", what=what, cure=cure)
