"""Further fonts for what the film's font lacks: the shipped one, then those installed on the machine.

Folders are searched by name, without fontconfig: what is found depends on the files alone, and what is drawn is recorded by
their digests.
"""

import os
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from footage_manifest.wording import Refusal, listed
from pipeline.errors import ToolError
from pipeline.tools.fonts import SHIPPED, Font, lacking, needs_no_glyph, read_font

FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path("~/.local/share/fonts"),
    Path("~/.fonts"),
)
"""Where Linux keeps fonts."""

_MOST_FILES = 5000
_SUFFIXES = (".ttf", ".otf", ".ttc")
_FAMILIES = ("notosans", "noto", "dejavusans")
_WEIGHTS = ("semibold", "bold", "medium", "regular")
_ODD = ("italic", "oblique", "mono", "condensed", "light", "thin", "black", "serif", "math", "display")
# Files that hold what Unicode's names call by another word.
_CALLED = {"hiragana": "cjk", "katakana": "cjk", "hangul": "cjk", "bopomofo": "cjk", "fullwidth": "cjk"}


def fonts_for(first: Font, text: str, folders: Sequence[Path] = FOLDERS) -> tuple[Font, ...]:
    """Return the fonts that `text` is drawn with: `first`, and for what it lacks others, in the order of need.

    Raises Refusal, naming the characters and what to install, where no font has them.
    """
    chosen = [first]
    without: list[str] = []
    for script, found in groupby(sorted(lacking(first, text), key=_script), key=_script):
        characters = [one for one in found if all(lacking(font, one) for font in chosen)]
        if not characters:
            continue
        together = _one_with(characters, script, folders)
        if together is not None:
            chosen.append(together)
            continue
        for character in characters:
            alone = _one_with([character], script, folders)
            if alone is None:
                without.append(character)
            elif alone not in chosen:
                chosen.append(alone)
    if without:
        raise Refusal(f"no font on this machine has {named(without)}", _cure(without))
    return tuple(chosen)


def named(characters: Iterable[str]) -> str:
    """Return characters in words, with their numbers: `አ (U+12A0)`."""
    return listed(f"{character} (U+{ord(character):04X})" for character in characters)


def by_font(fonts: Sequence[Font], text: str) -> tuple[int, ...]:
    """Return for each character of `text` which of the fonts draws it, by number.

    A word stays in one font where one has all of it, since letters join only within a font; else each letter, with its
    marks, comes from the first font that has it. Raises Refusal, naming the characters, where none has.
    """
    chosen: list[int] = []
    for blank, letters in groupby(text, key=str.isspace):
        word = "".join(letters)
        chosen.extend([0] * len(word) if blank else _for_word(fonts, word))
    return _with_spaces(text, chosen)


def _for_word(fonts: Sequence[Font], word: str) -> list[int]:
    whole = next((number for number, font in enumerate(fonts) if not lacking(font, word)), None)
    if whole is not None:
        return [whole] * len(word)
    chosen: list[int] = []
    for cluster in _clusters(word):
        number = next((number for number, font in enumerate(fonts) if not lacking(font, cluster)), None)
        if number is None:
            missing = [one for one in lacking(fonts[0], cluster) if all(lacking(font, one) for font in fonts)]
            raise Refusal(f"no font has {named(missing or [cluster[0]])}", _cure(missing))
        chosen.extend([number] * len(cluster))
    return chosen


def _with_spaces(text: str, chosen: list[int]) -> tuple[int, ...]:
    """Let a space between two words of one font be of that font: text in another script keeps its own spaces."""
    for index in range(1, len(text) - 1):
        if text[index].isspace() and chosen[index - 1] == chosen[index + 1]:
            chosen[index] = chosen[index - 1]
    return tuple(chosen)


def _clusters(word: str) -> list[str]:
    clusters: list[str] = []
    for character in word:
        joins = clusters and (unicodedata.category(character).startswith("M") or needs_no_glyph(character))
        if joins:
            clusters[-1] += character
        else:
            clusters.append(character)
    return clusters


def _script(character: str) -> str:
    """Return the first word of the character's name, which for letters is that of their script."""
    return unicodedata.name(character, "unknown").split()[0].partition("-")[0].casefold()


def _one_with(characters: Sequence[str], script: str, folders: Sequence[Path]) -> Font | None:
    wanted = "".join(characters)
    for path in (SHIPPED, *sorted(_installed(tuple(folders)), key=lambda path: _rank(path, script))):
        try:
            font = read_font(path)
        except (ToolError, OSError):
            continue  # somebody else's broken file
        if not lacking(font, wanted):
            return font
    return None


def _rank(path: Path, script: str) -> tuple[bool, int, int, int, str]:
    name = path.stem.casefold().replace("-", "").replace("_", "")
    family = next((rank for rank, start in enumerate(_FAMILIES) if name.startswith(start)), len(_FAMILIES))
    weight = next((rank for rank, word in enumerate(_WEIGHTS) if word in name), len(_WEIGHTS))
    odd = sum(word in name for word in _ODD)
    return _CALLED.get(script, script) not in name, odd, family, weight, str(path)


@lru_cache(maxsize=4)
def _installed(folders: tuple[Path, ...]) -> tuple[Path, ...]:
    found: list[Path] = []
    for folder in folders:
        for here, inner, names in os.walk(folder.expanduser()):
            inner.sort()
            found.extend(Path(here, name) for name in sorted(names) if name.lower().endswith(_SUFFIXES))
            if len(found) >= _MOST_FILES:
                return tuple(found[:_MOST_FILES])
    return tuple(found)


def _cure(characters: Sequence[str]) -> str:
    east = any(_CALLED.get(_script(one), _script(one)) == "cjk" for one in characters)
    package = "fonts-noto-cjk" if east else "fonts-noto-core"
    return f"install a font that has it (on Debian 'apt install {package}'), or name one as font: in film.yaml"
