"""How a cue's text is written: spaces, dots, dashes, line breaks, terms, and the language it is in."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from subtitles.breaks import BreakCost, break_costs, ends_sentence, is_dash
from subtitles.cue import Cue
from subtitles.glossary import misspelt
from subtitles.grammar import Grammar, grammar_of
from subtitles.lines import break_lines, split_words
from subtitles.quality_faults import Fault, Measured
from subtitles.style import Dash, Dots, SubtitleStyle
from subtitles.tags import plain, width, without_tags

_DEAR = BreakCost.WITH_VERB
"""From here on a break parts what belongs together: subject and verb, number and unit, article and noun, a name."""

_DOUBLE = re.compile(r"[^\S\n]{2,}")
_EDGE = re.compile(r"^[^\S\n]|[^\S\n]$", re.MULTILINE)
_BEFORE_MARK = re.compile(r"\w[ \t]+[,;:.!?](?![\w.,;:!?)(-])")
_UNSPACED = frozenset({"es", "en"})
"""Languages without a space before punctuation; French has one."""

_DOTS = re.compile(r"(?<!\.)\.{3}(?!\.)")
_TURN = re.compile(r"([-‐–—])( ?)(?=\S)")
_CERTAIN = 3
"""Small words of another language, and none of its own, that make a text foreign: fewer may be a name or a title."""

_SPOKEN_WORDS = 2
_LANGUAGES = ("es", "en")


def wording(
    cue: Cue, *, language: str, style: SubtitleStyle, terms: Sequence[str] = (), spoken: str | None = None
) -> Iterator[Measured]:
    """Yield what is wrong with how a cue that has a text is written. `spoken` is what it translates, where known."""
    yield from _spaces(cue.text, language)
    yield from _ellipsis(cue.text, style.ellipsis)
    yield from _dashes(cue, style.dash)
    if len(cue.lines) > 1:
        parted = bad_break(cue.text, language, style)
        if parted is not None:
            yield Measured(Fault.BAD_BREAK, detail=parted[0])
    for wrong, term in misspelt(plain(cue.text), terms) if terms else ():
        yield Measured(Fault.TERM, detail=f"'{wrong}' is '{term}' in the glossary")
    if spoken is not None and _says_the_same(cue.text, spoken):
        yield Measured(Fault.UNTRANSLATED)
        return
    foreign = _foreign(plain(cue.text), language)
    if foreign:
        yield Measured(Fault.OTHER_LANGUAGE, detail=foreign)


def bad_break(text: str, language: str, style: SubtitleStyle) -> tuple[str, str] | None:
    """Return the two words that a line break parts though a better break fits, and the text broken better, else None.

    Better means: no dear break is left, in as many lines as the style has, none longer than it may be.
    """
    if width(text) > (style.max_line_length + 1) * style.max_lines:
        return None  # no break makes it fit
    edges, words = _edges(text)
    dearest = _dearest(edges, words, language)
    if dearest is None:
        return None
    broken = break_lines(text, language, style)
    fits = max(width(line) for line in broken.split("\n")) <= style.max_line_length
    if not fits or broken.count("\n") >= style.max_lines or broken == text:
        return None
    new_edges, new_words = _edges(broken)
    if new_words != words or _dearest(new_edges, words, language) is not None:
        return None
    return f"{without_tags(words[dearest - 1])} / {without_tags(words[dearest])}", broken


def _edges(text: str) -> tuple[list[int], list[str]]:
    """Return the places of the words that begin lines, the first left out, and all words."""
    words: list[str] = []
    edges = []
    for line in text.split("\n"):
        if words:
            edges.append(len(words))
        words += split_words(line)
    return [edge for edge in dict.fromkeys(edges) if edge < len(words)], words


def _dearest(edges: Sequence[int], words: Sequence[str], language: str) -> int | None:
    """Return the word that the dearest break stands before, None where no break is dear."""
    if not edges:
        return None
    costs = break_costs(words, language)
    dearest = max(edges, key=lambda edge: costs[edge])
    return dearest if costs[dearest] >= _DEAR else None


def _spaces(text: str, language: str) -> Iterator[Measured]:
    # A tag hides no space: "one <i> two" has two.
    shown = without_tags(text) if "<" in text or "{" in text else text
    if _DOUBLE.search(shown):
        yield Measured(Fault.SPACES, detail="two spaces stand together")
    elif _EDGE.search(shown):
        yield Measured(Fault.SPACES, detail="a line begins or ends with a space")
    elif language.lower().partition("-")[0] in _UNSPACED and _BEFORE_MARK.search(shown):
        yield Measured(Fault.SPACES, detail="a space stands before punctuation")


def _ellipsis(text: str, wanted: Dots | None) -> Iterator[Measured]:
    if wanted is Dots.ONE_CHARACTER and _DOTS.search(text):
        yield Measured(Fault.ELLIPSIS, detail=Dots.THREE_DOTS.value)
    elif wanted is Dots.THREE_DOTS and Dots.ONE_CHARACTER.value in text:
        yield Measured(Fault.ELLIPSIS, detail=Dots.ONE_CHARACTER.value)


def _dashes(cue: Cue, wanted: Dash | None) -> Iterator[Measured]:
    """Yield what is wrong with the dashes of two people who speak in one cue."""
    lines = [without_tags(line).strip() for line in cue.lines]
    turns = [_TURN.match(line) if is_dash(line) else None for line in lines]
    if len(lines) < 2 or not turns[-1] or any(turn is None for turn in turns[1:]):
        return  # one person speaks, or a turn runs over two lines
    if turns[0] is None:
        # A dash in the second line alone: a turn where a sentence ended before it, else a parenthesis.
        if ends_sentence(lines[0].split()[-1] if lines[0].split() else "", ""):
            yield Measured(Fault.DASH, detail="one of two speakers has a dash, the other has none")
        return
    ways = {f"{turn[1]}{turn[2]}" for turn in turns if turn}
    if wanted is not None and ways != {wanted.value}:
        yield Measured(Fault.DASH, detail=f"the speakers' dashes are not written '{wanted.value}'")
    elif len(ways) > 1:
        yield Measured(Fault.DASH, detail="the speakers' dashes are written in two ways")


def _says_the_same(text: str, spoken: str) -> bool:
    said = plain(spoken).casefold()
    return plain(text).casefold() == said and len(said.split()) > _SPOKEN_WORDS


def _foreign(text: str, language: str) -> str:
    """Return the other language that a text seems to be in, empty where it may be in its own."""
    own = language.lower().partition("-")[0]
    if own not in _LANGUAGES:
        return ""
    words = [word.strip(".,;:!?¡¿…\"'“”«»()[]-–—").lower() for word in text.split()]
    for other in _LANGUAGES:
        if other != own and sum(word in _only(other, own) for word in words) >= _CERTAIN:
            return "" if any(word in _only(own, other) for word in words) else other
    return ""


@lru_cache(maxsize=8)
def _only(language: str, other: str) -> frozenset[str]:
    return _small(grammar_of(language)) - _small(grammar_of(other)) - _BOTH


_BOTH = frozenset({"a", "me", "he", "has", "no", "son", "once", "ha", "van"})
"""Words of both languages, whatever their class in either."""


def _small(grammar: Grammar) -> frozenset[str]:
    return grammar.leaders | grammar.prepositions | grammar.conjunctions | grammar.helpers
