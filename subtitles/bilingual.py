"""Two languages at once (SEMANTICS rule 18): shared times, the spoken language first, one line each where it fits."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from footage_manifest.findings import Finding, Severity
from subtitles.cue import Cue
from subtitles.direction import directed
from subtitles.lines import break_lines, split_words
from subtitles.segment import reading_ms
from subtitles.style import SubtitleStyle
from subtitles.tags import position_of, width, without_position

_FAR_MS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Stacked:
    """Both languages as one track, on the clock of the cues that went in, and what a viewer would stumble over.

    `halves` are, by the text of a cue that has both, the upper and the lower language of it.
    """

    cues: tuple[Cue, ...]
    findings: tuple[Finding, ...] = ()
    halves: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    """Texts that are on screen together; either side may be empty."""

    start_ms: int
    end_ms: int
    upper: tuple[Cue, ...]
    lower: tuple[Cue, ...]

    @property
    def spoken_ms(self) -> int:
        """Return where the spoken language starts; where it is missing, where the pair does."""
        return self.upper[0].start_ms if self.upper else self.start_ms


def stack(
    first: Sequence[Cue], second: Sequence[Cue], *, languages: tuple[str, str], style: SubtitleStyle, file: str
) -> Stacked:
    """Return `first`, the spoken language, with `second` below it, in order of time and without overlaps.

    Cues are joined by id; those without a partner by the time they share, at least half of the shorter one. A pair is on
    screen from where the earlier of the two starts to where the later ends, as far as its neighbours allow. A cue that
    belongs to several of the other language shows with each of them in turn; one without a partner shows alone. Cues that
    speak at once are shown as one. `languages` are the codes of `first` and `second`; a stack has the id of its first cue.

    A warning for `file` is made where a stack has more lines than the style allows in all, or stays shorter than the slower
    of its languages takes to read.
    """
    pairs = _apart(_timed(_links(first, second), first, second))
    cues, findings = [], []
    halves: dict[str, tuple[str, str]] = {}
    for pair in pairs:
        texts = [
            directed(_compact(side, language, style), language)
            for side, language in zip((pair.upper, pair.lower), languages, strict=True)
        ]
        name = (*pair.upper, *pair.lower)[0].id
        position = next((at for cue in (*pair.upper, *pair.lower) if (at := position_of(cue.text))), None)
        text = "\n".join(text for text in texts if text)
        cue = Cue(
            id=name,
            start_ms=pair.start_ms,
            end_ms=pair.end_ms,
            text=(f"{{\\an{position}}}" if position else "") + text,
        )
        cues.append(cue)
        if all(texts):
            halves[cue.text] = (texts[0], texts[1])
        needed = max(reading_ms(text, language, style) for text, language in zip(texts, languages, strict=True))
        findings += _faults(cue, needed, style, file, number=len(cues))
    return Stacked(cues=tuple(cues), findings=tuple(findings), halves=halves)


def _faults(cue: Cue, needed_ms: int, style: SubtitleStyle, file: str, *, number: int) -> list[Finding]:
    field = cue.id or f"cue {number}"
    found = []
    lines = len(cue.lines) if cue.text else 0
    if lines > style.max_lines:
        what = f"the two languages take {lines} lines together, {style.max_lines} are allowed"
        cure = "shorten the longer one, or make two cues of it"
        found.append(Finding(severity=Severity.WARNING, file=file, field=field, what=what, cure=cure))
    if needed_ms > cue.duration_ms:
        what = f"the slower of its languages takes {needed_ms} ms to read, and it stays {cue.duration_ms} ms"
        cure = "shorten it, or let it stay longer"
        found.append(Finding(severity=Severity.WARNING, file=file, field=field, what=what, cure=cure))
    return found


def _links(first: Sequence[Cue], second: Sequence[Cue]) -> list[tuple[int | None, int | None]]:
    """Return which cue of `first` is shown with which of `second`, by position; None where there is no partner."""
    by_id = {cue.id: position for position, cue in enumerate(second) if cue.id}
    links: set[tuple[int, int]] = {
        (position, by_id[cue.id])
        for position, cue in enumerate(first)
        if cue.id and cue.id in by_id and _near(cue, second[by_id[cue.id]])
    }
    uppers, lowers = {upper for upper, _ in links}, {lower for _, lower in links}
    shared = _sharing_time(first, second)
    links |= {(upper, lower) for upper, lower in shared if upper not in uppers or lower not in lowers}
    uppers, lowers = {upper for upper, _ in links}, {lower for _, lower in links}
    alone: list[tuple[int | None, int | None]] = [(at, None) for at in range(len(first)) if at not in uppers]
    alone += [(None, at) for at in range(len(second)) if at not in lowers]
    return [*links, *alone]


def _near(cue: Cue, other: Cue) -> bool:
    """Return whether two cues may be shown as one: a cue that a person moved far away no longer goes with its partner."""
    return max(cue.start_ms, other.start_ms) - min(cue.end_ms, other.end_ms) <= _FAR_MS


def _sharing_time(first: Sequence[Cue], second: Sequence[Cue]) -> list[tuple[int, int]]:
    """Return the positions of cues that share at least half of the shorter one's time."""
    found = []
    order = sorted(range(len(second)), key=lambda at: second[at].start_ms)
    longest = max((cue.duration_ms for cue in second), default=0)
    begin = 0
    for upper in sorted(range(len(first)), key=lambda at: first[at].start_ms):
        cue = first[upper]
        while begin < len(order) and second[order[begin]].start_ms + longest < cue.start_ms:
            begin += 1
        for lower in order[begin:]:
            other = second[lower]
            if other.start_ms >= cue.end_ms:
                break
            shared = min(cue.end_ms, other.end_ms) - max(cue.start_ms, other.start_ms)
            if shared > 0 and shared * 2 >= min(cue.duration_ms, other.duration_ms):
                found.append((upper, lower))
    return found


