"""Files that reels name twice: within one reel, and in two."""

import pytest

from footage_manifest.files import check_files
from footage_manifest.load import load_production
from tests.film_folder import FILM, write_film

NAMED = [f"footage/{name}" for name in ("a.mp4", "b.mp4", "zoom.wav")]


def found(folder, *reels: str) -> list[tuple[str, str, str]]:
    manifest = "reels:\n" + "".join(f"  {reel}\n" for reel in reels)
    film = write_film(folder, FILM, manifest)
    (film / "footage").mkdir(exist_ok=True)
    for name in NAMED:
        (film / name).write_bytes(b"0")
    return [
        (one.severity.value, one.field, one.what)
        for one in check_files(film, load_production(film).production)
        if one.field.startswith("reels")
    ]


@pytest.mark.parametrize(
    ("reel", "field"),
    [
        ("R.1: {file: [footage/a.mp4, footage/b.mp4, footage/a.mp4], kind: b-roll}", "reels.R.1.file.2"),
        (
            "R.1: {file: footage/a.mp4, kind: b-roll, sound: {file: [footage/zoom.wav, footage/zoom.wav], sync: 0}}",
            "reels.R.1.sound.file.1",
        ),
        (
            "R.1: {file: [footage/b.mp4, footage/a.mp4], kind: b-roll, sound: {file: footage/a.mp4, sync: 0}}",
            "reels.R.1.sound.file",
        ),
    ],
)
def test_a_file_named_twice_in_one_reel_is_refused(tmp_path, reel, field):
    ((severity, place, what),) = found(tmp_path, reel)
    assert (severity, place) == ("error", field)
    assert what.endswith("is named twice in reels.R.1")


def test_two_reels_with_one_picture_are_a_warning_and_a_recorder_that_ran_on_is_none(tmp_path):
    sound = "sound: {file: footage/zoom.wav, sync: timecode}"
    assert found(
        tmp_path,
        f"A: {{file: footage/a.mp4, kind: b-roll, {sound}}}",
        f"B: {{file: [footage/b.mp4, footage/a.mp4], kind: b-roll, {sound}}}",
    ) == [("warning", "reels.B.file.1", "'footage/a.mp4' is also the file of reels.A")]
