"""Lists of real programs, kept beside the checkout: each is read with the events its owner counts, or refused with lines."""

import re
from fractions import Fraction
from itertools import groupby
from pathlib import Path

import pytest

from footage_manifest.model import Cut, Film, Manifest
from footage_manifest.timecode import Clock
from pipeline.errors import TimelineError
from pipeline.timeline.build import build_timeline
from pipeline.timeline.edl import parse_edl
from pipeline.timeline.speed import speed_of
from tests.edl_film import media

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "edl"
FILES = sorted(path.name for path in CORPUS.glob("*")) if CORPUS.is_dir() else []

# What each list's owner counts (their tests), at the rate its frames need.
EVENTS = {
    "gdi_45S_SAMPLE.EDL": (25, 30),
    "gdi_PLATES.EDL": (25, 3),
    "gdi_REEL_IS_CLIP.txt": (25, 4),
    "gdi_SIMPLE_DISSOLVE.EDL": (25, 1),
    "gdi_SPEEDUP_AND_FADEOUT.EDL": (25, 1),
    "gdi_SPEEDUP_REVERSE_AND_FADEOUT.EDL": (25, 1),
    "gdi_SPLICEME.EDL": (25, 2),
    "gdi_TIMEWARP.EDL": (25, 1),
    "otio_avid_example.edl": (24, 2),
    "otio_cdl.edl": (24, 2),
    "otio_dissolve_test_2.edl": (24, 3),
    "otio_dissolve_test_3.edl": (24, 3),
    "otio_dissolve_test_4.edl": (24, 6),
    "otio_multi_audio.edl": (24, 1),
    "otio_no_spaces_test.edl": (24, 9),
    "otio_old_source_out_timewarp.edl": (24, 1),
    "otio_premiere_example.edl": (24, 2),
    "otio_screening_example.edl": (24, 9),
    "otio_timecode_mismatch.edl": (25, 20),
    "otio_wipe_test.edl": (24, 3),
    "pycmx_INS4_R1_010417.edl": (24, 287),
    "pycmx_INS4_R5_DX_092117.edl": (24, 525),
    "pycmx_ISSUE_14_conform_edl_issue_01.edl": (24, 3),
    "pycmx_ISSUE_14_conform_edl_issue_02.edl": (24, 10),
    "pycmx_STP R1 v082517.edl": (24, 250),
    "pycmx_adobe_dai109_test.txt": (24, 2839),
    "pycmx_cdl_example01.edl": (24, 39),
    "pycmx_cdl_frmc_example02.edl": (24, 25),
    "pycmx_test_25.edl": (25, 11),
    "pycmx_test_edl_cdl.edl": (24, 3),
}


def read(name, rate):
    return parse_edl((CORPUS / name).read_bytes(), file=name, clock=Clock(Fraction(rate)))


@pytest.mark.parametrize("name", FILES)
def test_a_real_list_has_its_owners_events_or_a_refusal_for_each_that_is_missing(name):
    rate, expected = EVENTS[name]
    edl, findings = read(name, rate)
    events = sum(1 for _ in groupby(event.number for event in edl.events))
    refused = [finding for finding in findings if finding.field.startswith("event ")]
    assert events + len(refused) == expected
    assert all(finding.line for finding in findings)


@pytest.mark.parametrize("name", [name for name in FILES if "adobe" not in name])
def test_a_real_list_is_read_without_a_finding(name):
    assert read(name, EVENTS[name][0])[1] == ()


@pytest.mark.parametrize("name", [name for name in FILES if "adobe" in name])
def test_a_list_that_a_program_wrote_broken_is_refused_line_by_line(name):
    findings = [str(finding) for finding in read(name, 24)[1]]
    assert findings[0] == (
        f"{name}:19: event 004 record out: 00:00:00:00 is before record in 00:00:14:06; correct the record columns"
    )
    assert len(findings) == 126


@pytest.mark.parametrize("name", FILES)
def test_nothing_in_a_real_list_is_dropped(name):
    edl, findings = read(name, EVENTS[name][0])
    kept = {remark.line for remark in edl.remarks}
    for event in edl.events:
        sides = [side for side in (event.incoming, event.outgoing) if side is not None]
        kept |= {event.line, *(remark.line for remark in event.remarks), *(side.line for side in sides)}
        kept |= {side.motion.line for side in sides if side.motion is not None}
    kept |= {finding.line for finding in findings}
    text = (CORPUS / name).read_bytes().decode("latin-1")
    structural = re.compile(r"\s*(TITLE:|FCM:|AUD |\*+\s*(FROM|TO) CLIP NAME|$|\x1a)")
    lost = [
        line
        for number, line in enumerate(re.split(r"\r\n|\r|\n", text), 1)
        if number not in kept and not structural.match(line)
    ]
    assert [line for line in lost if not findings] == []


# Events that their owners describe: record frames, transition, its frames.
DESCRIBED = {
    "otio_dissolve_test_2.edl": [(5, "C", 0), (10, "D", 10), (5, "C", 0)],
    "otio_dissolve_test_3.edl": [(61, "C", 0), (30, "D", 30), (46, "C", 0)],
    "otio_dissolve_test_4.edl": [
        (30, "C", 0),
        (51, "C", 0),
        (81, "D", 35),
        (84, "D", 64),
        (96, "C", 0),
        (135, "C", 0),
    ],
    "otio_wipe_test.edl": [(9, "C", 0), (10, "W001", 10), (1, "C", 0)],
    "gdi_SIMPLE_DISSOLVE.EDL": [(45, "D", 43)],
    "otio_old_source_out_timewarp.edl": [(100, "C", 0)],
}


