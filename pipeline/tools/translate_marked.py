"""A passage as a service that keeps to XML is given it: numbered, what it must not touch inside tags; and back again."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from pipeline.ports.translation import TermPair
from pipeline.tools.translate_glossary import shield
from pipeline.tools.translate_shielded import Secrets, cleaned

KEPT = "x"
"""The tag whose content the service leaves as it is."""

_NUMBERED = "t"
_STYLED = ("i", "b", "u")


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A text made ready. `xml` is what is sent; `context` is the same for the eye, without names that must not be sent."""

    number: int
    xml: str
    context: str
    words: tuple[str, ...]
    """What each tag stands for, by its number."""


def mark(number: int, text: str, terms: Sequence[TermPair], target: str, secrets: Secrets) -> Marked:
    """Return `text` with terms said as the glossary has them, and with made-up words for names that must not be sent."""
    named = shield(text, (), target, secrets.spans)  # first: a term that holds a name must not carry it out
    shielded = shield(named.text, terms, target)
    body, context = _escaped(shielded.text), shielded.text
    terms_shown = ((word, word, "N.") if secrets.hold(said) else (word, said, said) for word, said in shielded.words)
    shown = (*((word, word, "N.") for word, _ in named.words), *terms_shown)
    for at, (word, sent, read) in enumerate(shown):
        body = body.replace(word, f'<{KEPT} n="{at}">{escape(sent, quote=False)}</{KEPT}>')
        context = context.replace(word, read)
    return Marked(
        number=number,
        xml=f'<{_NUMBERED} n="{number}">{body}</{_NUMBERED}>',
        context=re.sub(r"</?[a-z]>", "", context),
        words=tuple(said for _, said in (*named.words, *shielded.words)),
    )


def unmark(answer: str, marked: Marked) -> str | None:
    """Return the translation in an answer, names and terms put in; empty where one of them was lost.

    Returns None where the answer is to another text than `marked`, or to none.
    """
    try:
        found: Element = fromstring(answer, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError):
        return None
    if found.tag != _NUMBERED or found.get("n") != str(marked.number):
        return None
    kept = sorted(one.get("n") or "" for one in found.iter(KEPT))
    if kept != sorted(str(at) for at in range(len(marked.words))):
        return ""
    text = cleaned(_flat(found, marked.words))
    return text[:1].upper() + text[1:] if text.startswith(marked.words) else text


def _flat(element: Element, said: Sequence[str]) -> str:
    parts = [element.text or ""]
    for child in element:
        if child.tag == KEPT:
            parts.append(said[int(child.get("n") or 0)])
        else:
            inner = _flat(child, said)
            parts.append(f"<{child.tag}>{inner}</{child.tag}>" if child.tag in _STYLED else inner)
        parts.append(child.tail or "")
    return "".join(parts)


def _escaped(text: str) -> str:
    """Return `text` as XML; what people set in italics, bold or underlined stays so where each tag has its end."""
    plain = escape("".join(sign if _is_xml(sign) else " " for sign in text), quote=False)
    styled = plain
    for tag in _STYLED:
        styled = re.sub(rf"&lt;(/?){tag}&gt;", rf"<\1{tag}>", styled)
    try:
        fromstring(f"<{_NUMBERED}>{styled}</{_NUMBERED}>", forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError):
        return plain
    return styled


def _is_xml(sign: str) -> bool:
    """Return whether XML 1.0 can hold a character (section 2.2)."""
    return sign in "\t\n\r" or " " <= sign <= "\ud7ff" or "\ue000" <= sign <= "\ufffd" or sign >= "\U00010000"
