"""One clip of a Final Cut Pro 7 XML: what it plays, from where, how fast, and how all that counts."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element

from footage_manifest.timecode import Clock, Label, TimecodeError
from footage_manifest.wording import shown
from pipeline.timeline.edl_lines import TransitionKind
from pipeline.timeline.interchange_model import Medium, RefusedError, Remarks
from pipeline.timeline.interchange_xml import is_true, number, parsed, place, text, whole

UNPLACED = "unplaced-"
"""Begins the id of a file of which we, who wrote it, did not know where its labels start."""
_AGAIN = "export the timeline again"
_DISSOLVES = ("dissolve", "fade", "kgaudiotranscrossfade")
_NOT_DISSOLVES = ("dip", "additive", "film dissolve", "dither", "non-additive", "ripple")
_NTSC = {24, 30, 60, 48, 120}


@dataclass(frozen=True, slots=True)
class Definitions:
    """Files and timelines that are written out once and referred to by id afterwards."""

    known: dict[tuple[str, str], Element]

    @classmethod
    def of(cls, root: Element) -> "Definitions":
        """Return those of a document."""
        known: dict[tuple[str, str], Element] = {}
        for tag in ("file", "sequence"):
            for element in root.iter(tag):
                key = (tag, element.get("id") or "")
                if key[1] and len(element) and key not in known:
                    known[key] = element
        return cls(known)

    def whole(self, element: Element) -> Element:
        """Return what an element refers to, itself where it is written out."""
        return element if len(element) else self.known.get((element.tag, element.get("id") or ""), element)


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """What a clip shows first: `source` seconds into its medium; `length` in seconds, None where it is not written."""

    source: Fraction
    speed: Fraction
    length: Fraction | None


def rate_of(element: Element) -> Fraction | None:
    """Return the rate that an element states, None where it states none. Raises RefusedError."""
    rate = element.find("rate")
    if rate is None:
        return None
    timebase = whole(rate, "timebase")
    if timebase is None:
        return None
    ntsc = is_true(rate, "ntsc", unless_said=False)
    if not 1 <= timebase <= 1000 or (ntsc and timebase not in _NTSC):
        said = f"{timebase}{' NTSC' if ntsc else ''}"
        raise RefusedError(place(rate), f"{said} is no rate of frames", _AGAIN)
    return Fraction(timebase * 1000, 1001) if ntsc else Fraction(timebase)


def clock_of(element: Element) -> Clock:
    """Return how a timeline counts. Raises RefusedError where it states no rate."""
    rate = rate_of(element)
    if rate is None:
        raise RefusedError(place(element), "the timeline states no rate", "export it with its rate of frames")
    timecode = element.find("timecode")
    drop = timecode is not None and text(timecode, "displayformat").upper() == "DF"
    try:
        return Clock(rate, drop)
    except TimecodeError as error:
        raise RefusedError(place(element), str(error), _AGAIN) from None


def start_of(element: Element, clock: Clock) -> int | None:
    """Return the label frame of a timeline's or file's first frame, None where none is written. Raises RefusedError."""
    timecode = element.find("timecode")
    if timecode is None:
        return None
    frame, string = whole(timecode, "frame"), text(timecode, "string")
    if not string:
        return frame
    try:
        label = Label.parse(string.replace(";", ":"))
        found = clock.frame(label)
    except TimecodeError as error:
        raise RefusedError(place(timecode), str(error), _AGAIN) from None
    if frame is not None and frame != found and element.tag == "sequence":
        what = f"the timeline starts at {string}, which is frame {found}, and says frame {frame}"
        raise RefusedError(place(timecode), what, _AGAIN)
    return found


def medium_of(element: Element, definitions: Definitions, rate: Fraction, clock: Clock) -> Medium | None:
    """Return what a clip plays, None for black. Raises RefusedError."""
    name = text(element, "name")
    if element.tag == "generatoritem":
        if text(element, "effect/effectid").lower() in {"slug", "black"}:
            return None
        return Medium(reel=name or "generator", names=(name,) if name else (), clock=clock, start=0)
    file = element.find("file")
    file = definitions.whole(file) if file is not None else None
    if file is None:
        return Medium(reel=name or "clip", names=(name,) if name else (), clock=_counting(None, rate, clock), start=0)
    url = text(file, "pathurl")
    path = unquote(urlsplit(url).path) if url and _is_url(url) else ""
    file_names = [one for one in (text(file, "name"), PurePosixPath(path).name) if one]
    reel = text(file, "timecode/reel/name")
    if not reel:
        reel = PurePosixPath(file_names[0]).stem if file_names else name
    names = dict.fromkeys(one for one in (name, *file_names) if one)
    counting = _counting(file, rate, clock)
    unplaced = (file.get("id") or "").startswith(UNPLACED)
    return Medium(
        reel=reel or "clip",
        names=tuple(names),
        clock=counting,
        start=None if unplaced else _file_start(file, counting),
        url=url,
        channels=sum(whole(audio, "channelcount") or 0 for audio in file.findall("media/audio")),
    )


def _file_start(file: Element, counting: Clock) -> int:
    """Return the label frame of a file's first frame; `in` decides what is played, and labels are for people here."""
    try:
        return start_of(file, counting) or 0
    except RefusedError:
        return 0


