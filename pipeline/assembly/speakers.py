"""Who speaks when in each reel: voices told apart by their prints, named as far as people said or as it follows.

A help, never a condition: where there are no weights, or nothing was listened to yet, nobody knows who speaks. Of a reel in
which somebody withdrew nothing is listened to, nothing is known, and what was taken before goes.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from footage_manifest.model import Production
from pipeline.assembly.options import Step
from pipeline.assembly.site import Site
from pipeline.assembly.speakers_forget import forget_prints
from pipeline.assembly.speakers_named import Known, Turn, asking_voice, named, rest_of, turns_of, with_said
from pipeline.engine.run import WouldRun
from pipeline.errors import PipelineError, ToolMissing
from pipeline.ports.speech import Span
from pipeline.stages.find_speech import FIND_SPEECH
from pipeline.stages.media import HeardPart, Media
from pipeline.stages.speakers import VOICE_PRINTS, ChunkOfVoices
from pipeline.tools.voice_groups import Groups, centres, groups, in_order_heard, nearest
from pipeline.tools.voice_prints import as_prints
from pipeline.tools.voice_weights import Numbers
from subtitles.transcript import Word

ALIKE = 0.75
"""How near, as a cosine, a voice must be to the one of another reel to be taken for the same person's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardVoices:
    """The windows of a reel in order, in SOURCE time, with a print, a row, for each."""

    windows: tuple[Span, ...]
    prints: Numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class ReelSpeakers:
    """Who speaks when in a reel. `guessed` says that nobody knows how many voices there are: it is a guess."""

    turns: tuple[Turn, ...]
    voices: int
    guessed: bool


def listen(site: Site, media: Media, keys: Iterable[str]) -> None:
    """Take the voice prints of reels in a run; where that cannot be done, say so in one line and go on.

    What was taken of reels that nobody may work on any more, or that the film has no more, is removed first.
    """
    wanted = tuple(keys)
    if site.options.dry_run:
        return
    forget_prints(site.folder, site.production)
    if site.options.only not in {None, Step.TRANSCRIBE}:
        return
    try:
        asked = [(name, chunk) for name, _, chunk in _asked(site, media, wanted)]
        site.engine.map(VOICE_PRINTS, site.tools.voice_printer, asked)
    except ToolMissing as error:
        people = site.production.manifest
        if any(len(speaking(site.production, key)) > 1 for key in wanted if key in people.reels):
            site.progress.note(f"who speaks is not told apart: {error.what.partition(':')[0]} ({error.cure})")
    except PipelineError as error:
        site.progress.note(f"who speaks is not told apart: {str(error).splitlines()[0]}")


def heard_voices(site: Site, media: Media, key: str) -> HeardVoices:
    """Return the voice prints of a reel, taken now where they are not stored.

    Raises ToolMissing where there are no weights, StageError for broken sound, WouldRun in a dry run.
    """
    asked = _asked(site, media, (key,))
    answers = site.engine.map(VOICE_PRINTS, site.tools.voice_printer, [(name, chunk) for name, _, chunk in asked])
    windows = tuple(
        Span(one.start_ms + part.start_ms, one.end_ms + part.start_ms)
        for (_, part, _), answer in zip(asked, answers, strict=True)
        for one in answer.windows
    )
    rows = [as_prints(answer.prints) for answer in answers]
    return HeardVoices(windows=windows, prints=np.concatenate([np.zeros((0, 256), np.float32), *rows]))


def _asked(site: Site, media: Media, keys: Iterable[str]) -> list[tuple[str, HeardPart, ChunkOfVoices]]:
    """Return every chunk of reels with speech: what it is called, the file it is of, and what is asked of it."""
    reels = site.production.manifest.reels
    parts = [
        (key if number == 1 else f"{key} part {number}", part)
        for key in keys
        for number, part in enumerate(media.heard(key, reels[key]), start=1)
    ]
    speech = site.engine.map(FIND_SPEECH, site.tools.speech_finder, parts)
    return [
        (f"{name} {number}", part, ChunkOfVoices(sound=part.sound, chunk=chunk))
        for (name, part), found in zip(parts, speech, strict=True)
        for number, chunk in enumerate(found.chunks, start=1)
    ]


def stored_voices(site: Site, media: Media, key: str) -> HeardVoices | None:
    """Return the voice prints of a reel as they are stored, None where they are not; `site` is a dry one."""
    try:
        return heard_voices(site, media, key)
    except (WouldRun, PipelineError):
        return None


def speaking(production: Production, key: str) -> tuple[str, ...]:
    """Return the people of a reel who speak, as the manifest has them."""
    manifest = production.manifest
    known = ((one, manifest.people.get(one)) for one in manifest.reels[key].people or ())
    return tuple(key for key, person in known if person is None or person.speaker)


