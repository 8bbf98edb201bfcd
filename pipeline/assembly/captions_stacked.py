"""Two languages of a cut as one track (SEMANTICS rule 18)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from footage_manifest.findings import Finding
from pipeline.assembly.captions_model import ReelWords
from pipeline.timeline.heard import Run
from subtitles.bilingual import Stacked, stack
from subtitles.cue import Cue
from subtitles.style import SubtitleStyle


def stacked(
    pair: tuple[str, str],
    sides: tuple[Sequence[Cue], Sequence[Cue]],
    heard: Sequence[Run],
    words: Mapping[str, ReelWords],
    *,
    style: SubtitleStyle,
    file: str,
) -> Stacked:
    """Return both languages of a cut as one track, the spoken one first; `sides` are the cues of each."""
    halves: dict[str, tuple[str, str]] = {}
    cues: list[Cue] = []
    findings: list[Finding] = []
    second_spoken = {
        number for number, run in enumerate(heard) if run.key in words and words[run.key].language == pair[1]
    }
    first_heard, second_heard = ({name for reel in words.values() for name in reel.heard_in(one)} for one in pair)

    def second_leads(cue: Cue) -> bool:
        name = cue.id.rpartition("@")[0]
        return name in second_heard or (name not in first_heard and _run_of(cue) in second_spoken)

    found = dict(zip(pair, sides, strict=True))
    for order, second_first in ((pair, False), ((pair[1], pair[0]), True)):
        upper, lower = ([cue for cue in found[language] if second_leads(cue) is second_first] for language in order)
        both = stack(upper, lower, languages=order, style=style, file=file)
        cues.extend(both.cues)
        findings.extend(both.findings)
        halves.update(both.halves)
    ordered = sorted(cues, key=lambda cue: (cue.start_ms, cue.end_ms))
    return Stacked(cues=tuple(_clipped(ordered)), findings=tuple(findings), halves=halves)


def _run_of(cue: Cue) -> int:
    return int(cue.id.rpartition("@")[2])


def _clipped(ordered: list[Cue]) -> list[Cue]:
    """End each cue where the next begins, and make one of those that begin at once: two runs may touch or overlap."""
    apart: list[Cue] = []
    for cue in ordered:
        if apart and cue.start_ms == apart[-1].start_ms:
            last = apart[-1]
            apart[-1] = replace(last, end_ms=max(last.end_ms, cue.end_ms), text=f"{last.text}\n{cue.text}")
        else:
            if apart and cue.start_ms < apart[-1].end_ms:
                apart[-1] = replace(apart[-1], end_ms=cue.start_ms)
            apart.append(cue)
    return apart
