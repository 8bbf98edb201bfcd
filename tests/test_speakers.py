"""Who speaks: turns out of windows, names out of what people said, their file, what is forgotten."""

import numpy as np
import pytest

from pipeline.assembly.speakers import HeardVoices, hidden, print_of, speakers_of
from pipeline.assembly.speakers_named import Known, asking_voice, turns_of
from pipeline.ports.speech import Span
from subtitles.transcript import Word
from tests.test_voice_prints import voices


def heard(order: str, step_ms: int = 2000) -> HeardVoices:
    windows = tuple(Span(n * step_ms, n * step_ms + 1600) for n in range(len(order)))
    return HeardVoices(windows=windows, prints=voices(order))


def told(order: str, people: list[str], said: list[tuple[Span, str]] | None = None, words=(), elsewhere=None):
    return speakers_of(heard(order), people, said or [], lambda: elsewhere or {}, words)


def word(text: str, at: int) -> Word:
    return Word(text=text, start_ms=at, end_ms=at + 200, confidence=900)


QUESTIONS = [word("¿Cómo?", 100), word("¿Cuándo?", 8100)] + [
    word(text, at) for at in range(2100, 8000, 1000) for text in ("Salimos", "temprano.")
]


def speakers(found) -> list[str]:
    return [turn.speaker for turn in found.turns]


def test_turns_meet_in_the_middle_of_windows_that_overlap_and_leave_silences_open() -> None:
    windows = [Span(0, 1600), Span(800, 2400), Span(1600, 3200), Span(5000, 5500)]
    turns = turns_of(windows, [0, 0, 1, 0])
    assert [(one.start_ms, one.end_ms, one.voice) for one in turns] == [(0, 2000, 0), (2000, 3200, 1), (5000, 5500, 0)]


def test_one_name_said_names_the_voice_everywhere_and_the_last_person_by_what_is_left() -> None:
    found = told("AABBAAB", ["juana", "elena"], [(Span(0, 1500), "elena")])
    assert not found.guessed
    assert found.voices == 2
    assert [(one.speaker, one.known) for one in found.turns if one.known is not Known.SAID] == [
        ("elena", Known.SAME_VOICE),
        ("juana", Known.LAST_ONE),
        ("elena", Known.SAME_VOICE),
        ("juana", Known.LAST_ONE),
    ]


def test_nobody_is_named_where_nothing_says_who_is_who() -> None:
    found = told("AABB", ["juana", "elena"])
    assert speakers(found) == ["", ""]


def test_the_one_person_of_a_reel_is_the_one_voice_and_who_asks_is_told_apart() -> None:
    assert speakers(told("AAAA", ["juana"])) == ["juana"]
    found = told("ABBBA", ["juana"], words=QUESTIONS)
    assert found.guessed
    assert [(one.speaker, one.known) for one in found.turns] == [
        ("interviewer", Known.ASKS),
        ("juana", Known.LAST_ONE),
        ("interviewer", Known.ASKS),
    ]
    assert speakers(told("ABBBA", ["juana"])) == ["", "", ""]


def test_who_asks_is_told_only_where_it_is_plain() -> None:
    turns = turns_of([Span(0, 2000), Span(2000, 8000)], [0, 1])
    assert asking_voice(turns, [word("¿Qué?", 100), word("¿Sí?", 3000)]) is None
    assert asking_voice(turns, [word("Nada.", 100), word("Bueno.", 3000)]) is None
    assert asking_voice(turns, []) is None


def test_two_people_whom_the_machine_took_for_one_are_parted_when_somebody_says_so() -> None:
    near = heard("AAAAAA")
    prints = near.prints.copy()
    prints[3:, :8] += 0.2
    prints /= np.linalg.norm(prints, axis=1, keepdims=True)
    one = HeardVoices(windows=near.windows, prints=prints)
    assert speakers_of(one, ["juana"], [], dict, ()).voices == 1
    said = [(Span(0, 1600), "juana"), (Span(6000, 7600), "interviewer")]
    found = speakers_of(one, ["juana"], said, dict, ())
    assert [(turn.start_ms, turn.speaker) for turn in found.turns if turn.known is Known.SAME_VOICE] == [
        (1600, "juana"),
        (7600, "interviewer"),
    ]


def test_what_somebody_said_of_a_stretch_holds_there_whatever_the_voice() -> None:
    found = told("AAAA", ["juana"], [(Span(2000, 3600), "interviewer")])
    assert [(one.speaker, one.known) for one in found.turns if one.start_ms == 2000] == [("interviewer", Known.SAID)]


def test_a_voice_named_in_one_reel_is_known_in_another_and_only_among_its_people() -> None:
    sample = print_of(heard("AABB"), [Span(0, 3600)])
    assert sample is not None
    assert speakers(told("AABB", ["juana", "elena"], elsewhere={"juana": sample})) == ["juana", "elena"]
    assert speakers(told("AABB", ["tom", "elena"], elsewhere={"juana": sample})) == ["", ""]
    assert print_of(heard("AA"), [Span(90_000, 91_000)]) is None


def test_who_may_not_be_named_is_a_voice_without_a_name() -> None:
    found = hidden(told("AABB", ["juana", "elena"], [(Span(0, 3600), "juana")]), ["elena"])
    assert set(speakers(found)) == {"", "elena"}


def test_a_reel_without_a_voice_has_no_turns() -> None:
    found = told("", ["juana", "elena"])
    assert (found.turns, found.voices) == ((), 0)


@pytest.mark.parametrize("people", [[], ["juana"], ["juana", "elena"], ["juana", "elena", "tom"]])
def test_a_voice_more_than_there_are_people_is_a_guess_and_a_voice_all_the_same(people: list[str]) -> None:
    found = told("ABCABC", people)
    assert found.voices == 3
    assert found.guessed is (len(people) < 3)


def test_people_listed_are_so_many_voices_however_near_they_are() -> None:
    assert told("AAAAAA", ["juana", "elena"]).voices == 2
