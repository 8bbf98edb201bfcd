"""retime: the subtitles of a cut in each language, on record time, and how finished they are."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import zip_longest

from footage_manifest.findings import Finding
from footage_manifest.model import FILM_FILE, Film, Gate
from pipeline.assembly.edits import ReadyCut
from pipeline.assembly.handover import Track
from pipeline.errors import GateError
from pipeline.timeline.heard import Run, runs
from pipeline.timeline.retime import ReelTrack, retime
from subtitles.bilingual import stack
from subtitles.cue import Cue
from subtitles.merge import staleness
from subtitles.state import CueStatus
from subtitles.style import SubtitleStyle
from subtitles.transcript import Transcript


@dataclass(frozen=True, slots=True, kw_only=True)
class ReelWords:
    """What is known of one reel's speech: its words, and its subtitles by language as people have them now."""

    transcript: Transcript
    tracks: Mapping[str, Track]

    @property
    def language(self) -> str:
        """Return the language that is spoken."""
        return self.transcript.language


@dataclass(frozen=True, slots=True, kw_only=True)
class Captions:
    """One language of one cut, in RECORD milliseconds. `counts` says how many cues of it are how finished."""

    language: str
    cues: tuple[Cue, ...]
    counts: Mapping[CueStatus, int]
    stale: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CutCaptions:
    """All subtitles of a cut: by language, and stacked by pairs of languages; `missing` are languages that are not whole.

    `missing` maps a language to the reels that nobody has translated into it.
    """

    languages: Mapping[str, Captions]
    stacked: Mapping[tuple[str, str], tuple[Cue, ...]]
    missing: Mapping[str, tuple[str, ...]]
    findings: tuple[Finding, ...]


def captions(film: Film, ready: ReadyCut, words: Mapping[str, ReelWords], style: SubtitleStyle) -> CutCaptions:
    """Return the subtitles of a cut in every language of the film.

    Raises GateError where they are less finished than the film's gate asks (rule 19), or missing where a gate is set.
    """
    heard = runs(ready.timeline)
    spoken_in_cut = sorted({run.key for run in heard} & set(words))
    found: dict[str, Captions] = {}
    missing: dict[str, tuple[str, ...]] = {}
    findings: list[Finding] = []
    for language in film.languages if spoken_in_cut else ():
        absent = tuple(key for key in spoken_in_cut if language not in words[key].tracks)
        if absent:
            missing[language] = absent
            continue
        one, seen = _in_language(language, heard, words, ready)
        found[language] = one
        findings.extend(seen)
    _hold_to_gate(film, ready, found, missing)
    stacked: dict[tuple[str, str], tuple[Cue, ...]] = {}
    for pair in _pairs(film, ready):
        if all(language in found for language in pair):
            stacked[pair], seen = _stacked(pair, found, heard, words, style, ready)
            findings.extend(seen)
    return CutCaptions(languages=found, stacked=stacked, missing=missing, findings=tuple(dict.fromkeys(findings)))


def gate_of(film: Film, ready: ReadyCut) -> Gate:
    """Return the gate of a cut: the film's, or rule 19's default for its audience."""
    return film.subtitles.gate or (Gate.APPROVED if ready.cut.audience == "public" else Gate.NONE)


def _in_language(
    language: str, heard: tuple[Run, ...], words: Mapping[str, ReelWords], ready: ReadyCut
) -> tuple[Captions, list[Finding]]:
    tracks = {key: _reel_track(words[key], language) for key in {run.key for run in heard} & set(words)}
    retimed = retime(heard, tracks, ready.timeline.rate)
    findings = list(retimed.findings)
    counts = dict.fromkeys(CueStatus, 0)
    stale = 0
    shown = {cue.id.partition("@")[0] for cue in retimed.cues}
    for key in tracks:
        track = words[key].tracks[language]
        findings.extend(track.findings)
        for aligned in track.aligned.cues:
            counts[aligned.status] += aligned.id in shown
        if track.language != words[key].language and words[key].language in words[key].tracks:
            old = staleness(track.aligned, words[key].tracks[words[key].language].aligned, file=track.file)
            stale += len(old)
            findings.extend(old)
    return Captions(language=language, cues=retimed.cues, counts=counts, stale=stale), findings


