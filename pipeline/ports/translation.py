"""translate: cues into another language, whole sentences at a time; one cue in is one cue out."""

from dataclasses import dataclass
from typing import Protocol

from pipeline.ports.speech import SoundOfReel, Span
from pipeline.ports.work import Executor


@dataclass(frozen=True, slots=True)
class TermPair:
    """A term and how it must be said in the other language."""

    source: str
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One sentence that may run over several cues: the cues' texts, lines joined by spaces, and where each is heard.

    `sound` is what was said, for engines that listen instead of read; None where there is none.
    """

    texts: tuple[str, ...]
    spans: tuple[Span, ...]
    sound: SoundOfReel | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TranslateRequest:
    """Translate passages from `source` to `target` (language codes), saying each term as its pair does."""

    source: str
    target: str
    passages: tuple[Passage, ...]
    terms: tuple[TermPair, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Translated:
    """One tuple a passage, one text a cue, in order. A text is never empty where its source was not.

    `missed_terms` lists terms that were in a source and are not in its translation.
    """

    passages: tuple[tuple[str, ...], ...]
    missed_terms: tuple[TermPair, ...] = ()


class Translator(Executor[TranslateRequest, Translated], Protocol):
    """Translates. `covers` says which directions it can; asked for another it raises ToolMissing."""

    @property
    def name(self) -> str:
        """The engine's name, as in film.yaml."""

    @property
    def service(self) -> str:
        """The outside service that what is said would be sent to; empty for an engine that works on this machine."""

    def covers(self, source: str, target: str) -> bool:
        """Return whether this engine, as installed here, can translate from `source` to `target`."""
