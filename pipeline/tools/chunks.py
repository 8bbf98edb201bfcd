"""Cutting a reel's speech into chunks, inside silences: pure planning, no sound."""

from collections.abc import Sequence

from pipeline.ports.speech import Span


def plan_chunks(speech: Sequence[Span], min_ms: int, max_ms: int) -> tuple[Span, ...]:
    """Return chunks that cover all of `speech`, in order and without overlap, each at most `max_ms` long.

    A chunk begins and ends with speech. It is cut at the longest silence between `min_ms` and `max_ms` after its start,
    the first of equals, and so that no shorter rest than `min_ms` is left where that can be had. It is shorter than
    `min_ms` only where a longer silence follows or the reel ends. Where nobody pauses, speech itself is cut at `max_ms`.
    """
    chunks = []
    rest = list(speech)
    while rest:
        chunk, rest = _first_chunk(rest, min_ms, max_ms)
        chunks.append(chunk)
    return tuple(chunks)


def _first_chunk(speech: list[Span], min_ms: int, max_ms: int) -> tuple[Span, list[Span]]:
    start, end = speech[0].start_ms, speech[-1].end_ms
    if end - start <= max_ms:
        return Span(start, end), []
    latest = min(max_ms, end - start - min_ms)
    cut = _best_cut(speech, start + min_ms, start + latest) or _best_cut(speech, start, start + max_ms)
    if cut:
        return Span(start, speech[cut - 1].end_ms), speech[cut:]
    middle = start + max_ms  # nobody paused for breath: the first stretch alone is longer than a chunk may be
    return Span(start, middle), [Span(middle, speech[0].end_ms), *speech[1:]]


def _best_cut(speech: list[Span], earliest: int, latest: int) -> int:
    """Return the index of the stretch after the longest silence whose beginning lies in the window, 0 for none."""
    candidates = [index for index in range(1, len(speech)) if earliest <= speech[index - 1].end_ms <= latest]
    return max(candidates, key=lambda index: speech[index].start_ms - speech[index - 1].end_ms, default=0)
