import random
from dataclasses import replace

import pytest

from subtitles.cue import Cue
from subtitles.merge import align, sources_of, staleness
from subtitles.state import CueStatus, TrackState, approved, seed

TEXTS = [
    "¿Cómo fue la salida?",
    "Salimos de madrugada,\nporque mi madre decía",
    "que era más seguro cruzar con la neblina.",
    "Sí.",
    "Mi abuela se quedó en el pueblo;\nya no podía caminar tantos días.",
    "Sí.",
    "En la frontera nos quitaron los papeles.",
]
SPOKEN = [
    Cue(id=f"INT01-{i * 4000:08}", start_ms=i * 4000, end_ms=i * 4000 + 3900, text=text) for i, text in enumerate(TEXTS)
]
IDS = [cue.id for cue in SPOKEN]
STATE = seed(SPOKEN, reel="INT01", language="es").state
BARE = [replace(cue, id="") for cue in SPOKEN]
DRAFT, EDITED, APPROVED = CueStatus.DRAFT, CueStatus.EDITED, CueStatus.APPROVED


def aligned(cues, state: TrackState | None = STATE):
    return align(cues, state, reel="INT01", lines=[10 * (i + 1) for i in range(len(cues))])


def edited(*changes: tuple[int, dict]) -> list[Cue]:
    cues = list(BARE)
    for position, change in changes:
        cues[position] = replace(cues[position], **change)
    return cues


def ids(track) -> list[str]:
    return [cue.id for cue in track.cues]


def test_an_untouched_file_is_all_drafts():
    track = aligned(BARE)
    assert track.plain() == tuple(SPOKEN)
    assert {cue.status for cue in track.cues} == {DRAFT}
    assert track.counted() == {DRAFT: 7, EDITED: 0, APPROVED: 0}


@pytest.mark.parametrize(
    "change",
    [
        {"text": "¿Y cómo fue aquella salida?"},
        {"text": "Otra cosa distinta."},
        {"start_ms": 300},
        {"start_ms": 200, "end_ms": 3500, "text": "¿Cómo fue la partida?"},
    ],
)
def test_a_reworded_or_retimed_cue_keeps_its_id_and_is_edited(change):
    track = aligned(edited((0, change)))
    assert ids(track) == IDS
    assert [cue.status for cue in track.cues] == [EDITED, *[DRAFT] * 6]


@pytest.mark.parametrize("text", ["Salimos de madrugada,  \nporque mi madre deci\u0301a \n"])
def test_what_an_editor_changes_by_itself_is_no_edit(text):
    assert aligned(edited((1, {"text": text}))).counted()[DRAFT] == 7


def test_breaking_lines_anew_is_an_edit():
    assert aligned(edited((1, {"text": SPOKEN[1].text.replace("\n", " ")}))).cues[1].status is EDITED


@pytest.mark.parametrize("by_ms", [-900, 1700, 60_000])
def test_a_file_moved_as_a_whole_keeps_every_id(by_ms):
    moved = [replace(cue, start_ms=cue.start_ms + by_ms + 1000, end_ms=cue.end_ms + by_ms + 1000) for cue in BARE]
    assert ids(aligned(moved)) == IDS


def test_a_deleted_cue_is_known_to_be_deleted():
    track = aligned(BARE[:3] + BARE[4:])
    assert ids(track) == IDS[:3] + IDS[4:]
    assert [cue.id for cue in track.deleted] == [IDS[3]]


def test_an_added_cue_gets_an_id_of_its_own_that_stays():
    added = Cue(start_ms=40_000, end_ms=41_000, text="Música.")
    track = aligned([*BARE, added])
    assert ids(track) == [*IDS, "INT01-00040000"]
    assert (track.cues[-1].status, track.cues[-1].known) == (EDITED, None)
    assert ids(aligned([added, *BARE])) == ["INT01-00040000", *IDS]


def test_a_new_cue_never_takes_an_id_that_another_has():
    moved = edited((6, {"start_ms": 28_000, "end_ms": 31_900}))
    track = aligned([*moved, Cue(start_ms=24_000, end_ms=25_000, text="Suena una campana.")])
    assert ids(track) == [*IDS, "INT01-00024000b"]


def test_a_split_cue_keeps_its_id_on_the_first_part():
    first = replace(BARE[4], end_ms=17_900, text="Mi abuela se quedó en el pueblo;")
    second = replace(BARE[4], start_ms=17_980, text="ya no podía caminar\ntantos días.")
    track = aligned([*BARE[:4], first, second, *BARE[5:]])
    assert ids(track) == [*IDS[:5], "INT01-00017980", *IDS[5:]]
    assert [cue.split_from for cue in track.cues][4:6] == ["", IDS[4]]
    assert track.deleted == ()


