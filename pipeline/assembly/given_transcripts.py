"""`transcripts/<REEL>.<language>.json`: transcripts that people brought, which a run uses in place of its own hearing."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from footage_manifest.findings import Finding, ManifestError
from footage_manifest.load import load_production
from footage_manifest.model import Production, ReelKind
from footage_manifest.wording import choose, listed, shown
from pipeline.assembly.own_folder import own_folder
from pipeline.assembly.paper_words import withdrawn_people
from pipeline.assembly.people_files import content_of, read_own
from pipeline.assembly.track_names import TRANSCRIPTS, given_file
from pipeline.durable import storage_errors, write_whole
from pipeline.errors import UsageError
from subtitles.errors import SubtitleError
from subtitles.formats.any import read_any
from subtitles.given_json import Given, NoTranscriptError, Times, read_json, write_own
from subtitles.given_text import of_cues, read_text

_SPOKEN = frozenset({ReelKind.INTERVIEW, ReelKind.NARRATION})
_FORMS = "Whisper or WhisperX JSON, SRT, VTT, or text"


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenTranscript:
    """A transcript that a film has been given: its file, reel and language, how many words, until when (SOURCE ms).

    `times` says what is known of when they are said; `until_ms` is None where that is nothing. `speakers` are the names that
    it has, `left_out` is what of its source was taken for no part of what is said.
    """

    file: str
    reel: str
    language: str
    words: int
    until_ms: int | None
    times: Times
    speakers: tuple[str, ...] = ()
    left_out: str = ""


def given_transcripts(folder: Path, production: Production, keys: Iterable[str]) -> dict[str, Given]:
    """Return the transcripts that were given of the reels `keys`, by reel, each with the language it is for.

    There is none of a reel in two languages. Raises ManifestError where one cannot be read, or a reel has two.
    """
    found: dict[str, Given] = {}
    findings: list[Finding] = []
    for key in keys:
        stated = production.manifest.reels[key].language or ()
        if len(stated) > 1:
            continue
        for language in stated or production.film.languages:
            file = given_file(key, language)
            try:
                data = read_own(folder, file)
                if data is None:
                    continue
                given = read_json(data.decode("utf-8-sig"))
            except (NoTranscriptError, UnicodeDecodeError) as error:
                why = error.args[0] if isinstance(error, NoTranscriptError) else "it is not UTF-8"
                findings.append(Finding(file=file, what=f"{why}", cure="import it again, or take the file away"))
                continue
            except SubtitleError as error:
                findings += error.findings
                continue
            if key in found:
                findings.append(Finding(file=file, what=f"{key} has two", cure=f"state the language of {key}"))
            found[key] = replace(given, language=language)
    if findings:
        raise ManifestError(tuple(findings))
    return found


def import_transcript(
    folder: Path, reel: str, source: Path, language: str | None, *, replace: bool = False
) -> GivenTranscript:
    """Take in a transcript of a reel, and return what it is. With `replace` the one that is there gives way.

    Raises UsageError for a reel or language that it cannot be of, or where one is there; SubtitleError, with the file and
    why, for what is no transcript; StoreError where it cannot be written.
    """
    production = load_production(folder).production
    _require_spoken(production, reel)
    given = _read(content_of(source), source)
    chosen = _language(production, reel, given, language)
    if not given.words:
        raise UsageError(f"{shown(source.name)} has no words", "check that it is the right file")
    file = given_file(reel, chosen)
    own_folder(folder, TRANSCRIPTS)
    with storage_errors(f"writing {file}"):
        (folder / TRANSCRIPTS).mkdir(exist_ok=True)
        there = (folder / file).exists()
    if there and not replace:
        raise UsageError(f"{file} is there already", "add --replace, or move it away")
    with storage_errors(f"writing {file}"):
        write_whole(folder / file, write_own(chosen, given))
    return _shown(file, reel, chosen, given)


def listed_transcripts(folder: Path) -> tuple[GivenTranscript, ...]:
    """Return the transcripts that the film was given, but for those of people who withdrew. Raises ManifestError."""
    production = load_production(folder).production
    keys = [key for key in production.manifest.reels if not withdrawn_people(production, key)]
    return tuple(
        _shown(given_file(key, one.language), key, one.language, one)
        for key, one in given_transcripts(folder, production, keys).items()
    )


def _require_spoken(production: Production, reel: str) -> None:
    reels = production.manifest.reels
    if reel not in reels:
        raise UsageError(f"there is no reel {shown(reel)}", choose(reel, reels))
    if reels[reel].kind not in _SPOKEN:
        raise UsageError(f"{reel} is no interview and no narration", "only what is listened to has a transcript")
    if gone := withdrawn_people(production, reel):
        raise UsageError(f"{reel} is of {listed(gone)}, who withdrew consent", "nothing of theirs is worked on")
    if len(reels[reel].language or ()) > 1:
        raise UsageError(f"{reel} is in two languages", "a transcript can be given of a reel in one language only")


def _read(data: bytes, source: Path) -> Given:
    """Return what a file holds, by its ending, else by how it begins."""
    name = source.name
    kind = PurePath(name).suffix.lower()
    try:
        if kind == ".json":
            return read_json(data.decode("utf-8-sig"))
        if kind == ".txt" or not kind:
            return read_text(data.decode("utf-8-sig"))
        read = read_any(data, file=name)
    except (NoTranscriptError, UnicodeDecodeError) as error:
        why = error.args[0] if isinstance(error, NoTranscriptError) else "it is not UTF-8"
        raise SubtitleError((Finding(file=name, what=why, cure=f"give {_FORMS}"),)) from None
    return of_cues(read.cues, read.language or "", read.speakers)


def _language(production: Production, reel: str, given: Given, asked: str | None) -> str:
    """Return the transcript's language: as it was said, as the reel's, as the file says; it must be one of the film's."""
    stated = production.manifest.reels[reel].language or ()
    known = production.film.languages
    chosen = asked or next(iter(stated), "") or _code(given.language, known)
    if chosen not in known:
        raise UsageError(f"which language {reel} is in is not known", f"say --language {listed(known, 'or')}")
    if stated and chosen not in stated:
        raise UsageError(f"{reel} is in '{stated[0]}', not '{chosen}'", "leave --language out, or correct the manifest")
    return chosen


def _code(text: str, known: Iterable[str]) -> str:
    """Return the film's language that a file names, as a code or by its English name, empty where it is none."""
    names = {"spanish": "es", "english": "en", "french": "fr", "portuguese": "pt", "german": "de", "italian": "it"}
    bare = re.split(r"[-_]", text.strip().lower())[0]
    code = names.get(bare, bare)
    return next((one for one in known if one.partition("-")[0] == code), "")


def _shown(file: str, reel: str, language: str, given: Given) -> GivenTranscript:
    until = max((word.end_ms for word in given.words), default=0)
    return GivenTranscript(
        file=file,
        reel=reel,
        language=language,
        words=len(given.words),
        until_ms=None if given.times is Times.NONE else until,
        times=given.times,
        speakers=tuple(dict.fromkeys(name for name in given.speakers if name)),
        left_out=given.left_out,
    )
