"""Translation by Whisper: it listens to the sentences again and says them in English, from any language it knows.

Sentences are heard together as long as they fit into what it hears at once, 30 seconds: alone, short ones are misheard (the
base model made "the second day of Sakabo" of one that it puts rightly with its neighbours). Where that cannot be told
apart again, each is heard by itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from threading import Event

from pipeline.errors import ToolError, ToolMissing
from pipeline.ports.speech import Span
from pipeline.ports.translation import Passage, Translated, TranslateRequest
from pipeline.ports.work import Bench
from pipeline.tools.listen import Listener
from pipeline.tools.recognise_faster_whisper import FasterWhisperEar
from pipeline.tools.side_by_side import side_by_side
from pipeline.tools.spoken import HeardWord
from pipeline.tools.translate_apertium import TASK
from pipeline.tools.translate_glossary import replace_terms
from pipeline.tools.translate_laying import Laid, gathered, lay, says_something, whole

_INTO = "en"
_MARGIN_MS = 200
"""How much is heard before the first sentence and after the last: their times are not exact."""

_AT_ONCE_MS = 28_000
_FURTHEST_MS = 5_000
"""Sentences further apart than this are not heard together."""

_CANNOT_TRANSLATE = ("turbo", "distil")
"""Models that were never taught to translate, by what is in their names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stretch:
    """Passages of one request that are heard together: their positions in it."""

    index: int
    request: TranslateRequest
    positions: tuple[int, ...]

    @property
    def passages(self) -> tuple[Passage, ...]:
        """Return the passages themselves."""
        return tuple(self.request.passages[position] for position in self.positions)


class WhisperTranslator:
    """Translates what was said into English, several sentences side by side."""

    name = "whisper"
    service = ""

    def __init__(self, ear: FasterWhisperEar, model: str) -> None:
        self._ear = ear
        self._model = model

    def covers(self, source: str, target: str) -> bool:
        """Return whether `target` is English and the model can translate from `source`; weights are not looked for."""
        from faster_whisper.tokenizer import _LANGUAGE_CODES  # noqa: PLC0415 - takes 0.2 s, where speech is translated only

        able = not self._model.endswith(".en") and not any(word in self._model for word in _CANNOT_TRANSLATE)
        spoken = _primary(source)
        return able and _primary(target) == _INTO and spoken != _INTO and spoken in _LANGUAGE_CODES

    def identity(self, _request: TranslateRequest) -> Mapping[str, str]:
        """Return the digest of the weights, and the options. Raises ToolMissing."""
        options = f"words; temperature 0; margin {_MARGIN_MS}; at once {_AT_ONCE_MS}"
        return {"engine": self.name, "weights": self._ear.weights().digest, "options": options}

    def provenance(self) -> Mapping[str, str]:
        """Return versions, device and number format."""
        return self._ear.provenance()

    def carry_out(self, requests: Sequence[TranslateRequest], bench: Bench) -> Iterator[tuple[int, Translated]]:
        """Yield (index, the translation of a request), each when its last passage is done."""
        self._refuse(requests)
        self._ear.get_ready(bench.jobs)
        stretches = [stretch for index, request in enumerate(requests) for stretch in _stretches(index, request)]
        laid: list[dict[int, Laid]] = [{} for _ in requests]
        bench.progress.start(TASK, sum(len(request.passages) for request in requests), "passages")
        for index, request in enumerate(requests):
            if not request.passages:
                yield index, gathered(())
        for number, texts in side_by_side(lambda one, stop: self._translate(one, bench, stop), stretches, bench.jobs):
            stretch = stretches[number]
            done = laid[stretch.index]
            done.update(zip(stretch.positions, texts, strict=True))
            bench.progress.advance(TASK, len(texts))
            if len(done) == len(stretch.request.passages):
                yield stretch.index, gathered([done[position] for position in range(len(done))])
        bench.progress.finish(TASK)

    def _translate(self, stretch: _Stretch, bench: Bench, stop: Event) -> list[Laid]:
        """Return the translation of each passage of a stretch."""
        said: dict[int, str] = {}
        speaking = [at for at, passage in enumerate(stretch.passages) if says_something(passage)]
        if speaking and not stop.is_set():
            passages = [stretch.passages[at] for at in speaking]
            together = self._said(passages, stretch.request, bench)
            if together is None and len(passages) > 1:
                each = [self._said([passage], stretch.request, bench) for passage in passages]
                together = [one[0] if one else "" for one in each]
            said = dict(zip(speaking, together, strict=True)) if together else {}
        for at in speaking:
            if not said.get(at, ""):
                second = stretch.passages[at].spans[0].start_ms // 1000
                bench.progress.note(f"at {second} s nothing could be translated: the cues keep what was said")
        return [
            lay(passage, said.get(at, whole(passage)), stretch.request) for at, passage in enumerate(stretch.passages)
        ]

    def _said(self, passages: Sequence[Passage], request: TranslateRequest, bench: Bench) -> list[str] | None:
        """Return what is said in each passage, None where it cannot be told or goes in circles."""
        sound = passages[0].sound
        if sound is None:
            return None
        start = max(0, passages[0].spans[0].start_ms - _MARGIN_MS)
        with Listener.of(bench.path(sound.digest), sound) as listener:
            samples = listener.span(Span(start, passages[-1].spans[-1].end_ms + _MARGIN_MS))
        heard = self._ear.translate(samples, _primary(request.source))
        if heard.loops or len(heard.words) < len(passages):
            return None
        parts = told_apart(heard.words, [_between(a, b) - start for a, b in pairwise(passages)])
        texts = [" ".join("".join(word.text for word in part).split()) for part in parts]
        return [replace_terms(text, request.terms) for text in texts]

    def _refuse(self, requests: Sequence[TranslateRequest]) -> None:
        for request in requests:
            if not self.covers(request.source, request.target):
                raise ToolMissing(
                    f"Whisper with the model {self._model!r} does not translate {request.source} into {request.target}",
                    "it puts what it hears into English only; Apertium has other directions (testimonio doctor)",
                )
            if any(passage.sound is None for passage in request.passages):
                raise ToolError("Whisper translates what it hears, and there is no sound", "use `engine: apertium`")


