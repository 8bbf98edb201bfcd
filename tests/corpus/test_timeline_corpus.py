"""Timelines of real programs, kept beside the checkout: each says what its owner says of it, or is refused with a reason."""

from fractions import Fraction
from pathlib import Path

import pytest

from footage_manifest.timecode import Clock
from pipeline.errors import TimelineError
from pipeline.timeline.edl import read_edl
from pipeline.timeline.interchange import SUFFIXES, read_by_itself, read_interchange
from pipeline.timeline.interchange_fcp7 import read_fcp7
from pipeline.timeline.interchange_fcpx import read_fcpx
from pipeline.timeline.interchange_model import Remarks

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "timeline"
FILES = sorted(path.name for path in CORPUS.glob("*") if path.suffix in SUFFIXES) if CORPUS.is_dir() else []

READ = {
    "fcp7_premiere_enable_property.xml": ("25", [2, 1, 0, 3, 0, 0]),
    "fcp7_premiere_example.xml": ("30", [1, 6, 1, 2, 2, 2, 1, 4]),
    "otio_clip_example.otio": ("24", [2]),
    "otio_enabled.otio": ("24", [2, 1]),
    "otio_multitrack.otio": ("24", [3, 1, 1]),
    "otio_preflattened.otio": ("24", [5]),
    "otio_screening_example.otio": ("24", [9]),
}
"""The rate, and how many events each track has."""

REFUSED = {
    "fcp7_empty_name_tags.xml": [(3936, "its speed changes while it plays, which a cut cannot say")],
    "fcp7_sample_just_track.xml": [(1, "the timeline holds no event")],
    "fcpx_clips.fcpxml": [(4, "the file holds no project")],
    "fcpx_event.fcpxml": [(275, "the file holds 2 projects")],
    "otio_big_int.otio": [(39, "this is no JSON: Expecting value")],
    "otio_nested_example.otio": [(115, "it is a nested timeline at another speed")],
    "otio_transition_test.otio": [
        (28, "it begins 0.417 s before the timeline does"),
        (68, "it plays from 0.417 s before the first frame of its medium"),
    ],
}
"""The line and the reason of each refusal."""


def only(known):
    return [name for name in FILES if name in known]


def test_every_file_of_the_corpus_has_its_expectation():
    assert set(FILES) <= READ.keys() | REFUSED.keys()


@pytest.mark.parametrize("name", only(READ))
def test_a_real_timeline_is_read_with_its_tracks_and_events(name):
    rate, events = READ[name]
    edls, clock = read_by_itself((CORPUS / name).read_bytes(), file=name)
    assert (str(clock.rate), [len(edl.events) for edl in edls]) == (rate, events)
    assert all(event.line > 1 for edl in edls for event in edl.events)


@pytest.mark.parametrize("name", only(REFUSED))
def test_a_real_timeline_that_no_cut_can_say_is_refused_with_its_lines(name):
    with pytest.raises(TimelineError) as caught:
        read_by_itself((CORPUS / name).read_bytes(), file=name)
    assert [(finding.line, finding.what) for finding in caught.value.findings] == REFUSED[name]


@pytest.mark.parametrize("name", only({"otio_screening_example.otio"}))
def test_the_screening_is_the_cut_that_its_edl_is(name):
    clock = Clock(Fraction(24))
    listed = read_edl((CORPUS.parent / "edl/otio_screening_example.edl").read_bytes(), file="a.edl", clock=clock).events
    timeline = read_interchange((CORPUS / name).read_bytes(), file=name, clock=clock)[0].events
    zero = listed[0].record.start
    assert [
        (event.incoming.names[0], str(event.incoming.source_in), event.record.moved(-zero)) for event in listed
    ] == [(event.incoming.names[0], str(event.incoming.source_in), event.record) for event in timeline]


@pytest.mark.parametrize("name", only({"fcp7_premiere_example.xml"}))
def test_premieres_four_picture_and_four_stereo_tracks(name):
    edls, _ = read_by_itself((CORPUS / name).read_bytes(), file=name)
    carried = [{event.channels.picture for event in edl.events} for edl in edls]
    assert carried == [{True}] * 4 + [{False}] * 4


@pytest.mark.parametrize("name", only({"fcp7_empty_name_tags.xml"}))
def test_twelve_picture_tracks_and_thirty_four_items_on_the_first(name):
    sequence = read_fcp7((CORPUS / name).read_bytes(), None, Remarks(file=name))
    pictures = [track for track in sequence.tracks if not track.sound]
    assert (len(pictures), len(pictures[0].pieces)) == (12, 34)


@pytest.mark.parametrize("name", only({"fcpx_event.fcpxml"}))
def test_an_events_first_project_has_three_picture_tracks_and_one_of_sound(name):
    data = (CORPUS / name).read_bytes()
    second = data.index(b'<project name="OpenTimeline_Project 1"')
    end = data.index(b"</project>", second) + len(b"</project>")
    remarks = Remarks(file=name)
    sequence = read_fcpx(data[:second] + data[end:], None, remarks)
    assert [track.sound for track in sequence.tracks] == [False, False, False, True]
    assert {finding.what for finding in remarks.errors} == {"it is a compound clip, which is not read"}


@pytest.mark.parametrize("name", only({"otio_multitrack.otio"}))
def test_what_is_seen_of_three_tracks_is_what_their_owner_flattened(name):
    clock = Clock(Fraction(24))
    tracks = read_interchange((CORPUS / name).read_bytes(), file=name, clock=clock)
    flat = read_interchange((CORPUS / "otio_preflattened.otio").read_bytes(), file="flat.otio", clock=clock)
    seen = {}
    for edl in tracks:
        for event in edl.events:
            seen |= dict.fromkeys(range(event.record.start, event.record.end), event.incoming.reel)
    expected = {}
    for event in flat[0].events:
        expected |= dict.fromkeys(range(event.record.start, event.record.end), event.incoming.reel)
    assert seen == expected
