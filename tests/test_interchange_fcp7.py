"""Final Cut Pro 7 XML: what its times mean, what is refused by name, what is said not to be carried."""

from fractions import Fraction

import pytest

from footage_manifest.timecode import Clock
from pipeline.errors import TimelineError
from pipeline.timeline.interchange import read_by_itself, read_interchange
from tests.timelines import fcp7, fcp7_clip, fcp7_file, fcp7_transition, rate, speed, told

FILM = Clock(Fraction(25))


def read(data, clock=FILM):
    return read_interchange(data, file="cuts/a.xml", clock=clock)


def refused(data, clock=FILM):
    with pytest.raises(TimelineError) as caught:
        read(data, clock)
    return [str(finding) for finding in caught.value.findings]


def test_clips_gaps_and_tracks_become_lists_pictures_first():
    low = fcp7_clip(0, 50, 100, 150) + fcp7_clip(75, 100, 0, 25)
    high = fcp7_clip(10, 20, 500, 510)
    heard = fcp7_clip(
        0, 50, 100, 150, more="<sourcetrack><mediatype>audio</mediatype><trackindex>2</trackindex></sourcetrack>"
    )
    edls = read(fcp7(low, high, sound=[heard]))
    assert told(edls) == [
        (0, "V", "C", "int01", "01:00:04:00 01:00:06:00", (90000, 90050), None),
        (0, "V", "C", "int01", "01:00:00:00 01:00:01:00", (90075, 90100), None),
        (1, "V", "C", "int01", "01:00:20:00 01:00:20:10", (90010, 90020), None),
        (2, "A2", "C", "int01", "01:00:04:00 01:00:06:00", (90000, 90050), None),
    ]
    side = edls[0].events[0].incoming
    assert side.span == (4, 6)
    assert side.names == ("int01.mp4",)


def test_a_dissolve_begins_with_the_incoming_clip_and_the_other_goes_on():
    track = fcp7_clip(0, -1, 100, 160) + fcp7_transition(40, 60) + fcp7_clip(-1, 90, 300, 350)
    assert told(read(fcp7(track))) == [
        (0, "V", "C", "int01", "01:00:04:00 01:00:05:15", (90000, 90040), None),
        (0, "V", "D20", "int01", "01:00:12:00 01:00:14:00", (90040, 90090), "int01 01:00:05:15"),
    ]


def test_a_clip_whose_edge_is_written_under_a_transition_goes_on_all_the_same():
    track = fcp7_clip(0, 50, 100, 150) + fcp7_transition(40, 60) + fcp7_clip(50, 90, 310, 350)
    written_out = fcp7_clip(0, -1, 100, 160) + fcp7_transition(40, 60) + fcp7_clip(-1, 90, 300, 350)
    assert told(read(fcp7(track))) == told(read(fcp7(written_out)))


@pytest.mark.parametrize(
    ("track", "expected"),
    [
        (
            fcp7_transition(0, 10, alignment="start-black") + fcp7_clip(-1, 50, 0, 50),
            [("D10", "int01", (90000, 90050), "BL 00:00:00:00")],
        ),
        (
            fcp7_clip(0, -1, 0, 50) + fcp7_transition(40, 50, alignment="end-black"),
            [("C", "int01", (90000, 90040), None), ("D10", "BL", (90040, 90050), "int01 01:00:01:15")],
        ),
    ],
)
def test_fades_from_and_to_black(track, expected):
    assert [(one[2], one[3], one[5], one[6]) for one in told(read(fcp7(track)))] == expected


def test_a_wipe_keeps_its_smpte_code_and_others_are_refused_by_name():
    more = "<effectcategory>Wipe</effectcategory><wipecode>1</wipecode>"
    wipe = fcp7_clip(0, -1, 0, 60) + fcp7_transition(40, 60, name="Edge Wipe", more=more) + fcp7_clip(-1, 90, 300, 350)
    assert [one[2] for one in told(read(fcp7(wipe)))] == ["C", "W00120"]
    dip = (
        fcp7_clip(0, -1, 0, 60)
        + "\n"
        + fcp7_transition(40, 60, name="Dip to Color Dissolve")
        + fcp7_clip(-1, 90, 300, 350)
    )
    assert refused(fcp7(dip)) == [
        (
            "cuts/a.xml:6: transitionitem: the transition 'Dip to Color Dissolve' is no dissolve and no SMPTE wipe;"
            " use a cross dissolve, or render it into a file of its own"
        )
    ]


