import dataclasses
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subtitles.quality import Fault, check
from subtitles.segment import segment
from subtitles.style import OURS
from subtitles.transcript import Word

RATE = Fraction(25)
SPANISH = (
    "Salimos de madrugada, porque mi madre decía que era más seguro cruzar con la neblina. Mi abuela se quedó en el "
    "pueblo; ya no podía caminar tantos días. En la frontera nos quitaron los papeles y nos hicieron esperar toda la "
    "noche. El abogado me explicó que la solicitud de asilo podía tardar más de tres años."
)


def spoken(text: str, *, each_ms: int = 60, start_ms: int = 0, silence_ms: int = 0) -> list[Word]:
    """Return `text` as words of 60 ms a letter, `silence_ms` after every sentence."""
    words, at = [], start_ms
    for part in text.split():
        end = at + each_ms * (len(part) + 1)
        words.append(Word(text=part, start_ms=at, end_ms=end, confidence=900))
        at = end + (silence_ms if part.endswith((".", "?")) else 0)
    return words


def cut(words, language="es", rate=RATE):
    return segment(words, language=language, style=OURS, rate=rate, reel="INT01")


def flat(cues) -> str:
    return " ".join(" ".join(cue.lines) for cue in cues)


def test_speech_becomes_cues_that_obey_the_style():
    cues = cut(spoken(SPANISH))
    assert flat(cues) == SPANISH
    assert check(cues, language="es", style=OURS, rate=RATE) == ()


def test_cues_end_where_a_reader_breathes():
    ends = [cue.text.split()[-1] for cue in cut(spoken(SPANISH))]
    assert {"neblina.", "días.", "noche.", "años."} <= set(ends)
    assert not {end.lower() for end in ends} & {"de", "la", "el", "los", "mi", "que", "y", "se", "no", "más"}


def test_a_cue_starts_on_its_first_word_and_keeps_a_distance_of_two_frames():
    cues = cut(spoken(SPANISH))
    starts = {word.start_ms for word in spoken(SPANISH)}
    assert {cue.start_ms for cue in cues} <= starts
    assert all(right.start_ms - left.end_ms == 80 for left, right in pairwise(cues))


def test_a_cue_stays_half_a_second_after_the_last_word_where_reading_needs_it():
    words = [Word(text="Extraordinariamente", start_ms=0, end_ms=500, confidence=900)]
    assert cut(words)[0].end_ms == 1000  # 19 characters take 1118 ms; half a second is the most
    words = [Word(text="Bien, gracias.", start_ms=0, end_ms=780, confidence=900)]
    assert cut(words)[0].end_ms == 833  # read in 824 ms, and 5/6 s is the least
    words = [Word(text="Sí.", start_ms=0, end_ms=2000, confidence=900)]
    assert cut(words)[0].end_ms == 2000  # read long before the word ends


def test_a_cue_stays_its_least_time_even_beyond_half_a_second():
    assert cut([Word(text="Sí.", start_ms=0, end_ms=150, confidence=900)])[0].end_ms == 833


@pytest.mark.parametrize(("silence_ms", "gap_ms"), [(710, 710), (800, 800), (750, 750), (2000, 2000)], ids=str)
def test_a_long_silence_parts_cues_and_stays_a_silence(silence_ms, gap_ms):
    words = spoken("Nunca se lo había contado a nadie. Ni a él.", silence_ms=silence_ms)
    first, second = cut(words)
    assert second.start_ms - first.end_ms == gap_ms


def test_a_gap_up_to_half_a_second_is_closed_to_two_frames():
    words = spoken("Nunca se lo había contado a nadie antes. ¿Y cómo lo supo entonces tu hermano?", silence_ms=450)
    first, second = cut(words)
    assert second.start_ms - first.end_ms == 80


def test_a_silence_longer_than_the_style_s_is_never_spanned():
    words = spoken("Me fui de", each_ms=50) + spoken("mi tierra.", each_ms=50, start_ms=1400)
    assert [cue.text for cue in cut(words)] == ["Me fui de", "mi tierra."]


def test_question_and_answer_are_not_shown_together():
    words = spoken("¿Cómo fue la salida? Salimos de madrugada con mi madre.", silence_ms=300)
    assert [cue.text for cue in cut(words)] == ["¿Cómo fue la salida?", "Salimos de madrugada con mi madre."]


def test_short_sentences_in_quick_speech_share_a_cue():
    assert len(cut(spoken("Sí. Claro. Así fue.", each_ms=40))) == 1


def test_the_same_words_give_the_same_ids_and_another_word_changes_only_its_own():
    words = spoken(SPANISH, silence_ms=900)
    ids = [cue.id for cue in cut(words)]
    assert ids == [cue.id for cue in cut(words)]
    assert ids[0] == "INT01-00000000"
    changed = [dataclasses.replace(words[0], text="Partimos"), *words[1:]]
    assert [cue.id for cue in cut(changed)] == ids
    assert [cue.id for cue in cut(words[:40])][:2] == ids[:2]


def test_words_without_a_space_between_them_stay_together():
    words = [
        Word(text="diez", start_ms=0, end_ms=400, confidence=900),
        Word(text="-", start_ms=400, end_ms=500, confidence=900, joins_previous=True),
        Word(text="once", start_ms=500, end_ms=900, confidence=900, joins_previous=True),
    ]
    assert [cue.text for cue in cut(words)] == ["diez-once"]


def test_no_words_give_no_cues():
    assert cut([]) == ()
    assert cut([Word(text=" ", start_ms=0, end_ms=5, confidence=0)]) == ()


def test_a_word_wider_than_a_cue_is_shown_for_a_person_to_see():
    cues = cut([Word(text="w" * 100, start_ms=0, end_ms=900, confidence=900), *spoken("fin.", start_ms=900)])
    assert flat(cues).split() == ["w" * 100, "fin."]
    assert Fault.LINE_TOO_LONG in {finding.fault for finding in check(cues, language="es", style=OURS, rate=RATE)}


WORDS = st.lists(
    st.tuples(
        st.text("abé.,?¿1A", min_size=1, max_size=15), st.integers(-50, 3000), st.integers(0, 1500), st.booleans()
    ),
    max_size=60,
)


@settings(max_examples=200, deadline=None)
@given(parts=WORDS, rate=st.sampled_from([Fraction(24000, 1001), Fraction(25), Fraction(60)]))
def test_any_words_become_cues_in_order_without_loss_or_overlap(parts, rate):
    words, at = [], 0
    for text, silence, length, joins in parts:
        start = max(0, at + silence)
        at = start + length
        words.append(Word(text=text, start_ms=start, end_ms=at, confidence=500, joins_previous=joins))
    cues = cut(words, rate=rate)
    assert flat(cues).replace(" ", "") == "".join(word.text for word in words)
    assert len({cue.id for cue in cues}) == len(cues)
    assert all(cue.start_ms < cue.end_ms for cue in cues)
    assert all(len(cue.lines) <= 2 for cue in cues)


def test_an_hour_without_a_silence_is_cut_like_its_sentences():
    words = spoken(f"{SPANISH} " * 60)
    alone = [cue.text for cue in cut(spoken(SPANISH))]
    assert [cue.text for cue in cut(words)] == alone * 60
