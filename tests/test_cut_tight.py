"""What `tight:` takes out of a quote, as `cut show` and `cut diff` tell it. Words last 300 ms, pauses 200 ms."""

import shutil
import time

import pytest

from pipeline.cli.answering import answer
from subtitles.transcript import Transcript, Word
from tests.made_film import typed
from tests.paper_film import Hearing, make_film

WORDS = "Salimos de madrugada, eh, con la neblina."


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A film with an uneven interview: a long pause behind `madrugada,`, and a filler word."""
    film = make_film(tmp_path_factory.mktemp("tight") / "film")
    time.sleep(2.1)  # younger files are not remembered
    return film


@pytest.fixture
def film(made, monkeypatch):
    starts = (1000, 1500, 2000, 3500, 4500, 5000, 5500)
    words = zip(WORDS.split(), starts, strict=True)
    hearing = Hearing(monkeypatch)
    hearing.known["INT01"] = Transcript(
        language="es",
        words=tuple(Word(text=text, start_ms=at, end_ms=at + 300, confidence=900) for text, at in words),
    )
    quote = '> INT01: "salimos ... con la neblina"'
    (made / "cuts" / "beta.md").write_text(f"{quote}\n")
    (made / "cuts" / "tight.md").write_text(f"{quote}  tight: 0.3s\n")
    yield made
    shutil.rmtree(made / "cuts" / "state", ignore_errors=True)


def test_what_is_left_out_is_told_among_the_words_that_stay(film, capsys):
    code, document = typed(capsys, "cut", "show", film / "cuts" / "tight.md", "-C", film)
    assert code == 0
    (one,) = document["tightened"]
    assert one["text"] == "Salimos de madrugada, [-eh,-] con la neblina."
    assert (one["line"], one["reel"], one["shorter_ms"]) == (1, "INT01", 1900)
    assert answer(["cut", "show", str(film / "cuts" / "tight.md"), "-C", str(film)]) == 0
    assert "    tight, 1.9 s less: Salimos de madrugada, [-eh,-] con la neblina.\n" in capsys.readouterr().out


def test_a_pause_alone_is_told_by_its_length(film, capsys):
    (film / "cuts" / "tight.md").write_text('> INT01: "eh, con la"  tight: 0.3s\n')
    document = typed(capsys, "cut", "show", film / "cuts" / "tight.md", "-C", film)[1]
    assert document["tightened"][0]["text"] == "eh, [-0.4 s-] con la"


def test_two_versions_differ_in_what_they_leave_out_and_back(film, capsys):
    names = [film / "cuts" / "beta.md", film / "cuts" / "tight.md"]
    document = typed(capsys, "cut", "diff", *names, "-C", film)[1]
    assert document["notes"] == ["tight, line 1, INT01, 1.9 s less: Salimos de madrugada, [-eh,-] con la neblina."]
    assert not document["same"]
    document = typed(capsys, "cut", "diff", *reversed(names), "-C", film)[1]
    assert document["notes"] == ["no longer tight, INT01, 1.9 s more: Salimos de madrugada, [-eh,-] con la neblina."]
    document = typed(capsys, "cut", "diff", names[1], names[1], "-C", film)[1]
    assert (document["notes"], document["same"]) == ([], True)
