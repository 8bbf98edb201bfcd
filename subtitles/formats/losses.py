"""What a format cannot carry of what was read, so that no conversion drops it in silence."""

from collections.abc import Iterator

from footage_manifest.findings import Finding, Severity
from subtitles.formats.markup import Marked, Open, marked
from subtitles.formats.reading import Aside, ReadSubtitles, SubtitleFormat, counted
from subtitles.tags import without_tags

_NAMES = {
    SubtitleFormat.SRT: "SRT",
    SubtitleFormat.VTT: "WebVTT",
    SubtitleFormat.ASS: "ASS",
    SubtitleFormat.TTML: "TTML",
    SubtitleFormat.STL: "EBU STL",
}


def lost(read: ReadSubtitles, target: SubtitleFormat, *, file: str) -> tuple[Finding, ...]:
    """Return a warning for each kind of thing that `read` has and a file of format `target` made from it has not.

    `file` is what was read; each warning names the line of the first such thing. This is so where the format stays, too: a
    file made from cues has what they hold.
    """
    asides = counted((*read.asides, *_from_cues(read, target)))
    return tuple(
        Finding(severity=Severity.WARNING, file=file, line=aside.line, what=_said(aside, target), cure="")
        for aside in asides
    )


def _said(aside: Aside, target: SubtitleFormat) -> str:
    times = f" ({aside.count} times)" if aside.count > 1 else ""
    return f"not carried over into {_NAMES[target]}: {aside.what}{times}"


def _from_cues(read: ReadSubtitles, target: SubtitleFormat) -> Iterator[Aside]:
    for cue, line in zip(read.cues, read.lines, strict=True):
        if target is SubtitleFormat.STL and _blank_row(cue.text):
            yield Aside("blank lines within a subtitle", line)
        if "<" not in cue.text and "{" not in cue.text:
            continue
        for what in _not_held(marked(cue.text), target):
            yield Aside(what, line)
    if target in {SubtitleFormat.SRT, SubtitleFormat.STL}:
        for speaker, line in zip(read.speakers, read.lines, strict=False):
            if speaker:
                yield Aside("who is speaking, named outside of the text", line)


def _not_held(text: Marked, target: SubtitleFormat) -> Iterator[str]:
    if target is SubtitleFormat.SRT:
        return
    if text.drawing:
        yield "drawings"
    yield from sorted(text.unknown)
    if target is SubtitleFormat.STL:
        yield from _not_in_stl(text)
    if target is SubtitleFormat.VTT and any(isinstance(piece, Open) and piece.name == "s" for piece in text.pieces):
        yield "text that is struck through"


def _not_in_stl(text: Marked) -> Iterator[str]:
    opened = [piece for piece in text.pieces if isinstance(piece, Open)]
    names = {piece.name for piece in opened}
    if text.place in {4, 5, 6}:
        yield "places in the middle of the picture, which go to the bottom"
    if "b" in names:
        yield "bold text"
    if "s" in names:
        yield "text that is struck through"
    if any(piece.colour for piece in opened):
        yield "colours"


def _blank_row(text: str) -> bool:
    lines = without_tags(text).strip("\n").split("\n")
    return len(lines) > 1 and any(not line.strip() for line in lines)
