"""Running stages: what is carried out, what comes from the store, and where it may lie."""

import shutil
import time
from pathlib import Path

import pytest

from pipeline.engine.explain import Outcome
from pipeline.engine.run import opened
from pipeline.errors import MediaError, StoreError
from pipeline.ports.work import Bench
from tests.engine_stages import WRITE, Writer, Written, actions, objects, run_film, write_all
from tests.fake_bench import SilentProgress

ROOT = Path(__file__).parents[1]


# ---------------------------------------------------------------------------------------------------- made once, then kept


def test_a_second_run_carries_nothing_out_and_returns_the_same(tmp_path: Path) -> None:
    first = run_film(tmp_path, 3, writer := Writer())
    assert writer.calls == [("reel 0", "reel 1", "reel 2")]
    before = {path: path.stat().st_mtime_ns for path in (*objects(tmp_path), *actions(tmp_path))}
    assert run_film(tmp_path, 3, again := Writer()) == first
    assert again.calls == []
    assert {path: path.stat().st_mtime_ns for path in (*objects(tmp_path), *actions(tmp_path))} == before


def test_results_stand_in_the_order_asked_for_however_the_tool_yields(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    assert run_film(tmp_path / "a", 5, Writer(backwards=True)) == run_film(tmp_path / "b", 5, Writer())


def test_equal_requests_are_carried_out_once(tmp_path: Path) -> None:
    with opened(tmp_path, SilentProgress()) as engine:
        results = engine.map(WRITE, writer := Writer(), [("one", "same"), ("two", "same"), ("three", "other")])
    assert writer.calls == [("same", "other")]
    assert results[0] == results[1] != results[2]
    assert [(decision.subject, decision.outcome) for decision in engine.decisions] == [
        ("one", Outcome.RAN),
        ("two", Outcome.RAN),
        ("three", Outcome.RAN),
    ]


def test_only_what_is_missing_is_carried_out(tmp_path: Path) -> None:
    run_film(tmp_path, 2)
    run_film(tmp_path, 4, writer := Writer())
    assert writer.calls == [("reel 2", "reel 3")]


def test_nothing_asked_for_is_nothing_done(tmp_path: Path) -> None:
    with opened(tmp_path, SilentProgress()) as engine:
        assert engine.map(WRITE, writer := Writer(), []) == ()
    assert writer.calls == []


def test_a_tool_finds_sources_and_stored_files_by_digest(tmp_path: Path) -> None:
    source = tmp_path / "int01.mp4"
    source.write_bytes(b"footage")

    class Reader(Writer):
        def carry_out(self, requests, bench: Bench):  # type: ignore[no-untyped-def]
            found = b" ".join(bench.path(request.text).read_bytes()[:7] for request in requests)
            path = bench.work / "out"
            path.write_bytes(found)
            yield 0, Written(file=bench.keep(path), length=len(found), rate=requests[0].rate)

    with opened(tmp_path, SilentProgress()) as engine:
        (digest,) = engine.digests([source])
        made = engine.run(WRITE, Writer(), "made", "reel 0")
        assert engine.run(WRITE, Reader("read"), "a", digest).length == 7
        assert engine.run(WRITE, Reader("read"), "b", made.file.digest).length == 7
        with pytest.raises(StoreError, match="no file with the digest 000000000000 is known"):
            engine.run(WRITE, Reader("read"), "c", "0" * 64)
        time.sleep(0.01)
        source.write_bytes(b"another")
        with pytest.raises(MediaError, match=r"write d: .*int01\.mp4 changed while this run was using it"):
            engine.run(WRITE, Reader("other"), "d", digest)
        source.unlink()
        with pytest.raises(MediaError, match=r"int01\.mp4 is not there"):
            engine.run(WRITE, Reader("third"), "e", digest)


def test_stored_files_of_an_earlier_run_are_found(tmp_path: Path) -> None:
    (made,) = run_film(tmp_path, 1)

    class Copier(Writer):
        def carry_out(self, requests, bench: Bench):  # type: ignore[no-untyped-def]
            path = bench.work / "copy"
            shutil.copyfile(bench.path(requests[0].text), path)
            yield 0, Written(file=bench.keep(path), length=0, rate=requests[0].rate)

    with opened(tmp_path, SilentProgress()) as engine:
        write_all(engine, Writer(), ["reel 0"])
        assert engine.run(WRITE, Copier("copy"), "copy", made.file.digest).file == made.file


# -------------------------------------------------------------------------------------------------------- where it lies


def test_a_film_that_was_moved_or_copied_runs_nothing_again_and_holds_no_path(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    first = run_film(tmp_path / "here", 3)
    shutil.copytree(tmp_path / "here", tmp_path / "copied")
    (tmp_path / "here").rename(tmp_path / "moved")
    for name in ("moved", "copied"):
        assert run_film(tmp_path / name, 3, writer := Writer()) == first
        assert writer.calls == []
        for path in (tmp_path / name).rglob("*.json"):
            assert str(tmp_path) not in path.read_text()


def test_two_folders_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        run_film(tmp_path / name, 3)
    names = {name: [path.name for path in (*objects(tmp_path / name), *actions(tmp_path / name))] for name in "ab"}
    assert names["a"] == names["b"]
    for one, other in zip(actions(tmp_path / "a"), actions(tmp_path / "b"), strict=True):
        assert one.read_bytes() == other.read_bytes()
