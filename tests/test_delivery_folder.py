"""Deliverables: whole or not there, and nobody's notes swept away."""

import errno
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from pipeline.errors import StoreError
from pipeline.tools import delivery_folder
from pipeline.tools.delivery_folder import (
    SUMS,
    earlier,
    keep_previous,
    set_aside_changed,
    staging_folder,
    swap_in,
    verify_sums,
    write_sums,
)


def made(final: Path, **files: str) -> Path:
    folder = staging_folder(final)
    for name, text in files.items():
        (folder / name).write_text(text)
    write_sums(folder)
    return folder


def deliver(final: Path, **files: str) -> None:
    swap_in(made(final, **files), final)


def content(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir() if path.name != SUMS and path.is_file()}


def deliver_anew(final: Path, number: int, **files: str) -> None:
    """Deliver, keeping what lies there as `v<number>`."""
    folder = made(final, **files)
    keep_previous(folder, final, number)
    set_aside_changed(final)
    swap_in(folder, final)


@pytest.fixture(params=["exchange", "file by file"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "file by file":
        monkeypatch.setattr(delivery_folder, "exchange", lambda _new, _final: False)
    return str(request.param)


def test_the_first_delivery_and_the_next(tmp_path: Path, way: str) -> None:
    final = tmp_path / "deliverables" / "forum"
    deliver(final, film="one", burned="x")
    assert content(final) == {"film": "one", "burned": "x"}
    deliver(final, film="two", report="y")
    assert content(final) == {"film": "two", "report": "y"}
    assert verify_sums(final) == ()
    assert [path.name for path in final.parent.iterdir()] == ["forum"]


def test_this_file_system_exchanges(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "who").write_text(name)
    if delivery_folder.exchange(tmp_path / "a", tmp_path / "b"):
        assert [(tmp_path / name / "who").read_text() for name in ("a", "b")] == ["b", "a"]
    else:
        assert [(tmp_path / name / "who").read_text() for name in ("a", "b")] == ["a", "b"]


def test_what_people_put_there_stays(tmp_path: Path, way: str) -> None:
    final = tmp_path / "forum"
    deliver(final, film="one")
    (final / "notes.txt").write_text("call the mayor")
    (final / "stills").mkdir()
    (final / "stills" / "a.png").write_text("png")
    stamp = (final / "notes.txt").stat().st_mtime_ns
    deliver(final, film="two")
    deliver(final, film="three")
    assert (final / "notes.txt").read_text() == "call the mayor"
    assert (final / "notes.txt").stat().st_mtime_ns == stamp
    assert (final / "stills" / "a.png").read_text() == "png"
    assert (final / "film").read_text() == "three"
    assert "notes" not in (final / SUMS).read_text()


def test_a_change_broken_off_between_files_is_unfinished_and_mends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery_folder, "exchange", lambda _new, _final: False)
    final = tmp_path / "forum"
    deliver(final, film="one", burned="x", zzz="z")
    replace = Path.replace

    def breaks(self: Path, target: Path) -> Path:
        if self.name == "film":
            raise OSError(errno.ENOSPC, "No space left on device")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", breaks)
    with pytest.raises(StoreError, match="the disk is full: putting forum in its place failed"):
        deliver(final, film="two", added="y")
    monkeypatch.setattr(Path, "replace", replace)
    assert verify_sums(final) == ("forum is unfinished: it has no SHA256SUMS",)
    deliver(final, film="three")
    assert content(final) == {"film": "three"}
    assert verify_sums(final) == ()


def test_an_earlier_delivery_stands_while_the_next_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    final = tmp_path / "forum"
    deliver(final, film="one")

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match=r"the disk is full: writing SHA256SUMS of \.forum\.new failed"):
        deliver(final, film="two")
    monkeypatch.undo()
    assert content(final) == {"film": "one"}
    assert verify_sums(final) == ()
    deliver(final, film="three")
    assert [path.name for path in tmp_path.iterdir()] == ["forum"]


def test_a_folder_without_sums_is_never_put_in_place(tmp_path: Path) -> None:
    final = tmp_path / "forum"
    deliver(final, film="one")
    (staging_folder(final) / "film").write_text("two")
    with pytest.raises(StoreError, match="is not finished"):
        swap_in(tmp_path / ".forum.new", final)
    assert content(final) == {"film": "one"}


def test_links_and_files_in_the_place_are_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "forum").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StoreError, match="is a link"):
        deliver(tmp_path / "forum", film="one")
    (tmp_path / "beta").write_text("a person's")
    with pytest.raises(StoreError, match="stands where a folder is to be"):
        deliver(tmp_path / "beta", film="one")
    (tmp_path / ".gamma.new").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StoreError, match="is a link"):
        staging_folder(tmp_path / "gamma")
    assert list((tmp_path / "elsewhere").iterdir()) == []
    assert (tmp_path / "beta").read_text() == "a person's"


def test_hostile_sums_remove_nothing_outside(tmp_path: Path, way: str) -> None:
    (tmp_path / "precious").write_text("a person's")
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "letter").write_text("a person's")
    final = tmp_path / "film" / "forum"
    final.mkdir(parents=True)
    (final / "sub").symlink_to(tmp_path / "home")
    names = ["../../precious", str(tmp_path / "precious"), "sub/letter", "sub/../../../precious"]
    (final / SUMS).write_text("".join(f"{'0' * 64}  {name}\n" for name in names))
    deliver(final, film="one")
    assert (tmp_path / "precious").read_text() == "a person's"
    assert (tmp_path / "home" / "letter").read_text() == "a person's"
    assert verify_sums(final) == ()


