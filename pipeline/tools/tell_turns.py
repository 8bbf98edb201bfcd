"""transcribe: which language each part of a chunk is in, where a reel has several.

The voice detector finds stretches of speech, long ones are cut where they are quietest, and the engine says of each how
likely each of the reel's languages is. A short stretch says little, and people rarely change languages without a pause:
so the languages of a whole chunk are chosen together (Viterbi's algorithm), a stretch that is not clear by itself
following what is said around it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from itertools import pairwise
from math import log
from threading import Event
from typing import Protocol

import numpy as np

from pipeline.ports.speech import Span, TellTurnsRequest, Turn, Turns
from pipeline.ports.work import Bench
from pipeline.tools.listen import HEARING_RATE, Listener, Samples
from pipeline.tools.recognise import Ear, primary, require_known
from pipeline.tools.side_by_side import side_by_side
from pipeline.tools.voice import VoiceDetector, VoiceOptions, voiced_spans

TASK = "tell languages"
"""The name under which progress is shown, in seconds of sound."""

PIECES = VoiceOptions(silence_ms=200, margin_ms=0)
"""The stretches that are told apart. With shorter pauses the first words of a sentence stand alone, and say little."""

RULES = "pieces of 4 s; sure above .9 in .8 s; 1"
"""What decides, for the identity: raised when the same levels must give other turns."""

_LONGEST_MS = 4_000
_LEAST_MS = 1_000
"""No piece is cut shorter than this: what is told by less is a guess."""

_AROUND_MS = 100
_FULL_MS = 800
"""From this length on what the engine says counts whole; a shorter piece counts by its length."""

_SURE = log(9)
"""The logarithm of nine to one."""

_MOST = log(999)
_CHANGE = log(9) / 2
"""What a change of language costs at a pause: a piece between two of another language has to be nine to one."""


_QUIET_STEP_MS = 20
_PER_MS = HEARING_RATE // 1000


class TurnEar(Ear, Protocol):
    """An engine that also tells languages by a few seconds of speech."""

    def tell(self, samples: Samples) -> Mapping[str, float]:
        """Return how likely each language is, of at most 5 s of speech."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of speech on the chunk's clock; `pause_ms` is how long nobody speaks before it."""

    start_ms: int
    end_ms: int
    pause_ms: int

    @property
    def weight(self) -> float:
        """Return how much is to be given on what an engine says of it, 0 to 1."""
        return min(1.0, (self.end_ms - self.start_ms) / _FULL_MS)

    @property
    def change(self) -> float:
        """Return what it costs that the language changes with it."""
        return _CHANGE if self.pause_ms else 2 * _CHANGE


class WhisperTurnTeller:
    """Tells languages apart with an ear, chunks side by side."""

    def __init__(self, ear: TurnEar, detector: VoiceDetector | None = None) -> None:
        self._ear = ear
        self._detector = detector or VoiceDetector()

    def identity(self, _request: TellTurnsRequest) -> Mapping[str, str]:
        """Return the digests of the weights and of the voice detector, and the rules. Raises ToolMissing."""
        return {
            "engine": self._ear.name,
            "weights": self._ear.weights().digest,
            "voice_detector": self._detector.digest,
            "rules": f"{PIECES}; {RULES}",
        }

    def provenance(self) -> Mapping[str, str]:
        """Return the versions, the device and the number format."""
        return {**self._ear.provenance(), "onnxruntime": version("onnxruntime"), "av": version("av")}

    def carry_out(self, requests: Sequence[TellTurnsRequest], bench: Bench) -> Iterator[tuple[int, Turns]]:
        """Yield (index, the turns of a chunk). Raises ToolMissing, ToolError or MediaError."""
        for request in requests:  # a file that is gone is said before the work begins
            bench.path(request.sound.digest)
        self._ear.get_ready(bench.jobs)
        for language in dict.fromkeys(language for request in requests for language in request.languages):
            require_known(self._ear, language)
        bench.progress.start(TASK, sum(_seconds(request) for request in requests), "seconds")
        for index, found in side_by_side(lambda one, stop: self._tell(one, bench, stop), requests, bench.jobs):
            bench.progress.advance(TASK, _seconds(requests[index]))
            yield index, found
        bench.progress.finish(TASK)

    def _tell(self, request: TellTurnsRequest, bench: Bench, stop: Event) -> Turns:
        with Listener.of(bench.path(request.sound.digest), request.sound) as listener:
            samples = listener.span(request.chunk)
        spoken = pieces(samples, voiced_spans(self._detector.levels([samples]), PIECES))
        seen = []
        for piece in spoken:
            if stop.is_set():
                break
            seen.append(self._levels(samples, piece, request.languages))
        return told(request, spoken, seen)

    def _levels(self, samples: Samples, piece: Piece, languages: Sequence[str]) -> tuple[float, ...]:
        """Return the logarithm of how likely each of the languages is, where it must be one of them."""
        start, end = (max(0, ms) * _PER_MS for ms in (piece.start_ms - _AROUND_MS, piece.end_ms + _AROUND_MS))
        found = self._ear.tell(samples[start:end])
        likely = [found.get(primary(language), 0.0) + 1e-9 for language in languages]
        return tuple(log(one / sum(likely)) for one in likely)


