"""Translation by DeepL, an outside service: only for films that allow it, and only of people who agreed.

What goes out: the passages, numbered, glossary terms as the film says them, and the sentences around them, which DeepL takes
as context. What does not: people's names (made-up words stand for them), the film's title, file names, times, notes.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pipeline.errors import ToolMissing
from pipeline.ports.translation import Passage, Translated, TranslateRequest
from pipeline.ports.work import Bench
from pipeline.tools.translate_apertium import TASK
from pipeline.tools.translate_http import Malformed, Patience, Service
from pipeline.tools.translate_keys import find_key, how_to_give
from pipeline.tools.translate_laying import Laid, gathered, lay, says_something, whole
from pipeline.tools.translate_marked import KEPT, Marked, mark, unmark
from pipeline.tools.translate_shielded import Secrets, finished, not_translated, sensible

PAID, FREE = "https://api.deepl.com", "https://api-free.deepl.com"
"""DeepL's two servers; keys to the free one end in `:fx` (DeepL's documentation, Authentication)."""

_AT_ONCE = 10
_AROUND = 2
_MOST_CONTEXT = 3000
"""Passages in one question (DeepL takes up to 50), and how much around them goes with it, in passages and characters."""

_LISTED = "ar bg cs da de el en es et fi fr he hu id it ja ko lt lv nb nl pl pt ro ru sk sl sv th tr uk vi zh"
_SOURCES = frozenset(_LISTED.split())
_TARGETS = {"en": "EN-US", "pt": "PT-PT", "zh": "ZH-HANS", "no": "NB"}
_VARIANTS = frozenset({"EN-GB", "EN-US", "PT-BR", "PT-PT", "ZH-HANS", "ZH-HANT", "ES-419"})
"""What DeepL translates (its documentation, Supported languages): sources without a variant, targets with one or without."""


class DeepLTranslator:
    """Translates by DeepL. `private` are names that are not sent; `film` is a folder from which no key is ever taken."""

    name = "deepl"
    service = "deepl"

    def __init__(
        self,
        *,
        film: Path | None = None,
        private: Sequence[str] = (),
        server: str | None = None,
        patience: Patience | None = None,
    ) -> None:
        self._film = film
        self._private = tuple(sorted(private))
        self._server = server
        self._patience = patience

    def covers(self, source: str, target: str) -> bool:
        """Return whether DeepL translates from `source` to `target`, from the list in its documentation."""
        return _source(source) != _source(target) and _source(source) in _SOURCES and _source(target) in _SOURCES

    def identity(self, request: TranslateRequest) -> Mapping[str, str]:
        """Return the options, and a digest of the names that are not sent; DeepL does not say which model it uses."""
        return {
            "engine": self.name,
            "target": _target(request.target),
            "private": hashlib.sha256("\n".join(self._private).encode()).hexdigest(),
            "options": f"xml; {_AT_ONCE} at once, {_AROUND} around as context; terms; names 2; ¿¡",
        }

    def provenance(self) -> Mapping[str, str]:
        """Return which service it was."""
        return {"service": "DeepL API v2"}

    def carry_out(self, requests: Sequence[TranslateRequest], bench: Bench) -> Iterator[tuple[int, Translated]]:
        """Yield (index, the translation of a request), each as it comes. Raises ToolMissing or ToolError."""
        for request in requests:
            if not self.covers(request.source, request.target):
                what = f"DeepL does not translate {request.source} into {request.target}"
                raise ToolMissing(what, "name another engine for that direction under translation.pairs in film.yaml")
        key = find_key("deepl", film=self._film)
        if key is None:
            raise ToolMissing("there is no key to DeepL", how_to_give("deepl"))
        server = self._server or (FREE if key.endswith(":fx") else PAID)
        asking = _Asking(Service("DeepL", server, secret=key, patience=self._patience), key, bench, self._private)
        bench.progress.start(TASK, sum(len(request.passages) for request in requests), "passages")
        for index, request in enumerate(requests):
            yield index, asking.translated(request)
        bench.progress.finish(TASK)


class _Asking:
    """One run's conversation with DeepL."""

    def __init__(self, service: Service, key: str, bench: Bench, private: Sequence[str]) -> None:
        self._service = service
        self._headers = {"Authorization": f"DeepL-Auth-Key {key}"}
        self._bench = bench
        self._secrets = Secrets(private)

    def translated(self, request: TranslateRequest) -> Translated:
        """Return the translation of a request."""
        all_marked = [
            mark(number, whole(passage), request.terms, request.target, self._secrets)
            for number, passage in enumerate(request.passages)
        ]
        speaking = [number for number, passage in enumerate(request.passages) if says_something(passage)]
        said: dict[int, str] = {}
        for first in range(0, len(speaking), _AT_ONCE):
            numbers = speaking[first : first + _AT_ONCE]
            said.update(self._said([all_marked[at] for at in numbers], all_marked, request))
            self._bench.progress.advance(TASK, len(numbers))
        self._bench.progress.advance(TASK, len(request.passages) - len(speaking))
        return gathered([self._laid(passage, said.get(at), request) for at, passage in enumerate(request.passages)])

    def _laid(self, passage: Passage, said: str | None, request: TranslateRequest) -> Laid:
        if said is None:
            return lay(passage, whole(passage), request)
        if not said:
            self._bench.progress.note(not_translated(passage))
        return lay(passage, finished(said, request.target), request)

    def _said(self, asked: Sequence[Marked], around: Sequence[Marked], request: TranslateRequest) -> dict[int, str]:
        """Return what DeepL says of each passage by its number; what was spoiled among others is asked for alone."""
        said = self._answers(asked, around, request)
        spoiled = [one for one in asked if not sensible(said[one.number], one.xml)]
        for one in spoiled:
            again = self._answers([one], around, request)[one.number] if len(asked) > 1 else ""
            said[one.number] = again if sensible(again, one.xml) else ""
        return said

    def _answers(self, asked: Sequence[Marked], around: Sequence[Marked], request: TranslateRequest) -> dict[int, str]:
        body = {
            "text": [one.xml for one in asked],
            "source_lang": _source(request.source).upper(),
            "target_lang": _target(request.target),
            "context": _context(asked, around),
            "tag_handling": "xml",
            "ignore_tags": [KEPT],
            "non_splitting_tags": ["i", "b", "u"],
            "preserve_formatting": True,
        }
        return self._service.post("/v2/translate", body, self._headers, lambda answer: _read(answer, asked))


