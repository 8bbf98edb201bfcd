"""Random cuts, and a few lines that say independently which source frame each output frame shows."""

import random
from fractions import Fraction

import pytest

from footage_manifest.timebase import frame_on_display
from tests.edl_film import build, facts, film, label, manifest, media

RATES = {
    "25": (Fraction(25), 25, False),
    "30000/1001": (Fraction(30000, 1001), 30, False),
    "30000/1001 drop": (Fraction(30000, 1001), 30, True),
    "24000/1001": (Fraction(24000, 1001), 24, False),
    "50": (Fraction(50), 50, False),
}


def spelled(frame, nominal, drop):
    """Write a frame as a label by counting minutes one at a time: slow, and nothing like the code under test."""
    minute = 0
    while True:
        skipped = 2 if drop and minute % 10 else 0
        if frame < nominal * 60 - skipped:
            break
        frame -= nominal * 60 - skipped
        minute += 1
    frame += skipped
    mark = ";" if drop else ":"
    return f"{minute // 60:02}:{minute % 60:02}:{frame // nominal:02}{mark}{frame % nominal:02}"


@pytest.mark.parametrize("name", RATES)
@pytest.mark.parametrize("seed", range(4))
def test_every_output_frame_shows_the_source_frame_that_the_list_says(name, seed):
    rate, nominal, drop = RATES[name]
    dice = random.Random(seed)  # noqa: S311 - a repeatable cut, not a secret
    zero, start = nominal * 3600, nominal * 3590  # record zero off the reel's start on purpose
    if drop:
        zero -= 108
        start -= 108
    expected, lines, at = [], [], zero
    for number in range(1, 13):
        length, first = dice.randint(1, 90), dice.randrange(0, 20_000)
        if dice.random() < 0.2:
            expected += [None] * length
        else:
            labels = (start + first, start + first + length, at, at + length)
            columns = " ".join(spelled(frame, nominal, drop) for frame in labels)
            lines.append(f"{number:03} INT01 V C {columns}")
            expected += list(range(first, first + length))
        at += length
    while expected[-1] is None:
        expected.pop()
    timeline = build(
        "\n".join(lines),
        cut={"start": spelled(zero, nominal, drop)},
        film_=film(rate=name.split()[0], drop_frame=drop),
        facts_=facts(INT01=media(21_000, rate)),
        manifest_=manifest(
            INT01={"file": "a.mp4", "kind": "interview", "start": str(label(spelled(start, nominal, drop)))}
        ),
    ).timeline
    shown = [
        frame_on_display(event.clip.source_at(frame, rate), rate) if event.clip.key else None
        for event in timeline.picture
        for frame in range(len(event.record))
    ]
    assert shown == expected
