"""A cut as a paper edit: what was said in each event as quotes with both their times, pictures, cards and music.

Read and compiled again it shows and plays frame for frame what the cut did; what a paper edit has no words for is listed.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import ceil

from footage_manifest.model import Cut, ReelKind
from footage_manifest.picture_plan import StillMove
from pipeline.errors import TimelineError
from pipeline.timeline.edl_lines import BLACK_REEL
from pipeline.timeline.export_plan import Lost
from pipeline.timeline.model import BLACK, Clip, MediaKind, PictureEvent, Timeline
from pipeline.timeline.paper_from_sound import Stretch, plan_sound, where
from pipeline.timeline.paper_labels import ReelLabels
from pipeline.timeline.paper_lines import LONGEST_MS, LineFaultError
from pipeline.timeline.paper_model import Entry, Music, Over, Picture, Quote, TitleCard
from pipeline.timeline.paper_text import read_paper
from pipeline.timeline.paper_words import parts_of
from pipeline.timeline.paper_write import write_entry
from subtitles.said import SaidWord

_NO_WORDS = "(no words)"
_COARSEST = 4
"""Frames of the film between two labels of a reel, at most: three at 60 and 24."""
_GAPS = re.compile(r"[\[(]\s*(?:\.{3}|…)\s*[\])]")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class FromCut:
    """The entries of a cut, each with the frame of the film's clock, from the cut's start, at which it begins."""

    entries: tuple[tuple[int, Entry], ...]


def paper_from_cut(
    timeline: Timeline, cut: Cut, words: Mapping[str, Sequence[SaidWord]], labels: ReelLabels
) -> FromCut:
    """Return a built cut as entries of a paper edit; what they do not carry is added to `labels.lost`.

    `words` are by reel what is said there, in order; a reel without is shown as a picture where that says as much. Music
    and narration that film.yaml lays under the cut are not in `timeline`.
    """
    unit, lost = labels.film.timeline.frames_a_label, labels.lost
    plan = plan_sound(timeline, labels.manifest, labels.facts, unit=unit, lost=lost)
    writer = _Writer(timeline=timeline, cut=cut, labels=labels, words=words, unit=unit, lost=lost)
    edges = sorted({edge for tune in plan.music for edge in (tune.start, tune.end)})
    entries: list[tuple[int, Entry]] = []
    at, end = 0, timeline.frames // unit
    for stretch in plan.voices:
        entries += writer.pictures(at, stretch.start, edges)
        entries += writer.heard(stretch)
        at = stretch.end
    entries += writer.pictures(at, end, edges)
    return FromCut(entries=tuple(_with_music(entries, plan.music, end, lost)))


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is seen from frame `start` to `end` of the cut; `where` names it for people."""

    start: int
    end: int
    clip: Clip
    where: str


