"""`transcripts/speakers.csv`: who speaks where, as people said it. Their file: it is only ever added to.

The columns are reel, from, to, speaker and note; times are labels of the reel's own clock, `to` is not included. A speaker
is a key of the manifest's people, or `interviewer`. Of two lines about the same stretch the later one holds.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from footage_manifest.findings import Finding
from footage_manifest.model import Production
from footage_manifest.timecode import Label, TimecodeError
from footage_manifest.wording import choose, shown
from pipeline.assembly.people_sheets import Form, add_row, read_sheet
from pipeline.assembly.track_names import TRANSCRIPTS

FILE = f"{TRANSCRIPTS}/speakers.csv"
INTERVIEWER = "interviewer"
"""Whoever asks, where the manifest has no such person."""

_SPANISH = {"rollo": "reel", "desde": "from", "hasta": "to", "voz": "speaker", "persona": "speaker", "nota": "note"}
_FORM = Form(file=FILE, columns=("reel", "from", "to", "speaker", "note"), needed=4, also=_SPANISH)


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidWho:
    """One line: from `start` up to, not including, `end`, labels of the reel's clock, `speaker` is heard in `reel`.

    `line` is 0 for the sample of a voice that the manifest has.
    """

    reel: str
    start: Label
    end: Label
    speaker: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerSheet:
    """The file as it is: its lines that can be used, and what is wrong with the others."""

    said: tuple[SaidWho, ...] = ()
    findings: tuple[Finding, ...] = ()


def read_speakers(folder: Path, production: Production) -> SpeakerSheet:
    """Return who speaks where, as people said it: the manifest's samples of voices, then the lines. A bad line is a finding.

    Raises SubtitleError where the file cannot be read at all.
    """
    sheet = read_sheet(folder, _FORM)
    rows = [_row(cells, line, production) for line, cells in sheet.rows]
    return SpeakerSheet(
        said=(*_samples(production), *(one for one in rows if isinstance(one, SaidWho))),
        findings=(*(one for one in rows if isinstance(one, Finding)), *sheet.findings),
    )


def _samples(production: Production) -> Iterator[SaidWho]:
    """Yield what the manifest says of where each voice is heard."""
    for key, person in production.manifest.people.items():
        if person.voice is not None and person.voice.reel in production.manifest.reels:
            yield SaidWho(reel=person.voice.reel, start=person.voice.start, end=person.voice.end, speaker=key, line=0)


def add_speaker(folder: Path, one: SaidWho) -> None:
    """Add a line to the file, made where it is not there; what stands in it stays byte for byte.

    Raises SubtitleError where the file is not one that a line can be added to, StoreError where it cannot be written.
    """
    values = {"reel": one.reel, "from": str(one.start), "to": str(one.end), "speaker": one.speaker}
    add_row(folder, _FORM, values)


def speaker_named(production: Production, speaker: str) -> str:
    """Return the speaker as the file has it: a key of people, by it or by the name, or `interviewer`.

    Raises ValueError, with what to write instead, for anybody else.
    """
    people = production.manifest.people
    if speaker in people or speaker == INTERVIEWER:
        return speaker
    wanted = _alike(speaker)
    found = [key for key, person in people.items() if _alike(person.name) == wanted]
    if len(found) == 1:
        return found[0]
    if wanted in {"entrevistador", "entrevistadora"}:
        return INTERVIEWER
    raise ValueError(f"{choose(speaker, (*people, INTERVIEWER))}, a key of the manifest's people")


def _alike(name: str) -> str:
    """Return a name so that it is found however it is typed."""
    return unicodedata.normalize("NFC", " ".join(name.split())).casefold()


def _row(cells: Mapping[str, str], line: int, production: Production) -> SaidWho | Finding:
    reels = production.manifest.reels
    key = cells.get("reel", "")
    if key not in reels:
        return _finding(line, f"there is no reel {shown(key)}", choose(key, reels))
    try:
        speaker = speaker_named(production, cells.get("speaker", ""))
    except ValueError as error:
        return _finding(line, f"{shown(cells.get('speaker', ''))} is nobody", str(error))
    try:
        start, end = Label.parse(cells.get("from", "")), Label.parse(cells.get("to", ""))
    except TimecodeError as error:
        return _finding(line, str(error), "write labels of the reel's clock, such as 01:00:12:00")
    return SaidWho(reel=key, start=start, end=end, speaker=speaker, line=line)


def _finding(line: int | None, what: str, cure: str) -> Finding:
    return Finding(file=FILE, line=line, what=what, cure=cure)
