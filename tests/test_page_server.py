"""The server as a person starts it: what was answered is on the disk, whatever happens to it, and Ctrl-C ends it."""

import os
import re
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from footage_manifest.findings import ManifestError
from pipeline.errors import UsageError
from pipeline.review.serve import Serving, serve
from subtitles.formats.srt import read_srt
from tests.fake_bench import SilentProgress
from tests.page_film import film_with_subtitles, srt, stranger

_START = "from pipeline.cli.main import main; main()"


@dataclass
class Server:
    """A running server, and a browser that has opened its page."""

    process: subprocess.Popen[str]
    url: str
    client: httpx.Client
    said: str

    def put(self, cue: dict[str, Any], text: str) -> httpx.Response:
        base = str(self.client.base_url).rstrip("/")
        headers = {"origin": base, "x-testimonio": "1", "if-match": cue["etag"]}
        body = {"start_ms": cue["start_ms"], "end_ms": cue["end_ms"], "text": text}
        return self.client.put(f"/api/reels/INT01/tracks/en/cues/{cue['id']}", json=body, headers=headers)

    def cues(self) -> list[dict[str, Any]]:
        return self.client.get("/api/reels/INT01/tracks/en").json()["cues"]

    def ended_by(self, sign: signal.Signals) -> tuple[int, float, str]:
        """Send a signal; return the exit code, how long it took, and what was said."""
        began = time.monotonic()
        self.process.send_signal(sign)
        stdout, stderr = self.process.communicate(timeout=60)
        return self.process.returncode, time.monotonic() - began, stdout + stderr


@contextmanager
def served(film: Path, *options: str) -> Iterator[Server]:
    """Start the command and open the page."""
    command = [sys.executable, "-c", _START, "review", str(film), "--no-browser", *options]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL
    )
    try:
        assert process.stderr is not None
        said = ""
        with selectors.DefaultSelector() as waiting:
            waiting.register(process.stderr, selectors.EVENT_READ)
            while not re.search(r"token=\S+\s", said):
                assert waiting.select(timeout=60), said
                # Not readline: a second line that came along would wait in its buffer, where select does not see it.
                read = os.read(process.stderr.fileno(), 4096).decode()
                assert read, said
                said += read
        url = re.search(r"http://\S+", said)
        assert url is not None
        with httpx.Client(base_url=url[0].partition("/?")[0], timeout=60) as client:
            assert client.get(url[0]).status_code == 303
            yield Server(process=process, url=url[0], client=client, said=said)
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def texts(film: Path) -> list[str]:
    return [cue.text for cue in read_srt(srt(film, "en").read_bytes(), file="x.srt").cues]


@pytest.fixture
def film(tmp_path: Path) -> Path:
    return film_with_subtitles(tmp_path / "film", count=40)


def test_two_servers_and_a_kill_between_changes_lose_nothing(film: Path) -> None:
    with served(film, "--port", "0") as first, served(film, "--port", "0") as second:
        assert (first.client.get("/").status_code, first.client.get("/page/api.js").status_code) == (200, 200)
        cues = first.cues()
        answered: dict[int, str] = {}
        stop = threading.Event()

        def write(server: Server, mine: range) -> None:
            for place in mine:
                text = f"{server.process.pid} {place}"
                try:
                    if stop.is_set() or server.put(cues[place], text).status_code != 200:
                        return
                except httpx.TransportError:
                    return
                answered[place] = text

        threads = [
            threading.Thread(target=write, args=(first, range(0, 40, 2))),
            threading.Thread(target=write, args=(second, range(1, 40, 2))),
        ]
        for one in threads:
            one.start()
        while len(answered) < 8 and any(one.is_alive() for one in threads):
            time.sleep(0.01)
        first.process.kill()
        for one in threads:
            one.join()
        stop.set()
        now = texts(film)
        assert len(answered) >= 8
        assert len(now) == 40
        assert {place: now[place] for place in answered} == answered
        assert second.put(second.cues()[0], "after the kill").status_code == 200
        code, took, said = second.ended_by(signal.SIGINT)
    assert (code, took < 10) == (0, True), said
    assert "Traceback" not in said
    assert texts(film)[0] == "after the kill"


def test_a_film_that_is_being_read_does_not_keep_the_server_from_ending(film: Path) -> None:
    with served(film, "--port", "0", "--reviewer", "Ana") as server:
        assert server.client.get("/api/film").json()["reviewer"] == "Ana"
        host, _, port = str(server.client.base_url).removeprefix("http://").strip("/").partition(":")
        with socket.create_connection((host, int(port))) as idle:
            idle.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1")  # and never the rest
            code, took, said = server.ended_by(signal.SIGTERM)
    assert (code, took < 10) == (0, True), said


def refused(folder: Path, **how: Any) -> str:
    """Return how `serve` refuses to begin."""
    with pytest.raises((UsageError, ManifestError)) as caught:
        serve(Serving(folder=folder, browser=False, **how), SilentProgress())
    return str(caught.value)


def test_a_port_in_use_is_named(film: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert refused(film, port=port) == f"--port: {port} is in use; name another one, or leave it out"


@pytest.mark.parametrize("address", ["203.0.113.7", "not an address", "", "::ffff:999"])
def test_an_address_that_the_machine_does_not_have_is_named(film: Path, address: str) -> None:
    assert f"--address: {address} is no address of this machine" in refused(film, address=address, port=0)


def test_a_folder_that_is_no_film_is_refused(tmp_path: Path) -> None:
    assert "film.yaml" in refused(tmp_path)


def test_other_addresses_are_served_with_a_warning(film: Path) -> None:
    with served(film, "--address", "0.0.0.0", "--port", "0", "--read-only") as server:  # noqa: S104
        assert "warning" in server.said
        assert "nothing is encrypted" in server.said
        assert server.client.get("/api/film").json()["read_only"] is True
        assert server.client.get("/api/film", headers={"host": "evil.example"}).status_code == 421


def test_the_cookie_of_one_server_does_not_open_another(film: Path) -> None:
    first, second = stranger(film), stranger(film)
    for cookie in (first.security.session, second.security.token, first.security.token):
        second.cookies[second.security.cookie] = cookie
        assert second.get("/api/film").status_code == 403
