"""transcribe: what is said in a film's reels, each word in its reel's time."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from footage_manifest.findings import ManifestError
from footage_manifest.model import MANIFEST_FILE, Production
from pipeline.assembly.given_places import on_the_sound
from pipeline.assembly.given_transcripts import given_transcripts
from pipeline.assembly.handover import present
from pipeline.assembly.heard_doubts import with_doubts, with_word_starts
from pipeline.assembly.options import Step
from pipeline.assembly.site import Site
from pipeline.engine.run import WouldRun
from pipeline.errors import ToolMissing
from pipeline.ports.speech import Span, Speech
from pipeline.stages.find_speech import FIND_SPEECH
from pipeline.stages.media import HeardPart, Media
from pipeline.stages.transcribe import (
    RECOGNISE,
    ChunkToHear,
    Listening,
    chunks_to_hear,
    joined,
    on_the_reel,
    priming,
)
from pipeline.stages.turns import (
    TELL_TURNS,
    ChunkToTell,
    chunks_to_tell,
    doubts_on_the_reel,
    joined_turns,
    turns_to_hear,
)
from subtitles.given_json import Given, Times
from subtitles.transcript import Transcript

SURE_ENOUGH = 800
"""The confidence, in thousandths, below which a detected language is asked for (DESIGN, the road, 4)."""

_SHOWN_WORDS = 8


def heard_in_reels(site: Site, media: Media, keys: tuple[str, ...]) -> dict[str, Transcript]:
    """Return what is said in each reel that has sound, each word in the reel's time: as people gave it, else as it is heard.

    Words that were given without times of their own stand where they are heard. Raises ManifestError where a language was
    not stated and cannot be told, or what was given cannot be read or is not heard; WouldRun in a dry run that comes to
    work.
    """
    given = given_transcripts(site.folder, site.production, keys)
    languages = {key: one.language for key, one in given.items()} | _stated(site, keys)
    heard = _heard(site, media, tuple(key for key in keys if key not in given), languages)
    heard_given = _heard_given(site, media, given, languages)
    return {**heard, **on_the_sound(site, given, heard_given)}


def _heard_given(
    site: Site, media: Media, given: Mapping[str, Given], languages: Mapping[str, str]
) -> dict[str, Transcript]:
    """Return what is heard in the reels whose given words have no times of their own.

    Those whose passages have times are not in it where nothing can be heard: without weights, or in a dry run.
    """
    untimed = tuple(key for key, one in given.items() if one.times is Times.NONE)
    passages = tuple(key for key, one in given.items() if one.times is Times.PASSAGES)
    heard = _heard(site, media, untimed, languages) if untimed else {}
    try:
        return {**heard, **(_heard(site, media, passages, languages) if passages else {})}
    except WouldRun as ahead:
        if site.options.reaches(Step.DRAFT):
            site.progress.note(f"would also run {ahead.stage}: given words are shown as their passages are timed")
    except ToolMissing as error:
        lacking = f"{error.what} ({error.cure})" if error.cure else error.what
        site.progress.note(f"given words share the times of their passages, as nothing can be listened to: {lacking}")
    return heard


def _stated(site: Site, keys: tuple[str, ...]) -> dict[str, str]:
    """Return the language of each reel that the manifest says, of two the first."""
    reels = site.production.manifest.reels
    return {key: stated[0] for key in keys if (stated := reels[key].language)}


def _heard(site: Site, media: Media, keys: tuple[str, ...], languages: Mapping[str, str]) -> dict[str, Transcript]:
    """Return what is heard in reels, file by file; `languages` are those that are known."""
    reels = site.production.manifest.reels
    parts = [(key, number, part) for key in keys for number, part in enumerate(media.heard(key, reels[key]), start=1)]
    heard_in = dict.fromkeys(key for key, _, _ in parts)
    for key in keys:
        if key not in heard_in:
            site.progress.note(f"{key} has no sound: it gets no subtitles")
    named = [(key if number == 1 else f"{key} part {number}", key, part) for key, number, part in parts]
    speech = site.engine.map(FIND_SPEECH, site.tools.speech_finder, [(name, part) for name, _, part in named])
    heard = [_Part(name, key, part, found) for (name, key, part), found in zip(named, speech, strict=True)]
    asked, doubts = _asked(site, heard, languages)
    answers = site.engine.map(RECOGNISE, site.tools.recogniser, [(subject, chunk) for _, subject, chunk in asked])
    answers = with_word_starts(site, asked, answers)
    transcripts = {}
    for key in heard_in:
        own = [
            on_the_reel(chunk.listening, answer)
            for (owner, _, chunk), answer in zip(asked, answers, strict=True)
            if owner == key
        ]
        both = spoken_pair(site.production, key)
        heard_all = joined_turns(both, own, doubts[key]) if both else joined(languages.get(key), own)
        transcripts[key] = with_doubts(site, key, heard_all)
        _say_doubts(site, key, transcripts[key], doubts.get(key, ()))
    _require_languages(site, transcripts, languages)
    return {key: heard for key, heard in transcripts.items() if _has_subtitles(site, key, heard)}


def spoken_pair(production: Production, key: str) -> tuple[str, str] | None:
    """Return both languages of a reel in which two are spoken, as the manifest lists them; None where it is one."""
    stated = production.manifest.reels[key].language or ()
    return (stated[0], stated[1]) if len(stated) == 2 else None


class _Part(NamedTuple):
    """One file of a reel's sound: what it is called, whose it is, and where somebody speaks in it."""

    name: str
    key: str
    part: HeardPart
    speech: Speech


