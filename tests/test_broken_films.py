"""Broken films: the exact words and places (tests/broken_films), the form of YAML, and whatever else may stand there."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footage_manifest.findings import ManifestError
from footage_manifest.load import load_production
from footage_manifest.yaml_source import read
from tests.film_folder import FILM, MANIFEST, write_film

BROKEN = Path(__file__).parent / "broken_films"
"""Each folder holds the files of a film that are broken (the others are sound) and every message, in order."""


def problems(folder):
    try:
        load_production(folder)
    except ManifestError as error:
        return str(error).split("\n")
    return []


@pytest.mark.parametrize("name", sorted(folder.name for folder in BROKEN.iterdir()))
def test_a_broken_film_is_refused_with_every_problem_and_its_place(tmp_path, name):
    write_film(tmp_path)
    for source in (BROKEN / name).iterdir():
        (tmp_path / source.name).write_bytes(source.read_bytes())
    assert problems(tmp_path) == (BROKEN / name / "expected.txt").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize(
    ("film", "expected"),
    [
        ("\ttitle: x\n\tb: y\n", "film.yaml:1:1: the line is indented with a tab (and 1 more); indent with spaces"),
        ("title: 'abc\nb: c\n", "film.yaml:1:8: a quotation mark is opened here and never closed; close it"),
        ("a:\n  b: c\n d: e\n", "film.yaml:3:2: this line does not line up with the lines above it; begin keys and list"),
        ("title: {es: a\nb: c\n", "film.yaml:2:2: the { opened in line 1 is not closed before this, or a comma is missing;"),
        ("title: Part 1: x\n", "film.yaml:1:14: a colon is not expected here; put text that contains ': ' in quotation"),
        ("title: @x\n", "film.yaml:1:8: a text cannot begin with this character; put the text in quotation marks"),
        ('title: "C:\\qx"\n', "film.yaml:1:12: a backslash means something else inside double quotation marks; use single"),
        ("- a\n- b\n", "film.yaml: holds no 'key: value' lines at its top level; begin each line with a key, a colon and a"),
        ("# only notes\n", "film.yaml: holds no 'key: value' lines at its top level; begin each line with a key, a colon"),
        ("? [a]\n: b\n", "film.yaml:1:3: a list, a mapping or an alias cannot be a key; write a word before the colon"),
        (FILM + "---\na: b\n", "film.yaml:8:1: a second document begins here; keep one document: delete this '---' line"),
        ("", "film.yaml: the file is empty; restore it from a copy, or write it anew"),
        ("\ufeff", "film.yaml: the file is empty; restore it from a copy, or write it anew"),
        ("title: a\0b\n", "film.yaml:1:9: the NUL character cannot stand in this file; delete it"),
        (FILM.encode("utf-16"), "film.yaml: is written in UTF-16; save it as UTF-8"),
        (b"title: d\xedas\n", "film.yaml:1:9: the byte 0xed is not UTF-8; save the file as UTF-8"),
        ("a: " + "[" * 100_000, "film.yaml:1:23: a" + ".0" * 19 + ": nested more than 20 levels deep;"),
        ("title: !" + "x" * 900_000, "film.yaml:1:8: a word of more than 300 signs begins with an exclamation"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_yaml_is_refused_in_plain_words(tmp_path, film, expected):
    assert any(line.startswith(expected) for line in problems(write_film(tmp_path, film)))


SCRAPS = st.sampled_from(
    ["", "x", "5", "5.5", "true", "no", "[]", "{}", "[[]]", "{a: 1}", "[5, x]", '""', "~", "-1", "&a x", "*a", "!t x",
     "1e9", "'01:00:00:00'", "2026-01-01", "{es: 5}", "{es: {a: b}}", "x: y", "'", "[", "}", "|", "\t", "#", "é🎬", "'\\x'"]
)  # fmt: skip


@st.composite
def damaged(draw, text):
    """One of the files with a value, a stretch or a line of it replaced."""
    for _ in range(draw(st.integers(min_value=1, max_value=3))):
        start = draw(st.integers(min_value=0, max_value=len(text)))
        end = min(len(text), start + draw(st.integers(min_value=0, max_value=30)))
        text = text[:start] + draw(SCRAPS) + text[end:]
    return text


@settings(max_examples=150, deadline=None)
@given(film=damaged(FILM), manifest=damaged(MANIFEST))
def test_whatever_is_in_the_files_they_load_or_are_refused_in_plain_words(tmp_path_factory, film, manifest):
    for line in problems(write_film(tmp_path_factory.mktemp("film"), film, manifest)):
        assert line.startswith(("film.yaml:", "footage_manifest.yaml:", "glossary"))
        assert not any(jargon in line for jargon in ("Input should", "pydantic", "http", "Traceback", "str_type"))


VALUES = st.sampled_from([5, "x", True, "2", "[]", "{}", "[5]", "{a: 5}", "5.25", '""', "-3", "99999", "'é b'"])
FIELDS = [
    "title", "languages", "timeline", "timeline.rate", "timeline.size", "timeline.drop_frame", "cuts", "cuts.a",
    "cuts.a.source", "cuts.a.audience", "cuts.a.start", "cuts.a.date", "cuts.a.sound", "cuts.a.versions", "cuts.a.picture",
    "cuts.a.burn_in", "cuts.a.deliverables", "cuts.a.loudness", "cuts.a.join_fade_ms", "transcription.beam",
    "transcription.engine", "subtitles", "glossary", "audiences", "services", "allow_truncated",
]  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(field=st.sampled_from(FIELDS), value=VALUES)
def test_every_refusal_of_a_value_has_words_of_its_own(tmp_path_factory, field, value):
    *path, last = field.split(".")
    film = "".join(f"{'  ' * depth}{key}:\n" for depth, key in enumerate(path)) + f"{'  ' * len(path)}{last}: {value}\n"
    film = film.replace("True", "true")
    for line in problems(write_film(tmp_path_factory.mktemp("film"), film)):
        assert "does not fit here" not in line, line


@pytest.mark.parametrize(
    "text",
    ["a: [" + "[]," * 300_000, "[" * 900_000, "{a: " * 200_000, "- " * 400_000, "a: b\n" * 180_000, ": " * 400_000],
)
def test_no_megabyte_of_brackets_takes_long(text):
    before = time.process_time()
    assert read("film.yaml", text).findings
    assert time.process_time() - before < 10
