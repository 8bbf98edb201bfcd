"""Given words placed by those that are heard: none lost or changed, in order, the same words at the same times."""

import random
from itertools import pairwise

import pytest

from subtitles.given_places import HEARD, UNHEARD, placed
from subtitles.same_words import same_words
from subtitles.transcript import Word

TEXT = (
    "Salimos de madrugada, porque mi madre decía que era más seguro cruzar con la neblina. Mi abuela se quedó en el "
    "pueblo; ya no podía caminar tantos días. En la frontera nos quitaron los papeles."
)


def given(text):
    return [Word(text=word, start_ms=0, end_ms=1, confidence=700) for word in text.split()]


def heard(text, start_ms=1000):
    words, at = [], start_ms
    for word in text.split():
        words.append(Word(text=word, start_ms=at, end_ms=at + 40 * len(word), confidence=800))
        at += 40 * len(word) + 60
    return words


def times(found):
    return [(word.text, word.start_ms, word.end_ms) for word in found.words]


def test_the_same_words_take_the_times_at_which_they_are_heard():
    spoken = heard(TEXT.lower().replace(",", "").replace("í", "i"))
    found = placed(given(TEXT), spoken)
    assert [(start, end) for _, start, end in times(found)] == [(word.start_ms, word.end_ms) for word in spoken]
    assert [word.text for word in found.words] == TEXT.split()
    assert {word.confidence for word in found.words} == {HEARD}
    assert (found.share, found.unheard, found.unwritten) == (1.0, (), ())


def test_other_words_share_the_time_of_what_is_heard_in_their_place():
    spoken = heard("teníamos doce años y cuarenta y cinco días")
    found = placed(given("Teníamos 12 años y 45 días."), spoken)
    assert times(found)[1] == ("12", spoken[1].start_ms, spoken[1].end_ms)
    assert times(found)[4] == ("45", spoken[4].start_ms, spoken[6].end_ms)
    assert [word.confidence for word in found.words] == [1000, 700, 1000, 1000, 700, 1000]
    more = placed(given("la a veces difícil frontera"), heard("la muy difícil frontera"))
    assert times(more)[1:3] == [("a", 1140, 1160), ("veces", 1160, 1260)]


def test_words_for_which_nothing_is_heard_stay_and_are_doubtful():
    spoken = heard("Salimos de noche")
    found = placed(given("Bueno, Salimos de la casa noche — sí"), spoken)
    assert [word.text for word in found.words] == ["Bueno,", "Salimos", "de", "la", "casa", "noche", "—", "sí"]
    assert [word.confidence for word in found.words] == [UNHEARD, 1000, 1000, UNHEARD, UNHEARD, 1000, 700, UNHEARD]
    assert [one.words for one in found.unheard] == [("Bueno,",), ("la", "casa"), ("sí",)]
    first, *_, last = found.words
    assert (first.start_ms, first.end_ms) == (625, 1000)
    assert last.start_ms >= spoken[-1].end_ms


def test_what_is_heard_and_not_written_is_told():
    spoken = heard(TEXT)
    found = placed(given(TEXT.replace(" Mi abuela se quedó en el pueblo;", "")), spoken)
    assert [one.words for one in found.unwritten] == [("Mi", "abuela", "se", "quedó", "en", "el", "pueblo;")]
    assert (found.unwritten[0].start_ms, found.unwritten[0].end_ms) == (spoken[15].start_ms, spoken[21].end_ms)


def test_halves_of_words_and_words_with_dashes_are_compared_whole():
    spoken = [*heard("los post ops"), Word(text="era", start_ms=2000, end_ms=2200, confidence=900)]
    spoken.append(Word(text="n", start_ms=2200, end_ms=2300, confidence=900, joins_previous=True))
    written = [*given("Los post-ops er"), Word(text="an", start_ms=0, end_ms=1, confidence=1, joins_previous=True)]
    found = placed(written, spoken)
    assert times(found) == [
        ("Los", 1000, 1120),
        ("post-ops", spoken[1].start_ms, spoken[2].end_ms),
        ("er", 2000, 2150),
        ("an", 2150, 2300),
    ]
    assert (found.share, found.unheard, found.unwritten) == (1.0, (), ())


@pytest.mark.parametrize(("written", "spoken"), [("", "a b"), ("a b", ""), ("", ""), ("— …", "a b"), ("— …", "")])
def test_nothing_is_placed_without_breaking(written, spoken):
    found = placed(given(written), heard(spoken))
    assert [word.text for word in found.words] == written.split()
    assert found.share == 0


def test_whatever_is_changed_no_word_is_lost_and_times_rise():
    dice = random.Random(7)  # noqa: S311 - no secret
    for _ in range(400):
        spoken = heard(" ".join(dice.choices(TEXT.split(), k=dice.randint(0, 60))))
        changed = [word for word in (one.text for one in spoken) if dice.random() > 0.2]
        for _ in range(dice.randint(0, 12)):
            changed.insert(dice.randint(0, len(changed)), dice.choice(["nuevo", "—", "la", "a-b-c", "12"]))
        found = placed(given(" ".join(changed)), spoken)
        assert [word.text for word in found.words] == changed
        starts = [word.start_ms for word in found.words]
        assert starts == sorted(starts)
        assert all(word.start_ms < word.end_ms for word in found.words)
        missing = [word for one in found.unheard for word in one.words]
        assert sum(word.confidence == UNHEARD for word in found.words) >= len(missing) > -1


def test_a_missing_hour_moves_nothing_behind_it():
    dice = random.Random(8)  # noqa: S311 - no secret
    words = [f"{dice.choice(TEXT.split())}{dice.randint(0, 40)}" for _ in range(12_000)]
    spoken = heard(" ".join(words))
    found = placed(given(" ".join(words[:2000] + words[9000:])), spoken)
    wanted = spoken[:2000] + spoken[9000:]
    near = sum(one.start_ms == other.start_ms for one, other in zip(found.words, wanted, strict=True))
    assert near >= 4990


def test_pairs_of_same_words_rise_on_both_sides():
    dice = random.Random(9)  # noqa: S311 - no secret
    for _ in range(500):
        one, other = (dice.choices("abcde", k=dice.randint(0, 30)) for _ in range(2))
        pairs = same_words(one, other)
        assert all(one[x] == other[y] for x, y in pairs)
        assert all(a < c and b < d for (a, b), (c, d) in pairwise(pairs))
    assert same_words("abc", "abc") == ((0, 0), (1, 1), (2, 2))
    assert len(same_words("xabcy", "abc")) == 3
