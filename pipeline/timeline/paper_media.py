"""What a line of a paper edit names: a reel, a still or a title, how its labels count, and what can be played of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor

from footage_manifest.findings import Finding, Severity
from footage_manifest.media import MediaFacts
from footage_manifest.model import MANIFEST_FILE, Film, Manifest, Reel
from footage_manifest.picture_plan import StillMove
from footage_manifest.timecode import Clock, Label, TimecodeError
from footage_manifest.wording import Refusal, choose, shown
from pipeline.timeline.edl_lines import BLACK_REEL
from pipeline.timeline.edl_model import Side
from pipeline.timeline.handles import reel_seconds
from pipeline.timeline.interchange_model import Medium
from pipeline.timeline.paper_lines import length_text
from pipeline.timeline.reel_clock import ReelClock, reel_clock

_MIDNIGHT = Label(0, 0, 0, 0)


@dataclass(slots=True, kw_only=True)
class PaperMedia:
    """Looks up what lines name. `findings` takes what is wrong with them, `moves` how stills move, by key."""

    file: str
    film: Film
    manifest: Manifest
    facts: Mapping[str, MediaFacts]
    findings: list[Finding]
    moves: dict[str, StillMove] = field(default_factory=dict)
    _shown: dict[str, tuple[int, StillMove | None]] = field(default_factory=dict)

    @property
    def clock(self) -> Clock:
        """Return the clock on which all record frames count."""
        return self.film.timeline.clock

    def frames(self, seconds: Fraction) -> int:
        """Return the nearest whole number of frames, at least one."""
        return max(1, floor(seconds * self.clock.rate + Fraction(1, 2)))

    def is_reel(self, key: str) -> bool:
        """Return whether `key` is a reel of the manifest."""
        return key in self.manifest.reels

    def reel(self, line: int, key: str) -> MediaFacts | None:
        """Return what was found in a reel, None with a finding where there is no such reel or it could not be read."""
        if key not in self.manifest.reels:
            near = choose(key, self.manifest.reels)
            self.refuse(line, f"there is no reel {shown(key)} in {MANIFEST_FILE}", near)
        elif key not in self.facts:
            self.refuse(line, f"reel {key} could not be read", "see what was said about its file")
        return self.facts.get(key) if key in self.manifest.reels else None

    def picture(self, line: int, key: str, source_in: Label | None, move: StillMove | None) -> Medium | None:
        """Return what is seen under a key, None for black and, with a finding, for nothing; a still's move is remembered."""
        if self.is_reel(key):
            if move is not None:
                self.refuse(line, f"{key} is a reel, and only stills move", f"take {move} out")
            facts = self.reel(line, key)
            if facts is not None and facts.video is None:
                self.refuse(line, f"reel {key} has no picture", "name a reel with a picture, or a still")
            return self.medium(key)
        known = {*self.manifest.reels, *self.manifest.stills, *self.film.titles}
        if key == BLACK_REEL and key not in known:
            if source_in is not None or move is not None:
                self.refuse(line, "black has no timecode, and does not move", f"write {key} and a length")
            return None
        if key not in known:
            what = f"there is no reel or still {shown(key)} in {MANIFEST_FILE}"
            self.refuse(line, what, choose(key, known))
            return None
        if source_in is not None:
            self.refuse(line, f"{key} is a still, which has no timecode", f"take {source_in} out")
        self._move(line, key, move)
        return Medium(reel=key, names=(key,), clock=self.clock, start=0)

    def medium(self, key: str) -> Medium:
        """Return a reel as something to play; where its labels cannot be told they count from 0, for readers only."""
        try:
            own = self._clock(key, _MIDNIGHT)
        except Refusal:
            own = ReelClock(clock=self.clock, start=Fraction(0))
        return Medium(reel=key, names=(key,), clock=own.clock, start=floor(own.start))

    def seconds(self, line: int, key: str, label: Label) -> Fraction:
        """Return where a label of a reel lies, in seconds from its first frame; 0 with a finding where it has none such."""
        if key not in self.facts or key not in self.manifest.reels:
            return Fraction(0)
        try:
            own = self._clock(key, label)
            found = own.seconds(label)
        except (Refusal, TimecodeError) as error:
            cure = error.cure if isinstance(error, Refusal) else "correct the timecode"
            self.refuse(line, error.what if isinstance(error, Refusal) else str(error), cure)
            return Fraction(0)
        if found < 0 and found + own.day < reel_seconds(self.facts[key]):
            found += own.day  # the reel runs past midnight
        if found < 0:
            start = own.clock.label(floor(own.start))
            self.refuse(line, f"{label} is before reel {key} begins, at {start}", "correct the timecode")
        return max(found, Fraction(0))

    def title_key(self, count: int) -> str:
        """Return a key for the card number `count` that no reel, still or title has."""
        known = {*self.manifest.reels, *self.manifest.stills, *self.film.titles}
        key = f"CARD{count:02}"
        while key in known:
            key = f"{key}_"
        return key

    def refuse(self, line: int, what: str, cure: str) -> None:
        """Add an error."""
        self.findings.append(Finding(file=self.file, line=line, what=what, cure=cure))

    def warn(self, line: int, what: str, cure: str = "") -> None:
        """Add a warning."""
        self.findings.append(Finding(severity=Severity.WARNING, file=self.file, line=line, what=what, cure=cure))

    def _clock(self, key: str, label: Label) -> ReelClock:
        reel: Reel = self.manifest.reels[key]
        side = Side(line=0, reel=key, source_in=label, source_out=label, drop=True if label.drop else None)
        return reel_clock(key, reel, self.facts[key], self.clock, side)

    def _move(self, line: int, key: str, move: StillMove | None) -> None:
        """Remember how a still moves, which is the same wherever a cut shows it. Says where lines do not agree."""
        before = self._shown.setdefault(key, (line, move))
        if move is not None and key in self.manifest.stills:
            self.moves.setdefault(key, move)
        elif move is not None:
            self.refuse(line, f"{key} is a title, and only stills move", f"take {move} out")
        if before[1] == move:
            return
        what = f"{key} is shown on line {before[0]} with {before[1] or 'no move of its own'}, and here with {move or 'none'}"
        if before[1] is None or move is None:
            self.warn(line, f"{what}: in one cut a still moves one way", "write the same move on both")
        else:
            self.refuse(line, what, "write the same move on both: in one cut a still moves one way")


def too_long(frames: int, clock: Clock) -> str:
    """Return a number of frames as seconds, for messages."""
    return length_text(floor(frames * 1000 / clock.rate + Fraction(1, 2)))
