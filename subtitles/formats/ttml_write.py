"""The TTML that we write: IMSC 1.1 Text Profile (W3C), white space kept, times as clock times with milliseconds."""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from xml.sax.saxutils import escape, quoteattr

from subtitles.cue import Cue
from subtitles.direction import runs_rightward
from subtitles.formats.markup import Marked, Open, marked
from subtitles.formats.reading import unwritable, unwritten
from subtitles.formats.vtt_lines import stamp

_PROFILE = "http://www.w3.org/ns/ttml/profile/imsc1.1/text"
# XML 1.0, section 2.2: what is no character of it, but can stand in a string.
_NO_CHARACTER = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_ALIGN = ("start", "center", "end")
_LEFT = ("left", "center", "right")
"""The same where lines run leftward, and start on the right."""

_DISPLAY = ("after", "center", "before")
_STYLES = {
    "i": 'tts:fontStyle="italic"',
    "b": 'tts:fontWeight="bold"',
    "u": 'tts:textDecoration="underline"',
    "s": 'tts:textDecoration="lineThrough"',
}


def write_ttml(
    cues: Sequence[Cue],
    *,
    file: str,
    language: str | None = None,
    rate: Fraction | None = None,
    speakers: Sequence[str] = (),
) -> bytes:
    """Return `cues`, in the order given, as IMSC 1.1 Text in UTF-8 with LF: a paragraph each.

    `language` is a code; in one that runs leftward every line does, whatever it begins with. `rate` the frames a second of
    the picture, which is only named: times are exact. Speakers become agents. Raises SubtitleError for a cue that does not
    last, and for characters that XML does not have.
    """
    numbered = enumerate(cues, start=1)
    unwritten(file, ((number, problem) for number, cue in numbered if (problem := _problem(cue))))
    taken = [marked(cue.text) for cue in cues]
    agents = {name: f"a{number}" for number, name in enumerate(dict.fromkeys(one for one in speakers if one), start=1)}
    leftward = language is not None and not runs_rightward(language)
    out = [*_head(language, rate, sorted({one.place or 2 for one in taken}), agents)]
    for at, (cue, text) in enumerate(zip(cues, taken, strict=True)):
        agent = f' ttm:agent="{agents[speakers[at]]}"' if speakers and speakers[at] else ""
        times = f'begin="{stamp(cue.start_ms)}" end="{stamp(cue.end_ms)}"'
        place = text.place or 2
        align = f'tts:textAlign="{(_LEFT if leftward else _ALIGN)[(place - 1) % 3]}"'
        align += ' tts:direction="rtl"' if leftward else ""
        out.append(f'      <p region="r{place}" {align} {times}{agent}>{"".join(_content(text))}</p>\n')
    out.append("    </div>\n  </body>\n</tt>\n")
    return "".join(out).encode()


def _problem(cue: Cue) -> str:
    problem = unwritable(cue, lasting="TTML")
    if not problem and (match := _NO_CHARACTER.search(cue.text)):
        return f"its text holds a character that XML does not have (U+{ord(match[0]):04X})"
    return problem


def _head(language: str | None, rate: Fraction | None, places: Sequence[int], agents: dict[str, str]) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield '<tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttp="http://www.w3.org/ns/ttml#parameter"\n'
    yield '    xmlns:tts="http://www.w3.org/ns/ttml#styling" xmlns:ttm="http://www.w3.org/ns/ttml#metadata"\n'
    yield f'    ttp:contentProfiles="{_PROFILE}" ttp:timeBase="media"{_rate(rate)} xml:lang={quoteattr(language or "")}>\n'
    yield "  <head>\n"
    if agents:
        yield "    <metadata>\n"
        for name, key in agents.items():
            shown = escape(_NO_CHARACTER.sub(" ", name))
            yield f'      <ttm:agent xml:id="{key}" type="person"><ttm:name type="full">{shown}</ttm:name></ttm:agent>\n'
        yield "    </metadata>\n"
    yield "    <layout>\n"
    for place in places or (2,):
        box = f'tts:origin="10% 10%" tts:extent="80% 80%" tts:displayAlign="{_DISPLAY[(place - 1) // 3]}"'
        yield f'      <region xml:id="r{place}" {box}/>\n'
    yield "    </layout>\n  </head>\n"
    yield '  <body xml:space="preserve" tts:color="white" tts:fontFamily="proportionalSansSerif">\n    <div>\n'


def _rate(rate: Fraction | None) -> str:
    if rate is None:
        return ""
    whole = round(rate)
    multiplier = rate / whole
    more = f' ttp:frameRateMultiplier="{multiplier.numerator} {multiplier.denominator}"' if multiplier != 1 else ""
    return f' ttp:frameRate="{whole}"{more}'


def _content(text: Marked) -> Iterator[str]:
    for piece in text.pieces:
        if isinstance(piece, str):
            yield escape(piece).replace("\n", "<br/>")
        elif isinstance(piece, Open):
            style = f'tts:color="{piece.colour}"' if piece.colour else _STYLES.get(piece.name, "")
            yield f"<span {style}>" if style else "<span>"
        else:
            yield "</span>"
