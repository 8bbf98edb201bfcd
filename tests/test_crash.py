"""Kill -9, Ctrl-C and company at any moment of a whole run: the next run ends where an undisturbed one does."""

import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.tools.delivery_folder import verify_sums
from tests.small_film import cli, copy_of, run_json

COMMAND = (sys.executable, "-c", "from pipeline.cli.main import main; main()", "run")


def start(film: Path, *options: str) -> subprocess.Popen[str]:
    """Start a run as the leader of a process group of its own."""
    return subprocess.Popen(
        [*COMMAND, str(film), *options],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - ignored in a shell's background
        env={**os.environ, "HOME": str(film)},  # handed on to every child: that is how they are told from others
    )


def alive(film: Path) -> list[str]:
    """Return the command lines of all processes that were started for a film, by what stands in their environment."""
    found = []
    for process in Path("/proc").iterdir():
        if not process.name.isdigit() or int(process.name) == os.getpid():
            continue
        try:
            known = (process / "environ").read_bytes() + b"\0" + (process / "cmdline").read_bytes()
        except OSError:
            continue
        if f"HOME={film}\0".encode() in known or f"{film}/".encode() in known:
            found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace"))
    return found


def none_left_after(film: Path, seconds: float) -> list[str]:
    """Wait until no process of a film is left, at most so long; return those that are."""
    end = time.monotonic() + seconds
    while (left := alive(film)) and time.monotonic() < end:
        time.sleep(0.1)
    return left


def contents(film: Path) -> dict[str, str]:
    """Return the digest of everything that a run leaves for people, by name."""
    kept = (path for part in ("deliverables", "subtitles") for path in (film / part).rglob("*") if path.is_file())
    return {path.relative_to(film).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in kept}


def seconds_to_run(film: Path) -> float:
    began = time.monotonic()
    status, document = run_json(film)
    assert status == 0, document
    return time.monotonic() - began


def nothing_partial(film: Path, allowed: Mapping[str, set[str]]) -> None:
    """Everything under a final name is whole: an object its name's content, a file for people one of its whole states."""
    for path in (film / ".testimonio" / "objects").glob("*/*"):
        assert hashlib.sha256(path.read_bytes()).hexdigest() == path.name
    cut = film / "deliverables" / "small"
    assert not cut.exists() or verify_sums(cut) == ()
    for name, digest in contents(film).items():
        if "/.small.new/" not in name:
            assert digest in allowed[name], name


@dataclass(frozen=True)
class Start:
    """From where a run sets out: the film, what it leaves undisturbed, and how long that takes."""

    film: Path
    expected: dict[str, str]
    seconds: float
    allowed: Mapping[str, set[str]]


def measured(film: Path, scratch: Path) -> Start:
    before = contents(film)
    undisturbed = copy_of(film, scratch / f"{film.name}-undisturbed")
    seconds = seconds_to_run(undisturbed)
    expected = contents(undisturbed)
    names = {*before, *expected}
    allowed = {name: {digest for one in (before, expected) if (digest := one.get(name))} for name in names}
    return Start(film, expected, seconds, allowed)


def recut(delivered_film: Path, scratch: Path) -> Path:
    """Return a film with an older delivery, whose edit and subtitles have changed since."""
    film = copy_of(delivered_film, scratch / "recut")
    edl = film / "cuts" / "small.edl"
    edl.write_text(edl.read_text("utf-8").replace("01:00:00:12 01:00:06:12", "01:00:00:10 01:00:06:10"), "utf-8")
    spanish = film / "subtitles" / "INT01.es.srt"
    spanish.write_text(spanish.read_text("utf-8").replace("noche", "madrugada"), "utf-8")
    return film


