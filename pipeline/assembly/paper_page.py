"""A paper edit as the review page shows it: its blocks, and what each of them plays. Times of the cut are milliseconds."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from footage_manifest.fields import in_language
from footage_manifest.findings import Finding
from footage_manifest.model import Production
from pipeline.assembly.paper import Chosen, PaperCut
from pipeline.assembly.paper_told import told
from pipeline.timeline.interchange_model import Piece
from pipeline.timeline.paper_blocks import Block
from pipeline.timeline.paper_model import Quote

_BEGINS = frozenset({"BEGINS_INSIDE", "NO_PAUSE_BEFORE"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPaper:
    """Blocks, and what they play where the text can be cut. `findings` are all there is to say of the lines."""

    production: Production
    blocks: Sequence[Block]
    paper: PaperCut | None
    findings: Sequence[Finding]


def document_of(shown: ShownPaper) -> dict[str, object]:
    """Return the blocks, chapters, findings and length of a paper edit."""
    timed = _Timed.of(shown)
    return {
        "ms": timed.ms if shown.paper else None,
        "blocks": [timed.block(block) for block in shown.blocks],
        "chapters": [_chapter(shown, number) for number in range(len(shown.paper.compiled.chapters))]
        if shown.paper
        else [],
        "findings": [_finding(shown.blocks, one) for one in shown.findings if not _is_joint(shown, one)],
        "unheard": list(shown.paper.unheard) if shown.paper else [],
    }


def reels_played(document: dict[str, Any]) -> tuple[str, ...]:
    """Return the reels that a document of a paper edit plays, in their order, each once."""
    pieces = [piece for block in document["blocks"] for piece in (*block["play"], *block["over"])]
    return tuple(dict.fromkeys(key for one in pieces if (key := one.get("reel") or one.get("voice"))))


@dataclass(slots=True, kw_only=True)
class _Timed:
    """The pieces of a cut by the line that laid them."""

    shown: ShownPaper
    below: dict[int, list[Piece]] = field(default_factory=lambda: defaultdict(list))
    above: dict[int, list[Piece]] = field(default_factory=lambda: defaultdict(list))
    heard: dict[Fraction, Piece] = field(default_factory=dict)
    narrated: dict[int, tuple[str, int]] = field(default_factory=dict)
    chosen: dict[int, Chosen] = field(default_factory=dict)
    ms: int = 0

    @classmethod
    def of(cls, shown: ShownPaper) -> "_Timed":
        timed = cls(shown=shown)
        if shown.paper is None:
            return timed
        compiled = shown.paper.compiled
        for track in compiled.sequence.tracks:
            for piece in track.pieces:
                if track.sound:
                    timed.heard[piece.start] = piece
                else:
                    (timed.below if track.name == "V1" else timed.above)[piece.place.line].append(piece)
        clock = compiled.sequence.clock
        for laid in (one for language in compiled.narration.values() for one in language):
            at = Fraction(clock.frame(laid.at) - compiled.sequence.start) / clock.rate
            timed.narrated.setdefault(_ms(at), (laid.reel, laid.source_in_ms or 0))
        timed.chosen = {one.line: one for one in shown.paper.chosen}
        timed.ms = _ms(compiled.frames / clock.rate)
        return timed

    def block(self, block: Block) -> dict[str, object]:
        pieces = self.below.get(block.line, []) if block.entry is not None else []
        start = _ms(pieces[0].start) if pieces else None
        found: dict[str, object] = {
            "kind": block.kind.value,
            "line": block.line,
            "last_line": block.last_line,
            "text": block.text,
            "start_ms": start,
            "ms": _ms(pieces[-1].end) - (start or 0) if pieces else 0,
            "play": [self._played(one) for one in pieces],
            "over": [self._played(one) for one in self.above.get(block.line, [])],
        }
        chosen = self.chosen.get(block.line)
        if isinstance(block.entry, Quote):
            found["reel"] = block.entry.reel
            found["tight_ms"] = block.entry.tight_ms
        return {**found, **_said(chosen)} if chosen is not None and block.entry is not None else found

    def _played(self, piece: Piece) -> dict[str, object]:
        """Return what is seen, or heard where nothing is seen, of SOURCE time; ends exclusive."""
        record = {"record_ms": _ms(piece.start), "ms": _ms(piece.end) - _ms(piece.start)}
        heard = self.heard.get(piece.start)
        shown = piece.medium or (heard.medium if heard is not None and heard.place == piece.place else None)
        if shown is None:
            voice = self.narrated.get(record["record_ms"])
            return {**record, "black": True, **({"voice": voice[0], "from_ms": voice[1]} if voice else {})}
        key, production = shown.reel, self.shown.production
        if key in production.manifest.reels:
            source = piece.source if piece.medium is not None or heard is None else heard.source
            return {**record, "reel": key, "from_ms": _ms(source), "seen": piece.medium is not None}
        if key in production.manifest.stills:
            return {**record, "still": key}
        title = self.shown.paper.compiled.titles.get(key) if self.shown.paper else None
        title = title or production.film.titles.get(key)
        texts = [in_language(title.text, one) for one in production.film.languages] if title is not None else []
        return {**record, "card": key, "texts": list(dict.fromkeys(texts))} if texts else {**record, "black": True}


def _said(chosen: Chosen) -> dict[str, object]:
    return {
        "words": chosen.words,
        "before": chosen.before,
        "after": chosen.after,
        "labels": list(chosen.labels),
        "tightened_ms": chosen.tightened_ms,
        "left_out": [{"text": one.words, "from_ms": one.from_ms, "to_ms": one.to_ms} for one in chosen.left_out],
        "joints": [
            {
                "joint": one.joint.name.lower().replace("_", "-"),
                "words": one.words,
                "at_ms": one.at_ms,
                "head": one.joint.name in _BEGINS,
            }
            for one in chosen.remarks
        ],
    }


def _chapter(shown: ShownPaper, number: int) -> dict[str, object]:
    if shown.paper is None:
        raise ValueError("a paper edit that cannot be cut has no chapters")
    compiled = shown.paper.compiled
    chapter, rate = compiled.chapters[number], compiled.sequence.clock.rate
    return {
        "block": _block_at(shown.blocks, chapter.line),
        "level": chapter.level,
        "texts": list(chapter.texts),
        "start_ms": _ms(chapter.frame / rate),
        "ms": _ms(chapter.frames / rate),
    }


def _finding(blocks: Sequence[Block], finding: Finding) -> dict[str, object]:
    code, fields = told(finding)
    return {
        "line": finding.line,
        "block": _block_at(blocks, finding.line or 0),
        "code": code,
        "fields": fields,
        "what": finding.what,
        "cure": finding.cure,
        "severity": finding.severity.value,
    }


def _is_joint(shown: ShownPaper, finding: Finding) -> bool:
    """Return whether a finding says what its quote's `joints` say."""
    quotes = shown.paper.chosen if shown.paper else ()
    return any(one.line == finding.line and finding.what in {str(remark) for remark in one.remarks} for one in quotes)


def _block_at(blocks: Sequence[Block], line: int) -> int | None:
    """Return the index of the block on whose lines `line` is, None where it is on none."""
    return next((at for at, one in enumerate(blocks) if one.line <= line <= one.last_line), None)


def _ms(seconds: Fraction) -> int:
    return round(seconds * 1000)
