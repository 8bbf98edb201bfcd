"""FCPXML: rational times, storylines and lanes, what is refused by name, what is said not to be carried."""

from fractions import Fraction

import pytest

from footage_manifest.timecode import Clock
from pipeline.errors import TimelineError
from pipeline.timeline.interchange import read_by_itself, read_interchange
from tests.timelines import fcpx, told

FILM = Clock(Fraction(25))


def read(data, clock=FILM):
    return read_interchange(data, file="cuts/a.fcpxml", clock=clock)


def refused(data, clock=FILM):
    with pytest.raises(TimelineError) as caught:
        read(data, clock)
    return [str(finding) for finding in caught.value.findings]


def clip(offset, duration, start=3600, inner="", ref="a1", more=""):
    return (
        f'<asset-clip ref="{ref}" name="Juana" offset="{offset}s" duration="{duration}s" start="{start}s" {more}>'
        f"{inner}</asset-clip>\n"
    )


def test_a_clip_gives_its_picture_and_the_reels_own_sound():
    edls = read(fcpx(clip(0, 2, 3604) + '<gap offset="2s" duration="1s"/>' + clip(3, 1, 3600)))
    assert told(edls) == [
        (0, "V", "C", "int01", "01:00:04:00 01:00:06:00", (90000, 90050), None),
        (0, "V", "C", "int01", "01:00:00:00 01:00:01:00", (90075, 90100), None),
        (1, "A1*", "C", "int01", "01:00:04:00 01:00:06:00", (90000, 90050), None),
        (1, "A1*", "C", "int01", "01:00:00:00 01:00:01:00", (90075, 90100), None),
    ]
    side = edls[0].events[0].incoming
    assert (side.names, side.span) == (("Juana", "int01", "int01.mp4"), (4, 6))


def test_only_what_is_enabled_of_a_source_is_taken():
    assert [one[1] for one in told(read(fcpx(clip(0, 2, more='srcEnable="video"'))))] == ["V"]
    assert [one[1] for one in told(read(fcpx(clip(0, 2, more='srcEnable="audio"'))))] == ["A1*"]
    channels = '<audio-channel-source srcCh="2"/>'
    assert [one[1] for one in told(read(fcpx(clip(0, 2, inner=channels, more='srcEnable="audio"'))))] == ["A2"]


def test_a_dissolve_reaches_over_the_cut_in_picture_and_sound():
    over = '<filter-video name="Cross Dissolve" ref="x"/><filter-audio name="Audio Crossfade" ref="x"/>'
    transition = f'<transition name="Cross Dissolve" offset="36/25s" duration="28/25s">{over}</transition>'
    edls = read(fcpx(clip(0, 2, 3604) + transition + clip(2, 2, 3700)))
    assert [(one[1], one[2], one[4], one[5], one[6]) for one in told(edls)] == [
        ("V", "C", "01:00:04:00 01:00:05:11", (90000, 90036), None),
        ("V", "D28", "01:01:39:11 01:01:42:00", (90036, 90100), "int01 01:00:05:11"),
        ("A1*", "C", "01:00:04:00 01:00:05:11", (90000, 90036), None),
        ("A1*", "D28", "01:01:39:11 01:01:42:00", (90036, 90100), "int01 01:00:05:11"),
    ]


def test_a_transition_beside_a_gap_fades():
    transition = '<transition name="Cross Dissolve" offset="1s" duration="1s"/>'
    edls = read(fcpx(clip(0, 2, ref="a2", start=0) + transition + '<gap offset="2s" duration="1s"/>'))
    assert [(one[2], one[3], one[5]) for one in told(edls)] == [
        ("C", "river", (90000, 90025)),
        ("D25", "BL", (90025, 90050)),
    ]


def test_connected_clips_lie_on_lanes_and_count_in_their_parents_time():
    upper = clip(3606, 1, 10, ref="a2", more='lane="1"')
    lower = clip(3605, 1, 20, ref="a2", more='lane="-1"')
    edls = read(fcpx(clip(0, 4, 3604, inner=upper + lower, more='srcEnable="video"')))
    assert [(one[0], one[3], one[4], one[5]) for one in told(edls)] == [
        (0, "river", "00:00:20:00 00:00:21:00", (90025, 90050)),
        (1, "int01", "01:00:04:00 01:00:08:00", (90000, 90100)),
        (2, "river", "00:00:10:00 00:00:11:00", (90050, 90075)),
    ]


def test_a_connected_storyline_counts_from_where_it_stands():
    first, second = (clip(at, 1, start, ref="a2") for at, start in ((0, 10), (2, 5)))
    story = f'<spine lane="2" offset="3605s">{first}<gap offset="1s" duration="1s"/>{second}</spine>'
    edls = read(fcpx(clip(0, 9, 3604, inner=story, more='srcEnable="video"')))
    assert [one[5] for one in told(edls) if one[0] == 1] == [(90025, 90050), (90075, 90100)]


