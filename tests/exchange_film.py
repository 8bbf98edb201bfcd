"""A film folder with subtitles in two languages, for what goes to translators and comes back; and those cues alone."""

from collections.abc import Sequence
from pathlib import Path

from subtitles.cue import Cue
from subtitles.exchange.model import ExchangeFile
from subtitles.exchange.units import Sides, units_of
from subtitles.formats.srt import read_srt, write_srt
from subtitles.merge import AlignedTrack, align
from subtitles.state import Seeded, seed
from subtitles.state_file import dump_state, load_state
from subtitles.style import OURS
from tests.film_folder import write_film

SPANISH = (
    "-¿Qué pasó ese día?\n-Llovía.",
    "<i>Tres días</i> caminamos.",
    "{\\an8}El río creció.",
    "=Suma y sigue.",
    "Nadie nos esperaba.",
)
ENGLISH = (
    "-What happened that day?\n-It rained.",
    "We walked for <i>three days</i>.",
    "{\\an8}The river rose.",
    "=And so on.",
    "No one expected us.",
)


def cues_of(texts: Sequence[str]) -> list[Cue]:
    """Return cues of 2.5 s, one every 3 s."""
    return [
        Cue(id=f"INT01-{at * 3000:08}", start_ms=at * 3000, end_ms=at * 3000 + 2500, text=text)
        for at, text in enumerate(texts)
    ]


def seeded(spanish: Sequence[str] = SPANISH, english: Sequence[str] = ENGLISH) -> tuple[Seeded, Seeded]:
    """Return both tracks as the machine hands them over."""
    source, target = cues_of(spanish), cues_of(english)
    return (
        seed(source, reel="INT01", language="es"),
        seed(target, reel="INT01", language="en", source_language="es", source=source),
    )


def tracks(spanish: Sequence[str] = SPANISH, english: Sequence[str] = ENGLISH) -> tuple[AlignedTrack, AlignedTrack]:
    """Return both tracks, all drafts."""
    source, target = seeded(spanish, english)
    return (
        align(cues_of(spanish), source.state, reel="INT01"),
        align(cues_of(english), target.state, reel="INT01"),
    )


def sides(spanish: Sequence[str] = SPANISH, english: Sequence[str] = ENGLISH) -> Sides:
    """Return both tracks side by side."""
    source, target = tracks(spanish, english)
    return Sides(languages=("es", "en"), source=source, target=target)


def sent(both: Sides, film: str = "Tres días") -> ExchangeFile:
    """Return all of both tracks as a translator gets it."""
    languages = both.languages
    return ExchangeFile(
        film=film,
        reel="INT01",
        source_language=languages[0],
        target_language=languages[1],
        units=units_of(both, OURS),
    )


def write_subtitled_film(
    folder: Path, spanish: Sequence[str] = SPANISH, english: Sequence[str] | None = ENGLISH
) -> Path:
    """Write a film folder with the subtitles of one reel; without `english` nothing is translated yet."""
    write_film(folder)
    (folder / "subtitles" / "state").mkdir(parents=True)
    for language, made in zip(("es", "en"), seeded(spanish, english or ()), strict=True):
        if made.state.cues:
            (folder / "subtitles" / f"INT01.{language}.srt").write_bytes(made.srt)
            (folder / "subtitles" / "state" / f"INT01.{language}.json").write_bytes(dump_state(made.state))
    return folder


def texts_in(folder: Path, language: str = "en") -> list[str]:
    """Return the texts of a track's file."""
    content = (folder / "subtitles" / f"INT01.{language}.srt").read_bytes()
    return [cue.text for cue in read_srt(content, file="").cues]


def rewrite(folder: Path, texts: Sequence[str], language: str = "en") -> None:
    """Save other texts into a track's file, as a person does."""
    path = folder / "subtitles" / f"INT01.{language}.srt"
    before = read_srt(path.read_bytes(), file="").cues
    cues = [Cue(start_ms=cue.start_ms, end_ms=cue.end_ms, text=text) for cue, text in zip(before, texts, strict=True)]
    path.write_bytes(write_srt(cues))


def state_in(folder: Path, language: str = "en"):
    """Return what the film knows of a track."""
    return load_state((folder / "subtitles" / "state" / f"INT01.{language}.json").read_bytes(), file="")


def everything_in(folder: Path) -> dict[str, bytes]:
    """Return people's files and their states, by name."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted((folder / "subtitles").rglob("*"))
        if path.is_file()
    }
