"""The paper edits of a film at the desk: read, saved and merged; quotes written for them."""

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from footage_manifest.findings import Finding, ManifestError
from footage_manifest.picture_plan import StillMove
from pipeline.assembly.paper import SUFFIX, PaperCut, stored_paper_cut
from pipeline.assembly.paper_find import Candidates, SaidReel, Sought
from pipeline.assembly.paper_page import ShownPaper, document_of, reels_played
from pipeline.assembly.paper_places import quote_key
from pipeline.assembly.paper_save import SavedPaper, paper_text, save_paper, version_of
from pipeline.assembly.paper_sources import SPOKEN_KINDS
from pipeline.assembly.paper_words import ReelSaid, reel_said
from pipeline.assembly.review_desk_answers import Denied, Problem, Refused, Why
from pipeline.assembly.review_desk_film import FilmOnDesk
from pipeline.assembly.review_desk_problems import problem_of, refused
from pipeline.assembly.review_desk_reels import ReelsOnDesk, Unheard
from pipeline.assembly.review_desk_work import Worker
from pipeline.assembly.search_clock import LabelledReel, labelled_reel
from pipeline.errors import ConsentError, FindingsError, PipelineError
from pipeline.timeline.paper_blocks import Block, blocks_of
from pipeline.timeline.paper_model import Entry, Narration, Over, Picture, Quote
from pipeline.timeline.paper_write import write_entry
from subtitles.errors import SubtitleError

_RELOAD = "correct the text, or load the page again"


@dataclass(frozen=True, slots=True, kw_only=True)
class LaidPicture:
    """A picture to be laid over: a still, or a reel from `from_ms` on (SOURCE); `ms` long, None for as long as it can be.

    `move` is how a still moves in this cut, None as it does in the film.
    """

    key: str
    from_ms: int = 0
    ms: int | None = None
    move: StillMove | None = None


