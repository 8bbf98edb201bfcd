"""What comes back is merged three ways; what cannot be taken is said, and nothing is lost for it."""

import random
from dataclasses import replace
from fractions import Fraction

import pytest

from footage_manifest.findings import Severity
from subtitles.cue import Cue
from subtitles.exchange.back import Brought, Rules, bring_back
from subtitles.exchange.model import ReturnedComment, ReturnedFile, ReturnedUnit, UnitStatus
from subtitles.exchange.units import Sides, limit, units_of
from subtitles.merge import align
from subtitles.state import seed
from subtitles.style import OURS
from tests.exchange_film import ENGLISH, SPANISH, cues_of, seeded, sent, sides

RULES = Rules(style=OURS, rate=Fraction(25))


def returned(both: Sides, changes: dict[int, str] | None = None, **fields: object) -> ReturnedFile:
    """Return the file that `both` was sent as, with other texts in some of its rows."""
    file = sent(both)
    rows = [
        ReturnedUnit(
            id=unit.id,
            trace=trace,
            line=at + 2,
            target=(changes or {}).get(at, unit.target),
            source=unit.source,
        )
        for at, (unit, trace) in enumerate(zip(file.units, file.traces(), strict=True))
    ]
    whole = ReturnedFile(
        file="back.csv", film="Tres días", reel="INT01", source_language="es", target_language="en", units=tuple(rows)
    )
    return replace(whole, **fields)


def with_people(english: list[str], spanish: tuple[str, ...] = SPANISH) -> Sides:
    """Return both tracks after people changed some texts."""
    source, target = seeded()
    return Sides(
        languages=("es", "en"),
        source=align(cues_of(spanish), source.state, reel="INT01"),
        target=align(cues_of(english), target.state, reel="INT01"),
    )


def texts(brought: Brought) -> list[str]:
    return [cue.text for cue in brought.merged.cues]


def said(brought: Brought, severity: Severity | None = None) -> str:
    return "\n".join(str(one) for one in brought.findings if severity in {None, one.severity})


def test_what_came_back_as_it_went_changes_nothing():
    both = sides()
    brought = bring_back(returned(both), both, RULES, reel="INT01")
    assert not brought.merged.changed
    assert brought.findings == ()
    assert (brought.taken, brought.unchanged, brought.empty) == ((), 5, 0)


def test_a_changed_text_is_taken_at_the_cues_own_times():
    both = sides()
    brought = bring_back(returned(both, {1: "We walked <i>three days</i>."}), both, RULES, reel="INT01")
    assert texts(brought) == [ENGLISH[0], "We walked <i>three days</i>.", *ENGLISH[2:]]
    assert brought.merged.cues[1].start_ms == 3000
    assert brought.taken == brought.looked_at == ("INT01-00003000",)


def test_both_sides_are_kept_where_both_changed_a_text():
    before = sides()
    now = with_people([*ENGLISH[:4], "Nobody was waiting for us."])
    brought = bring_back(returned(before, {4: "No one awaited us.", 1: "We went."}), now, RULES, reel="INT01")
    assert texts(brought)[4] == "Nobody was waiting for us."
    assert texts(brought)[1] == "We went."
    assert [conflict.other.text for conflict in brought.merged.conflicts] == ["No one awaited us."]
    assert "'No one awaited us.' is kept beside it" in said(brought)


def test_the_same_change_on_both_sides_is_no_conflict():
    now = with_people([*ENGLISH[:4], "Nobody was there."])
    brought = bring_back(returned(sides(), {4: "Nobody was there."}), now, RULES, reel="INT01")
    assert not brought.merged.conflicts
    assert not brought.merged.changed


def test_peoples_change_stays_where_the_translator_left_the_text_alone():
    now = with_people([*ENGLISH[:4], "Nobody was there."])
    brought = bring_back(returned(sides()), now, RULES, reel="INT01")
    assert texts(brought)[4] == "Nobody was there."
    assert not brought.merged.conflicts


def test_a_change_to_what_was_approved_is_a_conflict():
    both = sides()
    back = returned(both, {1: "We went."})
    brought = bring_back(back, both, RULES, held={"INT01-00003000"}, reel="INT01")
    assert texts(brought) == list(ENGLISH)
    assert [conflict.id for conflict in brought.merged.conflicts] == ["INT01-00003000"]


