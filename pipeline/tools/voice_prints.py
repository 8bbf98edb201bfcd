"""voice-prints: windows over the speech of a chunk, and the print of each."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from functools import cached_property
from importlib.metadata import version
from threading import Event, Lock

import numpy as np

from pipeline.ports.speakers import PRINT_SIZE, VoicePrintRequest, VoicePrints
from pipeline.ports.speech import Span
from pipeline.ports.work import Bench
from pipeline.tools.listen import HEARING_RATE, Listener, Samples
from pipeline.tools.memory import give_memory_back
from pipeline.tools.side_by_side import side_by_side
from pipeline.tools.voice import VoiceDetector, VoiceOptions, voiced_spans, with_margins
from pipeline.tools.voice_encoder import WINDOW, VoiceEncoder, levelled
from pipeline.tools.voice_weights import SHA256, Numbers, find_voice_weights, read_voice_weights

TASK = "voice prints"
_AT_ONCE = 32
_SCALE = 510
"""A print's largest numbers are near a half."""
_OPTIONS = VoiceOptions(silence_ms=250, margin_ms=60)


class ResemblyzerPrinter:
    """Takes voice prints with Resemblyzer's encoder; memory does not grow with the length of a reel."""

    def __init__(self, detector: VoiceDetector | None = None) -> None:
        self._detector = detector or VoiceDetector()
        self._lock = Lock()

    def identity(self, _request: VoicePrintRequest) -> Mapping[str, str]:
        """Return the digests of both weights and when a voice begins. Raises ToolMissing where there are none."""
        find_voice_weights()
        return {"encoder": SHA256, "voice_detector": self._detector.digest, "voice": str(_OPTIONS), "rules": "1"}

    def provenance(self) -> Mapping[str, str]:
        """Return the versions of the libraries that do the work."""
        return {name: version(name) for name in ("numpy", "onnxruntime", "av")}

    def carry_out(self, requests: Sequence[VoicePrintRequest], bench: Bench) -> Iterator[tuple[int, VoicePrints]]:
        """Yield (index, the prints of a chunk), several side by side. Raises MediaError for sound that is broken."""
        bench.progress.start(TASK, len(requests), "parts")
        for done in side_by_side(lambda request, stop: self._taken(request, bench, stop), requests, bench.jobs):
            bench.progress.advance(TASK, 1)
            yield done
        bench.progress.finish(TASK)

    def _taken(self, request: VoicePrintRequest, bench: Bench, stop: Event) -> VoicePrints:
        with Listener.of(bench.path(request.sound.digest), request.sound) as listener:
            heard = listener.span(request.chunk)
        levels = self._detector.levels_in(request.sound, request.chunk, lambda: heard)
        length_ms = len(heard) * 1000 // HEARING_RATE
        speech = with_margins(voiced_spans(levels, _OPTIONS), length_ms, _OPTIONS.margin_ms)
        windows = [one for span in speech for one in windows_over(span, request.window_ms, request.step_ms)]
        sound = levelled(heard)
        found = b""
        for first in range(0, len(windows), _AT_ONCE):
            if stop.is_set():
                raise CancelledError
            found += as_bytes(
                self._encoder().prints([_window(sound, one) for one in windows[first : first + _AT_ONCE]])
            )
        give_memory_back()
        at = request.chunk.start_ms
        placed = tuple(Span(one.start_ms + at, one.end_ms + at) for one in windows)
        return VoicePrints(windows=placed, prints=base64.b64encode(found).decode())

    def _encoder(self) -> VoiceEncoder:
        with self._lock:
            return self._loaded

    @cached_property
    def _loaded(self) -> VoiceEncoder:
        return VoiceEncoder(read_voice_weights(find_voice_weights()))


def windows_over(span: Span, window_ms: int, step_ms: int) -> list[Span]:
    """Return windows of equal length, evenly over a stretch of speech, from its first instant to its last.

    A stretch that is shorter than one is a window of its own.
    """
    room = span.end_ms - span.start_ms - window_ms
    if room <= 0:
        return [span]
    count = -(-room // step_ms)
    starts = (span.start_ms + room * number // count for number in range(count + 1))
    return [Span(start, start + window_ms) for start in starts]


def as_bytes(prints: Numbers) -> bytes:
    """Return prints as they are stored."""
    return np.clip(np.rint(prints * _SCALE), 0, 255).astype(np.uint8).tobytes()


def as_prints(text: str) -> Numbers:
    """Return the prints that `VoicePrints.prints` holds, a row each, of length 1. Raises ValueError for anything else."""
    rows = np.frombuffer(base64.b64decode(text, validate=True), np.uint8).reshape(-1, PRINT_SIZE).astype(np.float32)
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), np.float32)


def _window(sound: Samples, window: Span) -> Samples:
    """Return a window's samples; a short one is repeated until it is long enough."""
    part = sound[window.start_ms * HEARING_RATE // 1000 : window.end_ms * HEARING_RATE // 1000]
    if not len(part):
        return np.zeros(WINDOW, np.float32)
    return np.tile(part, -(-WINDOW // len(part)))[:WINDOW]
