"""retime: cues in source time become cues in record time, through what is heard (SEMANTICS rules 13, 16, 17)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor

from footage_manifest.findings import Finding, Severity
from footage_manifest.timebase import frame_to_ms, nearest_frame
from pipeline.timeline.heard import Run
from subtitles.cue import Cue
from subtitles.hearing import heard_text
from subtitles.transcript import Word

GAP_FRAMES = 2
"""The fixed gap between two cues (rule 17)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReelTrack:
    """The cues of one reel in one language, in source time, and the file they came from.

    `words` are the reel's as recognised when the cues are in the spoken language, empty for a translation. `spoken` holds
    the cues in the spoken language by id, for a translation to know what of it is heard.
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
    """

    cues: tuple[Cue, ...]
    findings: tuple[Finding, ...]


def retime(runs: Sequence[Run], tracks: Mapping[str, ReelTrack], rate: Fraction) -> Retimed:
    """Return the cues of every run moved to record time; runs of reels without a track carry none.

    In the spoken language a cue that is cut keeps only the words heard. A translation that is partly heard stays whole and
    is a finding; one of which nothing is heard goes.
    """
    cues: list[Cue] = []
    findings: list[Finding] = []
    for number, run in enumerate(runs):
        track = tracks.get(run.key)
        if track is None:
            continue
        for cue in track.cues:
            moved = _moved(cue, run, number, rate)
            if moved is None:
                continue
            text, partly = _text_heard(cue, track, run, rate)
            if not text.strip():
                continue
            if partly:
                findings.append(_partly_heard(track, cue, moved))
            cues.append(replace(moved, text=text))
    return Retimed(cues=_apart(cues, rate), findings=tuple(findings))


def _moved(cue: Cue, run: Run, number: int, rate: Fraction) -> Cue | None:
    """Return the cue on the record clock, clipped to the run; None where no whole frame of it is left."""
    offset = Fraction(run.record.start) / rate - run.source_in
    start = nearest_frame(floor(cue.start_ms + offset * 1000 + Fraction(1, 2)), rate)
    end = nearest_frame(floor(cue.end_ms + offset * 1000 + Fraction(1, 2)), rate)
    start, end = max(start, run.record.start), min(end, run.record.end)
    if start >= end:
        return None
    return replace(cue, id=f"{cue.id}@{number}", start_ms=frame_to_ms(start, rate), end_ms=frame_to_ms(end, rate))


def _text_heard(cue: Cue, track: ReelTrack, run: Run, rate: Fraction) -> tuple[str, bool]:
    """Return the text to show, empty for none, and whether it says more than is heard."""
    start_ms = floor(run.source_in * 1000)
    end_ms = floor(run.source_out(rate) * 1000)
    if start_ms <= cue.start_ms and cue.end_ms <= end_ms:
        return cue.text, False
    if not track.translated:
        return heard_text(cue, track.words, start_ms, end_ms), False
    sources = track.spoken.get(cue.id, ())
    if not sources:
        inside = min(cue.end_ms, end_ms) - max(cue.start_ms, start_ms)
        return (cue.text, True) if 2 * inside >= cue.duration_ms else ("", False)
    heard = [heard_text(source, track.spoken_words, start_ms, end_ms) for source in sources]
    if not any(heard):
        return "", False
    return cue.text, any(part != source.text for part, source in zip(heard, sources, strict=True))


def _partly_heard(track: ReelTrack, cue: Cue, moved: Cue) -> Finding:
    first_line = cue.text.split("\n", 1)[0]
    return Finding(
        severity=Severity.WARNING,
        file=track.file,
        field=f"at {cue.start_ms / 1000:.3f} s",
        what=f"only a part of what '{first_line}' translates is heard in the cut, at {moved.start_ms / 1000:.3f} s of it",
        cure="shorten the clip's edges to whole sentences, or accept that the subtitle says more than the voice",
    )


def _apart(cues: list[Cue], rate: Fraction) -> tuple[Cue, ...]:
    """Return the cues in record order, each ending at least two frames before the next begins."""
    ordered = sorted(cues, key=lambda cue: (cue.start_ms, cue.end_ms, cue.id))
    apart: list[Cue] = []
    for cue, following in zip(ordered, [*ordered[1:], None], strict=True):
        if following is None or following.start_ms <= cue.start_ms:
            apart.append(cue)
            continue
        latest = nearest_frame(following.start_ms, rate) - GAP_FRAMES
        start = nearest_frame(cue.start_ms, rate)
        end = min(nearest_frame(cue.end_ms, rate), max(latest, start + 1))
        apart.append(replace(cue, end_ms=frame_to_ms(end, rate)))
    return tuple(apart)
