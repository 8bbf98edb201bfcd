"""A state is written at every edit and read at every look: quickly, and never as anything but what is in its file."""

import json
from dataclasses import replace

import pytest

from pipeline.assembly import track_states
from pipeline.assembly.track_states import KnownStates
from subtitles.cue import Cue
from subtitles.errors import SubtitleError
from subtitles.state import Comment, CueState, CueStatus, TrackState
from subtitles.state_file import dump_state, load_state

LETTERS = 'a "quoted" \\ back\nnext\ttab\u2028\x7f¿ñ🙂</script>'


def one(start_ms: int, **more: object) -> CueState:
    base = Cue(id=f"INT01-{start_ms:08}", start_ms=start_ms, end_ms=start_ms + 900, text=f"{LETTERS} {start_ms}")
    return replace(CueState(base=base), **more)


FULL = one(
    2000,
    status=CueStatus.APPROVED,
    approved_hash="0123456789abcdef",
    source_ids=("INT01-00001000", LETTERS),
    source_hash="fedcba9876543210",
    theirs=Cue(id="INT01-00002000", start_ms=5, end_ms=6, text=LETTERS),
    theirs_from=LETTERS,
    comments=(Comment(text=LETTERS, who="Ana", at="2026-01-01T00:00:00+00:00"), Comment(text="b", who="", at="")),
    own=True,
    split_from="INT01-00001000",
)
STATES = [
    TrackState(reel="INT01", language="es"),
    TrackState(reel=LETTERS, language="en", source_language="es", made_by=LETTERS, cues=(one(1000),)),
    TrackState(
        reel="INT01", language="en", cues=(one(1000), FULL, one(3000, own=True), one(4000, comments=FULL.comments))
    ),
    TrackState(reel="INT01", language="en", cues=(one(3000), one(1000))),
]


@pytest.mark.parametrize("state", STATES)
def test_a_state_is_written_as_the_json_library_would_write_it(state: TrackState) -> None:
    content = dump_state(state)
    assert content.decode() == json.dumps(json.loads(content), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    ordered = tuple(sorted(state.cues, key=lambda cue: cue.base.start_ms))
    assert load_state(content, file="a.json") == replace(state, cues=ordered)


def test_what_was_just_written_is_not_read_again_but_what_anybody_else_wrote_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read: list[int] = []

    def counting(content: bytes, *, file: str, of: tuple[str, str] | None = None) -> TrackState:
        state = load_state(content, file=file, of=of)
        read.append(len(state.cues))
        return state

    monkeypatch.setattr(track_states, "load_state", counting)
    states = KnownStates()
    before = states.load(dump_state(STATES[2]), "INT01", "en")
    after = replace(before, cues=(*before.cues[:-1], replace(before.cues[-1], comments=())))
    content = states.dump(after, before)
    assert states.load(content, "INT01", "en") == load_state(content, file="") == after
    assert read == [4, 1]  # the whole file once, then what was changed in it
    elsewhere = content.replace(b"Ana", b"Eva")
    assert states.load(elsewhere, "INT01", "en").cues[1].comments[0].who == "Eva"
    assert read == [4, 1, 4]


@pytest.mark.parametrize(
    "wrong",
    [
        {"approved_hash": "no hash", "status": CueStatus.APPROVED},
        {"base": Cue(id="INT01-00003000", start_ms=9, end_ms=8, text="")},
        {"base": Cue(id="INT01-00001000", start_ms=3000, end_ms=3001, text="an id twice")},
    ],
)
def test_a_state_that_its_file_would_not_give_back_is_not_remembered(wrong: dict[str, object]) -> None:
    states = KnownStates()
    before = STATES[2]
    content = states.dump(replace(before, cues=(*before.cues[:2], replace(before.cues[2], **wrong))), before)
    with pytest.raises(SubtitleError):
        states.load(content, "INT01", "en")


def test_the_state_of_one_track_is_not_taken_for_that_of_another() -> None:
    states = KnownStates()
    content = states.dump(STATES[2], None)
    with pytest.raises(SubtitleError, match="not of"):
        states.load(content, "INT02", "en")
