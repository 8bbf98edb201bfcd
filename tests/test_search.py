"""Searching what was said: phrases, forms, misspellings, filters, and what must never be found."""

import json
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from pipeline.assembly.review_desk_reels import ReelsOnDesk, Unheard
from pipeline.assembly.search import Asked, Found, Where, find
from pipeline.assembly.search_index import FOLDER
from pipeline.errors import UsageError
from subtitles.state import seed
from subtitles.state_file import dump_state
from subtitles.transcript import Transcript, Word
from tests.film_folder import MANIFEST
from tests.page_film import EN, ES, cues_of, film_with_subtitles, srt, write_track
from tests.small_film import answered


def found(film: Path, *phrases: str, where: Where | None = None, **options: object) -> Found:
    return find(Asked(folder=film, phrases=phrases, where=where or Where(), **options), Unheard())


def marked(answer: Found) -> list[str]:
    return [" ".join(text.text for text in hit.texts if text.hit) for hit in answer.hits]


@pytest.fixture
def film(tmp_path: Path) -> Path:
    return film_with_subtitles(tmp_path / "film")


def test_a_phrase_is_found_across_two_cues_without_case_accents_and_punctuation(film: Path) -> None:
    answer = found(film, "NOCHE nadie")
    assert marked(answer) == ["noche. Nadie"]
    (hit,) = answer.hits
    assert (hit.reel, hit.language, hit.spoken, hit.speakers) == ("INT01", "es", True, ("Juana R.",))
    assert hit.cue == "INT01-00000000"
    assert str(hit.start).startswith("01:00:0")
    assert hit.link.endswith("#reel=INT01&lang=es&cue=INT01-00000000")
    assert marked(found(film, "el rio")) == ["El río"]


def test_a_translation_is_found_at_the_time_of_its_cue(film: Path) -> None:
    (hit,) = found(film, "three days").hits
    assert (hit.language, hit.spoken) == ("en", False)
    assert (hit.start_ms, hit.end_ms) == (9000, 11600)
    assert (str(hit.start), str(hit.end)) == ("01:00:09:00", "01:00:11:15")


def test_in_a_reel_of_two_languages_what_was_said_in_each_is_no_translation(tmp_path, monkeypatch) -> None:
    film = film_with_subtitles(tmp_path / "film", manifest=MANIFEST.replace("language: es", "language: [es, en]", 1))
    spanish, english = cues_of(ES, 4), cues_of(EN, 4)
    for language, cues, source in (("es", spanish, english[1::2]), ("en", english, spanish[::2])):
        seeded = seed(cues, reel="INT01", language=language, made_by="x", source_language=None, source=source)
        (film / "subtitles" / "state" / f"INT01.{language}.json").write_bytes(dump_state(seeded.state))
    words = [
        Word(
            text=word, start_ms=at * 3000 + n * 400, end_ms=at * 3000 + n * 400 + 300, confidence=900, language=language
        )
        for at, language in enumerate(("es", "en", "es", "en"))
        for n, word in enumerate({"es": ES, "en": EN}[language][at].split())
    ]
    heard = Transcript(language="es", other_language="en", words=tuple(words))
    monkeypatch.setattr(ReelsOnDesk, "transcript", lambda _self, _key: heard)

    def told(phrase: str) -> list[tuple[str, bool, int]]:
        return [(hit.language, hit.spoken, hit.start_ms) for hit in found(film, phrase, context=0).hits]

    assert told("three days") == [("en", True, 10_200)]
    assert told("tres días") == [("es", False, 9_000)]
    assert told("el río") == [("es", True, 0)]
    assert told("rose") == [("en", False, 0)]


def test_what_nobody_has_subtitled_is_found_as_it_was_heard(film: Path, monkeypatch) -> None:
    words = tuple(
        Word(text=text, start_ms=500 * at, end_ms=500 * at + 400, confidence=900)
        for at, text in enumerate(["Nos", "dieron", "agua,", "despacio."])
    )
    monkeypatch.setattr(ReelsOnDesk, "transcript", lambda _self, _key: Transcript(language="es", words=words))
    assert found(film, "dieron agua").total == 0  # people's subtitles are what was said
    shutil.rmtree(film / "subtitles")
    (hit,) = found(film, "dieron agua").hits
    assert (hit.start_ms, hit.end_ms, hit.spoken, hit.cue, hit.link) == (500, 1400, True, "", "")
    assert found(film, "creció").total == 0


def test_two_programs_that_search_a_new_film_find_the_same(film: Path) -> None:
    command = [
        sys.executable,
        "-c",
        "from pipeline.cli.main import main; main()",
        "find",
        "río",
        "-C",
        str(film),
        "--json",
    ]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    answers = [one.communicate()[0] for one in both]
    assert [one.returncode for one in both] == [0, 0]
    assert answers[0] == answers[1]
    assert json.loads(answers[0])["total"] == 1


def test_several_phrases_are_wanted_in_one_passage(tmp_path: Path) -> None:
    film = film_with_subtitles(tmp_path / "film", count=40)
    assert marked(found(film, "tres días", "creció"))[0] == "tres días. creció"
    near = found(film, "hill 38", "night 4")
    assert near.total == 0
    assert found(film, "night 4").total == 1