def test_a_row_that_is_missing_deletes_nothing_and_is_named():
    both = sides()
    back = returned(both)
    brought = bring_back(replace(back, units=back.units[:2] + back.units[4:]), both, RULES, reel="INT01")
    assert texts(brought) == list(ENGLISH)
    assert "of the 5 subtitles that were sent these are not in it, and stay as they are: 3-4" in said(brought)


def test_rows_that_were_moved_go_where_their_ids_say():
    both = sides()
    back = returned(both, {0: "-What happened?\n-Rain."})
    brought = bring_back(replace(back, units=back.units[::-1]), both, RULES, reel="INT01")
    assert texts(brought) == ["-What happened?\n-Rain.", *ENGLISH[1:]]
    assert "rows were moved" in said(brought)


def test_an_empty_text_leaves_what_is_there_and_is_named():
    both = sides()
    brought = bring_back(returned(both, {0: "", 1: "  \n", 3: "<i></i>"}), both, RULES, reel="INT01")
    assert texts(brought) == list(ENGLISH)
    assert brought.empty == 3
    assert "3 subtitles came back without a text, and the film's own text stands: rows 2-3 and 5" in said(brought)


def test_an_id_that_is_not_known_loses_no_text_in_silence():
    both = sides()
    back = returned(both)
    lost = replace(back.units[0], id="whatever", trace=None, target="Something new")
    gone = replace(back.units[1], id="INT01-99", trace=replace(back.units[1].trace, id="INT01-99"), target="Also new")
    brought = bring_back(replace(back, units=(lost, gone, *back.units)), both, RULES, reel="INT01")
    errors = said(brought, Severity.ERROR)
    assert "back.csv:2: it cannot be told which subtitle 'Something new' is for: its id is 'whatever'" in errors
    assert "back.csv:3: INT01-99: the film has no such subtitle any more, and 'Also new' is not taken" in errors
    assert texts(brought) == list(ENGLISH)


def test_an_id_twice_counts_once_and_only_where_it_is_clear_which():
    both = sides()
    back = returned(both, {1: "We went."})
    again = replace(back.units[1], line=9)
    brought = bring_back(replace(back, units=(*back.units, again)), both, RULES, reel="INT01")
    assert texts(brought)[1] == "We went."
    assert "it is there 2 times" in said(brought, Severity.WARNING)
    other = replace(again, target="We left.")
    brought = bring_back(replace(back, units=(*back.units, other)), both, RULES, reel="INT01")
    assert texts(brought)[1] == ENGLISH[1]
    assert "more than once, with different texts (rows 3 and 9), and none is taken" in said(brought, Severity.ERROR)


def test_of_two_rows_the_one_that_was_changed_counts():
    both = sides()
    back = returned(both)
    other = replace(back.units[1], line=9, target="We went.")
    brought = bring_back(replace(back, units=(*back.units, other)), both, RULES, reel="INT01")
    assert texts(brought)[1] == "We went."


def test_a_change_of_the_source_is_said_and_not_taken():
    both = sides()
    back = returned(both)
    changed = replace(back.units[4], source="Nadie nos quería.")
    brought = bring_back(replace(back, units=(*back.units[:4], changed)), both, RULES, reel="INT01")
    assert "back.csv:6: INT01-00012000: the source was changed in the file" in said(brought)
    assert "'Nadie nos quería.'" in said(brought)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("We walked for <i>three days.", "<i> is not closed"),
        ("We walked for three days</i>.", "</i> closes what is not open"),
        ("We walked for < i>three days.", "looks like a tag that was damaged"),
        ("We walked for three days.", "</i> and <i> were in it and are gone"),
    ],
)
def test_damaged_tags_are_said_and_the_text_is_taken(text, what):
    both = sides()
    brought = bring_back(returned(both, {1: text}), both, RULES, reel="INT01")
    assert what in said(brought)
    assert texts(brought)[1] == text


@pytest.mark.parametrize("text", ["3 < 5 and 7 > 2", "He said {quietly} no", "I <3 you", "<em>not ours</em>"])
def test_what_is_no_tag_is_no_damaged_one(text):
    both = sides()
    assert "damaged" not in said(bring_back(returned(both, {4: text}), both, RULES, reel="INT01"))


def test_a_text_over_its_limit_is_taken_and_said():
    both = sides()
    long = "No one at all in the whole of that town\nhad expected the four of us that evening."
    brought = bring_back(returned(both, {4: long}), both, RULES, reel="INT01")
    assert texts(brought)[4] == long
    assert "characters a second to read, 20 are allowed" in said(brought, Severity.WARNING)