def test_joined_cues_have_the_id_of_one_and_name_the_other():
    both = replace(
        BARE[1],
        end_ms=BARE[2].end_ms,
        text="Salimos de madrugada: mi madre decía\nque era más seguro cruzar con la neblina.",
    )
    track = aligned([BARE[0], both, *BARE[3:]])
    assert ids(track)[2:] == IDS[3:]
    assert {track.cues[1].id, *track.cues[1].joined} == {IDS[1], IDS[2]}
    assert track.deleted == ()


def test_cues_in_any_order_of_the_file_are_found_and_left_in_it():
    mixed = list(BARE)
    random.Random(3).shuffle(mixed)  # noqa: S311 - a fixed order, not a secret
    assert [cue.cue.text for cue in aligned(mixed).cues] == [cue.text for cue in mixed]
    assert aligned(mixed).counted()[DRAFT] == 7


def test_without_a_state_every_cue_is_a_person_s():
    track = aligned(BARE, None)
    assert {(cue.status, cue.known) for cue in track.cues} == {(EDITED, None)}
    assert ids(track) == IDS


def test_approval_holds_until_the_cue_changes():
    words = replace(SPOKEN[2], text="que era más seguro.")
    state = approved(STATE, {words.id: words})
    same = edited((2, {"text": "que era más seguro."}))
    assert aligned(same, state).cues[2].status is APPROVED
    assert aligned(edited((2, {"text": "que era mejor."})), state).cues[2].status is EDITED
    assert aligned(BARE, state).cues[2].status is DRAFT


def test_a_large_file_that_was_edited_all_over_is_aligned():
    chosen = random.Random(1)  # noqa: S311 - fixed words, not a secret
    words = ["agua", "monte", "casa", "río", "madre", "noche", "pueblo", "camino", "papeles", "fresas", "lluvia", "voz"]
    base = [
        Cue(id=f"R-{i:08}", start_ms=i * 3000, end_ms=i * 3000 + 2900, text=" ".join(chosen.choices(words, k=8)))
        for i in range(3000)
    ]
    state = seed(base, reel="R", language="es").state
    file = [replace(cue, id="", start_ms=cue.start_ms + chosen.randint(-90, 90), text=cue.text + " ya") for cue in base]
    del file[1500]
    found = align(file, state, reel="R")
    assert ids(found) == [cue.id for cue in base if cue.id != "R-00001500"]


ENGLISH = [replace(cue, text=f"Text {i} in English.") for i, cue in enumerate(SPOKEN)]
TRANSLATED = seed(ENGLISH, reel="INT01", language="en", source_language="es", source=SPOKEN).state


def stale(spanish, english=None) -> list[str]:
    track = aligned(english or [replace(cue, id="") for cue in ENGLISH], TRANSLATED)
    return [str(finding) for finding in staleness(track, aligned(spanish), file="INT01.en.srt")]


def test_a_translation_of_unchanged_speech_is_not_stale():
    assert stale(BARE) == []
    assert stale(edited((1, {"text": "Salimos de madrugada, porque\nmi madre decía"}), (2, {"start_ms": 8200}))) == []


def test_a_translation_is_stale_when_its_source_says_something_else():
    (finding,) = stale(edited((2, {"text": "que era menos peligroso\ncruzar con la neblina."})))
    assert finding == (
        "INT01.en.srt:30: INT01-00008000: its source was changed since it was translated and says "
        "'que era menos peligroso cruzar con la neblina.'; compare the translation with it"
    )


def test_a_deleted_or_joined_source_makes_its_translation_stale():
    (deleted,) = stale(BARE[:6])
    assert "INT01-00024000: its source was deleted" in deleted
    both = replace(BARE[1], end_ms=BARE[2].end_ms, text=f"{TEXTS[1]} {TEXTS[2]}")
    assert sum("joined into" in finding for finding in stale([BARE[0], both, *BARE[3:]])) == 1


def test_a_new_source_cue_is_not_translated_yet_unless_a_person_did():
    spanish = [*BARE, Cue(start_ms=40_000, end_ms=41_000, text="Eso es todo.")]
    (finding,) = stale(spanish)
    assert finding.startswith("INT01.en.srt: INT01-00040000: 'Eso es todo.' is not translated")
    english = [*[replace(cue, id="") for cue in ENGLISH], Cue(start_ms=40_000, end_ms=41_000, text="That is all.")]
    assert stale(spanish, english) == []


