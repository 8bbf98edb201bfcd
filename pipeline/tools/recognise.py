"""transcribe: what every recogniser of ours does around an engine.

A chunk is listened to, the voice detector takes out what is no speech, the engine hears what is left as one piece (context
makes it hear better than sentence by sentence), and each word is put back where it was said. So no word can stand where
nobody spoke, whatever an engine invents in a silence. A hearing that goes in circles, passes over a voice, or crowds words
where none fit is tried again with less to lean on.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass
from importlib.metadata import version
from threading import Event
from typing import Protocol

from pipeline.errors import ToolError
from pipeline.ports.speech import Recognised, RecogniseRequest, RecogniseTurns, Span
from pipeline.ports.work import Bench
from pipeline.tools.listen import HEARING_RATE, Listener, Samples
from pipeline.tools.memory import give_memory_back
from pipeline.tools.side_by_side import side_by_side
from pipeline.tools.spoken import HEARD_AT, KEPT, HeardWord, Spoken
from pipeline.tools.voice import VoiceDetector
from pipeline.tools.weights import Weights
from subtitles.transcript import Word

TASK = "transcribe"
"""The name under which progress is shown, in seconds of sound."""

UNDETERMINED = "und"
"""The language of a chunk in which nothing was said and whose language nobody named (ISO 639-2)."""

_WINDOW_S = 30
_WINDOWS_FOR_LANGUAGE = 4
_LONGEST_PROMPT = 120
"""Characters. Seen: a prompt of 26 names made the base model pass over a last sentence, and make up another."""

_LOOP_FAULT_MS = 10_000
"""What going in circles weighs against milliseconds of voice passed over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """How to hear: the language as the engine names it, the beam, what to lean on, and whom to tell how far it is.

    `prompt` is a text with names that may be said; `lean_on_previous` says whether what was heard before helps with what
    follows. `reached` takes the second of the sound that was reached; what it raises ends the hearing.
    """

    language: str
    beam: int
    prompt: str
    lean_on_previous: bool
    reached: Callable[[float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """The words of one hearing, in order, and whether some of it goes in circles."""

    words: tuple[HeardWord, ...]
    loops: bool


class Ear(Protocol):
    """An engine that turns sound into words. Safe to share between threads."""

    name: str
    options: str
    """What in its settings decides what is heard, for the identity; the weights and the request aside."""

    def weights(self) -> Weights:
        """Return its weights. Raises ToolMissing where they are not to be had."""

    def provenance(self) -> Mapping[str, str]:
        """Return versions, device and number format, for the record."""

    def get_ready(self, jobs: int) -> None:
        """Load the weights, for `jobs` hearings at once. Raises ToolMissing or ToolError."""

    def rest(self) -> None:
        """Let go of the weights until `get_ready` is called again."""

    def languages(self) -> frozenset[str]:
        """Return the language codes it knows, once it is ready."""

    def detect(self, samples: Samples) -> Mapping[str, float]:
        """Return how likely each language is, of at most 30 s of speech."""

    def hear(self, samples: Samples, hearing: Hearing) -> Heard:
        """Return what is heard in `samples`."""


class WhisperRecogniser:
    """Recognises chunks with an ear, several side by side, each handed over as soon as it is heard."""

    def __init__(self, ear: Ear, detector: VoiceDetector | None = None) -> None:
        self._ear = ear
        self._detector = detector or VoiceDetector()

    def identity(self, _request: RecogniseRequest) -> Mapping[str, str]:
        """Return the digests of the weights and of the voice detector, and the options. Raises ToolMissing."""
        return {
            "engine": self._ear.name,
            "weights": self._ear.weights().digest,
            "options": self._ear.options,
            "voice_detector": self._detector.digest,
            "voice": f"{KEPT}; {HEARD_AT}",
        }

    def provenance(self) -> Mapping[str, str]:
        """Return the versions, the device and the number format; none of them makes a transcript out of date."""
        return {**self._ear.provenance(), "onnxruntime": version("onnxruntime"), "av": version("av")}

    def carry_out(self, requests: Sequence[RecogniseRequest], bench: Bench) -> Iterator[tuple[int, Recognised]]:
        """Yield (index, the words of a chunk). Raises ToolMissing, ToolError or MediaError."""
        for request in requests:  # a file that is gone is said before an hour is spent
            bench.path(request.sound.digest)
        self._ear.get_ready(bench.jobs)
        for request in requests:
            self._engine_language(request)
        seconds = sum(_seconds(request.chunk, request.chunk.end_ms) for request in requests)
        bench.progress.start(TASK, seconds, "seconds")
        yield from side_by_side(lambda request, stop: self._recognise(request, bench, stop), requests, bench.jobs)
        self._ear.rest()  # what comes next needs the room: voice prints of hours, pictures
        bench.progress.finish(TASK)

    def _recognise(self, request: RecogniseRequest, bench: Bench, stop: Event) -> Recognised:
        counter = _Counter(request.chunk, bench, stop)
        spoken = self._spoken(request, bench)
        if not spoken.spans:
            counter.reach(request.chunk.end_ms)
            silent = request.language or UNDETERMINED
            return Recognised(language=silent, language_confidence=1000 if request.language else 0, words=())
        language, confidence = self._language(request, spoken.sound)
        words = self._words(request, language, spoken, counter)
        give_memory_back()
        counter.reach(request.chunk.end_ms)
        return Recognised(language=language, language_confidence=confidence, words=words)

    def _spoken(self, request: RecogniseRequest, bench: Bench) -> Spoken:
        """Return what is said in a chunk. The rest of its sound is let go of: it takes 20 MB while the other is heard."""
        with Listener.of(bench.path(request.sound.digest), request.sound) as listener:
            samples = listener.span(request.chunk)
        levels = self._detector.levels_in(request.sound, request.chunk, lambda: samples)
        return Spoken(samples, levels, _turns(request))

    def _words(self, request: RecogniseRequest, language: str, spoken: Spoken, counter: "_Counter") -> tuple[Word, ...]:
        """Return the words of the best hearing: the first without fault, else the one with the least of it."""
        prompt = _prompt(request.prime)
        tries: list[tuple[int, tuple[Word, ...]]] = []
        for leaning, lean_on_previous in (*(((prompt, True),) if prompt else ()), ("", True), ("", False)):
            hearing = Hearing(
                language=primary(language),
                beam=request.beam,
                prompt=leaning,
                lean_on_previous=lean_on_previous,
                reached=lambda second: counter.reach(request.chunk.start_ms + spoken.at(second, second).end_ms),
            )
            heard = self._ear.hear(spoken.sound, hearing)
            words = spoken.words(heard.words, request.chunk.start_ms)
            fault = spoken.fault_ms(words, request.chunk.start_ms) + (_LOOP_FAULT_MS if heard.loops else 0)
            same_again = bool(tries) and tries[-1][0] == fault  # laughter, weeping, a song: no words to be had
            tries.append((fault, words))
            if not fault or same_again:
                break
        return min(tries, key=lambda one: one[0])[1]

    def _language(self, request: RecogniseRequest, speech: Samples) -> tuple[str, int]:
        """Return the language and how sure it is, in thousandths: the mean over windows spread over all the speech."""
        if request.language is not None:
            return request.language, 1000
        length = _WINDOW_S * HEARING_RATE
        count = min(_WINDOWS_FOR_LANGUAGE, -(-len(speech) // length))
        starts = [max(0, len(speech) - length) * index // max(1, count - 1) for index in range(count)]
        totals: dict[str, float] = {}
        for start in starts:
            for code, level in self._ear.detect(speech[start : start + length]).items():
                totals[code] = totals.get(code, 0.0) + level / count
        best = max(sorted(totals), key=totals.__getitem__)
        return best, round(min(1.0, totals[best]) * 1000)

    def _engine_language(self, request: RecogniseRequest) -> None:
        if request.language is not None:
            require_known(self._ear, request.language)


def require_known(ear: Ear, language: str) -> None:
    """Raise ToolError where an ear that is ready does not know a language."""
    known = ear.languages()
    if primary(language) not in known:
        only = "it knows English only" if known == {"en"} else "no Whisper model knows it"
        raise ToolError(
            f"the model {ear.weights().name!r} does not know the language {language!r}: {only}",
            "correct the reel's language: in the manifest, or name another transcription.model in film.yaml",
        )


class _Counter:
    """Says how far a chunk is, in whole seconds, and ends the hearing when the run is being ended."""

    def __init__(self, chunk: Span, bench: Bench, stop: Event) -> None:
        self._chunk = chunk
        self._bench = bench
        self._stop = stop
        self._said = 0

    def reach(self, ms: int) -> None:
        """Say that the sound is heard up to `ms`; going back (a second try) says nothing."""
        if self._stop.is_set():
            raise CancelledError
        seconds = _seconds(self._chunk, ms)
        if seconds > self._said:
            self._bench.progress.advance(TASK, seconds - self._said)
            self._said = seconds


def _seconds(chunk: Span, ms: int) -> int:
    return (min(ms, chunk.end_ms) - chunk.start_ms) // 1000


def _turns(request: RecogniseRequest) -> tuple[Span, ...] | None:
    """Return what of a chunk is heard, on the chunk's own clock; None for all of it."""
    if not isinstance(request, RecogniseTurns):
        return None
    at = request.chunk.start_ms
    return tuple(Span(turn.start_ms - at, turn.end_ms - at) for turn in request.turns)


def primary(language: str) -> str:
    """Return a language code without region or script, as engines name languages: `es` of `es-MX`."""
    return language.partition("-")[0].lower()


def _prompt(prime: Sequence[str]) -> str:
    """Return names and terms as a text to lean on, the last ones left out where it would crowd out what was said."""
    kept: list[str] = []
    for term in prime:
        if sum(len(word) + 2 for word in (*kept, term)) > _LONGEST_PROMPT:
            break
        kept.append(term)
    return f"{', '.join(kept)}." if kept else ""
