"""What is said and kept when something is damaged or cannot be done."""

import errno
import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.engine.explain import Cause
from pipeline.engine.run import opened
from pipeline.engine.store import Store
from pipeline.errors import ConsentError, MediaError, StageError, StoreError, ToolMissing
from pipeline.ports.work import Artifact, Bench
from tests.engine_stages import WRITE, Writer, WriteRequest, Written, actions, left_over, run_film, write_all
from tests.fake_bench import SilentProgress

ROOT = Path(__file__).parents[1]


# ------------------------------------------------------------------------------------------------------------- damage


@pytest.mark.parametrize("harm", ["shorter", "longer", "flipped", "gone", "folder"])
def test_a_damaged_or_missing_file_is_made_again(tmp_path: Path, harm: str) -> None:
    first = run_film(tmp_path, 3)
    victim = tmp_path / ".testimonio" / "objects" / first[1].file.digest[:2] / first[1].file.digest
    whole = victim.read_bytes()
    victim.chmod(0o644)
    if harm == "shorter":
        victim.write_bytes(whole[:-1])
    elif harm == "longer":
        victim.write_bytes(whole + b"x")
    elif harm == "flipped":
        victim.write_bytes(whole[:100] + bytes([whole[100] ^ 1]) + whole[101:])
    else:
        victim.unlink()
    if harm == "folder":
        shutil.rmtree(victim.parent)
    progress = SilentProgress()
    with opened(tmp_path, progress) as engine:
        assert write_all(engine, writer := Writer(), ["reel 0", "reel 1", "reel 2"]) == first
    assert writer.calls == [("reel 1",)]
    assert victim.read_bytes() == whole
    assert engine.decisions[1].cause is Cause.DAMAGED
    assert len(progress.notes) == 1
    assert progress.notes[0].startswith("write reel 1 is made again: ")


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b'{"format":1}', b"\xff\xfe", b'{"format":1,"sha256":"x","action":{}}', b"[" * 100_000],
)
def test_a_damaged_action_is_made_again(tmp_path: Path, content: bytes) -> None:
    first = run_film(tmp_path, 1)
    (path,) = actions(tmp_path)
    path.write_bytes(content)
    assert run_film(tmp_path, 1, writer := Writer()) == first
    assert writer.calls == [("reel 0",)]


def test_one_changed_character_in_an_action_is_seen(tmp_path: Path) -> None:
    run_film(tmp_path, 1)
    (path,) = actions(tmp_path)
    sheet = json.loads(path.read_text())
    sheet["action"]["result"]["length"] += 1
    path.write_text(json.dumps(sheet))
    run_film(tmp_path, 1, writer := Writer())
    assert writer.calls == [("reel 0",)]


def test_an_action_under_anothers_name_is_not_believed(tmp_path: Path) -> None:
    run_film(tmp_path, 2)
    one, other = actions(tmp_path)
    shutil.copyfile(one, other)
    run_film(tmp_path, 2, writer := Writer())
    assert len(writer.calls[0]) == 1


def test_the_whole_store_may_be_deleted(tmp_path: Path) -> None:
    first = run_film(tmp_path, 2)
    shutil.rmtree(tmp_path / ".testimonio")
    assert run_film(tmp_path, 2) == first


def test_a_store_that_leads_elsewhere_is_refused(tmp_path: Path) -> None:
    (tmp_path / "film").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "film" / ".testimonio").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StoreError, match="is a link"):
        run_film(tmp_path / "film", 1)
    assert list((tmp_path / "elsewhere").iterdir()) == []


# ------------------------------------------------------------------------------------------------------------ failures


def test_what_was_done_before_a_failure_stays_done(tmp_path: Path) -> None:
    with pytest.raises(StageError, match="broken"):
        run_film(tmp_path, 5, Writer(fail_at=3))
    assert len(actions(tmp_path)) == 3
    assert left_over(tmp_path) == []
    run_film(tmp_path, 5, writer := Writer())
    assert writer.calls == [("reel 3", "reel 4")]


