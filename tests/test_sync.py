"""Where separate sound is laid by time of day: true seconds on both sides, whatever the labels count."""

from dataclasses import replace
from fractions import Fraction

import pytest

from footage_manifest.model import Reel
from footage_manifest.timecode import Clock, Label
from footage_manifest.wording import Refusal
from pipeline.ports.sync import Synced
from pipeline.stages.sync import drift, timecode_offset, waveform_offset
from tests.edl_film import NTSC, PAL, media

FILM_RATE = Fraction(24000, 1001)
HOUR = 3600


def reel(**more: object) -> Reel:
    return Reel.model_validate({"file": "a.mp4", "kind": "interview", "people": [], **more})


def recorder(seconds: Fraction | int, rate: int = 48_000):
    facts = media(None, channels=1)
    return replace(facts, time_reference=int(seconds * rate), sound=(replace(facts.sound[0], sample_rate=rate),))


def camera(label: str = "", rate: Fraction = PAL):
    return media(100, rate, timecode=Label.parse(label), timecode_rate=rate) if label else media(100, rate)


@pytest.mark.parametrize(
    ("stated", "facts", "film", "sound_at", "offset"),
    [
        # The reel's start as stated wins over the embedded one.
        ({"start": "10:00:00:00"}, camera("01:00:00:00"), Clock(PAL), 10 * HOUR + 2, 2),
        ({}, camera("01:00:00:10"), Clock(PAL), HOUR, Fraction(-10, 25)),
        # 23.976 and 29.97 labels are slower than the clock on the wall; recorders count true seconds.
        ({}, camera("01:00:00:00", FILM_RATE), Clock(PAL), Fraction(36036, 10), 0),
        ({"start": "01:00:00:00"}, camera(), Clock(NTSC), Fraction(36036, 10), 0),
        # Drop-frame: by the semicolon, by the film, by what the file says of itself.
        (
            {"start": "01:00:00;00", "timecode_rate": "30000/1001"},
            camera(),
            Clock(PAL),
            Fraction(107892 * 1001, 30000),
            0,
        ),
        ({"start": "01:00:00:00"}, camera(), Clock(NTSC, drop=True), Fraction(107892 * 1001, 30000), 0),
        ({}, camera("01:00:00;00", NTSC), Clock(NTSC), Fraction(107892 * 1001, 30000), 0),
        # At the reel's own label rate.
        ({"start": "01:00:00:12", "timecode_rate": 24}, camera(), Clock(PAL), HOUR + 1, Fraction(1, 2)),
        # Over midnight, both ways.
        ({"start": "23:59:58:00"}, camera(), Clock(PAL), 1, 3),
        ({"start": "00:00:01:00"}, camera(), Clock(PAL), 86_399, -2),
        # A camera without timecode whose sound carries a time reference.
        ({}, replace(camera(), time_reference=48_000 * 5), Clock(PAL), 7, 2),
    ],
)
def test_sound_starts_as_much_later_as_its_clock_says(stated, facts, film, sound_at, offset):
    exact = Fraction(int(sound_at * 48_000), 48_000)
    found = timecode_offset(reel(**stated), facts, recorder(sound_at), film)
    assert found == offset + (exact - sound_at)


def test_a_time_reference_counts_in_the_recorders_own_samples():
    found = timecode_offset(
        reel(start="01:00:00:00"), camera(), recorder(HOUR + Fraction(1, 96_000), 96_000), Clock(PAL)
    )
    assert found == Fraction(1, 96_000)


def test_a_recorder_with_a_timecode_track_is_laid_by_it():
    facts = replace(media(None), timecode=Label.parse("01:00:04:05"), timecode_rate=PAL)
    assert timecode_offset(reel(start="01:00:00:00"), camera(), facts, Clock(PAL)) == Fraction(105, 25)


@pytest.mark.parametrize(
    ("stated", "facts", "sound", "what", "cure"),
    [
        ({}, camera(), recorder(1), "the picture has no timecode", "`start`"),
        ({"start": "01:00:00:00"}, camera(), media(None), "neither a time reference nor a timecode", "sync: waveform"),
        ({"start": "01:00:00:25"}, camera(), recorder(1), "label it cannot have", "timecode_rate"),
        ({"start": "01:00:00;00"}, camera(), recorder(1), "drop-frame label, which 25 does not have", "':'"),
    ],
)
def test_what_is_missing_is_refused_with_what_to_write(stated, facts, sound, what, cure):
    with pytest.raises(Refusal) as refused:
        timecode_offset(reel(**stated), facts, sound, Clock(PAL))
    assert what in refused.value.what
    assert cure in refused.value.cure


def synced(offset: int, *, start: int = 0, end: int = 0, confidence: int = 900) -> Synced:
    return Synced(offset=offset, offset_at_start=offset + start, offset_at_end=offset + end, confidence=confidence)


def test_an_offset_that_is_not_sure_is_refused_with_the_line_to_write():
    assert waveform_offset(synced(-24_001)) == Fraction(-24_001, 48_000)
    with pytest.raises(Refusal, match=r"could not be found.*20 %.*'sync: 1250'"):
        waveform_offset(synced(-24_001, confidence=208))


def test_clocks_that_run_apart_by_more_than_a_frame_are_named():
    assert drift(synced(0, start=-960, end=960), PAL) is None
    told = drift(synced(0, start=-961, end=961), PAL)
    assert told is not None
    assert "apart by 0.040 s over the reel" in told
    assert "0.020 s early at its end" in told
    assert "late at its end" in (drift(synced(0, start=2_000, end=-2_000), PAL) or "")
