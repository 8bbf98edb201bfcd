"""The two tracks that a translator sees beside each other: which languages are meant, and what is there of each."""

from dataclasses import dataclass
from pathlib import Path

from footage_manifest.model import Production
from footage_manifest.wording import choose, listed, shown
from pipeline.assembly.track_files import OpenTrack, open_track
from pipeline.assembly.track_names import srt_name
from pipeline.assembly.track_text import new_document
from pipeline.errors import UsageError
from subtitles.errors import SubtitleError
from subtitles.exchange.model import ReturnedFile, error
from subtitles.exchange.units import Sides
from subtitles.merge import AlignedTrack
from subtitles.state import CueStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which subtitles are meant; a language that nobody named is None."""

    folder: Path
    reel: str
    language: str | None = None
    source: str | None = None


def sides_of(folder: Path, reel: str, target: str, source: str) -> Sides:
    """Return both tracks of a reel, with what is open between people about the target."""
    track = open_track(folder, reel, target)
    if track is None and source == target:
        cure = f"have the machine draft it: testimonio run --to draft, or put {srt_name(reel, target)} there"
        raise SubtitleError([error(srt_name(reel, target), f"{reel} has no subtitles in {target}", cure)])
    return beside(track or blank(folder, reel, target), source)


def beside(track: OpenTrack, source: str) -> Sides:
    """Return a track beside what it translates."""
    other = None if source == track.language else open_track(track.folder, track.reel, source)
    if source != track.language and other is None:
        cure = f"have the machine draft it: testimonio run --to draft, or put {srt_name(track.reel, source)} there"
        what = f"{track.reel} has no subtitles in {source}, which is what is translated"
        raise SubtitleError([error(srt_name(track.reel, source), what, cure)])
    known = track.state.cues if track.state else ()
    return Sides(
        languages=(source, track.language),
        source=other.aligned if other else None,
        target=track.aligned,
        conflicts=frozenset(cue.id for cue in track.aligned.cues if cue.in_conflict),
        others={
            cue.id: cue.known.theirs.text
            for cue in track.aligned.cues
            if cue.in_conflict and cue.known is not None and cue.known.theirs is not None
        },
        remarks={cue.id: tuple(f"{one.who}: {one.text}" for one in cue.comments) for cue in known if cue.comments},
    )


def blank(folder: Path, reel: str, language: str) -> OpenTrack:
    """Return a track that is not there yet."""
    file = srt_name(reel, language)
    return OpenTrack(
        folder=folder,
        reel=reel,
        language=language,
        file=file,
        digest="",
        document=new_document(file),
        aligned=AlignedTrack(cues=()),
        state=None,
    )


def stood_behind(track: OpenTrack) -> frozenset[str]:
    """Return the cues that no returned file changes without somebody settling it: approved, or in a conflict of people."""
    return frozenset(
        cue.id
        for cue in track.aligned.cues
        if cue.status is CueStatus.APPROVED or (cue.in_conflict and cue.known and cue.known.theirs_from)
    )


def languages_of(production: Production, asked: Asked) -> tuple[str, str]:
    """Return what is translated into and what from: as asked for, or the only ones that can be meant."""
    languages = production.film.languages
    for code in (asked.language, asked.source):
        if code is not None and code not in languages:
            raise UsageError(f"the film has no subtitles in {shown(code)}", choose(code, languages))
    spoken = asked.source or _spoken(production, asked, languages)
    if asked.language is not None:
        return asked.language, spoken
    others = [language for language in languages if language != spoken]
    if len(others) != 1:
        cure = f"say --language {listed(others or [spoken], 'or')}"
        raise UsageError(f"it is not clear which language {asked.reel} is to be translated into", cure)
    return others[0], spoken


def _spoken(production: Production, asked: Asked, languages: tuple[str, ...]) -> str:
    """Return what a reel is translated from: as the translation's state says, else what is spoken in it."""
    track = open_track(asked.folder, asked.reel, asked.language) if asked.language else None
    if track is not None and track.state is not None and track.state.source_language:
        return track.state.source_language
    stated = production.manifest.reels[asked.reel].language or ()
    if len(stated) == 1 and stated[0] in languages:
        return stated[0]
    opened = (open_track(asked.folder, asked.reel, language) for language in languages)
    found = [one.language for one in opened if one is not None and one.state and one.state.source_language is None]
    if len(found) == 1:
        return found[0]
    cure = f"say --from {listed(languages, 'or')}"
    raise UsageError(f"it is not clear which language {asked.reel} is translated from", cure)


def of_film(production: Production, returned: ReturnedFile, code: str) -> str:
    """Return the film's language that a file means: tools add regions to codes, and change their case."""
    languages = production.film.languages
    exact = [one for one in languages if one.casefold() == code.casefold()]
    near = [one for one in languages if one.casefold().partition("-")[0] == code.casefold().partition("-")[0]]
    for found in (exact, near):
        if len(found) == 1:
            return found[0]
    what = f"it is in {shown(code)}, and the film's subtitles are in {listed(languages)}"
    raise SubtitleError([error(returned.file, what, "take the file that was made for this film")])
