"""What a cut must show and sound like, read from the EDL's text by a few lines of its own: nothing of the program's."""

import re
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor

import numpy as np

from tests.random_cuts import LABELLED, SAMPLE_RATE, SECONDS, SIZE, SOURCES, STILLS, noise

LABEL = r"(\d\d[:;]\d\d[:;]\d\d[:;]\d\d)"
EVENT = re.compile(rf"(\d+)\s+(\S+)\s+(V|B|A2?)\s+(C|D|W\d+)\s+(\d+)?\s*{LABEL} {LABEL} {LABEL} {LABEL}")
BITS = 16
CELL_ROWS = 2


@dataclass
class Side:
    """A reel from an instant on, at a speed; `reel` is empty for black."""

    reel: str
    first: Fraction = Fraction(0)
    speed: Fraction = Fraction(1)


@dataclass
class Event:
    """One event: output frames `start` to `end`, the first `fade` of them in transition from `left`."""

    start: int
    end: int
    side: Side
    channels: str
    fade: int = 0
    wipe: int = 0
    left: Side | None = None
    own: Fraction = Fraction(25)
    audio_delay: int = 0
    video_delay: int = 0


@dataclass
class Cut:
    """A list as read: its rate, and events on the output's clock."""

    rate: Fraction
    frames: int = 0
    events: list[Event] = field(default_factory=list)


def read(text: bytes, labelled: str) -> Cut:
    """Read a list that `tests.random_cuts` wrote."""
    rate, label_rate, _ = LABELLED[labelled]
    rate, label_rate = Fraction(rate), Fraction(label_rate or rate)
    each, cut, left, zero, days, last = int(rate / label_rate), Cut(Fraction(rate)), None, None, 0, 0
    for line in text.decode("utf-8-sig").splitlines():
        found = EVENT.match(line)
        if found:
            _, reel, channels, kind, fade, *labels = found.groups()
            start, end = (frames(label, label_rate) for label in labels[2:])
            day = frames("24:00:00" + labels[2][8] + "00", label_rate)
            days += start < last - day // 2
            days -= start > last + day // 2 and days > 0
            last, start = start, start + days * day
            end += days * day + (day if end + days * day < start else 0)
            zero = start if zero is None else zero
            side = Side("" if reel == "BL" else reel.replace("AX", "AX_CLIP"))
            own = label_rate
            if side.reel in SOURCES:
                own = SOURCES[side.reel].label_rate or label_rate
                side.first = (frames(labels[0], own) - frames("01:00:00" + labels[0][8] + "00", own)) / own
            if start == end:
                left = side
                continue
            event = Event((start - zero) * each, (end - zero) * each, side, channels, own=own)
            if kind != "C":
                event.fade, event.left = int(fade) * each, left
                event.wipe = int(kind[1:]) if kind[0] == "W" else 0
            cut.events.append(event)
        elif line.startswith("M2"):
            event = cut.events[-1]
            event.side.speed = Fraction(line.split()[2]) / round(event.own)
        elif line.startswith("SPLIT"):
            delay = frames(line.split()[-1], label_rate) * each
            setattr(cut.events[-1], "audio_delay" if "AUDIO" in line else "video_delay", delay)
    cut.frames = max(event.end for event in cut.events)
    return cut


