"""Entries of a paper edit written as text that reads well on paper and is read again as the same entries."""

import textwrap
from collections.abc import Sequence

from pipeline.errors import TimelineError
from pipeline.timeline.paper_lines import in_quotation_marks, length_text
from pipeline.timeline.paper_model import Entry, Heading, Music, Narration, Note, Picture, Quote, TitleCard
from pipeline.timeline.paper_options import Options, Shot, options_text, shot_text
from pipeline.timeline.paper_text import DEFAULT_CARD_MS, read_paper
from pipeline.timeline.paper_words import parts_text, texts_text

_WIDTH = 110


def write_entry(entry: Entry, languages: tuple[str, ...]) -> str:
    """Return the lines of an entry, joined by line feeds, without one at the end; `languages` are the film's, in order.

    Read again, it is an equal entry.
    """
    match entry:
        case Heading() | TitleCard():
            text = _card(entry, languages)
        case Quote():
            text = _quote(entry)
        case Narration():
            text = _narration(entry)
        case Picture():
            one = Shot(key=entry.key, source_in=entry.source_in, ms=entry.ms, move=entry.move, silent=entry.silent)
            text = f"![{' '.join(entry.words.split())}]({shot_text(one)})"
        case Music():
            gain = f" {entry.gain_db:g} dB" if entry.gain_db else ""
            text = f"Music: {entry.reel}{gain}" if entry.reel else "Music: off"
        case Note():
            text = entry.text
    return text


def paper_of(entries: Sequence[Entry], languages: tuple[str, ...]) -> str:
    """Return the text of a paper edit with `entries`, a blank line between them but for notes that follow one another."""
    text = ""
    for before, entry in zip([None, *entries], entries, strict=False):
        together = isinstance(before, Note) and isinstance(entry, Note)
        text += ("" if before is None else "\n" if together else "\n\n") + write_entry(entry, languages)
    return f"{text}\n" if text else ""


def _card(entry: Heading | TitleCard, languages: tuple[str, ...]) -> str:
    words = texts_text(entry.texts, languages)
    head, default = "Title:", DEFAULT_CARD_MS
    if isinstance(entry, Heading):
        head = "#" * entry.level
        default = DEFAULT_CARD_MS if entry.level == 1 else 0
    # Words in brackets at the end might be read as a length.
    plain = isinstance(entry, Heading) and entry.ms == default and not words.endswith(")")
    return f"{head} {words}" if plain else f"{head} {words} ({length_text(entry.ms)})"


def _narration(entry: Narration) -> str:
    key = f" {entry.reel}" if entry.reel else ""
    said = in_quotation_marks(" ".join(entry.text.split()))
    return f"Narration{key}: {_with(said, Options(over=entry.over))}"


def _quote(quote: Quote) -> str:
    times = "-".join(str(label) for label in (quote.source_in, quote.source_out) if label is not None)
    head = f"{quote.reel} {times}: " if times else f"{quote.reel}: "
    said = in_quotation_marks(parts_text(quote.parts))
    wanted = Options(over=quote.over, tight_ms=quote.tight_ms)
    whole = f"> {head}{_with(said, wanted)}"
    if len(whole) <= _WIDTH:
        return whole
    lines = textwrap.wrap(head + said, _WIDTH - 2, break_long_words=False, break_on_hyphens=False)
    asked = options_text(wanted)
    folded = "\n".join(f"> {line}" for line in [*lines, *([asked] if asked else [])])
    # A mark at a line's end may close what it stands in, and a line may look like a quote of its own.
    return folded if _reads_as(folded, quote) else whole


def _reads_as(text: str, quote: Quote) -> bool:
    try:
        return read_paper(text.encode(), file="", languages=()).entries == (quote,)
    except TimelineError:
        return False


def _with(said: str, wanted: Options) -> str:
    asked = options_text(wanted)
    return f"{said}  {asked}" if asked else said
