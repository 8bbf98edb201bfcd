"""The store's own names and files."""

import hashlib
import os
from pathlib import Path

import pytest

from pipeline.durable import TEMPORARY, write_whole
from pipeline.engine.store import Action, Damaged, Store, artifacts_in
from pipeline.errors import StoreError
from pipeline.ports.picture import Joined, Segment
from pipeline.ports.work import Artifact


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path)
    store.prepare()
    return store


def kept(store: Store, content: bytes) -> Artifact:
    path = store.root / "work" / "finished"
    path.write_bytes(content)
    return store.keep(path)


def action(**given: object) -> Action:
    values: dict[str, object] = {
        "stage": "draw",
        "version": 1,
        "subject": "INT01",
        "request": {"text": "río"},
        "identity": {"font": "ab"},
        "result": {"lines": 2},
        "provenance": {"libass": "0.17"},
    }
    return Action(**(values | given))  # type: ignore[arg-type]


def test_a_kept_file_moves_and_is_named_by_its_content(store: Store) -> None:
    artifact = kept(store, b"picture")
    assert artifact == Artifact(digest=hashlib.sha256(b"picture").hexdigest(), size=7)
    assert list((store.root / "work").iterdir()) == []
    path = store.object_path(artifact)
    assert path.read_bytes() == b"picture"
    assert path.stat().st_mode & 0o222 == 0
    assert path == store.root / "objects" / artifact.digest[:2] / artifact.digest


def test_the_same_content_is_kept_once(store: Store) -> None:
    assert kept(store, b"picture") == kept(store, b"picture")
    assert len([path for path in (store.root / "objects").rglob("*") if path.is_file()]) == 1


def test_an_object_is_read_against_its_digest_once_a_run(store: Store, tmp_path: Path) -> None:
    artifact = kept(store, b"picture")
    path = store.object_path(artifact)
    path.chmod(0o644)
    path.write_bytes(b"pictuRE")
    with pytest.raises(Damaged, match="has changed"):
        Store(tmp_path).object_path(artifact)


@pytest.mark.parametrize("size", [6, 8])
def test_an_object_of_another_size_is_seen_even_after_it_was_checked(store: Store, size: int) -> None:
    artifact = kept(store, b"picture")
    path = store.object_path(artifact)
    path.chmod(0o644)
    os.truncate(path, size)
    with pytest.raises(Damaged):
        store.object_path(artifact)


def test_an_action_comes_back_as_it_was(store: Store) -> None:
    written = action(artifacts=(kept(store, b"picture"),))
    store.write(written)
    assert store.action(written.fingerprint) == written
    assert store.action("0" * 64) is None


def test_an_action_without_its_file_is_damaged(store: Store, tmp_path: Path) -> None:
    written = action(artifacts=(kept(store, b"picture"),))
    store.write(written)
    store.object_path(written.artifacts[0]).unlink()
    with pytest.raises(Damaged, match="cannot be read"):
        Store(tmp_path).action(written.fingerprint)


@pytest.mark.parametrize(
    "subject",
    [
        "INT01",
        "INT01 es 3",
        "",
        ".",
        "..",
        "../../etc/passwd",
        "a/b",
        "/abs",
        "ñ",
        "\udcff",
        "x" * 4000,
        "%",
        "%2E",
        "\n\0",
    ],
)
def test_any_subject_has_a_place_of_its_own_below_latest(store: Store, subject: str) -> None:
    others = ["INT01 ", "int01", "a%2Fb", "...", "x" * 3999]
    for number, other in enumerate([*others, subject]):
        store.remember_latest("draw", other, f"{number:064x}")
    assert store.latest_key("draw", subject) == f"{len(others):064x}"
    assert [store.latest_key("draw", other) for other in others] == [f"{number:064x}" for number in range(len(others))]
    assert len(list((store.root / "latest" / "draw").iterdir())) == len(others) + 1


def test_what_a_killed_run_left_is_removed_and_nothing_else(store: Store, tmp_path: Path) -> None:
    artifact = kept(store, b"picture")
    (tmp_path / "precious").write_text("a person's")
    work = store.root / "work"
    (work / "mix-1").mkdir()
    (work / "mix-1" / "half").write_text("half")
    (work / f"{TEMPORARY}x").write_text("half")
    (store.root / f"{TEMPORARY}y").write_text("half")
    (work / "link").symlink_to(tmp_path)
    Store(tmp_path).prepare()
    assert list(work.iterdir()) == []
    assert list(store.root.glob(f"{TEMPORARY}*")) == []
    assert store.object_path(artifact).read_bytes() == b"picture"
    assert (tmp_path / "precious").read_text() == "a person's"


@pytest.mark.parametrize("part", ["objects", "actions", "latest", "work"])
def test_no_part_of_the_store_may_lead_elsewhere(store: Store, tmp_path: Path, part: str) -> None:
    (store.root / part).rmdir()
    (store.root / part).symlink_to(tmp_path)
    with pytest.raises(StoreError, match="is a link"):
        Store(tmp_path)


def test_backup_programs_are_told_to_pass_the_store_over(store: Store) -> None:
    assert (store.root / "CACHEDIR.TAG").read_bytes().startswith(b"Signature: 8a477f597d28d172789f06886806bc55")


def test_every_file_a_result_names_is_found() -> None:
    one, two = (Artifact(digest=letter * 64, size=1) for letter in "ab")
    segments = tuple(Segment(file=file, frames=1, packets="", headers="") for file in (one, two, one))
    assert artifacts_in((segments, {"joined": Joined(file=two, frames=3)}, None, 1)) == (one, two)


def test_a_whole_file_replaces_and_leaves_no_other(tmp_path: Path) -> None:
    write_whole(tmp_path / "a", b"one")
    write_whole(tmp_path / "a", b"two")
    assert (tmp_path / "a").read_bytes() == b"two"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_file_that_cannot_be_finished_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_whole(tmp_path / "a", b"one")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(tmp_path / "a", b"two")
    assert (tmp_path / "a").read_bytes() == b"one"
    assert len(list(tmp_path.iterdir())) == 1


def test_no_folder_further_down_may_lead_elsewhere(store: Store, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (store.root / "latest" / "draw").symlink_to(tmp_path / "elsewhere")
    (store.root / "objects" / hashlib.sha256(b"picture").hexdigest()[:2]).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StoreError, match="is a link"):
        store.remember_latest("draw", "INT01", "0" * 64)
    with pytest.raises(StoreError, match="is a link"):
        kept(store, b"picture")
    assert list((tmp_path / "elsewhere").iterdir()) == []
