"""retime: cues in source time become cues in record time, through what is heard (SEMANTICS rules 13, 16, 17)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor

from footage_manifest.findings import Finding, Severity
from pipeline.timeline.apart import Moved, apart
from pipeline.timeline.heard import Run
from subtitles.cue import Cue
from subtitles.hearing import heard_text, heard_words
from subtitles.style import OURS, SubtitleStyle
from subtitles.tags import plain
from subtitles.transcript import Word

_SPEECH_WORDS = 3
"""Heard words without any cue that are worth a finding; fewer may be a cough, or a yes that a person left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReelTrack:
    """The cues of one reel in one language, in source time, and the file they came from.

    `words` are the reel's as recognised when the cues are in the spoken language, empty for a translation. `spoken` holds,
    by the id of a translated cue, the cues in the spoken language that it translates, `spoken_words` the reel's words.
    """

    file: str
    cues: tuple[Cue, ...]
    words: tuple[Word, ...] = ()
    translated: bool = False
    spoken: Mapping[str, tuple[Cue, ...]]
    spoken_words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Retimed:
    """The cues of one language in RECORD milliseconds on frame boundaries, in order, and what a person should look at.

    A cue's id is its source cue's with `@` and the number of the run it is heard in, so that both languages of it pair.
    `shown` are the ids of all source cues that are on screen: of cues that share one subtitle, every one.
    """

    cues: tuple[Cue, ...]
    findings: tuple[Finding, ...]
    shown: frozenset[str]


def retime(
    runs: Sequence[Run], tracks: Mapping[str, ReelTrack], rate: Fraction, style: SubtitleStyle = OURS
) -> Retimed:
    """Return the cues of every run moved to record time, without overlaps; runs of reels without a track carry none.

    In the spoken language a cue that is cut keeps only the words heard. A translation that is partly heard stays whole and
    is a finding; one of which nothing is heard goes. Findings too: voices that speak at once, a cue that lasts less than a
    frame, a run with speech and no cue at all.
    """
    moved: list[Moved] = []
    findings: list[Finding] = []
    for number, run in enumerate(runs):
        track = tracks.get(run.key)
        if track is None:
            continue
        shown, seen = _in_run(track, run, number, rate)
        moved.extend(shown)
        findings.extend(seen)
    parted, at_once = apart(moved, rate, style)
    return Retimed(
        cues=parted,
        findings=tuple(dict.fromkeys((*findings, *at_once))),
        shown=frozenset(one.cue.id.rpartition("@")[0] for one in moved),
    )


def _in_run(track: ReelTrack, run: Run, number: int, rate: Fraction) -> tuple[list[Moved], list[Finding]]:
    """Return the cues of one run on the record clock, and what a person should look at."""
    shown: list[Moved] = []
    findings: list[Finding] = []
    elsewhere: list[Cue] = []
    for cue in track.cues:
        text, partly = _text_heard(cue, track, run, rate)
        if not plain(text):
            elsewhere.extend([cue] if plain(cue.text) and _heard_without(cue, track, run, rate) else [])
            continue
        moved = _moved(replace(cue, text=text), track.file, run, number, rate)
        if moved is None:
            findings.append(_too_short(track, cue))
            continue
        if partly:
            findings.append(_partly_heard(track, cue, moved.start, rate))
        shown.append(moved)
    if shown:
        return shown, [*findings, *(_elsewhere(track, cue) for cue in elsewhere)]
    said = heard_words(track.spoken_words or track.words, *_milliseconds(run, rate))
    return shown, [*findings, *([_nothing_shown(track, run, said, rate)] if len(said) >= _SPEECH_WORDS else [])]


def _moved(cue: Cue, file: str, run: Run, number: int, rate: Fraction) -> Moved | None:
    """Return the cue on the record clock, clipped to the run; None where no whole frame of it is left."""
    offset = Fraction(run.record.start) / rate - run.source_in
    start, end = (
        floor((Fraction(instant, 1000) + offset) * rate + Fraction(1, 2)) for instant in (cue.start_ms, cue.end_ms)
    )
    start, end = max(start, run.record.start), min(end, run.record.end)
    if start >= end:
        return None
    return Moved(file=file, cue=replace(cue, id=f"{cue.id}@{number}"), start=start, end=end, run=number)