def test_a_stage_error_keeps_its_class_and_learns_where_it_happened(tmp_path: Path) -> None:
    failure = ToolMissing("no weights named base", "see testimonio doctor")
    with pytest.raises(ToolMissing) as caught:
        run_film(tmp_path, 2, Writer(fail_at=1, failure=lambda: failure))
    assert caught.value is failure
    assert str(caught.value) == "write reel 1: no weights named base; see testimonio doctor"


def test_a_failure_that_may_be_anyones_names_them_all(tmp_path: Path) -> None:
    with pytest.raises(StageError) as caught:
        run_film(tmp_path, 6, Writer(fail_at=1, failure=lambda: MediaError("cannot be read")))
    assert caught.value.subject == "reel 1, reel 2, reel 3 or 2 more"


def test_the_unforeseen_is_said_plainly_and_kept_in_the_log_alone(tmp_path: Path) -> None:
    with pytest.raises(StageError) as caught:
        run_film(tmp_path, 1, Writer(fail_at=0, failure=lambda: KeyError("layer\nline")))
    said = str(caught.value)
    assert said.startswith("write reel 0: something unforeseen happened (KeyError: 'layer\\nline')")
    assert "\n" not in said
    log = (tmp_path / ".testimonio" / "run.log").read_text()
    assert "Traceback" in log
    assert "engine_stages.py" in log


def test_an_identity_that_cannot_be_had_names_the_subject(tmp_path: Path) -> None:
    class Absent(Writer):
        def identity(self, request: WriteRequest) -> dict[str, str]:
            raise ToolMissing("ffmpeg is not installed", "install it")

    with pytest.raises(ToolMissing, match="write reel 0: ffmpeg is not installed; install it"):
        run_film(tmp_path, 1, Absent())


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_said_in_those_words(tmp_path: Path, number: int) -> None:
    with pytest.raises(StoreError, match=r"^write reel 0: the disk is full: .* free some space"):
        run_film(tmp_path, 1, Writer(fail_at=0, failure=lambda: OSError(number, os.strerror(number))))


def test_errors_of_other_phases_pass_unchanged(tmp_path: Path) -> None:
    with pytest.raises(ConsentError):
        run_film(tmp_path, 1, Writer(fail_at=0, failure=lambda: ConsentError(())))


class Wrong(Writer):
    """Yields what was not asked for."""

    def __init__(self, indices: tuple[int, ...]) -> None:
        super().__init__()
        self.indices = indices

    def carry_out(self, requests, bench: Bench):  # type: ignore[no-untyped-def]
        for index in self.indices:
            path = bench.work / "out"
            path.write_bytes(b"x")
            yield index, Written(file=bench.keep(path), length=1, rate=requests[0].rate)


@pytest.mark.parametrize(
    ("indices", "said"), [((0,), "no result came back"), ((0, 0), "came twice"), ((2,), "not asked")]
)
def test_a_tool_that_miscounts_is_found_out(tmp_path: Path, indices: tuple[int, ...], said: str) -> None:
    with pytest.raises(StageError, match=said):
        run_film(tmp_path, 2, Wrong(indices))


def test_a_result_may_name_only_files_that_were_kept(tmp_path: Path) -> None:
    class Liar(Writer):
        def carry_out(self, requests, bench: Bench):  # type: ignore[no-untyped-def]
            yield 0, Written(file=Artifact(digest="0" * 64, size=1), length=1, rate=requests[0].rate)

    with pytest.raises(StageError, match="000000000000 cannot be read"):
        run_film(tmp_path, 1, Liar())
    assert actions(tmp_path) == []


