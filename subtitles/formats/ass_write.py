"""The ASS that we write: one plain style, times in hundredths of a second that never overlap where the cues do not."""

from collections.abc import Sequence

import pysubs2

from subtitles.cue import Cue
from subtitles.formats.ass_text import to_ass
from subtitles.formats.reading import unwritable, unwritten

_LAST_MS = 36_000_000 - 10
_SIZE = (1920, 1080)


def write_ass(
    cues: Sequence[Cue], *, file: str, size: tuple[int, int] | None = None, speakers: Sequence[str] = ()
) -> bytes:
    """Return `cues`, in the order given, as ASS in UTF-8 with LF, for a picture of `size` pixels.

    It is v4.00+, or v4.00 (SSA) where `file`, a name that messages have too, ends in .ssa.

    Both times of a cue go to the nearest hundredth, halves up: what did not overlap does not afterwards. A cue that would
    last nothing gets the hundredth it is in where its neighbours leave it. `speakers` become the names of the events. Raises
    SubtitleError for cues that cannot be written, ten hours and more included: ASS writes hours with one figure.
    """
    numbered = enumerate(cues, start=1)
    unwritten(file, ((number, problem) for number, cue in numbered if (problem := _problem(cue))))
    width, height = size or _SIZE
    script = pysubs2.SSAFile()
    script.info.clear()
    script.info.update(
        {
            "WrapStyle": "2",
            "ScaledBorderAndShadow": "yes",
            "PlayResX": str(width),
            "PlayResY": str(height),
        }
    )
    script.styles["Default"] = _style(height)
    for at, (start_ms, end_ms) in enumerate(_hundredths(cues)):
        # A comma ends the field, and a line end the line.
        name = " ".join(speakers[at].replace(",", " ").split()) if speakers else ""
        script.events.append(pysubs2.SSAEvent(start=start_ms, end=end_ms, text=to_ass(cues[at].text), name=name))
    return script.to_string("ssa" if file.lower().endswith(".ssa") else "ass", header_notice="").encode()


def _problem(cue: Cue) -> str:
    if cue.end_ms > _LAST_MS:
        return "it ends after 9:59:59.99, the last time that ASS can hold"
    return unwritable(cue)


def _hundredths(cues: Sequence[Cue]) -> list[tuple[int, int]]:
    """Return the times of each cue in hundredths, given as milliseconds."""
    out = [(_rounded(cue.start_ms), _rounded(cue.end_ms)) for cue in cues]
    order = sorted(range(len(cues)), key=lambda at: (cues[at].start_ms, cues[at].end_ms))
    taken_until = 0
    for position, at in enumerate(order):
        start_ms, end_ms = out[at]
        if start_ms == end_ms and cues[at].end_ms > cues[at].start_ms:
            following = out[order[position + 1]][0] if position + 1 < len(order) else _LAST_MS
            begin = cues[at].start_ms // 10 * 10
            if taken_until <= begin and begin + 10 <= following:
                out[at] = begin, begin + 10
        taken_until = max(taken_until, out[at][1])
    return out


def _rounded(ms: int) -> int:
    return (ms + 5) // 10 * 10


def _style(height: int) -> pysubs2.SSAStyle:
    """Return a plain style: white, outlined, in the middle of the bottom; an eighteenth of the picture's height tall."""
    return pysubs2.SSAStyle(
        fontname="Arial",
        fontsize=height // 18,
        outline=max(1, height // 360),
        shadow=0,
        marginl=height // 15,
        marginr=height // 15,
        marginv=height // 15,
    )