def _read(answer: object, asked: Sequence[Marked]) -> dict[int, str]:
    """Return the translations by number. Raises Malformed unless each is there and stands where it belongs."""
    found = answer.get("translations") if isinstance(answer, dict) else None
    if not isinstance(found, list):
        raise Malformed("no translations")
    if len(found) != len(asked):
        raise Malformed(f"{len(found)} translations of {len(asked)} texts")
    said = {}
    for one, marked in zip(found, asked, strict=True):
        text = one.get("text") if isinstance(one, dict) else None
        translation = unmark(text, marked) if isinstance(text, str) else None
        if translation is None:
            raise Malformed("translations out of order, or without their marks")
        said[marked.number] = translation
    return said


def _context(asked: Sequence[Marked], around: Sequence[Marked]) -> str:
    """Return what is said from a little before the texts until a little after them."""
    first, last = asked[0].number, asked[-1].number
    near = around[max(0, first - _AROUND) : last + _AROUND + 1]
    return " ".join(one.context for one in near)[:_MOST_CONTEXT]


def _source(language: str) -> str:
    primary = language.partition("-")[0].lower()
    return "nb" if primary == "no" else primary


def _target(language: str) -> str:
    full, primary = language.upper(), language.partition("-")[0].lower()
    return full if full in _VARIANTS else _TARGETS.get(primary, primary.upper())