def _milliseconds(run: Run, rate: Fraction) -> tuple[int, int]:
    return floor(run.source_in * 1000), floor(run.source_out(rate) * 1000)


def _text_heard(cue: Cue, track: ReelTrack, run: Run, rate: Fraction) -> tuple[str, bool]:
    """Return the text to show, empty for none, and whether it says more than is heard."""
    start_ms, end_ms = _milliseconds(run, rate)
    if min(cue.end_ms, end_ms) < max(cue.start_ms, start_ms):
        return "", False
    inside = start_ms <= cue.start_ms and cue.end_ms <= end_ms
    if not track.translated:
        return (cue.text if inside else heard_text(cue, track.words, start_ms, end_ms)), False
    sources = track.spoken.get(cue.id, ())
    heard = [heard_text(source, track.spoken_words, start_ms, end_ms) for source in sources]
    if any(heard):
        return cue.text, any(part != source.text for part, source in zip(heard, sources, strict=True))
    if inside:
        # Where nothing of what it translates is heard, a person moved it here.
        return cue.text, bool(sources)
    return _by_time(cue, track, start_ms, end_ms)


def _by_time(cue: Cue, track: ReelTrack, start_ms: int, end_ms: int) -> tuple[str, bool]:
    """Return what is shown of a cut translation that is known only by what is said during its own time.

    It goes where nothing of that is heard; where it is known to translate something else, or nothing is said, where less
    than half is.
    """
    during = heard_words(track.spoken_words, cue.start_ms, cue.end_ms)
    if during:
        part, whole = len(heard_words(during, start_ms, end_ms)), len(during)
    else:
        part, whole = min(cue.end_ms, end_ms) - max(cue.start_ms, start_ms), cue.duration_ms
    doubtful = bool(track.spoken.get(cue.id)) or not during
    if not part or (doubtful and 2 * part < whole):
        return "", False
    return cue.text, part < whole or doubtful


def _heard_without(cue: Cue, track: ReelTrack, run: Run, rate: Fraction) -> bool:
    """Return whether what a translation translates is heard in the run, though it is not shown there itself."""
    start_ms, end_ms = _milliseconds(run, rate)
    return any(
        source.start_ms < end_ms
        and source.end_ms > start_ms
        and heard_text(source, track.spoken_words, start_ms, end_ms)
        for source in track.spoken.get(cue.id, ())
    )


def _partly_heard(track: ReelTrack, cue: Cue, record: int, rate: Fraction) -> Finding:
    what = f"only a part of what '{_said(cue)}' translates is heard in the cut, at {_seconds(record, rate)} of it"
    cure = "shorten the clip's edges to whole sentences, or accept that the subtitle says more than the voice"
    return _finding(track, f"at {_at(cue)}", what, cure)


def _elsewhere(track: ReelTrack, cue: Cue) -> Finding:
    what = f"what '{_said(cue)}' translates is heard in the cut, and it is not shown"
    return _finding(track, f"at {_at(cue)}", what, "give it a text, and a time at which that is said")


def _too_short(track: ReelTrack, cue: Cue) -> Finding:
    what = f"'{_said(cue)}' lasts less than a frame of the cut and is not shown"
    return _finding(track, f"at {_at(cue)}", what, "let it stay longer")


def _nothing_shown(track: ReelTrack, run: Run, said: Sequence[Word], rate: Fraction) -> Finding:
    words = " ".join(word.text for word in said[:6])
    what = f"'{words} ...' is heard at {_seconds(run.record.start, rate)} of the cut, and no subtitle of this file is there"
    return _finding(track, "", what, "see that its times count from the reel's first frame, and that no cue is missing")


def _finding(track: ReelTrack, field: str, what: str, cure: str) -> Finding:
    return Finding(severity=Severity.WARNING, file=track.file, field=field, what=what, cure=cure)


def _said(cue: Cue) -> str:
    return cue.text.split("\n", 1)[0]


def _at(cue: Cue) -> str:
    return f"{cue.start_ms / 1000:.3f} s"


def _seconds(frame: int, rate: Fraction) -> str:
    return f"{float(frame / rate):.3f} s"
