"""Hearing where there is a voice: the Silero detector that faster-whisper carries, fed piece by piece."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from pipeline.errors import ToolMissing
from pipeline.ports.speech import SoundOfReel, Span
from pipeline.tools.listen import HEARING_RATE, Samples

if TYPE_CHECKING:
    from onnxruntime import InferenceSession  # type: ignore[import-untyped]

WINDOW = 512
"""Samples that the detector judges at a time: 32 ms."""

WINDOW_MS = WINDOW * 1000 // HEARING_RATE

_CONTEXT = 64
"""Samples of the window before that the detector looks back on."""

_BATCH = 1_875
"""Windows judged in one call: one minute."""

_MOST_KNOWN = 256
"""So many chunks, each of at most five minutes, have their levels remembered: 10 MB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceOptions:
    """When a voice begins and ends; levels in thousandths, times in milliseconds.

    It begins at a window of at least `begins_at` and ends once no window reached `ends_below` for `silence_ms`. What is
    heard then reaches `margin_ms` further on both sides.
    """

    begins_at: int = 500
    ends_below: int = 350
    silence_ms: int = 100
    margin_ms: int = 400

    def __str__(self) -> str:
        """Return the options as they stand in an identity."""
        return f"{self.begins_at}/{self.ends_below} silence {self.silence_ms} margin {self.margin_ms}"


class VoiceDetector:
    """The detector, loaded when first used; may be shared between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: dict[tuple[SoundOfReel, Span], npt.NDArray[np.float32]] = {}

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the detector's weights, in hex. Raises ToolMissing where they are not installed."""
        return hashlib.sha256(self._weights().read_bytes()).hexdigest()

    def levels(self, blocks: Iterable[Samples]) -> npt.NDArray[np.float32]:
        """Return how likely there is a voice in each window of 32 ms, 0 to 1; the last window is filled up with silence."""
        return np.concatenate([np.zeros(0, np.float32), *self._judged(blocks)])

    def levels_in(self, sound: SoundOfReel, chunk: Span, samples: Callable[[], Samples]) -> npt.NDArray[np.float32]:
        """Return the levels of a chunk of a sound; `samples` gives what is heard there, where nobody asked before.

        Recognising, looking for voices and taking their prints all ask the same of each chunk, one after the other.
        """
        known = self._known.get((sound, chunk))
        if known is None:
            known = self.levels([samples()])
            with self._lock:
                while len(self._known) >= _MOST_KNOWN:
                    del self._known[next(iter(self._known))]
                self._known[sound, chunk] = known
        return known

    def _judged(self, blocks: Iterable[Samples]) -> Iterator[npt.NDArray[np.float32]]:
        state = carry = np.zeros((1, 1, 128), np.float32)
        before = np.zeros(_CONTEXT, np.float32)
        for minute in _minutes(blocks):
            windows = minute.reshape(-1, WINDOW)
            backs = np.concatenate([before.reshape(1, -1), windows[:-1, -_CONTEXT:]])
            before = windows[-1, -_CONTEXT:]
            levels, state, carry = self._session().run(
                None, {"input": np.concatenate([backs, windows], axis=1), "h": state, "c": carry}
            )
            yield np.asarray(levels, np.float32).reshape(-1)

    def _session(self) -> "InferenceSession":
        with self._lock:
            return self._loaded

    @cached_property
    def _loaded(self) -> "InferenceSession":
        from onnxruntime import InferenceSession, SessionOptions  # noqa: PLC0415 - 0.1 s, where speech is looked for

        options = SessionOptions()
        options.inter_op_num_threads = options.intra_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 4
        return InferenceSession(self._weights(), sess_options=options, providers=["CPUExecutionProvider"])

    def _weights(self) -> Path:
        from faster_whisper.utils import get_assets_path  # noqa: PLC0415 - 0.2 s, where speech is looked for

        found = sorted(Path(get_assets_path()).glob("silero_vad*.onnx"))
        if not found:
            raise ToolMissing("the voice detector is not where faster-whisper keeps it", "install faster-whisper again")
        return found[-1]


def voiced_spans(levels: Sequence[float] | npt.NDArray[np.float32], options: VoiceOptions) -> tuple[Span, ...]:
    """Return the stretches with a voice, without margins, in milliseconds from the first level, in order.

    `levels` holds one value for each 32 ms, as `VoiceDetector.levels` returns them.
    """
    return tuple(Span(start * WINDOW_MS, end * WINDOW_MS) for start, end in _stretches(levels, options))


def with_margins(spans: Sequence[Span], end_ms: int, margin_ms: int) -> tuple[Span, ...]:
    """Return `spans` lengthened by `margin_ms` on both sides, at most to the middle of the silence between two.

    Nothing begins before 0 or ends after `end_ms`.
    """
    wider = []
    for index, span in enumerate(spans):
        room_before = (span.start_ms - spans[index - 1].end_ms) // 2 if index else span.start_ms
        last = index + 1 == len(spans)
        room_after = end_ms - span.end_ms if last else (spans[index + 1].start_ms - span.end_ms + 1) // 2
        end = min(end_ms, span.end_ms + min(margin_ms, room_after))
        wider.append(Span(span.start_ms - min(margin_ms, room_before), end))
    return tuple(wider)


def _stretches(levels: Sequence[float] | npt.NDArray[np.float32], options: VoiceOptions) -> Iterator[tuple[int, int]]:
    """Yield (first window, window after the last) of each stretch."""
    begins_at, ends_below = options.begins_at / 1000, options.ends_below / 1000
    start = last = -1
    for window, level in enumerate(levels):
        if start >= 0 and level >= ends_below:
            last = window
        elif start >= 0 and (window - last) * WINDOW_MS > options.silence_ms:
            yield start, last + 1
            start = -1
        if start < 0 and level >= begins_at:
            start = last = window
    if start >= 0:
        yield start, last + 1


def _minutes(blocks: Iterable[Samples]) -> Iterator[Samples]:
    """Yield the samples of `blocks` again in whole minutes; the last one is filled up to a whole window."""
    held: list[Samples] = []
    count = 0
    for block in blocks:
        held.append(block)
        count += len(block)
        while count >= _BATCH * WINDOW:
            joined = np.concatenate(held)
            yield joined[: _BATCH * WINDOW]
            held, count = [joined[_BATCH * WINDOW :]], count - _BATCH * WINDOW
    if count:
        yield np.pad(np.concatenate(held), (0, -count % WINDOW))
