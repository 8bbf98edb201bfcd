"""OpenTimelineIO files: exact times out of floating-point ones, transitions, nesting, what is refused by name."""

import json
from fractions import Fraction

import pytest

from footage_manifest.timecode import Clock
from pipeline.errors import TimelineError
from pipeline.timeline.interchange import read_by_itself, read_interchange
from tests.timelines import otio, otio_clip, otio_gap, otio_range, otio_track, otio_transition, told

FILM = Clock(Fraction(25))


def read(data, clock=FILM):
    return read_interchange(data, file="cuts/a.otio", clock=clock)


def refused(data, clock=FILM):
    with pytest.raises(TimelineError) as caught:
        read(data, clock)
    return [str(finding) for finding in caught.value.findings]


def effect(kind, **more):
    return {"OTIO_SCHEMA": f"{kind}.1", "effect_name": "x", **more}


def test_clips_and_gaps_follow_each_other_and_tracks_become_lists():
    low = otio_track(otio_clip("a", 100, 50), otio_gap(25), otio_clip("b", 0, 25))
    sound = otio_track(otio_clip("a", 100, 50), kind="Audio")
    high = otio_track(otio_gap(10), otio_clip("c", 500, 10))
    assert told(read(otio(low, sound, high))) == [
        (0, "V", "C", "a", "00:00:04:00 00:00:06:00", (90000, 90050), None),
        (0, "V", "C", "b", "00:00:00:00 00:00:01:00", (90075, 90100), None),
        (1, "V", "C", "c", "00:00:20:00 00:00:20:10", (90010, 90020), None),
        (2, "A1*", "C", "a", "00:00:04:00 00:00:06:00", (90000, 90050), None),
    ]


def test_the_line_of_each_clip_is_known():
    data = otio(otio_track(otio_clip("a", 100, 50)))
    line = next(number for number, text in enumerate(data.decode().split("\n"), 1) if '"Clip.2"' in text)
    assert read(data)[0].events[0].line == line - 1


def test_without_a_known_start_labels_decide_and_with_one_the_span():
    assert read(otio(otio_track(otio_clip("a", 100, 50))))[0].events[0].incoming.span is None
    known = otio_clip("a", 90100, 50, available=(90000, 1000), url="file:///film/INT%2001.mp4")
    side = read(otio(otio_track(known)))[0].events[0].incoming
    assert side.span == (4, 6)
    assert (side.reel, side.names, str(side.source_in)) == ("INT 01", ("a", "INT 01.mp4"), "01:00:04:00")


def test_a_reel_name_stored_by_the_edl_adapter_comes_first():
    side = read(otio(otio_track(otio_clip("a", 0, 5, metadata={"cmx_3600": {"reel": "A001"}}))))[0].events[0].incoming
    assert (side.reel, side.names) == ("A001", ("a",))


def test_a_transition_reaches_over_the_cut():
    track = otio_track(otio_clip("a", 100, 50), otio_transition(10, 15), otio_clip("b", 300, 50))
    assert told(read(otio(track))) == [
        (0, "V", "C", "a", "00:00:04:00 00:00:05:15", (90000, 90040), None),
        (0, "V", "D25", "b", "00:00:11:15 00:00:14:00", (90040, 90100), "a 00:00:05:15"),
    ]


def test_fades_and_wipes():
    wipe = otio_transition(5, 5, "SMPTE_Wipe", metadata={"cmx_3600": {"transition": "W002"}})
    track = otio_track(
        otio_transition(0, 10), otio_clip("a", 100, 50), wipe, otio_clip("b", 300, 50), otio_transition(10, 0)
    )
    assert [(one[2], one[3], one[5], one[6]) for one in told(read(otio(track)))] == [
        ("D10", "a", (90000, 90045), "BL 00:00:00:00"),
        ("W00210", "b", (90045, 90090), "a 00:00:05:20"),
        ("D10", "BL", (90090, 90100), "b 00:00:13:15"),
    ]


def test_rates_that_are_stored_as_decimals_are_exact():
    ntsc = 30000 / 1001
    data = otio(otio_track(otio_clip("a", 100, 50.0000000001, rate=29.97)), start=0, rate=ntsc)
    edls, clock = read_by_itself(data, file="a.otio")
    assert clock == Clock(Fraction(30000, 1001))
    assert len(edls[0].events[0].record) == 50


