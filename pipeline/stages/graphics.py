"""The film's graphics: what is asked of those who draw cards, credits, names and the bug, and when a roll is too fast."""

from collections.abc import Iterator
from fractions import Fraction
from math import ceil

from footage_manifest.fields import in_language
from footage_manifest.graphics import GraphicsStyle, Title, TitleKind
from footage_manifest.model import Manifest
from pipeline.ports.drawing import (
    BugRequest,
    CardRequest,
    CreditEntry,
    CreditsRequest,
    Drawn,
    DrawnCard,
    Look,
    LowerThirdRequest,
)
from pipeline.ports.stage import Stage
from pipeline.timeline.model import Clip, MediaKind, PictureEvent, SoundEvent, Timeline

_READ_MS = 400
"""How long a line of names has to be new: a roll that brings lines faster cannot be read."""


def look(style: GraphicsStyle, size: tuple[int, int], language: str, fonts: tuple[str, ...]) -> Look:
    """Return how graphics look in one language; `fonts` are digests, the film's own first."""
    return Look(
        width=size[0],
        height=size[1],
        language=language,
        fonts=fonts,
        text=style.text,
        background=style.background,
        accent=style.accent,
    )


def words_of(title: Title, language: str, thanked: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return every text of a title in one language, each with its field below the title's key; empty ones left out."""
    found = [("text", in_language(title.text, language)), ("under", in_language(title.under, language))]
    for number, line in enumerate(title.lines):
        found.append((f"lines.{number}.role", in_language(line.role, language)))
        found.extend((f"lines.{number}.names.{index}", name) for index, name in enumerate(line.names))
    if title.thanks:
        found.append(("thanks", in_language(title.thanks, language)))
        found.extend(("thanks", text) for text in thanked)
    return tuple((field, text) for field, text in found if text.strip())


def card_of(title: Title, style: Look, thanked: tuple[str, ...]) -> CardRequest | CreditsRequest:
    """Return the drawing of a title in the look's language; `thanked` are the credits of what the cut uses."""
    language = style.language
    if title.kind is not TitleKind.CREDITS:
        return CardRequest(
            look=style,
            text=in_language(title.text, language).strip(),
            under=in_language(title.under, language).strip(),
            chapter=title.kind is TitleKind.CHAPTER,
        )
    entries = (CreditEntry(role=in_language(line.role, language), names=line.names) for line in title.lines)
    return CreditsRequest(
        look=style,
        heading=in_language(title.text, language).strip(),
        entries=tuple(entries),
        thanks=in_language(title.thanks, language).strip(),
        thanked=thanked if title.thanks else (),
    )


def thanked(timeline: Timeline, manifest: Manifest) -> tuple[str, ...]:
    """Return the `credit` of every reel and still that is seen or heard in a cut, each once, in order of first use."""
    uses = sorted(_uses(timeline), key=lambda use: use[0])
    texts = (_credit(clip, manifest) for _, clip in uses)
    return tuple(dict.fromkeys(text for text in texts if text))


def _uses(timeline: Timeline) -> Iterator[tuple[int, Clip]]:
    """Yield every clip with the frame at which it begins; the outgoing side of a transition comes before the incoming."""
    events: tuple[PictureEvent | SoundEvent, ...] = (*timeline.picture, *timeline.sound)
    for event in events:
        if event.outgoing is not None:
            yield event.record.start, event.outgoing
        yield event.record.start, event.clip


def _credit(clip: Clip, manifest: Manifest) -> str:
    if clip.kind is MediaKind.REEL:
        return manifest.reels[clip.key].credit.strip()
    return manifest.stills[clip.key].credit.strip() if clip.kind is MediaKind.STILL else ""


def frames_to_read(card: DrawnCard, size: tuple[int, int], rate: Fraction) -> int:
    """Return how many frames a roll of the card needs, so that no line comes sooner than 0.4 s after the last."""
    travelled = card.height - size[1]
    return ceil(Fraction(travelled, max(card.line, 1)) * Fraction(_READ_MS, 1000) * rate)


def fade_frames(rate: Fraction, shown: int) -> int:
    """Return over how many frames a name fades in: 8 at 25 a second, as long at others, and never half of its time."""
    return min(round(Fraction(8, 25) * rate), shown // 3)


def _same_card(request: CardRequest | CreditsRequest) -> CardRequest | CreditsRequest:
    return request


def _same_overlay(request: LowerThirdRequest | BugRequest) -> LowerThirdRequest | BugRequest:
    return request


CARD = Stage(name="draw-card", version=1, plan=_same_card, result=DrawnCard)
OVERLAY = Stage(name="draw-overlay", version=1, plan=_same_overlay, result=Drawn)
