"""The three-way merge: one line of its table at a time, then thousands of random edits on both sides."""

import random
import re
from collections import Counter
from dataclasses import replace

import pytest

from subtitles.cue import Cue
from subtitles.identity import same_cue
from subtitles.three_way import Merged, merge_three
from tests.merge_dice import machine_draft, person_edits, track

TYPED = re.compile(r"tecla\d+")


def cue(start: int, end: int, text: str, name: str = "") -> Cue:
    return Cue(id=name, start_ms=start, end_ms=end, text=text)


BASE = [
    cue(0, 1900, "Salimos de madrugada con la neblina.", "R-1"),
    cue(2000, 3900, "Mi abuela se quedó en el pueblo.", "R-2"),
    cue(4000, 5900, "En la frontera nos quitaron todo.", "R-3"),
]
BARE = [replace(one, id="") for one in BASE]


def changed(at: int, **change: object) -> list[Cue]:
    return [replace(one, **change) if number == at else one for number, one in enumerate(BARE)]  # type: ignore[arg-type]


def shown(merged: Merged) -> list[tuple[int, int, str]]:
    return [(one.start_ms, one.end_ms, one.text) for one in merged.cues]


def as_shown(cues: list[Cue]) -> list[tuple[int, int, str]]:
    return [(one.start_ms, one.end_ms, one.text) for one in cues]


def test_an_untouched_cue_follows_and_an_edited_one_stays():
    people, other = changed(0, text="Salimos al alba."), changed(1, text="Mi abuela se quedó sola en el pueblo.")
    merged = merge_three(BASE, people, other)
    assert [one.text for one in merged.cues] == [people[0].text, other[1].text, BASE[2].text]
    assert (merged.followed, merged.kept, merged.conflicts) == (("R-2",), ("R-1",), ())
    assert [one.id for one in merged.cues] == ["R-1", "R-2", "R-3"]


def test_the_same_edit_on_both_sides_is_one_edit():
    both = changed(1, text="Mi abuelita se quedó.")
    assert merge_three(BASE, both, both).conflicts == ()
    assert shown(merge_three(BASE, both, both)) == as_shown(both)


def test_what_both_changed_differently_is_a_conflict_with_both_sides():
    people, other = changed(2, text="Nos quitaron todo allí."), changed(2, text="En la frontera nos dieron todo.")
    merged = merge_three(BASE, people, other)
    assert shown(merged) == as_shown(people)
    (one,) = merged.conflicts
    assert (one.id, one.base, one.people.text, one.other.text) == ("R-3", BASE[2], people[2].text, other[2].text)


@pytest.mark.parametrize("swapped", [False, True])
def test_text_by_one_and_times_by_the_other_merge(swapped):
    text, times = changed(2, text="Nos quitaron todo."), changed(2, start_ms=4100, end_ms=5700)
    people, other = (times, text) if swapped else (text, times)
    merged = merge_three(BASE, people, other)
    assert shown(merged)[2] == (4100, 5700, "Nos quitaron todo.")
    assert merged.conflicts == ()


def test_both_retimed_differently_is_a_conflict():
    merged = merge_three(BASE, changed(2, end_ms=5500), changed(2, end_ms=6400))
    assert merged.conflicts[0].other.end_ms == 6400
    assert shown(merged)[2][1] == 5500


def test_a_new_line_break_of_the_machine_gives_way_to_new_words():
    merged = merge_three(
        BASE, changed(0, text="Salimos al alba."), changed(0, text="Salimos de madrugada\ncon la neblina.")
    )
    assert (merged.cues[0].text, merged.conflicts) == ("Salimos al alba.", ())


def test_a_deleted_cue_stays_deleted_and_is_not_resurrected_when_it_is_reworded():
    people = BARE[:1] + BARE[2:]
    assert shown(merge_three(BASE, people, BARE)) == as_shown(people)
    assert merge_three(BASE, people, changed(1, end_ms=3800)).conflicts == ()
    merged = merge_three(BASE, people, changed(1, text="Mi abuela se quedó muy sola en el pueblo."))
    assert shown(merged) == as_shown(people)
    assert [(one.id, one.people) for one in merged.conflicts] == [("R-2", None)]