@pytest.mark.parametrize(
    ("filters", "speed_of_it", "first"),
    [
        (speed(200), Fraction(2), Fraction(200, 25)),
        (speed(50), Fraction(1, 2), Fraction(50, 25)),
        (speed(0), Fraction(0), Fraction(100, 25)),
        # Played backwards, the instant of frame 100 is the end of the frame before it.
        (
            speed(
                100,
                reverse="TRUE",
                graph="<parameter><parameterid>graphdict</parameterid><keyframe><when>0</when><value>400</value></keyframe>"
                "<keyframe><when>400</when><value>0</value></keyframe></parameter>",
            ),
            Fraction(-1),
            Fraction(299, 25),
        ),
    ],
)
def test_one_speed_is_carried_exactly(filters, speed_of_it, first):
    side = read(fcp7(fcp7_clip(0, 50, 100, 150, more=filters)))[0].events[0].incoming
    assert side.motion.speed == speed_of_it
    assert side.span[0] == first


def test_a_speed_that_changes_is_refused():
    more = speed(100).replace("<value>0</value>", "<value>1</value>")
    assert "its speed changes while it plays" in refused(fcp7(fcp7_clip(0, 50, 100, 150, more=more)))[0]


def test_a_stereo_pair_on_two_tracks_is_one_event():
    def one(channel):
        return fcp7_clip(0, 50, 100, 150, more=f"<sourcetrack><trackindex>{channel}</trackindex></sourcetrack>")

    assert [entry[1] for entry in told(read(fcp7(sound=[one(1), one(2)])))] == ["A12"]


def test_without_a_channel_the_reel_decides():
    assert [entry[1] for entry in told(read(fcp7(sound=[fcp7_clip(0, 50, 100, 150)])))] == ["A1*"]


def test_what_is_disabled_is_left_out_and_said():
    track = fcp7_clip(0, 50, 100, 150) + fcp7_clip(50, 60, 0, 10, enabled="FALSE")
    off = "<enabled>FALSE</enabled>" + fcp7_clip(0, 50, 0, 50)
    edls = read(fcp7(track, off))
    assert len(told(edls)) == 1
    assert [finding.what for finding in edls[0].findings] == [
        "a disabled clip is left out",
        "picture track 2 is disabled and left out",
    ]


def test_effects_are_said_once_each_with_a_count():
    blur = "<filter><effect><name>Blur</name><effectid>blur</effectid></effect></filter>"
    edls = read(fcp7(fcp7_clip(0, 50, 0, 50, more=blur) + fcp7_clip(50, 60, 0, 10, more=blur)))
    assert [str(finding) for finding in edls[0].findings] == [
        "cuts/a.xml:4: clipitem 'int01.mp4': the effect 'Blur' is not carried (2 times, first here)"
    ]


def test_a_file_of_another_rate_counts_its_own_labels():
    file = fcp7_file(base=30, ntsc="TRUE", start="01:00:00;00", form="DF")
    edls = read(fcp7(fcp7_clip(0, 100, 300, 420, file=file, own=rate(30, "TRUE"))))
    side = edls[0].events[0].incoming
    assert str(side.source_in) == "01:00:10;00"
    assert side.span == (300 * Fraction(1001, 30000), 300 * Fraction(1001, 30000) + 4)


def test_reel_names_come_first_and_all_other_names_are_kept():
    file = fcp7_file(reel="A001")
    side = read(fcp7(fcp7_clip(0, 50, 0, 50, file=file, name="Juana speaks")))[0].events[0].incoming
    assert (side.reel, side.names) == ("A001", ("Juana speaks", "int01.mp4"))


NESTED = (
    f"<clipitem><name>nest</name>{rate()}<start>10</start><end>40</end><in>5</in><out>35</out>"
    f'<sequence id="s2"><name>nest</name>{rate()}'
    f"<media><video><track>{fcp7_clip(0, 20, 100, 120)}{fcp7_clip(20, 60, 300, 340)}</track>UPPER</video></media>"
    "</sequence></clipitem>"
)


