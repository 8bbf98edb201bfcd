"""Reels in which two languages are spoken: what each language's subtitles say, and what a cut shows of them."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest

from footage_manifest.model import ChannelChoice, Film, Gate
from pipeline.assembly import captions
from pipeline.assembly.captions import ReelWords
from pipeline.assembly.handover import Track, srt_name
from pipeline.engine.canonical import as_json, read_back
from pipeline.errors import GateError
from pipeline.ports.speech import Recognised, RecogniseRequest, RecogniseTurns, SoundOfReel, Span, Turn, Turns
from pipeline.stages.transcribe import RECOGNISE, ChunkToHear, Listening
from pipeline.stages.turns import AS_DOUBTFUL, ChunkToTell, joined_turns, turns_to_hear
from subtitles.cue import Cue
from subtitles.merge import align, sources_of, stale_cues, staleness, untranslated
from subtitles.state import seed
from subtitles.style import OURS
from subtitles.tags import plain
from subtitles.transcript import Transcript, Word
from subtitles.two_languages import as_heard, said_in_both, said_in_one, segment_in
from tests.test_captions import FILM, cut, heard

SAID = [
    ("en", "How was the journey there?"),
    ("es", "Salimos de madrugada con niebla."),
    ("en", "And then you walked?"),
]
OTHER = ["¿Cómo fue el viaje?", "We left at dawn in the fog.", "¿Y luego caminaron?"]
EACH_MS = 4_000


def words_of(said: Sequence[tuple[str, str]]) -> tuple[Word, ...]:
    return tuple(
        Word(
            text=text,
            start_ms=at * EACH_MS + n * 500,
            end_ms=at * EACH_MS + n * 500 + 400,
            confidence=900,
            language=one,
        )
        for at, (one, texts) in enumerate(said)
        for n, text in enumerate(texts.split())
    )


HEARD = Transcript(language="en", other_language="es", words=words_of(SAID))


def drafted(language: str) -> tuple[Cue, ...]:
    return segment_in(HEARD, language, style=OURS, rate=Fraction(25), reel="R")


def translated(source: Sequence[Cue]) -> tuple[Cue, ...]:
    return tuple(replace(cue, text=OTHER[round(cue.start_ms / EACH_MS)]) for cue in source)


def track(language: str, *, texts: dict[int, str] | None = None, drop: Sequence[int] = ()) -> Track:
    """Return a track as drafted, its cues with other `texts` by number, without those to `drop`."""
    other = "es" if language == "en" else "en"
    source = drafted(other)
    cues = sorted((*drafted(language), *translated(source)), key=lambda cue: cue.start_ms)
    state = seed(cues, reel="R", language=language, made_by="ear, engine", source_language=other, source=source).state
    own = [replace(cue, id="", text=(texts or {}).get(at, cue.text)) for at, cue in enumerate(cues) if at not in drop]
    return Track(
        file=srt_name("R", language),
        language=language,
        source_language=other,
        aligned=align(own, state, reel="R"),
        state=state,
    )


def reel(english: Track | None = None, spanish: Track | None = None) -> ReelWords:
    return ReelWords(transcript=HEARD, tracks={"en": english or track("en"), "es": spanish or track("es")})


def made(words: ReelWords, frames: int = 300, start: Fraction = Fraction(0), film: Film = FILM) -> captions.CutCaptions:
    return captions.captions(film, cut(heard("R", 0, frames, start)), {"R": words}, OURS)


def texts(cues: Sequence[Cue]) -> list[str]:
    return [plain(cue.text) for cue in cues]


# ---------------------------------------------------------------------------------------------------------- what is asked


def test_each_language_of_a_chunk_is_heard_once_with_what_is_said_in_it() -> None:
    sound = SoundOfReel(digest="d", stream=0, channels=ChannelChoice.MIX, zero=Fraction(0))
    ways = [Listening(sound=sound, language=one, prime=(), beam=5) for one in ("en", "es", "qu")]
    chunk = ChunkToTell(listening=ways[0], chunk=Span(0, 9_000), languages=("en", "es", "qu"))
    turns = [
        Turn(start_ms=at * 3_000, end_ms=(at + 1) * 3_000, language=one) for at, one in enumerate(("en", "es", "en"))
    ]
    asked = [RECOGNISE.plan(one) for one in turns_to_hear(chunk, ways, Turns(turns=tuple(turns)))]
    assert all(isinstance(one, RecogniseTurns) for one in asked)
    assert [(one.language, one.turns) for one in asked if isinstance(one, RecogniseTurns)] == [
        ("en", (Span(0, 3_000), Span(6_000, 9_000))),
        ("es", (Span(3_000, 6_000),)),
    ]


def test_a_reel_in_one_language_is_asked_for_as_it_was() -> None:
    sound = SoundOfReel(digest="d", stream=0, channels=ChannelChoice.MIX, zero=Fraction(0))
    listening = Listening(sound=sound, language="es", prime=(), beam=5)
    asked = RECOGNISE.plan(ChunkToHear(listening=listening, chunk=Span(0, 9_000)))
    assert type(asked) is RecogniseRequest
    assert RECOGNISE.version == 1


def test_words_of_both_languages_are_in_order_and_doubtful_where_the_language_is() -> None:
    english = Recognised(
        language="en", language_confidence=1000, words=tuple(w for w in HEARD.words if w.language == "en")
    )
    spanish = Recognised(
        language="es", language_confidence=1000, words=tuple(w for w in HEARD.words if w.language == "es")
    )
    found = joined_turns(("es", "en"), (english, spanish), (Span(EACH_MS, 2 * EACH_MS),))
    assert found.languages == ("es", "en")
    assert [word.start_ms for word in found.words] == sorted(word.start_ms for word in HEARD.words)
    assert {word.confidence for word in found.words if word.language == "es"} == {AS_DOUBTFUL}
    assert {word.confidence for word in found.words if word.language == "en"} == {900}


# ----------------------------------------------------------------------------------------------------------------- tracks


def test_no_cue_holds_two_languages_and_none_reaches_into_what_is_said_next() -> None:
    close = [replace(word, start_ms=at * 300, end_ms=at * 300 + 290) for at, word in enumerate(HEARD.words)]
    said = replace(HEARD, words=tuple(close))
    cues = [segment_in(said, one, style=OURS, rate=Fraction(25), reel="R") for one in ("en", "es")]
    assert texts(cues[0]) == [text for one, text in SAID if one == "en"]
    assert texts(cues[1]) == [text for one, text in SAID if one == "es"]
    both = sorted((*cues[0], *cues[1]), key=lambda cue: cue.start_ms)
    assert all(one.end_ms < two.start_ms for one, two in pairwise(both))


def test_what_is_heard_in_a_track_is_told_from_what_it_translates() -> None:
    english = track("en")
    ids = as_heard(english.aligned, "en", HEARD.words)
    assert [plain(cue.text) for cue in english.cues if cue.id in ids] == [SAID[0][1], SAID[2][1]]
    assert as_heard(track("es").aligned, "es", HEARD.words) == frozenset(
        cue.id for cue in track("es").cues if plain(cue.text) == SAID[1][1]
    )


def test_a_persons_own_cue_is_heard_where_most_words_of_its_time_are_in_its_language() -> None:
    cues = [Cue(start_ms=at * EACH_MS, end_ms=at * EACH_MS + 2_500, text="de alguien") for at in range(3)]
    without_state = align(cues, None, reel="R")
    ids = as_heard(without_state, "es", HEARD.words)
    assert [cue.start_ms for cue in without_state.plain() if cue.id in ids] == [EACH_MS]


def test_each_track_translates_the_other_and_nothing_is_missing() -> None:
    english, spanish = track("en"), track("es")
    for one, other in ((english, spanish), (spanish, english)):
        assert staleness(one.aligned, other.aligned, file="f") == ()
        assert untranslated(one.aligned, other.aligned) == ()


def test_a_corrected_question_makes_its_translation_stale_and_nothing_else() -> None:
    english = track("en", texts={0: "How was the trip there?"})
    spanish = track("es")
    assert [spanish.aligned.by_id()[name].cue.text for name in stale_cues(spanish.aligned, english.aligned)] == [
        OTHER[0]
    ]
    assert stale_cues(english.aligned, spanish.aligned) == frozenset()


def test_a_translation_that_is_corrected_makes_nothing_stale() -> None:
    spanish = track("es", texts={0: "¿Cómo les fue en el viaje?"})
    assert stale_cues(track("en").aligned, spanish.aligned) == frozenset()


def test_a_question_without_translation_is_missed_and_a_deleted_answer_is_not() -> None:
    spanish = track("es", drop=[0])
    missed = untranslated(spanish.aligned, track("en").aligned)
    assert [plain(cue.cue.text) for cue in missed] == [SAID[0][1]]
    assert untranslated(track("es", drop=[1]).aligned, track("en").aligned) == ()


def test_approving_what_is_heard_does_not_make_a_translation_of_it() -> None:
    english, spanish = track("en"), track("es")
    sources = sources_of(english.aligned, spanish.aligned)
    own = as_heard(english.aligned, "en", HEARD.words)
    assert {name for name, of in sources.items() if not of} == own
    assert all(len(of) == 1 for name, of in sources.items() if name not in own)


def test_people_find_what_was_said_in_both_languages_as_they_corrected_it() -> None:
    english, spanish = track("en", texts={0: "How was your trip there?"}), track("es")
    said = said_in_both({"en": english.aligned, "es": spanish.aligned}, HEARD)
    assert [word.text for word in said] == [
        "How",
        "was",
        "your",
        "trip",
        "there?",
        *SAID[1][1].split(),
        *SAID[2][1].split(),
    ]
    only = said_in_one(spanish.aligned, "es", HEARD)
    assert [word.text for word in only] == [*OTHER[0].split(), *SAID[1][1].split(), *OTHER[2].split()]
    assert [word.start_ms for word in only if word.text == "Salimos"] == [EACH_MS]


# ----------------------------------------------------------------------------------------------------------------- a cut


def test_a_viewer_of_each_language_reads_everything_in_it() -> None:
    found = made(reel()).languages
    assert texts(found["en"].cues) == [SAID[0][1], OTHER[1], SAID[2][1]]
    assert texts(found["es"].cues) == [OTHER[0], SAID[1][1], OTHER[2]]
    assert [(cue.start_ms, cue.end_ms) for cue in found["en"].cues] == [
        (cue.start_ms, cue.end_ms) for cue in found["es"].cues
    ]
    assert {one.untranslated for one in found.values()} == {0}


def test_forced_narratives_are_what_is_said_in_the_other_language() -> None:
    found = made(reel()).languages
    assert texts(found["en"].forced) == [OTHER[1]]
    assert texts(found["es"].forced) == [OTHER[0], OTHER[2]]


def test_where_both_are_shown_what_is_heard_stands_first() -> None:
    ((_, cues),) = made(reel()).stacked.items()
    assert [cue.text.split("\n")[0] for cue in cues] == [text for _, text in SAID]


def test_what_is_heard_is_cut_to_the_words_that_are_and_a_translation_is_a_finding() -> None:
    shown = made(reel(), frames=70, start=Fraction(5))
    assert texts(shown.languages["es"].cues)[0] == "madrugada con niebla."
    assert texts(shown.languages["en"].cues)[0] == OTHER[1]
    assert [one.file for one in shown.findings if "only a part" in one.what] == [srt_name("R", "en")]


def test_a_gate_stays_shut_where_a_question_is_not_translated() -> None:
    film = FILM.model_copy(update={"subtitles": FILM.subtitles.model_copy(update={"gate": Gate.EDITED})})
    untold = made(reel(spanish=track("es", drop=[0])))
    assert untold.languages["es"].untranslated == 1
    assert untold.languages["en"].untranslated == 0
    with pytest.raises(GateError):
        made(reel(spanish=track("es", drop=[0])), film=film)


def test_what_was_heard_before_words_named_a_language_is_read_as_it_was() -> None:
    stored = as_json(Recognised(language="es", language_confidence=1000, words=HEARD.words[:1]))
    assert isinstance(stored, dict)
    (word,) = stored["words"]  # type: ignore[misc]
    assert word.pop("language")  # type: ignore[union-attr]
    assert read_back(Recognised, stored).words == (replace(HEARD.words[0], language=""),)