def test_what_is_wrong_is_named(tmp_path: Path) -> None:
    final = tmp_path / "forum"
    deliver(final, a="1", b="2", c="3")
    (final / "a").write_text("changed")
    (final / "b").unlink()
    (final / "c").unlink()
    (final / "c").symlink_to(final / "a")
    assert verify_sums(final) == (
        "forum/a has changed since it was made",
        "forum/b is missing",
        "forum/c is missing",
    )


@pytest.mark.parametrize("text", ["", "nonsense\n", "0" * 64 + "  a\ngarbage\n", "0" * 63 + "  a\n"])
def test_damaged_sums_are_not_sums(tmp_path: Path, text: str) -> None:
    deliver(tmp_path / "forum", a="1")
    (tmp_path / "forum" / SUMS).write_text(text)
    assert verify_sums(tmp_path / "forum") == ("SHA256SUMS of forum is damaged",)


def test_names_of_every_kind_are_summed_as_others_read_them(tmp_path: Path) -> None:
    final = tmp_path / "forum"
    names = ["plain", "two words", "a\\b", "line\nfeed", "-lead", "ñ", "\udcff", "a\\nb", "back\\\\n"]
    folder = staging_folder(final)
    for name in names:
        (folder / name).write_text(name.encode("utf-8", "surrogateescape").hex())
    (folder / "sub").mkdir()
    (folder / "sub" / "deep").write_text("deep")
    write_sums(folder)
    swap_in(folder, final)
    assert verify_sums(final) == ()
    sha256sum = shutil.which("sha256sum")
    if sha256sum is not None:
        done = subprocess.run([sha256sum, "--check", "--strict", SUMS], cwd=final, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
        assert len(done.stdout.splitlines()) == len(names) + 1


# ----------------------------------------------------------------------------------------------- what was delivered before


def test_the_delivery_before_stays_whole_beside_the_new_one(tmp_path: Path, way: str) -> None:
    final = tmp_path / "forum"
    deliver(final, film="one", burned="x")
    (final / "notes.txt").write_text("call the mayor")
    deliver_anew(final, 1, film="two")
    deliver_anew(final, 2, film="three", added="y")
    assert content(final) == {"film": "three", "added": "y", "notes.txt": "call the mayor"}
    assert content(final / "v1") == {"film": "one", "burned": "x"}
    assert content(final / "v2") == {"film": "two"}
    assert [verify_sums(folder) for folder in (final, final / "v1", final / "v2")] == [(), (), ()]
    assert "v1" not in (final / SUMS).read_text()
    assert sorted(earlier(final)) == [1, 2]
    assert [path.name for path in tmp_path.iterdir()] == ["forum"]


def test_what_a_person_changed_is_in_both_and_is_not_one_file(tmp_path: Path, way: str) -> None:
    final = tmp_path / "forum"
    deliver(final, srt="one", film="x")
    (final / "srt").write_text("one, mended")
    deliver_anew(final, 1, srt="two", film="y")
    assert content(final) == {"srt": "two", "srt.kept-1": "one, mended", "film": "y"}
    assert (final / "v1" / "srt").read_text() == "one, mended"
    (final / "srt.kept-1").write_text("mended again")
    assert (final / "v1" / "srt").read_text() == "one, mended"


def test_a_change_broken_off_anywhere_loses_neither_delivery(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery_folder, "exchange", lambda _new, _final: False)
    replace = Path.replace
    for steps in range(7):
        final = tmp_path / f"forum{steps}"
        deliver(final, film="one", srt="eins")
        left = [steps]

        def breaks(self: Path, target: Path, left: list[int] = left) -> Path:
            left[0] -= 1
            if left[0] < 0:
                raise OSError(errno.ENOSPC, "No space left on device")
            return replace(self, target)

        folder = made(final, film="two", srt="zwei")
        keep_previous(folder, final, 1)
        monkeypatch.setattr(Path, "replace", breaks)
        with pytest.raises(StoreError, match="the disk is full"):
            swap_in(folder, final)
        monkeypatch.setattr(Path, "replace", replace)
        whole = {"film": "one", "srt": "eins"}
        assert verify_sums(final) == () or content(final / "v1") == whole, steps
        before = earlier(final)
        folder = made(final, film="two", srt="zwei")
        if (final / SUMS).is_file() and not before:
            keep_previous(folder, final, 1)
        swap_in(folder, final)
        assert content(final) == {"film": "two", "srt": "zwei"}, steps
        assert content(final / "v1") == whole, steps
        assert verify_sums(final / "v1") == ()


def test_a_copy_of_the_present_delivery_is_not_an_earlier_one(tmp_path: Path) -> None:
    final = tmp_path / "forum"
    deliver(final, film="one")
    shutil.copytree(final, tmp_path / "v1")
    shutil.move(tmp_path / "v1", final / "v1")
    assert earlier(final) == {}
    for name in ("v0", "v01", "version", "v1a"):
        (final / name).mkdir()
    (final / "v3").symlink_to(tmp_path)
    assert earlier(final) == {}
