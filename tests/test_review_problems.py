"""What goes wrong in the program reaches the page as a sentence that it has in both languages, never as English alone."""

import importlib
import inspect
import json
from pathlib import Path

import pytest

from footage_manifest.findings import Finding, ManifestError
from pipeline import errors
from pipeline.assembly.review_desk_answers import FIELDS, Denied, Problem, Refused, Why
from pipeline.assembly.review_desk_problems import problem_of, refused
from subtitles.errors import EmptySubtitles, SubtitleError
from tests.page_film import film_with_subtitles, srt
from tests.test_page_edits import at_work

TEXTS = json.loads((Path(errors.__file__).parent / "review" / "page" / "texts.es.json").read_text("utf-8"))
FINDING = Finding(file="film.yaml", line=3, field="cuts.a", what="it is wrong", cure="mend it")


def raised() -> list[BaseException]:
    """Return one error of every kind that the program raises, found in its modules."""
    found: list[BaseException] = [OSError(28, "No space left"), KeyError("unforeseen"), ManifestError((FINDING,))]
    for kind in (SubtitleError, EmptySubtitles):
        found += [kind((FINDING,)), kind((FINDING, FINDING, FINDING))]
    for _, kind in inspect.getmembers(errors, inspect.isclass):
        if not issubclass(kind, errors.PipelineError):
            continue
        if issubclass(kind, errors.FindingsError):
            found.append(kind((FINDING,)))
        elif issubclass(kind, errors.StageError):
            found += [kind("what", "cure"), kind("what", "cure", stage="probe", subject="INT01")]
        else:
            found.append(
                kind(
                    *["said"] * (len(inspect.signature(kind).parameters) or 1)
                    if kind is not errors.PipelineError
                    else ["said"]
                )
            )
    return found


@pytest.mark.parametrize("error", raised(), ids=lambda error: type(error).__name__)
def test_every_error_is_one_of_the_sentences(error: BaseException) -> None:
    said = problem_of(error)
    text = TEXTS[f"refused.{said.document()['code']}"]
    filled = text.format(**said.fields)
    assert "{" not in filled
    assert "\n" not in said.text
    again = refused(Denied.BROKEN, error, "mend it")
    assert (again.said.why, again.said.fields) == (said.why, said.fields)
    assert problem_of(again) is again.said


def test_a_place_is_said_apart_from_what_is_wrong_there() -> None:
    said = problem_of(SubtitleError((FINDING, FINDING)))
    assert (said.why, said.fields) == (
        Why.FILE_PROBLEMS,
        {"place": "film.yaml:3:cuts.a", "detail": "it is wrong", "more": "1"},
    )


def test_a_sentence_is_filled_in_whole_or_not_said() -> None:
    for why in Why:
        with pytest.raises(ValueError, match="is filled in with"):
            Problem(why=why, text="", fields=dict.fromkeys((*FIELDS.get(why, ()), "another"), ""))
    with pytest.raises(ValueError, match="person"):
        Refused(Denied.READ_ONLY, "", code=Why.WITHDRAWN)


def test_all_that_the_server_answers_with_has_a_code(tmp_path: Path) -> None:
    film = film_with_subtitles(tmp_path / "film")
    person = at_work(film)
    (film / "subtitles" / "INT01.es.srt").unlink()
    (film / "subtitles" / "state" / "INT01.es.json").unlink()
    srt(film, "en").write_text("1\n00:00:99,000 --> 00:00:02,000\nx\n", "utf-8")
    tracks = person.get("/api/film").json()["reels"][0]["tracks"]
    assert [tracks[language]["problem"]["code"] for language in ("es", "en")] == ["no-subtitles", "file-problem"]
    assert tracks["en"]["problem"]["fields"]["place"] == "subtitles/INT01.en.srt:2"
    for address in (
        "/api/reels/none",
        "/api/cuts/none",
        "/api/reels/INT01/tracks/fr",
        "/api/reels/INT01/tracks/en",
        "/none",
    ):
        answer = person.get(address)
        if answer.headers["content-type"] == "application/json":
            assert f"refused.{answer.json()['code']}" in TEXTS


def test_no_module_of_the_desk_hands_on_plain_english() -> None:
    for name in ("review_desk", "review_desk_work", "page_media", "review_desk_films"):
        source = inspect.getsource(importlib.import_module(f"pipeline.assembly.{name}"))
        assert "str(refusal)" not in source
        assert "str(error)" not in source
