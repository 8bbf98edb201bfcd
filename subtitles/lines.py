"""One cue's text as lines: where a reader would break it, the lower line the longer one."""

import re
from collections.abc import Sequence
from itertools import pairwise

from subtitles.breaks import break_costs, ends_sentence, is_dash
from subtitles.style import SubtitleStyle
from subtitles.tags import width, without_tags

TOO_LONG = 1_000_000
"""The cost of a line that does not fit: dearer than any break, so that it is only chosen where nothing fits."""

_TOKEN = re.compile(r"(?:</?[A-Za-z][^<>]*>|\{\\[^{}]*\}|\S)+")
_UNEVEN = 2
_TOP_HEAVY = 3
_MOST_LINES = 8
"""From here on lines are only filled: no such text can be shown, and its breaks are not worth searching for."""


def split_words(text: str) -> list[str]:
    """Return the words of `text`, line breaks taken for spaces, tags left on the words they touch."""
    return _TOKEN.findall(text)


def break_lines(text: str, language: str, style: SubtitleStyle) -> str:
    """Return `text` broken into as few lines of the style's length as hold it, joined by a line feed.

    A text that fits on one line stays on one. Each turn of a dialogue (dashes) keeps its own line. A text too long for the
    style's lines gets more of them rather than longer ones, for `quality.check` to find; a word longer than a line is
    never cut.
    """
    words = split_words(text)
    if not words:
        return ""
    turns = _turns(words, language)
    if len(turns) > 1:
        return "\n".join(break_lines(" ".join(turn), language, style) for turn in turns)
    widths = [width(word) for word in words]
    starts = word_starts(widths)
    costs = break_costs(words, language)
    filled = _filled(starts, style.max_line_length)
    breaks = filled
    if len(filled) < _MOST_LINES:
        _, breaks = best_lines(starts, costs, (0, len(words)), len(filled) + 1, style.max_line_length)
    edges = [0, *breaks, len(words)]
    return "\n".join(" ".join(words[left:right]) for left, right in pairwise(edges))


def best_lines(
    starts: Sequence[int], costs: Sequence[int], span: tuple[int, int], count: int, longest: int
) -> tuple[int, tuple[int, ...]]:
    """Return the cheapest way to put the words of `span` on exactly `count` lines: its cost, and the words that begin lines.

    `starts[i]` is where word i would begin if all words stood on one line, with one more entry for the end (one space
    included); `costs` are `break_costs`. The cost is that of the breaks, of unevenness, and more of a top line longer than
    the bottom one. It is TOO_LONG or more where no way fits.
    """
    first, end = span
    whole = starts[end] - starts[first] - 1
    if count == 1:
        return _one_line(whole, longest)
    best: tuple[int, tuple[int, ...]] = (TOO_LONG * 1000, ())
    share = whole // count
    for at in range(first + 1, end - count + 2):
        top = starts[at] - starts[first] - 1
        if top > longest and at > first + 1:
            break
        if starts[end] - starts[at] - 1 > (longest + 1) * (count - 1) and at < end - count + 1:
            continue
        rest, breaks = best_lines(starts, costs, (at, end), count - 1, longest)
        over = top - share
        cost = costs[at] * 3 + rest + (over * _TOP_HEAVY if over > 0 else -over * _UNEVEN)
        cost += TOO_LONG if top > longest else 0
        if cost < best[0]:
            best = (cost, (at, *breaks))
    return best


def _one_line(whole: int, longest: int) -> tuple[int, tuple[int, ...]]:
    return (0, ()) if whole <= longest else (TOO_LONG * (1 + whole // max(longest, 1)), ())


def _filled(starts: Sequence[int], longest: int) -> tuple[int, ...]:
    """Return the words that begin lines, the first left out, when each line takes what it holds: the fewest lines."""
    begins = []
    first = 0
    for at in range(1, len(starts) - 1):
        if starts[at + 1] - starts[first] - 1 > longest:
            begins.append(at)
            first = at
    return tuple(begins)


def word_starts(widths: Sequence[int]) -> list[int]:
    """Return where each word of `widths` begins on one endless line, and, last, where a further one would."""
    starts = [0]
    for size in widths:
        starts.append(starts[-1] + size + 1)
    return starts


def _turns(words: Sequence[str], language: str) -> list[Sequence[str]]:
    """Return the turns of a dialogue: a dash at the start, and one behind the end of a sentence, each begin one."""
    bare = [without_tags(word) for word in words]
    if not is_dash(bare[0]):
        return [words]
    edges = [at for at in range(1, len(words)) if is_dash(bare[at]) and ends_sentence(bare[at - 1], language)]
    return [words[left:right] for left, right in zip([0, *edges], [*edges, len(words)], strict=True)]
