"""The entry of the command `testimonio`: signals first, then the program, and one exit code whatever happens."""

import json
import os
import signal
import sys
import threading
import time
from contextlib import suppress
from types import FrameType
from typing import NoReturn

from pipeline.tools.memory import keep_memory_together, keep_sums_on_one_thread

_INTERRUPTED = 130
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_TIDYING_S = 1.2
"""How long an interrupted run may take to tidy up; a model or an encoder in the middle of its work does not hear of it."""


def main() -> NoReturn:
    """Run the command line and exit with its code."""
    as_json = "--json" in sys.argv[1:]
    try:
        keep_memory_together()  # before the first thread: glibc decides then
        keep_sums_on_one_thread()
        _listen_for_signals(as_json=as_json)
        from pipeline.cli.answering import answer  # noqa: PLC0415 - takes a second, in which Ctrl-C counts as well

        code = answer(sys.argv[1:])
        for sign in _SIGNALS:
            signal.signal(sign, signal.SIG_DFL)  # all is done and said: from here on nothing is worth a word
    except KeyboardInterrupt:
        _end(as_json=as_json)  # not sys.exit: it would wait for threads that are inside a model or an encoder
    sys.exit(code)


def _listen_for_signals(*, as_json: bool) -> None:
    """Have Ctrl-C, a service manager and a closed terminal interrupt us, within two seconds wherever we are."""
    for sign in _SIGNALS:
        if signal.getsignal(sign) is not signal.SIG_IGN:  # as nohup leaves it
            signal.signal(sign, _interrupt)
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing)
    threading.Thread(target=_end_soon, args=(reading,), kwargs={"as_json": as_json}, daemon=True).start()


def _interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _end_soon(reading: int, *, as_json: bool) -> None:
    """Wait for a signal, then end the process unless it has ended by itself: a second signal ends it at once."""
    os.read(reading, 1)
    os.set_blocking(reading, False)
    deadline = time.monotonic() + _TIDYING_S
    while time.monotonic() < deadline:
        time.sleep(0.05)
        with suppress(BlockingIOError):
            os.read(reading, 1)
            break
    _end(as_json=as_json)


def _end(*, as_json: bool) -> NoReturn:
    said = "interrupted; what is finished is kept, and the next run goes on from there"
    document = {"exit_code": _INTERRUPTED, "problems": [said], "findings": []}
    with suppress(OSError):  # the terminal may be what has gone
        os.write(1 if as_json else 2, (json.dumps(document) if as_json else said).encode() + b"\n")
    os._exit(_INTERRUPTED)
