"""Words to cues: where a reader would break, in on the first word, out by SEMANTICS rule 17.

The breaks of a whole stretch of speech are chosen together, by dynamic programming over the places between words, so that
the sum over its cues of these prices is least (all integers, no unit but each other):

    60                      for every cue
    3 x break cost          where it ends inside speech (`breaks.BreakCost`: 0 at a sentence's end to 2000)
    a quarter of its lines' cost (`lines.best_lines`)
    50                      for every sentence that ends inside it, 100 more for a question: another person may answer
    1 for each 5 ms         of every silence of a quarter of a second or more inside it
    1 for each 10 ms        that reading it would take longer than it can stay
    1 for each 4 ms         that it stays shorter than the style's minimum

Text that does not fit the style's lines, and cues over the longest time, are never chosen where there is another way. Time
and memory grow with the number of words, since a cue holds only so many.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from subtitles.breaks import break_costs, ends_sentence
from subtitles.cue import Cue
from subtitles.identity import new_id
from subtitles.lines import TOO_LONG, best_lines, break_lines, word_starts
from subtitles.style import SubtitleStyle
from subtitles.tags import reading_length, width
from subtitles.transcript import Word

_EACH_CUE = 60
_END_WEIGHT = 3
_LINES_SHARE = 4
_INNER_SENTENCE = 50
_INNER_QUESTION = 100
_HEARD_SILENCE_MS = 250
_SILENCE_MS = 5
_READING_MS = 10
_SHORT_MS = 4


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    start_ms: int
    end_ms: int


def segment(
    words: Sequence[Word], *, language: str, style: SubtitleStyle, rate: Fraction, reel: str
) -> tuple[Cue, ...]:
    """Return the cues that show `words`, in source milliseconds, with ids and broken lines.

    `words` are in order of time; `rate` is the timeline's, for gaps that are counted in frames. Every word is in exactly
    one cue, in order; no cue spans a silence longer than the style's. Ids come from the instant of the first word
    (`identity.new_id`), so the same words always give the same ids. No words give no cues.
    """
    tokens = _tokens(words)
    spans = [
        span
        for stretch in _stretches(tokens, style)
        for span in _Stretch(tokens, stretch, language, style, rate).cues()
    ]
    starts = [tokens[first].start_ms for first, _ in spans]
    cues: list[Cue] = []
    taken: set[str] = set()
    for position, (first, end) in enumerate(spans):
        following = starts[position + 1] if position + 1 < len(spans) else None
        text = " ".join(token.text for token in tokens[first:end])
        out = out_time(
            starts[position], tokens[end - 1].end_ms, following, reading_ms(text, language, style), style, rate
        )
        name = new_id(reel, starts[position], taken)
        taken.add(name)
        cues.append(Cue(id=name, start_ms=starts[position], end_ms=out, text=break_lines(text, language, style)))
    return tuple(cues)


def out_time(
    start_ms: int, last_word_ms: int, next_ms: int | None, reading_ms: int, style: SubtitleStyle, rate: Fraction
) -> int:
    """Return when a cue goes that takes `reading_ms` to read, in milliseconds of its own clock (SEMANTICS rule 17).

    It stays to the end of its last word, and up to the style's tail longer where reading needs it; to the style's minimum
    in any case. It ends the style's frames before `next_ms` (None: nothing follows), and a gap of a frame more, up to half
    a second, is closed to that. Longer than the style's longest time it stays only while words are spoken.
    """
    out = max(last_word_ms, min(last_word_ms + style.tail_ms, start_ms + reading_ms), start_ms + style.min_ms)
    if next_ms is not None:
        latest = next_ms - style.gap_ms(rate)
        if out > latest or next_ms - out <= style.close_gap_ms:
            out = latest
    return max(start_ms + 1, min(out, max(start_ms + style.max_ms, last_word_ms)))


def reading_ms(text: str, language: str, style: SubtitleStyle) -> int:
    """Return how long a reader of `language` needs for `text`, in milliseconds, rounded up."""
    return -(-1000 * reading_length(text) // style.speed(language))


def _tokens(words: Sequence[Word]) -> list[_Token]:
    """Return what stands between spaces, with sane times: starts never go back and nothing ends before it starts."""
    tokens: list[_Token] = []
    floor = 0
    for word in words:
        text = " ".join(word.text.split())
        if not text:
            continue
        start = max(word.start_ms, floor)
        end = max(word.end_ms, start)
        floor = start
        if word.joins_previous and tokens:
            last = tokens.pop()
            tokens.append(_Token(last.text + text, last.start_ms, max(last.end_ms, end)))
        else:
            tokens.append(_Token(text, start, end))
    return tokens


def _stretches(tokens: Sequence[_Token], style: SubtitleStyle) -> Iterator[tuple[int, int]]:
    """Yield the runs of tokens, as (first, end), between silences longer than the style's pause."""
    if not tokens:
        return
    silences = (
        at
        for at, (left, right) in enumerate(pairwise(tokens), start=1)
        if right.start_ms - left.end_ms > style.pause_ms
    )
    yield from pairwise((0, *silences, len(tokens)))


