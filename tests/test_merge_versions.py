"""`testimonio subtitles merge` on files that came back damaged, in another encoding, or into a film that lacks its own."""

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from pipeline.assembly.merge_subtitles import MergeOptions, merge
from pipeline.assembly.track_files import change_track, open_track
from pipeline.cli.answering import answer
from subtitles.errors import SubtitleError
from subtitles.formats.srt import write_srt
from tests.exchange_film import ENGLISH, cues_of, everything_in, rewrite, texts_in, write_subtitled_film
from tests.redrafts import saying

NAMES = ("Ana", "Luz", "Eva", "Rosa", "Inés", "Julia", "Marta", "Nuria", "Olga", "Pilar")
MANY = tuple(f"What {name} said that night." for name in NAMES)


@pytest.fixture
def film(tmp_path: Path) -> Path:
    folder = tmp_path / "film"
    folder.mkdir()
    return write_subtitled_film(folder, MANY, MANY)


def came_back(
    film: Path, texts: Sequence[str], places: Sequence[int] | None = None, *, encoding: str = "utf-8"
) -> Path:
    """Write a version with these texts, at these places of the film's, and return where."""
    places = range(len(texts)) if places is None else places
    path, at = film.parent / "luz.srt", dict(zip(places, texts, strict=True))
    every = cues_of([at.get(place, "") for place in range(len(MANY))])
    path.write_bytes(write_srt([cue for cue in every if cue.text]).decode().encode(encoding))
    return path


def merged(film: Path, *files: Path, **options: object) -> None:
    merge(MergeOptions(folder=film, track="INT01.en", files=files, **options))


@pytest.mark.parametrize(
    ("places", "lacking"),
    [((0,), 9), ((0, 1, 2, 3, 4, 5, 6), 3), ((1, 3, 5, 6, 7, 8, 9), 3)],
    ids=["one subtitle", "the end", "many"],
)
def test_a_version_that_was_cut_short_is_refused_and_taken_only_where_deletions_are_meant(film, places, lacking):
    path, before = came_back(film, [MANY[place] for place in places], places), everything_in(film)
    with pytest.raises(SubtitleError, match=rf"lacks {lacking} of the 10 subtitles .* add --deletions"):
        merged(film, path)
    assert everything_in(film) == before
    merged(film, path, deletions=True)
    assert texts_in(film) == [MANY[place] for place in places]


def test_a_few_deleted_and_joined_subtitles_are_an_edit(film):
    places = (0, 1, 3, 4, 5, 6, 7, 9)
    path = came_back(film, [*MANY[:2], *MANY[3:7], f"{MANY[7]} {MANY[8]}", MANY[9]], places)
    merged(film, path)
    assert len(texts_in(film)) == 8
    assert texts_in(film)[6] == f"{MANY[7]} {MANY[8]}"


def test_what_is_gone_from_the_film_already_is_not_missed_in_a_version(film):
    file = film / "subtitles" / "INT01.en.srt"
    file.write_bytes(write_srt(cues_of(MANY)[:6]))
    merged(film, came_back(film, [*MANY[:5], "Luz's."]))
    assert texts_in(film) == [*MANY[:5], "Luz's."]


def test_the_encoding_that_the_refusal_asks_for_can_be_named(film, capsys):
    path = came_back(film, ["Así lo contó Inés, señor.", *MANY[1:]], encoding="windows-1252")
    typed = ["subtitles", "merge", str(film), "INT01.en", str(path)]
    assert answer(typed) == 5
    assert "--encoding windows-1252" in capsys.readouterr().err
    assert answer([*typed, "--encoding", "windows-1252"]) == 0
    assert texts_in(film)[0] == "Así lo contó Inés, señor."


def test_a_version_is_not_merged_into_a_draft_that_stands_for_a_lost_file(film):
    rewrite(film, ["A person's.", *MANY[1:]])
    change_track(film, "INT01", "en", saying("INT01-00003000", "Another's."))
    (film / "subtitles" / "INT01.en.srt").unlink()
    before = everything_in(film)
    with pytest.raises(SubtitleError, match=r"the file is missing.*kept/INT01\.en/\S+\.srt is how it was last seen"):
        merged(film, came_back(film, ["Luz's.", *MANY[1:]]))
    assert everything_in(film) == before


def test_a_pipe_is_refused_instead_of_waited_for(film):
    pipe = film.parent / "pipe.srt"
    os.mkfifo(pipe)
    with pytest.raises(SubtitleError, match="not a plain file"):
        merged(film, pipe)


def test_a_film_of_few_subtitles_may_lose_one(tmp_path):
    folder = tmp_path / "film"
    folder.mkdir()
    write_subtitled_film(folder)
    path = tmp_path / "luz.srt"
    path.write_bytes(write_srt(cues_of(ENGLISH)[1:]))
    merged(folder, path)
    assert texts_in(folder) == list(ENGLISH[1:])
    assert open_track(folder, "INT01", "en").aligned.deleted
