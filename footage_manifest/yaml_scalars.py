"""What an unquoted word in YAML stands for: text, whole number, decimal number, true, false or nothing, and what is refused.

Versions of YAML disagree over the words refused here: PyYAML and Excel exports read `no` as false, `012` as ten and
`1:30` as ninety (YAML 1.1), where YAML 1.2 reads text or other numbers.
"""

import re
from decimal import Decimal

from footage_manifest.wording import Refusal, shown

Plain = str | int | Decimal | bool | None

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_FALSE_FRIENDS = frozenset(
    spelling for word in ("yes", "no", "on", "off") for spelling in (word, word.capitalize(), word.upper())
)
_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]*)\.[0-9]+")
_SIXTIES = re.compile(r"[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?")
_ODD_NUMBER = re.compile(
    r"[-+]?(0[0-9_]+(\.[0-9_]*)?|0[bB][01_]+|0o?[0-7_]+|0x[0-9a-fA-F_]+|[0-9][0-9_]*(\.[0-9_]*)?([eE][-+]?[0-9]+)?"
    r"|\.[0-9][0-9_]*([eE][-+]?[0-9]+)?|\.(inf|Inf|INF))|\.(nan|NaN|NAN)"
)
_UNUSABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_MOST_DIGITS = 15


def plain_value(text: str) -> tuple[Plain, Refusal | None]:
    """Return what the unquoted `text` stands for; for a word that programs read differently, its text and a refusal."""
    if text in _NULLS:
        return None, None
    if text in _TRUTH:
        return _TRUTH[text], None
    refusal = _refusal(text)
    if refusal is not None:
        return text, refusal
    if _WHOLE.fullmatch(text):
        return int(text), None
    return (Decimal(text) if _DECIMAL.fullmatch(text) else text), None


def key_text(text: str) -> tuple[str, Refusal | None]:
    """Return the text of an unquoted key, with a refusal if it is not read as text by every program."""
    value, refusal = plain_value(text)
    if refusal is None and value is None:
        refusal = Refusal("a key is missing before the colon", "write it, or take the line out")
    elif refusal is None and not isinstance(value, str):
        kind = "true or false" if isinstance(value, bool) else "a number"
        refusal = Refusal(f"{shown(text)} is read as {kind}, not as a name", _quote(text))
    return text, refusal


def usable(text: str) -> tuple[str, Refusal | None]:
    """Return a quoted text, with a refusal if its escapes stand for control characters or halves of characters."""
    found = _UNUSABLE.search(text)
    if found is None:
        return text, None
    refusal = Refusal(f"the text holds U+{ord(found[0]):04X}, which no one can see or read", "take the escape out")
    return _UNUSABLE.sub("?", text), refusal


def _refusal(text: str) -> Refusal | None:
    if text in _FALSE_FRIENDS:
        truth = "true" if text.lower() in {"yes", "on"} else "false"
        what = f"{shown(text)} without quotation marks is read as {truth} by some programs"
        return Refusal(what, f"{_quote(text)} if the word is meant, or {truth} if a choice is meant")
    if _SIXTIES.fullmatch(text):
        what = f"{shown(text)} without quotation marks is read as a number by some programs"
        return Refusal(what, _quote(text))
    if _WHOLE.fullmatch(text) or _DECIMAL.fullmatch(text):
        too_long = sum(sign.isdigit() for sign in text) > _MOST_DIGITS
        return Refusal(f"{shown(text)} is too long for a number", "put text in quotation marks") if too_long else None
    if _ODD_NUMBER.fullmatch(text):
        what = f"{shown(text)} is read as different numbers by different programs"
        return Refusal(what, f"{_quote(text)} if it is a name, or a plain number such as 12 or 29.97")
    return None


def _quote(text: str) -> str:
    return f'write "{text}" in quotation marks' if len(text) <= 30 else "put it in quotation marks"
