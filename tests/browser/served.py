"""A film's page as `testimonio review` serves it: in this process, or as one that can be killed."""

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from pipeline.assembly.review_desk import ReviewDesk
from pipeline.review.app import build_app
from pipeline.review.security import Security

PATIENCE_S = 30


@dataclass(frozen=True, kw_only=True)
class Served:
    """A served film; `url` has the token in it."""

    film: Path
    url: str

    def srt(self, language: str = "en") -> str:
        """Return a subtitle file as it is now."""
        return (self.film / "subtitles" / f"INT01.{language}.srt").read_text(encoding="utf-8")

    def state(self, language: str = "en") -> str:
        """Return a state as it is now."""
        return (self.film / "subtitles" / "state" / f"INT01.{language}.json").read_text(encoding="utf-8")


@contextmanager
def served(film: Path, *, read_only: bool = False) -> Iterator[Served]:
    """Serve a film in a thread of this process."""
    listening = socket.create_server(("127.0.0.1", 0))
    security = Security(port=listening.getsockname()[1])
    mistakes: list[BaseException] = []
    with listening, ReviewDesk(film, reviewer="", read_only=read_only) as desk:
        config = uvicorn.Config(
            build_app(desk, security, unforeseen=mistakes.append), log_level="critical", lifespan="off", ws="none"
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            until(lambda: server.started)
            yield Served(film=film, url=security.url)
        finally:
            server.should_exit = server.force_exit = True
            thread.join(PATIENCE_S)
    assert mistakes == []


class Process:
    """`testimonio review` on a port of its own, which dies without a word when it is killed."""

    def __init__(self, film: Path, port: int) -> None:
        command = "from pipeline.cli.main import main; main()"
        options = ["review", str(film), "--no-browser", "--port", str(port)]
        self._running = subprocess.Popen(
            [sys.executable, "-c", command, *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        lines = iter(self._running.stderr.readline, "")
        self.url = next(word for line in lines for word in line.split() if "token=" in word)

    def kill(self) -> None:
        """End it at once, as a power cut does."""
        self._running.kill()
        self._running.wait()
        self._running.stderr.close()


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


def until(true: object, seconds: float = PATIENCE_S) -> None:
    """Wait until something holds; fail where it does not in time."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come to hold"
        time.sleep(0.05)
