"""Serving the page: uvicorn in this process, until Ctrl-C."""

import asyncio
import errno
import os
import signal
import socket
import threading
import time
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import uvicorn

from footage_manifest.load import load_production
from pipeline.assembly.review_desk import ReviewDesk
from pipeline.errors import UsageError
from pipeline.ports.work import Progress
from pipeline.review.app import build_app
from pipeline.review.connections import AT_ONCE, held_to, room_for, told_once
from pipeline.review.security import Security, is_local

DEFAULT_PORT = 8765
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_GRACE_S = 1
"""Seconds that answers under way get when the server ends; a film that is being read is broken off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """How a page is served. `port` None is the usual one, or any free one where that is taken; 0 is any free one."""

    folder: Path
    port: int | None = None
    address: str = "127.0.0.1"
    read_only: bool = False
    reviewer: str = ""
    browser: bool = True


def serve(serving: Serving, progress: Progress) -> str:
    """Serve the page until a signal ends it, and return its address without the token.

    Raises ManifestError where the film cannot be read, UsageError where the address or port cannot be had.
    """
    load_production(serving.folder)  # refused with all its problems, before anyone opens it
    desk = ReviewDesk(serving.folder, reviewer=serving.reviewer, read_only=serving.read_only)
    listening = _bound(serving)
    security = Security(address=serving.address, port=listening.getsockname()[1])
    if not is_local(serving.address):
        progress.note(
            f"warning: everyone who reaches {serving.address} and knows the address below can read and change the subtitles;"
            " nothing is encrypted on the way"
        )
    app = build_app(desk, security, unforeseen=lambda error: progress.note(_unforeseen(error)))
    server = uvicorn.Server(_config(app))
    progress.note(f"{security.url}")
    progress.note("open it in a browser; Ctrl-C ends it, and what was saved stays")
    if serving.browser:
        threading.Thread(target=_show, args=(server, security.url), daemon=True).start()
    with desk, listening, _ended_by_signals(server):
        asyncio.run(_served(server, listening, progress))
    return security.url.partition("?")[0]


def _config(app: Callable[..., object]) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=held_to(room_for()),
        backlog=AT_ONCE,
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        date_header=True,
        lifespan="off",
        ws="none",
        proxy_headers=False,
        h11_max_incomplete_event_size=32 << 10,
        timeout_keep_alive=20,
        timeout_graceful_shutdown=_GRACE_S,
    )


async def _served(server: uvicorn.Server, listening: socket.socket, progress: Progress) -> None:
    asyncio.get_running_loop().set_exception_handler(told_once(progress.note))
    # Not `serve()`: that would put its own handlers in the place of ours and send the signal once more at the end.
    await server._serve(sockets=[listening])  # noqa: SLF001 - see above


def _bound(serving: Serving) -> socket.socket:
    usual = serving.port is None
    port = DEFAULT_PORT if serving.port is None else serving.port
    try:
        return _listening(serving.address, port)
    except OSError as error:
        if usual and error.errno == errno.EADDRINUSE:
            return _listening(serving.address, 0)
        if error.errno == errno.EADDRINUSE:
            raise UsageError(f"--port: {port} is in use", "name another one, or leave it out") from None
        if error.errno == errno.EACCES:
            raise UsageError(f"--port: {port} may not be used here", "name one above 1023") from None
        what = f"--address: {serving.address} is no address of this machine"
        raise UsageError(what, "leave it out, or name one that the machine has") from None


def _listening(address: str, port: int) -> socket.socket:
    if not address.strip():
        raise OSError(errno.EADDRNOTAVAIL, "no address")  # it would stand for all of them
    found = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, kind, protocol, _, where = found[0]
    listening = socket.socket(family, kind, protocol)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(where)
        listening.listen(128)
    except BaseException:
        listening.close()
        raise
    return listening


@contextmanager
def _ended_by_signals(server: uvicorn.Server) -> Iterator[None]:
    """Have the first signal end the server and a second one break off what it still answers.

    Ctrl-C is how a server is ended, not an accident: the command's own watch, which ends a process that does not listen,
    is put aside meanwhile.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(_signal: int, _frame: FrameType | None) -> None:
        server.force_exit = server.should_exit
        server.should_exit = True

    watch = signal.set_wakeup_fd(-1)
    before = {sign: signal.signal(sign, end) for sign in _SIGNALS if signal.getsignal(sign) is not signal.SIG_IGN}
    try:
        yield
    finally:
        for sign, handler in before.items():
            signal.signal(sign, handler)
        signal.set_wakeup_fd(watch)


def _show(server: uvicorn.Server, url: str) -> None:
    """Open the page in the person's browser once it answers."""
    deadline = time.monotonic() + 10
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.05)
    if server.started and (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or os.name != "posix"):
        webbrowser.open(url)


def _unforeseen(error: BaseException) -> str:
    text = " ".join(str(error).split())[:300]
    return f"something unforeseen happened ({type(error).__name__}: {text}); please report it"