@pytest.mark.slow
def test_killed_at_twenty_random_moments_a_second_run_ends_as_an_undisturbed_one(
    small_film, heard_film, delivered_film, tmp_path
):
    starts = [
        measured(copy_of(small_film, tmp_path / "fresh"), tmp_path),
        measured(copy_of(heard_film, tmp_path / "heard"), tmp_path),
        measured(recut(delivered_film, tmp_path), tmp_path),
    ]
    assert starts[0].expected == starts[1].expected
    chance = random.Random(20)  # noqa: S311 - moments, not secrets
    for number in range(20):
        begin = starts[number % 3]
        film = copy_of(begin.film, tmp_path / f"film{number}")
        # A moment in each twentieth of the run, wherever in it.
        moment = begin.seconds * (number + chance.random()) / 20
        with start(film) as child:
            time.sleep(moment)
            os.killpg(child.pid, signal.SIGKILL)
        assert none_left_after(film, 5) == [], f"after {moment:.2f} s"
        nothing_partial(film, begin.allowed)
        status, document = run_json(film)
        assert status == 0, (moment, document)
        assert contents(film) == begin.expected, f"killed after {moment:.2f} s"
        assert not list((film / ".testimonio" / "work").iterdir())
        shutil.rmtree(film)


def interrupt(film: Path, sign: signal.Signals, after: str, *options: str) -> tuple[int, float, str]:
    """Start a run, send it a signal once standard error says `after`; return its status, how long it took, its words."""
    with start(film, *options) as child:
        assert child.stderr is not None
        assert child.stdout is not None
        said = ""
        while after not in (line := child.stderr.readline()):
            said += line
            assert line, said
        began = time.monotonic()
        os.kill(child.pid, sign)
        child.wait(timeout=30)
        return child.returncode, time.monotonic() - began, said + child.stdout.read() + child.stderr.read()


INTERRUPTIONS = [
    (signal.SIGINT, "transcribe: started"),
    (signal.SIGTERM, "picture: started"),
    pytest.param(signal.SIGTERM, "transcribe: started", marks=pytest.mark.slow),
    pytest.param(signal.SIGINT, "draw subtitles: started", marks=pytest.mark.slow),
    pytest.param(signal.SIGINT, "picture: started", marks=pytest.mark.slow),
    pytest.param(signal.SIGHUP, "mix: started", marks=pytest.mark.slow),
]


@pytest.mark.parametrize(("sign", "after"), INTERRUPTIONS)
def test_whatever_interrupts_a_run_ends_it_within_two_seconds_and_in_one_line(heard_film, tmp_path, sign, after):
    film = copy_of(heard_film, tmp_path / "film")
    again = ("--refresh", "transcribe") if "transcribe" in after else ()
    status, seconds, said = interrupt(film, sign, after, *again)
    assert status == 130, said
    assert seconds < 2
    assert "Traceback" not in said
    assert said.splitlines()[-1].startswith("interrupted; what is finished is kept")
    assert none_left_after(film, 5) == []


@pytest.mark.slow
def test_a_run_that_was_interrupted_is_finished_by_the_next(delivered_film, small_film, tmp_path):
    film = copy_of(small_film, tmp_path / "film")
    for sign, after in ((signal.SIGINT, "transcribe: started"), (signal.SIGTERM, "picture: started")):
        assert interrupt(film, sign, after)[0] == 130
    assert run_json(film)[0] == 0
    assert contents(film) == contents(delivered_film)


def test_of_two_runs_at_once_one_proceeds_and_the_other_names_it(heard_film, tmp_path):
    film = copy_of(heard_film, tmp_path / "film")
    with start(film) as first:
        assert first.stderr is not None
        first.stderr.readline()
        second = cli("run", film)
        assert second.returncode == 1
        assert f"in use by process {first.pid} on " in second.stderr
        assert second.stdout == ""
        assert first.poll() is None
        os.killpg(first.pid, signal.SIGKILL)
    assert cli("run", film, "--to", "transcribe").returncode == 0  # no stale lock


@pytest.mark.slow
def test_clean_runs_on_any_number_of_cores_in_any_folder_give_the_same_bytes(small_film, delivered_film, tmp_path):
    for jobs in ("1", "2", "3"):
        film = copy_of(small_film, tmp_path / f"with {jobs}")
        assert run_json(film, "--jobs", jobs)[0] == 0
        assert contents(film) == contents(delivered_film)
