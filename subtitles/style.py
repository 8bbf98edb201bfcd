"""Named sets of subtitle rules: how much text, for how long, how far apart."""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil


@dataclass(frozen=True, slots=True, kw_only=True)
class SubtitleStyle:
    """One set of rules. Lengths are in characters as `tags.width` counts them, times in milliseconds of the cue's own clock.

    `reading_speeds` holds (language, characters a second); `reading_speed` is for every other language. `gap_frames` is the
    least distance between two cues. A cue may stay `tail_ms` after the last word where reading needs it, and a gap up to
    `close_gap_ms` is closed to `gap_frames` (SEMANTICS rule 17). A silence longer than `pause_ms` always ends a cue.
    """

    name: str
    max_lines: int
    max_line_length: int
    reading_speed: int
    reading_speeds: tuple[tuple[str, int], ...] = ()
    min_ms: int
    max_ms: int
    gap_frames: int
    tail_ms: int = 500
    close_gap_ms: int = 500
    pause_ms: int = 700

    def speed(self, language: str) -> int:
        """Return the characters a second that a reader of `language` keeps up with; `es-PE` counts as `es`."""
        return dict(self.reading_speeds).get(language.lower().partition("-")[0], self.reading_speed)

    def gap_ms(self, rate: Fraction) -> int:
        """Return the least gap between cues at `rate` frames a second, in milliseconds, rounded up."""
        return ceil(self.gap_frames * 1000 / rate)


OURS = SubtitleStyle(
    name="ours",
    # Two lines of 42, 5/6 s to 7 s and two frames apart: Netflix, Timed Text Style Guide, General Requirements. Spanish at
    # 17 and English at 20 characters a second: its Castilian and Latin American Spanish and its English guides, adult
    # programmes. Half a second after the last word: the same guides' timing guidelines.
    max_lines=2,
    max_line_length=42,
    reading_speed=17,
    reading_speeds=(("en", 20), ("es", 17)),
    min_ms=833,
    max_ms=7000,
    gap_frames=2,
)

STYLES: dict[str, SubtitleStyle] = {OURS.name: OURS}
"""Every style that film.yaml's `subtitles.style` may name."""
