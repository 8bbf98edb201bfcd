"""What is looked at in a text that came back: breaks that a tool lost, tags it broke, what no subtitle file can hold."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from footage_manifest.wording import listed
from subtitles.cue import Cue
from subtitles.errors import SubtitleError
from subtitles.exchange.model import Trace, target_hash
from subtitles.formats.srt import read_srt, write_srt
from subtitles.identity import normal_text, text_hash
from subtitles.lines import break_lines
from subtitles.style import SubtitleStyle
from subtitles.tags import TAG, width

_EMPTIED = re.compile(r"<([ibu])>\s*+</\1>", re.IGNORECASE)
_BROKEN = re.compile(
    r"<\s*+(?:/\s*+)?[ibu]\s*+(?:>|(?=[^\w>]|$))|<\s++(?:/\s*+)?font\b|\{\s*+\\?\s*+an\s*+\d?"
    r"|\\an\d\s*+\}?|[<{]\s*+(?:/\s*+)?$|^\s*+[>}]",
    re.IGNORECASE,
)


def tidy(text: str) -> str:
    """Return a text without what tables add: spaces at the ends of lines, blank lines, other line ends than a line feed."""
    lines = (line.strip(" \t\u200b\ufeff") for line in re.split(r"\r\n|\r|\n|\u2028|\u2029", text))
    return "\n".join(line for line in lines if line)


def arrived(text: str, now: str, trace: Trace | None, language: str, style: SubtitleStyle) -> str:
    """Return what a returned text says, its lines broken again where it came back on one that is too long.

    `now` is the text in the film. A text that only lost its line breaks on the way is `now` where that has the same words,
    else what `break_lines` makes of it.
    """
    tidied = tidy(text)
    if trace is not None and target_hash(text) == trace.target:
        return text.strip("\n")
    if "\n" in tidied or width(tidied) <= style.max_line_length:
        return tidied
    return now if text_hash(tidied) == text_hash(now) else break_lines(tidied, language, style)


def letters_lost(text: str, known: Sequence[str], encoding: str) -> bool:
    """Return whether a text is one of `known` with question marks for the letters that `encoding` has not.

    That is how spreadsheets save such letters. So is a text that holds several question marks and no letter at all.
    """
    if not encoding or "?" not in text:
        return False
    if not any(letter.isalnum() for letter in text) and text.count("?") > 2:
        return True
    found = _as_saved(text, "utf-8")
    spaced = [re.sub(r"[^\S\n]", " ", one) for one in known]  # some programs have a plain space for a narrow one
    return any(
        one != text and _as_saved(one, encoding) == found != _as_saved(one, "utf-8") for one in (*known, *spaced)
    )


def letters_in_doubt(text: str, encoding: str) -> bool:
    """Return whether question marks stand where letters would be, in a file whose encoding has not all of them."""
    return bool(encoding) and re.search(r"\?\w|\?{4}", text) is not None


def _as_saved(text: str, encoding: str) -> str:
    return re.sub(r"\?+", "?", tidy(text).encode(encoding, "replace").decode(encoding))


def unwritable(cue: Cue) -> str:
    """Return why no subtitle file can hold a cue, empty where it can."""
    following = Cue(start_ms=cue.end_ms, end_ms=cue.end_ms + 1, text="-")
    try:
        found = read_srt(write_srt([cue, following]), file="").cues
    except SubtitleError as problem:
        return problem.findings[0].what
    if len(found) == 2 and normal_text(found[0].text) == normal_text(cue.text):
        return ""
    return "in a subtitle file it would be read as something else"


def tag_faults(text: str, now: str) -> Iterator[str]:
    """Yield what is wrong with the tags of a returned text; `now` is the text in the film, whose tags should be there."""
    rest = TAG.sub("", text)
    tags = [tag[0] for tag in TAG.finditer(text)]
    opened: list[str] = []
    for tag in tags:
        name = tag.strip("</> ").split()[0].lower() if tag.startswith("<") else ""
        if tag.startswith("</"):
            if name not in opened:
                yield f"{tag} closes what is not open"
            else:
                opened.remove(name)
        elif name:
            opened.append(name)
    for name in opened:
        yield f"<{name}> is not closed"
    if _EMPTIED.search(text) and not _EMPTIED.search(now):
        yield "a pair of tags holds no words any more"
    for broken in _BROKEN.finditer(rest):
        if broken[0].strip():
            yield f"'{broken[0].strip()}' looks like a tag that was damaged"
    lost = Counter(tag[0] for tag in TAG.finditer(now)) - Counter(tags)
    if lost:
        yield f"{listed(sorted(lost))} {'was in it and is' if len(lost) == 1 else 'were in it and are'} gone"
