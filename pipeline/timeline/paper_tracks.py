"""Lays the entries of a paper edit on tracks one after the other, in frames of the film's clock from the cut's start."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from footage_manifest.graphics import Title, TitleKind
from footage_manifest.sound_plan import LaidSound
from pipeline.timeline.handles import reel_seconds, sound_ends
from pipeline.timeline.interchange_model import Medium, Piece, Place
from pipeline.timeline.paper_media import PaperMedia, too_long
from pipeline.timeline.paper_model import Entry, Heading, Music, Narration, Over, Picture, Quote, TitleCard
from pipeline.timeline.wording import seconds_text

WORDS_A_MINUTE = {"es": 160}
_OTHER_WORDS_A_MINUTE = 150


def spoken_seconds(text: str, language: str) -> Fraction:
    """Return how long a narrator takes for `text`: 160 words a minute in Spanish, else 150."""
    return Fraction(len(text.split()) * 60, WORDS_A_MINUTE.get(language.partition("-")[0], _OTHER_WORDS_A_MINUTE))


@dataclass(slots=True, kw_only=True)
class Layout:
    """The tracks so far: `below` (V1), `above` (V2), `heard` (A1); `at` is the frame at which the next entry begins.

    `pieces` holds by line what quotes play, SOURCE milliseconds; `zero` is the record frame of the cut's first frame.
    """

    media: PaperMedia
    pieces: Mapping[int, tuple[tuple[int, int], ...]]
    zero: int
    at: int = 0
    below: list[Piece] = field(default_factory=list)
    above: list[Piece] = field(default_factory=list)
    heard: list[Piece] = field(default_factory=list)
    titles: dict[str, Title] = field(default_factory=dict)
    music: list[LaidSound] = field(default_factory=list)
    narration: dict[str, list[LaidSound]] = field(default_factory=dict)
    chapters: list[tuple[Heading, int]] = field(default_factory=list)
    _playing: tuple[Music, int] | None = None

    def add(self, entry: Entry) -> None:
        """Lay one entry behind those before it; what is wrong with it is a finding."""
        match entry:
            case Heading():
                self.chapters.append((entry, self.at))
                if entry.level == 1 and entry.ms:
                    self._card(entry.line, entry.texts, entry.ms, TitleKind.CHAPTER)
            case TitleCard():
                self._card(entry.line, entry.texts, entry.ms, TitleKind.TITLE)
            case Quote():
                self._quote(entry)
            case Picture():
                self._picture(entry)
            case Narration():
                self._narrate(entry)
            case Music():
                self._end_music()
                self._playing = (entry, self.at) if entry.reel else None

    def finish(self) -> None:
        """End what still plays, and the narration's black behind the last picture."""
        self._end_music()

    def _card(self, line: int, texts: tuple[str, ...], ms: int, kind: TitleKind) -> None:
        film = self.media.film
        key = texts[0] if kind is TitleKind.TITLE and len(texts) == 1 and texts[0] in film.titles else ""
        if not key:
            key = self.media.title_key(len(self.titles) + 1)
            text = texts[0] if len(texts) == 1 else dict(zip(film.languages, texts, strict=True))
            self.titles[key] = Title(kind=kind, text=text)
        medium = Medium(reel=key, names=(key,), clock=self.media.clock, start=0)
        self._show(line, medium, self.media.frames(Fraction(ms, 1000)))

    def _show(self, line: int, medium: Medium | None, frames: int, source: Fraction = Fraction(0)) -> None:
        self.below.append(self._piece(line, medium, self.at, frames, source))
        self.at += frames

    def _piece(self, line: int, medium: Medium | None, at: int, frames: int, source: Fraction = Fraction(0)) -> Piece:
        rate = self.media.clock.rate
        return Piece(place=Place(line=line), start=at / rate, end=(at + frames) / rate, medium=medium, source=source)

    def _quote(self, quote: Quote) -> None:
        facts = self.media.reel(quote.line, quote.reel)
        if facts is None:
            return
        spans = self._spans(quote)
        medium, first = self.media.medium(quote.reel), self.at
        if not facts.sound:
            self.media.refuse(
                quote.line, f"reel {quote.reel} has no sound", "quote a reel that was recorded with sound"
            )
        for begin, end in spans:
            end = min(end, max(reel_seconds(facts), begin))  # noqa: PLW2901 - a pause behind the last word may reach too far
            frames = self.media.frames(end - begin)
            self.heard.append(self._piece(quote.line, medium, self.at, frames, begin))
            self._show(quote.line, medium if facts.video is not None else None, frames, begin)
        self._lay_over(quote.line, quote.over, first)

    def _spans(self, quote: Quote) -> Sequence[tuple[Fraction, Fraction]]:
        """Return what of its reel a quote plays, in seconds; nothing, with a finding, where that is not known."""
        if quote.source_in is not None and quote.source_out is not None and quote.line not in self.pieces:
            begin, end = (
                self.media.seconds(quote.line, quote.reel, one) for one in (quote.source_in, quote.source_out)
            )
            if end > begin:
                return [(begin, end)]
            what = f"{quote.source_out} is not behind {quote.source_in}"
            self.media.refuse(quote.line, what, "write the later time second; it is exclusive")
            return []
        return self._placed(quote.line)

    def _placed(self, line: int) -> list[tuple[Fraction, Fraction]]:
        pieces = self.pieces.get(line, ())
        if not pieces:
            self.media.refuse(line, "it is not known where this was said", "place the quotes of this cut first")
        return [(Fraction(max(0, first), 1000), Fraction(end, 1000)) for first, end in pieces]

    def _picture(self, picture: Picture) -> None:
        medium = self.media.picture(picture.line, picture.key, picture.source_in, picture.move)
        frames = self.media.frames(Fraction(picture.ms, 1000))
        source = Fraction(0)
        if picture.source_in is not None:
            source = self.media.seconds(picture.line, picture.key, picture.source_in)
        facts = self.media.facts.get(picture.key)
        if self.media.is_reel(picture.key) and facts is not None and facts.sound and not picture.silent:
            self.heard.append(self._piece(picture.line, medium, self.at, frames, source))
        self._show(picture.line, medium, frames, source)

    def _narrate(self, narration: Narration) -> None:
        first = self.at
        language = self.media.film.languages[0]
        if not narration.reel:
            frames = self.media.frames(spoken_seconds(narration.text, language))
            what = (
                f"this narration is not recorded yet: {too_long(frames, self.media.clock)} are held for it, in silence"
            )
            self.media.warn(narration.line, what, "record it, and name its reel: Narration KEY: ...")
            self._show(narration.line, None, frames)
        elif self.media.reel(narration.line, narration.reel) is not None:
            own = self.media.manifest.reels[narration.reel].language or ()
            language = own[0] if len(own) == 1 and own[0] in self.media.film.languages else language
            for begin, end in self._placed(narration.line):
                frames = self.media.frames(end - begin)
                self._lay(narration.reel, begin, self.at, frames, language)
                self._show(narration.line, None, frames)
        self._lay_over(narration.line, narration.over, first)

    def _lay(self, reel: str, begin: Fraction, at: int, frames: int, language: str) -> None:
        """Lay a piece of a recorded narration under the cut, as far as its reel reaches."""
        facts = self.media.facts[reel]
        clock, over = self.media.clock, facts.sound and begin + frames / self.media.clock.rate > sound_ends(facts)
        self.narration.setdefault(language, []).append(
            LaidSound(
                reel=reel,
                at=clock.label(self.zero + at),
                until=None if over else clock.label(self.zero + at + frames),
                source_in_ms=int(begin * 1000),
            )
        )

    def _lay_over(self, line: int, over: Sequence[Over], first: int) -> None:
        """Lay pictures over what plays from `first` on: one after the other, those without a length share what is left."""
        if not over or self.at == first:
            return
        stated = [None if one.ms is None else self.media.frames(Fraction(one.ms, 1000)) for one in over]
        left, open_ = self.at - first - sum(one or 0 for one in stated), stated.count(None)
        if left < open_:
            what = f"what lies over it needs {too_long(self.at - first - left + open_, self.media.clock)}, and it lasts"
            self.media.refuse(
                line,
                f"{what} {too_long(self.at - first, self.media.clock)}",
                "shorten what lies over it, or leave it out",
            )
            return
        at = first
        for one, frames in zip(over, stated, strict=True):
            if frames is None:
                frames = left // open_  # noqa: PLW2901 - its share
                left, open_ = left - frames, open_ - 1
            medium = self.media.picture(line, one.key, one.source_in, one.move)
            source = self.media.seconds(line, one.key, one.source_in) if one.source_in is not None else Fraction(0)
            self.above.append(self._piece(line, medium, at, frames, source))
            at += frames

    def _end_music(self) -> None:
        """Lay the music that plays from its line to here."""
        if self._playing is None:
            return
        music, first = self._playing
        self._playing = None
        facts = self.media.reel(music.line, music.reel)
        if facts is None:
            return
        if self.at == first:
            self.media.warn(music.line, "nothing plays before this music ends", "take the line out")
            return
        clock = self.media.clock
        lasts, ends = (self.at - first) / clock.rate, sound_ends(facts) if facts.sound else Fraction(0)
        if facts.sound and ends < lasts:
            what = f"{music.reel} is over {seconds_text(lasts - ends)} before its stretch is"
            self.media.warn(music.line, what, "add a line that begins it again, or another")
        self.music.append(
            LaidSound(
                reel=music.reel,
                at=clock.label(self.zero + first),
                until=None if ends < lasts else clock.label(self.zero + self.at),
                gain_db=music.gain_db,
            )
        )
