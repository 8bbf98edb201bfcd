"""Damaged timelines: read or refused, with a line, whatever happened to them; never anything else."""

import random
import re
import time

import pytest

from pipeline.errors import TimelineError
from pipeline.timeline import interchange_fcp7
from pipeline.timeline.interchange import read_by_itself
from tests.timelines import (
    fcp7,
    fcp7_clip,
    fcp7_transition,
    fcpx,
    otio,
    otio_clip,
    otio_gap,
    otio_track,
    otio_transition,
    speed,
)

VALUES = [
    b"-1",
    b"0",
    b"99999999999999999999",
    b"1e308",
    b"NaN",
    b"null",
    b"true",
    b"[]",
    b"{}",
    b'""',
    b"1/0s",
    b"-1s",
    b"s1",
]
TEXT = re.compile(rb'(?<=[>":\s])[^<>":,\s{}\[\]]{1,20}(?=[<",\n])')

SEEDS = {
    ".otio": otio(
        otio_track(
            otio_clip("a", 0, 50, available=(0, 500)), otio_transition(5, 5), otio_clip("b", 20, 50), otio_gap(9)
        ),
        otio_track({"OTIO_SCHEMA": "Stack.1", "children": [otio_track(otio_clip("c", 0, 9))]}),
        otio_track(otio_clip("a", 0, 50), kind="Audio"),
    ),
    ".xml": fcp7(
        fcp7_clip(0, -1, 0, 60) + fcp7_transition(40, 60) + fcp7_clip(-1, 90, 300, 350),
        fcp7_clip(0, 50, 100, 150, more=speed(200)),
        sound=[fcp7_clip(0, 50, 100, 150, more="<sourcetrack><trackindex>1</trackindex></sourcetrack>")],
    ),
    ".fcpxml": fcpx(
        '<asset-clip ref="a1" offset="0s" duration="2s" start="3600s">'
        '<asset-clip ref="a2" lane="1" offset="3601s" duration="1s"/></asset-clip>'
        '<transition offset="1s" duration="2s" name="Cross Dissolve"/><gap offset="2s" duration="1s"/>'
        '<clip offset="3s" duration="2s" start="1s">'
        '<video ref="a1" offset="0s"><audio ref="a1" lane="-1" srcCh="1, 2"/></video></clip>'
    ),
}


def damaged(data, chance):
    made = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at, kind = chance.randrange(len(made)), chance.random()
        if kind < 0.2:
            made[at] = chance.randrange(256)
        elif kind < 0.4:
            del made[at : at + chance.randint(1, 60)]
        elif kind < 0.6:
            start = chance.randrange(len(made))
            made[at:at] = made[start : start + chance.randint(1, 300)]
        else:
            found = list(TEXT.finditer(bytes(made[at : at + 300])))
            if found:
                one = chance.choice(found)
                made[at + one.start() : at + one.end()] = chance.choice(VALUES)
    return bytes(made) or b"x"


def findings_of(data, file):
    """Return why it is refused, nothing where it is read."""
    try:
        read_by_itself(data, file=file)
    except TimelineError as error:
        return error.findings or [None]
    return ()


@pytest.mark.parametrize("suffix", SEEDS)
def test_a_damaged_timeline_is_read_or_refused(suffix):
    chance = random.Random(suffix)  # noqa: S311 - damage, not secrets
    read = refused = 0
    began = time.monotonic()
    for _ in range(700):
        findings = findings_of(damaged(SEEDS[suffix], chance), f"cuts/a{suffix}")
        read += not findings
        refused += bool(findings)
        assert all(finding.line is None or finding.line >= 1 for finding in findings)
        assert all("\n" not in str(finding) for finding in findings)
    assert read
    assert refused
    assert time.monotonic() - began < 60


def test_a_whole_seed_is_read():
    for suffix, data in SEEDS.items():
        assert read_by_itself(data, file=f"a{suffix}")[0]


def test_timelines_nested_many_times_over_end_in_a_refusal(monkeypatch):
    monkeypatch.setattr(interchange_fcp7, "MAX_PIECES", 2000)
    own = "<rate><timebase>25</timebase></rate>"

    def nesting(number):
        item = "".join(
            f"<clipitem>{own}<start>{at}</start><end>{at + 1}</end><in>0</in><out>1</out>"
            f'<sequence id="s{number + 1}"/></clipitem>'
            for at in range(30)
        )
        media = f"<media><video><track>{item}</track></video></media>"
        return f'<sequence id="s{number}">{own}{media}</sequence>'

    innermost = f'<sequence id="s11">{own}<media><video/></media></sequence>'
    data = f"<xmeml>{nesting(0)}<clip>{''.join(map(nesting, range(1, 11)))}{innermost}</clip></xmeml>".encode()
    with pytest.raises(TimelineError, match="a timeline may have 2000 clips"):
        read_by_itself(data, file="a.xml")
