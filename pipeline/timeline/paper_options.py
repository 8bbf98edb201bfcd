"""What may follow the words of a line of a paper edit: what lies over it, how tight it is, how long, and how it moves."""

import re
from dataclasses import dataclass
from enum import StrEnum

from footage_manifest.picture_plan import StillMove
from footage_manifest.timecode import Label
from footage_manifest.wording import listed, nearest, shown
from pipeline.timeline.paper_lines import NAME, TIMECODE, LineFaultError, bounded_ms, length_ms, length_text, timecode
from pipeline.timeline.paper_model import Over

OVER_FORM = "over: KEY, over: KEY 00:00:12:00 4s, or over: KEY 4s push-in"
_SHORTEST_PAUSE_MS = 50
_LONGEST_PAUSE_MS = 10_000
_KEYWORD = re.compile(r"(?:^|(?<=\s))(over|sobre|tight|ajustado)\s*:\s*", re.IGNORECASE)
_COMMENT = re.compile(r"\s*<!--(?:(?!-->).)*-->\s*$", re.DOTALL)
_BETWEEN = re.compile(r",(?!\d)|(?<!\d),")
_SILENT = frozenset({"silent", "mudo", "muda"})
_SPACED = re.compile(r"(?<!\S)(\d+(?:[.,]\d+)?)\s+(?=s(?!\S))", re.IGNORECASE)


class _Option(StrEnum):
    OVER = "over"
    TIGHT = "tight"


_NAMES = {"over": _Option.OVER, "sobre": _Option.OVER, "tight": _Option.TIGHT, "ajustado": _Option.TIGHT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What follows the words of a quote or a narration."""

    over: tuple[Over, ...] = ()
    tight_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """A reel or still by its key, from where, for how long and with which move, as far as it is said."""

    key: str
    source_in: Label | None = None
    ms: int | None = None
    move: StillMove | None = None
    silent: bool = False


def uncommented(text: str) -> str:
    """Return a line without the comment at its end."""
    return _COMMENT.sub("", text) if text.rstrip().endswith("-->") else text


def options(text: str) -> Options:
    """Return what `text`, all that stands behind a closing quotation mark, asks for. Raises LineFaultError."""
    text = uncommented(text).strip()
    found = list(_KEYWORD.finditer(text))
    if not found:
        if text:
            raise LineFaultError(f"behind the quotation stands {shown(text)}", f"write {OVER_FORM}, or tight: 0.3s")
        return Options()
    values: dict[_Option, str] = {}
    for match, following in zip(found, [*found[1:], None], strict=True):
        option = _NAMES[match[1].lower()]
        if option in values:
            raise LineFaultError(f"{option}: stands there twice", "write it once, several pictures with commas between")
        values[option] = text[match.end() : following.start() if following else len(text)].strip()
    over, tight = values.get(_Option.OVER), values.get(_Option.TIGHT)
    return Options(
        over=tuple(_over(one) for one in _BETWEEN.split(over)) if over is not None else (),
        tight_ms=None if tight is None else bounded_ms(tight, least=_SHORTEST_PAUSE_MS, most=_LONGEST_PAUSE_MS),
    )


def shot(text: str) -> Shot:
    """Return what `KEY 00:00:12:00 4s push-in silent` says, the key first, the rest in any order. Raises LineFaultError."""
    words = _SPACED.sub(r"\1", text).split()
    if not words or not re.fullmatch(NAME, words[0], re.ASCII):
        raise LineFaultError(f"{shown(words[0] if words else '')} is no key of a reel or still", "write its key first")
    source_in: Label | None = None
    ms: int | None = None
    move: StillMove | None = None
    silent = False
    for word in words[1:]:
        if source_in is None and re.fullmatch(TIMECODE, word, re.ASCII):
            source_in = timecode(word)
        elif ms is None and length_ms(word) is not None:
            ms = bounded_ms(word)
        elif move is None and word.lower() in list(StillMove):
            move = StillMove(word.lower())
        elif not silent and word.lower() in _SILENT:
            silent = True
        else:
            raise LineFaultError(f"{shown(word)} is not understood here", _cure(word))
    return Shot(key=words[0], source_in=source_in, ms=ms, move=move, silent=silent)


def shot_text(one: Shot | Over) -> str:
    """Return the shot as it is written."""
    silent = "silent" if isinstance(one, Shot) and one.silent else None
    parts = (one.key, one.source_in, None if one.ms is None else length_text(one.ms), one.move, silent)
    return " ".join(str(part) for part in parts if part is not None)


def options_text(wanted: Options) -> str:
    """Return the options as they are written behind a quotation, empty for none."""
    over = f"over: {', '.join(map(shot_text, wanted.over))}" if wanted.over else ""
    tight = f"tight: {length_text(wanted.tight_ms)}" if wanted.tight_ms is not None else ""
    return "  ".join(part for part in (over, tight) if part)


def _over(text: str) -> Over:
    try:
        one = shot(text)
    except LineFaultError as fault:
        raise LineFaultError(f"over: {fault.what}", f"{fault.cure}: {OVER_FORM}") from None
    if one.silent:
        raise LineFaultError("over: is seen and never heard", "take silent out")
    return Over(key=one.key, source_in=one.source_in, ms=one.ms, move=one.move)


def _cure(word: str) -> str:
    near = nearest(word, list(StillMove))
    if near is not None:
        return f"did you mean {near}?"
    return f"write a timecode, a length such as 4s, silent, or a move ({listed(StillMove, 'or')})"
