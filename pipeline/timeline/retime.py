"""retime: cues in source time become cues in record time, through what is heard (SEMANTICS rules 13, 16, 17)."""

from collections.abc import Iterator, Mapping, Sequence
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
    by the id of a translated cue, the cues in the spoken language that it translates, `spoken_words` the reel's words. Where
    two languages are spoken in the reel, `as_heard` are the ids of a translation's cues that say what is heard itself.
    """

    file: str
    cues: tuple[Cue, ...]
    words: tuple[Word, ...] = ()
    translated: bool = False
    spoken: Mapping[str, tuple[Cue, ...]]
    spoken_words: tuple[Word, ...] = ()
    as_heard: frozenset[str] = frozenset()

    def translates(self, cue_id: str) -> bool:
        """Return whether a cue is a translation."""
        return self.translated and cue_id not in self.as_heard


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """Where the cues of one language are heard, before they are brought apart.

    `partly` holds, by the id of a moved cue, what is to be said of a translation that says more than is heard; `silent`, by
    the number of a run, what is to be said of speech that nothing subtitles.
    """

    moved: tuple[Moved, ...]
    partly: Mapping[str, Finding]
    silent: Mapping[int, Finding]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Retimed:
    """The cues of one language in RECORD milliseconds on frame boundaries, in order, and what a person should look at.

    A cue's id is its source cue's with `@` and the number of the run it is heard in, so that both languages of it pair.
    `moved` are the same cues before they were brought apart. `shown` are the ids of all source cues that are on screen: of
    cues that share one subtitle, every one; of those that a cut's own cue stands for, none.
    """

    cues: tuple[Cue, ...]
    findings: tuple[Finding, ...]
    shown: frozenset[str]
    moved: tuple[Moved, ...] = ()


def retime(
    runs: Sequence[Run], tracks: Mapping[str, ReelTrack], rate: Fraction, style: SubtitleStyle = OURS
) -> Retimed:
    """Return the cues of every run moved to record time, without overlaps; runs of reels without a track carry none.

    In the spoken language a cue that is cut keeps only the words heard. A translation that is partly heard stays whole and
    is a finding; one of which nothing is heard goes. At another speed cues last as long as their words do then; what is
    heard backwards carries none. Findings too: voices that speak at once, a cue that lasts less than a frame, a run with
    speech and no cue at all, speech that is heard backwards.
    """
    return parted(move(runs, tracks, rate), rate, style)


def move(runs: Sequence[Run], tracks: Mapping[str, ReelTrack], rate: Fraction) -> Movement:
    """Return the cues of every run on the record clock, as `retime` does before it brings them apart."""
    moved: list[Moved] = []
    findings: list[Finding] = []
    partly: dict[str, Finding] = {}
    silent: dict[int, Finding] = {}
    for number, run in enumerate(runs):
        track = tracks.get(run.key)
        if track is None:
            continue
        if run.speed < 0:
            silent.update((number, finding) for finding in _backwards(track, run, rate))
            continue
        shown, seen, doubtful = _in_run(track, run, number, rate)
        moved.extend(shown)
        findings.extend(seen)
        partly.update(doubtful)
        if not shown:
            silent.update((number, finding) for finding in _nothing_shown(track, run, rate))
    return Movement(moved=tuple(moved), partly=partly, silent=silent, findings=tuple(findings))


def parted(
    movement: Movement,
    rate: Fraction,
    style: SubtitleStyle = OURS,
    *,
    own: Sequence[Moved] = (),
    replaced: frozenset[str] = frozenset(),
    picture_cuts: frozenset[int] = frozenset(),
) -> Retimed:
    """Return moved cues without overlaps, those whose ids are `replaced` left out, a cut's `own` cues among them.

    A cue that ends with a shot, on one of the output frames `picture_cuts`, ends the style's gap before it, if more than
    that is left of it. What is said of a cue that was replaced, or of a run in which the cut has cues of its own, is not
    said any more.
    """
    left = [one for one in movement.moved if one.cue.id not in replaced]
    clear = (_clear_of(one, picture_cuts, style.gap_frames) for one in (*left, *own))
    moved = sorted(clear, key=lambda one: (one.start, one.end, one.cue.id))
    cues, at_once = apart(moved, rate, style)
    covered = {one.run for one in own}
    doubts = [finding for name, finding in movement.partly.items() if name not in replaced]
    silent = [finding for number, finding in movement.silent.items() if number not in covered]
    return Retimed(
        cues=cues,
        findings=tuple(dict.fromkeys((*movement.findings, *doubts, *silent, *at_once))),
        shown=frozenset(one.cue.id.rpartition("@")[0] for one in left),
        moved=tuple(moved),
    )


def _clear_of(one: Moved, picture_cuts: frozenset[int], gap: int) -> Moved:
    room = one.end - one.start > 2 * gap
    return replace(one, end=one.end - gap) if room and one.end in picture_cuts else one


def voice(moved: Moved, track: ReelTrack, run: Run, rate: Fraction) -> str:
    """Return what is said while a moved cue of the track is on, as far as it is heard in its run."""
    start_ms, end_ms = _milliseconds(run, rate)
    name = moved.cue.id.rpartition("@")[0]
    if not track.translates(name):
        return moved.cue.text
    sources = track.spoken.get(name, ())
    if sources:
        heard = (heard_text(source, track.spoken_words, start_ms, end_ms) for source in sources)
        return " ".join(plain(text) for text in heard if text)
    during = heard_words(track.spoken_words, moved.cue.start_ms, moved.cue.end_ms)
    return " ".join(word.text for word in heard_words(during, start_ms, end_ms))


def _in_run(
    track: ReelTrack, run: Run, number: int, rate: Fraction
) -> tuple[list[Moved], list[Finding], dict[str, Finding]]:
    """Return the cues of one run on the record clock, what is to be looked at, and what is said of those partly heard."""
    shown: list[Moved] = []
    findings: list[Finding] = []
    doubtful: dict[str, Finding] = {}
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
            doubtful[moved.cue.id] = _partly_heard(track, cue, moved.start, rate)
        shown.append(moved)
    if shown:
        findings.extend(_elsewhere(track, cue) for cue in elsewhere)
    return shown, findings, doubtful


def _moved(cue: Cue, file: str, run: Run, number: int, rate: Fraction) -> Moved | None:
    """Return the cue on the record clock, clipped to the run; None where no whole frame of it is left."""
    start, end = (
        floor(run.record_at(Fraction(instant, 1000), rate) + Fraction(1, 2)) for instant in (cue.start_ms, cue.end_ms)
    )
    start, end = max(start, run.record.start), min(end, run.record.end)
    if start >= end:
        return None
    return Moved(file=file, cue=replace(cue, id=f"{cue.id}@{number}"), start=start, end=end, run=number)


def _milliseconds(run: Run, rate: Fraction) -> tuple[int, int]:
    first, last = run.source_span(rate)
    return floor(first * 1000), floor(last * 1000)


def _text_heard(cue: Cue, track: ReelTrack, run: Run, rate: Fraction) -> tuple[str, bool]:
    """Return the text to show, empty for none, and whether it says more than is heard."""
    start_ms, end_ms = _milliseconds(run, rate)
    if min(cue.end_ms, end_ms) < max(cue.start_ms, start_ms):
        return "", False
    inside = start_ms <= cue.start_ms and cue.end_ms <= end_ms
    if not track.translates(cue.id):
        words = track.words or track.spoken_words
        return (cue.text if inside else heard_text(cue, words, start_ms, end_ms)), False
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
    cure = "move the clip's edge to a whole sentence, or write what is heard: testimonio subtitles cut makes the file for it"
    return _finding(track, f"at {_at(cue)}", what, cure)


def _elsewhere(track: ReelTrack, cue: Cue) -> Finding:
    what = f"what '{_said(cue)}' translates is heard in the cut, and it is not shown"
    return _finding(track, f"at {_at(cue)}", what, "give it a text, and a time at which that is said")


def _too_short(track: ReelTrack, cue: Cue) -> Finding:
    what = f"'{_said(cue)}' lasts less than a frame of the cut and is not shown"
    return _finding(track, f"at {_at(cue)}", what, "let it stay longer")


def _nothing_shown(track: ReelTrack, run: Run, rate: Fraction) -> Iterator[Finding]:
    said = _said_in(track, run, rate)
    if said:
        what = (
            f"'{said}' is heard at {_seconds(run.record.start, rate)} of the cut, and no subtitle of this file is there"
        )
        cure = "see that its times count from the reel's first frame, and that no cue is missing"
        yield _finding(track, "", what, cure)


def _backwards(track: ReelTrack, run: Run, rate: Fraction) -> Iterator[Finding]:
    said = _said_in(track, run, rate)
    if said and (not track.translated or track.as_heard):
        what = (
            f"'{said}' is heard backwards at {_seconds(run.record.start, rate)} of the cut, and has no subtitles there"
        )
        yield _finding(track, "", what, "take its sound out, or give the cut a subtitle of its own")


def _said_in(track: ReelTrack, run: Run, rate: Fraction) -> str:
    """Return the first words of what is said in a run, empty where that are too few to be speech."""
    said = heard_words(track.spoken_words or track.words, *_milliseconds(run, rate))
    return f"{' '.join(word.text for word in said[:6])} ..." if len(said) >= _SPEECH_WORDS else ""


def _finding(track: ReelTrack, field: str, what: str, cure: str) -> Finding:
    return Finding(severity=Severity.WARNING, file=track.file, field=field, what=what, cure=cure)


def _said(cue: Cue) -> str:
    return cue.text.split("\n", 1)[0]


def _at(cue: Cue) -> str:
    return f"{cue.start_ms / 1000:.3f} s"


def _seconds(frame: int, rate: Fraction) -> str:
    return f"{float(frame / rate):.3f} s"