def pieces(samples: Samples, spans: Sequence[Span]) -> tuple[Piece, ...]:
    """Return stretches of speech as pieces, those longer than four seconds cut where they are quietest."""
    found: list[Piece] = []
    for span in spans:
        for part in _cut(samples, span):
            pause_ms = part.start_ms - found[-1].end_ms if found else part.start_ms
            found.append(Piece(start_ms=part.start_ms, end_ms=part.end_ms, pause_ms=pause_ms))
    return tuple(found)


def told(request: TellTurnsRequest, spoken: Sequence[Piece], levels: Sequence[Sequence[float]]) -> Turns:
    """Return the turns of a chunk: `levels` holds, for each piece, the logarithm of how likely each language is.

    A turn begins in the middle of the pause before it. A piece is doubtful where it is not clear by itself and what is said
    before and after it is not in one language, or contradicts what it seems to be.
    """
    at, languages = request.chunk.start_ms, request.languages
    if not spoken:
        whole = Turn(start_ms=at, end_ms=request.chunk.end_ms, language=languages[0])
        return Turns(turns=(whole,))
    clear = [tuple(max(one, -_MOST) * piece.weight for one in own) for piece, own in zip(spoken, levels, strict=True)]
    chosen = _chosen(clear, [piece.change for piece in spoken])
    edges = [0, *((one.end_ms + two.start_ms) // 2 for one, two in pairwise(spoken))]
    turns: list[Turn] = []
    for number, (start, choice) in enumerate(zip(edges, chosen, strict=True)):
        end = edges[number + 1] if number + 1 < len(edges) else request.chunk.end_ms - at
        before = turns.pop() if turns and turns[-1].language == languages[choice] else None
        began = before.start_ms if before else at + start
        turns.append(Turn(start_ms=began, end_ms=at + end, language=languages[choice]))
    doubts = (
        Span(at + piece.start_ms, at + piece.end_ms)
        for number, piece in enumerate(spoken)
        if _doubtful(number, clear, chosen)
    )
    return Turns(turns=tuple(turns), doubts=tuple(doubts))


def _chosen(clear: Sequence[Sequence[float]], changes: Sequence[float]) -> list[int]:
    """Return the language of each piece, by number: together the likeliest, changes of language taken into account."""
    best = list(clear[0])
    back: list[list[int]] = []
    for own, change in zip(clear[1:], changes[1:], strict=True):
        ways = [[value - change * (here != there) for there, value in enumerate(best)] for here in range(len(own))]
        back.append([max(range(len(way)), key=way.__getitem__) for way in ways])
        best = [max(way) + level for way, level in zip(ways, own, strict=True)]
    chosen = [max(range(len(best)), key=best.__getitem__)]
    for step in reversed(back):
        chosen.append(step[chosen[-1]])
    return chosen[::-1]


def _doubtful(number: int, clear: Sequence[Sequence[float]], chosen: Sequence[int]) -> bool:
    own, choice = clear[number], chosen[number]
    ahead = own[choice] - max(level for other, level in enumerate(own) if other != choice)
    if ahead >= _SURE:
        return False
    around = {chosen[other] for other in (number - 1, number + 1) if 0 <= other < len(chosen)}
    return around != {choice} or ahead <= -_CHANGE


def _cut(samples: Samples, span: Span) -> Iterator[Span]:
    start = span.start_ms
    while span.end_ms - start > _LONGEST_MS:
        latest = min(span.end_ms - _LEAST_MS, start + _LONGEST_MS)
        quiet = _quietest(samples, Span(start + _LEAST_MS, latest))
        yield Span(start, quiet)
        start = quiet
    yield Span(start, span.end_ms)


def _quietest(samples: Samples, span: Span) -> int:
    """Return the quietest moment of a stretch, in milliseconds: the middle of a fiftieth of a second, smoothed over five."""
    rows = samples[span.start_ms * _PER_MS : span.end_ms * _PER_MS]
    count = len(rows) // (_QUIET_STEP_MS * _PER_MS)
    if count < 5:
        return (span.start_ms + span.end_ms) // 2
    energy = np.square(rows[: count * _QUIET_STEP_MS * _PER_MS], dtype=np.float64).reshape(count, -1).sum(axis=1)
    smooth = np.convolve(energy, np.ones(5), mode="valid")
    return span.start_ms + (int(smooth.argmin()) + 2) * _QUIET_STEP_MS + _QUIET_STEP_MS // 2


def _seconds(request: TellTurnsRequest) -> int:
    return (request.chunk.end_ms - request.chunk.start_ms) // 1000
