"""What testimonio finds on this machine, what it lacks, and what to do about each thing lacking; as data."""

import platform
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import av

from footage_manifest.delivery import Codec
from footage_manifest.translation import SERVICES
from pipeline.errors import ToolError
from pipeline.tools.encoders import tried
from pipeline.tools.fonts import find_font, missing_glyphs
from pipeline.tools.machine import this_machine
from pipeline.tools.process import run_program
from pipeline.tools.programs import Program, apertium_pairs, find_apertium, find_ffmpeg
from pipeline.tools.translate_keys import find_key, how_to_give
from pipeline.tools.translate_models import models_here
from pipeline.tools.weights import model_folders

LETTERS = {
    "es": "abcdefghijklmnñopqrstuvwxyzáéíóúü ABCDEFGHIJKLMNÑOPQRSTUVWXYZÁÉÍÓÚÜ 0123456789 .,;:¡!¿?«»“”‘’—–-…()ºª",
    "en": "abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ 0123456789 .,;:!?“”‘’—–-…()&%$£",
}
"""What subtitles in each language are written with."""

_NEEDED_PAIRS = ("eng-spa", "spa-eng")
_PACKAGES = (
    "av",
    "faster-whisper",
    "ctranslate2",
    "sentencepiece",
    "ffmpeg-python",
    "pydantic",
    "ruamel.yaml",
    "numpy",
    "pillow",
)
_ROOM_BYTES = 5 * 10**9
_MEMORY_BYTES = 2 * 10**9
_ANSWER_S = 30


class Condition(StrEnum):
    """How things stand: all there; less can be done without it; a film cannot be made without it."""

    GOOD = "good"
    REDUCED = "reduced"
    MISSING = "missing"


class Group(StrEnum):
    """What kind of thing was looked for."""

    PROGRAM = "programs"
    PACKAGE = "packages"
    FONT = "fonts"
    MODEL = "models"
    MACHINE = "machine"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing looked for.

    `found` says in a few words what is there; `path` is absolute, None where a thing has no place; `cure` says what to do
    and is empty where all is good.
    """

    group: Group
    name: str
    condition: Condition = Condition.GOOD
    version: str = ""
    found: str = ""
    path: Path | None = None
    cure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything that was looked for, in the order in which it is shown."""

    items: tuple[Item, ...]

    @property
    def ready(self) -> bool:
        """Return whether a film can be made here, if perhaps with less than everything."""
        return all(item.condition is not Condition.MISSING for item in self.items)


def examine(folder: Path | None = None) -> Report:
    """Return what is here; `folder`, the film's if there is one, says which disk is meant and what is not to be trusted.

    Nothing is fetched and nothing is changed. What is missing is an item with a cure, never an error.
    """
    found = (
        *_programs(folder),
        *_packages(),
        *_fonts(),
        *_models(),
        *_services(folder),
        *_machine(folder or Path.cwd()),
    )
    return Report(items=found)


def _programs(film: Path | None) -> Iterator[Item]:
    try:
        ffmpeg = find_ffmpeg(film=film)
        yield Item(group=Group.PROGRAM, name="ffmpeg", version=ffmpeg.version, path=ffmpeg.path)
        yield _libass(ffmpeg)
    except ToolError as error:
        yield Item(
            group=Group.PROGRAM,
            name="ffmpeg",
            condition=Condition.MISSING,
            found=error.what,
            cure=error.cure or _FFMPEG,
        )
    try:
        yield _apertium(find_apertium(film=film))
    except ToolError as error:
        yield Item(
            group=Group.PROGRAM,
            name="apertium",
            condition=Condition.REDUCED,
            found=error.what,
            cure=error.cure or _APERTIUM,
        )


_FFMPEG = "install ffmpeg (Debian: apt install ffmpeg), or run scripts/setup again for the one that comes as a wheel"
_APERTIUM = (
    "to translate between Spanish and English in both directions install Apertium (Debian: apt install apertium-eng-spa);"
    " without it Whisper translates, into English only"
)


def _libass(ffmpeg: Program) -> Item:
    listed = run_program((str(ffmpeg.path), "-hide_banner", "-filters"), timeout_s=_ANSWER_S).stdout
    filters = {parts[1] for parts in (line.split() for line in listed.splitlines()) if len(parts) > 1}
    if b"subtitles" in filters:
        return Item(group=Group.PROGRAM, name="libass", found="ffmpeg draws subtitles", path=ffmpeg.path)
    return Item(
        group=Group.PROGRAM,
        name="libass",
        condition=Condition.REDUCED,
        found="this ffmpeg has no libass: subtitles cannot be burned into the picture",
        path=ffmpeg.path,
        cure="install an ffmpeg with libass, or name one in TESTIMONIO_FFMPEG",
    )


def _apertium(apertium: Program | None) -> Item:
    if apertium is None:
        return Item(
            group=Group.PROGRAM, name="apertium", condition=Condition.REDUCED, found="not installed", cure=_APERTIUM
        )
    pairs = apertium_pairs(apertium)
    lacking = [pair for pair in _NEEDED_PAIRS if pair not in pairs]
    return Item(
        group=Group.PROGRAM,
        name="apertium",
        condition=Condition.REDUCED if lacking else Condition.GOOD,
        version=apertium.version,
        found=f"without {', '.join(lacking)}" if lacking else ", ".join(pairs),
        path=apertium.path,
        cure=_APERTIUM if lacking else "",
    )


