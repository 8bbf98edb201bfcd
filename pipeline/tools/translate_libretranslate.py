"""Translation by a LibreTranslate server, on this machine or elsewhere; elsewhere it is an outside service.

One question a passage: an answer cannot be mistaken for another's. What goes out is the passage and its two languages, with
made-up words for the glossary's terms and people's names.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from footage_manifest.translation import is_this_machine
from pipeline.errors import ToolMissing
from pipeline.ports.translation import Translated, TranslateRequest
from pipeline.ports.work import Bench
from pipeline.tools.translate_apertium import TASK
from pipeline.tools.translate_http import Malformed, Patience, Service
from pipeline.tools.translate_keys import find_key
from pipeline.tools.translate_shielded import Secrets, translate_shielded


class LibreTranslator:
    """Translates by the server at `url`. `private` are names that are not sent to another machine."""

    name = "libretranslate"

    def __init__(
        self, url: str, *, film: Path | None = None, private: Sequence[str] = (), patience: Patience | None = None
    ) -> None:
        here = is_this_machine(url)
        self.service = "" if here else self.name
        self._url = url
        self._film = film
        self._private = () if here else tuple(sorted(private))
        self._patience = patience
        self._languages: Mapping[str, frozenset[str]] | None = None

    def covers(self, source: str, target: str) -> bool:
        """Return whether the server translates from `source` to `target`: it is asked which languages it has, once.

        Raises ToolError where it cannot be reached.
        """
        return self._codes(source, target) is not None

    def identity(self, request: TranslateRequest) -> Mapping[str, str]:
        """Return the server's address, a digest of the names that are not sent, and the options; it names no model."""
        del request
        return {
            "engine": self.name,
            "server": self._url,
            "private": hashlib.sha256("\n".join(self._private).encode()).hexdigest(),
            "options": "text; terms; names 2; ¿¡",
        }

    def provenance(self) -> Mapping[str, str]:
        """Return where the server is."""
        return {"server": self._url}

    def carry_out(self, requests: Sequence[TranslateRequest], bench: Bench) -> Iterator[tuple[int, Translated]]:
        """Yield (index, the translation of a request), each as it comes. Raises ToolMissing or ToolError."""
        directions = [self._needed(request) for request in requests]
        key = find_key(self.name, film=self._film)
        service = self._asked(secret=key or "")
        bench.progress.start(TASK, sum(len(request.passages) for request in requests), "passages")
        for index, (request, codes) in enumerate(zip(requests, directions, strict=True)):

            def say(texts: Sequence[str], codes: tuple[str, str] = codes) -> list[str]:
                return [service.post("/translate", _body(text, codes, key), {}, _text) for text in texts]

            yield index, translate_shielded(request, say, bench.progress.note, Secrets(self._private))
            bench.progress.advance(TASK, len(request.passages))
        bench.progress.finish(TASK)

    def _asked(self, *, secret: str = "") -> Service:
        return Service(
            f"LibreTranslate at {self._url}", self._url, this_machine=not self.service, secret=secret,
            patience=self._patience,
        )  # fmt: skip

    def _needed(self, request: TranslateRequest) -> tuple[str, str]:
        codes = self._codes(request.source, request.target)
        if codes is None:
            what = f"the LibreTranslate server does not translate {request.source} into {request.target}"
            raise ToolMissing(
                what, "install that pair there, or name another engine under translation.pairs in film.yaml"
            )
        return codes

    def _codes(self, source: str, target: str) -> tuple[str, str] | None:
        """Return what the server calls the two languages; None where it has not this direction."""
        if self._languages is None:
            self._languages = self._asked().get("/languages", _languages)
        known = self._languages
        for one in _spellings(source):
            for other in _spellings(target):
                if one != other and other in known.get(one, ()):
                    return one, other
        return None


def _body(text: str, codes: tuple[str, str], key: str | None) -> dict[str, object]:
    said: dict[str, object] = {"q": text, "source": codes[0], "target": codes[1], "format": "text"}
    return {**said, "api_key": key} if key else said


def _text(answer: object) -> str:
    text = answer.get("translatedText") if isinstance(answer, dict) else None
    if not isinstance(text, str):
        raise Malformed("no translated text")
    return text


def _languages(answer: object) -> Mapping[str, frozenset[str]]:
    if not isinstance(answer, list):
        raise Malformed("no list of languages")
    listed = [one for one in answer if isinstance(one, dict) and isinstance(one.get("code"), str)]
    codes = frozenset(str(one["code"]) for one in listed)
    found = {}
    for one in listed:
        targets = one.get("targets")
        found[str(one["code"])] = frozenset(map(str, targets)) if isinstance(targets, list) else codes
    return found


def _spellings(language: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((language, language.partition("-")[0].lower())))
