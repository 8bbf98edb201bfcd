"""Doing several things at once on threads, handing each over as soon as it is done."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from threading import Event
from typing import TypeVar

Q = TypeVar("Q")
R = TypeVar("R")


def side_by_side(work: Callable[[Q, Event], R], requests: Sequence[Q], jobs: int) -> Iterator[tuple[int, R]]:
    """Yield (index, `work` of the request), each as soon as it is done, never more than `jobs` at once.

    What `work` raises is raised here. Then, or when nobody asks for more (Ctrl-C), the event that `work` is given is set:
    it ends as soon as it can, and its result is thrown away.
    """
    stop = Event()
    pool = ThreadPoolExecutor(max_workers=max(1, jobs))
    try:
        waiting: dict[Future[R], int] = {pool.submit(work, request, stop): i for i, request in enumerate(requests)}
        while waiting:
            done, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for future in sorted(done, key=waiting.__getitem__):
                yield waiting.pop(future), future.result()
    finally:
        stop.set()
        pool.shutdown(wait=True, cancel_futures=True)
