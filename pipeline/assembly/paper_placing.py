"""The quotes of a paper edit and the places that they get: those that were kept, and those that are found now."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import floor

from footage_manifest.findings import Finding, Severity
from footage_manifest.model import MANIFEST_FILE, Production
from footage_manifest.timecode import Label
from footage_manifest.wording import shown
from pipeline.assembly.paper_find import (
    Candidates,
    Ranges,
    SaidReel,
    Sought,
    Words,
    edges_of,
    fixed_place,
    placed,
    with_tight,
)
from pipeline.assembly.paper_places import PlacedLine, QuoteKey, quote_key
from pipeline.assembly.paper_sources import SPOKEN_KINDS, Sources
from pipeline.assembly.search_clock import labelled_reel
from pipeline.timeline.paper_media import PaperMedia
from pipeline.timeline.paper_model import Narration, PaperEdit, Quote
from pipeline.timeline.paper_words import parts_of

FAR_MS = 10_000
_MOST_SHOWN = 70


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A quote that was found in `words`, at `ranges`, and has no place yet."""

    sought: Sought
    reel: SaidReel
    words: Words
    ranges: Ranges


@dataclass(slots=True, kw_only=True)
class Placing:
    """Finds the place of every quote of `edit`. `kept` are the places so far, which are renewed as they are settled.

    `lines` holds the places by line, `unheard` the quotes of reels that nobody has listened to, `refused` those that were
    not found; `findings` are errors and warnings.
    """

    production: Production
    edit: PaperEdit
    sources: Sources
    kept: dict[QuoteKey, PlacedLine]
    again: bool = False
    lines: dict[int, PlacedLine] = field(default_factory=dict)
    unheard: dict[str, list[Sought]] = field(default_factory=dict)
    refused: list[Sought] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def settle(self) -> None:
        """Place every quote that can be placed. Raises as `Sources.hear`."""
        sought = [one for one in self._sought() if self._may_be_heard(one)]
        open_ones = [one for one in sought if one.fixed is None and not self._settled(one)]
        self.sources.hear([one.reel for one in open_ones])
        self._place([found for one in open_ones if (found := self._find(one)) is not None])
        for one in sought:
            if one.fixed is not None:
                self._fix(one, one.fixed)
            else:
                self._warn(one)

    def needs_hearing(self) -> tuple[str, ...]:
        """Return the reels whose words are needed: some of their quotes have no place yet."""
        self_found = len(self.findings)
        asked = [one for one in self._sought() if one.fixed is None and not self._settled(one)]
        del self.findings[self_found:]
        return tuple(dict.fromkeys(one.reel for one in asked if self._kind_is_heard(one.reel)))

    # ------------------------------------------------------------------------------------------------ what is asked for

    def _sought(self) -> Iterator[Sought]:
        media = PaperMedia(
            file=self.edit.file,
            film=self.production.film,
            manifest=self.production.manifest,
            facts=self.sources.media.reels,
            findings=self.findings,
        )
        for entry in self.edit.entries:
            if not isinstance(entry, Quote | Narration) or entry.reel not in self.sources.media.reels:
                continue  # a reel that there is not is refused where the cut is laid out
            if isinstance(entry, Narration):
                parts = parts_of(entry.text)
                key = quote_key(entry.reel, parts)
                yield Sought(line=entry.line, reel=entry.reel, parts=parts, key=key)
                continue
            before = len(self.findings)
            times = [
                None if label is None else floor(media.seconds(entry.line, entry.reel, label) * 1000)
                for label in (entry.source_in, entry.source_out)
            ]
            near, until = times
            if len(self.findings) > before or (near is not None and until is not None and near >= until):
                continue  # the second is refused where the cut is laid out
            yield Sought(
                line=entry.line,
                reel=entry.reel,
                parts=entry.parts,
                key=quote_key(entry.reel, entry.parts, entry.source_in, entry.source_out),
                near_ms=near,
                tight_ms=entry.tight_ms,
                fixed=(near, until) if near is not None and until is not None else None,
            )

    def _may_be_heard(self, one: Sought) -> bool:
        if one.fixed is not None or self._kind_is_heard(one.reel):
            return True
        kind = self.production.manifest.reels[one.reel].kind.value
        self._refuse(
            one,
            f"{one.reel} is {kind}, and only interviews and narration are listened to",
            f"write kind: interview under it in {MANIFEST_FILE}, or both times in front of the words",
        )
        return False

    def _kind_is_heard(self, key: str) -> bool:
        return self.production.manifest.reels[key].kind in SPOKEN_KINDS

    # ------------------------------------------------------------------------------------------------------- the places

    def _settled(self, one: Sought) -> bool:
        """Take the place that a quote has, if it says all that is asked for."""
        kept = None if self.again else self.kept.get(one.key)
        if kept is None:
            return False
        self.lines[one.line] = kept
        tight = kept.tight.tight_ms if kept.tight is not None else None
        return tight == one.tight_ms and kept.listened

    def _find(self, one: Sought) -> Found | None:
        reel = self.sources.reel(one.reel)
        kept = self.lines.get(one.line)
        if reel is None:
            if kept is None:
                self.unheard.setdefault(one.reel, []).append(one)
            return None
        if kept is not None:
            return self._renewed(one, reel, kept)
        found = reel.find(one)
        if isinstance(found, Candidates):
            self._refuse_unplaced(one, found)
            return None
        return Found(sought=one, reel=reel, words=found[0], ranges=found[1])

    def _renewed(self, one: Sought, reel: SaidReel, kept: PlacedLine) -> Found | None:
        """Have a place tightened as is asked for now; where its pauses were not listened to, that is done first."""
        found = [reel.words_at(part.from_ms, part.to_ms) for part in kept.parts]
        words = [one for one in found if one is not None]
        if len(words) < len(kept.parts):
            return None  # the words are gone: the place stays as it was
        same = all(own is words[0][0] for own, _ in words)
        edges = edges_of(words[0][0], tuple(at for _, at in words)) if same else []
        if not kept.listened and edges == [(part.from_ms, part.to_ms) for part in kept.parts]:
            return Found(sought=one, reel=reel, words=words[0][0], ranges=tuple(at for _, at in words))
        self._settle(one, with_tight(kept, one, words, reel.said.language))
        return None

    def _place(self, found: list[Found]) -> None:
        """Cut what was found in the pauses around it, all that is to be listened to at once."""
        around = [(one.sought.reel, *edges) for one in found for edges in edges_of(one.words, one.ranges)]
        levels = iter(self.sources.levels(around) if around else [])
        for one in found:
            own = [next(levels) for _ in one.ranges]
            before = self.lines.get(one.sought.line)
            if before is not None and not all(own):
                self._settle(
                    one.sought,
                    with_tight(before, one.sought, [(one.words, at) for at in one.ranges], one.reel.said.language),
                )
            else:
                self._settle(one.sought, placed(one.sought, one.reel, one.words, one.ranges, own))

    def _settle(self, one: Sought, line: PlacedLine) -> None:
        self.lines[one.line] = self.kept[one.key] = line

    def _fix(self, one: Sought, times: tuple[int, int]) -> None:
        """Keep to the two times of a line; its words are those that are said between them, as far as they are known."""
        kept = None if self.again else self.kept.get(one.key)
        tight = kept.tight.tight_ms if kept is not None and kept.tight is not None else None
        if kept is not None and tight == one.tight_ms and kept.whole == (times,):
            self.lines[one.line] = kept
            return
        reel = self.sources.stored_reel(one.reel) if self._kind_is_heard(one.reel) else None
        line = fixed_place(one, reel, times)
        if one.tight_ms is None:
            self.lines[one.line] = line  # nothing of it needs to be remembered
        elif line.tight is None:
            self.lines[one.line] = line
            self.warn(one.line, f"tight: waits until {one.reel} has been listened to", "testimonio run does that")
        else:
            self._settle(one, line)

    # ---------------------------------------------------------------------------------------------------- what is said

    def label(self, key: str, ms: int, *, end: bool = False) -> Label:
        """Return a time of a reel on its own clock; an `end` is exclusive."""
        reel, film = self.production.manifest.reels[key], self.production.film
        return labelled_reel(key, reel, self.sources.media.reels.get(key), film.timeline.clock).label(ms, end=end)

    def warn(self, line: int, what: str, cure: str) -> None:
        """Add a warning."""
        self.findings.append(Finding(severity=Severity.WARNING, file=self.edit.file, line=line, what=what, cure=cure))

    def _refuse(self, one: Sought, what: str, cure: str) -> None:
        self.refused.append(one)
        self.findings.append(Finding(file=self.edit.file, line=one.line, what=what, cure=cure))

    def _warn(self, one: Sought) -> None:
        """Say what a person should look at where a quote lies far from its time."""
        line = self.lines.get(one.line)
        if line is None or one.near_ms is None:
            return
        away_ms = abs(line.parts[0].from_ms - one.near_ms)
        if away_ms >= FAR_MS:
            at = self.label(one.reel, line.parts[0].from_ms)
            what = f"{one.reel}: {_quoted(one)} was said at {at}, {away_ms / 1000:.0f} s from the time in the line"
            self.warn(one.line, what, f"write {at} if that is meant")

    def _refuse_unplaced(self, one: Sought, why: Candidates) -> None:
        places = "; ".join(f"{self.label(one.reel, ms)} {text}" for ms, text in why.places)
        if why.count:
            more = f" (and {why.count - len(why.places)} more)" if why.count > len(why.places) else ""
            what = f"{one.reel}: {_quoted(one)} was said {why.count} times: {places}{more}"
            example = self.label(one.reel, why.places[0][0])
            self._refuse(one, what, f"quote more of it, or write which: > {one.reel} {example}: ...")
        elif places:
            what = f"{one.reel}: {_quoted(one)} was not found; most like it are: {places}"
            self._refuse(one, what, "quote it as it was said; its first and last word must be right")
        else:
            what = f"{one.reel}: {_quoted(one)} was not found, and nothing like it"
            self._refuse(one, what, "look for it with testimonio find, or write both times in front of the words")


def _quoted(one: Sought) -> str:
    text = " [...] ".join(one.parts)
    return shown(text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 4].rstrip()} ...")
