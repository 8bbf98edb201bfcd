r"""WebVTT (W3C, https://www.w3.org/TR/webvtt1/): a writer of what we deliver and a strict reader.

`<i>`, `<b>` and `<u>` pass; other tags of SRT have no counterpart and are left out, their text kept. `{\an1}` to `{\an9}`
become line and position settings; other override blocks are left out.
"""

import re
from collections.abc import Iterator, Sequence

from footage_manifest.findings import Finding
from subtitles.cue import Cue
from subtitles.errors import EmptySubtitles, SubtitleError
from subtitles.formats.text import BLANK, Lines, decode
from subtitles.tags import TAG, position_of

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_KEPT_TAG = re.compile(r"<(/?)([ibu])\s*>", re.IGNORECASE)
_CLASSED_TAG = re.compile(r"<(/?)([ibu])(?:[.\s][^<>]*)?>")
_ANY_TAG = re.compile(r"<[^<>]*>")
_TIME = r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})"
_TIMING = re.compile(rf"{_TIME}[ \t]+-->[ \t]+{_TIME}(?:[ \t]+(.*?))?[ \t]*", re.ASCII)
_BLOCK = re.compile(r"(NOTE|STYLE|REGION)(?=[ \t]|$)")
_ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&nbsp;": "\u00a0", "&lrm;": "\u200e", "&rlm;": "\u200f"}
_ENTITY = re.compile("|".join(_ENTITIES))
_NO_BREAK_SPACE = "\u00a0"

_VERTICAL = ("", " line:50%,center", " line:0")
_HORIZONTAL = (" position:0%,line-left align:left", "", " position:100%,line-right align:right")
_SETTINGS = {1 + row * 3 + column: (_VERTICAL[row] + _HORIZONTAL[column]) for row in range(3) for column in range(3)}
_POSITIONS = {settings.strip(): position for position, settings in _SETTINGS.items() if settings}


def write_vtt(cues: Sequence[Cue], *, language: str, file: str = "subtitles.vtt") -> bytes:
    """Return `cues` as WebVTT in order of their starts: UTF-8, LF, the language named in a comment.

    A blank line inside a text, which would end the cue, becomes a no-break space. `file` is a name for messages. Raises
    SubtitleError for a cue that does not last, which WebVTT does not allow, or holds NUL, CR or half a character;
    ValueError for a language that is no code.
    """
    if not _LANGUAGE.fullmatch(language):
        raise ValueError(f"'{language}' is not a language code such as es or en")
    findings = []
    blocks = [f"WEBVTT\n\nNOTE Language: {language}\n"]
    for number, cue in enumerate(sorted(cues, key=lambda cue: (cue.start_ms, cue.end_ms)), start=1):
        if problem := _unwritable(cue):
            findings.append(
                Finding(file=file, field=f"cue {number}", what=problem, cure="correct the cue it comes from")
            )
        settings = _SETTINGS.get(position_of(cue.text) or 0, "")
        blocks.append(f"{_stamp(cue.start_ms)} --> {_stamp(cue.end_ms)}{settings}\n{_payload(cue.text)}\n")
    if findings:
        raise SubtitleError(findings)
    return "\n".join(blocks).encode()


def read_vtt(content: bytes, *, file: str) -> tuple[Cue, ...]:
    r"""Return the cues of a WebVTT file in its order, without ids.

    `<i>`, `<b>`, `<u>` are kept and positions as `write_vtt` puts them come back as `{\an8}` and its like; other tags,
    settings, identifiers, comments, styles and regions are not carried over. Raises EmptySubtitles for an empty file and
    SubtitleError, with every line, for what is not WebVTT: it is stricter than players, which skip what they cannot read.
    """
    text = decode(content, file=file).text
    if not text.strip(BLANK + "\r\n"):
        raise EmptySubtitles((Finding(file=file, what="the file is empty, which looks like an accident"),))
    lines = Lines(text)
    if not re.match(r"WEBVTT(?:[ \t]|$)", lines[0]):
        what = "a WebVTT file begins with the word WEBVTT on a line of its own"
        raise SubtitleError((Finding(file=file, line=1, what=what, cure="see whether it is another format"),))
    findings: list[Finding] = []
    cues: list[Cue] = []
    for at, end in _blocks(lines):
        read = _cue(lines, at, end, file)
        if isinstance(read, Cue):
            cues.append(read)
        elif read is not None:
            findings.append(read)
    if findings:
        raise SubtitleError(findings)
    return tuple(cues)


