"""What is said in a reel, in every wording that a quotation may be of: people's own, the machine's, the translations'."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from footage_manifest import consent
from footage_manifest.findings import Finding, Severity
from footage_manifest.model import Production
from pipeline.assembly.handover import Track, read_track
from subtitles.errors import SubtitleError
from subtitles.said import SaidWord, heard_as_said, said_in_cues
from subtitles.transcript import Transcript
from subtitles.two_languages import said_in_both

_SILENT = Transcript(language="")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReelSaid:
    """The words of a reel, SOURCE milliseconds. `language` is the one that is spoken, empty where nobody knows it.

    `spoken` are people's words where they have subtitles of it, else those that were heard; `heard` are the transcript's.
    The words of `translations` (by language) share the times of their cues. `reel_ms` is how long the reel is, None where
    that is not known. `findings` are warnings: people's files that cannot be read.
    """

    key: str
    language: str = ""
    spoken: tuple[SaidWord, ...] = ()
    heard: tuple[SaidWord, ...] = ()
    translations: Mapping[str, tuple[SaidWord, ...]] = field(default_factory=dict)
    reel_ms: int | None = None
    findings: tuple[Finding, ...] = ()


def withdrawn_people(production: Production, key: str) -> tuple[str, ...]:
    """Return who of a reel's people has withdrawn: what they said is neither read nor shown (rule 22)."""
    people = production.manifest.people
    own = production.manifest.reels[key].people or ()
    return tuple(one for one in own if not consent.may_process(one, people.get(one)).allowed)


def reel_said(
    folder: Path, production: Production, key: str, transcript: Transcript | None, *, reel_ms: int | None = None
) -> ReelSaid:
    """Return the words of a reel of the film in `folder`; `transcript` is what was heard, None where nobody has listened.

    Writes nothing. Of a reel whose people withdrew nothing is read. A file of people's that cannot be read is passed over,
    with a warning.
    """
    if withdrawn_people(production, key):
        return ReelSaid(key=key, reel_ms=reel_ms)
    stated = production.manifest.reels[key].language or ()
    language = transcript.language if transcript is not None and transcript.language else next(iter(stated), "")
    heard = heard_as_said(transcript) if transcript is not None else ()
    tracks, findings = _tracks(folder, production, key)
    own = tracks.get(language) if len(stated) <= 1 else None  # of two languages each file says a part
    if own is not None and own.source_language is None:
        spoken = said_in_cues(own.cues, transcript or _SILENT)
        tracks = {one: track for one, track in tracks.items() if one != language}
    elif transcript is not None and transcript.other_language:
        both = {one: tracks[one].aligned for one in transcript.languages if one in tracks}
        spoken = said_in_both(both, transcript) if len(both) == len(transcript.languages) else heard
    else:
        spoken = heard
    return ReelSaid(
        key=key,
        language=language,
        spoken=spoken,
        heard=heard,
        # A translation's words are said while its cue is: matching them with those that were heard says nothing.
        translations={one: said_in_cues(track.cues, _SILENT) for one, track in tracks.items()},
        reel_ms=reel_ms,
        findings=findings,
    )


def _tracks(folder: Path, production: Production, key: str) -> tuple[dict[str, Track], tuple[Finding, ...]]:
    tracks: dict[str, Track] = {}
    findings: list[Finding] = []
    for language in production.film.languages:
        try:
            track = read_track(folder, key, language)
        except SubtitleError as error:
            findings += [
                Finding(severity=Severity.WARNING, file=one.file, line=one.line, what=one.what, cure=one.cure)
                for one in error.findings
            ]
            continue
        if track is not None:
            tracks[language] = track
    return tracks, tuple(findings)