class PapersOnDesk:
    """The paper edits of one film. Safe between threads, and beside people's editors."""

    def __init__(
        self, film: FilmOnDesk, reels: ReelsOnDesk, worker: Worker, film_of: Callable[[str], Path | None]
    ) -> None:
        self._film = film
        self._reels = reels
        self._worker = worker
        self._film_of = film_of
        self._lock = threading.Lock()

    def listed(self) -> list[dict[str, object]]:
        """Return the cuts that are written as text."""
        return [
            {"cut": name, "file": cut.source[0], "writable": not self._worker.read_only}
            for name, cut in self._film.production.film.cuts.items()
            if len(cut.source) == 1 and cut.source[0].lower().endswith(SUFFIX)
        ]

    def paper(self, cut: str) -> dict[str, object]:
        """Return a paper edit as it is stored, and what it plays. Raises Refused."""
        return self._document(cut, self._text(cut))

    def save(self, cut: str, base: str, mine: str) -> dict[str, object]:
        """Save a text that was made of `base`, merged with what others saved meanwhile. Raises Refused."""
        if self._worker.read_only:
            raise Refused(
                Denied.READ_ONLY, "this page is for reading", "ask whoever started it", code=Why.PAGE_READ_ONLY
            )
        file = self._file(cut)
        blocks, _ = self._blocks(file, mine)
        self._require_shown(blocks)
        try:
            with self._lock:
                saved = save_paper(self._film.folder, file, base, mine, languages=self._languages)
        except (PipelineError, OSError) as error:
            raise refused(Denied.BROKEN, error, _RELOAD) from error
        return {**self._document(cut, saved.text), "merged": saved.merged, "conflicts": _conflicts(saved)}

    def words(self, key: str) -> dict[str, object]:
        """Return the words of a reel in which quotes are looked for, in SOURCE time. Raises Refused."""
        said = self._said(key)
        return {
            "reel": key,
            "language": said.language,
            "words": [{"text": one.text, "start_ms": one.start_ms, "end_ms": one.end_ms} for one in said.spoken],
        }

    def quote(self, key: str, span: tuple[int, int]) -> str:
        """Return the lines that quote the words of a reel that are said within `span`, SOURCE time, its end exclusive.

        They carry the reel's timecode where the same words are said elsewhere in it. Raises Refused.
        """
        said = self._said(key)
        words = " ".join(one.text for one in said.spoken if span[0] <= one.start_ms < span[1])
        if not words:
            raise Refused(Denied.UNUSABLE, "nothing is said there", "choose words", code=Why.NO_QUOTE)
        quote = Quote(reel=key, parts=(words,))
        sought = Sought(line=1, reel=key, parts=quote.parts, key=quote_key(key, quote.parts))
        if isinstance(SaidReel(said=said).find(sought), Candidates):
            quote = Quote(reel=key, parts=(words,), source_in=self._clock(key).label(span[0]))
        return write_entry(quote, self._languages) + "\n\n"

    def tightened(self, text: str, tight_ms: int | None) -> str:
        """Return a quote's lines with pauses of at most `tight_ms`, as they were said for None. Raises Refused."""
        entry, behind = self._entry(text)
        if not isinstance(entry, Quote):
            raise Refused(Denied.UNUSABLE, "this is no quote", "choose a quote", code=Why.NO_QUOTE)
        return write_entry(replace(entry, tight_ms=tight_ms), self._languages) + behind

    def covered(self, text: str, picture: LaidPicture | None) -> str:
        """Return a quote's or narration's lines with one more picture over it, with none for None. Raises Refused."""
        entry, behind = self._entry(text)
        if not isinstance(entry, Quote | Narration):
            raise Refused(Denied.UNUSABLE, "this is no quote", "choose a quote", code=Why.NO_QUOTE)
        over: tuple[Over, ...] = ()
        if picture is not None:
            source_in = None
            self._require_shown_media((picture.key,))
            if picture.key not in self._film.production.manifest.stills:
                self._film.any_reel(picture.key)
                source_in = self._clock(picture.key).label(picture.from_ms)
            over = (*entry.over, Over(key=picture.key, source_in=source_in, ms=picture.ms, move=picture.move))
        return write_entry(replace(entry, over=over), self._languages) + behind

    def pictures(self) -> list[dict[str, object]]:
        """Return what may be laid over: the film's stills, then its reels, b-roll first; nobody's who withdrew."""
        manifest = self._film.production.manifest
        reels = sorted(manifest.reels, key=lambda key: manifest.reels[key].kind in SPOKEN_KINDS)
        listed = [*(("still", key) for key in manifest.stills), *(("reel", key) for key in reels)]
        return [{"kind": kind, "key": key} for kind, key in listed if self._film.withdrawn(key) is None]

    # ------------------------------------------------------------------------------------------------------------ parts

    @property
    def _languages(self) -> tuple[str, ...]:
        return tuple(self._film.production.film.languages)

    def _file(self, cut: str) -> str:
        self._film.cut(cut)
        file = next((one["file"] for one in self.listed() if one["cut"] == cut), None)
        if not isinstance(file, str):
            raise Refused(Denied.NOT_THERE, "this cut is no paper edit", "choose one of the list", code=Why.NO_PAPER)
        return file

    def _text(self, cut: str) -> str:
        try:
            return paper_text(self._film.folder, self._file(cut))
        except (PipelineError, OSError) as error:
            raise refused(Denied.BROKEN, error, "see to the file") from error

    def _document(self, cut: str, text: str) -> dict[str, object]:
        file, production = self._file(cut), self._film.production
        blocks, findings = self._blocks(file, text)
        paper: PaperCut | None = None
        problem: Problem | None = None
        try:
            paper = stored_paper_cut(
                self._film.folder, production, file, Unheard(), data=text.encode(), cut=cut, keep=False
            )
            findings = list(paper.findings)
        except ConsentError as error:  # what they said is not shown any more either
            raise refused(Denied.READ_ONLY, error, "take the line out of the file") from error
        except (PipelineError, ManifestError, SubtitleError) as error:
            problem = problem_of(error)
            findings = list(error.findings) if isinstance(error, FindingsError) else findings
        shown = ShownPaper(production=production, blocks=blocks, paper=paper, findings=findings)
        document = document_of(shown)
        return {
            "cut": cut,
            "file": file,
            "version": version_of(text),
            "writable": not self._worker.read_only,
            "text": text,
            "problem": problem.document() if problem else None,
            "films": {key: self._has_film(key) for key in reels_played(document)},
            **document,
        }

    def _has_film(self, key: str) -> bool:
        """Return whether a reel's film for browsers is there; that of one that may not be shown never is."""
        try:
            return self._film_of(key) is not None
        except (Refused, PipelineError):
            return False

    def _require_shown(self, blocks: Sequence[Block]) -> None:
        """Raise Refused where entries play somebody who withdrew consent: such a text is not written either."""
        entries = [block.entry for block in blocks]
        keys = [one.reel for one in entries if isinstance(one, Quote | Narration)]
        keys += [one.key for one in entries if isinstance(one, Picture)]
        keys += [over.key for one in entries if isinstance(one, Quote | Narration) for over in one.over]
        self._require_shown_media(keys)

    def _require_shown_media(self, keys: Iterable[str]) -> None:
        why = next((why for key in keys if (why := self._film.withdrawn(key))), None)
        if why:
            raise Refused(Denied.READ_ONLY, why.text, code=why.why, fields=why.fields)

    def _entry(self, text: str) -> tuple[Entry | None, str]:
        """Return the one entry of a text, None where it is no one entry, and what stands behind it."""
        blocks, _ = self._blocks("", text)
        if len(blocks) != 1:
            return None, ""
        return blocks[0].entry, blocks[0].text[len(blocks[0].words.rstrip("\r\n")) :]

    def _blocks(self, file: str, text: str) -> tuple[tuple[Block, ...], list[Finding]]:
        try:
            return blocks_of(text, file=file, languages=self._languages)
        except PipelineError as error:
            raise refused(Denied.UNUSABLE, error, _RELOAD) from error

    def _said(self, key: str) -> ReelSaid:
        self._film.reel(key)
        why = self._film.withdrawn(key)
        if why:
            raise Refused(Denied.READ_ONLY, why.text, code=why.why, fields=why.fields)
        heard = self._reels.transcript(key)
        if heard is None:
            raise Refused(
                Denied.NOT_THERE, "nobody has listened to this reel", "testimonio run does that", code=Why.NO_WORDS
            )
        return reel_said(self._film.folder, self._film.production, key, heard)

    def _clock(self, key: str) -> LabelledReel:
        production, media = self._film.production, self._reels.media(key)
        facts = media.reels.get(key) if media is not None else None
        return labelled_reel(key, production.manifest.reels[key], facts, production.film.timeline.clock)


def _conflicts(saved: SavedPaper) -> list[dict[str, object]]:
    return [{"base": one.base, "mine": one.mine, "theirs": one.theirs, "line": one.line} for one in saved.conflicts]
