"""What is found in the lines of a paper edit, by a code that a page has words for in another language than English.

The sentences are written where the faults are found, for the terminal and the report. Here each is recognised by its fixed
words, and what stands between them are its fields.
"""

import re
from functools import cache

from footage_manifest.findings import Finding

_QUOTE = r"(?P<reel>\S+): (?P<quote>'.*') was"
_SENTENCES = {
    # where it was said
    "was-said-often-more": rf"{_QUOTE} said (?P<count>\d+) times: (?P<places>(?P<at>\S+) .*) \(and (?P<more>\d+) more\)\n",
    "was-said-often": rf"{_QUOTE} said (?P<count>\d+) times: (?P<places>(?P<at>\S+) .*)\n",
    "not-found-like": rf"{_QUOTE} not found; most like it are: (?P<places>.*)\n",
    "not-found": rf"{_QUOTE} not found, and nothing like it\n",
    "said-elsewhere": rf"{_QUOTE} said at (?P<at>\S+), (?P<seconds>\d+) s from the time in the line\n",
    "unheard": r"nobody has listened to (?P<reel>\S+) yet, so it is not known where ",
    "not-listened": r"(?P<reel>\S+) is \S+, and only interviews and narration are listened to\n",
    # what is played
    "no-reel-near": r"there is no reel (?P<key>'.*') in \S+\ndid you mean (?P<near>.+)\?",
    "no-reel": r"there is no reel (?P<key>'.*') in \S+\n",
    "no-key-near": r"there is no reel or still (?P<key>'.*') in \S+\ndid you mean (?P<near>.+)\?",
    "no-key": r"there is no reel or still (?P<key>'.*') in \S+\n",
    "unread-reel": r"reel (?P<reel>\S+) could not be read\n",
    "not-looked-at": r"nobody has looked at (?P<reel>\S+) yet\n",
    "no-picture": r"reel (?P<reel>\S+) has no picture\n",
    "reel-moves": r"(?P<key>\S+) is a reel, and only stills move\n",
    "still-timecode": r"(?P<key>\S+) is a still, which has no timecode\n",
    "black": r"black has no timecode, and does not move\n",
    "before-reel": r"(?P<at>\S+) is before reel (?P<reel>\S+) begins, at (?P<start>\S+)\n",
    "moves-differ": r"(?P<key>\S+) is shown on line (?P<line>\d+) with .*, and here with ",
    "over-too-long": r"what lies over it needs (?P<needs>\S+), and it lasts (?P<lasts>\S+)\n",
    "unrecorded": r"this narration is not recorded yet: (?P<length>\S+) are held for it, in silence\n",
    "music-over": r"(?P<reel>\S+) is over (?P<length>.+) before its stretch is\n",
    "music-nothing": r"nothing plays before this music ends\n",
    "times-swapped": r"(?P<second>\S+) is not behind (?P<first>\S+)\n",
    "plays-nothing": r"the paper edit plays nothing\n",
    # how it is written
    "not-closed": r"the quotation is not closed\n",
    "behind-quotation": r"behind the quotation stands (?P<text>'.*')\n",
    "no-quote": r"this is no quote that can be read\n",
    "no-words": r"the quotation has no words\n",
    "part-no-words": r"a part of the quotation has no words\n",
    "heading": r"this heading cannot be read\n",
    "heading-card": r"only a heading with a single # has a card\n",
    "picture": r"this is no picture that can be read\n",
    "picture-length": r"it does not say how long the picture is shown\n",
    "title": r"this title cannot be read\n",
    "narration": r"this narration cannot be read\n",
    "narration-tight": r"narration is not tightened\n",
    "music": r"this music cannot be read\n",
    "music-off": r"music that is off has no level\n",
    "music-level": r"(?P<level>\S+) dB is not from -96 to 24\n",
    "stray-option": r"this belongs to a quote or a narration\n",
    "other-style": r"(?P<text>'.*') is printed in another style\n",
    "open-block": r"the block that begins here is not closed\nwrite (?P<mark>\S+) ",
    "open-comment": r"the comment that begins here is not closed\nwrite (?P<mark>\S+) ",
    "no-length": r"(?:over: )?(?P<text>'.*') is no length\n",
    "length-bounds": r"(?:over: )?(?P<text>'.*') is not from (?P<least>\S+) to (?P<most>\S+)\n",
    "shot-key": r"(?:over: )?(?P<text>'.*') is no key of a reel or still\n",
    "not-understood": r"(?:over: )?(?P<text>'.*') is not understood here\n",
    "over-silent": r"over: is seen and never heard\n",
    "option-twice": r"(?P<option>\w+): stands there twice\n",
    "words-missing": r"words are missing\n",
    "texts-count": r"(?P<text>'.*') has (?P<count>\d+) texts, and the film's languages are (?P<languages>.*)\n",
    "comment-inside": r"a comment begins within the words\n",
}
CODES = frozenset(_SENTENCES)


def told(finding: Finding) -> tuple[str, dict[str, str]]:
    """Return the code of what a finding says and its fields; an empty code where it has none."""
    text = f"{finding.what}\n{finding.cure}"
    for code, pattern in _patterns():
        match = pattern.match(text)
        if match is not None:
            return code, match.groupdict()
    return "", {}


def fields_of(code: str) -> frozenset[str]:
    """Return the names of the fields that the words for a code may be filled in with."""
    return frozenset(dict(_patterns())[code].groupindex)


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((code, re.compile(pattern)) for code, pattern in _SENTENCES.items())
