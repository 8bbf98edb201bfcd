"""The one place where what a tool raises becomes a StageError; nothing else in the engine catches for others."""

import datetime as dt
import os
import shutil
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pipeline.durable import refusal, storage_error
from pipeline.engine.store import Store
from pipeline.errors import PipelineError, StageError

LOG = "run.log"
_NEARLY_FULL_BYTES = 1 << 20
_MOST_NAMES = 3


@contextmanager
def named_failures(stage: str, unfinished: Callable[[], Sequence[str]], store: Store) -> Iterator[None]:
    """Give every failure inside its stage and subject.

    A StageError keeps its class. Anything unforeseen becomes a StageError in plain words, its traceback kept in run.log
    alone. Errors of other phases, and Ctrl-C, pass unchanged. `unfinished` says which subjects it can be about.
    """
    try:
        yield
    except StageError as error:
        error.stage = error.stage or stage
        error.subject = error.subject or _shown(unfinished())
        if not error.cure and _is_nearly_full(store.root):
            error.cure = f"the disk that holds {store.root} is full: free some space there, what was finished is kept"
        raise
    except PipelineError:
        raise
    except Exception as error:  # tools stand on foreign libraries: this is their one catch point
        raise _plain(error, stage, _shown(unfinished()), store) from error


def _plain(error: Exception, stage: str, subject: str, store: Store) -> StageError:
    refused = refusal(error)
    if refused is not None:
        said = storage_error(f"writing to {store.root}", refused)
        said.stage, said.subject = stage, subject
        return said
    if isinstance(error, MemoryError):
        return StageError("there was not enough memory", "close other programs", stage=stage, subject=subject)
    logged = _log(error, stage, subject, store)
    where = f"the details are in {logged}" if logged else "the details could not be written down"
    text = " ".join(str(error).split())[:300]
    what = f"something unforeseen happened ({type(error).__name__}: {text})" if text else type(error).__name__
    return StageError(what, f"{where}; please report it", stage=stage, subject=subject)


def _log(error: Exception, stage: str, subject: str, store: Store) -> Path | None:
    """Write a traceback down for whoever mends it; return where, or None where that cannot be done."""
    path = store.root / LOG
    now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
        with os.fdopen(descriptor, "a", encoding="utf-8", errors="backslashreplace") as log:
            log.write(f"{now} {stage} {subject}\n")
            log.writelines(traceback.format_exception(error))
    except OSError:
        return None
    return path


def _shown(subjects: Sequence[str]) -> str:
    more = len(subjects) - _MOST_NAMES
    names = ", ".join(subjects[:_MOST_NAMES])
    return f"{names} or {more} more" if more > 0 else names


def _is_nearly_full(folder: Path) -> bool:
    try:
        return shutil.disk_usage(folder).free < _NEARLY_FULL_BYTES
    except OSError:
        return False
