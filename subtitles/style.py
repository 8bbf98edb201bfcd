"""Named sets of subtitle rules: how much text, for how long, how far apart, how punctuated, each number with its source.

The sets contradict each other, and that is why they are named: what one publisher closes another leaves open. The guides, as
read in 2026:

    [NG] Netflix, Timed Text Style Guide: General Requirements
    [NT] Netflix, Timed Text Style Guide: Subtitle Timing Guidelines, written for 24 frames a second with half a second as
         12 frames; for other rates its frames are those fractions of half a second, except for the gap of 2 frames
    [NS] Netflix, Spanish (Latin America & Spain) Timed Text Style Guide
    [NE] Netflix, English (USA) Timed Text Style Guide
    [BB] BBC, Subtitle Guidelines
"""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil

HALF_SECOND_MS = 500
"""What distances to shot changes are fractions of, at any rate (SEMANTICS rule 17)."""


class Dash(StrEnum):
    """How a speaker's turn begins where two people share a cue."""

    HYPHEN = "-"
    HYPHEN_AND_SPACE = "- "
    EN_DASH_AND_SPACE = "– "


class Dots(StrEnum):
    """How dots are written."""

    ONE_CHARACTER = "…"
    THREE_DOTS = "..."


@dataclass(frozen=True, slots=True, kw_only=True)
class ShotRules:
    """How far cues keep from shot changes, as fractions of half a second.

    A cue that starts less than `in_after` behind a change, or up to `in_before` before one, starts on it; one that starts
    further before it than that and less than `in_pull` starts `in_pull` before it. A cue that ends less than `out_near`
    before or behind a change ends the style's gap before it, or `out_near` behind it where someone still speaks.
    """

    in_after: Fraction = Fraction(1)
    in_before: Fraction = Fraction(7, 12)
    in_pull: Fraction = Fraction(1)
    out_near: Fraction = Fraction(1)

    @property
    def in_after_ms(self) -> Fraction:
        """Return `in_after` in milliseconds."""
        return self.in_after * HALF_SECOND_MS

    @property
    def in_before_ms(self) -> Fraction:
        """Return `in_before` in milliseconds."""
        return self.in_before * HALF_SECOND_MS

    @property
    def in_pull_ms(self) -> Fraction:
        """Return `in_pull` in milliseconds."""
        return self.in_pull * HALF_SECOND_MS

    @property
    def out_near_ms(self) -> Fraction:
        """Return `out_near` in milliseconds."""
        return self.out_near * HALF_SECOND_MS


@dataclass(frozen=True, slots=True, kw_only=True)
class SubtitleStyle:
    """One set of rules. Lengths are in characters as `tags.width` counts them, times in milliseconds of the cue's own clock.

    `reading_speeds` holds (language, characters a second); `reading_speed` is for every other language. Where
    `words_a_minute` is set it is the limit that cues are held to, and the characters serve only to make drafts.
    `line_width_permille` is the widest a line may be drawn, in thousandths of the picture's width.

    `gap_frames` is the least distance between two cues. A cue may stay `tail_ms` after the last word where reading needs it.
    A gap longer than `gap_frames` and shorter than `close_gap_ms` is closed to `gap_frames` (SEMANTICS rule 17). A silence
    longer than `pause_ms` always ends a cue. A cue starts at most `voice_ms` before or after its first word. What is None is
    not asked for.
    """

    name: str
    max_lines: int
    max_line_length: int
    line_width_permille: int | None = None
    reading_speed: int
    reading_speeds: tuple[tuple[str, int], ...] = ()
    words_a_minute: int | None = None
    min_ms: int
    max_ms: int
    gap_frames: int
    tail_ms: int = 500
    close_gap_ms: int = 500
    pause_ms: int = 700
    voice_ms: int | None = None
    shots: ShotRules | None = None
    dash: Dash | None = None
    ellipsis: Dots | None = None

    def speed(self, language: str) -> int:
        """Return the characters a second that a reader of `language` keeps up with; `es-PE` counts as `es`."""
        return dict(self.reading_speeds).get(language.lower().partition("-")[0], self.reading_speed)

    def gap_ms(self, rate: Fraction) -> int:
        """Return the least gap between cues at `rate` frames a second, in milliseconds, rounded up."""
        return ceil(self.gap_frames * 1000 / rate)


_NETFLIX_SHOTS = ShotRules(
    # [NT] 2, timing to the shot change: speech within 12 frames behind a change: start on it; an in-time 1 to 7 frames
    # before a change goes onto it, one 8 to 11 frames before it back to 12 frames; an out-time within 12 frames of a change
    # goes to 2 frames before it, or stays 12 frames and more behind it where speech goes on over it.
    in_after=Fraction(12, 12),
    in_before=Fraction(7, 12),
    in_pull=Fraction(12, 12),
    out_near=Fraction(12, 12),
)