def _is_url(url: str) -> bool:
    try:
        urlsplit(url)
    except ValueError:
        return False
    return True


def _counting(file: Element | None, rate: Fraction, clock: Clock) -> Clock:
    """Return how a file's labels count: as its timecode states, else at its own rate, else at the clip's."""
    if file is None:
        return Clock(rate, clock.drop and rate == clock.rate)
    timecode = file.find("timecode")
    own = (rate_of(timecode) if timecode is not None else None) or rate_of(file) or rate
    drop = timecode is not None and text(timecode, "displayformat").upper() == "DF"
    try:
        return Clock(own, drop)
    except TimecodeError:  # Premiere writes DF where there is none; a medium's labels are for people here
        return Clock(own)


def timed(element: Element, rate: Fraction) -> Times:
    """Return where in its medium a clip begins, and how fast it plays. Raises RefusedError for a speed that changes."""
    first, last = number(element, "in"), number(element, "out")
    if first is None or first < 0:
        if element.tag == "generatoritem":
            return Times(source=Fraction(0), speed=Fraction(1), length=None)
        raise RefusedError(place(element), "nothing says from where in its medium it plays", _AGAIN)
    length = (last - first) / rate if last is not None and last >= first else None
    if is_true(element, "stillframe", unless_said=False):
        return Times(source=first / rate, speed=Fraction(0), length=length)
    for effect in element.findall("filter/effect"):
        if text(effect, "effectid").lower() == "timeremap":
            speed, source = _remapped(element, effect, first)
            return Times(source=source / rate, speed=speed, length=length)
    return Times(source=first / rate, speed=Fraction(1), length=length)


def _remapped(element: Element, effect: Element, first: Fraction) -> tuple[Fraction, Fraction]:
    """Return the speed of a "Time Remap" and the source frame that it shows at frame `first` of the clip.

    `in` counts frames as they play; the graph says which instant of the source each of them begins at. Backwards that is
    the end of the frame that is shown.
    """
    values = {(text(one, "parameterid") or text(one, "name")).lower(): one for one in effect.findall("parameter")}
    variable = values.get("variablespeed")
    if variable is not None and text(variable, "value") not in {"", "0", "FALSE"}:
        what = "its speed changes while it plays, which a cut cannot say"
        raise RefusedError(place(element), what, "give it one speed, or render it into a file of its own")
    stated = values.get("speed")
    percent = number(stated, "value") if stated is not None else None
    speed = (Fraction(100) if percent is None else percent) / 100
    reverse = values.get("reverse")
    if reverse is not None and is_true(reverse, "value", unless_said=False):
        speed = -abs(speed)
    points = _points(values.get("graphdict"))
    exact = _slope(points, speed)
    if exact is not None:
        when, value = next(((when, value) for when, value in points if when == first), exact[1])
        return exact[0], value + (first - when) * exact[0] - (1 if speed < 0 else 0)
    if speed < 0:
        duration = number(element, "duration")
        if duration is None:
            raise RefusedError(place(element), "it plays backwards, and nothing says from where", _AGAIN)
        return speed, (duration - first) * -speed - 1
    return speed, first * speed if speed else first


def _points(graph: Element | None) -> list[tuple[Fraction, Fraction]]:
    if graph is None:
        return []
    return [
        (parsed(key, "when", text(key, "when")), parsed(key, "value", text(key, "value")))
        for key in graph.findall("keyframe")
    ]


def _slope(
    points: list[tuple[Fraction, Fraction]], speed: Fraction
) -> tuple[Fraction, tuple[Fraction, Fraction]] | None:
    """Return the exact speed that a graph draws, and a point of it, where it is the speed stated but for its rounding."""
    if not points:
        return None
    (when, value) = points[0]
    slope = speed
    if len(points) > 1 and points[1][0] != when:
        drawn = (points[1][1] - value) / (points[1][0] - when)
        if abs(drawn - speed) <= max(abs(speed), Fraction(1)) / 1000:
            slope = drawn
    return slope, (when, value)


def warn_of_effects(element: Element, remarks: Remarks) -> None:
    """Say which effects of a clip are not carried."""
    where = place(element)
    for effect in element.findall("filter/effect"):
        if text(effect, "effectid").lower() != "timeremap":
            remarks.lose(where, f"the effect {shown(text(effect, 'name') or 'without a name')} is not carried")
    if element.find("marker") is not None:
        remarks.lose(where, "markers are not carried")
    mode = text(element, "compositemode").lower()
    if mode not in {"", "normal"}:
        remarks.lose(where, f"the composite mode {shown(mode)} is not carried")


def transition_of(element: Element) -> tuple[TransitionKind, str]:
    """Return what a transition is. Raises RefusedError for one that is neither a dissolve nor a wipe."""
    wipe = whole(element, "effect/wipecode")
    name = text(element, "effect/effectid") or text(element, "effect/name")
    if wipe and text(element, "effect/effectcategory").lower() == "wipe":
        return TransitionKind.WIPE, f"W{wipe:03}"
    low = name.lower()
    if any(word in low for word in _DISSOLVES) and not any(word in low for word in _NOT_DISSOLVES):
        return TransitionKind.DISSOLVE, "D"
    what = f"the transition {shown(name or 'without a name')} is no dissolve and no SMPTE wipe"
    raise RefusedError(place(element), what, "use a cross dissolve, or render it into a file of its own")