def _primary(language: str) -> str:
    return language.partition("-")[0].lower()


def told_apart(words: Sequence[HeardWord], boundaries_ms: Sequence[int]) -> list[Sequence[HeardWord]]:
    """Return `words` cut near each boundary, at the end of a sentence where one is near; no part is empty.

    There are more words than boundaries. A translation says things in another order: the times of its words are rough.
    """
    parts: list[Sequence[HeardWord]] = []
    begins = 0
    for number, boundary in enumerate(boundaries_ms):
        last = len(words) - (len(boundaries_ms) - number)
        costs = {
            end: abs((words[end - 1].end_s + words[end].start_s) * 500 - boundary) + _cut_cost(words[end - 1].text)
            for end in range(begins + 1, last + 1)
        }
        end = min(costs, key=costs.__getitem__)
        parts.append(words[begins:end])
        begins = end
    return [*parts, words[begins:]]


def _cut_cost(text: str) -> int:
    """Return how many milliseconds from the boundary a cut after `text` is worth."""
    if text.rstrip("\"'”’»)").endswith((".", "?", "!", "…")):
        return 0
    return 1_000 if text.endswith((",", ";", ":", "—")) else 2_000


def _between(passage: Passage, following: Passage) -> int:
    return (passage.spans[-1].end_ms + following.spans[0].start_ms) // 2


def _stretches(index: int, request: TranslateRequest) -> Iterator[_Stretch]:
    """Yield the passages of a request in stretches that can be heard at once; a longer one stands alone."""
    positions: list[int] = []
    for position, passage in enumerate(request.passages):
        if positions:
            first, before = request.passages[positions[0]], request.passages[positions[-1]]
            too_long = passage.spans[-1].end_ms - first.spans[0].start_ms > _AT_ONCE_MS
            too_far = passage.spans[0].start_ms - before.spans[-1].end_ms > _FURTHEST_MS
            if too_long or too_far or passage.sound != first.sound:
                yield _Stretch(index=index, request=request, positions=tuple(positions))
                positions = []
        positions.append(position)
    if positions:
        yield _Stretch(index=index, request=request, positions=tuple(positions))