def test_what_the_machine_deletes_goes_unless_a_person_edited_it():
    other = BARE[:1] + BARE[2:]
    assert shown(merge_three(BASE, BARE, other)) == as_shown(other)
    people = changed(1, text="Mi abuela se quedó en su pueblo.")
    merged = merge_three(BASE, people, other)
    assert shown(merged) == as_shown(people)
    assert [(one.id, one.other) for one in merged.conflicts] == [("R-2", None)]


SPLIT = [
    BARE[0],
    cue(2000, 2900, "Mi abuela se quedó"),
    cue(2900, 3900, "en el pueblo."),
    BARE[2],
]


def test_a_split_of_one_side_is_followed():
    assert shown(merge_three(BASE, SPLIT, BARE)) == as_shown(SPLIT)
    merged = merge_three(BASE, BARE, SPLIT)
    assert shown(merged) == as_shown(SPLIT)
    assert (merged.followed, merged.added) == (("R-2",), ("R-00002900",))


def test_a_split_and_a_new_wording_is_a_conflict_on_every_part():
    other = changed(1, text="Mi abuela no se quedó en el pueblo.")
    merged = merge_three(BASE, SPLIT, other)
    assert shown(merged) == as_shown(SPLIT)
    assert [one.people.text for one in merged.conflicts] == ["Mi abuela se quedó", "en el pueblo."]
    assert {one.other.text for one in merged.conflicts} == {other[1].text}
    merged = merge_three(BASE, other, SPLIT)
    assert shown(merged) == as_shown(other)
    assert [one.other.text for one in merged.conflicts] == ["Mi abuela se quedó\nen el pueblo."]


def test_a_join_of_one_side_is_followed_and_with_an_edit_it_is_a_conflict():
    joined = [BARE[0], cue(2000, 5900, f"{BARE[1].text} {BARE[2].text}")]
    assert shown(merge_three(BASE, joined, BARE)) == as_shown(joined)
    assert shown(merge_three(BASE, BARE, joined)) == as_shown(joined)
    people = changed(2, text="En la frontera nos quitaron mucho.")
    merged = merge_three(BASE, people, joined)
    assert shown(merged) == as_shown(people)
    assert [one.id for one in merged.conflicts] == ["R-2", "R-3"]


def test_additions_of_both_sides_are_both_there():
    mine, theirs = cue(6000, 7000, "Y luego nada."), cue(8000, 9000, "Nunca volvimos.")
    merged = merge_three(BASE, [*BARE, mine], [*BARE, theirs])
    assert shown(merged) == as_shown([*BARE, mine, theirs])
    assert merged.conflicts == ()
    assert len({one.id for one in merged.cues}) == 5


def test_a_new_cue_over_an_edited_one_is_a_conflict_and_not_an_insertion():
    people = changed(2, text="En la frontera nos quitaron los papeles.", end_ms=8000)
    merged = merge_three(BASE, people, [*BARE, cue(7000, 9000, "Fue un martes.")])
    assert shown(merged) == as_shown(people)
    assert [(one.id, one.other.text) for one in merged.conflicts] == [("R-3", "Fue un martes.")]


def test_a_new_cue_over_one_reworded_by_people_and_retimed_by_the_machine_is_a_conflict():
    people = changed(2, text="En la frontera nos quitaron los papeles.")
    other = [*changed(2, end_ms=6900), cue(6500, 7500, "Fue un martes.")]
    merged = merge_three(BASE, people, other)
    assert [one.text for one in merged.cues] == [one.text for one in people]
    assert [one.other.text for one in merged.conflicts] == ["Fue un martes."]


def test_a_cue_that_would_move_over_a_retimed_one_stays_with_a_conflict_and_keeps_its_base():
    people, other = changed(1, start_ms=1900, end_ms=3500), changed(0, end_ms=1950)
    merged = merge_three(BASE, people, other)
    assert shown(merged) == as_shown(people)
    assert [(one.id, one.other.end_ms) for one in merged.conflicts] == [("R-1", 1950)]
    assert merged.bases[0] == BASE[0]


def test_what_a_person_stands_behind_does_not_follow():
    other = changed(1, text="Mi abuela se fue del pueblo.")
    merged = merge_three(BASE, BARE, other, held={"R-2"})
    assert shown(merged) == as_shown(BARE)
    assert [one.id for one in merged.conflicts] == ["R-2"]
    assert merge_three(BASE, BARE, BARE, held={"R-2"}).conflicts == ()


