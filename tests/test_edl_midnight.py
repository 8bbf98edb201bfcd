"""Timecode that passes midnight, in record and in source; 24 hours of labels at 25 are 2,160,000 frames."""

from fractions import Fraction

import pytest

from footage_manifest.timebase import FrameRange
from footage_manifest.timecode import Clock
from pipeline.errors import TimelineError
from pipeline.timeline.edl import read_edl
from tests.edl_film import NTSC, build, facts, label, manifest, media, refusals

DAY = 2_160_000
LINE = "001 INT01 V C 01:00:10:00 01:00:25:00 {0} {1}\n"
NEXT = "002 INT01 V C 01:00:10:00 01:00:11:00 {0} {1}\n"
ACROSS = LINE.format("23:59:50:00", "00:00:05:00")


def records(text, clock=Clock(Fraction(25))):  # noqa: B008 - a frozen value
    return [event.record for event in read_edl(text.encode(), file="a.edl", clock=clock).events]


def test_an_out_after_midnight_is_counted_on_and_so_is_the_rest_of_the_list():
    assert records(ACROSS + NEXT.format("00:00:05:00", "00:00:06:00") + NEXT.format("00:00:07:00", "00:00:08:00")) == [
        FrameRange(DAY - 250, DAY + 125),
        FrameRange(DAY + 125, DAY + 150),
        FrameRange(DAY + 175, DAY + 200),
    ]


def test_midnight_may_lie_on_a_cut_or_in_a_gap():
    first = LINE.format("23:59:45:00", "00:00:00:00")
    assert records(first + NEXT.format("00:00:00:00", "00:00:01:00")) == [
        FrameRange(DAY - 375, DAY),
        FrameRange(DAY, DAY + 25),
    ]
    first = LINE.format("23:59:40:00", "23:59:55:00")
    assert records(first + NEXT.format("00:00:01:00", "00:00:02:00"))[1] == FrameRange(DAY + 25, DAY + 50)


def test_sound_events_on_either_side_of_midnight_stay_on_their_day():
    text = ACROSS + ACROSS.replace(" V ", " A ") + NEXT.format("23:59:59:00", "00:00:00:00").replace(" V ", " A2 ")
    assert records(text) == [FrameRange(DAY - 250, DAY + 125)] * 2 + [FrameRange(DAY - 25, DAY)]


def test_a_list_out_of_order_begins_on_the_evening_before():
    text = NEXT.format("00:00:05:00", "00:00:06:00") + ACROSS
    assert records(text) == [FrameRange(DAY + 125, DAY + 150), FrameRange(DAY - 250, DAY + 125)]


def test_drop_frame_days_have_fewer_labels():
    clock = Clock(NTSC, drop=True)
    text = LINE.format("23:59:50;00", "00:00:05;00") + NEXT.format("00:00:05;00", "00:00:06;00")
    assert records(text, clock) == [FrameRange(2_589_408 - 300, 2_589_408 + 150), FrameRange(2_589_558, 2_589_588)]


@pytest.mark.parametrize(
    ("record_in", "record_out"),
    [("23:59:50:00", "00:00:09:00"), ("01:00:15:00", "01:00:00:00"), ("00:00:14:06", "00:00:00:00")],
)
def test_an_out_before_its_in_whose_length_does_not_fit_the_source_is_refused(record_in, record_out):
    with pytest.raises(TimelineError) as raised:
        records(LINE.format(record_in, record_out))
    (finding,) = raised.value.findings
    assert str(finding).startswith(f"a.edl:1: event 001 record out: {record_out} is before record in {record_in}; ")


def test_two_swapped_pairs_are_no_day():
    with pytest.raises(TimelineError) as raised:
        records("001 INT01 V C 01:00:12:00 01:00:10:00 01:00:02:00 01:00:00:00\n")
    assert "record out: 01:00:00:00 is before record in 01:00:02:00" in str(raised.value.findings[0])


def test_a_cut_across_midnight_plays_through():
    built = build(ACROSS + NEXT.format("00:00:05:00", "00:00:06:00"), cut={"start": "23:59:50:00"}).timeline
    assert (built.frames, built.record_zero) == (400, DAY - 250)
    assert [(event.record.start, event.record.end) for event in built.picture] == [(0, 375), (375, 400)]


def test_lists_of_one_cut_share_their_days():
    above = "001 RIVER V C 00:00:01:00 00:00:02:00 00:00:00:00 00:00:01:00\n"
    for lists in ((ACROSS, above), (above.replace("RIVER", "INT02"), ACROSS.replace("V", "A"))):
        built = build(*lists).timeline
        assert (built.frames, built.record_zero) == (375, DAY - 250)
    picture = build(ACROSS, above).timeline.picture
    assert [(event.record.start, event.clip.key) for event in picture] == [(0, "INT01"), (250, "RIVER"), (275, "INT01")]


def test_a_start_after_midnight_is_after_what_plays_before_it():
    (found,) = refusals(ACROSS, cut={"start": "00:00:01:00"})
    assert found.startswith("cuts/v1.edl:1: record in 23:59:50:00 is before the cut's start 00:00:01:00; ")
    assert refusals(NEXT.format("01:00:00:00", "01:00:01:00"), cut={"start": "10:00:00:00"})


NIGHT = {"INT02": {"file": "a.mp4", "kind": "interview", "start": "23:59:55:00"}}


@pytest.mark.parametrize(
    ("source_in", "source_out", "first"),
    [("23:59:58:00", "00:00:01:00", 3), ("00:00:02:00", "00:00:05:00", 7), ("23:59:57:00", "00:00:00:00", 2)],
)
def test_a_reels_timecode_passes_midnight(source_in, source_out, first):
    line = f"001 INT02 V C {source_in} {source_out} 01:00:00:00 01:00:03:00\n"
    event = build(line, manifest_=manifest(**NIGHT)).timeline.picture[0]
    assert event.clip.source_in == first


def test_a_dissolve_goes_on_after_midnight():
    text = (
        "001 INT02 V C 23:59:58:00 00:00:01:00 01:00:00:00 01:00:03:00\n"
        "002 INT02 V C 00:00:01:00 00:00:01:00 01:00:03:00 01:00:03:00\n"
        "002 INT01 V D 010 01:00:01:00 01:00:02:00 01:00:03:00 01:00:04:00\n"
    )
    event = build(text, manifest_=manifest(**NIGHT)).timeline.picture[1]
    assert event.outgoing is not None
    assert event.outgoing.source_in == 6


def test_a_label_before_the_reel_is_not_on_the_next_day_of_a_short_one():
    line = "001 INT02 V C 23:59:50:00 23:59:53:00 01:00:00:00 01:00:03:00\n"
    (found,) = refusals(line, manifest_=manifest(**NIGHT))
    assert "needs reel INT02 from -5.000 s to -2.000 s" in found


def test_an_embedded_start_before_midnight_counts_likewise():
    clip = media(500, timecode=label("23:59:55:00"), timecode_rate=Fraction(25))
    line = "001 INT02 V C 00:00:02:00 00:00:05:00 01:00:00:00 01:00:03:00\n"
    assert build(line, facts_=facts(INT02=clip)).timeline.picture[0].clip.source_in == 7
