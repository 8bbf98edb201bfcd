"""transcribe, draft, translate, handover: from the sound of a film's reels to the subtitles that people have of them.

The spoken language is handed over before anything is translated, and it is what people made of it that is translated.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from footage_manifest import consent
from footage_manifest.findings import ManifestError
from footage_manifest.model import MANIFEST_FILE, ReelKind
from pipeline.assembly.captions import FilmWords, ReelWords
from pipeline.assembly.handover import Draft, Track, hand_over, keep_newer_draft, present, srt_name
from pipeline.assembly.options import Step
from pipeline.assembly.site import Site
from pipeline.ports.speech import SoundOfReel
from pipeline.stages.find_speech import FIND_SPEECH
from pipeline.stages.media import Media, sound_of
from pipeline.stages.transcribe import RECOGNISE, Listening, chunks_to_hear, joined, priming
from pipeline.stages.translate import TRANSLATE, batches, names_said, translated
from subtitles.errors import SubtitleError
from subtitles.segment import segment
from subtitles.style import STYLES
from subtitles.transcript import Transcript

SURE_ENOUGH = 800
"""The confidence, in thousandths, below which a detected language is asked for (DESIGN, the road, 4)."""


def spoken_reels(site: Site) -> tuple[str, ...]:
    """Return the reels whose speech gets subtitles: interviews and narration of people who have not withdrawn (rule 22).

    One in several languages, which is not built yet, is passed over: a cut that needs it is refused.
    """
    found = []
    for key, reel in site.production.manifest.reels.items():
        if reel.kind not in {ReelKind.INTERVIEW, ReelKind.NARRATION}:
            continue
        withdrawn = [person for person in reel.people or () if not _may_process(site, person)]
        if withdrawn:
            site.progress.note(f"{key} is not transcribed: {', '.join(withdrawn)} withdrew consent")
        elif len(reel.language or ()) > 1:
            site.progress.note(f"{key} is not transcribed: hearing several languages in one reel is not built yet")
        else:
            found.append(key)
    return tuple(found)


def prepare(site: Site, media: Media, keys: Iterable[str]) -> FilmWords:
    """Return the words and subtitles of reels, as far as the run goes; what is missing is made and handed over.

    A reel in which nobody speaks is left out, unless people have subtitles of it; one whose subtitles cannot be read is
    among the refused, and the others go on. Raises ManifestError where a language was not stated and cannot be told,
    SubtitleError where subtitles cannot be read and the run ends with them.
    """
    transcripts = _transcripts(site, media, tuple(keys))
    if not site.options.reaches(Step.DRAFT):
        heard_only = {key: ReelWords(transcript=heard, tracks={}) for key, heard in transcripts.items()}
        return FilmWords(reels=heard_only, refused={})
    found: dict[str, ReelWords] = {}
    refused: dict[str, SubtitleError] = {}
    for key, heard in transcripts.items():
        try:
            found[key] = ReelWords(transcript=heard, tracks=_tracks(site, media, key, heard))
        except SubtitleError as error:
            refused[key] = error
    if refused and not site.options.reaches(Step.CONFORM):
        raise SubtitleError([finding for error in refused.values() for finding in error.findings])
    return FilmWords(reels=found, refused=refused)


def _tracks(site: Site, media: Media, key: str, heard: Transcript) -> dict[str, Track]:
    spoken = _hand_over_spoken(site, key, heard)
    tracks = {heard.language: spoken}
    for language in site.production.film.languages if site.options.reaches(Step.TRANSLATE) else ():
        if language != heard.language:
            track = _hand_over_translation(site, media, key, heard, spoken, language)
            if track is not None:
                tracks[language] = track
    return tracks


def _may_process(site: Site, person: str) -> bool:
    return consent.may_process(person, site.production.manifest.people.get(person)).allowed


# ---------------------------------------------------------------------------------------------------------- transcribe


def _transcripts(site: Site, media: Media, keys: tuple[str, ...]) -> dict[str, Transcript]:
    listening = {key: heard for key in keys if (heard := _listening(site, media, key)) is not None}
    speech = site.engine.map(
        FIND_SPEECH, site.tools.speech_finder, [(key, one.sound) for key, one in listening.items()]
    )
    asked = [
        (key, f"{key} {number}", chunk)
        for (key, one), found in zip(listening.items(), speech, strict=True)
        for number, chunk in enumerate(chunks_to_hear(one, found), start=1)
    ]
    answers = site.engine.map(RECOGNISE, site.tools.recogniser, [(subject, chunk) for _, subject, chunk in asked])
    transcripts = {}
    for key, one in listening.items():
        own = [answer for (owner, _, _), answer in zip(asked, answers, strict=True) if owner == key]
        transcripts[key] = joined(one.language, own)
    _require_languages(site, transcripts)
    return {key: heard for key, heard in transcripts.items() if _has_subtitles(site, key, heard)}


def _has_subtitles(site: Site, key: str, heard: Transcript) -> bool:
    if heard.words or (heard.language and present(site.folder, key, heard.language)):
        return True
    site.progress.note(f"{key}: no speech was found, so it gets no subtitles")
    return False


def _listening(site: Site, media: Media, key: str) -> Listening | None:
    reel = site.production.manifest.reels[key]
    sound = sound_of(reel, media.reels[key])
    if sound is None:
        site.progress.note(f"{key} has no sound: it gets no subtitles")
        return None
    language = reel.language[0] if reel.language else None
    return Listening(
        sound=sound,
        language=language,
        prime=priming(site.production, key, language),
        beam=site.production.film.transcription.beam,
    )


def _require_languages(site: Site, transcripts: Mapping[str, Transcript]) -> None:
    """Refuse reels whose language was neither stated nor told with confidence; say which was told of the others."""
    findings = []
    for key, heard in transcripts.items():
        if site.production.manifest.reels[key].language:
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


# ------------------------------------------------------------------------------------------- draft, translate, handover


def _hand_over_spoken(site: Site, key: str, heard: Transcript) -> Track:
    film = site.production.film
    style = STYLES[film.subtitles.style]
    made_by = f"{film.transcription.engine} {Path(film.transcription.model).name}"

    def draft() -> Draft:
        cues = segment(heard.words, language=heard.language, style=style, rate=film.timeline.rate, reel=key)
        return Draft(cues=cues, made_by=made_by)

    track = hand_over(site, key, heard.language, draft)
    if track is None:  # not to be reached: a draft was given
        raise ValueError(f"{srt_name(key, heard.language)} was not made")
    keep_newer_draft(site, track, draft, reel=key, made_by=made_by)
    return track


def _hand_over_translation(
    site: Site, media: Media, key: str, heard: Transcript, spoken: Track, language: str
) -> Track | None:
    """Return the translation as people have it, made first where it is not there; None where no engine covers it."""
    engine = site.production.film.translation.engine
    if present(site.folder, key, language):
        track = hand_over(site, key, language, lambda: None)
        made_by = track.state.made_by if track and track.state else ""
        if made_by and engine not in {"auto", "none", made_by}:
            site.progress.note(
                f"{srt_name(key, language)} stays as it is: it was translated by {made_by}, not {engine}"
            )
        return track
    translator = site.tools.translator(heard.language, language)
    if translator is None:
        why = "translation.engine is none" if engine == "none" else "no engine here covers it"
        site.progress.note(f"{key} is not translated from {heard.language} into {language}: {why}")
        return None
    cues = spoken.cues
    reel_sound: SoundOfReel | None = sound_of(site.production.manifest.reels[key], media.reels[key])
    names = names_said(site.production.manifest)
    parts = batches(cues, (heard.language, language), site.production.glossary, reel_sound, names)
    named = [(f"{key} {heard.language}-{language} {number}", part) for number, part in enumerate(parts, start=1)]
    results = site.engine.map(TRANSLATE, translator, named)
    for term in dict.fromkeys(term for result in results for term in result.missed_terms):
        site.progress.note(f"{key}: '{term.source}' is said, and '{term.target}' is not in its translation")
    style = STYLES[site.production.film.subtitles.style]
    draft = Draft(
        cues=translated(cues, results, language, style),
        made_by=translator.name,
        source_language=heard.language,
        source=cues,
    )
    track = hand_over(site, key, language, lambda: draft)
    site.progress.note(f"{key} is translated from {heard.language} into {language} by {translator.name}")
    return track
