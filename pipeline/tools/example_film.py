"""The made-up example film: its plan is shipped as files, its footage is drawn and put together on the machine.

What is shipped lies in `examples/three-days`: the two YAML files, the glossary, the cuts, and the synthetic voices with
their words. `make_example` copies the first and makes `footage/` and `stills/` from the rest, the same every time.
"""

import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from math import ceil
from pathlib import Path

import numpy as np
from PIL import Image

from footage_manifest.timecode import Clock, Label
from pipeline.errors import StoreError, ToolMissing
from pipeline.ports.work import Progress
from pipeline.tools.example_clip import Clip, write_clip
from pipeline.tools.example_label import NOTICE, Marks
from pipeline.tools.example_paint import Picture
from pipeline.tools.example_places import (
    cloths_on_a_line,
    elenas_workshop,
    juanas_room,
    river_at_dawn,
    shelter_at_dusk,
    toms_hillside,
)
from pipeline.tools.example_sound import SAMPLE_RATE, Samples, loudness_at, river, room, voice

EXAMPLE = "three-days"
REEL_NUMBERS = {"INT01": 1, "INT02": 2, "INT03": 3, "BROLL01": 4, "STILL01": 5, "STILL02": 6}
"""What the strip along the top of every frame says for each reel and still."""

_CUTS = ("cuts/forum.edl", "cuts/short.edl", "cuts/words.md")
_SHIPPED = ("README.md", "footage_manifest.yaml", "glossary.csv", *_CUTS, "film.yaml")
_RIVER_SECONDS = 12
_PHONE_TICKS = 90_000
_TASK = "example footage"
_EXIF_DESCRIPTION, _EXIF_ORIENTATION = 0x010E, 0x0112
_QUARTER_TURN = 6  # EXIF: stored lying on its left side


def example_root() -> Path:
    """Return the folder of examples: inside an installed package, or beside the packages in a checkout.

    Raises ToolMissing where it is in neither place.
    """
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "examples", package.parent / "examples"):
        if (folder / EXAMPLE / "film.yaml").is_file():
            return folder
    raise ToolMissing("the example film's files are not part of this installation", "install testimonio again")