def test_a_long_line_is_broken_and_a_lost_break_comes_back():
    spanish = ("Había una vez un pueblo junto al río,\nlejos de todo.",)
    english = ("Once there was a village by the river,\nfar away from everything.",)
    both = sides(spanish, english)
    flat = bring_back(returned(both, {0: english[0].replace("\n", " ")}), both, RULES, reel="INT01")
    assert not flat.merged.changed
    new = bring_back(
        returned(both, {0: "Once upon a time there was a village by the river, far from it all."}),
        both,
        RULES,
        reel="INT01",
    )
    assert texts(new) == ["Once upon a time there was a village\nby the river, far from it all."]


@pytest.mark.parametrize(
    "text", ["00:00:01,000 --> 00:00:02,000", "a\0b", "half \ud800", "1\n00:00:01,000 --> 00:00:02,000"]
)
def test_what_no_subtitle_file_can_hold_is_refused_alone(text):
    both = sides()
    brought = bring_back(returned(both, {1: text, 4: "Nobody."}), both, RULES, reel="INT01")
    assert texts(brought) == [*ENGLISH[:4], "Nobody."]
    assert "its text cannot be taken" in said(brought, Severity.ERROR)


def test_a_translation_of_a_source_that_changed_since_is_still_of_the_old_one():
    before = sides()
    now = with_people(list(ENGLISH), (*SPANISH[:4], "Nadie, nadie nos esperaba."))
    brought = bring_back(returned(before, {4: "No one awaited us."}), now, RULES, reel="INT01")
    assert brought.taken == ("INT01-00012000",)
    assert brought.looked_at == ()
    assert set(brought.made_from) == {"INT01-00012000"}


def test_without_its_trace_a_row_is_merged_over_what_the_machine_wrote():
    now = with_people([*ENGLISH[:4], "Nobody was there."])
    back = returned(now, {1: "We went.", 4: "No one came."})
    bare = replace(back, units=tuple(replace(row, trace=None) for row in back.units))
    brought = bring_back(bare, now, RULES, reel="INT01")
    assert texts(brought)[1] == "We went."
    assert texts(brought)[4] == "Nobody was there."
    assert [conflict.id for conflict in brought.merged.conflicts] == ["INT01-00012000"]


def test_what_is_not_translated_yet_goes_out_empty_and_comes_back_as_a_new_cue():
    spanish = seed(cues_of(SPANISH), reel="INT01", language="es")
    both = Sides(languages=("es", "fr"), source=align(cues_of(SPANISH), spanish.state, reel="INT01"), target=None)
    units = units_of(both, OURS)
    assert {unit.status for unit in units} == {UnitStatus.UNTRANSLATED}
    assert [unit.source for unit in units] == list(SPANISH)
    back = returned(both, {0: "-Que s'est-il passé ?\n-Il pleuvait.", 2: "La rivière a monté."})
    brought = bring_back(back, both, RULES, reel="INT01")
    assert texts(brought) == ["-Que s'est-il passé ?\n-Il pleuvait.", "La rivière a monté."]
    assert brought.empty == 3
    assert [one for one in brought.findings if "came back without" in str(one)] == []


@pytest.mark.parametrize(("text", "conflicts"), [(ENGLISH[2], []), ("{\\an8}The river had risen.", ["INT01-00006000"])])
def test_what_people_deleted_does_not_come_back(text, conflicts):
    _, target = seeded()
    file = [cue for at, cue in enumerate(cues_of(ENGLISH)) if at != 2]
    now = replace(sides(), target=align(file, target.state, reel="INT01"))
    brought = bring_back(returned(sides(), {2: text}), now, RULES, reel="INT01")
    assert texts(brought) == [*ENGLISH[:2], *ENGLISH[3:]]
    assert [conflict.id for conflict in brought.merged.conflicts] == conflicts


def test_units_say_what_is_stale_and_how_much_fits():
    now = with_people(list(ENGLISH), (*SPANISH[:4], "Nadie, nadie nos esperaba."))
    unit = units_of(now, OURS)[4]
    assert unit.status is UnitStatus.STALE
    assert "its source was changed" in unit.note
    assert unit.limit == limit(2500, "en", OURS) == 50
    assert limit(60_000, "en", OURS) == 85  # two lines of 42 and the break between them
    assert limit(0, "en", OURS) == 0


