"""What the page serves where files wish somebody ill: pictures of who withdrew, and what is hidden in photographs."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tests.page_film import at_work
from tests.paper_film import FILE, MANIFEST, make_film

AGREED = "Tom B., consent: {status: granted, uses: [forum]}"


@pytest.fixture
def film(tmp_path: Path) -> Path:
    folder = make_film(tmp_path / "film")
    (folder / FILE).write_text("# One\n", "utf-8")
    return folder


def with_stills(film: Path, stills: str, agreed: str = AGREED) -> None:
    manifest = MANIFEST.replace(AGREED, agreed)
    (film / "footage_manifest.yaml").write_text(f"{manifest}stills:\n{stills}", "utf-8")


def test_a_still_of_who_withdrew_is_not_shown_by_the_key_of_a_reel(film: Path) -> None:
    Image.new("RGB", (64, 36)).save(film / "footage" / "tom.png")
    stills = "  RIVER: {file: footage/tom.png, people: [tom]}\n"
    with_stills(film, stills)
    assert at_work(film).get("/media/stills/RIVER.jpg").status_code == 200
    with_stills(film, stills, "Tom B., consent: {status: withdrawn}")
    refused = at_work(film).get("/media/stills/RIVER.jpg")
    assert (refused.status_code, refused.json()["code"]) == (404, "withdrawn")
    assert {"kind": "still", "key": "RIVER"} not in at_work(film).get("/api/papers").json()["pictures"]


@pytest.mark.parametrize("name", ["seen.jpg", "seen.png"])
def test_what_is_written_inside_a_photograph_is_not_handed_on(film: Path, name: str) -> None:
    told = Image.Exif()
    told[0x010E] = "Tom B. at the river"
    note = PngInfo()
    note.add_text("comment", "Tom B. at the river")
    path = film / "footage" / name
    Image.new("RGB", (64, 36)).save(path, exif=told, comment="Tom B. at the river", pnginfo=note)
    assert b"Tom B." in path.read_bytes()
    with_stills(film, f"  SEEN: {{file: footage/{name}, people: []}}\n")
    shown = at_work(film).get("/media/stills/SEEN.jpg")
    assert Image.open(BytesIO(shown.content)).size == (64, 36)
    assert b"Tom" not in shown.content
