"""The stretches of a chunk in which somebody speaks, put together for an engine, and the way back from there."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

import numpy as np
import numpy.typing as npt

from pipeline.ports.speech import Span
from pipeline.tools.listen import HEARING_RATE, Samples
from pipeline.tools.voice import VoiceOptions, voiced_spans, with_margins
from subtitles.transcript import Word

KEPT = VoiceOptions(silence_ms=2_000, margin_ms=400)
"""What an engine hears. Pauses shorter than two seconds stay in: shorter pieces cost context, and with it words."""

HEARD_AT = VoiceOptions(silence_ms=250, margin_ms=80)
"""Where words may begin and end: an engine starts a word anywhere in the pause before it, the detector where it sounds."""

_PER_MS = HEARING_RATE // 1000

_PASSED_OVER_MS = 1_500
"""A voice as long as this without a word was passed over; shorter ones are breath, laughter, assent."""

_WORDS_REACH_MS = 300
_LEAST_WORD_MS = 25
_CROWDED = 3
"""As many words shorter than any can be said, one after another, were not said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardWord:
    """A word as an engine gives it: seconds in what it heard; a space before the text where a new word begins."""

    text: str
    start_s: float
    end_s: float
    probability: float


class Spoken:
    """A chunk's speech. `sound` is its stretches one after the other, `spans` where in the chunk they are.

    Milliseconds count from the chunk's start, except those of words, which are in the reel's time.
    """

    def __init__(self, samples: Samples, levels: npt.NDArray[np.float32], turns: Sequence[Span] | None = None) -> None:
        """Take out what is no speech, and what lies outside `turns` where those are given."""
        end_ms = len(samples) // _PER_MS
        self.spans = within(with_margins(voiced_spans(levels, KEPT), end_ms, KEPT.margin_ms), turns)
        self._voices = within(with_margins(voiced_spans(levels, HEARD_AT), end_ms, HEARD_AT.margin_ms), turns)
        pieces = [samples[span.start_ms * _PER_MS : span.end_ms * _PER_MS] for span in self.spans]
        self.sound: Samples = np.concatenate([np.zeros(0, np.float32), *pieces])
        self._begins = list(accumulate((span.end_ms - span.start_ms for span in self.spans), initial=0))

    def at(self, start_s: float, end_s: float) -> Span:
        """Return where in the chunk the given seconds of the joined sound are, kept inside one stretch."""
        start, end = round(start_s * 1000), round(end_s * 1000)
        index = min(max(bisect_right(self._begins, (start + end) // 2) - 1, 0), len(self.spans) - 1)
        span = self.spans[index]
        moved = span.start_ms - self._begins[index]
        inside = min(max(start + moved, span.start_ms), span.end_ms)
        return Span(inside, min(max(end + moved, inside), span.end_ms))

    def words(self, heard: Iterable[HeardWord], offset_ms: int) -> tuple[Word, ...]:
        """Return the words in the reel's time: in order, none empty, none reaching into the next or over a silence."""
        words: list[Word] = []
        for word in heard:
            if not word.text.strip():
                continue
            place = self._voiced(self.at(word.start_s, word.end_s))
            start = max(offset_ms + place.start_ms, words[-1].start_ms if words else 0)
            words.append(
                Word(
                    text=word.text.strip(),
                    start_ms=start,
                    end_ms=max(start, offset_ms + place.end_ms),
                    confidence=min(1000, max(0, round(word.probability * 1000))),
                    joins_previous=bool(words) and not word.text[0].isspace(),
                )
            )
        return _apart(words)

    def fault_ms(self, words: Sequence[Word], offset_ms: int) -> int:
        """Return how many milliseconds of voice have no word; each word that stands where none fits counts for a second."""
        passed_over = 0
        starts = [word.start_ms - offset_ms - _WORDS_REACH_MS for word in words]
        for voice in self._voices:
            length = voice.end_ms - voice.start_ms
            near = words[max(0, bisect_left(starts, voice.start_ms) - 1) : bisect_left(starts, voice.end_ms)]
            said = sum(_overlap(voice, word, offset_ms) for word in near)
            if length - said >= _PASSED_OVER_MS:
                passed_over += length - said
        return passed_over + 1_000 * _crowded(words)

    def _voiced(self, place: Span) -> Span:
        """Return `place` without the pause that it begins or ends in."""
        start, end = place.start_ms, place.end_ms
        after = bisect_right([voice.end_ms for voice in self._voices], start)
        if after < len(self._voices) and start < self._voices[after].start_ms < end:
            start = self._voices[after].start_ms
        before = bisect_left([voice.start_ms for voice in self._voices], end) - 1
        if before >= 0 and start < self._voices[before].end_ms < end:
            end = self._voices[before].end_ms
        return Span(start, end)


def within(spans: Sequence[Span], turns: Sequence[Span] | None) -> tuple[Span, ...]:
    """Return what of `spans` lies in `turns`, both in order; all of it where there are no turns."""
    if turns is None:
        return tuple(spans)
    shared = (
        Span(max(span.start_ms, turn.start_ms), min(span.end_ms, turn.end_ms)) for turn in turns for span in spans
    )
    return tuple(span for span in shared if span.start_ms < span.end_ms)


def _overlap(voice: Span, word: Word, offset_ms: int) -> int:
    start = max(voice.start_ms, word.start_ms - offset_ms - _WORDS_REACH_MS // 2)
    return max(0, min(voice.end_ms, word.end_ms - offset_ms + _WORDS_REACH_MS // 2) - start)


def _crowded(words: Sequence[Word]) -> int:
    """Return how many words stand in rows of words too short to be said."""
    crowded = row = 0
    for word in words:
        row = row + 1 if word.end_ms - word.start_ms < _LEAST_WORD_MS else 0
        if row == _CROWDED:
            crowded += row
        elif row > _CROWDED:
            crowded += 1
    return crowded


def _apart(words: list[Word]) -> tuple[Word, ...]:
    """Return words that end where the next begins at the latest, and last at least a millisecond."""
    ends = [min(word.end_ms, following.start_ms) for word, following in pairwise(words)]
    ends += [word.end_ms for word in words[-1:]]
    return tuple(replace(word, end_ms=max(word.start_ms + 1, end)) for word, end in zip(words, ends, strict=True))