# -------------------------------------------------------------------------------------------------------------- dice


def typed(texts: list[str]) -> Counter[str]:
    return Counter(word for text in texts for word in TYPED.findall(text))


def overlapping(cues: list[Cue]) -> set[tuple[tuple[int, int], tuple[int, int]]]:
    """Return the times of cues that overlap: an overlap of the machine's may come with words of people's."""
    keys = sorted((one.start_ms, one.end_ms) for one in cues)
    return {
        (keys[at], keys[later])
        for at in range(len(keys))
        for later in range(at + 1, min(at + 6, len(keys)))
        if min(keys[at][1], keys[later][1]) > max(keys[at][0], keys[later][0])
    }


def hold(seed: int, cues: int) -> Merged:
    """Merge random edits of both sides and hold the result against what must be true of any."""
    dice = random.Random(seed)  # noqa: S311 - dice for a test
    base = track(dice, dice.randint(1, cues))
    people = person_edits(dice, base, dice.randint(0, 6), "tecla")
    other = machine_draft(dice, base, dice.randint(0, 6))
    merged = merge_three(base, people, other)
    assert merged == merge_three(base, people, other), "the same each time"

    # No human edit is missing: whatever of people's is not as the machine had it stands in the track, as it was.
    was = Counter((one.start_ms, one.end_ms, one.text) for one in base)
    there = Counter(shown(merged))
    said = Counter(text for _, _, text in there.elements())
    times = Counter((start, end) for start, end, _ in there.elements())
    base_texts, base_times = Counter(one.text for one in base), Counter((one.start_ms, one.end_ms) for one in base)
    for one in people:
        key = (one.start_ms, one.end_ms, one.text)
        if key in was or key in there:
            continue
        # Reworded alone, its times may follow; retimed alone, its text may.
        assert base_texts[one.text] or said[one.text], ("text", key)
        assert base_times[one.start_ms, one.end_ms] or times[one.start_ms, one.end_ms], ("times", key)
        assert said[one.text] or times[one.start_ms, one.end_ms], ("neither", key)
    assert not typed([one.text for one in people]) - typed([one.text for one in merged.cues])
    for conflict in merged.conflicts:
        assert conflict.people is None or conflict.people in merged.cues

    ids = [one.id for one in merged.cues]
    assert all(ids)
    assert len(set(ids)) == len(ids)
    assert merged.changed == (there != Counter((one.start_ms, one.end_ms, one.text) for one in people))
    assert not overlapping(list(merged.cues)) - overlapping(people) - overlapping(other), "an overlap nobody had"

    # Twice is once, and a side that changed nothing gives way to the other.
    again = merge_three(base, merged.cues, other)
    assert again.cues == merged.cues, "merged twice"
    renewed = merge_three(merged.bases, merged.cues, [replace(one, id="") for one in other])
    drafted = Counter(as_shown(other))
    if not Counter(as_shown(list(merged.bases))) - drafted:  # else something of the old draft waits for room
        assert renewed.cues == merged.cues, "merged again with what it left as its base"
    stands = {one for one in merged.cues if one.id in merged.kept and drafted[one.start_ms, one.end_ms, one.text] == 0}
    assert stands <= set(renewed.cues), "what people did is still there"
    assert shown(merge_three(base, people, base)) == as_shown(people)
    assert shown(merge_three(base, base, other)) == as_shown(other)
    return merged


@pytest.mark.parametrize("first", range(0, 800, 200))
def test_no_human_edit_is_ever_missing(first):
    conflicts = sum(bool(hold(seed, 8).conflicts) for seed in range(first, first + 200))
    assert conflicts > 20  # otherwise the dice try nothing


@pytest.mark.slow
@pytest.mark.parametrize("first", range(10**6, 10**6 + 50_000, 5000))
def test_no_human_edit_is_ever_missing_in_fifty_thousand_merges(first):
    assert sum(bool(hold(seed, 14).conflicts) for seed in range(first, first + 5000)) > 500


def test_same_cue_is_what_decides():
    people = changed(0, text="Salimos de madrugada con la neblina.  \n")
    assert same_cue(people[0], BARE[0])
    assert (
        merge_three(BASE, people, changed(0, text="Salimos muy de madrugada.")).cues[0].text
        == "Salimos muy de madrugada."
    )
