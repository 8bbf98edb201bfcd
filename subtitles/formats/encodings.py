"""Which encoding bytes are in: found where they leave no doubt, otherwise only named for a person to choose from."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_WIDE = (("utf-32-le", 4), ("utf-32-be", 4), ("utf-16-le", 2), ("utf-16-be", 2))
_SIGNS = re.compile(r"-->|WEBVTT|\[Script Info\]|<\?xml|<tt|[0-9]", re.IGNORECASE)
_HIGH = re.compile(rb"[\x80-\xff]")
_WORD = re.compile(r"[^\s<>{}\"]*[^\x00-\x7f][^\s<>{}\"]*")
_MOST = 3
_ENOUGH = 200_000
"""Bytes that are looked at to rank encodings: the letters of a language show in far fewer."""

_QUOTES = "«»“”„‘’…–—°€·№"
_WESTERN = "áéíóúüñ¡¿àâæçèêëîïôœùûÿäöößåøãõìòºª"
# A language's own letters in each of the encodings that subtitle editors wrote before UTF-8.
_LETTERS = {
    "windows-1252": _WESTERN,
    "windows-1250": "ąćęłńóśźżáčďéěíňřšťúůýžäöüßőűăâîşţ",
    "windows-1255": "אבגדהוזחטיךכלםמןנסעףפץצקרשת",
    "windows-1256": "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىيپچژگ،؛؟",
    "windows-1251": "абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґўђјљњћџ",
    "windows-1253": "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ",
    "windows-1254": "ğışçöüâîûáéíóúñ",
    "windows-1257": "āčēģīķļņšūžąęėįųõäöü",
    "mac-roman": _WESTERN,
    "cp850": _WESTERN,
}
_EAST = ("shift_jis", "gb18030", "big5", "euc-kr")
_EAST_LETTER = re.compile("[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3\u3000-\u3003\uff01-\uff5e]")


@dataclass(frozen=True, slots=True)
class Candidate:
    """An encoding that the bytes could be in, and how a word of the file would read in it."""

    name: str
    sample: str


def unmarked(content: bytes) -> str | None:
    """Return UTF-16 or UTF-32, with its byte order, where bytes without a mark can be nothing else; otherwise None.

    Text in these has a NUL byte for every digit. Exactly one of the four must give text without NUL and with the signs of a
    subtitle file, so that nothing is guessed.
    """
    if b"\0" not in content[:4096]:
        return None
    fitting = [name for name, width in _WIDE if len(content) % width == 0 and _reads_as_text(content, name)]
    return fitting[0] if len(fitting) == 1 else None


def _reads_as_text(content: bytes, name: str) -> bool:
    try:
        text = content.decode(name)
    except UnicodeDecodeError:
        return False
    return "\0" not in text and bool(_SIGNS.search(text)) and ("\n" in text or "\r" in text)


def candidates(body: bytes, start: int) -> tuple[Candidate, ...]:
    """Return up to three encodings in which `body` reads like a language, the likeliest first; `start` is in the sample.

    These are for a person to choose from: letters alone never decide.
    """
    begin = max(body.rfind(b"\n", 0, start) + 1, start - 40)
    seen = body[begin : begin + _ENOUGH]
    ranked = sorted(_scores(seen), key=lambda one: -one[0])
    best = ranked[0][0] if ranked else 0
    likely = [name for score, name in ranked if score * 10 >= best * 7 and score > 500][:_MOST]
    return tuple(Candidate(name, _sample(seen, start - begin, name)) for name in likely)


def _scores(seen: bytes) -> Iterator[tuple[int, str]]:
    """Yield, in thousandths, how much of what is not ASCII is a language's own letters, standing as they do in words."""
    high = len(_HIGH.findall(seen))
    for name, letters in _LETTERS.items():
        text = seen.decode(name, errors="replace")
        if high and "\ufffd" not in text:
            yield _plausible(text, letters) * 500 // high, name
    # The encodings of East Asia put several bytes together: most bytes of their files are not ASCII.
    if high * 4 > len(seen):
        for name in _EAST:
            text = seen.decode(name, errors="replace")
            others = [letter for letter in text if letter > "\x7f"]
            good = sum(1 for letter in others if _EAST_LETTER.match(letter))
            if others and text.count("\ufffd") * 50 < len(others):
                yield good * 1000 // len(others), name


def _plausible(text: str, letters: str) -> int:
    """Return two for every letter that fits, one for a capital or a sign; less where neighbours are of another script.

    In a language of Latin letters those that are not ASCII stand between ASCII ones; in any other they stand together.
    """
    own, latin = set(letters + letters.upper()), letters[0] not in "абαא" and letters[0] != "ء"
    good = 0
    for before, letter, after in zip(" " + text, text, text[1:] + " ", strict=False):
        if letter <= "\x7f":
            continue
        if letter in _QUOTES:
            good += 1
        elif letter in own:
            strange = (before > "\x7f" and after > "\x7f") if latin else _ascii_letter(before) or _ascii_letter(after)
            good += -1 if strange else 1 if letter.isupper() else 2
        else:
            good -= 1
    return good


def _ascii_letter(letter: str) -> bool:
    return letter.isascii() and letter.isalpha()


def _sample(seen: bytes, start: int, name: str) -> str:
    before = len(seen[:start].decode(name, errors="replace"))
    text = seen.decode(name, errors="replace")
    word = next((match[0] for match in _WORD.finditer(text) if match.end() > before), "")
    return word[:30]