def test_a_nested_timeline_is_opened():
    assert told(read(fcp7(NESTED.replace("UPPER", "")))) == [
        (0, "V", "C", "int01", "01:00:04:05 01:00:04:20", (90010, 90025), None),
        (0, "V", "C", "int01", "01:00:12:00 01:00:12:15", (90025, 90040), None),
    ]


def test_a_nested_timeline_of_two_tracks_shows_the_upper_one():
    upper = f"<track>{fcp7_clip(10, 30, 900, 920)}</track>"
    assert [(one[4], one[5]) for one in told(read(fcp7(NESTED.replace("UPPER", upper))))] == [
        ("01:00:04:05 01:00:04:10", (90010, 90015)),
        ("01:00:36:00 01:00:36:20", (90015, 90035)),
        ("01:00:12:10 01:00:12:15", (90035, 90040)),
    ]


def test_a_timeline_nested_in_itself_is_refused():
    inner = f'<clipitem>{rate()}<start>0</start><end>5</end><in>0</in><out>5</out><sequence id="s1"/></clipitem>'
    assert any("nested in itself" in line for line in refused(fcp7(inner)))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (fcp7(fcp7_clip(0, 50, 0, 50), head="<duration>5</duration>"), "the timeline states no rate"),
        (fcp7(fcp7_clip(0, 50, 0, 40)), "its source lasts 1.600 s and it 2.000 s in the timeline"),
        (fcp7(fcp7_clip(-1, 50, 0, 40)), "nothing says where it begins or ends"),
        (fcp7(fcp7_clip("x", 50, 0, 40)), "start is 'x', which is no number"),
        (
            fcp7(fcp7_clip(0, 50, 0, 50, more="<subclipinfo><startoffset>9</startoffset></subclipinfo>")),
            "it is a subclip",
        ),
        (fcp7(fcp7_clip(0, 50, 0, 50, file="<multiclip/>")), "it is a multicam clip"),
        (fcp7(""), "the timeline holds no event"),
        (b"<fcpxml/>", "this is 'fcpxml' and no Final Cut Pro 7 XML"),
        (b"<xmeml><sequence/><sequence/></xmeml>", "the file holds 2 timelines"),
        (b"<xmeml/>", "the file holds no timeline"),
        (b"no xml", "this is no XML"),
        (b'<!DOCTYPE x [<!ENTITY a "aaa">]><xmeml>&a;</xmeml>', "the XML declares entities"),
        (b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><xmeml>&a;</xmeml>', "the XML declares entities"),
        (b"<a>" * 400, "more than 250 levels"),
        (fcp7(fcp7_clip(0, 50, 0, 50), head=rate(25, "TRUE")), "25 NTSC is no rate"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line(data, said):
    lines = refused(data)
    assert any(said in line for line in lines)
    assert all("\n" not in line for line in lines)


def test_a_boundary_between_two_frames_of_the_film_is_refused_at_its_line():
    data = fcp7(fcp7_clip(0, 7, 0, 7, own=rate(30)), head=rate(30))
    assert refused(data) == [
        (
            "cuts/a.xml:4: clipitem 'int01.mp4': it ends 0.233 s into the timeline, between two frames at the film's 25;"
            " export the timeline at the film's rate, every edit on a frame"
        )
    ]


def test_another_rate_is_read_where_every_boundary_is_a_frame():
    data = fcp7(fcp7_clip(0, 100, 50, 150, own=rate(50)), head=rate(50))
    assert [one[5] for one in told(read(data))] == [(90000, 90050)]


def test_drop_frame_has_to_agree_with_the_film():
    ntsc = rate(30, "TRUE")
    data = fcp7(fcp7_clip(0, 30, 0, 30, own=ntsc), head=ntsc, timecode="01:00:00;00", form="DF")
    edls, clock = read_by_itself(data, file="a.xml")
    assert clock == Clock(Fraction(30000, 1001), drop=True)
    assert edls[0].events[0].record.start == 107892
    assert "the timeline counts drop-frame" in refused(data, Clock(Fraction(30000, 1001)))[0]
