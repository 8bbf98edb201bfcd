"""transcribe, draft, translate, handover: from the sound of a film's reels to the subtitles that people have of them.

The spoken language is handed over before anything is translated, and it is what people made of it that is translated.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from footage_manifest import consent
from footage_manifest.model import ReelKind
from footage_manifest.services import may_send, private_names
from footage_manifest.translation import TranslationEngine
from pipeline.assembly.captions import FilmWords, ReelWords
from pipeline.assembly.handover import Draft, Track, hand_over, keep_newer_draft, present, srt_name
from pipeline.assembly.handover_both import hand_over_both
from pipeline.assembly.heard_reels import heard_in_reels
from pipeline.assembly.options import Step
from pipeline.assembly.sending import Withheld, outgoing, sending
from pipeline.assembly.site import Site
from pipeline.assembly.track_names import given_file
from pipeline.engine.run import WouldRun
from pipeline.ports.translation import Translator
from pipeline.stages.media import Media
from pipeline.stages.translate import TRANSLATE, Translation, batches, by_parts, names_said, translated
from subtitles.errors import SubtitleError
from subtitles.segment import segment
from subtitles.style import STYLES
from subtitles.transcript import Transcript
from subtitles.two_languages import segment_in

__all__ = ["draft_spoken", "draft_translation", "heard_in_reels", "prepare", "spoken_reels"]


def spoken_reels(site: Site) -> tuple[str, ...]:
    """Return the reels whose speech gets subtitles: interviews and narration of people who have not withdrawn (rule 22).

    One in more than two languages, which is not built yet, is passed over: a cut that needs it is refused.
    """
    found = []
    for key, reel in site.production.manifest.reels.items():
        if reel.kind not in {ReelKind.INTERVIEW, ReelKind.NARRATION}:
            continue
        withdrawn = [person for person in reel.people or () if not _may_process(site, person)]
        if withdrawn:
            site.progress.note(f"{key} is not transcribed: {', '.join(withdrawn)} withdrew consent")
        elif len(reel.language or ()) > 2:
            site.progress.note(
                f"{key} is not transcribed: hearing more than two languages in one reel is not built yet"
            )
        else:
            found.append(key)
    return tuple(found)


def prepare(site: Site, media: Media, keys: Iterable[str]) -> FilmWords:
    """Return the words and subtitles of reels, as far as the run goes; what is missing is made and handed over.

    A reel in which nobody speaks is left out, unless people have subtitles of it; one whose subtitles cannot be read is
    among the refused, and the others go on. Raises ManifestError where a language was not stated and cannot be told,
    SubtitleError where subtitles cannot be read and the run ends with them.
    """
    transcripts = heard_in_reels(site, media, tuple(keys))
    if not site.options.reaches(Step.DRAFT):
        heard_only = {key: ReelWords(transcript=heard, tracks={}) for key, heard in transcripts.items()}
        return FilmWords(reels=heard_only, refused={})
    spoken: dict[str, Track] = {}
    found: dict[str, ReelWords] = {}
    refused: dict[str, SubtitleError] = {}
    for key, heard in transcripts.items():
        try:
            if not heard.other_language:
                spoken[key] = _hand_over_spoken(site, key, heard)
        except SubtitleError as error:
            refused[key] = error
    _say_what_is_sent(site, spoken)
    for key, heard in transcripts.items():
        try:
            if key not in refused:
                found[key] = ReelWords(transcript=heard, tracks=_tracks(site, media, (key, heard), spoken.get(key)))
        except SubtitleError as error:
            refused[key] = error
    if refused and not site.options.reaches(Step.CONFORM):
        raise SubtitleError([finding for error in refused.values() for finding in error.findings])
    return FilmWords(reels=found, refused=refused)


def _say_what_is_sent(site: Site, spoken: Mapping[str, Track]) -> None:
    """Say, before anything is translated, what leaves this machine in this run; a dry run also says what is kept back."""
    if not site.options.reaches(Step.TRANSLATE):
        return
    cues = {key: (track.language, track.cues) for key, track in spoken.items()}
    found = outgoing(site.production, site.folder, cues, site.options.today)
    for line in found.lines if site.options.dry_run else found.sendings:
        site.progress.note(str(line))


def _tracks(site: Site, media: Media, reel: tuple[str, Transcript], spoken: Track | None) -> dict[str, Track]:
    """Return the tracks of a reel: of what is `spoken`, or of both languages, and what is translated from that.

    What a reel in two languages says in a third is translated from the whole track of the first.
    """
    key, heard = reel
    tracks = {spoken.language: spoken} if spoken is not None else _tracks_of_both(site, media, key, heard)
    first = tracks.get(heard.language)
    if first is None or not site.options.reaches(Step.TRANSLATE):
        return tracks
    for language in site.production.film.languages:
        if language not in {first.language, heard.other_language}:
            track = _hand_over_translation(site, media, key, first, language, announced=spoken is not None)
            if track is not None:
                tracks[language] = track
    return tracks


def _tracks_of_both(site: Site, media: Media, key: str, heard: Transcript) -> dict[str, Track]:
    def draft(language: str) -> Draft:
        return draft_spoken(site, key, heard, language)

    def translate(source: Track, language: str) -> Draft | None:
        return draft_translation(site, media, key, source, language)

    return hand_over_both(site, key, heard, draft, translate)


def _may_process(site: Site, person: str) -> bool:
    return consent.may_process(person, site.production.manifest.people.get(person)).allowed


# ------------------------------------------------------------------------------------------- draft, translate, handover


def draft_spoken(site: Site, key: str, heard: Transcript, language: str = "") -> Draft:
    """Return the cues that the machine makes of what is said in a reel; of two languages, of what is said in `language`."""
    film = site.production.film
    style, rate = STYLES[film.subtitles.style], film.timeline.rate
    if heard.other_language:
        both = segment_in(heard, language or heard.language, style=style, rate=rate, reel=key)
        return Draft(cues=both, made_by=_made_by(site, key, heard))
    cues = segment(heard.words, language=heard.language, style=style, rate=rate, reel=key)
    return Draft(cues=cues, made_by=_made_by(site, key, heard))


def _made_by(site: Site, key: str, heard: Transcript) -> str:
    if (site.folder / given_file(key, heard.language)).is_file():
        return "given transcript"
    said = site.production.film.transcription
    return f"{said.engine} {Path(said.model).name}"


def _hand_over_spoken(site: Site, key: str, heard: Transcript) -> Track:
    def draft() -> Draft:
        return draft_spoken(site, key, heard)

    track = hand_over(site, key, heard.language, draft)
    if track is None:  # not to be reached: a draft was given
        raise ValueError(f"{srt_name(key, heard.language)} was not made")
    keep_newer_draft(site, track, draft, reel=key, made_by=_made_by(site, key, heard))
    return track


def _hand_over_translation(
    site: Site, media: Media, key: str, spoken: Track, language: str, *, announced: bool = True
) -> Track | None:
    """Return the translation as people have it, made first where it is not there; None where no engine covers it."""
    if present(site.folder, key, language):
        track = hand_over(site, key, language, lambda: None)
        engine = site.production.film.translation.into(spoken.language, language).engine
        made_by = track.state.made_by if track and track.state else ""
        if made_by and engine not in {"auto", "none", made_by}:
            site.progress.note(
                f"{srt_name(key, language)} stays as it is: it was translated by {made_by}, not {engine}"
            )
        return track
    draft = draft_translation(site, media, key, spoken, language, announced=announced)
    if draft is None:
        return None
    track = hand_over(site, key, language, lambda: draft)
    site.progress.note(f"{key} is translated from {spoken.language} into {language} by {draft.made_by}")
    return track


def draft_translation(
    site: Site, media: Media, key: str, spoken: Track, language: str, *, announced: bool = False
) -> Draft | None:
    """Return what the machine makes of a reel's cues, as they are in `spoken`, in another language; nothing is written.

    Returns None, and says why, where no engine covers the direction, and where the film's engine is an outside service that
    this reel must not be sent to. What is sent to a service is said first, unless it was `announced`. Raises ToolMissing
    where the named engine is not to be had, StageError where it fails, WouldRun in a dry run that comes to work to be done;
    a dry run asks no server anything.
    """
    source = spoken.language
    engine = site.production.film.translation.into(source, language)
    if engine.service and not _may_send(site, key, (source, language), engine):
        return None
    translator = _translator(site, key, source, language)
    if translator is None:
        why = "translation.engine is none" if engine.engine == "none" else "no engine here covers it"
        site.progress.note(f"{key} is not translated from {source} into {language}: {why}")
        return None
    if translator.service and not announced:
        site.progress.note(str(sending(engine, (source, language), [(key, spoken.cues)])))
    results = site.engine.map(TRANSLATE, translator, _asked(site, media, key, spoken, language))
    for term in dict.fromkeys(term for result in results for term in result.missed_terms):
        site.progress.note(f"{key}: '{term.source}' is said, and '{term.target}' is not in its translation")
    return Draft(
        cues=translated(spoken.cues, results, language, STYLES[site.production.film.subtitles.style]),
        made_by=translator.name,
        source_language=source,
        source=spoken.cues,
    )


def _may_send(site: Site, key: str, direction: tuple[str, str], engine: TranslationEngine) -> bool:
    decision = may_send(site.production.manifest, key, site.options.today)
    if not decision.allowed:
        kept = Withheld(reel=key, service=engine.service, direction=direction, reason=decision.reason)
        site.progress.note(str(kept))
    return decision.allowed


def _translator(site: Site, key: str, source: str, target: str) -> Translator | None:
    if site.options.dry_run and site.production.film.translation.into(source, target).engine == "libretranslate":
        raise WouldRun(TRANSLATE.name, [f"{key} {source}-{target}"])  # only the server itself knows what it covers
    return site.tools.translator(source, target, private_names(site.production.manifest))


def _asked(site: Site, media: Media, key: str, spoken: Track, language: str) -> list[tuple[str, Translation]]:
    """Return what is asked of a translator, batch by batch, each with its subject."""
    source = spoken.language
    sounds = media.sounds_of(key, site.production.manifest.reels[key])
    names = names_said(site.production.manifest)
    first = sounds[0].sound if sounds else None
    parts = batches(spoken.cues, (source, language), site.production.glossary, first, names)
    return [
        (f"{key} {source}-{language} {number}", by_parts(part, sounds)) for number, part in enumerate(parts, start=1)
    ]
