import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subtitles.cue import Cue
from subtitles.passages import LONGEST_PASSAGE, lay_back, passages
from subtitles.style import OURS


def cues(*texts: str, each_ms: int = 3000) -> list[Cue]:
    return [Cue(start_ms=i * each_ms, end_ms=(i + 1) * each_ms - 80, text=text) for i, text in enumerate(texts)]


def test_a_sentence_over_several_cues_is_one_passage():
    track = cues("Salimos de madrugada,", "porque era más\nseguro.", "¿Y qué pasó?", "El Sr.", "Quispe nos\nesperaba…")
    assert passages(track, language="es") == ((0, 1), (2,), (3, 4))


def test_silence_a_speaker_s_dash_and_an_empty_cue_end_a_passage():
    track = [*cues("uno", "—dos", "", "tres"), Cue(start_ms=15_000, end_ms=16_000, text="cuatro")]
    assert passages(track) == ((0,), (1,), (2,), (3,), (4,))


def test_speech_without_full_stops_still_ends():
    groups = passages(cues(*["sin punto"] * 30))
    assert [position for group in groups for position in group] == list(range(30))
    assert max(map(len, groups)) == LONGEST_PASSAGE


def test_a_translation_is_laid_where_its_own_readers_would_break():
    track = cues("Salimos de madrugada, porque mi madre decía", "que era más seguro cruzar con la neblina.")
    laid = lay_back(
        "We left before dawn, because my mother said that it was safer to cross in the fog.",
        track,
        language="en",
        style=OURS,
    )
    assert laid == ("We left before dawn,\nbecause my mother said", "that it was safer to cross in the fog.")


def test_short_cues_get_short_parts():
    track = [
        Cue(start_ms=0, end_ms=900, text="No,"),
        Cue(start_ms=1000, end_ms=6000, text="nunca se lo había contado a nadie."),
    ]
    assert lay_back("No, I had never told anyone about it.", track, language="en", style=OURS)[0] == "No,"


def test_fewer_words_than_cues_are_shown_in_each():
    track = cues("Pues", "", "claro")
    assert lay_back("Sure.", track, language="en", style=OURS) == ("Sure.", "", "Sure.")


def test_nothing_cannot_be_laid_over_something():
    with pytest.raises(ValueError, match="empty translation"):
        lay_back(" ", cues("Hola"), language="en", style=OURS)
    assert lay_back("", cues("", ""), language="en", style=OURS) == ("", "")


@settings(max_examples=150, deadline=None)
@given(
    words=st.lists(st.text("abc.,¿", min_size=1, max_size=9), min_size=1, max_size=50),
    texts=st.lists(st.text("abc ", max_size=80), min_size=1, max_size=8),
)
def test_every_word_is_laid_once_and_no_cue_with_text_goes_without(words, texts):
    track = cues(*texts)
    laid = lay_back(" ".join(words), track, language="en", style=OURS) if any(t.strip() for t in texts) else None
    if laid is not None:
        assert [bool(text) for text in laid] == [bool(text.strip()) for text in texts]
        if len(words) >= sum(map(bool, laid)):
            assert " ".join(laid).split() == words
