"""Passages that people marked, at the desk: shown with a reel's words, added by whoever sits there, and taken out again."""

from footage_manifest.timecode import TimecodeError
from pipeline.assembly.mark_list import mark_passage
from pipeline.assembly.marks import Mark, read_marks, remove_mark
from pipeline.assembly.review_desk_answers import Denied, Refused, Why
from pipeline.assembly.review_desk_film import FilmOnDesk
from pipeline.assembly.review_desk_problems import refused
from pipeline.assembly.review_desk_reels import ReelsOnDesk
from pipeline.assembly.review_desk_work import Worker
from pipeline.assembly.search_clock import LabelledReel, labelled_reel
from pipeline.errors import PipelineError, UsageError
from subtitles.errors import SubtitleError


class MarksOnDesk:
    """The marks of one film. The file is people's: one line is added or taken out, the rest stays byte for byte."""

    def __init__(self, film: FilmOnDesk, reels: ReelsOnDesk, worker: Worker) -> None:
        self._film = film
        self._reels = reels
        self._worker = worker

    def of(self, key: str) -> list[dict[str, object]]:
        """Return the marks of a reel, in SOURCE milliseconds, ends exclusive. Raises Refused.

        Marks whose times the reel's clock does not have are left out: `testimonio marks list` tells of them.
        """
        self._open(key)
        clock = self._clock(key)
        try:
            found = read_marks(self._film.folder, self._film.production).marks
        except SubtitleError as error:
            raise refused(Denied.BROKEN, error, "mend the file") from error
        return [shown for one in found if one.reel == key and (shown := _shown(one, clock)) is not None]

    def add(self, key: str, span: tuple[int, int], tags: tuple[str, ...]) -> list[dict[str, object]]:
        """Mark what is said in `span`, SOURCE milliseconds, and return the reel's marks. Raises Refused."""
        self._may_write(key)
        clock = self._clock(key)
        times = (str(clock.label(span[0])), str(clock.label(span[1], end=True)))
        try:
            mark_passage(self._film.folder, key, times, tags, by=self._worker.reviewer)
        except UsageError as error:
            raise Refused(Denied.UNUSABLE, str(error), code=Why.BAD_MARK) from error
        except (SubtitleError, PipelineError) as error:
            raise refused(Denied.BROKEN, error) from error
        return self.of(key)

    def remove(self, key: str, line: int, text: str) -> list[dict[str, object]]:
        """Take out the mark on `line` of the file while it still reads `text`, and return the rest. Raises Refused."""
        self._may_write(key)
        try:
            remove_mark(self._film.folder, line, text)
        except UsageError as error:
            raise Refused(Denied.CLASH, str(error), code=Why.MARK_CHANGED) from error
        except (SubtitleError, PipelineError) as error:
            raise refused(Denied.BROKEN, error) from error
        return self.of(key)

    def _clock(self, key: str) -> LabelledReel:
        """Return a reel's own clock. Raises Refused where nobody has looked at its files."""
        production, media = self._film.production, self._reels.media(key)
        facts = media.reels.get(key) if media is not None else None
        return labelled_reel(key, production.manifest.reels[key], facts, production.film.timeline.clock)

    def _open(self, key: str) -> None:
        self._film.reel(key)
        why = self._film.withdrawn(key)
        if why:
            raise Refused(Denied.READ_ONLY, why.text, code=why.why, fields=why.fields)

    def _may_write(self, key: str) -> None:
        if self._worker.read_only:
            raise Refused(
                Denied.READ_ONLY, "this page is for reading", "ask whoever started it", code=Why.PAGE_READ_ONLY
            )
        self._open(key)


def _shown(mark: Mark, clock: LabelledReel) -> dict[str, object] | None:
    try:
        begin, end = clock.ms(mark.start), clock.ms(mark.end)
    except TimecodeError:
        return None
    if not 0 <= begin < end:
        return None
    return {
        "line": mark.line,
        "text": mark.text,
        "from_ms": begin,
        "to_ms": end,
        "tags": list(mark.tags),
        "by": mark.by,
        "note": mark.note,
    }
