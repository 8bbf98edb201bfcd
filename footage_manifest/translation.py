"""Who drafts translations, and which outside services may be used for it: the nouns of film.yaml that say so.

Most engines work on this machine. A service does not: testimony leaves the machine only where film.yaml names it.
"""

import ipaddress
from decimal import Decimal
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, StringConstraints

from footage_manifest.fields import LANGUAGE_PATTERN, FrozenModel
from footage_manifest.wording import Refusal, shown

EngineName = Literal["auto", "apertium", "whisper", "ctranslate2", "deepl", "libretranslate", "none"]

SERVICES = ("deepl", "libretranslate")
"""The outside services there are; `services` in film.yaml names those that may be used."""

_CODE = LANGUAGE_PATTERN.strip("^$")
_HTTP = ("http", "https")


def _service_url(text: str) -> str:
    """Return the address of a server as it was written, without its last slash. Raises Refusal."""
    example = "write an address such as http://127.0.0.1:5000 or https://translate.example.org"
    try:
        parts = urlsplit(text)
        port_is_one = parts.port is None or parts.port > 0
    except ValueError:
        raise Refusal(f"{shown(text)} is no address of a server", example) from None
    if (
        parts.scheme not in _HTTP
        or not parts.hostname
        or not port_is_one
        or not text.isascii()
        or not text.isprintable()
    ):
        raise Refusal(f"{shown(text)} is no address of a server", example)
    if parts.username is not None or parts.password is not None:
        cure = "take it out of the address, and put it into the environment as TESTIMONIO_LIBRETRANSLATE_KEY"
        raise Refusal("a password stands in the address", cure)
    if parts.query or parts.fragment:
        raise Refusal(f"{shown(text)} holds more than a server and a path", example)
    if parts.scheme == "http" and not is_this_machine(text):
        what = f"{shown(text)} is another machine, and http:// would send people's words there in the open"
        raise Refusal(what, "write https://, or run the server on this machine (http://127.0.0.1:5000)")
    return text.rstrip("/")


def is_this_machine(url: str) -> bool:
    """Return whether an address is this machine's own: localhost, 127.0.0.0/8 or ::1."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


ServerAddress = Annotated[str, AfterValidator(_service_url)]
Direction = Annotated[str, StringConstraints(pattern=f"^{_CODE}-{_CODE}$")]


class TranslationEngine(FrozenModel):
    """One engine that drafts translations, and what it needs to be told."""

    engine: EngineName = Field(default="auto", description="Who drafts translations.")
    model: Annotated[str, Field(min_length=1)] | None = Field(
        default=None,
        description="Weights for ctranslate2: a folder in the film or anywhere, or the name of one that was put in place.",
        examples=["models/opus-mt-es-en"],
    )
    url: ServerAddress | None = Field(
        default=None, description="Where the LibreTranslate server is.", examples=["http://127.0.0.1:5000"]
    )
    price_per_million: Annotated[Decimal, Field(ge=0, le=1_000_000)] | None = Field(
        default=None, description="What a service asks for a million characters, for the estimate before they are sent."
    )

    @property
    def service(self) -> str:
        """Return the outside service that texts would be sent to; empty where they stay on this machine."""
        if self.engine == "libretranslate" and self.url and is_this_machine(self.url):
            return ""
        return self.engine if self.engine in SERVICES else ""


class Translation(TranslationEngine):
    """Which engine drafts translations, for the whole film or by direction."""

    pairs: dict[Direction, TranslationEngine] = Field(
        default_factory=dict,
        description="Another engine for one direction: {es-fr: {engine: ctranslate2, model: models/opus-mt-es-fr}}.",
    )

    def into(self, source: str, target: str) -> TranslationEngine:
        """Return the engine that is asked to translate from `source` into `target`."""
        return self.pairs.get(f"{source}-{target}", self)
