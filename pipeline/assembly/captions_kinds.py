"""What of a language's subtitles forced narratives need, and what viewers who cannot hear need beside them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from footage_manifest.findings import Finding
from footage_manifest.timebase import frame_to_ms
from pipeline.assembly.captions_cut import CutWords
from pipeline.assembly.captions_model import Captions
from pipeline.assembly.captions_speakers import with_names
from pipeline.timeline.apart import apart
from pipeline.timeline.own_cues import Settled
from pipeline.timeline.retime import Retimed
from subtitles.cue import Cue
from subtitles.direction import directed, runs_rightward
from subtitles.quality import Fault, check


def forced(language: str, cut: CutWords, retimed: Retimed, above: Sequence[Cue]) -> tuple[Cue, ...]:
    """Return what a viewer who understands the language needs: what is said in another one, and what is on screen."""
    foreign = {
        number
        for number, run in enumerate(cut.heard)
        if run.key in cut.words and not _same_language(cut.words[run.key].language, language)
    }
    also = {number: heard for number, run in enumerate(cut.heard) if (heard := _heard_in(run.key, language, cut))}
    needed = [
        one
        for one in retimed.moved
        if one.run < 0
        or (one.cue.id.rpartition("@")[0] not in also[one.run] if one.run in also else one.run in foreign)
    ]
    cues, _ = apart(needed, cut.ready.timeline.rate, cut.style)
    return in_order(cues, above)


def _heard_in(key: str, language: str, cut: CutWords) -> frozenset[str]:
    """Return the cues of a reel with two languages that say what is heard in one that a viewer of `language` understands."""
    reel = cut.words.get(key)
    spoken = reel.transcript.languages if reel is not None and reel.transcript.other_language else ()
    same = (one for one in spoken if _same_language(one, language))
    return frozenset[str]().union(*(reel.heard_in(one) for one in same)) if reel is not None else frozenset()


def _same_language(first: str, second: str) -> bool:
    return first.partition("-")[0] == second.partition("-")[0]


def with_sdh(
    one: Captions, cut: CutWords, retimed: Retimed, settled: Mapping[str, Settled]
) -> tuple[Captions, frozenset[str], list[Finding]]:
    """Return captions with their track for viewers who cannot hear, whose names are in it, and what is wrong with it."""
    language, rate = one.language, cut.ready.timeline.rate
    named, people = with_names(
        retimed.moved, cut.heard, cut.own.speakers, language=language, style=cut.style, voices=cut.own.voices
    )
    own = settled.get(f"{language}.sdh")
    sounds, above = (own.moved, own.above) if own else ((), ())
    main, _ = apart((*named, *sounds), rate, cut.style)
    stood = settled[language].above if language in settled else ()
    apart_from, _ = apart((*stood, *above), rate, cut.style)
    told = {(fault, cue.id) for fault, cue, _ in faulty(retimed.cues, language, cut, "")}
    faults = [finding for fault, cue, finding in faulty(main, language, cut, ".sdh") if (fault, cue.id) not in told]
    return replace(one, sdh=in_order(main, apart_from)), people, faults


def faults_of(cues: Sequence[Cue], language: str, cut: CutWords) -> list[Finding]:
    """Return what is wrong with the cues of a language, as `faulty`."""
    return [finding for _, _, finding in faulty(cues, language, cut, "")]


def faulty(cues: Sequence[Cue], language: str, cut: CutWords, kind: str) -> Iterator[tuple[Fault, Cue, Finding]]:
    """Yield what is wrong with cues at record time, at the cut's rate, its own picture cuts included."""
    file = f"{cut.ready.name}.{language}{kind}.srt"
    rate = cut.ready.timeline.rate
    shots = [frame_to_ms(frame, rate) for frame in cut.picture_cuts]
    for fault in check(cues, language=language, style=cut.style, rate=rate, shots_ms=shots):
        yield fault.fault, fault.cue, fault.in_file(file)


def in_order(main: Sequence[Cue], above: Sequence[Cue]) -> tuple[Cue, ...]:
    """Return cues, and those that stand apart from them, in order of time."""
    return tuple(sorted((*main, *above), key=lambda cue: (cue.start_ms, cue.end_ms)))


def as_written(one: Captions) -> Captions:
    """Return captions as they are delivered and burned in: in a language that runs leftward every line runs so."""
    if runs_rightward(one.language):
        return one

    def leftward(cues: Sequence[Cue]) -> tuple[Cue, ...]:
        return tuple(replace(cue, text=directed(cue.text, one.language)) for cue in cues)

    return replace(one, cues=leftward(one.cues), forced=leftward(one.forced), sdh=leftward(one.sdh))
