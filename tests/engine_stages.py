"""Small stages and tools for tests of the engine; `python -m tests.engine_stages FILM` runs a film of them."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from pipeline.engine.run import Engine, Options, opened
from pipeline.ports.stage import Stage
from pipeline.ports.work import Artifact, Bench
from tests.fake_bench import SilentProgress


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteRequest:
    """Write `text` `times` times into a file."""

    text: str
    times: int
    rate: Fraction = Fraction(30000, 1001)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The file and its length."""

    file: Artifact
    length: int
    rate: Fraction


def request_for(text: str) -> WriteRequest:
    return WriteRequest(text=text, times=2000)


WRITE: Stage[str, WriteRequest, Written] = Stage(name="write", version=1, plan=request_for, result=Written)


@dataclass
class Writer:
    """A tool that writes files, counts what it was asked for, and can be made to fail before a request."""

    option: str = "plain"
    fail_at: int | None = None
    failure: Callable[[], BaseException] = lambda: RuntimeError("broken")
    backwards: bool = False
    calls: list[tuple[str, ...]] = field(default_factory=list)
    folders: list[Path] = field(default_factory=list)

    def identity(self, request: WriteRequest) -> Mapping[str, str]:
        return {"option": self.option, "tool": "writer"}

    def provenance(self) -> Mapping[str, str]:
        return {"version": "1.0"}

    def carry_out(self, requests: Sequence[WriteRequest], bench: Bench) -> Iterator[tuple[int, Written]]:
        self.calls.append(tuple(request.text for request in requests))
        self.folders.append(bench.work)
        order = list(enumerate(requests))
        for count, (index, request) in enumerate(reversed(order) if self.backwards else order):
            if count == self.fail_at:
                raise self.failure()
            path = bench.work / f"file-{index}"
            path.write_text(f"{self.option} {request.text}\n" * request.times)
            length = path.stat().st_size
            yield index, Written(file=bench.keep(path), length=length, rate=request.rate)


def run_film(film: Path, subjects: int = 40, writer: Writer | None = None) -> tuple[Written, ...]:
    with opened(film, SilentProgress()) as engine:
        return write_all(engine, writer or Writer(), [f"reel {number}" for number in range(subjects)])


def write_all(engine: Engine, writer: Writer, texts: Sequence[str]) -> tuple[Written, ...]:
    return engine.map(WRITE, writer, [(text, text) for text in texts])


def options(**given: object) -> Options:
    return Options(**given)  # type: ignore[arg-type]


def objects(film: Path) -> list[Path]:
    """Return the files that were made."""
    return sorted(path for path in (film / ".testimonio" / "objects").rglob("*") if path.is_file())


def actions(film: Path) -> list[Path]:
    """Return the files of the results."""
    return sorted((film / ".testimonio" / "actions").iterdir())


def left_over(film: Path) -> list[Path]:
    """Return what is unfinished."""
    return list((film / ".testimonio" / "work").iterdir())


if __name__ == "__main__":
    sys.stdout.write("begun\n")
    sys.stdout.flush()
    run_film(Path(sys.argv[1]))
