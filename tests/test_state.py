import json
from dataclasses import replace

import pytest

from subtitles.cue import Cue
from subtitles.errors import SubtitleError
from subtitles.formats.srt import read_srt
from subtitles.state import Comment, CueStatus, approved, commented, complete, disapproved, restore, seed, settled
from subtitles.state_file import dump_state, load_state

SPANISH = [
    Cue(id="INT01-00001000", start_ms=1000, end_ms=2500, text="¿Cómo fue\nla salida?"),
    Cue(id="INT01-00003000", start_ms=3000, end_ms=5000, text="Salimos de madrugada."),
]
ENGLISH = [
    Cue(id="INT01-00001000", start_ms=1000, end_ms=2500, text="How did\nyou leave?"),
    Cue(id="INT01-00003000", start_ms=3000, end_ms=5000, text="We left before dawn."),
]
SEEDED = seed(ENGLISH, reel="INT01", language="en", source_language="es", source=SPANISH)


def changed(edit) -> bytes:
    whole = json.loads(dump_state(SEEDED.state))
    edit(whole)
    return json.dumps(whole).encode()


def problems(content: bytes) -> list[str]:
    with pytest.raises(SubtitleError) as caught:
        load_state(content, file="INT01.en.json")
    return [str(finding) for finding in caught.value.findings]


def test_a_new_track_is_all_drafts_and_its_file_holds_its_cues():
    assert {cue.status for cue in SEEDED.state.cues} == {CueStatus.DRAFT}
    assert [cue.source_ids for cue in SEEDED.state.cues] == [("INT01-00001000",), ("INT01-00003000",)]
    file = read_srt(SEEDED.srt, file="INT01.en.srt")
    assert [(cue.start_ms, cue.end_ms, cue.text) for cue in file.cues] == [
        (cue.start_ms, cue.end_ms, cue.text) for cue in ENGLISH
    ]


def test_the_file_is_made_again_from_the_state_alone():
    assert restore(load_state(dump_state(SEEDED.state), file="a.json")) == SEEDED.srt


def test_the_state_survives_its_file_to_the_byte():
    state = approved(SEEDED.state, {ENGLISH[0].id: ENGLISH[0]})
    content = dump_state(state)
    assert load_state(content, file="a.json") == state
    assert dump_state(load_state(content, file="a.json")) == content
    assert [cue.status for cue in state.cues] == [CueStatus.APPROVED, CueStatus.DRAFT]


def test_the_file_is_for_people_too():
    text = dump_state(SEEDED.state).decode()
    assert "How did\\nyou leave?" in text
    assert max(map(len, text.splitlines())) < 80
    assert not any(mark in text for mark in ("0.", "\\u"))


def test_a_spoken_track_has_no_source():
    state = seed(SPANISH, reel="INT01", language="es").state
    assert state.source_language is None
    assert {(cue.source_ids, cue.source_hash) for cue in state.cues} == {((), "")}


@pytest.mark.parametrize("cues", [[Cue(start_ms=0, end_ms=1, text="x")], [SPANISH[0], SPANISH[0]]])
def test_a_new_track_needs_ids(cues):
    with pytest.raises(ValueError, match="id of its own"):
        seed(cues, reel="INT01", language="es")


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (lambda whole: whole.pop("reel"), "reel: is missing"),
        (lambda whole: whole.update(colour="red"), "colour: is not known"),
        (lambda whole: whole.update(version=2), "version: it was made by a later version"),
        (lambda whole: whole.update(version=True), "version: must be 1"),
        (lambda whole: whole.update(cues={}), "cues: must be a list"),
        (lambda whole: whole["cues"].append(7), "cues[2]: must be a cue"),
        (lambda whole: whole["cues"].append(whole["cues"][0]), "cues[2].id: 'INT01-00001000' is already"),
        (lambda whole: whole["cues"][0].update(start_ms="1"), "cues[0].start_ms: must be a whole number"),
        (lambda whole: whole["cues"][0].update(start_ms=-1), "cues[0].start_ms: must be a whole number"),
        (lambda whole: whole["cues"][0].update(end_ms=10), "cues[0].end_ms: lies before start_ms"),
        (lambda whole: whole["cues"][0].update(status=["draft"]), "cues[0].status: must be one of draft, edited"),
        (lambda whole: whole["cues"][0].update(source_ids="x"), "cues[0].source_ids: must be a list"),
        (lambda whole: whole["cues"][0].update(source_hash="x"), "cues[0].source_hash: must be 16 hex digits"),
        (lambda whole: whole["cues"][0].update(approved_hash="0" * 16), "cues[0].approved_hash: must be empty"),
        (lambda whole: whole["cues"][0].update(text="\ud800"), "cues[0].text: must be a text of whole characters"),
        (lambda whole: whole["cues"][0].update(id=""), "cues[0].id: is empty"),
    ],
)
def test_what_is_wrong_is_named(edit, said):
    assert any(problem.startswith(f"INT01.en.json: {said}") for problem in problems(changed(edit)))