@pytest.mark.parametrize("name", [name for name in FILES if name in DESCRIBED])
def test_lengths_and_transitions_are_as_described(name):
    edl, _ = read(name, EVENTS[name][0])
    found = [(len(event.record), event.transition.code, event.transition.frames) for event in edl.events]
    assert found == DESCRIBED[name]


# Speeds, as (line, side, source seconds a record second), of lists whose M2 lines are few.
SPEEDS = {
    "gdi_45S_SAMPLE.EDL": [
        ("012", Fraction(1, 2)),
        ("016", Fraction(1, 10)),
        ("023", -1),
        ("024", -1),
        ("025 outgoing", -1),
    ],
    "gdi_SPEEDUP_AND_FADEOUT.EDL": [("001", Fraction(7, 5))],
    "gdi_SPEEDUP_REVERSE_AND_FADEOUT.EDL": [("001", Fraction(-7, 5))],
    "gdi_TIMEWARP.EDL": [("001", Fraction(3096, 250))],
    "otio_old_source_out_timewarp.edl": [("000001", Fraction(11, 10))],
    "pycmx_ISSUE_14_conform_edl_issue_01.edl": [("003", Fraction(317, 240))],
    "pycmx_test_25.edl": [("010", -1), ("011", -1)],
}


@pytest.mark.parametrize("name", [name for name in FILES if name in SPEEDS])
def test_speeds_belong_to_the_side_that_they_are_written_for(name):
    rate = EVENTS[name][0]
    edl, _ = read(name, rate)
    found = []
    for event in edl.events:
        for side, which in ((event.incoming, ""), (event.outgoing, " outgoing")):
            if side is not None and side.motion is not None and (which == "" or side.line != event.line):
                found.append((f"{event.number}{which}", speed_of(side.motion, Clock(Fraction(rate)))))
    assert found == SPEEDS[name]


def manifest_of(edl, start):
    """Return a manifest in which each reel of a list is one that starts at `start` and is a day long, and their facts."""
    reels = {side.reel for event in edl.events for side in (event.incoming, event.outgoing) if side is not None} - {
        "BL"
    }
    manifest = Manifest.model_validate(
        {"reels": {reel: {"file": "a.mov", "kind": "b-roll", "people": [], "start": start} for reel in reels}}
    )
    return manifest, reels


def built(name, rate, sound="edl"):
    edl, findings = read(name, rate)
    assert not findings
    film = Film.model_validate(
        {"title": "t", "languages": ["es"], "timeline": {"rate": rate, "size": "1280x720"}, "cuts": {}}
    )
    manifest, reels = manifest_of(edl, "00:00:00:00")
    facts = {reel: media(86_400 * rate, Fraction(rate), channels=4) for reel in reels}
    cut = Cut.model_validate({"source": name, "audience": "forum", "sound": sound})
    return build_timeline("c", cut, film, manifest, [edl], facts).timeline


@pytest.mark.parametrize("name", [name for name in FILES if name == "gdi_TIMEWARP.EDL"])
def test_a_timewarp_plays_as_many_source_frames_as_its_owner_counts(name):
    (event,) = built(name, 25).picture
    assert -(-len(event.record) * event.clip.speed // 1) == 124


@pytest.mark.parametrize("name", [name for name in FILES if name == "gdi_45S_SAMPLE.EDL"])
def test_a_dissolve_out_of_reverse_motion_goes_on_backwards_from_where_that_ended(name):
    picture = built(name, 25).picture
    backwards, dissolving = picture[23], picture[24]
    assert (backwards.clip.speed, dissolving.outgoing.speed) == (-1, -1)
    assert dissolving.outgoing.source_in == backwards.clip.source_at(len(backwards.record), Fraction(25))
    assert dissolving.dissolve_frames == 22


# Which lists can be played as written where their media is as long as it need be, and why the others cannot.
UNPLAYABLE = {
    "otio_dissolve_test_3.edl": "the dissolve goes on",  # clip A ends at 6:12, and the dissolve leaves it at 6:00
    "otio_dissolve_test_4.edl": "the dissolve leaves reels.ABC0020., and line 4 before it plays reels.ABC0010.",
    "otio_timecode_mismatch.edl": "source lasts",
    "pycmx_INS4_R5_DX_092117.edl": "source lasts 0 frames",  # a file without timecode has nothing in its source columns
    "pycmx_test_25.edl": "the event plays backwards and needs reel AX from -30.000 s",  # from the first frame backwards
}


@pytest.mark.parametrize("name", [name for name in FILES if "adobe" not in name and name not in UNPLAYABLE])
def test_a_real_list_is_built_whole(name):
    timeline = built(name, EVENTS[name][0])
    assert timeline.picture[-1].record.end == timeline.frames


@pytest.mark.parametrize("name", [name for name in FILES if name in UNPLAYABLE])
def test_a_real_list_that_contradicts_itself_is_refused_line_by_line(name):
    with pytest.raises(TimelineError, match=re.escape(UNPLAYABLE[name])) as raised:
        built(name, EVENTS[name][0])
    assert all(finding.line and finding.what for finding in raised.value.findings)