def speakers_of(
    heard: HeardVoices,
    people: Sequence[str],
    said: Sequence[tuple[Span, str]],
    elsewhere: Callable[[], Mapping[str, Numbers]],
    words: Sequence[Word],
) -> ReelSpeakers:
    """Return who speaks when in a reel.

    `people` are those of its people who speak; where they are two or more, there are as many voices, unless there plainly
    are more (nobody lists who asks); else that is guessed.
    `said` is what people said of stretches of it, `elsewhere` gives voices that they named in other reels, `words` what was
    heard, which shows who asks.
    """
    told = {speaker for _, speaker in said}
    known = len({*people, *told})
    guessed = known < 2
    if not len(heard.prints):
        return ReelSpeakers(turns=(), voices=0, guessed=guessed)
    split = groups(heard.prints, None)
    guessed = guessed or int(split.max()) + 1 > known
    found = _split(heard, split if guessed else groups(heard.prints, known), said)
    by_voice = _by_said(heard, found, said)
    voices = sorted({int(one) for one in found})
    turns = turns_of(heard.windows, [int(one) for one in found])
    if len(voices) > len(by_voice):
        by_voice |= _by_likeness(heard, found, by_voice, {*people, "interviewer"}, elsewhere())
    by_voice = rest_of(voices, by_voice, people, asking_voice(turns, words))
    return ReelSpeakers(turns=with_said(named(turns, by_voice), said), voices=len(voices), guessed=guessed)


def print_of(heard: HeardVoices, spans: Sequence[Span]) -> Numbers | None:
    """Return the middle of the prints of some stretches of a reel, of length 1; None where there are none."""
    inside = [number for number, one in enumerate(heard.windows) if any(_most_of(one, span) for span in spans)]
    if not inside:
        return None
    return np.asarray(centres(heard.prints[inside], np.zeros(len(inside), np.int64))[0], np.float32)


def _split(heard: HeardVoices, found: Groups, said: Sequence[tuple[Span, str]]) -> Groups:
    """Return groups in which no two people whom somebody told apart are in one."""
    split = found.copy()
    for group in np.unique(found):
        own = np.flatnonzero(found == group)
        samples = {}
        for speaker in dict.fromkeys(name for _, name in said):
            spans = [span for span, name in said if name == speaker]
            if mine := [n for n in own if any(_most_of(heard.windows[n], span) for span in spans)]:
                samples[speaker] = centres(heard.prints[mine], np.zeros(len(mine), np.int64))[0]
        if len(samples) > 1:
            split[own] = nearest(heard.prints[own], np.stack(list(samples.values()))) + found.max() + 1 + 1000 * group
    return in_order_heard(split)


def _by_said(heard: HeardVoices, found: Groups, said: Sequence[tuple[Span, str]]) -> dict[int, tuple[str, Known]]:
    """Return whose voices they are by what people said: each is the person's of whom most of it was said."""
    votes: dict[int, dict[str, int]] = {}
    for window, group in zip(heard.windows, found, strict=True):
        for span, speaker in said:
            if _most_of(window, span):
                own = votes.setdefault(int(group), {})
                own[speaker] = own.get(speaker, 0) + 1
    return {group: (max(own, key=lambda name: own[name]), Known.SAME_VOICE) for group, own in sorted(votes.items())}


def _by_likeness(
    heard: HeardVoices,
    found: Groups,
    by_voice: Mapping[int, tuple[str, Known]],
    people: set[str],
    elsewhere: Mapping[str, Numbers],
) -> dict[int, tuple[str, Known]]:
    """Return whose voices they are by what people said of other reels; each person has at most one, the nearest."""
    middles = centres(heard.prints, found)
    taken = {speaker for speaker, _ in by_voice.values()}
    pairs = sorted(
        (
            (float(middles[group] @ sample), speaker, group)
            for speaker, sample in elsewhere.items()
            if speaker in people - taken
            for group in range(len(middles))
            if group not in by_voice
        ),
        reverse=True,
    )
    named_so: dict[int, tuple[str, Known]] = {}
    for near, speaker, group in pairs:
        if near >= ALIKE and group not in named_so and speaker not in {name for name, _ in named_so.values()}:
            named_so[group] = (speaker, Known.SAME_VOICE)
    return named_so


def _most_of(window: Span, span: Span) -> bool:
    inside = min(window.end_ms, span.end_ms) - max(window.start_ms, span.start_ms)
    return 2 * inside >= min(window.end_ms - window.start_ms, span.end_ms - span.start_ms)


def hidden(reel: ReelSpeakers, shown_people: Iterable[str]) -> ReelSpeakers:
    """Return who speaks without those who may not be named."""
    allowed = {*shown_people, "interviewer"}
    turns = tuple(
        one if one.speaker in allowed else replace(one, speaker="", known=Known.UNKNOWN) for one in reel.turns
    )
    return replace(reel, turns=turns)
