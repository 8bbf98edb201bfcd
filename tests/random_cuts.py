"""Random valid cuts over numbered sources, written as people's programs write them: film folders with many EDLs.

Nothing here is shared with the code under test. `tests.cut_oracle` knows the sources from here and reads lists by itself.
"""

import random
import shutil
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil
from pathlib import Path

import av
import numpy as np

from tests.media_samples import FILM, NTSC, NTSC_60, Sample, make, numbered

SIZE = (320, 192)
SECONDS = 10
SAMPLE_RATE = 48_000

_JITTER = (0, 33, 67, 100, 150, 183, 200, 267, 300, 333, 400, 433, 450, 500, 560, 600, 633, 667, 700, 767)
STAMPS = tuple(stamp * 6 // 10 + 480 * turn for turn in range(13) for stamp in _JITTER)
"""Ticks of 1/600 s, 20 frames every 0.8 s, at a pace that drops and doubles."""

LABELLED = {  # timeline rate, rate of its labels, drop-frame
    "23.976": ("24000/1001", None, False),
    "24": ("24", None, False),
    "25": ("25", None, False),
    "29.97": ("30000/1001", None, False),
    "29.97 drop": ("30000/1001", None, True),
    "30": ("30", None, False),
    "50": ("50", None, False),
    "50 at 25": ("50", "25", False),
    "59.94": ("60000/1001", None, False),
    "59.94 drop": ("60000/1001", None, True),
    "59.94 at 29.97 drop": ("60000/1001", "30000/1001", True),
    "60": ("60", None, False),
}


@dataclass(frozen=True)
class Source:
    """A reel: the sample it is made of, whether it has sound, and the rate at which its labels count (None: the film's)."""

    sample: Sample
    sound: bool = False
    label_rate: Fraction | None = None


def _long(name: str, rate: Fraction, number: int, **more: object) -> Sample:
    return Sample(name=name, rate=rate, frames=int(SECONDS * rate), first=number * 1000, size=SIZE, **more)


SOURCES = {
    "PAL": Source(_long("pal.mov", Fraction(25), 1, gop=50), sound=True),
    "NTSC": Source(_long("ntsc.mkv", NTSC, 2, gop=250, b_frames=3), sound=True, label_rate=NTSC),
    "FILM": Source(_long("film.ts", FILM, 3)),
    "FIFTY": Source(_long("fifty.mp4", Fraction(50), 4, gop=25), label_rate=Fraction(25)),
    "SIXTY": Source(_long("sixty.ts", NTSC_60, 5)),
    "PHONE": Source(
        Sample(
            name="phone.mov",
            rate=Fraction(30),
            frames=len(STAMPS),
            stamps=STAMPS,
            first=6000,
            size=SIZE,
            time_base=Fraction(1, 600),
            container_options={"video_track_timescale": "600"},
        ),
        sound=True,
    ),
    "UPRIGHT": Source(_long("upright.mp4", NTSC, 7, rotation=90, turned=90)),
    "AX_CLIP": Source(_long("ax clip.mov", Fraction(25), 8, gop=12), sound=True),
}
STILLS = {"PHOTO": 9001, "OTHER": 9002}
SPEEDS = (Fraction(0), Fraction(1, 2), Fraction(2), Fraction(-1), Fraction(-1, 2), Fraction(3, 2), Fraction(-2))
WIPES = (1, 2, 3, 4, 5, 6)


def make_sources(folder: Path) -> Path:
    """Make every source and return the folder."""
    for name, source in SOURCES.items():
        if source.sound:
            silent = make(replace(source.sample, name="silent.mov"), folder)
            _add_sound(silent, noise(name), folder / source.sample.name)
            silent.unlink()
        else:
            make(source.sample, folder)
    for name, number in STILLS.items():
        numbered(number, SIZE).save(folder / f"{name}.png")
    return folder


def noise(name: str) -> np.ndarray:
    """Return two channels of a reel's own noise as 16-bit samples: what is heard at any instant can be told apart."""
    dice = np.random.default_rng(int.from_bytes(name.encode(), "big") % (1 << 31))
    return dice.integers(-4000, 4000, (2, SECONDS * SAMPLE_RATE), np.int16)


def _add_sound(silent: Path, samples: np.ndarray, path: Path) -> None:
    with av.open(str(silent)) as source, av.open(str(path), "w", container_options=_track_ticks(path)) as joined:
        picture = source.streams.video[0]
        copied = joined.add_stream_from_template(picture)
        sound = joined.add_stream("pcm_s16le", rate=SAMPLE_RATE, layout="stereo")
        for packet in source.demux(picture):
            if packet.dts is not None:
                packet.stream = copied
                joined.mux(packet)
        for start in range(0, samples.shape[1], SAMPLE_RATE):
            block = np.ascontiguousarray(samples[:, start : start + SAMPLE_RATE].T).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(block, format="s16", layout="stereo")
            frame.sample_rate, frame.pts = SAMPLE_RATE, start
            joined.mux(sound.encode(frame))
        joined.mux(sound.encode(None))


def _track_ticks(path: Path) -> dict[str, str]:
    return {"video_track_timescale": "600"} if path.name == "phone.mov" else {}


def make_film(folder: Path, sources: Path, labelled: str, seeds: range) -> Path:
    """Write a film whose cuts are made by `seeds`, one each, and return its folder."""
    rate, label_rate, drop = LABELLED[labelled]
    for name in ("footage", "cuts"):
        (folder / name).mkdir(parents=True)
    for path in sources.iterdir():
        shutil.copyfile(path, folder / "footage" / path.name)
    labels = "" if label_rate is None else f", timecode_rate: {label_rate}"
    cuts = "".join(
        f"  c{seed}: {{source: cuts/c{seed}.edl, audience: forum, sound: edl, join_fade_ms: 0, deliverables: [audio]}}\n"
        for seed in seeds
    )
    (folder / "film.yaml").write_text(
        f"title: Random\nlanguages: [es]\n"
        f"timeline: {{rate: {rate}, size: {SIZE[0]}x{SIZE[1]}, drop_frame: {str(drop).lower()}{labels}}}\n"
        f"profiles: {{mp4: {{codec: h264, quality: 18, preset: ultrafast}}}}\ncuts:\n{cuts}",
        encoding="utf-8",
    )
    reels = "".join(f"  {name}: {_reel(name, source, drop)}\n" for name, source in SOURCES.items())
    stills = "".join(f"  {name}: {{file: footage/{name}.png, people: []}}\n" for name in STILLS)
    (folder / "footage_manifest.yaml").write_text(f"reels:\n{reels}stills:\n{stills}", encoding="utf-8")
    for seed in seeds:
        text = Writer(random.Random(f"{labelled} {seed}"), labelled).edl()  # noqa: S311 - repeatable, not secret
        (folder / "cuts" / f"c{seed}.edl").write_bytes(text)
    return folder


def _reel(name: str, source: Source, drop: bool) -> str:
    mark = ";" if drop and source.label_rate is None else ":"
    stated = "" if source.label_rate is None else f', timecode_rate: "{source.label_rate}"'
    return f'{{file: footage/{source.sample.name}, kind: b-roll, people: [], start: "01:00:00{mark}00"{stated}}}'


Before = tuple[str, int, str] | None
"""The reel that plays up to here at its own speed, the label at which it goes on, and its channels; None for nothing."""


class Writer:
    """Writes one cut as an EDL."""

    def __init__(self, dice: random.Random, labelled: str) -> None:
        rate, label_rate, self.drop = LABELLED[labelled]
        self.dice = dice
        self.rate = Fraction(rate)
        self.label_rate = Fraction(label_rate or rate)
        self.zero = dice.choice(("01:00:00:00", "10:00:00:00", "00:00:00:00", "23:59:59:00"))
        self.at = count(self.zero, self.label_rate, self.drop)
        self.day = count("24:00:00:00", self.label_rate, self.drop)
        self.chunks: list[tuple[int, list[str]]] = []
        """The lines of each event, with the label frame at which it begins."""
        self.number = dice.randrange(1, 990)
        self.left = ""

    def edl(self) -> bytes:
        """Return the list, with the line ends and the encoding of one program or another."""
        lines = ["TITLE: RANDOM CUT"]
        if not self.drop or self.dice.random() < 0.5:
            lines.append(f"FCM: {'DROP FRAME' if self.drop else 'NON-DROP FRAME'}")
        start = self.at
        self._pictures()
        self._sounds(start, self.at)
        for _, chunk in sorted(self.chunks, key=lambda chunk: chunk[0]):
            lines += chunk
        end = self.dice.choice(("\n", "\r\n"))
        text = end.join(lines) + end
        return text.encode(self.dice.choice(("utf-8", "utf-8-sig", "latin-1")))

    # ---------------------------------------------------------------------------------------------------------- pictures

    def _pictures(self) -> None:
        before: Before = None
        for _ in range(self.dice.randint(3, 9)):
            length = self.dice.choice((1, 2, 3, 7, 12, 25, 31, self.dice.randint(1, 40)))
            chance = self.dice.random()
            if chance < 0.08 and before is None:
                self.at += length  # a gap
            elif chance < 0.16:
                before = self._black(before, length)
            elif chance < 0.26:
                before = self._still(length)
            else:
                before = self._reel(before, length)
        if not self.chunks:
            self._reel(None, 10)

    def _black(self, before: Before, length: int) -> Before:
        if before is not None and self._reaches(before, length):
            fade = self.dice.randint(1, length)
            self._event(before[0], before[2], "C", (before[1], before[1]), 0)
            self._event("BL", before[2], f"D    {fade:03}", (0, length), length, own=self.label_rate, same=True)
        else:
            self._event("BL", "V", "C", (0, length), length, own=self.label_rate)
        return ("BL", 0, "V")

    def _still(self, length: int) -> None:
        self._event(self.dice.choice(list(STILLS)), "V", "C", (0, length), length, own=self.label_rate)

    def _reel(self, before: Before, length: int) -> Before:
        reel = self.dice.choice(list(SOURCES))
        own = self._own_rate(reel)
        speed = self.dice.choice(SPEEDS) if self.dice.random() < 0.3 else Fraction(1)
        source = ceil(length / self.label_rate * own * abs(speed))
        spare = max(2, ceil(2 / self.label_rate * own))
        last = int((SECONDS - Fraction(1, 2)) * own) - 2 * source - 2 * spare
        first = 2 * spare + self.dice.randrange(0, last) + (source + spare if speed < 0 else 0)
        frames = self._frames(length, own) if speed == 1 or self.dice.random() < 0.5 else source
        channels = "B" if SOURCES[reel].sound and speed == 1 and self.dice.random() < 0.4 else "V"
        mixable = before is not None and "UPRIGHT" not in (reel, before[0])
        if mixable and before is not None and self.dice.random() < 0.5 and self._reaches(before, length):
            both = speed == 1 and SOURCES[reel].sound and (before[2] == "B" or before[0] == "BL")
            channels = "B" if both and self.dice.random() < 0.7 else "V"
            fade = self.dice.randint(1, length)
            kind = f"W{self.dice.choice(WIPES):03}" if before[0] != "BL" and self.dice.random() < 0.4 else "D   "
            self._event(before[0], channels, "C", (before[1], before[1]), 0, own=self._own_rate(before[0]))
            self._event(reel, channels, f"{kind} {fade:03}", (first, first + frames), length, same=True)
        else:
            self._event(reel, channels, "C", (first, first + frames), length)
            self._maybe_split(channels, length)
        if speed != 1:
            self._motion(reel, speed, first, own)
            return None
        return (reel, first + frames, channels)

    def _maybe_split(self, channels: str, length: int) -> None:
        if channels == "B" and length > 4 and self.dice.random() < 0.3:
            who = self.dice.choice(("AUDIO", "VIDEO"))
            delay = self.dice.randint(1, length - 2)
            label = spell(delay, self.label_rate, False)
            self.chunks[-1][1].append(f"SPLIT:    {who} DELAY=  {label}")

    def _motion(self, reel: str, speed: Fraction, first: int, own: Fraction) -> None:
        frames = float(speed * round(own))
        self.chunks[-1][1].append(
            f"M2   {written(reel)}       {frames:06.1f}                {self._source(reel, first, own)}"
        )

    def _reaches(self, before: tuple[str, int, str], length: int) -> bool:
        if before[0] == "BL":
            return True
        own = self._own_rate(before[0])
        return before[1] + 3 + ceil(length / self.label_rate * own) < SECONDS * own

    # ------------------------------------------------------------------------------------------------------------ sounds

    def _sounds(self, start: int, end: int) -> None:
        """Write sound on the second channel, cut on its own: nothing of it meets the picture's cuts."""
        self.at = start
        before: Before = None
        heard = [name for name, source in SOURCES.items() if source.sound]
        while self.at < end - 2 and self.dice.random() < 0.9:
            length = self.dice.randint(1, min(30, end - self.at - 1))
            if self.dice.random() < 0.2:
                self.at, before = self.at + length, None
                continue
            reel = self.dice.choice(heard)
            own = self._own_rate(reel)
            frames = self._frames(length, own)
            first = self.dice.randrange(2, int((SECONDS - 1) * own) - 2 * frames)
            if before is not None and self.dice.random() < 0.4 and self._reaches(before, length):
                fade = self.dice.randint(1, length)
                self._event(before[0], "A2", "C", (before[1], before[1]), 0, own=self._own_rate(before[0]))
                self._event(reel, "A2", f"D    {fade:03}", (first, first + frames), length, same=True)
            else:
                self._event(reel, "A2", "C", (first, first + frames), length)
            before = (reel, first + frames, "A2")

    # ------------------------------------------------------------------------------------------------------------- lines

    def _event(
        self,
        reel: str,
        channels: str,
        transition: str,
        source: tuple[int, int],
        length: int,
        *,
        own: Fraction | None = None,
        same: bool = False,
    ) -> None:
        """Write an event line; `same` keeps the number of the line before, of which this is the second half."""
        if not same:
            self.number = self.number + 1 if self.dice.random() < 0.95 else max(1, self.number - 1)
        own = own or self._own_rate(reel)
        record = (self._record(self.at), self._record(self.at + length))
        columns = (self._source(reel, source[0], own), self._source(reel, source[1], own), *record)
        if not same:
            self.chunks.append((self.at, []))
        lines = self.chunks[-1][1]
        lines.append(f"{self.number:03}  {written(reel)}  {channels}  {transition}  {' '.join(columns)}")
        self._name(reel, lines, same=same, leaves=length == 0)
        self.at += length

    def _name(self, reel: str, lines: list[str], *, same: bool, leaves: bool) -> None:
        """Name a clip without a reel name, below both lines of a transition as programs do."""
        if same and self.left == "AX_CLIP":
            lines.append(f"* FROM CLIP NAME: {SOURCES['AX_CLIP'].sample.name}")
        if reel == "AX_CLIP" and not leaves:
            lines.append(f"* {'TO' if same else 'FROM'} CLIP NAME: {SOURCES['AX_CLIP'].sample.name}")
        self.left = reel if leaves else ""

    def _own_rate(self, reel: str) -> Fraction:
        source = SOURCES.get(reel)
        return (source.label_rate if source else None) or self.label_rate

    def _frames(self, length: int, own: Fraction) -> int:
        return length if own == self.label_rate else round(length / self.label_rate * own)

    def _record(self, frame: int) -> str:
        return spell(frame % self.day, self.label_rate, self.drop)

    def _source(self, reel: str, frame: int, own: Fraction) -> str:
        if reel == "BL" or reel in STILLS:
            return spell(frame, own, False)
        drop = self.drop and SOURCES[reel].label_rate is None
        return spell(count("01:00:00:00", own, drop) + frame, own, drop)


def written(reel: str) -> str:
    """Return how a list names a reel: what has no reel name of its own is AX."""
    return "AX" if reel == "AX_CLIP" else reel


def count(label: str, rate: Fraction, drop: bool) -> int:
    """Return the frame that a label without frames names."""
    hours, minutes, seconds, _ = (int(part) for part in label.split(":"))
    nominal, total = round(rate), hours * 60 + minutes
    skipped = (total - total // 10) * (nominal // 15) if drop else 0
    return (total * 60 + seconds) * nominal - skipped


def spell(frame: int, rate: Fraction, drop: bool) -> str:
    """Write a frame as a label, minute by minute."""
    nominal, minute = round(rate), 0
    if drop:
        ten = nominal * 600 - 9 * (nominal // 15)
        minute, frame = frame // ten * 10, frame % ten
    else:
        minute, frame = frame // (nominal * 60), frame % (nominal * 60)
    skipped = 0
    while drop:
        skipped = nominal // 15 if minute % 10 else 0
        if frame < nominal * 60 - skipped:
            break
        frame -= nominal * 60 - skipped
        minute += 1
    frame += skipped
    return f"{minute // 60:02}:{minute % 60:02}:{frame // nominal:02}{';' if drop else ':'}{frame % nominal:02}"