def _blocks(lines: Lines) -> Iterator[tuple[int, int]]:
    """Yield where each block behind the header starts and ends; a timing line begins a block even without a blank line."""
    at, count = 1, len(lines)
    while at < count and lines[at] and "-->" not in lines[at]:
        at += 1
    while at < count:
        if not lines[at]:
            at += 1
            continue
        end, seen = at, False
        while end < count and lines[end] and not (seen and "-->" in lines[end]):
            seen = seen or "-->" in lines[end]
            end += 1
        yield at, end
        at = end


def _cue(lines: Lines, at: int, end: int, file: str) -> Cue | Finding | None:
    timing = next((line for line in range(at, min(end, at + 2)) if "-->" in lines[line]), None)
    if timing is None:
        if _BLOCK.match(lines[at]):
            return None
        cure = "put a line of the form 00:01.000 --> 00:02.500 above it"
        return Finding(file=file, line=at + 1, what="this text has no timing line", cure=cure)
    match = _TIMING.fullmatch(lines[timing])
    if match is None:
        what = "this is not a timing line of the form 00:00:01.000 --> 00:00:02.500"
        return Finding(file=file, line=timing + 1, what=what, cure="correct this line")
    start, finish = _milliseconds(match.groups()[0:4]), _milliseconds(match.groups()[4:8])
    if finish <= start:
        return Finding(
            file=file, line=timing + 1, what="the cue does not end after it starts", cure="correct its times"
        )
    position = _POSITIONS.get(match[9] or "")
    text = _text("\n".join(lines[line] for line in range(timing + 1, end)))
    return Cue(start_ms=start, end_ms=finish, text=(f"{{\\an{position}}}" if position else "") + text)


def _unwritable(cue: Cue) -> str:
    if cue.start_ms < 0 or cue.end_ms <= cue.start_ms:
        return f"it goes from {cue.start_ms} ms to {cue.end_ms} ms; WebVTT needs an end after the start"
    if "\0" in cue.text or "\r" in cue.text:
        return "its text holds a NUL or a carriage return"
    if any(0xD800 <= ord(letter) <= 0xDFFF for letter in cue.text):
        return "its text holds half of a character"
    return ""


def _payload(text: str) -> str:
    """Return a cue's text as WebVTT: kept tags balanced, everything else escaped, no blank line."""
    out: list[str] = []
    opened: list[str] = []
    at = 0
    for match in TAG.finditer(text):
        out.append(_escape(text[at : match.start()]))
        at = match.end()
        kept = _KEPT_TAG.fullmatch(match[0])
        if kept is None:
            continue
        name = kept[2].lower()
        if not kept[1]:
            opened.append(name)
            out.append(f"<{name}>")
        elif name in opened:
            # Overlapping tags are closed in order and the inner ones opened again.
            inner = opened[opened.index(name) + 1 :]
            out += [f"</{tag}>" for tag in (*reversed(inner), name)] + [f"<{tag}>" for tag in inner]
            opened.remove(name)
    out += (_escape(text[at:]), *(f"</{tag}>" for tag in reversed(opened)))
    lines = "".join(out).strip("\n").split("\n")
    return "\n".join(line if len(lines) == 1 or line.strip(BLANK) else _NO_BREAK_SPACE for line in lines)


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _text(payload: str) -> str:
    kept = _ANY_TAG.sub(_plain_tag, payload)
    return _ENTITY.sub(lambda match: _ENTITIES[match[0]], kept)


def _plain_tag(match: re.Match[str]) -> str:
    tag = _CLASSED_TAG.fullmatch(match[0])
    return f"<{tag[1]}{tag[2]}>" if tag else ""


def _milliseconds(fields: Sequence[str | None]) -> int:
    hours, minutes, seconds, thousandths = (int(field or 0) for field in fields)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths


def _stamp(ms: int) -> str:
    seconds, thousandths = divmod(max(ms, 0), 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}.{thousandths:03}"
