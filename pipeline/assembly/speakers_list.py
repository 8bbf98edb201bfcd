"""`testimonio speakers`: turns and minutes of each reel, and naming a voice from the command line."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from footage_manifest.findings import Finding
from footage_manifest.load import load_production
from footage_manifest.model import MANIFEST_FILE
from footage_manifest.timecode import Label, TimecodeError
from footage_manifest.wording import choose, shown
from pipeline.assembly.review_desk_film import FilmOnDesk
from pipeline.assembly.speakers import ReelSpeakers
from pipeline.assembly.speakers_desk import SpeakersOnDesk, may_be_named, speakers_on_desk
from pipeline.assembly.speakers_named import Known, Turn, turn_at
from pipeline.assembly.speakers_sheet import FILE, INTERVIEWER, SpeakerSheet, speaker_named
from pipeline.errors import UsageError
from subtitles.errors import SubtitleError

_HOW = {
    Known.SAID: "",
    Known.SAME_VOICE: "",
    Known.ONLY_ONE: "the only person of the reel",
    Known.LAST_ONE: "all the others are known",
    Known.ASKS: "asks the questions",
    Known.UNKNOWN: "",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How long somebody speaks in a reel, in how many turns, and how that is known where nobody said so."""

    who: str
    seconds: int
    turns: int
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownTurn:
    """One turn with the labels of its reel; `end` is not included."""

    start: str
    end: str
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakersOfReel:
    """Who speaks in a reel; `why` says why that is not known."""

    reel: str
    voices: int = 0
    guessed: bool = False
    shares: tuple[Share, ...] = ()
    turns: tuple[ShownTurn, ...] = ()
    why: str = ""

    def document(self) -> dict[str, object]:
        """Return the same as plain data."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakersShown:
    """Who speaks in reels; `problems` are lines of people's file that say nothing."""

    reels: tuple[SpeakersOfReel, ...]
    problems: tuple[str, ...]


def listed_speakers(folder: Path, reel: str | None) -> SpeakersShown:
    """Return who speaks, as far as that is stored. Raises ManifestError, UsageError where there is no such reel."""
    load_production(folder)
    with speakers_on_desk(folder) as (film, desk):
        if reel is not None and reel not in film.reels():
            raise UsageError(f"there is no reel with speech {shown(reel)}", choose(reel, film.reels()))
        keys = [reel] if reel is not None else list(film.reels())
        try:
            sheet = desk.sheet()
            problems = tuple(str(one) for one in (*sheet.findings, *_misplaced(desk, sheet)))
        except SubtitleError as error:
            problems = tuple(str(error).splitlines())
        return SpeakersShown(reels=tuple(_of_reel(film, desk, key) for key in keys), problems=problems)


def name_speaker(folder: Path, reel: str, span: tuple[str, str | None], person: str) -> SpeakersShown:
    """Note whose voice it is from a label of a reel on, up to another or the end of the turn, and return who speaks then.

    Raises UsageError for a reel, label or person that there is not, SubtitleError and StoreError as `add_speaker`.
    """
    load_production(folder)
    with speakers_on_desk(folder) as (film, desk):
        if reel not in film.reels() or film.withdrawn(reel) is not None:
            open_ones = [key for key in film.reels() if film.withdrawn(key) is None]
            raise UsageError(f"there is no reel {shown(reel)} to work on", choose(reel, open_ones))
        try:
            speaker = speaker_named(film.production, person)
        except ValueError as error:
            raise UsageError(f"{shown(person)} is nobody of the manifest", str(error)) from None
        if not may_be_named(film.production, reel, speaker):
            people = (*(film.production.manifest.reels[reel].people or ()), INTERVIEWER)
            raise UsageError(f"{shown(person)} is not among the people of {reel}", choose(person, people))
        start_ms, end_ms = _span(desk, reel, span)
        desk.say(reel, start_ms, end_ms, speaker)
    return listed_speakers(folder, reel)


def _span(desk: SpeakersOnDesk, reel: str, span: tuple[str, str | None]) -> tuple[int, int]:
    clock = desk.clock(reel)
    try:
        start_ms = clock.ms(Label.parse(span[0]))
        end_ms = clock.ms(Label.parse(span[1])) if span[1] is not None else None
    except TimecodeError as error:
        raise UsageError(str(error), "write a timecode of the reel, such as 01:00:12:00") from None
    if end_ms is None:
        told = desk.speakers(reel)
        turn = turn_at(told.turns, start_ms) if told else None
        if turn is None or turn.end_ms <= start_ms:
            raise UsageError(f"nobody is known to speak at {span[0]}", "say where it ends with --to")
        start_ms, end_ms = max(start_ms, turn.start_ms), turn.end_ms
    if not 0 <= start_ms < end_ms:
        raise UsageError(f"{reel} has nothing from {span[0]} to {span[1]}", "write two timecodes of the reel, in order")
    return start_ms, end_ms


def _misplaced(desk: SpeakersOnDesk, sheet: SpeakerSheet) -> Iterator[Finding]:
    """Yield what is wrong with lines whose times their reel does not have."""
    for one in sheet.said:
        clock = desk.clock(one.reel)
        try:
            what = "" if clock.ms(one.start) < clock.ms(one.end) else f"{one.end} is not after {one.start}"
        except TimecodeError as error:
            what = str(error)
        if what:
            cure = "write two timecodes of the reel, in order"
            said = f"{one.reel}: {what}"
            if one.line:
                yield Finding(file=FILE, line=one.line, what=said, cure=cure)
            else:
                yield Finding(file=MANIFEST_FILE, field=f"people.{one.speaker}.voice", what=said, cure=cure)


def _of_reel(film: FilmOnDesk, desk: SpeakersOnDesk, key: str) -> SpeakersOfReel:
    why = film.withdrawn(key)
    if why is not None:
        return SpeakersOfReel(reel=key, why=why.text)
    told = desk.speakers(key)
    if told is None:
        hint = "nobody has listened to its voices yet (testimonio run --to transcribe; scripts/get-weights)"
        return SpeakersOfReel(reel=key, why=hint)
    names = desk.names(key)
    clock = desk.clock(key)
    turns = tuple(
        ShownTurn(
            start=str(clock.label(turn.start_ms)), end=str(clock.label(turn.end_ms, end=True)), who=_who(turn, names)
        )
        for turn in told.turns
    )
    return SpeakersOfReel(
        reel=key, voices=told.voices, guessed=told.guessed, shares=tuple(_shares(told, names)), turns=turns
    )


def _shares(told: ReelSpeakers, names: dict[str, str]) -> Sequence[Share]:
    own: dict[str, list[Turn]] = {}
    for turn in told.turns:
        own.setdefault(_who(turn, names), []).append(turn)
    found = [
        Share(
            who=who,
            seconds=sum(turn.end_ms - turn.start_ms for turn in turns) // 1000,
            turns=len(turns),
            how=_HOW[turns[0].known],
        )
        for who, turns in own.items()
    ]
    return sorted(found, key=lambda one: -one.seconds)


def _who(turn: Turn, names: dict[str, str]) -> str:
    if turn.speaker == INTERVIEWER:
        return INTERVIEWER
    return names.get(turn.speaker) or f"voice {turn.voice + 1}"
