"""Whoever opens many connections, or says requests slowly, does not keep others from the page."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
import uvicorn

from pipeline.review import security
from pipeline.review.connections import held_to, room_for, told_once
from pipeline.review.security import Guard, Security
from tests.page_film import HOST, PORT

HALF = b"GET / HTTP/1.1\r\nHost: 127.0.0.1"


async def hello(_scope, _receive, send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"hi"})


@contextmanager
def serving(most: int, asked_within_s: float) -> Iterator[int]:
    """Serve `hello`, and give its port."""
    listening = socket.create_server(("127.0.0.1", 0), backlog=32)
    config = uvicorn.Config(
        hello, http=held_to(most, asked_within_s), backlog=32, log_config=None, lifespan="off", ws="none"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server._serve(sockets=[listening])))
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        server.should_exit = server.force_exit = True
        thread.join()
        listening.close()


def ended(one: socket.socket) -> bool:
    """Return whether the server ends a connection within three seconds."""
    one.settimeout(3)
    try:
        return one.recv(1) == b""
    except ConnectionResetError:
        return True
    except TimeoutError:
        return False


def test_half_said_requests_do_not_keep_others_out() -> None:
    with serving(most=4, asked_within_s=60) as port:
        many = [socket.create_connection(("127.0.0.1", port)) for _ in range(12)]
        many[-1].sendall(HALF)
        assert httpx.get(f"http://127.0.0.1:{port}/", timeout=5).text == "hi"
        assert all(ended(one) for one in many[:8])
        for one in many:
            one.close()


@pytest.mark.parametrize("before", [b"", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"])
@pytest.mark.parametrize("said", [b"G", HALF])
def test_a_request_that_is_not_said_in_time_ends_its_connection(before: bytes, said: bytes) -> None:
    with serving(most=4, asked_within_s=0.2) as port, socket.create_connection(("127.0.0.1", port)) as slow:
        slow.settimeout(3)
        if before:
            slow.sendall(before)
            while not slow.recv(4096).endswith(b"hi"):
                pass
        slow.sendall(said)
        assert ended(slow)


def test_a_body_that_does_not_come_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(security, "SAID_WITHIN_S", 0.05)
    secured, status = Security(port=PORT), list[int]()
    cookie = f"{secured.cookie}={secured.session}"
    headers = {"host": HOST, "origin": f"http://{HOST}", "x-testimonio": "1", "cookie": cookie, "content-length": "9"}
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/api/media",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }

    async def receive() -> dict[str, object]:
        await asyncio.sleep(60)
        return {}

    async def send(message) -> None:
        status.append(message.get("status", 0))

    asyncio.run(Guard(hello, secured, lambda _error: None)(scope, receive, send))
    assert status == [408, 0]


def test_there_is_room_for_a_few_browsers_and_not_for_more_than_the_process_has_files() -> None:
    assert 16 <= room_for() <= 180


def test_what_goes_wrong_outside_of_requests_is_one_line_once() -> None:
    said: list[str] = []
    hear = told_once(said.append)
    loop = asyncio.new_event_loop()
    for _ in range(3):
        hear(loop, {"exception": OSError(24, "Too many open files")})
    loop.close()
    assert len(said) == 1
    assert "Too many open files" in said[0]