OURS = SubtitleStyle(
    name="ours",
    max_lines=2,  # [NG] line treatment
    max_line_length=42,  # [NS], [NE] character limitation
    reading_speed=17,
    # [NE] reading speed limits, adult programmes: 20 characters a second; [NS] the same section: 17. The slower one for
    # languages without a guide here.
    reading_speeds=(("en", 20), ("es", 17)),
    min_ms=833,  # [NG] duration: 5/6 of a second
    max_ms=7000,  # [NG] duration: 7 seconds
    gap_frames=2,  # [NG] frame gap, at any rate
    tail_ms=500,  # [NT] 1, timing to audio: up to half a second after the voice; SEMANTICS rule 17
    close_gap_ms=500,  # [NT] 1 and 3, chaining: gaps of 3 to 11 frames of 24 are closed to 2; SEMANTICS rule 17
    pause_ms=700,  # our own: set by reading drafts
    voice_ms=250,  # our own: recognisers place a word within about a quarter of a second
    shots=_NETFLIX_SHOTS,  # SEMANTICS rule 17
)

NETFLIX_ES_419 = SubtitleStyle(
    name="netflix-es-419",
    max_lines=2,  # [NG] line treatment
    max_line_length=42,  # [NS] character limitation
    reading_speed=17,  # [NS] reading speed limits, adult programmes
    min_ms=833,  # [NG] duration
    max_ms=7000,  # [NG] duration
    gap_frames=2,  # [NG] frame gap
    tail_ms=500,  # [NT] 1
    close_gap_ms=500,  # [NT] 1 and 3
    voice_ms=125,  # [NG] timing to audio: within 3 frames of 24
    shots=_NETFLIX_SHOTS,
    dash=Dash.HYPHEN,  # [NS] dual speakers: a hyphen without a space
    ellipsis=Dots.ONE_CHARACTER,  # [NS] continuity: the one character U+2026
)

NETFLIX_EN = SubtitleStyle(
    name="netflix-en",
    max_lines=2,  # [NG] line treatment
    max_line_length=42,  # [NE] I.2 character limitation
    reading_speed=20,  # [NE] reading speed limits, adult programmes
    min_ms=833,  # [NG] duration
    max_ms=7000,  # [NG] duration
    gap_frames=2,  # [NG] frame gap
    tail_ms=500,  # [NT] 1
    close_gap_ms=500,  # [NT] 1 and 3
    voice_ms=125,  # [NG] timing to audio: within 3 frames of 24
    shots=_NETFLIX_SHOTS,
    dash=Dash.HYPHEN,  # [NE] dual speakers: a hyphen without a space
    ellipsis=Dots.ONE_CHARACTER,  # [NE] I.3 continuity: the one character U+2026
)

BBC = SubtitleStyle(
    name="bbc",
    max_lines=2,  # [BB] avoid 3 lines or more
    max_line_length=37,  # [BB] line length: 37 characters, the width of a teletext row
    line_width_permille=680,  # [BB] line length: 68 % of the width of a 16:9 picture
    # [BB] target minimum timing: 160 to 180 words a minute. The characters are our own, for drafts: 180 words of five
    # letters and a space are 18 a second, and Spanish words are longer.
    words_a_minute=180,
    reading_speed=17,
    min_ms=1000,  # our own: the guide gives 0.33 to 0.375 s a word and no least time; three words are about a second
    max_ms=7000,  # our own, as the others': the guide has no longest time
    # [BB] gaps: subtitles follow each other without a gap while people speak, and a gap that is left has a second at least,
    # better one and a half: a shorter one looks jerky.
    gap_frames=0,
    close_gap_ms=1000,
    tail_ms=1500,  # [BB] match subtitle to pace of speaking: no more than 1.5 seconds after the voice
    pause_ms=1000,
    voice_ms=1500,  # [BB] the same section: no more than 1.5 seconds before it
    # [BB] match subtitles to shot: start on the first frame of a shot and end on its last. It says that a subtitle must not
    # go too soon behind a change, and not how soon: half a second is our own.
    shots=ShotRules(),
    dash=Dash.EN_DASH_AND_SPACE,  # [BB] identifying speakers, dashes: a dash, not a hyphen, on a line of its own
    ellipsis=Dots.THREE_DOTS,  # [BB] unfinished sentences: three dots
)

STYLES: dict[str, SubtitleStyle] = {style.name: style for style in (OURS, NETFLIX_ES_419, NETFLIX_EN, BBC)}
"""Every set of rules, by the name that film.yaml's `subtitles.style` may give."""
