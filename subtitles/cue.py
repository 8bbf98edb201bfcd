"""One subtitle: a text on screen for a while."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """A text shown from `start_ms`, inclusive, to `end_ms`, exclusive, in milliseconds.

    The clock is the owner's: source time in a reel's file, record time after `retime`. `text` holds its lines joined by
    a line feed, tags as people wrote them. `id` joins a spoken word, its cue in each language and its event (DESIGN, the
    road, 5); it is empty for a cue that only a file knows.
    """

    id: str = ""
    start_ms: int
    end_ms: int
    text: str

    @property
    def lines(self) -> tuple[str, ...]:
        """Return the lines of the text as written."""
        return tuple(self.text.split("\n"))

    @property
    def duration_ms(self) -> int:
        """Return how long the cue stays, in milliseconds."""
        return self.end_ms - self.start_ms