@pytest.mark.parametrize("kind", ["outside", "link", "folder", "absent"])
def test_only_finished_files_of_the_work_folder_are_kept(tmp_path: Path, kind: str) -> None:
    (tmp_path / "precious").write_text("a person's")

    class Grabber(Writer):
        def carry_out(self, requests, bench: Bench):  # type: ignore[no-untyped-def]
            path = bench.work / "out"
            if kind == "outside":
                path = tmp_path / "precious"
            elif kind == "link":
                path.symlink_to(tmp_path / "precious")
            elif kind == "folder":
                path.mkdir()
            yield 0, Written(file=bench.keep(path), length=1, rate=requests[0].rate)

    with pytest.raises(StoreError, match="is not a finished file"):
        run_film(tmp_path, 1, Grabber())
    assert (tmp_path / "precious").read_text() == "a person's"


def test_ctrl_c_passes_and_leaves_nothing_behind(tmp_path: Path) -> None:
    ended: list[bool] = []

    class Interrupted(Writer):
        def carry_out(self, requests, bench: Bench):  # type: ignore[no-untyped-def]
            try:
                (bench.work / "half").write_text("half")
                yield from super().carry_out(requests, bench)
            finally:
                ended.append(True)

    with pytest.raises(KeyboardInterrupt):
        run_film(tmp_path, 3, Interrupted(fail_at=2, failure=KeyboardInterrupt))
    assert ended == [True]
    assert left_over(tmp_path) == []
    run_film(tmp_path, 3, writer := Writer())
    assert writer.calls == [("reel 2",)]


def test_a_disk_that_fills_while_storing_stops_the_tool_before_its_folder_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saw: list[bool] = []

    class Careful(Writer):
        def carry_out(self, requests, bench: Bench):  # type: ignore[no-untyped-def]
            try:
                yield from super().carry_out(requests, bench)
            finally:
                saw.append(bench.work.is_dir())

    def full(self: Store, action: object) -> None:
        raise StoreError("the disk is full")

    monkeypatch.setattr(Store, "write", full)
    with pytest.raises(StoreError):
        run_film(tmp_path, 2, Careful())
    assert saw == [True]


def test_a_request_that_cannot_be_planned_names_the_subject(tmp_path: Path) -> None:
    def broken(text: str) -> WriteRequest:
        raise ZeroDivisionError("no rate")

    with (
        pytest.raises(StageError, match=r"write INT01: something unforeseen happened \(ZeroDivisionError: no rate\)"),
        opened(tmp_path, SilentProgress()) as engine,
    ):
        engine.run(replace(WRITE, plan=broken), Writer(), "INT01", "text")


def test_a_log_that_leads_elsewhere_is_not_followed(tmp_path: Path) -> None:
    run_film(tmp_path, 1)
    (tmp_path / "precious").write_text("a person's")
    (tmp_path / ".testimonio" / "run.log").symlink_to(tmp_path / "precious")
    with pytest.raises(StageError, match="the details could not be written down"):
        run_film(tmp_path, 2, Writer(fail_at=0))
    assert (tmp_path / "precious").read_text() == "a person's"


def test_an_error_that_knows_its_subject_keeps_it(tmp_path: Path) -> None:
    failure = MediaError("cannot be read", stage="probe", subject="int02.mp4")
    with pytest.raises(MediaError, match=r"^probe int02\.mp4: cannot be read$"):
        run_film(tmp_path, 1, Writer(fail_at=0, failure=lambda: failure))


def test_a_stored_file_that_is_fetched_is_whole_or_an_error(tmp_path: Path) -> None:
    (made,) = run_film(tmp_path, 1)
    with opened(tmp_path, SilentProgress()) as engine:
        path = engine.path(made.file)
        assert path.stat().st_size == made.length
        path.unlink()
        with pytest.raises(StoreError, match="run again: it is made again"):
            engine.path(made.file)


def test_a_result_that_would_come_back_otherwise_is_refused(tmp_path: Path) -> None:
    class Careless(Writer):
        def carry_out(self, requests, bench: Bench):  # type: ignore[no-untyped-def]
            path = bench.work / "out"
            path.write_bytes(b"x")
            yield 0, Written(file=bench.keep(path), length="12", rate=requests[0].rate)  # type: ignore[arg-type]

    with pytest.raises(StageError, match="would not be read back as it is"):
        run_film(tmp_path, 1, Careless())
    assert actions(tmp_path) == []
