"""Names of people who withdrew, or who asked that theirs be kept back: printed in nothing that lies beside a film."""

import json
import re
from pathlib import Path

import pytest

from footage_manifest.naming import without_names
from pipeline.assembly.mark_list import mark_passage, unmark_passage
from tests.paper_film import FILE, FILM, MANIFEST, Hearing, make_film
from tests.small_film import answered_json

TOM = "tom: {name: Tom B., consent: {status: granted, uses: [forum]}}"
WITHDRAWN = "consent: {status: withdrawn}"
HIDDEN = "consent: {status: granted, uses: [forum], protections: [hide-name]}"
QUOTE = '> INT01: "todavía oscuro, con la neblina"\n'


@pytest.fixture
def film(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    Hearing(monkeypatch)
    return make_film(tmp_path / "film")


def named(film: Path, name: str, agreed: str = WITHDRAWN) -> None:
    """Give somebody who is not in the cut a name."""
    text = MANIFEST.replace(TOM, f"tom: {{name: {name}, {agreed}}}")
    (film / "footage_manifest.yaml").write_text(text, "utf-8")


def delivered(film: Path) -> dict[str, str]:
    """Return what is delivered as text, by the name of its file."""
    files = (film / "deliverables" / "beta").iterdir()
    return {path.name: path.read_bytes().decode("utf-8", "ignore") for path in files if path.is_file()}


@pytest.mark.parametrize("agreed", [WITHDRAWN, HIDDEN])
@pytest.mark.parametrize(
    ("name", "printed"),
    [("Cinco Salimos", r"cinco\W+salimos"), ("Madrugada Todavía", r"madrugada\W+todavía")],
    ids=["beside the quote", "across the joint"],
)
def test_words_around_a_quote_and_headings_name_nobody_who_is_kept_back(
    film: Path, name: str, printed: str, agreed: str
) -> None:
    (film / FILE).write_text(f"## Con {name}\n\n{QUOTE}", "utf-8")
    assert answered_json(film)[0] == 0
    assert re.search(printed, "".join(delivered(film).values()), re.IGNORECASE)  # as long as nobody withdrew

    named(film, name, agreed)
    status, document = answered_json(film)
    assert status == 0, document
    found = delivered(film)
    assert not [file for file, text in found.items() if re.search(printed, text, re.IGNORECASE)]
    paper = json.loads(found["report.json"])["paper"]
    assert paper["chapters"][0]["words"] == ["Con [...]"]
    assert "[...]" in paper["quotes"][0]["before"]
    assert "[...]" in found["beta.joint-1.svg"]


def test_a_title_that_names_somebody_who_withdrew_is_printed_in_no_file(film: Path) -> None:
    (film / "film.yaml").write_text(FILM.replace("es: Prueba", "es: La prueba de Tom B"), "utf-8")
    (film / FILE).write_text(QUOTE, "utf-8")
    assert answered_json(film)[0] == 0
    assert "de Tom B" in delivered(film)["beta.mp4"]

    named(film, "Tom B.")
    status, document = answered_json(film)
    assert status == 6
    assert "would print the name of 'tom', who has withdrawn consent" in json.dumps(document)


def test_a_stamp_that_names_somebody_who_withdrew_is_drawn_on_no_copy(film: Path) -> None:
    text = FILM.replace("audience: forum}", "audience: forum, deliverables: [seen]}")
    profile = "profiles: {seen: {codec: h264, stamp: for Tom B.}, unused: {codec: h264, stamp: by Tom B.}}\n"
    (film / "film.yaml").write_text(text + profile, "utf-8")
    (film / FILE).write_text(QUOTE, "utf-8")
    named(film, "Tom B.")
    status, document = answered_json(film)
    assert status == 6
    assert "profiles.seen.stamp" in json.dumps(document)
    (film / "film.yaml").write_text(FILM + profile, "utf-8")
    assert answered_json(film)[0] == 0


def test_a_mark_of_a_reel_of_somebody_who_withdrew_is_taken_out_without_being_shown(film: Path) -> None:
    times = ("00:00:01:00", "00:00:02:00")
    mark_passage(film, "INT02", times, ("Tom B. tells",), by="Ana", note="Tom B. at the river")
    named(film, "Tom B.")
    [shown] = unmark_passage(film, "INT02", times).marks
    assert (shown.reel, shown.tags, shown.by, shown.note) == ("INT02", (), "", "")
    assert "Tom" not in (film / "transcripts" / "marks.csv").read_text("utf-8")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("y ROSA  SECRETA\nPENA vino", "y [...] vino"),
        ("Rosa | Secreta, Peña.", "[...]."),
        ("Rosa Secreta Pen\u0303a y Ro\u00adsa Secreta Peña", "[...] y [...]"),
        ("Rosas secretas", "Rosas secretas"),
        ("", ""),
    ],
)
def test_a_name_is_taken_out_of_a_text_however_it_is_written(text: str, told: str) -> None:
    assert without_names(text, ["", "Rosa Secreta Peña"]) == told