def _joint(left: _Token, right: _Token, language: str) -> int:
    """Return what it costs that one cue holds both of two neighbouring words."""
    price = 0
    if ends_sentence(left.text, language):
        price = _INNER_SENTENCE + (_INNER_QUESTION if "?" in left.text else 0)
    silence = right.start_ms - left.end_ms
    return price + (silence // _SILENCE_MS if silence >= _HEARD_SILENCE_MS else 0)


class _Stretch:
    """One run of speech without a silence, and the cheapest way to cut it into cues."""

    def __init__(
        self, tokens: Sequence[_Token], span: tuple[int, int], language: str, style: SubtitleStyle, rate: Fraction
    ) -> None:
        self.first, end = span
        self.tokens = tokens[self.first : end]
        self.style, self.rate, self.speed = style, rate, style.speed(language)
        self.next_ms = tokens[end].start_ms if end < len(tokens) else None
        texts = [token.text for token in self.tokens]
        self.costs = break_costs(texts, language)
        self.starts = word_starts([width(text) for text in texts])
        # joints[i] sums what the places before word i cost when a cue runs over them.
        self.joints = [0, 0]
        for left, right in pairwise(self.tokens):
            self.joints.append(self.joints[-1] + _joint(left, right, language))

    def cues(self) -> list[tuple[int, int]]:
        """Return the cues as (first, end) among all tokens."""
        count = len(self.tokens)
        best = [0] + [TOO_LONG**2] * count
        back = [0] * (count + 1)
        for end in range(1, count + 1):
            for first in range(end - 1, -1, -1):
                if first < end - 1 and not self._may_fit(first, end):
                    break
                cost = best[first] + self._price(first, end)
                if cost < best[end]:
                    best[end], back[end] = cost, first
        edges = [count]
        while edges[-1]:
            edges.append(back[edges[-1]])
        return [(self.first + left, self.first + right) for left, right in pairwise(reversed(edges))]

    def _may_fit(self, first: int, end: int) -> bool:
        room = (self.style.max_line_length + 1) * self.style.max_lines - 1
        lasts = self.tokens[end - 1].end_ms - self.tokens[first].start_ms
        return self.starts[end] - self.starts[first] - 1 <= room and lasts <= self.style.max_ms

    def _price(self, first: int, end: int) -> int:
        count = len(self.tokens)
        start, spoken = self.tokens[first].start_ms, self.tokens[end - 1].end_ms
        following = self.tokens[end].start_ms if end < count else self.next_ms
        reading = 1000 * (self.starts[end] - self.starts[first] - 1) // self.speed
        stays = out_time(start, spoken, following, reading, self.style, self.rate) - start
        price = _EACH_CUE + self._lines(first, end) // _LINES_SHARE
        price += _END_WEIGHT * self.costs[end] if end < count else 0
        price += self.joints[end] - self.joints[first + 1]
        return price + max(0, reading - stays) // _READING_MS + max(0, self.style.min_ms - stays) // _SHORT_MS

    def _lines(self, first: int, end: int) -> int:
        longest = self.style.max_line_length
        for count in range(1, self.style.max_lines + 1):
            cost, _ = best_lines(self.starts, self.costs, (first, end), count, longest)
            if cost < TOO_LONG or count == end - first:
                return cost
        return cost