@pytest.mark.parametrize(
    ("effects", "speed", "first"),
    [
        ([effect("LinearTimeWarp", time_scalar=2.0)], Fraction(2), Fraction(4)),
        ([effect("LinearTimeWarp", time_scalar=0.1)], Fraction(1, 10), Fraction(4)),
        ([effect("FreezeFrame", time_scalar=0.0)], Fraction(0), Fraction(4)),
        # Backwards it shows the last frame of its range first.
        ([effect("LinearTimeWarp", time_scalar=-1.0)], Fraction(-1), Fraction(149, 25)),
    ],
)
def test_one_speed_is_carried_exactly(effects, speed, first):
    side = read(otio(otio_track(otio_clip("a", 100, 50, available=(0, 900), effects=effects))))[0].events[0].incoming
    assert (side.motion.speed, side.span[0]) == (speed, first)


def test_what_has_no_place_is_said():
    track = otio_track(
        otio_clip("a", 0, 5, effects=[effect("Effect", effect_name="Blur")], markers=[{"OTIO_SCHEMA": "Marker.2"}]),
        otio_clip("b", 0, 5, enabled=False),
        otio_clip("c", 0, 5),
    )
    edls = read(otio(track, otio_track(otio_clip("d", 0, 5), enabled=False)))
    assert [one[5] for one in told(edls)] == [(90000, 90005), (90010, 90015)]
    assert [finding.what for finding in edls[0].findings] == [
        "markers are not carried",
        "the effect 'Blur' is not carried",
        "a disabled clip is left out",
        "a disabled track is left out",
    ]


def nest(schema, *children, trimmed=(5, 20), **more):
    return {"OTIO_SCHEMA": f"{schema}.1", "source_range": otio_range(*trimmed), "children": list(children), **more}


def test_a_nested_track_is_opened_and_trimmed():
    inner = nest("Track", otio_clip("a", 100, 10), otio_clip("b", 200, 40), kind="Video")
    assert [(one[3], one[4], one[5]) for one in told(read(otio(otio_track(otio_gap(3), inner))))] == [
        ("a", "00:00:04:05 00:00:04:10", (90003, 90008)),
        ("b", "00:00:08:00 00:00:08:15", (90008, 90023)),
    ]


def test_a_nested_stack_shows_what_lies_above():
    inner = nest("Stack", otio_track(otio_clip("a", 100, 40)), otio_track(otio_gap(10), otio_clip("b", 200, 10)))
    assert [(one[3], one[4], one[5]) for one in told(read(otio(otio_track(inner))))] == [
        ("a", "00:00:04:05 00:00:04:10", (90000, 90005)),
        ("b", "00:00:08:00 00:00:08:10", (90005, 90015)),
        ("a", "00:00:04:20 00:00:05:00", (90015, 90020)),
    ]


def test_a_nested_timeline_cut_through_a_transition_is_refused():
    inner = nest("Track", otio_clip("a", 100, 10), otio_transition(6, 6), otio_clip("b", 200, 40), kind="Video")
    assert "its ends cut through a transition" in refused(otio(otio_track(inner)))[0]


def test_two_tracks_with_the_same_whole_sound_are_heard_once_and_that_is_said():
    tracks = [otio_track(otio_clip("a", 0, 5), kind="Audio") for _ in range(2)]
    edls = read(otio(*tracks))
    assert len(told(edls)) == 1
    assert edls[0].findings[0].what == "the same sound of the same source at the same time on two tracks is heard once"


def changed(data, **values):
    return json.dumps({**json.loads(data), **values}).encode()