def test_forms_and_misspellings_are_found_only_when_asked_for(film: Path) -> None:
    assert found(film, "pasar").total == 0
    assert marked(found(film, "pasar", lemma=True)) == ["pasamos"]
    assert marked(found(film, "subir", lemma=True)) == ["Subimos"]
    assert marked(found(film, "went", lemma=True)) == ["went"]
    assert found(film, "esperava el agua").total == 0
    assert marked(found(film, "esperava el agua", fuzzy=True)) == ["esperaba el agua."]


def test_what_people_corrected_is_found_and_what_they_replaced_is_not(film: Path) -> None:
    assert found(film, "loma").total == 1
    path = srt(film, "es")
    path.write_text(path.read_text(encoding="utf-8").replace("loma", "sierra"), encoding="utf-8")
    assert found(film, "loma").total == 0
    assert marked(found(film, "a la sierra")) == ["a la sierra."]
    path.unlink()
    assert found(film, "sierra").total == 0


def test_what_a_person_who_withdrew_said_is_gone_from_the_index_too(film: Path) -> None:
    assert found(film, "loma").total == 1
    index = film / FOLDER / "words.sqlite"
    assert b"loma" in index.read_bytes()
    (film / "footage_manifest.yaml").write_text(MANIFEST.replace("granted", "withdrawn"), encoding="utf-8")
    assert found(film, "loma").total == 0
    assert b"loma" not in index.read_bytes()
    with pytest.raises(UsageError):
        found(film, "loma", where=Where(reel="INT01"))


def test_a_name_that_is_kept_back_is_neither_shown_nor_found_by(film: Path) -> None:
    hidden = MANIFEST.replace("uses: [forum, public]", "uses: [forum], protections: [hide-name]")
    (film / "footage_manifest.yaml").write_text(hidden, encoding="utf-8")
    assert found(film, "loma").hits[0].speakers == ()
    with pytest.raises(UsageError) as refused:
        found(film, "loma", where=Where(speaker="Juana R."))
    assert "Juana R., " not in refused.value.cure
    assert found(film, "loma", where=Where(speaker="juana")).total == 1


def test_only_what_is_asked_for_is_searched(film: Path) -> None:
    described = MANIFEST.replace("people: [juana],", "people: [juana], programme: beta, themes: [rescue],")
    (film / "footage_manifest.yaml").write_text(described, encoding="utf-8")
    for where in (Where(programme="beta"), Where(theme="rescue"), Where(speaker="juana r"), Where(language="es")):
        assert found(film, "loma", where=where).total == 1
    assert found(film, "loma", where=Where(language="en")).total == 0
    for where in (Where(programme="gamma"), Where(theme="x"), Where(speaker="Ana"), Where(reel="INT9")):
        with pytest.raises(UsageError):
            found(film, "loma", where=where)


def test_a_broken_file_is_said_and_the_others_are_searched(film: Path) -> None:
    srt(film, "en").write_bytes(b"1\n00:00:xx --> nothing\nThree days\n")
    answer = found(film, "loma")
    assert answer.total == 1
    assert "INT01 is not searched in en" in answer.problems[0]


def test_an_index_that_is_damaged_is_made_again(film: Path) -> None:
    assert found(film, "loma").total == 1
    (film / FOLDER / "words.sqlite").write_bytes(b"no database at all" * 100)
    assert found(film, "loma").total == 1


def test_searches_at_the_same_time_find_the_same(tmp_path: Path) -> None:
    film = film_with_subtitles(tmp_path / "film", count=200)
    totals: list[int] = []
    threads = [threading.Thread(target=lambda: totals.append(found(film, "tres días").total)) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert totals == [50] * 4


def test_the_places_shown_are_bounded_and_all_are_counted(tmp_path: Path) -> None:
    film = film_with_subtitles(tmp_path / "film", count=40)
    answer = found(film, "tres días", most=3, context=0)
    assert (len(answer.hits), answer.total) == (3, 10)
    assert [len(hit.texts) for hit in answer.hits] == [1, 1, 1]


def test_a_phrase_in_another_block_of_the_index_is_shown_whole(tmp_path: Path) -> None:
    film = film_with_subtitles(tmp_path / "film", count=200)
    for number in (60, 64, 68, 128):  # four cues of 16 words and a number each: blocks hold 256
        answer = found(film, f"noche {number} nadie")
        assert marked(answer) == [f"noche. {number} Nadie"]


def test_the_command_says_where_and_nothing_found_is_no_failure(film: Path) -> None:
    said = answered("find", "three days", "-C", film)
    assert said.returncode == 0
    assert "INT01 01:00:09:00  en (translation)  Juana R." in said.stdout
    assert "[three days.]" in said.stdout
    nothing = answered("find", "never said", "-C", film)
    assert (nothing.returncode, nothing.stdout.strip()) == (0, "this was said nowhere that could be searched")
    document = json.loads(answered("find", "never said", "-C", film, "--json").stdout)
    assert (document["hits"], document["total"]) == ([], 0)
    assert answered("find", "...", "-C", film).returncode == 2


def test_signs_that_are_no_words_stay_with_their_neighbours(film: Path) -> None:
    write_track(film, "es", cues_of(("– Sí — dijo él –", *ES[1:]), 4), made_by="faster-whisper base")
    (hit,) = found(film, "si dijo", context=1).hits
    assert "".join(text.text for text in hit.texts if text.hit) == "– Sí — dijo"
