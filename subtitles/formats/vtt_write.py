"""The WebVTT that we deliver: UTF-8, LF, escaped, in order of the starts."""

import re
from collections.abc import Sequence

from subtitles.cue import Cue
from subtitles.formats.markup import marked
from subtitles.formats.reading import unwritten
from subtitles.formats.vtt_lines import cue_problem, stamp
from subtitles.formats.vtt_text import colours_in, settings_for, style_rule, write_payload

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def write_vtt(
    cues: Sequence[Cue], *, language: str | None, file: str = "subtitles.vtt", speakers: Sequence[str] = ()
) -> bytes:
    """Return `cues` as WebVTT in order of their starts: UTF-8, LF, the language, where there is one, named in a comment.

    A blank line inside a text, which would end the cue, becomes a no-break space. `file` is a name for messages; `speakers`
    says for each cue, "" for nobody, whom its voice tag names. Raises SubtitleError for a cue that does not last, which
    WebVTT does not allow, or holds NUL, CR or half a character; ValueError for a language that is no code.
    """
    if language is not None and not _LANGUAGE.fullmatch(language):
        raise ValueError(f"'{language}' is not a language code such as es or en")
    numbered = enumerate(cues, start=1)
    unwritten(file, ((number, problem) for number, cue in numbered if (problem := cue_problem(cue))))
    colours = sorted({colour for cue in cues for colour in colours_in(cue.text)})
    out = ["WEBVTT\n"]
    if language is not None:
        out.append(f"NOTE Language: {language}\n")
    if colours:
        out.append("STYLE\n" + "".join(f"{style_rule(colour)}\n" for colour in colours))
    for at in sorted(range(len(cues)), key=lambda at: (cues[at].start_ms, cues[at].end_ms)):
        cue = cues[at]
        settings = settings_for(marked(cue.text).place)
        payload = write_payload(cue.text, speakers[at] if speakers else "")
        out.append(f"{stamp(cue.start_ms)} --> {stamp(cue.end_ms)}{settings}\n{payload}\n")
    return "\n".join(out).encode()
