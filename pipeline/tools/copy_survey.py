"""conform, picture side: which frames of a stretch can be taken over as they are coded."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from threading import Event

from pipeline.ports.copying import CopyQuestion, CopyRange
from pipeline.ports.work import Bench
from pipeline.tools.copy_run import (
    IRREGULAR,
    ONE_GROUP,
    OPEN_GROUPS,
    Coded,
    CodedSource,
    StopsHereError,
    coded_source,
    label_of,
    require_fit,
    run_from,
)
from pipeline.tools.media_open import library_versions
from pipeline.tools.side_by_side import side_by_side

_RULES = "1"
"""Raised when the same question must get another answer."""

_TASK = "looking for copies"
_SETTLED = 2
"""How many frames of a group have to be shown before a copy may end in it."""
_AT_ONCE = 32
"""How many questions are put to a source before it is closed: opening a long film takes time."""


class PacketCopyFinder:
    """Reads packets, decodes nothing (`pipeline.ports.copying.CopyFinder`)."""

    def identity(self, request: CopyQuestion) -> Mapping[str, str]:  # noqa: ARG002 - the same for every request
        """Return the version of the library that reads containers, and of our rules."""
        return {"rules": _RULES, "libavformat": library_versions()["libavformat"]}

    def provenance(self) -> Mapping[str, str]:
        """Return the versions of PyAV and libav."""
        return library_versions()

    def carry_out(self, requests: Sequence[CopyQuestion], bench: Bench) -> Iterator[tuple[int, CopyRange]]:
        """Yield an answer to each question. Raises MediaError for a source that cannot be opened."""
        bench.progress.start(_TASK, len(requests), "stretches")

        def work(batch: Sequence[int], stop: Event) -> list[tuple[int, CopyRange]]:
            first = requests[batch[0]]
            with coded_source(bench.path(first.digest), first.facts) as source:
                return [(number, found(source, requests[number])) for number in batch if not stop.is_set()]

        for _, answers in side_by_side(work, batches([(one.digest, one.facts.index) for one in requests]), bench.jobs):
            bench.progress.advance(_TASK, len(answers))
            yield from answers
        bench.progress.finish(_TASK)


def batches(sources: Sequence[tuple[str, int]]) -> list[list[int]]:
    """Return the numbers of requests in batches of one source each."""
    order = sorted(range(len(sources)), key=sources.__getitem__)
    found = []
    for _, run in groupby(order, key=sources.__getitem__):
        whole = list(run)
        found += [whole[start : start + _AT_ONCE] for start in range(0, len(whole), _AT_ONCE)]
    return found


def found(source: CodedSource, asked: CopyQuestion) -> CopyRange:
    """Return what can be copied of a stretch: from the first clean start in it to the last clean end."""
    first = source.clock.frame_at(asked.first)
    end = min(first + asked.frames, asked.facts.frames)
    if first < 0 or first >= end:
        return CopyRange(why=ONE_GROUP)
    pictures = source.pictures(first)
    try:
        start = _start(source, pictures, first, end)
        require_fit(source, start)
    except StopsHereError as reason:
        return CopyRange(why=str(reason))
    frames, delay, why = _measured(source, run_from(source, pictures, start), start.number, end)
    return CopyRange(
        start=start.number - first,
        frames=frames,
        source=start.number,
        delay=delay,
        headers=label_of(source.syntax, start.sets),
        why=why,
    )


def _start(source: CodedSource, pictures: Iterator[Coded], first: int, end: int) -> Coded:
    """Return the first picture of the stretch that decoding may begin with. Raises StopsHereError where there is none."""
    why = ONE_GROUP
    for coded in pictures:
        if first <= coded.number < end:
            if source.may_start(coded):
                return coded
            if coded.key:
                why = OPEN_GROUPS
        elif coded.number >= end and coded.key:
            break
    raise StopsHereError(why)


def _measured(source: CodedSource, run: Iterator[Coded], start: int, end: int) -> tuple[int, int, str]:
    """Return how many frames from `start` on, below `end`, a copy can have, its delay, and why it has no more.

    A copy may end wherever the frames decoded so far are the frames shown first, but not right behind a start inside it:
    whoever jumps to such an end may not see what leads that start.
    """
    ahead: set[int] = set()
    shown, decoded, delay, best, why = start, 0, 0, (0, 0), ""
    latest = start
    try:
        for coded in run:
            if coded.number < shown or coded.number in ahead:
                raise StopsHereError(IRREGULAR)  # noqa: TRY301 - a run ends here as it ends elsewhere
            if source.may_start(coded):
                latest = coded.number
            delay = max(delay, decoded - (coded.number - start))
            ahead.add(coded.number)
            decoded += 1
            while shown in ahead:
                ahead.remove(shown)
                shown += 1
            if not ahead and (latest == start or shown - latest >= _SETTLED):
                best = (decoded, delay)
            if decoded >= end - start:
                break
    except StopsHereError as reason:
        why = str(reason)
    return *best, why