def _asked(
    site: Site, parts: Sequence[_Part], languages: Mapping[str, str]
) -> tuple[list[tuple[str, str, ChunkToHear]], dict[str, tuple[Span, ...]]]:
    """Return what is asked of the recogniser, with reel and subject, in order; and by reel whose language is a guess."""
    asked: list[tuple[str, str, ChunkToHear]] = []
    to_tell: list[tuple[_Part, str, ChunkToTell]] = []
    for one in parts:
        both = spoken_pair(site.production, one.key)
        language = languages.get(one.key) if both is None else None
        listening = _listening(site, one.key, one.part, language)
        if both is None:
            chunks = enumerate(chunks_to_hear(listening, one.speech), start=1)
            asked.extend((one.key, f"{one.name} {number}", chunk) for number, chunk in chunks)
        else:
            telling = enumerate(chunks_to_tell(listening, one.speech, both), start=1)
            to_tell.extend((one, f"{one.name} {number}", chunk) for number, chunk in telling)
    doubts: dict[str, tuple[Span, ...]] = {one.key: () for one in parts}
    if not to_tell:
        return asked, doubts
    told = site.engine.map(TELL_TURNS, site.tools.turn_teller, [(name, chunk) for _, name, chunk in to_tell])
    for (one, name, chunk), found in zip(to_tell, told, strict=True):
        ways = [_listening(site, one.key, one.part, language) for language in chunk.languages]
        asked.extend((one.key, f"{name} {turn.listening.language}", turn) for turn in turns_to_hear(chunk, ways, found))
        doubts[one.key] += doubts_on_the_reel(chunk.listening, found)
    return asked, doubts


def _say_doubts(site: Site, key: str, heard: Transcript, doubts: Sequence[Span]) -> None:
    """Say where the language of what is said is a guess, with the words."""
    for doubt in () if site.options.dry_run else doubts:
        words = [word for word in heard.words if doubt.start_ms <= (word.start_ms + word.end_ms) // 2 < doubt.end_ms]
        if words:
            said = " ".join(word.text for word in words[:_SHOWN_WORDS])
            where = f"at {doubt.start_ms / 1000:.1f} s"
            site.progress.note(
                f"{key}: {where} it is not sure that '{said}' is said in '{words[0].language}': listen to it"
            )


def _has_subtitles(site: Site, key: str, heard: Transcript) -> bool:
    if heard.words or any(language and present(site.folder, key, language) for language in heard.languages):
        return True
    site.progress.note(f"{key}: no speech was found, so it gets no subtitles")
    return False


def _listening(site: Site, key: str, part: HeardPart, language: str | None) -> Listening:
    return Listening(
        sound=part.sound,
        start_ms=part.start_ms,
        language=language,
        prime=priming(site.production, key, language),
        beam=site.production.film.transcription.beam,
    )


def _require_languages(site: Site, transcripts: Mapping[str, Transcript], stated: Mapping[str, str]) -> None:
    """Refuse reels whose language was neither stated nor told with confidence; say which was told of the others."""
    findings = []
    for key, heard in transcripts.items():
        if key in stated:
            continue
        known = site.production.film.languages
        if not heard.words:
            continue
        if heard.language_confidence < SURE_ENOUGH or heard.language not in known:
            sure = f"{heard.language_confidence / 10:.0f} %"
            findings.append(
                site.production.finding(
                    MANIFEST_FILE,
                    f"reels.{key}.language",
                    what=f"its language is not stated, and sounds like '{heard.language}' ({sure} sure)",
                    cure=f"add 'language: {known[0]}' or another of the film's languages",
                )
            )
        else:
            site.progress.note(f"{key}: the language sounds like '{heard.language}'")
    if findings:
        raise ManifestError(tuple(findings))
