"""How messages are worded: a value shown safely, a list of choices, a near miss, and a refusal with its cure."""

from collections.abc import Iterable
from difflib import get_close_matches

_SHOWN = 60


class Refusal(ValueError):
    """A value that cannot be used: `what` is wrong with it, and the `cure`; whoever catches it knows the place."""

    def __init__(self, what: str, cure: str = "") -> None:
        self.what = what
        self.cure = cure
        super().__init__(f"{what}; {cure}" if cure else what)

    def __reduce__(self) -> tuple[object, ...]:
        """Keep both parts across process boundaries."""
        return type(self), (self.what, self.cure)


def shown(value: object) -> str:
    """Return `value` in single quotes, shortened, with what a terminal would not print written as escapes."""
    text = str(value)
    short = text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."
    return "'" + "".join(sign if sign.isprintable() else _escape(sign) for sign in short) + "'"


def _escape(sign: str) -> str:
    return sign.encode("unicode_escape", "surrogatepass").decode("ascii")


def listed(words: Iterable[str], last: str = "and") -> str:
    """Return `words` as a person lists them: `a`, `a and b`, `a, b and c`."""
    *most, end = words
    return f"{', '.join(most)} {last} {end}" if most else end


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """Return the choice that `word` was probably meant to be, case ignored, or None where none is near."""
    by_folded = {choice.casefold(): choice for choice in choices}
    found = get_close_matches(word.casefold()[:100], by_folded, n=1, cutoff=0.6)
    return by_folded[found[0]] if found else None


def choose(word: str, choices: Iterable[str]) -> str:
    """Return the cure for a word that is none of `choices`: the near miss where there is one, else all of them."""
    known = tuple(choices)
    near = nearest(word, known)
    if near is not None:
        return f"did you mean '{near}'?"
    return f"write {listed(known, 'or')}" if known else "take it out"