def test_everything_wrong_is_said_at_once():
    def spoil(whole):
        del whole["reel"]
        whole["cues"][0]["start_ms"] = None
        whole["cues"][1]["status"] = "perfect"

    assert len(problems(changed(spoil))) == 3


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"\xff",
        b"{",
        b"[" * 100_000,
        b'{"version": 1, "version": 1}',
        b'{"version": 1.0}',
        b'{"version": NaN}',
        b'{"version": -Infinity}',
        b'{"version": ' + b"9" * 5000 + b"}",
    ],
)
def test_what_is_not_a_state_is_refused_in_one_line(content):
    (problem, *_) = problems(content)
    assert problem.startswith("INT01.en.json")
    assert "\n" not in problem


def test_conflicts_remarks_and_peoples_own_cues_survive_the_file():
    own = Cue(id="INT01-00006000", start_ms=6000, end_ms=7000, text="Mine.")
    state = complete(SEEDED.state, [*ENGLISH, own], {own.id: ENGLISH[1].id})
    state = commented(state, ENGLISH[0].id, Comment(text="¿Seguro?", who="Ana", at="2026-01-02T03:04:05+00:00"))
    first, *others = state.cues
    theirs = Cue(id=first.id, start_ms=0, end_ms=900, text="Theirs.")
    state = replace(state, cues=(replace(first, theirs=theirs, theirs_from="ana.srt"), *others))
    content = dump_state(state)
    assert load_state(content, file="a.json") == state
    added = state.by_id()[own.id]
    assert (added.own, added.split_from, added.source_ids) == (True, ENGLISH[1].id, (ENGLISH[1].id,))
    assert state.machine() == tuple(ENGLISH)


def test_a_state_without_the_newer_keys_is_written_as_it_was():
    assert not {"theirs", "comments", "own", "split_from"} & set(json.loads(dump_state(SEEDED.state))["cues"][0])


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("theirs", 1, "must be the other side of a conflict"),
        ("theirs", {"start_ms": 5, "end_ms": 1, "text": "x"}, "lies before start_ms"),
        ("theirs", {"start_ms": 5, "end_ms": 6}, "is missing"),
        ("comments", [1], "must be a list of remarks"),
        ("comments", [{"text": "x", "who": "y"}], "is missing"),
        ("own", 1, "must be true or false"),
    ],
)
def test_newer_keys_are_read_strictly(key, value, said):
    assert said in problems(changed(lambda whole: whole["cues"][0].update({key: value})))[0]


def test_settling_takes_a_conflict_away_and_renews_what_a_cue_was_translated_from():
    first, *others = SEEDED.state.cues
    state = replace(SEEDED.state, cues=(replace(first, theirs=ENGLISH[1], theirs_from="x"), *others))
    cue = settled(state, {first.id: [SPANISH[1]]}).cues[0]
    assert (cue.theirs, cue.theirs_from, cue.source_ids) == (None, "", (SPANISH[1].id,))
    assert cue.source_hash != first.source_hash


def test_approval_can_be_taken_back():
    state = approved(SEEDED.state, {ENGLISH[0].id: ENGLISH[0]})
    assert disapproved(state, {ENGLISH[0].id}) == SEEDED.state


def test_the_state_of_another_track_is_refused_by_both_names() -> None:
    with pytest.raises(SubtitleError, match=r"the state of INT01\.en, not of INT02\.en"):
        load_state(dump_state(SEEDED.state), file="subtitles/state/INT02.en.json", of=("INT02", "en"))
