"""What would leave this machine: said in plain words before anything does, with what it would cost.

A reel is sent only if everyone in it has granted consent (`footage_manifest.services.may_send`); the others stay
untranslated and are named. Nothing here sends anything, asks a server anything or looks for a key.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal
from pathlib import Path

from footage_manifest.findings import Finding, Severity
from footage_manifest.model import FILM_FILE, Production, ReelKind
from footage_manifest.services import may_send
from footage_manifest.translation import TranslationEngine
from footage_manifest.wording import listed
from pipeline.assembly.handover import present, read_track
from subtitles.cue import Cue
from subtitles.errors import SubtitleError
from subtitles.tags import plain

_MOST_REELS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """What one service would be given in one direction. `cost` is None where film.yaml gives no price.

    `characters` are those of the subtitles themselves: the few around them that go along as context are not paid for.
    """

    service: str
    source: str
    target: str
    reels: tuple[str, ...]
    cues: int
    characters: int
    cost: Decimal | None
    price: Decimal | None

    def __str__(self) -> str:
        """Return one line: which service, what, how much, for how much."""
        named = self.reels[:_MOST_REELS]
        more = f" and {len(self.reels) - len(named)} more" if len(self.reels) > len(named) else ""
        what = f"{_counted(self.cues, 'cue')}, {self.characters:,} characters of {', '.join(named)}{more}"
        price = "what that costs is not known (translation.price_per_million)"
        if self.cost is not None:
            price = f"about {self.cost} at {self.price} a million characters"
        return f"{what} go to {self.service}, an outside service, from {self.source} into {self.target}: {price}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """A reel that a service would translate and that is not sent, and why not."""

    reel: str
    service: str
    direction: tuple[str, str]
    reason: str

    def __str__(self) -> str:
        """Return one line."""
        place = f"{self.reel} is not translated from {self.direction[0]} into {self.direction[1]}"
        return f"{place}: its words are not sent to {self.service}, because {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """Everything that a run would send, and what it would keep back."""

    sendings: tuple[Sending, ...] = ()
    withheld: tuple[Withheld, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """Return it in words, one line each."""
        return (*map(str, self.sendings), *map(str, self.withheld))


def outgoing(
    production: Production, folder: Path, spoken: Mapping[str, tuple[str, Iterable[Cue]]], on: dt.date
) -> Outgoing:
    """Return what would be sent of reels; `spoken` maps each to its language and its cues as people have them.

    What an earlier run that was broken off already has is not sent again, and is counted here all the same.
    """
    sent: dict[tuple[str, str], list[tuple[str, Iterable[Cue]]]] = {}
    withheld: list[Withheld] = []
    for key, (source, cues) in spoken.items():
        for target in production.film.languages:
            service = production.film.translation.into(source, target).service
            if target == source or not service or present(folder, key, target):
                continue
            decision = may_send(production.manifest, key, on)
            if decision.allowed:
                sent.setdefault((source, target), []).append((key, cues))
            else:
                kept = Withheld(reel=key, service=service, direction=(source, target), reason=decision.reason)
                withheld.append(kept)
    sendings = tuple(
        sending(production.film.translation.into(*direction), direction, reels) for direction, reels in sent.items()
    )
    return Outgoing(sendings=sendings, withheld=tuple(withheld))


def findings(folder: Path, production: Production, on: dt.date) -> tuple[Finding, ...]:
    """Return as notes what the next run would send, as far as the subtitles of the spoken language are there."""
    spoken: dict[str, tuple[str, Iterable[Cue]]] = {}
    later = []
    for key, reel in production.manifest.reels.items():
        if reel.kind not in {ReelKind.INTERVIEW, ReelKind.NARRATION} or not _by_service(production, folder, key):
            continue
        source = reel.language[0] if reel.language else None
        try:
            track = read_track(folder, key, source) if source else None
        except SubtitleError:  # said by who checks the files
            continue
        if track is None or source is None:
            later.append(key)
        else:
            spoken[key] = (source, track.cues)
    lines = list(outgoing(production, folder, spoken, on).lines)
    if later:
        lines.append(f"{listed(later)}: how much would be sent is known when the spoken words have been transcribed")
    cure = "choose an engine on this machine if that is not meant"
    return tuple(production.finding(FILM_FILE, "services", line, cure, Severity.NOTE) for line in lines)


def _by_service(production: Production, folder: Path, key: str) -> bool:
    """Return whether a service would translate a reel into any language in which it is not there yet."""
    languages = production.manifest.reels[key].language or production.film.languages[:1]
    return any(
        production.film.translation.into(source, target).service
        for source in languages
        for target in production.film.languages
        if target != source and not present(folder, key, target)
    )


def sending(
    engine: TranslationEngine, direction: tuple[str, str], reels: Iterable[tuple[str, Iterable[Cue]]]
) -> Sending:
    """Return what would be sent of reels in one direction."""
    reels = [(key, tuple(cues)) for key, cues in reels]
    texts = [plain(cue.text) for _, cues in reels for cue in cues]
    characters = sum(len(" ".join(text.split())) for text in texts)
    price = engine.price_per_million
    cost = None if price is None else (price * characters / 1_000_000).quantize(Decimal("0.01"), ROUND_UP)
    return Sending(
        service=engine.service,
        source=direction[0],
        target=direction[1],
        reels=tuple(key for key, _ in reels),
        cues=sum(bool(text.strip()) for text in texts),
        characters=characters,
        cost=cost,
        price=price,
    )


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"