def test_a_clip_shows_the_part_of_its_content_that_it_is_long():
    sound = '<audio ref="a1" lane="-1" offset="3600s" start="3600s" duration="600s" srcCh="1, 2"/>'
    video = f'<video ref="a1" offset="0s" start="3600s" duration="600s">{sound}</video>'
    edls = read(fcpx(f'<clip name="Juana" offset="0s" start="10s" duration="2s">{video}</clip>'))
    assert [(one[1], one[4], one[5]) for one in told(edls)] == [
        ("V", "01:00:10:00 01:00:12:00", (90000, 90050)),
        ("A12", "01:00:10:00 01:00:12:00", (90000, 90050)),
    ]


@pytest.mark.parametrize(
    ("points", "speed", "first"),
    [
        ((("3600s", "3600s"), ("3604s", "3608s")), Fraction(2), Fraction(8)),
        ((("3600s", "3600s"), ("3608s", "3604s")), Fraction(1, 2), Fraction(2)),
        ((("3600s", "3620s"), ("3620s", "3600s")), Fraction(-1), 16 - Fraction(1, 25)),
        ((("3600s", "3605s"), ("3620s", "3605s")), Fraction(0), Fraction(5)),
    ],
)
def test_one_speed_is_carried_exactly(points, speed, first):
    inner = "".join(f'<timept time="{time}" value="{value}"/>' for time, value in points)
    side = read(fcpx(clip(0, 2, 3604, inner=f"<timeMap>{inner}</timeMap>")))[0].events[0].incoming
    assert (side.motion.speed, side.span[0]) == (speed, first)


def test_what_is_disabled_or_has_no_place_is_said():
    inner = '<adjust-transform scale="2 2"/><marker start="3600s" value="x"/>'
    edls = read(fcpx(clip(0, 2, inner=inner) + clip(2, 2, more='enabled="0"')))
    assert [finding.what for finding in edls[0].findings] == [
        "adjust-transform is not carried",
        "marker is not carried",
        "a disabled clip is left out",
    ]


def test_a_title_goes_by_its_name():
    title = '<title name="Opening" offset="0s" duration="2s" ref="e1"/>'
    edls = read(fcpx(title, more='<effect id="e1" name="Basic Title"/>'))
    assert [(one[1], one[3]) for one in told(edls)] == [("V", "Opening")]
    assert edls[0].events[0].incoming.names == ("Opening", "Basic Title")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (fcpx(clip(0, "1/7")), "between two frames at the film's 25"),
        (fcpx('<ref-clip ref="a1" offset="0s" duration="1s" name="Nest"/>'), "ref-clip 'Nest': it is a compound clip"),
        (fcpx('<mc-clip ref="a1" offset="0s" duration="1s"/>'), "it is a multicam clip"),
        (fcpx(clip(0, 1, ref="a9")), "its resource 'a9' is not in the file"),
        (fcpx(clip(0, "x")), "duration is 'xs', which is no time"),
        (fcpx(clip(0, 1), rate="0s"), "frameDuration is no duration of a frame"),
        (fcpx(clip(0, 1), form="DF"), "no drop-frame counting"),
        (
            fcpx(clip(0, 2) + '<transition name="Slide" offset="1s" duration="1s"/>'),
            "the transition 'Slide' is no dissolve",
        ),
        (fcpx(clip(0, 2, inner='<timeMap><timept time="0s" value="0s"/></timeMap>')), "does not say how fast"),
        (
            fcpx(
                clip(
                    0,
                    2,
                    inner="<timeMap>"
                    + "".join(f'<timept time="{t}s" value="{t * t}s"/>' for t in (0, 1, 2))
                    + "</timeMap>",
                )
            ),
            "its speed changes while it plays",
        ),
        (fcpx(""), "the timeline holds no event"),
        (b"<fcpxml/>", "the file holds no project"),
        (b"<fcpxml><project/><project/></fcpxml>", "the file holds 2 projects"),
        (b"<xmeml/>", "this is 'xmeml' and no FCPXML"),
        (b'<!DOCTYPE fcpxml [<!ENTITY a "b">]><fcpxml/>', "the XML declares entities"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line(data, said):
    lines = refused(data)
    assert any(said in line for line in lines), lines
    assert all("\n" not in line for line in lines)


def test_rate_conform_by_frames_is_refused_and_in_time_is_not():
    own = '<format id="f2" frameDuration="1/24s"/>'
    other = f'{own}<asset id="a3" src="c.mov" start="0s" duration="9s" hasVideo="1" format="f2"/>'
    conformed = clip(0, 1, 0, ref="a3", inner='<conform-rate srcFrameRate="24"/>')
    assert "its rate is conformed" in refused(fcpx(conformed, more=other))[0]
    in_time = conformed.replace("<conform-rate", '<conform-rate scaleEnabled="0"')
    assert len(told(read(fcpx(in_time, more=other)))) == 1


def test_the_file_says_how_it_counts():
    data = fcpx(clip(0, 2), rate="1001/30000s", start="3600s", form="DF")
    assert "tcStart lies between two frames" in refused(data)[0]
    data = fcpx(clip(0, "1001/1000"), rate="1001/30000s", start="107999892/30000s", form="DF")
    edls, clock = read_by_itself(data, file="a.fcpxml")
    assert clock == Clock(Fraction(30000, 1001), drop=True)
    assert str(clock.label(edls[0].events[0].record.start)) == "01:00:00;00"
    assert len(edls[0].events[0].record) == 30
