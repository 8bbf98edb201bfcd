"""Dry runs, refreshed stages, and why something was made again."""

import json
import pickle
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.engine.explain import Cause, Change, Outcome
from pipeline.engine.run import Options, WouldRun, opened
from pipeline.errors import StageError
from tests.engine_stages import WRITE, Writer, WriteRequest, actions, run_film, write_all
from tests.fake_bench import SilentProgress

ROOT = Path(__file__).parents[1]


# ------------------------------------------------------------------------------------------------ dry run, refresh, explain


def test_a_dry_run_says_what_would_run_and_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(WouldRun) as caught, opened(tmp_path, SilentProgress(), Options(dry_run=True)) as engine:
        write_all(engine, writer := Writer(), ["reel 0", "reel 1"])
    assert (caught.value.stage, caught.value.subjects) == ("write", ("reel 0", "reel 1"))
    assert [decision.outcome for decision in engine.decisions] == [Outcome.WOULD_RUN] * 2
    assert writer.calls == []
    assert list(tmp_path.iterdir()) == []
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)  # noqa: S301 - our own


def test_a_dry_run_goes_on_where_everything_is_stored(tmp_path: Path) -> None:
    first = run_film(tmp_path, 2)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    with opened(tmp_path, SilentProgress(), Options(dry_run=True)) as engine:
        assert write_all(engine, Writer(), ["reel 0", "reel 1"]) == first
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_a_refreshed_stage_is_made_again_once_a_run(tmp_path: Path) -> None:
    first = run_film(tmp_path, 2)
    with opened(tmp_path, SilentProgress(), Options(refresh=frozenset({"write"}))) as engine:
        assert write_all(engine, writer := Writer(), ["reel 0", "reel 1"]) == first
        assert write_all(engine, writer, ["reel 0", "reel 1"]) == first
    assert writer.calls == [("reel 0", "reel 1")]
    assert [decision.cause for decision in engine.decisions] == [Cause.REFRESHED] * 2 + [None] * 2


def test_a_new_subject_was_never_made(tmp_path: Path) -> None:
    with opened(tmp_path, SilentProgress()) as engine:
        write_all(engine, Writer(), ["reel 0"])
    assert [(d.outcome, d.cause, d.changes) for d in engine.decisions] == [(Outcome.RAN, Cause.FIRST, ())]


def test_what_changed_since_the_last_time_is_said(tmp_path: Path) -> None:
    run_film(tmp_path, 1)
    newer = replace(WRITE, version=2, plan=lambda text: WriteRequest(text=text, times=3))
    with opened(tmp_path, SilentProgress()) as engine:
        engine.run(newer, Writer("fancy"), "reel 0", "other")
    (decision,) = engine.decisions
    assert decision.cause is Cause.CHANGED
    assert decision.changes == (
        Change(field="version", before="1", after="2"),
        Change(field="identity.option", before='"plain"', after='"fancy"'),
        Change(field="request.text", before='"reel 0"', after='"other"'),
        Change(field="request.times", before="2000", after="3"),
    )


def test_provenance_is_recorded_and_decides_nothing(tmp_path: Path) -> None:
    run_film(tmp_path, 1)

    class Newer(Writer):
        def provenance(self) -> dict[str, str]:
            return {"version": "2.0"}

    run_film(tmp_path, 1, newer := Newer())
    assert newer.calls == []
    assert json.loads(actions(tmp_path)[0].read_text())["action"]["provenance"] == {"version": "1.0"}


def test_going_back_is_explained_by_what_was_used_last(tmp_path: Path) -> None:
    for option in ("plain", "fancy", "plain"):
        with opened(tmp_path, SilentProgress()) as engine:
            engine.run(WRITE, Writer(option), "reel 0", "reel 0")
    assert engine.decisions[0].outcome is Outcome.STORED
    with opened(tmp_path, SilentProgress()) as engine:
        engine.run(WRITE, Writer("third"), "reel 0", "reel 0")
    assert engine.decisions[0].changes == (Change(field="identity.option", before='"plain"', after='"third"'),)


def test_a_result_taken_out_of_the_store_is_told_from_a_change(tmp_path: Path) -> None:
    run_film(tmp_path, 1)
    actions(tmp_path)[0].unlink()
    with opened(tmp_path, SilentProgress()) as engine:
        write_all(engine, Writer(), ["reel 0"])
    assert engine.decisions[0].cause is Cause.REMOVED


def test_timings_are_written_for_people(tmp_path: Path) -> None:
    run_film(tmp_path, 3)
    run_film(tmp_path, 4)
    sheet = json.loads((tmp_path / ".testimonio" / "run.json").read_text())
    (entry,) = sheet["stages"]
    assert (entry["stage"], entry["asked"], entry["carried_out"]) == ("write", 4, 1)
    assert 0 <= entry["wall_ms"] <= sheet["wall_ms"]


def test_where_only_one_stage_is_asked_for_another_that_has_something_to_do_is_refused(tmp_path: Path) -> None:
    beside = Options(only=frozenset({"mix"}))
    with pytest.raises(StageError, match="this is not done yet"), opened(tmp_path, SilentProgress(), beside) as engine:
        write_all(engine, Writer(), ["reel 0"])
    first = run_film(tmp_path, 1)
    with opened(tmp_path, SilentProgress(), beside) as engine:
        assert write_all(engine, Writer(), ["reel 0"]) == first
    with opened(tmp_path, SilentProgress(), Options(only=frozenset({"write"}))) as engine:
        assert len(write_all(engine, writer := Writer(), ["reel 0", "reel 1"])) == 2
    assert writer.calls == [("reel 1",)]