def frames(label: str, rate: Fraction) -> int:
    """Count the frames up to a label; `;` drops, as SMPTE ST 12-1 says, two (or four) numbers a minute but each tenth."""
    hours, minutes, seconds, frame = (int(part) for part in re.split("[:;]", label))
    minutes += hours * 60
    dropped = (minutes - minutes // 10) * (round(rate) // 15) if ";" in label else 0
    return (minutes * 60 + seconds) * round(rate) + frame - dropped


def on_display(side: Side, into: Fraction) -> int | None:
    """Return the number on the frame that a side shows `into` seconds after its first frame; None for black."""
    if not side.reel:
        return None
    if side.reel in STILLS:
        return STILLS[side.reel]
    sample, instant = SOURCES[side.reel].sample, side.first + into * side.speed
    if sample.stamps:
        shown = sum(Fraction(stamp, 600) <= instant + Fraction(1, 1200) for stamp in sample.stamps) - 1
    else:
        shown = floor(instant * sample.rate)
    return sample.first + min(max(shown, 0), sample.frames - 1)


def pictures(cut: Cut) -> list[tuple[Event | None, int]]:
    """Return what is seen in each output frame: the event, and how many frames of it have passed."""
    seen: list[tuple[Event | None, int]] = [(None, 0)] * cut.frames
    for event in cut.events:
        if event.channels in "VB":
            for frame in range(event.start + event.video_delay, event.end):
                seen[frame] = (event, frame - event.start)
    return seen


def cells(number: int | None, reel: str) -> np.ndarray:
    """Return the luma of the number's 2 x 16 squares."""
    if number is None:
        return np.full((CELL_ROWS, BITS), 16.0)
    bits = np.array([number >> (BITS - 1 - bit) & 1 for bit in range(BITS)])
    return np.where(np.array([bits, 1 - bits]) > 0, 235.0, 16.0) if reel else np.zeros((CELL_ROWS, BITS))


def centres(upright: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return the columns and rows of the squares' centres, in pixels of the output."""
    width, height = (SIZE[1] * SIZE[1] / SIZE[0], SIZE[1]) if upright else SIZE
    source_width, source_height = (SIZE[1], SIZE[0]) if upright else SIZE
    cell_width, cell_height = source_width // (BITS + 2), source_height // 6
    left = (source_width - cell_width * BITS) // 2 + (np.arange(BITS) + 0.5) * cell_width
    top = (source_height - cell_height * CELL_ROWS) // 2 + (np.arange(CELL_ROWS) + 0.5) * cell_height
    return (SIZE[0] - width) / 2 + left * width / source_width, top * height / source_height


def expected(cut: Cut, event: Event | None, passed: int) -> tuple[np.ndarray, np.ndarray, bool]:
    """Return the luma expected in each square, which squares can be judged, and whether they stand in an upright picture."""
    judged = np.ones((CELL_ROWS, BITS), bool)
    if event is None:
        return cells(None, ""), judged, False
    into = passed / cut.rate
    coming = cells(on_display(event.side, into), event.side.reel)
    upright = event.side.reel == "UPRIGHT"
    if event.left is None or passed >= event.fade:
        return coming, judged, upright
    leaving = cells(on_display(event.left, into), event.left.reel)
    upright = upright or event.left.reel == "UPRIGHT"
    part = (passed + 1) / (event.fade + 1)
    if not event.wipe:
        return coming * part + leaving * (1 - part), judged, upright
    columns, rows = centres(upright)
    inside, near = _wiped(event.wipe, part, columns[None, :] / SIZE[0], rows[:, None] / SIZE[1])
    return np.where(inside, coming, leaving), ~near, upright


def _wiped(pattern: int, part: float, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return where a wipe has passed, and what is too near its edge to tell (SMPTE patterns 1 to 6)."""
    across = {1: x, 3: x, 4: 1 - x, 5: 1 - x, 6: x}.get(pattern, x * 0)
    down = {2: y, 3: y, 4: y, 5: 1 - y, 6: 1 - y}.get(pattern, y * 0)
    edge = np.maximum(across, down)
    return edge < part, np.abs(edge - part) < 0.02


def measured(luma: np.ndarray, upright: bool) -> np.ndarray:
    """Return the luma in each square of an output frame."""
    columns, rows = centres(upright)
    return np.array(
        [[luma[int(y) - 1 : int(y) + 2, int(x) - 1 : int(x) + 2].mean() for x in columns] for y in rows], float
    )


def heard(cut: Cut) -> np.ndarray:
    """Return the mix that the list asks for, sample by sample, both sides alike (mono goes to both)."""
    mix = np.zeros(at(cut.frames, cut))
    ended: dict[tuple[str, str, int], int] = {}
    spoken = [event for event in cut.events if event.channels != "V" and event.side.speed == 1]
    for event in sorted(spoken, key=lambda event: event.start + event.audio_delay):
        start, end = at(event.start + event.audio_delay, cut), at(event.end, cut)
        fade = at(event.start + event.fade, cut) - start if event.fade else 0
        ramp = (np.arange(fade) + 0.5) / max(1, fade) * np.pi / 2
        channel = "A2" if event.channels == "A2" else "A"
        if event.left is not None and event.left.reel:
            first = _going_on(ended.get((event.left.reel, channel, start)), _first_sample(event.left, Fraction(0)))
            mix[start : start + fade] += _samples(event.left.reel, channel, first, fade) * np.cos(ramp)
        if event.side.reel:
            first = _first_sample(event.side, event.audio_delay / cut.rate)
            first = _going_on(ended.get((event.side.reel, channel, start)), first)
            sound = _samples(event.side.reel, channel, first, end - start)
            sound[:fade] *= np.sin(ramp)
            mix[start:end] += sound
            ended[event.side.reel, channel, end] = first + end - start
    return mix


def _going_on(ended: int | None, first: int) -> int:
    """Return where a source is heard: one that plays on over a join of events loses and repeats no sample to rounding."""
    return ended if ended is not None and abs(ended - first) <= 1 else first


def at(frame: int, cut: Cut) -> int:
    """Return the first sample of an output frame."""
    return floor(frame / cut.rate * SAMPLE_RATE + Fraction(1, 2))


def _first_sample(side: Side, into: Fraction) -> int:
    return floor((side.first + into) * SAMPLE_RATE + Fraction(1, 2))


def _samples(reel: str, channel: str, first: int, count: int) -> np.ndarray:
    sound = noise(reel)[1 if channel == "A2" else 0].astype(float) / 32768
    padded = np.concatenate([sound, np.zeros(SECONDS * SAMPLE_RATE)])
    return padded[first : first + count].copy()
