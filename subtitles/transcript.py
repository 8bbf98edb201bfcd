"""What was said, word by word, in SOURCE time: milliseconds from the reel's first displayed frame (SEMANTICS rule 13)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One word as heard. `text` carries its punctuation and no surrounding space.

    `start_ms` is inclusive, `end_ms` exclusive. `confidence` is in thousandths, 0 to 1000.
    `joins_previous` is True where no space stands between this word and the one before it. `language` is the one it was
    said in, empty where that is the transcript's.
    """

    text: str
    start_ms: int
    end_ms: int
    confidence: int
    joins_previous: bool = False
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """The words of one reel in order of time, the language they are in, and how sure the recogniser was of it.

    `language_confidence` is in thousandths, 1000 where a person named the language. `other_language` is the second one of a
    reel in which two are spoken: each of its words then names its own. Empty where one is spoken.
    """

    language: str
    language_confidence: int = 1000
    words: tuple[Word, ...] = ()
    other_language: str = ""

    @property
    def languages(self) -> tuple[str, ...]:
        """Return the languages that are spoken: one, or both."""
        return (self.language, self.other_language) if self.other_language else (self.language,)
