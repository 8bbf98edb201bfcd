"""sync by waveform: the recorder's sound is compared with the camera's own.

First by where sounds begin, a hundred values a second over the whole of both, by one Fourier transform: that gives a few
places where it may lie. Then sample by sample, in stretches spread over what both recorded: where it truly lies they all
agree, on one line, whose slope is how far the two clocks run apart.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from contextlib import closing
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import floor
from threading import Event

import numpy as np

from pipeline.ports.sync import SYNC_SAMPLE_RATE, SoundStretch, Synced, SyncRequest
from pipeline.ports.work import Bench
from pipeline.tools.listen import HEARING_RATE, Listener, Samples
from pipeline.tools.media_open import library_versions
from pipeline.tools.onsets import ONSETS_A_SECOND, Onsets, onsets
from pipeline.tools.side_by_side import side_by_side
from pipeline.tools.sync_windows import Agreement, HeardWindows, agreement, lag_between

TASK = "lay sound by its waveform"
"""The name under which progress is shown, in seconds of sound."""

_RULES = "1"
"""Raised when the same request must give a new result; versions of libraries make none out of date."""

_PLACES = 4
_WORTH_A_LOOK = 0.5
"""Places that look half as good as the best one are looked at too: a sound that repeats itself fits in several."""
_LEAST_OVERLAP = 2 * ONSETS_A_SECOND
_DAMPING = 5 * ONSETS_A_SECOND
"""A few onsets that fit by chance in a short overlap must not outdo a long one."""

_MOST_WINDOWS = 12
_LONGEST_WINDOW = Fraction(3)
_SHORTEST_WINDOW = Fraction(1, 2)
_REACH = Fraction(3, 100)
_DRIFT_ALLOWED = Fraction(15, 100_000)
_FURTHEST_REACH = Fraction(1, 2)
"""How far around a place its stretches are looked at, in seconds: its own coarseness, and clocks that run apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where the recorder may lie: `lag` hundredths of a second after the reel's zero. `score` compares places."""

    lag: int
    score: float


class WaveformSyncer:
    """Finds where a recorder's sound lies; carries out `pipeline.ports.sync.SoundSyncer`."""

    def identity(self, _request: SyncRequest) -> Mapping[str, str]:
        """Return the version of our rules."""
        return {"rules": _RULES}

    def provenance(self) -> Mapping[str, str]:
        """Return the versions of what decodes and computes."""
        return {**library_versions(), "numpy": np.__version__}

    def carry_out(self, requests: Sequence[SyncRequest], bench: Bench) -> Iterator[tuple[int, Synced]]:
        """Yield (index, where a recorder's sound lies). Raises MediaError for sound that is broken."""
        for request in requests:  # a file that is gone is said before the others are listened to
            for stretch in (*request.camera, *request.recorder):
                bench.path(stretch.sound.digest)
        seconds = sum(int(_length(request.camera) + _length(request.recorder)) for request in requests)
        bench.progress.start(TASK, seconds, "seconds")
        yield from side_by_side(lambda request, stop: _synced(request, bench, stop), requests, bench.jobs)
        bench.progress.finish(TASK)


def _length(stretches: Sequence[SoundStretch]) -> Fraction:
    return sum((stretch.end - stretch.start for stretch in stretches), Fraction(0))


def _synced(request: SyncRequest, bench: Bench, stop: Event) -> Synced:
    camera, recorder = _all_onsets(request.camera, bench, stop), _all_onsets(request.recorder, bench, stop)
    places = _places(camera, recorder)
    with closing(HeardWindows(request.camera, bench)) as seen, closing(HeardWindows(request.recorder, bench)) as heard:
        likely = [place for place in places if place.score >= _WORTH_A_LOOK * places[0].score]
        found = [_looked_at(place, (camera, recorder), (seen, heard), stop) for place in likely]
    ranked = sorted((one for one in found if one is not None), key=lambda one: -one.agreed)
    if not ranked:
        return Synced(offset=0, offset_at_start=0, offset_at_end=0, confidence=0)
    best = ranked[0]
    rivals = [one.agreed for one in ranked[1:] if not one.is_same_as(best)]
    sure = best.agreed - max(rivals, default=Fraction(0))
    return Synced(
        offset=best.offset_at(best.middle),
        offset_at_start=best.offset_at(best.start),
        offset_at_end=best.offset_at(best.end),
        confidence=floor(sure * 1000),
    )


# ------------------------------------------------------------------------------------------------------------- coarsely