def _timed(links: Iterable[tuple[int | None, int | None]], first: Sequence[Cue], second: Sequence[Cue]) -> list[_Pair]:
    """Return the pairs in order, each as long as both, parted where a cue goes on beside the next partner."""
    sides = [
        (
            () if upper is None else (first[upper],),
            () if lower is None else (second[lower],),
        )
        for upper, lower in links
    ]
    ordered = sorted(sides, key=_order)
    pairs = []
    for position, (upper, lower) in enumerate(ordered):
        both = (*upper, *lower)
        before = position > 0 and _share(ordered[position - 1], (upper, lower))
        after = position + 1 < len(ordered) and _share(ordered[position + 1], (upper, lower))
        start = (max if before else min)(cue.start_ms for cue in both)
        end = (min if after else max)(cue.end_ms for cue in both)
        if end <= start:
            # Nothing is left between its neighbours: it is parted from them below, where they are known in order.
            start, end = min(cue.start_ms for cue in both), max(cue.end_ms for cue in both)
        pairs.append(_Pair(start_ms=start, end_ms=end, upper=upper, lower=lower))
    return sorted(pairs, key=lambda pair: (pair.start_ms, pair.end_ms))


def _order(side: tuple[tuple[Cue, ...], tuple[Cue, ...]]) -> tuple[int, int, str, str]:
    both = (*side[0], *side[1])
    return max(cue.start_ms for cue in both), min(cue.end_ms for cue in both), both[0].id, both[-1].id


def _share(side: tuple[tuple[Cue, ...], tuple[Cue, ...]], other: tuple[tuple[Cue, ...], tuple[Cue, ...]]) -> bool:
    return any(mine and mine == yours for mine, yours in zip(side, other, strict=True))


def _apart(pairs: Sequence[_Pair]) -> list[_Pair]:
    """Return the pairs without overlaps, parted where the next is spoken; one inside another is joined to it."""
    apart: list[_Pair] = []
    for pair in pairs:
        following = pair
        if apart and following.start_ms < apart[-1].end_ms:
            spoken = min(max(following.spoken_ms, following.start_ms), apart[-1].end_ms, following.end_ms)
            following = replace(following, start_ms=spoken)
        hidden = following.start_ms >= following.end_ms
        if apart and (hidden or following.start_ms <= apart[-1].start_ms or following.end_ms < apart[-1].end_ms):
            apart[-1] = replace(
                apart[-1],
                end_ms=max(apart[-1].end_ms, following.end_ms),
                upper=_joined(apart[-1].upper, following.upper),
                lower=_joined(apart[-1].lower, following.lower),
            )
            continue
        if apart and apart[-1].end_ms > following.start_ms:
            apart[-1] = replace(apart[-1], end_ms=following.start_ms)
        apart.append(following)
    return apart


def _joined(cues: tuple[Cue, ...], more: tuple[Cue, ...]) -> tuple[Cue, ...]:
    return (*cues, *(cue for cue in more if cue not in cues))


def _compact(cues: Sequence[Cue], language: str, style: SubtitleStyle) -> str:
    """Return what `cues` say in one language: on one line where that holds it, else broken anew; one line each at least."""
    texts = []
    for cue in cues:
        line = " ".join(split_words(without_position(cue.text)))
        texts.append(line if width(line) <= style.max_line_length else break_lines(line, language, style))
    return "\n".join(text for text in texts if text)