def _reel_track(reel: ReelWords, language: str) -> ReelTrack:
    track = reel.tracks[language]
    if language == reel.language:
        return ReelTrack(file=track.file, cues=track.cues, words=reel.transcript.words, spoken={})
    spoken = {cue.id: cue for cue in reel.tracks[reel.language].cues} if reel.language in reel.tracks else {}
    sources = {
        aligned.id: tuple(spoken[name] for name in aligned.known.source_ids if name in spoken)
        for aligned in track.aligned.cues
        if aligned.known is not None
    }
    return ReelTrack(
        file=track.file, cues=track.cues, translated=True, spoken=sources, spoken_words=reel.transcript.words
    )


def _hold_to_gate(
    film: Film, ready: ReadyCut, found: Mapping[str, Captions], missing: Mapping[str, tuple[str, ...]]
) -> None:
    gate = gate_of(film, ready)
    if gate is Gate.NONE:
        return
    findings = [
        _gate_finding(
            ready,
            f"{', '.join(reels)} is not translated into {language}",
            "translate it, or write 'subtitles: {gate: none}' to deliver without that language",
        )
        for language, reels in missing.items()
    ]
    for language, one in found.items():
        unfinished = one.counts[CueStatus.DRAFT] + (one.counts[CueStatus.EDITED] if gate is Gate.APPROVED else 0)
        if unfinished:
            what = f"{unfinished} of {sum(one.counts.values())} subtitles in {language} are not {gate.value} yet"
            cure = "finish them, or write 'subtitles: {gate: none}' into film.yaml to deliver drafts"
            findings.append(_gate_finding(ready, what, cure))
    if findings:
        raise GateError(findings)


def _gate_finding(ready: ReadyCut, what: str, cure: str) -> Finding:
    return Finding(file=FILM_FILE, field=f"cuts.{ready.name}", what=what, cure=cure)


def _pairs(film: Film, ready: ReadyCut) -> list[tuple[str, str]]:
    """Return the pairs of languages that are stacked: the film's first two, and what the cut burns in."""
    pairs = [(film.languages[0], film.languages[1])] if len(film.languages) > 1 else []
    for burned in ready.cut.burn_in:
        first, plus, second = burned.partition("+")
        if plus:
            pairs.append((first, second))
    return list(dict.fromkeys(pairs))


def _stacked(
    pair: tuple[str, str],
    found: Mapping[str, Captions],
    heard: tuple[Run, ...],
    words: Mapping[str, ReelWords],
    style: SubtitleStyle,
    ready: ReadyCut,
) -> tuple[tuple[Cue, ...], list[Finding]]:
    """Return both languages of a cut as one track, the spoken one first in each run (rule 18)."""
    cues: list[Cue] = []
    findings: list[Finding] = []
    second_spoken = {
        number for number, run in enumerate(heard) if run.key in words and words[run.key].language == pair[1]
    }
    for order, second_first in ((pair, False), ((pair[1], pair[0]), True)):
        sides = [
            [cue for cue in found[language].cues if (_run_of(cue) in second_spoken) is second_first]
            for language in order
        ]
        both = stack(sides[0], sides[1], languages=order, style=style, file=f"{ready.name}.{'+'.join(pair)}.srt")
        cues.extend(both.cues)
        findings.extend(both.findings)
    ordered = sorted(cues, key=lambda cue: (cue.start_ms, cue.end_ms))
    return tuple(_clipped(ordered)), findings


def _run_of(cue: Cue) -> int:
    return int(cue.id.rpartition("@")[2])


def _clipped(ordered: list[Cue]) -> list[Cue]:
    """End each cue where the next begins: two runs may touch."""
    return [
        replace(cue, end_ms=min(cue.end_ms, following.start_ms))
        if following and following.start_ms > cue.start_ms
        else cue
        for cue, following in zip_longest(ordered, ordered[1:])
    ]
