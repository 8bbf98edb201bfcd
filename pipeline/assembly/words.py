"""transcribe, draft, translate, handover: from the sound of a film's reels to the subtitles that people have of them.

The spoken language is handed over before anything is translated, and it is what people made of it that is translated.
"""

from collections.abc import Iterable, Mapping

from footage_manifest import consent
from footage_manifest.findings import ManifestError
from footage_manifest.model import MANIFEST_FILE, ReelKind
from pipeline.assembly.captions import ReelWords
from pipeline.assembly.handover import Draft, Track, hand_over, present, srt_name
from pipeline.assembly.options import Step
from pipeline.assembly.site import Site
from pipeline.engine.run import WouldRun
from pipeline.ports.speech import SoundOfReel
from pipeline.stages.find_speech import FIND_SPEECH
from pipeline.stages.media import Media, sound_of
from pipeline.stages.transcribe import RECOGNISE, Listening, chunks_to_hear, joined, priming
from pipeline.stages.translate import TRANSLATE, batches, translated
from subtitles.cue import Cue
from subtitles.segment import segment
from subtitles.style import STYLES
from subtitles.transcript import Transcript

SURE_ENOUGH = 800
"""The confidence, in thousandths, below which a detected language is asked for (DESIGN, the road, 4)."""


def spoken_reels(site: Site) -> tuple[str, ...]:
    """Return the reels whose speech gets subtitles: interviews and narration of people who have not withdrawn (rule 22)."""
    found = []
    for key, reel in site.production.manifest.reels.items():
        if reel.kind not in {ReelKind.INTERVIEW, ReelKind.NARRATION}:
            continue
        withdrawn = [person for person in reel.people or () if not _may_process(site, person)]
        if withdrawn:
            site.progress.note(f"{key} is not transcribed: {', '.join(withdrawn)} has withdrawn")
        else:
            found.append(key)
    return tuple(found)


def prepare(site: Site, media: Media, keys: Iterable[str]) -> dict[str, ReelWords]:
    """Return the words and subtitles of reels, as far as the run goes; what is missing is made and handed over.

    Raises ManifestError where a language was not stated and cannot be told, SubtitleError for a file that cannot be read.
    """
    chosen = tuple(keys)
    _refuse_several_languages(site, chosen)
    transcripts = _transcripts(site, media, chosen)
    if not site.options.reaches(Step.DRAFT):
        return {key: ReelWords(transcript=heard, tracks={}) for key, heard in transcripts.items()}
    spoken = {key: _hand_over_spoken(site, key, heard) for key, heard in transcripts.items()}
    found = {}
    for key, heard in transcripts.items():
        tracks = {heard.language: spoken[key]}
        if site.options.reaches(Step.TRANSLATE):
            for language in site.production.film.languages:
                if language != heard.language:
                    track = _hand_over_translation(site, media, key, heard, spoken[key], language)
                    if track is not None:
                        tracks[language] = track
        found[key] = ReelWords(transcript=heard, tracks=tracks)
    return found


def _may_process(site: Site, person: str) -> bool:
    return consent.may_process(person, site.production.manifest.people.get(person)).allowed


def _refuse_several_languages(site: Site, keys: tuple[str, ...]) -> None:
    findings = [
        site.production.finding(
            MANIFEST_FILE,
            f"reels.{key}.language",
            "an interview in several languages is not built yet",
            "name the one that is spoken most, or make a reel of each part",
        )
        for key in keys
        if len(site.production.manifest.reels[key].language or ()) > 1
    ]
    if findings:
        raise ManifestError(tuple(findings))


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
    return {key: heard for key, heard in transcripts.items() if heard.language}


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
            site.progress.note(f"{key}: no speech was found")
        elif heard.language_confidence < SURE_ENOUGH or heard.language not in known:
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

    def draft() -> tuple[Cue, ...]:
        return segment(heard.words, language=heard.language, style=style, rate=film.timeline.rate, reel=key)

    _refuse_in_dry_run(site, key, heard.language)
    track = hand_over(site, key, heard.language, lambda: Draft(cues=draft()))
    if track is None:  # not to be reached: a draft was given
        raise ValueError(f"{srt_name(key, heard.language)} was not made")
    return track


def _hand_over_translation(
    site: Site, media: Media, key: str, heard: Transcript, spoken: Track, language: str
) -> Track | None:
    """Return the translation as people have it, made first where it is not there; None where no engine covers it."""
    if present(site.folder, key, language):
        _refuse_in_dry_run(site, key, language)
        return hand_over(site, key, language, lambda: None)
    translator = site.tools.translator(heard.language, language)
    if translator is None:
        site.progress.note(f"{key} is not translated from {heard.language} into {language}: no engine here covers it")
        return None
    cues = spoken.cues
    reel_sound: SoundOfReel | None = sound_of(site.production.manifest.reels[key], media.reels[key])
    parts = batches(cues, (heard.language, language), site.production.glossary, reel_sound)
    named = [(f"{key} {heard.language}-{language} {number}", part) for number, part in enumerate(parts, start=1)]
    results = site.engine.map(TRANSLATE, translator, named)
    _refuse_in_dry_run(site, key, language)
    site.progress.note(f"{key} is translated from {heard.language} into {language} by {translator.name}")
    style = STYLES[site.production.film.subtitles.style]
    draft = Draft(cues=translated(cues, results, language, style), source_language=heard.language, source=cues)
    return hand_over(site, key, language, lambda: draft)


def _refuse_in_dry_run(site: Site, key: str, language: str) -> None:
    """End a dry run where a file would be written: what follows depends on what people make of it."""
    if site.options.dry_run and not (site.folder / srt_name(key, language)).exists():
        raise WouldRun("handover", [srt_name(key, language)])
