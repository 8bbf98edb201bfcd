"""What can be wrong with a cue, and how it is said."""

from dataclasses import dataclass
from enum import StrEnum

from footage_manifest.findings import Finding, Severity
from subtitles.cue import Cue


class Fault(StrEnum):
    """What is wrong with a cue; the value is the rule's name."""

    EMPTY = "empty"
    LINE_TOO_LONG = "line-too-long"
    LINE_TOO_WIDE = "line-too-wide"
    TOO_MANY_LINES = "too-many-lines"
    TOO_FAST = "too-fast"
    TOO_MANY_WORDS = "too-many-words"
    BAD_BREAK = "bad-break"
    SPACES = "spaces"
    ELLIPSIS = "ellipsis"
    DASH = "dash"
    OPENING_MARK = "opening-mark"
    UNBALANCED = "unbalanced"
    TERM = "term"
    OTHER_LANGUAGE = "other-language"
    UNTRANSLATED = "untranslated"
    TOO_SHORT = "too-short"
    TOO_LONG = "too-long"
    GAP = "gap"
    OPEN_GAP = "open-gap"
    OVERLAP = "overlap"
    VOICE_IN = "voice-in"
    VOICE_OUT = "voice-out"
    SHOT_IN = "shot-in"
    SHOT_OUT = "shot-out"
    LOWER_THIRD = "lower-third"


@dataclass(frozen=True, slots=True)
class Measured:
    """One fault as it was found, before it is known of which cue."""

    fault: Fault
    measured: int = 0
    limit: int = 0
    detail: str = ""


_SAID = {
    Fault.EMPTY: "the cue has no text",
    Fault.LINE_TOO_LONG: "a line has {measured} characters, {limit} are allowed",
    Fault.LINE_TOO_WIDE: "a line takes {measured} thousandths of the picture's width, {limit} are allowed",
    Fault.TOO_MANY_LINES: "the text has {measured} lines, {limit} are allowed",
    Fault.TOO_FAST: "it takes {measured} characters a second to read, {limit} are allowed",
    Fault.TOO_MANY_WORDS: "it takes {measured} words a minute to read, {limit} are allowed",
    Fault.BAD_BREAK: "the line break parts '{detail}'",
    Fault.SPACES: "{detail}",
    Fault.ELLIPSIS: "the dots are written '{detail}'",
    Fault.DASH: "{detail}",
    Fault.OPENING_MARK: "'{detail}' has no opening mark before it",
    Fault.UNBALANCED: "{detail}",
    Fault.TERM: "{detail}",
    Fault.OTHER_LANGUAGE: "the text seems to be in another language ({detail})",
    Fault.UNTRANSLATED: "it says the same as what is spoken",
    Fault.TOO_SHORT: "the cue stays {measured} ms, at least {limit} are needed",
    Fault.TOO_LONG: "the cue stays {measured} ms, at most {limit} are allowed",
    Fault.GAP: "{measured} ms lie before the next cue, at least {limit} are needed",
    Fault.OPEN_GAP: "{measured} ms lie before the next cue: too short to look away, too long not to be seen",
    Fault.OVERLAP: "it ends {measured} ms after the next cue starts",
    Fault.VOICE_IN: "it starts {measured} ms {detail} the voice, at most {limit} are allowed",
    Fault.VOICE_OUT: "it goes {measured} ms before its last word ends",
    Fault.SHOT_IN: "it starts {measured} ms {detail} a shot change",
    Fault.SHOT_OUT: "it ends {measured} ms {detail} a shot change",
    Fault.LOWER_THIRD: "it stands at the bottom for {measured} ms while a name or title is there",
}
_CURES = {
    Fault.EMPTY: "write its text, or delete the cue",
    Fault.LINE_TOO_LONG: "break it elsewhere, or shorten it",
    Fault.LINE_TOO_WIDE: "break it elsewhere, or shorten it",
    Fault.TOO_MANY_LINES: "shorten it, or make two cues of it",
    Fault.TOO_FAST: "shorten it, or let it stay longer",
    Fault.TOO_MANY_WORDS: "shorten it, or let it stay longer",
    Fault.BAD_BREAK: "break the line elsewhere",
    Fault.SPACES: "take the spaces out",
    Fault.ELLIPSIS: "write them as the rules have them",
    Fault.DASH: "write the dashes as the rules have them",
    Fault.OPENING_MARK: "put ¿ or ¡ where the question or exclamation begins",
    Fault.UNBALANCED: "put the other one in, or take this one out",
    Fault.TERM: "spell it as the glossary does, or change the glossary",
    Fault.OTHER_LANGUAGE: "translate it, or leave it if it is meant",
    Fault.UNTRANSLATED: "translate it",
    Fault.TOO_SHORT: "let it stay longer, or join it to a neighbour",
    Fault.TOO_LONG: "let it go earlier, or make two cues of it",
    Fault.GAP: "let it go earlier",
    Fault.OPEN_GAP: "let it stay until the next one comes",
    Fault.OVERLAP: "let it go earlier, or put the cues in order",
    Fault.VOICE_IN: "start it with the voice",
    Fault.VOICE_OUT: "let it stay to the end of the word",
    Fault.SHOT_IN: "start it on the change, or half a second before it",
    Fault.SHOT_OUT: "end it just before the change, or well behind it",
    Fault.LOWER_THIRD: "put it at the top with {\\an8}, or move it",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CueFinding:
    """One fault of one cue. `position` is its place among the cues, from 0.

    `measured` and `limit` are in the fault's unit: characters, lines, characters a second or words a minute (measured
    rounded up), thousandths of the picture's width, or milliseconds; both 0 where nothing is measured. `detail` is what the
    fault was seen in, where words say more than a number.
    """

    fault: Fault
    position: int
    cue: Cue
    measured: int = 0
    limit: int = 0
    detail: str = ""

    @property
    def what(self) -> str:
        """Return in words what is wrong."""
        if self.fault is Fault.SHOT_OUT and not self.measured:
            return "it ends on a shot change"
        return _SAID[self.fault].format(measured=self.measured, limit=self.limit, detail=self.detail)

    @property
    def cure(self) -> str:
        """Return in words what to do."""
        return _CURES[self.fault]

    def in_file(self, file: str, line: int | None = None, *, severity: Severity = Severity.WARNING) -> Finding:
        """Return the finding in words, for `file` and the `line` on which the cue's times stand."""
        field = self.cue.id or f"cue {self.position + 1}"
        return Finding(severity=severity, file=file, line=line, field=field, what=self.what, cure=self.cure)
