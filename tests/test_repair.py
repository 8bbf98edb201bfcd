import random
from fractions import Fraction

import pytest

from subtitles.cue import Cue
from subtitles.lines import split_words
from subtitles.quality import Fault, Surroundings, check
from subtitles.repair import REPAIRABLE, repair
from subtitles.style import BBC, NETFLIX_ES_419, OURS, STYLES, SubtitleStyle
from subtitles.transcript import Word

RATE = Fraction(25)


def cue(text: str, start_ms: int = 0, end_ms: int = 4000) -> Cue:
    return Cue(start_ms=start_ms, end_ms=end_ms, text=text)


def repaired(
    *cues: Cue, style: SubtitleStyle = OURS, known: Surroundings | None = None, only: tuple[Fault, ...] = ()
) -> list[tuple[int, int, str]]:
    done = repair(cues, language="es", style=style, rate=RATE, known=known, only=only)
    return [(one.start_ms, one.end_ms, one.text) for one in done.cues]


@pytest.mark.parametrize(
    ("text", "style", "better"),
    [
        ("Hola  mundo ,", OURS, "Hola mundo,"),
        ("<i> Hola </i>", OURS, "<i>Hola</i>"),
        ("Bien...", NETFLIX_ES_419, "Bien…"),
        ("Bien…", BBC, "Bien..."),
        ("Bien...", OURS, "Bien..."),
        (
            "Nos fuimos ese mismo día a la\ncasa de mi abuela materna",
            OURS,
            "Nos fuimos ese mismo día\na la casa de mi abuela materna",
        ),
        (
            "Nos fuimos ese mismo día a la casa de mi abuela\nmaterna",
            OURS,
            "Nos fuimos ese mismo día\na la casa de mi abuela materna",
        ),
        ("Qué pasó?", OURS, "Qué pasó?"),
    ],
)
def test_a_text_is_written_better_and_says_the_same(text, style, better):
    assert repaired(cue(text), style=style) == [(0, 4000, better)]


def test_gaps_are_opened_and_closed_to_two_frames():
    assert repaired(cue("uno", 0, 2000), cue("dos", 2000, 4000), cue("tres", 4300, 6000)) == [
        (0, 1920, "uno"),
        (2000, 4220, "dos"),
        (4300, 6000, "tres"),
    ]


def test_the_bbc_has_them_touch():
    assert repaired(cue("uno", 0, 2000), cue("dos", 2900, 5000), style=BBC)[0] == (0, 2900, "uno")


def test_a_short_cue_stays_longer_where_there_is_room():
    assert repaired(cue("Sí", 0, 400)) == [(0, 833, "Sí")]
    assert repaired(cue("Sí", 0, 400), cue("No", 600, 2000))[0] == (0, 520, "Sí")


def test_a_gap_is_not_opened_where_the_text_would_be_read_in_a_hurry():
    hurried = cue("a" * 34, 0, 2000)
    assert repaired(hurried, cue("dos", 2000, 4000))[0] == (0, 2000, "a" * 34)


def test_edges_snap_to_shot_changes():
    known = Surroundings(shots_ms=(1000, 4000))
    assert repaired(cue("Hola", 1120, 4200), known=known) == [(1000, 3920, "Hola")]
    assert repaired(cue("Hola", 880, 4200), known=known) == [(1000, 3920, "Hola")]
    assert repaired(cue("Hola", 620, 3700), known=known) == [(500, 3920, "Hola")]


def test_a_cue_whose_words_go_on_over_a_cut_stays_half_a_second_behind_it():
    known = Surroundings(shots_ms=(4000,), words=(Word(text="x", start_ms=1000, end_ms=4150, confidence=900),))
    assert repaired(cue("Hola", 1000, 4200), known=known) == [(1000, 4500, "Hola")]


def test_a_cue_is_not_moved_over_its_neighbour():
    known = Surroundings(shots_ms=(2000,))
    before, after = cue("uno", 0, 2080), cue("dos", 2160, 5000)
    assert repaired(before, after, known=known)[1][0] == 2160


def test_a_cue_is_not_moved_where_it_would_be_read_in_a_hurry():
    known = Surroundings(shots_ms=(1000,))
    assert repaired(cue("a" * 34, 880, 2880), known=known)[0][0] == 880


def test_a_cue_stays_to_its_last_word():
    known = Surroundings(words=(Word(text="x", start_ms=0, end_ms=2600, confidence=900),))
    assert repaired(cue("Hola", 0, 2000), known=known) == [(0, 2600, "Hola")]
    slow = cue("a" * 34 + "\n" + "b" * 17, 0, 2000)
    assert repaired(slow, known=known, only=(Fault.VOICE_OUT,))[0][:2] == (0, 3059)


def test_only_what_is_asked_for_is_repaired():
    messy = cue("Hola  mundo", 0, 400)
    assert repaired(messy, only=(Fault.SPACES,)) == [(0, 400, "Hola mundo")]


def test_each_repair_says_what_was_there():
    (one,) = repair([cue("Hola  mundo")], language="es", style=OURS, rate=RATE).repairs
    assert (one.rule, one.position, one.before.text, one.after.text) == (Fault.SPACES, 0, "Hola  mundo", "Hola mundo")


SPOKEN = "el río de la casa con no José María 25 km . ¿qué ! … ... - y pero <i>hola</i> , grande {\\an8}"
WORDS = ("", *split_words(SPOKEN))


def track(chance: random.Random, count: int) -> list[Cue]:
    end, cues = 0, []
    for number in range(count):
        start = max(0, end + chance.choice([0, 40, 80, 120, 300, 480, 900, 3000]) - chance.choice([0, 0, 0, 100]))
        end = start + chance.choice([300, 700, 900, 1500, 3000, 7500])
        words = [chance.choice(WORDS) for _ in range(chance.randint(0, 14))]
        text = "".join(word + chance.choice(["\n", *[" "] * 6]) for word in words)
        cues.append(Cue(id=f"c{number}", start_ms=start, end_ms=end, text=text))
    return cues


@pytest.mark.parametrize("seed", range(12))
def test_repairs_never_make_anything_worse_and_leave_nothing_to_repair(seed):
    chance = random.Random(seed)  # noqa: S311 - the same tracks each time
    cues = track(chance, 20)
    style, language = chance.choice(list(STYLES.values())), chance.choice(["es", "en", "fr"])
    rate = chance.choice([Fraction(25), Fraction(24000, 1001), Fraction(60)])
    end = cues[-1].end_ms
    shots = tuple(sorted({chance.randrange(0, end) for _ in range(12)}))
    starts = range(0, end, chance.choice([230, 900]))
    said = tuple(Word(text="x", start_ms=start, end_ms=start + 200, confidence=900) for start in starts)
    known = Surroundings(shots_ms=shots, words=said)

    done = repair(cues, language=language, style=style, rate=rate, known=known)
    again = repair(done.cues, language=language, style=style, rate=rate, known=known)

    assert again.repairs == ()
    assert [one.id for one in done.cues] == [one.id for one in cues]
    faults = [
        {
            (one.fault, one.position)
            for one in check(version, language=language, style=style, rate=rate, shots_ms=shots, words=said)
        }
        for version in (cues, done.cues)
    ]
    assert faults[1] <= faults[0]
    assert not done.repairs or faults[1] < faults[0]
    assert {one.rule for one in done.repairs} <= set(REPAIRABLE)
    for before, after in zip(cues, done.cues, strict=True):
        letters = [letters_of(one.text) for one in (before, after)]
        assert letters[0] == letters[1]


def letters_of(text: str) -> str:
    return "".join(split_words(text)).replace("…", "...")
