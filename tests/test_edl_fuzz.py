"""Lists broken at random: they are answered with findings that have a line, or with a timeline that is whole."""

import random
from itertools import pairwise

import pytest

from footage_manifest.model import Cut
from pipeline.errors import TimelineError
from pipeline.timeline.build import build_timeline
from pipeline.timeline.edl import read_edl
from tests.edl_film import facts, film, manifest, media

FILM = film(titles=["OPENING"])
FACTS = facts(MUSIC=media(channels=4))
SEEDS = (
    (
        b"TITLE: one\nFCM: NON-DROP FRAME\n"
        b"001  INT01    B     C        01:00:10:00 01:00:12:00 01:00:00:00 01:00:02:00\n* FROM CLIP NAME: first\n"
        b"002  INT01    V     C        01:00:12:00 01:00:12:00 01:00:02:00 01:00:02:00\n"
        b"002  INT02    V     D    010 00:00:04:00 00:00:06:00 01:00:02:00 01:00:04:00\n* TO CLIP NAME: second\n"
        b"M2   INT02           025.0                00:00:04:00\n"
        b"003  AX       AA/V  C        00:00:00:00 00:00:02:00 01:00:04:00 01:00:06:00\n* FROM CLIP NAME: int02.mp4\n"
    ),
    (
        b"TITLE:   two\r\n"
        b"000001  MUSIC                            AA    C        00:00:00:00 00:00:10:00 01:00:00:00 01:00:10:00\r\n"
        b"*FROM CLIP NAME:  theme.wav\r\nAUD  3    4\r\n"
        b"000002  BL                               V     C        00:00:00:00 00:00:00:00 01:00:00:00 01:00:00:00\r\n"
        b"000002  STILL07                          V     D    025 00:00:00:00 00:00:04:00 01:00:00:00 01:00:04:00\r\n"
        b"000003  STILL07                          V     C        00:00:04:00 00:00:04:00 01:00:04:00 01:00:04:00\r\n"
        b"000003  RIVER                            V     W001 010 00:00:00:00 00:00:02:00 01:00:04:00 01:00:06:00\r\n"
    ),
    (
        b"TITLE: three\n"
        b"001  INT01    B     C        01:00:10:00 01:00:12:00 23:59:59:00 00:00:01:00\n"
        b"M2   INT01          -050.0                01:00:10:00\nSPLIT:    AUDIO DELAY=  00:00:00:12\n"
        b"002  INT01    V     C        01:00:06:00 01:00:06:00 00:00:01:00 00:00:01:00\n"
        b"002A INT02    V     W119 010 00:00:04:00 00:00:06:00 00:00:01:00 00:00:03:00\n"
        b"M2   INT01          -050.0                01:00:06:00\nM2   INT02           012.5                00:00:04:00\n"
        b"003  INT02    V     C        00:00:05:00 00:00:05:00 00:00:03:00 00:00:03:00\n"
        b"003  BL       V     D    025 00:00:00:00 00:00:01:00 00:00:03:00 00:00:04:00\n"
        b"004  OPENING  V     C        00:00:00:00 00:00:02:00 00:00:04:00 00:00:06:00\n"
        b"005  INT02    A     C        00:00:10:00 00:00:12:00 00:00:04:00 00:00:06:00\n"
        b"M2   INT02           000.0                00:00:10:00\n"
    ),
)
FRAGMENTS = (
    b"99",
    b"-",
    b";",
    b":",
    b" ",
    b"\t",
    b"\x00",
    b"\xff",
    b"V",
    b"A2",
    b"D 010",
    b"W002 010",
    b"KB",
    b"M2 INT01 -100.5 01:00:10:00\n",
    b"SPLIT: VIDEO DELAY= 00:00:01:00\n",
    b"OPENING",
    b"BL",
    b"\n",
    b"00:00:00:00 ",
    b"*",
)


def mutated(seed: int) -> bytes:
    """Return one of the seeds with one to six things done to it: bytes, lines, splices, digits."""
    dice = random.Random(seed)  # noqa: S311 - a repeatable shuffle, not a secret
    data = bytearray(dice.choice(SEEDS))
    for _ in range(dice.randint(1, 6)):
        at = dice.randrange(len(data)) if data else 0
        lines = bytes(data).split(b"\n")
        match dice.randrange(6):
            case 0 if data:
                data[at] = dice.randrange(256)
            case 1:
                first, second = dice.randrange(len(lines)), dice.randrange(len(lines))
                lines[first], lines[second] = lines[second], lines[first]
                data = bytearray(b"\n".join(lines))
            case 2:
                data[at:at] = dice.choice(FRAGMENTS)
            case 3:
                del data[at : at + dice.randint(1, 20)]
            case 4:
                other = dice.choice(SEEDS)
                data = data[:at] + other[dice.randrange(len(other)) :]
            case _:
                digits = [index for index, byte in enumerate(data) if 48 <= byte <= 57]
                if digits:
                    data[dice.choice(digits)] = 48 + dice.randrange(10)
    return bytes(data)


def read_and_built(data):
    """Return the timeline of a list, or the findings that refuse it."""
    cut = Cut.model_validate({"source": "cuts/f.edl", "audience": "forum", "sound": "edl"})
    try:
        edl = read_edl(data, file="cuts/f.edl", clock=FILM.timeline.clock)
        return build_timeline("f", cut, FILM, manifest(), (edl,), FACTS).timeline
    except TimelineError as error:
        return error.findings


def answer(seed: int) -> bool:
    """Check one mutation; return whether it could be built."""
    answered = read_and_built(mutated(seed))
    if isinstance(answered, tuple):
        assert answered
        assert all(finding.line or finding.file == "film.yaml" for finding in answered)
        assert all(str(finding).isprintable() for finding in answered)
        return False
    edges = [0, *(event.record.end for event in answered.picture)]
    assert edges[-1] == answered.frames
    assert all(before < after for before, after in pairwise(edges))
    assert [event.record.start for event in answered.picture] == edges[:-1]
    return True


def test_broken_lists_are_answered():
    built = sum(answer(seed) for seed in range(400))
    assert 0 < built < 400


@pytest.mark.slow
def test_ten_thousand_broken_lists_are_answered():
    built = sum(answer(seed) for seed in range(10_000))
    assert 0 < built < 10_000
