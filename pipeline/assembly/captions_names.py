"""Subtitles of a cut that are on screen with a person's name, and do not fit below it."""

from collections.abc import Iterator, Sequence

from footage_manifest.findings import Finding, Severity
from footage_manifest.timebase import FrameRange, nearest_frame
from footage_manifest.wording import listed
from pipeline.assembly.captions_model import CutCaptions
from pipeline.assembly.edits import ReadyCut
from pipeline.timeline.lower_thirds import Named
from subtitles.cue import Cue
from subtitles.tags import plain, position_of

_BELOW = 2
"""Lines that fit below a name: `graphics` draws names above two."""


def over_names(subtitles: CutCaptions, names: Sequence[Named], ready: ReadyCut) -> tuple[Finding, ...]:
    """Return a warning for each subtitle at the bottom of more lines than fit below a name that is on screen with it.

    What is burned in goes out of its way, and that is said; a text track is drawn by the viewer's player, which does not.
    """
    if not names:
        return ()
    found: list[Finding] = []
    for pair, cues in subtitles.stacked.items():
        instead = "shows the upper language at the top of the picture"
        found += _over(cues, names, ready, f"{ready.name}.{'+'.join(pair)}.srt", instead)
    for language, one in subtitles.languages.items():
        instead = "shows it at the top of the picture"
        for suffix, cues in (("", one.cues), (".sdh", one.sdh)):
            found += _over(cues, names, ready, f"{ready.name}.{language}{suffix}.srt", instead)
    return tuple(found)


def _over(cues: Sequence[Cue], names: Sequence[Named], ready: ReadyCut, file: str, instead: str) -> Iterator[Finding]:
    rate = ready.timeline.rate
    for cue in cues:
        lines = len(cue.lines)
        if lines <= _BELOW or not plain(cue.text) or (position_of(cue.text) or 2) > 3:
            continue
        start = nearest_frame(cue.start_ms, rate)
        record = FrameRange(start, max(start + 1, nearest_frame(cue.end_ms, rate)))
        people = [f"'{one.person}'" for one in names if one.record.intersection(record)]
        if not people:
            continue
        what = (
            f"at {cue.start_ms / 1000:.3f} s of the cut it takes {lines} lines, and below the name of {listed(people)} "
            f"there is room for {_BELOW}; where they would touch, a burned-in copy {instead}, a player may cover the name"
        )
        cure = "shorten it, or show the name at another time"
        yield Finding(severity=Severity.WARNING, file=file, field=cue.id, what=what, cure=cure)
