"""What was said, word by word, in SOURCE time: milliseconds from the reel's first displayed frame (SEMANTICS rule 13)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One word as heard. `text` carries its punctuation and no surrounding space.

    `start_ms` is inclusive, `end_ms` exclusive. `confidence` is in thousandths, 0 to 1000.
    `joins_previous` is True where no space stands between this word and the one before it.
    """

    text: str
    start_ms: int
    end_ms: int
    confidence: int
    joins_previous: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """The words of one reel in order of time, the language they are in, and how sure the recogniser was of it.

    `language_confidence` is in thousandths, 1000 where a person named the language.
    """

    language: str
    language_confidence: int = 1000
    words: tuple[Word, ...] = ()