def _all_onsets(stretches: Sequence[SoundStretch], bench: Bench, stop: Event) -> Onsets:
    """Return the onsets of a sound that consists of several files, from its zero on."""
    whole = np.zeros(floor(stretches[-1].end * ONSETS_A_SECOND) + 1, np.float32)
    for stretch in stretches:
        begin = max(0, floor(stretch.start * 1000))
        end = floor(stretch.end * 1000)
        with Listener.of(bench.path(stretch.sound.digest), stretch.sound) as listener:
            found = onsets(_counted(listener.blocks(begin, end), bench, stop))
        at = begin * ONSETS_A_SECOND // 1000
        whole[at : at + len(found)] = found[: max(0, len(whole) - at)]
    return whole


def _counted(blocks: Iterator[Samples], bench: Bench, stop: Event) -> Iterator[Samples]:
    heard = 0
    for block in blocks:
        if stop.is_set():
            raise CancelledError
        before = heard // HEARING_RATE
        heard += len(block)
        bench.progress.advance(TASK, heard // HEARING_RATE - before)
        yield block


def _places(camera: Onsets, recorder: Onsets) -> list[_Place]:
    """Return where the recorder's onsets fit the camera's best, the best place first."""
    size = 1 << (len(camera) + len(recorder)).bit_length()
    found = np.fft.irfft(np.fft.rfft(camera, size) * np.conj(np.fft.rfft(recorder, size)), size)
    lags = np.arange(1 - len(recorder), len(camera))
    overlap = np.minimum(len(camera), len(recorder) + lags) - np.maximum(0, lags)
    scores = found[lags] / np.sqrt(overlap + _DAMPING)
    scores[overlap < min(_LEAST_OVERLAP, len(camera) // 2, len(recorder) // 2)] = 0
    places: list[_Place] = []
    for _ in range(_PLACES):
        best = int(np.argmax(scores))
        if scores[best] <= 0:
            break
        places.append(_Place(lag=int(lags[best]), score=float(scores[best])))
        near = int(_reach(Fraction(int(overlap[best]), ONSETS_A_SECOND)) * ONSETS_A_SECOND)
        scores[max(0, best - near) : best + near + 1] = 0
    return places


def _reach(overlap: Fraction) -> Fraction:
    return min(_FURTHEST_REACH, _REACH + overlap * _DRIFT_ALLOWED)


# ----------------------------------------------------------------------------------------------------- sample by sample


def _looked_at(
    place: _Place, heard: tuple[Onsets, Onsets], sounds: tuple[HeardWindows, HeardWindows], stop: Event
) -> Agreement | None:
    """Return what stretches all over the overlap say of a place; None where too few of them say the same."""
    camera, recorder = heard
    first, last = max(0, place.lag), min(len(camera), len(recorder) + place.lag)
    overlap = Fraction(last - first, ONSETS_A_SECOND)
    length = min(_LONGEST_WINDOW, max(_SHORTEST_WINDOW, overlap / 5))
    reach, lag = _reach(overlap), Fraction(place.lag, ONSETS_A_SECOND)
    both = np.maximum(camera[first:last], 0) * np.maximum(recorder[first - place.lag : last - place.lag], 0)
    measured = []
    windows = _liveliest(both, int(length * ONSETS_A_SECOND))
    for at in windows:
        if stop.is_set():
            raise CancelledError
        instant = Fraction(first + at, ONSETS_A_SECOND)
        seen, seen_at = sounds[0].read(instant, length)
        other, other_at = sounds[1].read(instant - lag - reach, length + 2 * reach)
        found = lag_between(seen, other)
        if found is not None:
            offset = float((seen_at - other_at) * SYNC_SAMPLE_RATE) - found
            measured.append((float(instant + length / 2), offset))
    return agreement(measured, len(windows), Fraction(first, ONSETS_A_SECOND), Fraction(last, ONSETS_A_SECOND))


def _liveliest(both: Onsets, length: int) -> list[int]:
    """Return where windows begin, spread over the overlap, each where most is heard by both in its share of it."""
    last = max(1, len(both) - length)
    sums = np.cumsum(np.concatenate([[0.0], both]))
    live = sums[np.minimum(np.arange(last) + length, len(both))] - sums[:last]
    count = min(_MOST_WINDOWS, max(1, 2 * len(both) // max(1, length) - 1))  # more would hear the same again
    edges = [last * number // count for number in range(count + 1)]
    return [low + int(np.argmax(live[low:high])) for low, high in pairwise(edges) if high > low]
