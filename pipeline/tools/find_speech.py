"""find speech: where a reel has a voice, and the chunks that its transcription is done and stored in."""

from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from threading import Event

from pipeline.ports.speech import FindSpeechRequest, FindSpeechUntil, Speech
from pipeline.ports.work import Bench
from pipeline.tools.chunks import plan_chunks
from pipeline.tools.listen import HEARING_RATE, Listener, Samples
from pipeline.tools.side_by_side import side_by_side
from pipeline.tools.voice import VoiceDetector, VoiceOptions, voiced_spans, with_margins

TASK = "find speech"
"""The name under which progress is shown, in seconds of sound."""


class SileroSpeechFinder:
    """Finds speech with the Silero voice detector; memory does not grow with the length of a reel."""

    def __init__(self, detector: VoiceDetector | None = None, options: VoiceOptions | None = None) -> None:
        self._detector = detector or VoiceDetector()
        self._options = options or VoiceOptions()

    def identity(self, _request: FindSpeechRequest) -> Mapping[str, str]:
        """Return the digest of the detector's weights, and when a voice begins and ends."""
        return {"voice_detector": self._detector.digest, "voice": str(self._options)}

    def provenance(self) -> Mapping[str, str]:
        """Return the versions of the libraries that run the detector."""
        return {name: version(name) for name in ("faster-whisper", "onnxruntime", "av")}

    def carry_out(self, requests: Sequence[FindSpeechRequest], bench: Bench) -> Iterator[tuple[int, Speech]]:
        """Yield (index, the speech of a reel), several reels side by side. Raises MediaError for sound that is broken."""
        for request in requests:  # a file that is gone is said before an hour is spent
            bench.path(request.sound.digest)
        bench.progress.start(TASK, len(requests), "files")
        for done in side_by_side(lambda request, stop: self._find(request, bench, stop), requests, bench.jobs):
            bench.progress.advance(TASK, 1)
            yield done
        bench.progress.finish(TASK)

    def _find(self, request: FindSpeechRequest, bench: Bench, stop: Event) -> Speech:
        heard = 0

        def counted(blocks: Iterator[Samples]) -> Iterator[Samples]:
            nonlocal heard
            for block in blocks:
                if stop.is_set():
                    return
                heard += len(block)
                yield block

        with Listener.of(bench.path(request.sound.digest), request.sound) as listener:
            end_ms = request.end_ms if isinstance(request, FindSpeechUntil) else None
            levels = self._detector.levels(counted(listener.blocks(0, end_ms)))
        duration_ms = heard * 1000 // HEARING_RATE
        speech = voiced_spans(levels, self._options)
        margin_ms = self._options.margin_ms
        bare = plan_chunks(speech, request.chunk_min_ms, max(1, request.chunk_max_ms - 2 * margin_ms))
        return Speech(
            chunks=with_margins(bare, duration_ms, margin_ms),
            speech_ms=min(duration_ms, sum(span.end_ms - span.start_ms for span in speech)),
            duration_ms=duration_ms,
        )