@pytest.mark.parametrize("text", ["", "  ", "<i></i>", r"{\an8}"])
def test_a_translation_without_a_text_translates_nothing(text):
    english = [replace(cue, id="") for cue in ENGLISH]
    english[2] = replace(english[2], text=text)
    (finding,) = stale(BARE, english)
    assert finding.startswith(f"INT01.en.srt: {IDS[2]}: ")
    assert "is not translated" in finding


def test_a_person_s_own_translation_covers_only_what_it_is_shown_with():
    own = [replace(ENGLISH[0], id="", end_ms=4200)]
    track = align(own, None, reel="INT01")
    found = staleness(track, aligned(BARE[:2]), file="INT01.en.srt")
    assert [(finding.field, finding.what) for finding in found] == [
        (IDS[1], f"'{TEXTS[1].replace(chr(10), ' ')}' is not translated")
    ]


def translates(spanish, english=None) -> dict[str, list[str]]:
    track = aligned(english or [replace(cue, id="") for cue in ENGLISH], TRANSLATED)
    return {name: [cue.id for cue in cues] for name, cues in sources_of(track, aligned(spanish)).items()}


def test_a_translation_has_its_source():
    assert translates(BARE) == {name: [name] for name in IDS}
    assert translates(BARE[:6])[IDS[6]] == []


def test_a_translation_whose_source_is_gone_goes_by_what_is_spoken_meanwhile():
    other = Cue(start_ms=24_500, end_ms=27_900, text="Otra cosa que nadie tradujo.")
    assert translates([*BARE[:6], other])[IDS[6]] != []


def test_a_person_s_own_source_cue_may_be_moved_after_it_was_translated():
    added = Cue(start_ms=40_000, end_ms=41_000, text="Y eso es todo, de verdad.")
    spoken = aligned([*BARE, added])
    drafts = [*ENGLISH, Cue(id=spoken.cues[-1].id, start_ms=40_000, end_ms=41_000, text="And that is all, really.")]
    state = seed(drafts, reel="INT01", language="en", source_language="es", source=spoken.plain()).state
    english = aligned([replace(cue, id="") for cue in drafts], state)
    moved = aligned([*BARE, replace(added, start_ms=40_120)])
    assert staleness(english, moved, file="INT01.en.srt") == ()
    assert [cue.id for cue in sources_of(english, moved)[drafts[-1].id]] == ["INT01-00040120"]


def test_both_halves_of_a_split_source_are_translated_by_what_translated_it():
    halves = [
        replace(BARE[4], end_ms=17_900, text="Mi abuela se quedó en el pueblo;"),
        replace(BARE[4], start_ms=17_980, text="ya no podía caminar\ntantos días."),
    ]
    assert translates([*BARE[:4], *halves, *BARE[5:]])[IDS[4]] == [IDS[4], "INT01-00017980"]


def test_each_half_of_a_split_translation_has_the_source_at_its_time():
    halves = [
        replace(ENGLISH[4], id="", end_ms=17_900, text="Text 4 in"),
        replace(ENGLISH[4], id="", start_ms=17_980, text="English."),
    ]
    spanish = [
        *BARE[:4],
        replace(BARE[4], end_ms=17_900, text="Mi abuela se quedó en el pueblo;"),
        replace(BARE[4], start_ms=17_980, text="ya no podía caminar\ntantos días."),
        *BARE[5:],
    ]
    english = [*[replace(cue, id="") for cue in ENGLISH[:4]], *halves, *[replace(cue, id="") for cue in ENGLISH[5:]]]
    found = translates(spanish, english)
    assert [found[IDS[4]], found["INT01-00017980"]] == [[IDS[4]], ["INT01-00017980"]]


def test_a_joined_translation_has_all_its_sources():
    both = replace(ENGLISH[1], id="", end_ms=ENGLISH[2].end_ms, text="Text 1 in English. Text 2 in English.")
    english = [replace(cue, id="") for cue in (ENGLISH[0], both, *ENGLISH[3:])]
    (sources,) = [found for found in translates(BARE, english).values() if len(found) > 1]
    assert sources == IDS[1:3]


def test_a_joined_source_is_the_source_of_both_translations():
    both = replace(BARE[1], end_ms=BARE[2].end_ms, text=f"{TEXTS[1]} {TEXTS[2]}")
    found = translates([BARE[0], both, *BARE[3:]])
    assert found[IDS[1]] == found[IDS[2]] != []


def test_a_translation_that_still_says_what_was_said_is_named():
    english = [replace(cue, id="") for cue in ENGLISH]
    english[5] = replace(english[5], text=TEXTS[5])
    english[6] = replace(english[6], text=TEXTS[6].upper())
    (finding,) = stale(BARE, english)
    assert finding.startswith(f"INT01.en.srt:70: {IDS[6]}: it says the same as what is spoken")