def _packages() -> Iterator[Item]:
    yield Item(group=Group.PACKAGE, name="python", version=platform.python_version(), path=Path(sys.executable))
    for name in _PACKAGES:
        try:
            yield Item(group=Group.PACKAGE, name=name, version=version(name))
        except PackageNotFoundError:
            cure = "run scripts/setup again"
            yield Item(group=Group.PACKAGE, name=name, condition=Condition.MISSING, found="not installed", cure=cure)
    for name, numbers in sorted(av.library_versions.items()):
        yield Item(group=Group.PACKAGE, name=name, version=".".join(map(str, numbers)), found="comes with av")
    try:
        yield Item(group=Group.PACKAGE, name="openai-whisper", version=version("openai-whisper"))
    except PackageNotFoundError:
        cure = "only for transcription: engine: openai-whisper; pip install torch==2.13.0, then 'testimonio[openai-whisper]'"
        yield Item(group=Group.PACKAGE, name="openai-whisper", found="not installed, not needed", cure=cure)


def _fonts() -> Iterator[Item]:
    try:
        font = find_font()
    except ToolError as error:
        yield Item(group=Group.FONT, name="subtitles", condition=Condition.MISSING, found=error.what, cure=error.cure)
        return
    for language, letters in LETTERS.items():
        lacking = missing_glyphs(font, letters)
        yield Item(
            group=Group.FONT,
            name=f"subtitles in {language}",
            condition=Condition.REDUCED if lacking else Condition.GOOD,
            found=f"{font.family} lacks {' '.join(lacking)}" if lacking else f"{font.family} has every character",
            path=font.path,
            cure="name a font that has them as subtitles.font in film.yaml" if lacking else "",
        )


def _models() -> Iterator[Item]:
    translating = {model.folder: model.family.value for model in models_here()}
    heard = False
    for folder in model_folders():
        for weights in sorted(folder.glob("*/model.bin")) if folder.is_dir() else ():
            family = translating.get(weights.parent)
            heard = heard or family is None
            size = _megabytes(weights.stat().st_size)
            said = f"{size}, translates ({family}, engine: ctranslate2)" if family else size
            yield Item(group=Group.MODEL, name=weights.parent.name, path=weights.parent, found=said)
    if not heard:
        yield Item(
            group=Group.MODEL,
            name="whisper",
            condition=Condition.REDUCED,
            found="no speech weights in " + ", ".join(str(folder) for folder in model_folders()),
            cure="run scripts/setup again, or run a film once with a connection: the model it names is fetched then",
        )


def _services(film: Path | None) -> Iterator[Item]:
    """Yield whether there is a key to each outside service; nothing is asked of any."""
    for service in SERVICES:
        try:
            key = find_key(service, film=film)
        except ToolError as error:
            yield Item(group=Group.MODEL, name=service, condition=Condition.REDUCED, found=error.what, cure=error.cure)
            continue
        said = "a key is there; used only by films whose film.yaml says so"
        cure = f"only for films that allow that service: {how_to_give(service)}"
        yield Item(
            group=Group.MODEL, name=service, found=said if key else "no key, not needed", cure="" if key else cure
        )


def _machine(folder: Path) -> Iterator[Item]:
    machine = this_machine(folder)
    yield Item(group=Group.MACHINE, name="cores", found=str(machine.cores))
    small = machine.memory < _MEMORY_BYTES
    yield Item(
        group=Group.MACHINE,
        name="memory",
        condition=Condition.REDUCED if small else Condition.GOOD,
        found=_megabytes(machine.memory),
        cure="use a small model (transcription.model: tiny) and fewer jobs" if small else "",
    )
    full = machine.disk_free < _ROOM_BYTES
    yield Item(
        group=Group.MACHINE,
        name="disk",
        condition=Condition.REDUCED if full else Condition.GOOD,
        found=f"{_megabytes(machine.disk_free)} free",
        path=folder.absolute(),
        cure="free some space: a film needs about as much as its footage" if full else "",
    )
    import ctranslate2  # noqa: PLC0415 - takes 0.2 s, in every run if it stood above

    cards = ctranslate2.get_cuda_device_count()
    for codec in (Codec.H264, Codec.HEVC):
        works = [one.codec for one in tried(codec) if not one.problem]
        listed = "; ".join(f"{one.codec}: {one.problem}" for one in tried(codec))
        found = works[0] if works else f"none ({listed}): films are encoded on the processor"
        yield Item(group=Group.MACHINE, name=f"hardware encoder, {codec.value}", found=found)
    words = f"{cards} NVIDIA card(s)" if cards else "no NVIDIA card: speech is recognised on the processor"
    yield Item(group=Group.MACHINE, name="cuda", found=words)


def _megabytes(size: int) -> str:
    return f"{size // 10**6:,} MB"
