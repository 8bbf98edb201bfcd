from fractions import Fraction

from footage_manifest.timecode import Clock, Label
from pipeline.timeline.edl import read_edl
from pipeline.timeline.listing import listed
from tests.edl_film import NTSC

PAL = Clock(Fraction(25))


def rows(text, clock=PAL):
    return listed(read_edl(text.encode(), file="a.edl", clock=clock), clock)


def test_a_list_is_a_table_of_its_events_without_any_film():
    first, second = rows(
        "001 INT01 B C 01:00:10:00 01:00:12:00 01:00:00:00 01:00:02:00\n"
        "* FROM CLIP NAME: first.mov\nSPLIT: AUDIO DELAY= 00:00:00:12\nM2 INT01 -035.0 01:00:10:00\n"
        "002 INT01 V C 01:00:12:00 01:00:12:00 01:00:02:00 01:00:02:00\n"
        "002 INT02 V W001 010 00:00:04:00 00:00:05:00 01:00:02:00 01:00:03:00\n"
        "* FROM CLIP NAME: first.mov\n* TO CLIP NAME: second.mov\n"
    )
    assert (first.number, first.line, first.transition, first.transition_frames) == ("001", 1, "C", 0)
    assert (first.channels.picture, first.channels.sound) == (True, (1,))
    assert (first.sound_delay, first.picture_delay) == (12, 0)
    assert (first.side.reel, first.side.clip_name, first.side.speed) == ("INT01", "first.mov", Fraction(-7, 5))
    assert (first.side.source_in, first.side.source_in_frame) == (Label(1, 0, 10, 0), 90_250)
    assert (first.side.source_out, first.side.source_out_frame) == (Label(1, 0, 12, 0), 90_300)
    assert (first.record_in, first.record_in_frame) == (Label(1, 0, 0, 0), 90_000)
    assert (first.record_out, first.record_out_frame) == (Label(1, 0, 2, 0), 90_050)
    assert (second.transition, second.transition_frames, second.line) == ("W001", 10, 6)
    assert (second.side.reel, second.side.clip_name, second.side.speed) == ("INT02", "second.mov", 1)
    assert second.outgoing is not None
    assert (second.outgoing.reel, second.outgoing.clip_name, second.outgoing.line) == ("INT01", "first.mov", 5)


def test_a_label_that_the_lists_rate_does_not_have_has_no_frame():
    (row,) = rows("001 INT01 V C 01:00:10:29 01:00:12:00 01:00:00:00 01:00:02:00\n")
    assert (row.side.source_in, row.side.source_in_frame) == (Label(1, 0, 10, 29), None)


def test_labels_count_as_they_are_marked():
    drop = Clock(NTSC, drop=True)
    line = "001 INT01 V C {0} {1} 01:00:00;00 01:00:01;00\n"
    assert rows(line.format("01:00:00;00", "01:00:01;00"), drop)[0].side.source_in_frame == 107_892
    assert rows(line.format("01:00:00:00", "01:00:01:00"), drop)[0].side.source_in_frame == 108_000
    (row,) = rows("FCM: DROP FRAME\n" + line.format("01:00:00:00", "01:00:01:00").replace(";", ":"), drop)
    assert (row.side.source_in_frame, row.record_in_frame) == (107_892, 107_892)
    (row,) = rows("001 INT01 V C 01:00:00;00 01:00:01;00 01:00:00:00 01:00:01:00\n")
    assert row.side.source_in_frame == 90_000