@dataclass(slots=True, kw_only=True)
class _Writer:
    timeline: Timeline
    cut: Cut
    labels: ReelLabels
    words: Mapping[str, Sequence[SaidWord]]
    unit: int
    lost: Lost
    _starts: list[int] = field(default_factory=list)
    _told: set[int] = field(default_factory=set)
    _ordered: dict[str, list[SaidWord]] = field(default_factory=dict)

    @property
    def _longest(self) -> int:
        return int(LONGEST_MS * self.labels.rate / 1000)

    def pictures(self, start: int, end: int, edges: Sequence[int]) -> Iterator[tuple[int, Entry]]:
        """Yield what is seen in silence from `start` to `end`, begun anew at `edges` where that changes nothing."""
        for seen in self._seen(start, end, edges):
            yield seen.start, self._silent(seen)

    def heard(self, stretch: Stretch) -> Iterator[tuple[int, Entry]]:
        """Yield what is heard and seen during a stretch: a quote, or a picture with its sound where nothing is said."""
        facts, frames = self.labels.facts[stretch.key], stretch.end - stretch.start
        own = Clip(kind=MediaKind.REEL, key=stretch.key, source_in=stretch.source) if facts.video else BLACK
        over, text = self._over(stretch, own), self._said(stretch)
        times = self.labels.span(stretch.key, stretch.source, frames, stretch.where)
        if not over and facts.video and (times is None or not text) and frames <= self._longest:
            seen = _Seen(stretch.start, stretch.end, own, stretch.where)
            yield stretch.start, self._reel(seen, text=text, silent=False)
        elif times is None:
            self.lost.add("sounds whose length falls between two labels of their reel end earlier", stretch.where)
            shorter = range(frames - 1, max(0, frames - _COARSEST), -1)
            span = (self.labels.span(stretch.key, stretch.source, fewer, stretch.where) for fewer in shorter)
            end = next((stretch.start + few for few, one in zip(shorter, span, strict=True) if one), stretch.start)
            if end > stretch.start:
                yield from self.heard(replace(stretch, end=end))
            yield from self.pictures(end, stretch.end, ())
        else:
            said = text or wordless(self.labels.film.languages)
            quote = Quote(reel=stretch.key, parts=(said,), source_in=times[0], source_out=times[1], over=over)
            yield stretch.start, readable(quote, self.labels.film.languages)

    def _seen(self, start: int, end: int, edges: Sequence[int] = ()) -> Iterator[_Seen]:
        """Yield what is seen from `start` to `end`, in order, at most an hour at a time; what is not carried is said."""
        picture = self.timeline.picture
        self._starts = self._starts or [event.record.start // self.unit for event in picture]
        at = max(0, bisect_right(self._starts, start) - 1)
        while start < end and at < len(picture):
            event = picture[at]
            until = min(end, event.record.end // self.unit)
            self._tell(at, event)
            while start < until:
                stop = min(until, start + self._longest)
                if self._goes_on(event.clip):
                    stop = min([stop, *edges[bisect_right(edges, start) : bisect_right(edges, start) + 1]])
                into = start * self.unit - event.record.start
                yield _Seen(start, stop, self._plain(event, into, stop - start), where(event))
                start = stop
            at += 1

    def _goes_on(self, clip: Clip) -> bool:
        """Return whether what is seen looks the same if it is begun anew in its midst."""
        return clip.kind is MediaKind.BLACK or (clip.kind is MediaKind.REEL and clip.speed == 1)

    def _plain(self, event: PictureEvent, into: int, frames: int) -> Clip:
        """Return what an event plays from `into` on, at its own speed."""
        clip, rate = event.clip, self.timeline.rate
        if clip.kind is MediaKind.BLACK:
            return BLACK
        if clip.kind is not MediaKind.REEL:
            moves = clip.kind is MediaKind.TITLE or self._move(clip.key) is not StillMove.NONE
            if moves and (clip.source_in or into or clip.length != frames * self.unit):
                self.lost.add("cards and moving stills begin anew where they are interrupted", where(event))
            return Clip(kind=clip.kind, key=clip.key)
        if clip.speed == 1:
            return replace(clip, source_in=clip.source_at(into, rate))
        return self.labels.at_own_speed(clip, frames, where(event))

    def _tell(self, at: int, event: PictureEvent) -> None:
        """Add to `lost`, once, what of an event no entry says."""
        if at in self._told:
            return
        self._told.add(at)
        if event.outgoing is not None:
            kind = "dissolves" if event.wipe is None else "wipes"
            self.lost.add(f"{kind} become cuts, where they begin", where(event))
        if event.clip.kind is MediaKind.REEL and event.clip.speed != 1:
            self.lost.add("pictures at another speed than their own play at their own", where(event))

    def _move(self, key: str) -> StillMove:
        still = self.labels.manifest.stills.get(key)
        return self.cut.moves.get(key, still.move if still is not None else StillMove.NONE)

    def _silent(self, seen: _Seen) -> Entry:
        ms = self.labels.ms(seen.end - seen.start)
        match seen.clip.kind:
            case MediaKind.BLACK:
                return Picture(key=BLACK_REEL, ms=ms)
            case MediaKind.TITLE:
                return TitleCard(texts=(seen.clip.key,), ms=ms)
            case MediaKind.STILL:
                return Picture(key=seen.clip.key, ms=ms, move=self.cut.moves.get(seen.clip.key))
            case MediaKind.REEL:
                return self._reel(seen, text="", silent=bool(self.labels.facts[seen.clip.key].sound))

    def _reel(self, seen: _Seen, *, text: str, silent: bool) -> Picture:
        label = self.labels.label(seen.clip.key, seen.clip.source_in, seen.where)
        words = text.replace("](", "] (")
        ms = self.labels.ms(seen.end - seen.start)
        return Picture(key=seen.clip.key, ms=ms, words=words, source_in=label, silent=silent)

    def _over(self, stretch: Stretch, own: Clip) -> tuple[Over, ...]:
        """Return what lies over a stretch up to where its own picture is seen to the end."""
        runs = list(self._seen(stretch.start, stretch.end))
        while runs and self._is_own(runs[-1], own, stretch.start):
            runs.pop()
        found = []
        for run in runs:
            clip, last = run.clip, run.end == stretch.end
            label = None
            if clip.kind is MediaKind.REEL:
                label = self.labels.label(clip.key, clip.source_in, run.where)
            key = clip.key if clip.kind is not MediaKind.BLACK else BLACK_REEL
            move = self.cut.moves.get(key) if clip.kind is MediaKind.STILL else None
            ms = None if last else self.labels.ms(run.end - run.start)
            found.append(Over(key=key, source_in=label, ms=ms, move=move))
        return tuple(found)

    def _is_own(self, run: _Seen, own: Clip, start: int) -> bool:
        if own.kind is MediaKind.BLACK:
            return run.clip.kind is MediaKind.BLACK
        return run.clip == replace(own, source_in=own.source_in + (run.start - start) / self.labels.rate)

    def _said(self, stretch: Stretch) -> str:
        """Return the words whose middle lies in a stretch, empty for none."""
        if self.labels.manifest.reels[stretch.key].kind is ReelKind.MUSIC:
            return ""
        first = ceil(stretch.source * 2000)
        end = ceil((stretch.source + (stretch.end - stretch.start) / self.labels.rate) * 2000)
        if stretch.key not in self._ordered:
            self._ordered[stretch.key] = sorted(self.words.get(stretch.key, ()), key=_middle)
        ordered = self._ordered[stretch.key]
        at, until = (bisect_left(ordered, edge, key=_middle) for edge in (first, end))
        return quoted(word.text for word in ordered[at:until])


def quoted(words: Iterable[str]) -> str:
    """Return words as they stand in a quote, empty where they cannot."""
    text = " ".join(_UNSEEN.sub(" ", _GAPS.sub("...", " ".join(words))).split())
    try:
        return parts_of(text)[0] if text else ""
    except LineFaultError:
        return ""


def _middle(word: SaidWord) -> int:
    """Return twice the milliseconds at which half of a word is said."""
    return word.start_ms + word.end_ms


def wordless(languages: tuple[str, ...]) -> str:
    """Return what stands in a quote where no words are known, in the film's first language."""
    return {"es": "(sin palabras)"}.get(languages[0].partition("-")[0], _NO_WORDS)


def readable(quote: Quote, languages: tuple[str, ...]) -> Quote:
    """Return a quote that says the same when it is written and read: its words give way where they cannot."""
    plain = re.sub(r"[\"“”„«»‹›＂]", "'", quote.parts[0])
    for text in (quote.parts[0], plain):
        one = replace(quote, parts=(text,))
        try:
            if read_paper(write_entry(one, languages).encode(), file="", languages=languages).entries == (one,):
                return one
        except TimelineError:
            continue
    return replace(quote, parts=(wordless(languages),))


def _with_music(
    entries: Sequence[tuple[int, Entry]], tunes: Sequence[Stretch], end: int, lost: Lost
) -> Iterator[tuple[int, Entry]]:
    """Yield the entries with lines for music in front of those with which it begins and ends."""
    edges = [*(at for at, _ in entries), end]
    lines: dict[int, Music] = {}
    for tune in tunes:
        start, stop = (min(edges, key=lambda edge: (abs(edge - wanted), edge)) for wanted in (tune.start, tune.end))
        if (start, stop) != (tune.start, tune.end):
            lost.add("music that begins or ends within a line does so with the line", tune.where)
        if start >= stop:
            continue
        lines[start] = Music(reel=tune.key)
        lines.setdefault(stop, Music(reel=""))
    for at, entry in entries:
        if at in lines:
            yield at, lines.pop(at)
        yield at, entry
