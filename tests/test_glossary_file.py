"""glossary.csv as people and spreadsheets write it, and the line of each mistake in it."""

import pytest

from footage_manifest.findings import ManifestError
from footage_manifest.load import load_production
from tests.film_folder import FILM, MANIFEST, write_film


def load(folder, film=FILM, manifest=MANIFEST, glossary=None):
    return load_production(write_film(folder, film, manifest, glossary))


def said(folder, film=FILM, manifest=MANIFEST, glossary=None):
    with pytest.raises(ManifestError) as caught:
        load_production(write_film(folder, film, manifest, glossary))
    return str(caught.value).split("\n")


@pytest.mark.parametrize(
    "text",
    [
        "es,en,note\nrío,river,\nplaza de armas,main square,leave\n",
        "\ufeffes;en;note\r\nrío;river;\r\n;;\r\nplaza de armas;main square;leave\r\n",
        'en,es,note\n"river","río"\n\nmain square,plaza de armas,leave\n',
    ],
)
def test_a_glossary_is_read_as_people_and_excel_write_it(tmp_path, text):
    terms = load(tmp_path, glossary=text).production.glossary
    assert [(term.texts, term.note) for term in terms] == [
        ({"es": "río", "en": "river"}, ""),
        ({"es": "plaza de armas", "en": "main square"}, "leave"),
    ]


def test_each_term_knows_its_line(tmp_path):
    terms = load(tmp_path, glossary="es,en\n\nrío,river\n\nmar,\n").production.glossary
    assert [(term.line, term.texts) for term in terms] == [(3, {"es": "río", "en": "river"}), (5, {"es": "mar"})]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("es,en\nrío,river\nRÍO,stream\n", "glossary.csv:3: es: 'RÍO' is said in two ways, here and in line 2; keep one of"),
        ("es,en\na,b,c\n", "glossary.csv:2: 3 cells where the first line names 2; put a term that holds the separator in"),
        ('es,en\na,"b\n', "glossary.csv:2: a quotation mark is out of place from here; close the quotation mark"),
        ('es,en\n"a\nb",c\n', "glossary.csv:2: a cell runs over several lines; write each term on one line"),
        ("es,en,note\n,,why\n", "glossary.csv:2: a note without a term; write the term in at least one language"),
        ("es,es\na,b\n", "glossary.csv:1: the column 'es' stands twice; keep one of them"),
        ("note\nx\n", "glossary.csv:1: the first line names no language; begin the file with a line of language codes such"),
        (b"es,en\nr\xedo,river\n", "glossary.csv:2:2: the byte 0xed is not UTF-8; save the file as UTF-8"),
    ],
)  # fmt: skip
def test_a_broken_glossary_is_refused_with_its_line(tmp_path, text, expected):
    (line,) = said(tmp_path, glossary=text)
    assert line.startswith(expected)


def test_a_column_that_the_film_does_not_speak_is_a_warning(tmp_path):
    warnings = load(tmp_path, glossary="es,fr\nrío,rivière\n").warnings
    assert [str(warning) for warning in warnings] == [
        "glossary.csv:1: fr: the column 'fr' is in none of the film's languages and is not used; the film's are es and en"
    ]


def test_a_glossary_that_is_named_must_be_there(tmp_path):
    assert said(tmp_path, FILM + "glossary: terms.csv\n") == [
        "film.yaml:8:1: glossary: there is no file 'terms.csv'; put the file there, or correct the path"
    ]