def test_cues_that_overlap_in_the_film_take_translations_all_the_same():
    cues = [
        Cue(id="INT01-a", start_ms=0, end_ms=3000, text="One speaks."),
        Cue(id="INT01-b", start_ms=1000, end_ms=4000, text="Another too."),
    ]
    state = seed(cues, reel="INT01", language="en").state
    both = Sides(languages=("en", "en"), source=None, target=align(cues, state, reel="INT01"))
    brought = bring_back(returned(both, {0: "One talks.", 1: "And another."}), both, RULES, reel="INT01")
    assert texts(brought) == ["One talks.", "And another."]
    assert not brought.merged.conflicts


def test_a_remark_on_what_is_not_there_yet_is_said():
    spanish = seed(cues_of(SPANISH), reel="INT01", language="es")
    both = Sides(languages=("es", "fr"), source=align(cues_of(SPANISH), spanish.state, reel="INT01"), target=None)
    back = returned(both, {1: "Trois jours."})
    rows = tuple(replace(row, comments=(ReturnedComment(text=f"hm {row.line}"),)) for row in back.units)
    brought = bring_back(replace(back, units=rows), both, RULES, reel="INT01")
    assert [remark.text for _, remark in brought.comments] == ["hm 3"]
    assert said(brought).count("what was remarked has no subtitle yet") == 4


def test_a_text_that_is_far_too_long_is_refused_at_once():
    both = sides()
    brought = bring_back(returned(both, {1: "<" + " " * 100_000 + "x", 4: "Nobody."}), both, RULES, reel="INT01")
    assert texts(brought) == [*ENGLISH[:4], "Nobody."]
    assert "its text has 100002 letters" in said(brought, Severity.ERROR)


def people_at_work(cues: list[Cue], dice: random.Random) -> list[Cue]:
    """Return a file after somebody worked on it: reworded, retimed, deleted, split, added."""
    made = []
    for cue in cues:
        word = f"w{dice.randrange(10_000)}"
        match dice.randrange(8):
            case 0:
                made.append(replace(cue, text=f"{cue.text} {word}"))
            case 1:
                made.append(replace(cue, text=f"{word} {word}x"))
            case 2:
                made.append(replace(cue, start_ms=cue.start_ms + 200, end_ms=cue.end_ms + 100))
            case 3:
                pass
            case 4:
                middle = (cue.start_ms + cue.end_ms) // 2
                made.append(replace(cue, end_ms=middle, text=cue.text[: len(cue.text) // 2]))
                made.append(replace(cue, start_ms=middle, text=cue.text[len(cue.text) // 2 :]))
            case 5:
                made.append(cue)
                made.append(Cue(start_ms=cue.end_ms + 50, end_ms=cue.end_ms + 400, text=word))
            case _:
                made.append(cue)
    return [replace(cue, id="") for cue in made] or [replace(cues[0], id="")]


@pytest.mark.parametrize("seed_number", range(0, 400, 20))
def test_no_edit_of_either_side_is_ever_missing(seed_number):
    for number in range(seed_number, seed_number + 20):
        dice = random.Random(number)  # noqa: S311 - the same work each time
        english = [f"This is sentence {at} of {at * at} words." for at in range(8)]
        spanish = [f"Es la frase {at} de {at * at} palabras." for at in range(8)]
        before = sides(spanish, english)
        changes = {at: f"Translated {at} {dice.randrange(1000)}." for at in range(8) if dice.randrange(3) == 0}
        back = returned(before, changes)
        _, target = seeded(spanish, english)
        file = people_at_work(cues_of(english), dice)
        now = replace(before, target=align(file, target.state, reel="INT01"))
        brought = bring_back(back, now, RULES, reel="INT01")
        kept = {cue.text for cue in brought.merged.cues}
        sides_kept = {conflict.other.text for conflict in brought.merged.conflicts if conflict.other}
        for text in changes.values():
            assert text in kept | sides_kept or text in said(brought)
        machine = set(english)
        for cue in file:
            assert cue.text in kept or cue.text in machine
        assert len(brought.merged.cues) >= len(file)


def test_a_file_whose_cues_are_out_of_order_takes_texts_where_they_belong():
    _, target = seeded()
    cues = cues_of(ENGLISH)
    file = [cues[3], cues[0], cues[4], cues[1], cues[2]]
    now = replace(sides(), target=align(file, target.state, reel="INT01"))
    brought = bring_back(returned(sides(), {1: "We went.", 3: "Etcetera."}), now, RULES, reel="INT01")
    assert texts(brought) == [ENGLISH[0], "We went.", ENGLISH[2], "Etcetera.", ENGLISH[4]]
    assert not brought.merged.conflicts
