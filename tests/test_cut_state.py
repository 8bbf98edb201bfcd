"""What is known of a cut's own subtitles, as a file."""

import json

import pytest

from subtitles.cut_state import Anchor, CutTrackState, OwnCueState, Side, dump_cut_state, load_cut_state
from subtitles.errors import SubtitleError

ANCHOR = Anchor(side=Side.SOUND, key="INT01", in_ms=600, out_ms=4800, start_ms=2640, end_ms=4800)
CUE = OwnCueState(
    id="a-00002040",
    start_ms=2040,
    end_ms=4200,
    text="We were\nseven",
    anchor=ANCHOR,
    replaces=("INT01-00002636",),
    heard_hash="944b9660f077b2e3",
)
STATE = CutTrackState(cut="a", language="en", cues=(CUE,))


def whole() -> dict:
    return json.loads(dump_cut_state(STATE))


def refused(content: dict | bytes) -> list[str]:
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    with pytest.raises(SubtitleError) as caught:
        load_cut_state(data, file="subtitles/state/cuts/a.en.json")
    assert all(finding.file == "subtitles/state/cuts/a.en.json" and finding.cure for finding in caught.value.findings)
    return [f"{finding.field}: {finding.what}" for finding in caught.value.findings]


def test_what_is_written_is_read_back() -> None:
    later = CUE.model_copy(update={"id": "a-00000100", "start_ms": 100, "end_ms": 200, "replaces": ()})
    state = STATE.model_copy(update={"cues": (CUE, later)})
    read = load_cut_state(dump_cut_state(state), file="x")
    assert [cue.id for cue in read.cues] == ["a-00000100", "a-00002040"]
    assert read.by_id()[CUE.id] == CUE
    assert dump_cut_state(read) == dump_cut_state(state)


def test_every_problem_is_told_at_once() -> None:
    content = whole()
    content["cues"][0].update(start_ms="2040", more=1)
    del content["cues"][0]["anchor"]
    problems = refused({**content, "language": ""})
    assert [one.split(":")[0] for one in problems] == ["language", "cues.0.start_ms", "cues.0.anchor", "cues.0.more"]


@pytest.mark.parametrize(
    "change",
    [
        {"heard_hash": "xyz"},
        {"end_ms": 2000},
        {"start_ms": True},
        {"start_ms": -1},
        {"text": "\ud800"},
        {"anchor": {"side": "smell"}},
        {"replaces": [""]},
    ],
)
def test_what_is_no_cue_is_refused(change: dict) -> None:
    content = whole()
    content["cues"][0].update(change)
    assert len(refused(content)) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"null",
        b"\xff",
        b'{"version": 1.5}',
        b'{"version": 1, "version": 1}',
        b"[" * 100_000,
        b'{"version": ' + b"9" * 5_000 + b"}",
    ],
)
def test_what_is_no_state_is_refused(content: bytes) -> None:
    assert refused(content)


def test_a_later_version_says_so_and_an_id_stands_there_once() -> None:
    assert refused({**whole(), "version": 2}) == ["version: it was made by a later version (2, known is 1)"]
    content = whole()
    content["cues"] *= 2
    assert refused(content) == ["cues: the id 'a-00002040' stands there twice"]
