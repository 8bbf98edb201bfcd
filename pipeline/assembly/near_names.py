"""Names of the manifest and terms of the glossary that were heard nearly right: said, and never changed by itself."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from footage_manifest.model import Production
from pipeline.stages.transcribe import vocabulary
from pipeline.tools.near_terms import near_terms
from subtitles.quote_words import folded
from subtitles.transcript import Transcript, Word

_DOUBTFUL = 500
"""The confidence, in thousandths, that a word has at most which may be a name heard wrongly: the page marks it."""

_LEAST_LETTERS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class NearName:
    """What was `heard` in a reel where a name or `term` may be meant, from `start_ms` to `end_ms` of the reel's time."""

    reel: str
    language: str
    heard: str
    term: str
    start_ms: int
    end_ms: int

    def __str__(self) -> str:
        """Return it as a line for people."""
        minutes, ms = divmod(self.start_ms, 60_000)
        return f"'{self.heard}' was heard at {minutes}:{ms / 1000:04.1f}, and may be '{self.term}': listen to it"


def near_names(production: Production, reel: str, heard: Transcript) -> tuple[NearName, ...]:
    """Return where names and terms that may be heard in a reel were heard nearly right, in order of time.

    Names under protection are never among them, as they never prime the recogniser either.
    """
    found = []
    for language in heard.languages:
        words = [word for word in heard.words if (word.language or heard.language) == language]
        terms = tuple(_terms(vocabulary(production, reel, language), production, reel))
        for near in near_terms([word.text for word in words], language, terms):
            said = words[near.first : near.after]
            found.append(
                NearName(
                    reel=reel,
                    language=language,
                    heard=" ".join(word.text.strip(".,;:!?¿¡") for word in said),
                    term=near.term,
                    start_ms=said[0].start_ms,
                    end_ms=said[-1].end_ms,
                )
            )
    return tuple(sorted(found, key=lambda one: one.start_ms))


def marked(words: Sequence[Word], names: Sequence[NearName]) -> tuple[Word, ...]:
    """Return the words, those that may be a name heard wrongly marked as doubtful."""
    spans = [(one.start_ms, one.end_ms) for one in names]
    return tuple(
        replace(word, confidence=min(word.confidence, _DOUBTFUL))
        if any(start <= word.start_ms and word.end_ms <= end for start, end in spans)
        else word
        for word in words
    )


def words_shown(production: Production, reel: str, heard: Transcript) -> list[dict[str, object]]:
    """Return a reel's words for the review page, in order; `may_be` is the name that may be meant, where there is one."""
    names = near_names(production, reel, heard)
    shown: list[dict[str, object]] = []
    for word in heard.words:
        may_be = next((one.term for one in names if one.start_ms <= word.start_ms and word.end_ms <= one.end_ms), None)
        shown.append(
            {
                "text": word.text,
                "start_ms": word.start_ms,
                "end_ms": word.end_ms,
                "confidence": word.confidence,
                **({"may_be": may_be} if may_be else {}),
            }
        )
    return shown


def _terms(wider: Sequence[str], production: Production, reel: str) -> Iterator[str]:
    """Yield each text, and of people's names each part that is long enough to be told from other words."""
    people = production.manifest.people
    names = {people[key].name for key in production.manifest.reels[reel].people or () if key in people}
    for text in wider:
        parts = text.split() if text in names else []
        if len(parts) > 1:
            yield from (part for part in parts if len("".join(folded(part))) >= _LEAST_LETTERS)
        else:
            yield text
