"""voices: where in a chunk somebody begins and ceases to speak, to the 32 milliseconds that the detector judges."""

from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from threading import Event

from pipeline.ports.speech import Span, Voices, VoicesRequest
from pipeline.ports.work import Bench
from pipeline.tools.listen import Listener, Samples
from pipeline.tools.side_by_side import side_by_side
from pipeline.tools.voice import VoiceDetector, VoiceOptions, voiced_spans

TASK = "voices"
"""The name under which progress is shown, in chunks."""

_OPTIONS = VoiceOptions(silence_ms=100, margin_ms=0)
"""A pause of a tenth of a second shows where the next word begins; shorter ones are the stops inside words."""


class SileroVoiceFinder:
    """Finds voices with the Silero voice detector."""

    def __init__(self, detector: VoiceDetector | None = None) -> None:
        self._detector = detector or VoiceDetector()

    def identity(self, _request: VoicesRequest) -> Mapping[str, str]:
        """Return the digest of the detector's weights, and when a voice begins and ends."""
        return {"voice_detector": self._detector.digest, "voice": str(_OPTIONS)}

    def provenance(self) -> Mapping[str, str]:
        """Return the versions of the libraries that run the detector."""
        return {name: version(name) for name in ("faster-whisper", "onnxruntime", "av")}

    def carry_out(self, requests: Sequence[VoicesRequest], bench: Bench) -> Iterator[tuple[int, Voices]]:
        """Yield (index, the voices of a chunk), several side by side. Raises MediaError for sound that is broken."""
        for request in requests:  # a file that is gone is said before anything is heard
            bench.path(request.sound.digest)
        bench.progress.start(TASK, len(requests), "chunks")
        for done in side_by_side(lambda request, stop: self._find(request, bench, stop), requests, bench.jobs):
            bench.progress.advance(TASK, 1)
            yield done
        bench.progress.finish(TASK)

    def _find(self, request: VoicesRequest, bench: Bench, stop: Event) -> Voices:
        if stop.is_set():
            return Voices(stretches=())

        def samples() -> Samples:
            with Listener.of(bench.path(request.sound.digest), request.sound) as listener:
                return listener.span(request.chunk)

        levels = self._detector.levels_in(request.sound, request.chunk, samples)
        at, last = request.chunk.start_ms, request.chunk.end_ms
        found = voiced_spans(levels, _OPTIONS)
        return Voices(stretches=tuple(Span(at + one.start_ms, min(last, at + one.end_ms)) for one in found))