def make_example(folder: Path, progress: Progress) -> None:
    """Make the example film in `folder`, which is created; film.yaml is written last, when all else is there.

    Raises StoreError if `folder` holds a film already, or cannot be written.
    """
    if (folder / "film.yaml").exists():
        raise StoreError(f"{folder} holds a film already", "choose another folder")
    shipped = example_root() / EXAMPLE
    try:
        for name in ("footage", "stills", "cuts"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        _write_stills(folder / "stills")
        _write_footage(shipped / "voices", folder / "footage", progress)
        for name in _SHIPPED:
            shutil.copyfile(shipped / name, folder / name)
    except OSError as error:
        raise StoreError(f"the example film cannot be written: {error.strerror}: {error.filename}") from error


def _write_footage(voices: Path, footage: Path, progress: Progress) -> None:
    with ThreadPoolExecutor(
        2
    ) as pool:  # drawing and x264 both leave Python's lock: two clips at once keep two cores busy
        clips = dict(zip(_CLIPS, pool.map(lambda name: _CLIPS[name](voices), _CLIPS), strict=True))
        progress.start(_TASK, sum(len(clip.ticks) for clip in clips.values()), "frames")
        jobs = [pool.submit(write_clip, clip, footage / name, progress, _TASK) for name, clip in clips.items()]
        for job in jobs:
            job.result()
    progress.finish(_TASK)


def _int01(voices: Path) -> Clip:
    sound = _in_a_room(voices / "INT01.ogg", 1)
    ticks, rate = _even_ticks(sound, Fraction(25))
    return Clip(
        reel="INT01",
        number=REEL_NUMBERS["INT01"],
        scene=juanas_room(),
        ticks=ticks,
        tick_rate=rate,
        clock=Clock(Fraction(25)),
        start=Label(1, 0, 0, 0),
        embedded=True,
        levels=_levels(sound, ticks, rate),
        sound=sound,
    )


def _int02(voices: Path) -> Clip:
    sound = _in_a_room(voices / "INT02.ogg", 2)
    ticks, rate = _phone_ticks(Fraction(len(sound), SAMPLE_RATE)), Fraction(_PHONE_TICKS)
    return Clip(
        reel="INT02",
        number=REEL_NUMBERS["INT02"],
        scene=elenas_workshop(),
        ticks=ticks,
        tick_rate=rate,
        clock=Clock(Fraction(25)),
        start=Label(0, 0, 0, 0),
        upright=True,
        levels=_levels(sound, ticks, rate),
        sound=sound,
        channels=1,
    )


def _int03(voices: Path) -> Clip:
    sound = _in_a_room(voices / "INT03.ogg", 3)
    ticks, rate = _even_ticks(sound, Fraction(30000, 1001))
    return Clip(
        reel="INT03",
        number=REEL_NUMBERS["INT03"],
        scene=toms_hillside(),
        ticks=ticks,
        tick_rate=rate,
        clock=Clock(rate),
        start=Label(3, 0, 0, 0),
        embedded=True,
        levels=_levels(sound, ticks, rate),
        sound=sound,
    )


def _broll01(_: Path) -> Clip:
    ticks = tuple(range(_RIVER_SECONDS * 50))
    return Clip(
        reel="BROLL01",
        number=REEL_NUMBERS["BROLL01"],
        scene=river_at_dawn(),
        ticks=ticks,
        tick_rate=Fraction(50),
        clock=Clock(Fraction(25)),
        start=Label(5, 0, 0, 0),
        levels=(0.0,) * len(ticks),
        sound=river(_RIVER_SECONDS * SAMPLE_RATE),
    )


_CLIPS: dict[str, Callable[[Path], Clip]] = {
    "int02-phone.mp4": _int02,
    "int01.mp4": _int01,
    "int03.mov": _int03,
    "river.mp4": _broll01,
}


def _in_a_room(path: Path, seed: int) -> Samples:
    spoken = voice(path)
    return spoken + room(len(spoken), seed)


def _even_ticks(sound: Samples, rate: Fraction) -> tuple[tuple[int, ...], Fraction]:
    return tuple(range(ceil(Fraction(len(sound), SAMPLE_RATE) * rate))), rate


def _phone_ticks(seconds: Fraction) -> tuple[int, ...]:
    """Return when a phone shows its frames: about 30 a second, now and then 24 or a missed one, never quite even."""
    steps = np.random.default_rng(5).choice((2970, 3000, 3030, 3750, 6000), 2000, p=(0.25, 0.3, 0.25, 0.15, 0.05))
    ticks = np.concatenate(([0], np.cumsum(steps)))
    return tuple(int(tick) for tick in ticks[ticks < int(seconds * _PHONE_TICKS)])


def _levels(sound: Samples, ticks: tuple[int, ...], rate: Fraction) -> tuple[float, ...]:
    return loudness_at(sound, tuple(tick / rate for tick in ticks))


def _write_stills(folder: Path) -> None:
    _write_still(_marked(shelter_at_dusk(), "STILL01"), folder / "shelter.jpg", turned=False)
    _write_still(_marked(cloths_on_a_line(), "STILL02"), folder / "cloths.jpg", turned=True)


def _marked(image: Image.Image, key: str) -> Image.Image:
    picture = Picture.of(image)
    Marks(*image.size, key, REEL_NUMBERS[key], timed=False).draw(picture, 0)
    return picture.rgb()


def _write_still(image: Image.Image, path: Path, *, turned: bool) -> None:
    exif = Image.Exif()
    exif[_EXIF_DESCRIPTION] = f"{NOTICE}: a drawing"
    if turned:
        image = image.transpose(Image.Transpose.ROTATE_90)
        exif[_EXIF_ORIENTATION] = _QUARTER_TURN
    image.save(path, "JPEG", quality=88, exif=exif)
