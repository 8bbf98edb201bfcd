"""retime: the subtitles of a cut in each language, on record time, and how finished they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from footage_manifest.findings import Finding
from footage_manifest.model import FILM_FILE, Film, Gate
from footage_manifest.wording import listed
from pipeline.assembly.edits import ReadyCut
from pipeline.assembly.handover import Track
from pipeline.errors import GateError
from pipeline.timeline.heard import Run, runs
from pipeline.timeline.retime import ReelTrack, retime
from subtitles import merge
from subtitles.bilingual import stack
from subtitles.cue import Cue
from subtitles.errors import SubtitleError
from subtitles.quality import check
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
class FilmWords:
    """What is known of a film's speech by reel; `refused` says whose subtitles cannot be used as they stand, and why."""

    reels: Mapping[str, ReelWords]
    refused: Mapping[str, SubtitleError]

    def require(self, ready: ReadyCut) -> None:
        """Raise SubtitleError, with every finding, where a reel that is heard in a cut is among the refused."""
        needed = sorted({run.key for run in runs(ready.timeline)} & self.refused.keys())
        if needed:
            raise SubtitleError([finding for key in needed for finding in self.refused[key].findings])


@dataclass(frozen=True, slots=True, kw_only=True)
class Captions:
    """One language of one cut, in RECORD milliseconds. `counts` says how many cues of it are how finished.

    `made_by` names by reel the engine that drafted its subtitles, `people` where it was none (rule 20).
    """

    language: str
    cues: tuple[Cue, ...]
    counts: Mapping[CueStatus, int]
    stale: int
    untranslated: int
    made_by: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CutCaptions:
    """All subtitles of a cut: by language, and stacked by pairs of languages; `missing` are languages that are not whole.

    `missing` maps a language to the reels that nobody has translated into it; to none where nothing of it is heard.
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
    for language in film.languages:
        absent = tuple(key for key in spoken_in_cut if language not in words[key].tracks)
        if absent or not spoken_in_cut:
            missing[language] = absent
            continue
        one, seen = _in_language(language, heard, words, ready, style)
        findings.extend(seen)
        if one.cues:
            found[language] = one
        else:
            missing[language] = ()
    _hold_to_gate(film, ready, found, missing)
    stacked: dict[tuple[str, str], tuple[Cue, ...]] = {}
    for pair in pairs(film, ready):
        if all(language in found for language in pair):
            stacked[pair], seen = _stacked(pair, found, heard, words, style, ready)
            findings.extend(seen)
    return CutCaptions(languages=found, stacked=stacked, missing=missing, findings=tuple(dict.fromkeys(findings)))


def gate_of(film: Film, ready: ReadyCut) -> Gate:
    """Return the gate of a cut: the film's, or rule 19's default for its audience."""
    return film.subtitles.gate or (Gate.APPROVED if ready.cut.audience == "public" else Gate.NONE)


def _in_language(
    language: str, heard: tuple[Run, ...], words: Mapping[str, ReelWords], ready: ReadyCut, style: SubtitleStyle
) -> tuple[Captions, list[Finding]]:
    rate = ready.timeline.rate
    keys = sorted({run.key for run in heard} & set(words))
    retimed = retime(heard, {key: _reel_track(words[key], language) for key in keys}, rate, style)
    spoken = retime(heard, {key: _reel_track(words[key], words[key].language) for key in keys}, rate, style)
    findings = [finding for key in keys for finding in words[key].tracks[language].findings] + list(retimed.findings)
    counts = dict.fromkeys(CueStatus, 0)
    stale, untold = 0, 0
    for key in keys:
        track, source = words[key].tracks[language], words[key].tracks[words[key].language]
        for aligned in track.aligned.cues:
            counts[aligned.status] += aligned.id in retimed.shown
        if language != words[key].language:
            here = retimed.shown | spoken.shown
            old = [one for one in merge.staleness(track.aligned, source.aligned, file=track.file) if one.field in here]
            untold += sum(cue.id in spoken.shown for cue in merge.untranslated(track.aligned, source.aligned))
            stale += len(old)
            findings.extend(old)
    faults = check(retimed.cues, language=language, style=style, rate=rate)
    findings.extend(fault.in_file(f"{ready.name}.{language}.srt") for fault in faults)
    one = Captions(
        language=language,
        cues=retimed.cues,
        counts=counts,
        stale=stale,
        untranslated=untold,
        made_by={key: _made_by(words[key].tracks[language]) for key in keys},
    )
    return one, findings


def _made_by(track: Track) -> str:
    return track.state.made_by if track.state and track.state.made_by else "people"


def _reel_track(reel: ReelWords, language: str) -> ReelTrack:
    track, source = reel.tracks[language], reel.tracks[reel.language]
    if language == reel.language:
        return ReelTrack(file=track.file, cues=track.cues, words=reel.transcript.words, spoken={})
    return ReelTrack(
        file=track.file,
        cues=track.cues,
        translated=True,
        spoken=merge.sources_of(track.aligned, source.aligned),
        spoken_words=reel.transcript.words,
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
            untranslated(reels, language),
            "translate it, or write 'subtitles: {gate: none}' to deliver without that language",
        )
        for language, reels in missing.items()
        if reels
    ]
    for language, one in found.items():
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


def pairs(film: Film, ready: ReadyCut) -> list[tuple[str, str]]:
    """Return the pairs of languages that are stacked: the film's first two, and what the cut burns in."""
    found = [(film.languages[0], film.languages[1])] if len(film.languages) > 1 else []
    for burned in ready.cut.burn_in:
        first, plus, second = burned.partition("+")
        if plus:
            found.append((first, second))
    return list(dict.fromkeys(found))


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
    """End each cue where the next begins, and make one of those that begin at once: two runs may touch or overlap."""
    apart: list[Cue] = []
    for cue in ordered:
        if apart and cue.start_ms == apart[-1].start_ms:
            last = apart[-1]
            apart[-1] = replace(last, end_ms=max(last.end_ms, cue.end_ms), text=f"{last.text}\n{cue.text}")
        else:
            if apart and cue.start_ms < apart[-1].end_ms:
                apart[-1] = replace(apart[-1], end_ms=cue.start_ms)
            apart.append(cue)
    return apart
