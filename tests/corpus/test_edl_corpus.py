"""Lists of real programs, kept beside the checkout: each is read with the events its owner counts, or refused with lines."""

import re
from fractions import Fraction
from itertools import groupby
from pathlib import Path

import pytest

from footage_manifest.timecode import Clock
from pipeline.timeline.edl import parse_edl

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
    assert len(findings) == 128


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


@pytest.mark.parametrize("name", [name for name in FILES if name == "otio_dissolve_test_4.edl"])
def test_a_dissolves_lengths_are_its_owners(name):
    edl, _ = read(name, 24)
    lengths = [(len(event.record), event.transition.frames) for event in edl.events]
    assert lengths == [(30, 0), (51, 0), (81, 35), (84, 64), (96, 0), (135, 0)]
