"""One picture under two names cannot hide who is in it (rule 21): not as another still, and not as the bug."""

from pathlib import Path

import pytest
from PIL import Image

from tests.made_film import make_film, typed


def still_film(folder: Path, copy: str, more: str = "") -> Path:
    film = make_film(folder, more=more)
    (film / "stills").mkdir()
    Image.new("RGB", (64, 48), (90, 40, 80)).save(film / "stills" / "one.png")
    (film / "stills" / "two.png").write_bytes((film / "stills" / "one.png").read_bytes())
    manifest = film / "footage_manifest.yaml"
    stills = f"stills:\n  ONE: {{file: stills/one.png, people: [ana]}}\n{copy}"
    manifest.write_text(manifest.read_text("utf-8") + stills, "utf-8")
    return film


@pytest.mark.parametrize(
    ("copy", "more", "said"),
    [
        (
            "  TWO: {file: stills/two.png, people: []}\n",
            "",
            "TWO and ONE are the same picture and do not name the same",
        ),
        ("  TWO: {file: stills/one.png}\n", "", "TWO and ONE are the same picture and do not name the same"),
        ("", "bug: {file: stills/one.png}\n", "the bug is the same picture as still ONE, which shows ana"),
        ("", "bug: {file: stills/two.png}\n", "the bug is the same picture as still ONE, which shows ana"),
    ],
)
def test_one_picture_under_two_names_is_refused(tmp_path, capsys, copy, more, said):
    status, document = typed(capsys, "check", still_film(tmp_path / "film", copy, more))
    assert status == 3
    assert [said in found["what"] for found in document["findings"] if found["severity"] == "error"] == [True]


def test_one_picture_under_two_names_with_the_same_people_is_no_error(tmp_path, capsys):
    film = still_film(tmp_path / "film", "  TWO: {file: stills/two.png, people: [ana]}\n")
    assert typed(capsys, "check", film)[0] == 0
