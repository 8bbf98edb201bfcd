"""draft, translate, handover of a reel in which two languages are spoken: a whole track in each, translating the other.

What a track says as it was heard comes from the transcript, the rest is a translation of what people have in the other
track. So both are handed over together, once: a file that people have is not added to but by `testimonio subtitles sync`.
"""

from collections.abc import Callable
from dataclasses import replace

from pipeline.assembly.handover import Draft, Track, hand_over, present, read_track, srt_name
from pipeline.assembly.options import Step
from pipeline.assembly.site import Site
from subtitles.cue import Cue
from subtitles.merge import AlignedCue, AlignedTrack
from subtitles.state import CueState, CueStatus
from subtitles.transcript import Transcript
from subtitles.two_languages import as_heard, only

_AND = ", "
"""Between the engine that heard a track and the one that translated the rest of it."""

DraftHeard = Callable[[str], Draft]
"""Returns the machine's cues of what is said in one of the languages."""

DraftTranslation = Callable[[Track, str], Draft | None]
"""Returns a translation of a track into a language, None where nothing translates it."""


def hand_over_both(
    site: Site, key: str, heard: Transcript, draft: DraftHeard, translate: DraftTranslation
) -> dict[str, Track]:
    """Return both tracks of a reel as people have them, made first where they are not there.

    A run that ends before anything is translated makes none, and returns those that are there. Raises as `hand_over`.
    """
    tracks: dict[str, Track] = {}
    for language, other in (heard.languages, heard.languages[::-1]):
        there = present(site.folder, key, language)
        if not there and not site.options.reaches(Step.TRANSLATE):
            site.progress.note(
                f"{srt_name(key, language)} is not made yet: it holds what is said in both languages, and is made when the "
                "run goes on to translate"
            )
            continue
        drafted = None if there else _draft(site, (key, language, other), heard, draft, translate)
        track = hand_over(site, key, language, lambda made=drafted: made)  # type: ignore[misc]
        if track is not None:
            tracks[language] = track
    return tracks


def spoken_part(track: Track, heard: Transcript) -> Track:
    """Return of a track only what says what is heard, for whoever translates that."""
    return replace(track, aligned=only(track.aligned, as_heard(track.aligned, track.language, heard.words)))


def _draft(
    site: Site, of: tuple[str, str, str], heard: Transcript, draft: DraftHeard, translate: DraftTranslation
) -> Draft:
    key, language, other = of
    own = draft(language)
    source = _source(site, key, other, heard, draft)
    translated = translate(source, language) if source.cues else None
    if translated is None:
        return replace(own, source_language=other)
    site.progress.note(f"{key}: what is said in {other} is translated into {language} by {translated.made_by}")
    cues = sorted((*own.cues, *translated.cues), key=lambda cue: (cue.start_ms, cue.end_ms))
    return Draft(
        cues=_each_once(cues),
        made_by=translated_by(own.made_by, translated.made_by),
        source_language=other,
        source=translated.source,
    )


def _each_once(cues: list[Cue]) -> tuple[Cue, ...]:
    return tuple({cue.id: cue for cue in cues}.values())


def _source(site: Site, key: str, language: str, heard: Transcript, draft: DraftHeard) -> Track:
    """Return what is said in a language as people have it, as the machine heard it where they have nothing yet."""
    track = read_track(site.folder, key, language)
    if track is not None:
        return spoken_part(track, heard)
    cues = enumerate(draft(language).cues)
    aligned = tuple(AlignedCue(cue=cue, status=CueStatus.DRAFT, position=position) for position, cue in cues)
    return Track(
        file=srt_name(key, language),
        language=language,
        source_language=None,
        aligned=AlignedTrack(cues=aligned),
        state=None,
    )


def translations_in(track: Track, of: Track) -> tuple[Cue, ...]:
    """Return the cues of a track that are translations: where each of two translates the other, not what is heard."""
    if of.source_language != track.language:
        return track.cues
    names = {one.id for one in track.aligned.cues if one.known is None or one.known.own or one.known.source_ids}
    return tuple(cue for cue in track.cues if cue.id in names)


def drafts_with(made_by: str, engine: str) -> bool:
    """Return whether a track was drafted by an engine, alone or beside another."""
    return engine in made_by.split(_AND)


def drafter(made_by: str, cue: CueState) -> str:
    """Return which engine drafted a cue of a track that was `made_by` one, or by one that heard and one that translated."""
    heard, both, translated = made_by.partition(_AND)
    return translated if both and cue.source_ids else heard


def heard_by(made_by: str, recogniser: str) -> str:
    """Return who drafts a track from now on, where what it says as heard comes from another recogniser."""
    return _AND.join([recogniser, *made_by.split(_AND)[1:]])


def translated_by(made_by: str, translator: str) -> str:
    """Return who drafts a track of a reel in two languages from now on, where what it translates comes from another."""
    return _AND.join([made_by.split(_AND, maxsplit=1)[0], translator])