PLAIN = otio(otio_track(otio_clip("a", 0, 5)))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (
            otio(otio_track(otio_clip("a", 0, 5, effects=[effect("TimeWarpCurve")]))),
            "the change of speed 'TimeWarpCurve'",
        ),
        (
            otio(otio_track(otio_clip("a", 0, 5), otio_transition(1, 1, "Custom_Slide"), otio_clip("b", 9, 5))),
            "'Custom_Slide' is no",
        ),
        (otio(otio_track({"OTIO_SCHEMA": "Puzzle.1", "name": "p"})), "'Puzzle' is nothing that a cut can hold"),
        (otio(otio_track({"OTIO_SCHEMA": "Clip.7"})), "Clip.7 is newer than what is known here"),
        (otio(otio_track({"name": "x"})), "it does not say what it is (OTIO_SCHEMA)"),
        (otio(otio_track({"OTIO_SCHEMA": "Clip.2", "name": "x"})), "nothing says how long it lasts"),
        (otio(otio_track(otio_clip("a", 0, 2.5))), "between two frames"),
        (otio(otio_track(otio_clip("a", 0, -5))), "it lasts less than no time"),
        (otio(otio_track(otio_clip("a", 0, 5, rate=0))), "0 is no rate of frames"),
        (otio(otio_track(otio_clip("a", "x", 5))), "value is 'x'"),
        (otio(otio_track(otio_clip("a", 1e30, 5))), "no number that a time can have"),
        (otio(otio_track(otio_clip("a", 0, 5, rate=24))), "between two frames"),
        (otio(otio_track(otio_clip("a", 0, 48, rate=24))), "nothing says where its medium starts"),
        (otio(otio_track(otio_clip("a", 0, 5), kind="Smell")), "neither picture nor sound"),
        (otio(), "the timeline holds no event"),
        (PLAIN.replace(b"90000", b"NaN"), "NaN is no number"),
        (PLAIN.replace(b'"name": "Cut"', b'"name": "Cut", "name": "Cut"'), "the key 'name' is written twice"),
        (changed(PLAIN, tracks=5), "the timeline holds no tracks"),
        (changed(PLAIN, OTIO_SCHEMA="Marker.2"), "'Marker' and no timeline"),
        (b"[]", "the document is not an object"),
        (b"[" * 100_000, "nested deeper than 200 levels"),
        (b"{", "this is no JSON"),
        (b"\xff\xfe", "not UTF-8"),
        (b'{"a": ' + b"9" * 5000 + b"}", "a number cannot be read"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line(data, said):
    lines = refused(data)
    assert any(said in line for line in lines), lines
    assert all("\n" not in line for line in lines)


def test_rates_that_differ_and_no_start_are_never_guessed():
    timeline = json.loads(
        otio(otio_track(otio_clip("a", 0, 50), otio_clip("b", 0, 48, rate=24, available=(0, 99, 24))))
    )
    del timeline["global_start_time"]
    with pytest.raises(TimelineError, match="count frames at several rates"):
        read_by_itself(json.dumps(timeline).encode(), file="a.otio")
    assert [one[5] for one in told(read(json.dumps(timeline).encode()))] == [(0, 50), (50, 100)]


def test_older_files_are_read():
    clip = otio_clip("a", 0, 5)
    clip |= {
        "OTIO_SCHEMA": "Clip.1",
        "media_reference": {"OTIO_SCHEMA": "ExternalReference.1", "target_url": "b/c.mov"},
    }
    del clip["media_references"]
    filler = {"OTIO_SCHEMA": "Filler.1", "source_range": otio_range(0, 5)}
    data = otio({"OTIO_SCHEMA": "Sequence.1", "kind": "Video", "children": [filler, clip]})
    assert [(one[3], one[5]) for one in told(read(data))] == [("c", (90005, 90010))]


def test_a_collection_with_one_timeline_is_that_timeline():
    inner = json.loads(PLAIN)
    data = json.dumps({"OTIO_SCHEMA": "SerializableCollection.1", "children": [inner]}).encode()
    assert told(read(data)) == told(read(PLAIN))
    two = json.dumps({"OTIO_SCHEMA": "SerializableCollection.1", "children": [inner, inner]}).encode()
    assert "the file holds 2 timelines" in refused(two)[0]


def test_its_own_library_reads_the_same():
    import opentimelineio  # noqa: PLC0415 - the oracle

    track = otio_track(otio_clip("a", 100, 50), otio_transition(10, 15), otio_gap(3), otio_clip("b", 300, 50))
    timeline = opentimelineio.core.deserialize_json_from_string(otio(track).decode())
    clips = [item for item in timeline.tracks[0] if isinstance(item, opentimelineio.schema.Clip)]
    starts = [int(clip.range_in_parent().start_time.value) for clip in clips]
    ours = [one[5][0] - 90_000 for one in told(read(otio(track))) if one[3] in {"a", "b"}]
    assert ours == starts == [0, 53]
