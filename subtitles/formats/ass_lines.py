"""The lines of an ASS or SSA file: its sections, its events, and what is wrong with them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from footage_manifest.findings import Finding
from subtitles.formats.reading import Aside, raise_errors
from subtitles.formats.text import Lines

_SECTION = re.compile(r"\[([^\]]{1,60})\]\s*")
# Aegisub writes hundredths behind a full stop; other programs write a colon, a comma, or thousandths.
_TIME = re.compile(r"\s*(\d{1,4}):(\d{1,2}):(\d{1,2})[.:,](\d{2,3})\s*", re.ASCII)
_ORDER = {
    "ass": "Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text",
    "ssa": "Marked, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text",
}
_STYLE_ORDER = {
    "ass": "Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic,"
    " Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR,"
    " MarginV, Encoding",
    "ssa": "Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, TertiaryColour, BackColour, Bold, Italic,"
    " BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, AlphaLevel, Encoding",
}
_PLAIN = {"Fontname": "Arial", "Fontsize": "20", "Alignment": "2", "ScaleX": "100", "ScaleY": "100", "BorderStyle": "1"}
_COLOUR = re.compile(r"Colour$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A line that is shown: where it is, its times, style, speaker and text as written; `moved` by margins or an effect."""

    line: int
    start_ms: int
    end_ms: int
    style: str
    speaker: str
    text: str
    moved: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A script: `kind` is ass or ssa, `styles` are style lines in the usual order of fields, with where they stand."""

    kind: str
    info: tuple[str, ...]
    styles: tuple[tuple[int, str], ...]
    events: tuple[Event, ...]
    asides: tuple[Aside, ...]


@dataclass(slots=True)
class _Reading:
    file: str
    kind: str = "ass"
    section: str = ""
    order: Sequence[str] = ()
    style_order: Sequence[str] = ()
    info: list[str] = field(default_factory=list)
    styles: list[tuple[int, str]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    asides: list[Aside] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def line(self, at: int, line: str) -> None:
        """Take in one line, counted from 1."""
        section = _SECTION.fullmatch(line.strip())
        # The data of fonts and pictures may look like a section, but has no small letters.
        if section and any(letter.islower() for letter in section[1]):
            self.section = section[1].strip().lower()
            if "styles" in self.section:
                self.kind = "ass" if "+" in self.section else "ssa"
            if self.section in {"fonts", "graphics"}:
                self.asides.append(Aside("fonts and pictures inside the file", at))
            return
        keyword, colon, rest = line.partition(":")
        keyword = keyword.strip().lower()
        if (
            keyword in {"dialogue", "comment", "format", "style"}
            and colon
            and self.section not in {"fonts", "graphics"}
        ):
            self._keyword(at, keyword, rest)
        elif self.section == "script info" and colon and not line.startswith(";"):
            self.info.append(line)
        elif self.section == "events" and line.strip() and not line.lstrip().startswith(";"):
            self._check_loose(at, keyword, colon)

    def _keyword(self, at: int, keyword: str, rest: str) -> None:
        if keyword == "format":
            order = [name.strip() for name in rest.split(",")]
            if self.section == "events":
                self._set_order(at, order)
            else:
                self.style_order = order
        elif keyword == "style":
            self._style(at, rest)
        elif keyword == "comment":
            self.asides.append(Aside("comments", at))
        else:
            self._dialogue(at, rest)

    def _set_order(self, at: int, order: Sequence[str]) -> None:
        lower = [name.lower() for name in order]
        if lower[-1] != "text" or "start" not in lower or "end" not in lower:
            self._error(at, "an event needs Start, End and, as its last field, Text", "correct the Format line")
        else:
            self.order = lower

    def _style(self, at: int, rest: str) -> None:
        usual = [name.strip() for name in _STYLE_ORDER[self.kind].split(",")]
        names = [name.lower() for name in (self.style_order or usual)]
        fields = dict(zip(names, (one.strip() for one in rest.split(",")), strict=False))
        plain = {name: _PLAIN.get(name, "&H00FFFFFF" if _COLOUR.search(name) else "0") for name in usual}
        self.styles.append((at, "Style: " + ",".join(fields.get(name.lower()) or plain[name] for name in usual)))

    def _dialogue(self, at: int, rest: str) -> None:
        names = self.order or [name.strip().lower() for name in _ORDER[self.kind].split(",")]
        values = rest.removeprefix(" ").split(",", len(names) - 1)
        if len(values) < len(names):
            self._error(at, f"this line has {len(values)} fields instead of {len(names)}", "complete the line")
            return
        fields = dict(zip(names, values, strict=True))
        start, end = _milliseconds(fields["start"]), _milliseconds(fields["end"])
        if start is None or end is None:
            self._error(at, "its times are not of the form 0:00:01.00", "correct the times of this line")
        elif end < start:
            self._error(at, "the cue ends before it starts", "correct the times of this line")
        else:
            margins = any(fields.get(name, "").strip().strip("0") for name in ("marginl", "marginr", "marginv"))
            event = Event(
                line=at,
                start_ms=start,
                end_ms=end,
                style=fields.get("style", "").strip().removeprefix("*"),
                speaker=(fields.get("name") or fields.get("actor") or "").strip(),
                text=fields["text"],
                moved=margins or bool(fields.get("effect", "").strip()),
            )
            self.events.append(event)

    def _check_loose(self, at: int, keyword: str, colon: str) -> None:
        if colon and keyword in {"picture", "sound", "movie", "command"}:
            self.asides.append(Aside("pictures, sounds and commands among the events", at))
        else:
            cure = "begin it with Dialogue:, or delete it; a line break inside a text is written \\N"
            self._error(at, "this line belongs to no event", cure)

    def _error(self, at: int, what: str, cure: str) -> None:
        self.findings.append(Finding(file=self.file, line=at, what=what, cure=cure))


def read_script(lines: Lines, file: str) -> Script:
    """Return what the lines of a script hold. Raises SubtitleError with every line that cannot be read."""
    reading = _Reading(file)
    for at in range(len(lines)):
        reading.line(at + 1, lines[at].lstrip("\ufeff") if at == 0 else lines[at])
    if not reading.events and not reading.findings and reading.section == "":
        what = "it has none of the sections that an ASS file has"
        reading.findings.append(Finding(file=file, line=1, what=what, cure="see whether it is another format"))
    raise_errors(reading.findings, file)
    return Script(
        kind=reading.kind,
        info=tuple(reading.info),
        styles=tuple(reading.styles),
        events=tuple(reading.events),
        asides=tuple(reading.asides),
    )


def _milliseconds(stamp: str) -> int | None:
    match = _TIME.fullmatch(stamp)
    if match is None or int(match[2]) > 59 or int(match[3]) > 59:
        return None
    seconds = (int(match[1]) * 60 + int(match[2])) * 60 + int(match[3])
    return seconds * 1000 + int(match[4]) * (10 if len(match[4]) == 2 else 1)
