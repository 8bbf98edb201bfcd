"""A track as the units that a translator gets: each cue beside what it translates, and what is not translated yet."""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from footage_manifest.model import Term
from subtitles.cue import Cue
from subtitles.exchange.model import ExchangeUnit, UnitStatus
from subtitles.identity import normal_text, text_hash
from subtitles.merge import AlignedCue, AlignedTrack, sources_of, staleness, untranslated
from subtitles.state import CueStatus
from subtitles.style import SubtitleStyle
from subtitles.tags import plain

_STATUS = {
    CueStatus.DRAFT: UnitStatus.DRAFT,
    CueStatus.EDITED: UnitStatus.EDITED,
    CueStatus.APPROVED: UnitStatus.APPROVED,
}
_NOTHING = AlignedTrack(cues=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """The two tracks of one reel that a translator sees side by side; `languages` are the codes of source and target.

    `source` is None where the target is what is spoken: it then stands beside itself, to be corrected. `target` is None
    where nothing is translated yet. `conflicts` are the ids of cues that stand in a conflict, `others` what the other side
    of each says, empty where that has no such cue; `remarks` what people have said of cues, all by id.
    """

    languages: tuple[str, str]
    source: AlignedTrack | None
    target: AlignedTrack | None
    conflicts: Collection[str] = ()
    others: Mapping[str, str] = field(default_factory=dict)
    remarks: Mapping[str, Sequence[str]] = field(default_factory=dict)


def units_of(sides: Sides, style: SubtitleStyle, terms: Sequence[Term] = ()) -> tuple[ExchangeUnit, ...]:
    """Return a unit for each cue of the target, and for each cue of the source that nothing translates, in order of time.

    A unit that is not translated yet has the id of its source, or, where another cue of the target has that, the same with
    `n1` behind it. Notes say what a conflict is with, why a unit is stale, which terms of the glossary
    it holds, and what people remarked.
    """
    return _Building(sides, style, terms).units()


def limit(duration_ms: int, language: str, style: SubtitleStyle) -> int:
    """Return how many characters a cue of that length may have: what can be read meanwhile, and what its lines hold."""
    return min(max(duration_ms, 0) * style.speed(language) // 1000, style.max_lines * (style.max_line_length + 1) - 1)


class _Building:
    """One pass over both tracks."""

    def __init__(self, sides: Sides, style: SubtitleStyle, terms: Sequence[Term]) -> None:
        self.sides = sides
        self.style = style
        self.target = sides.target or _NOTHING
        self.stale = _stale(sides)
        self.sources = sources_of(self.target, sides.source) if sides.source else {}
        self.terms = _looked_for(terms, sides.languages)

    def units(self) -> tuple[ExchangeUnit, ...]:
        """Return all units in order of time."""
        made = [*(self._known(cue) for cue in self.target.cues), *self._missing()]
        return tuple(sorted(made, key=lambda unit: (unit.start_ms, unit.end_ms, unit.id)))

    def _known(self, cue: AlignedCue) -> ExchangeUnit:
        of = self.sources.get(cue.id, ()) if self.sides.source else (cue.cue,)
        return self._unit(cue.cue, of, self._status(cue), self.stale.get(cue.id, ""))

    def _status(self, cue: AlignedCue) -> UnitStatus:
        if cue.id in self.sides.conflicts:
            return UnitStatus.CONFLICT
        if not plain(cue.cue.text):
            return UnitStatus.UNTRANSLATED
        return UnitStatus.STALE if cue.id in self.stale else _STATUS[cue.status]

    def _conflict(self, cue: Cue) -> list[str]:
        """Return what a translator is told of a conflict: what stands on its other side."""
        if cue.id not in self.sides.others:
            return []
        other = self.sides.others[cue.id]
        if normal_text(other) == normal_text(cue.text):
            return ["in conflict; the other version has the same text at other times"]
        return [
            f"in conflict; the other version: {other}" if other.strip() else "in conflict; the other version is gone"
        ]

    def _missing(self) -> list[ExchangeUnit]:
        """Return a unit, without a text, for each cue of the source that no cue of the target is there for."""
        if self.sides.source is None:
            return []
        empty = (cue for cue in self.target.cues if not plain(cue.cue.text))
        waiting = {source.id for cue in empty for source in self.sources.get(cue.id, ())}
        taken = {cue.id for cue in self.target.cues}
        made = []
        for cue in untranslated(self.target, self.sides.source):
            if cue.id in waiting:
                continue
            name = _free(cue.id, taken)
            taken.add(name)
            as_new = Cue(id=name, start_ms=cue.cue.start_ms, end_ms=cue.cue.end_ms, text="")
            made.append(self._unit(as_new, (cue.cue,), UnitStatus.UNTRANSLATED, ""))
        return made

    def _unit(self, cue: Cue, of: Sequence[Cue], status: UnitStatus, why_stale: str) -> ExchangeUnit:
        source = "\n".join(one.text for one in of)
        remarks = self.sides.remarks.get(cue.id, ())
        compared = _compared(plain(source))
        terms = [said for heard, said in self.terms if heard.search(compared)]
        return ExchangeUnit(
            id=cue.id,
            start_ms=cue.start_ms,
            end_ms=cue.end_ms,
            source=source,
            target=cue.text,
            status=status,
            limit=limit(cue.duration_ms, self.sides.languages[1], self.style),
            source_hash=text_hash(*(one.text for one in of)),
            source_ids=tuple(one.id for one in of) if self.sides.source else (),
            note="\n".join([*self._conflict(cue), *([why_stale] if why_stale else []), *terms, *remarks]),
        )


def _stale(sides: Sides) -> dict[str, str]:
    """Return why each stale cue is, by id; cues of the source that nothing translates are units of their own."""
    if sides.source is None or sides.target is None:
        return {}
    found = staleness(sides.target, sides.source, file="")
    # What nothing translates is named last, by ids of the source, which translations may have as well.
    of_cues = found[: len(found) - len(untranslated(sides.target, sides.source))]
    return {one.field: one.what for one in of_cues}


def _free(name: str, taken: Collection[str]) -> str:
    count = 0
    found = name
    while found in taken:
        count += 1
        found = f"{name}n{count}"
    return found


def _looked_for(terms: Sequence[Term], languages: tuple[str, str]) -> list[tuple[re.Pattern[str], str]]:
    """Return, for each term with a text in both languages, how it is found and what a translator is told."""
    if languages[0] == languages[1]:
        return []
    found = []
    for term in terms:
        heard, wanted = (term.texts.get(language, "").strip() for language in languages)
        if heard and wanted:
            words = r"\s+".join(re.escape(word) for word in _compared(heard).split())
            told = f"{heard} = {wanted}" + (f" ({term.note})" if term.note else "")
            found.append((re.compile(rf"(?<!\w){words}(?!\w)"), told))
    return found


def _compared(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()
