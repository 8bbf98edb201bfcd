"""The small parts of an FCPXML: times, resources, what a clip plays, how fast and on which channels."""

import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element

from footage_manifest.timecode import Clock, TimecodeError
from footage_manifest.wording import shown
from pipeline.timeline.interchange_model import Medium, RefusedError, Remarks
from pipeline.timeline.interchange_xml import place

UNPLACED = "unplaced-"
"""Begins the id of an asset of which we, who wrote it, did not know where its labels start."""
_AGAIN = "export the timeline again"
_TIME = re.compile(r"(-?\d{1,18})(?:/([1-9]\d{0,17}))?s|(-?\d{1,12}\.\d{1,9})s")
_CHANNELS = re.compile(r"\d{1,2}(?:\s*,\s*\d{1,2})*")
_NOT_CARRIED = ("adjust-", "filter-", "marker", "chapter-marker", "keyword", "rating", "caption", "object-tracker")


def seconds(element: Element, name: str, default: Fraction) -> Fraction:
    """Return the time that an attribute states, `default` where it is missing. Raises RefusedError."""
    written = element.get(name)
    if written is None:
        return default
    found = _TIME.fullmatch(written.strip())
    if found is None:
        raise RefusedError(place(element), f"{name} is {shown(written)}, which is no time", _AGAIN)
    if found.group(3):
        return Fraction(found.group(3))
    return Fraction(int(found.group(1)), int(found.group(2) or 1))


@dataclass(frozen=True, slots=True)
class Resources:
    """What clips refer to by id: assets, formats, compound clips, effects."""

    known: dict[str, Element]

    @classmethod
    def of(cls, root: Element) -> "Resources":
        """Return those of a document."""
        return cls({one.get("id") or "": one for one in root.iterfind("resources/*")})

    def of_ref(self, element: Element) -> Element | None:
        """Return what an element's `ref` names, None without one. Raises RefusedError where there is no such resource."""
        ref = element.get("ref")
        if ref is None:
            return None
        if ref not in self.known:
            raise RefusedError(place(element), f"its resource {shown(ref)} is not in the file", _AGAIN)
        return self.known[ref]

    def rate_of(self, element: Element) -> Fraction | None:
        """Return the rate of an element's format, None where it states none. Raises RefusedError."""
        known = self.known.get(element.get("format") or "")
        if known is None or known.get("frameDuration") is None:
            return None
        duration = seconds(known, "frameDuration", Fraction(0))
        if not Fraction(1, 1000) <= duration <= 1:
            raise RefusedError(place(known), "frameDuration is no duration of a frame", _AGAIN)
        return 1 / duration


def medium_of(item: Element, resources: Resources, asset: Element | None, clock: Clock) -> Medium | None:
    """Return what a clip plays; titles and generators go by their names."""
    name = (item.get("name") or "").strip()
    if asset is None or asset.tag != "asset":
        kind = (asset.get("name") or "") if asset is not None else ""
        names = dict.fromkeys(one for one in (name, kind) if one)
        return Medium(reel=name or kind or item.tag, names=tuple(names), clock=clock, start=0)
    url = asset.get("src") or next((one.get("src") or "" for one in asset.findall("media-rep")), "")
    file_name = _file_name(url)
    names = dict.fromkeys(one for one in (name, (asset.get("name") or "").strip(), file_name) if one)
    reel = next(
        (md.get("value") or "" for md in asset.iterfind("metadata/md") if (md.get("key") or "").endswith(".reel")), ""
    )
    rate = resources.rate_of(asset) or clock.rate
    counting = _counting(rate, drop=item.get("tcFormat") == "DF")
    start = seconds(asset, "start", Fraction(0)) * rate
    unplaced = (asset.get("id") or "").startswith(UNPLACED)
    return Medium(
        reel=reel.strip() or PurePosixPath(file_name).stem or next(iter(names), "clip"),
        names=tuple(names),
        clock=counting,
        start=None if unplaced else start.numerator // start.denominator,
        url=url,
    )


def _counting(rate: Fraction, *, drop: bool) -> Clock:
    try:
        return Clock(rate, drop)
    except TimecodeError:
        return Clock(rate)


def _file_name(url: str) -> str:
    try:
        path = unquote(urlsplit(url).path) if "://" in url else url
    except ValueError:
        path = url
    return PurePosixPath(path.replace("\\", "/")).name


def plays(item: Element, asset: Element | None, kind: str) -> bool:
    """Return whether an item shows a picture (`video`) or is heard (`audio`)."""
    if item.tag in {"video", "title"}:
        return kind == "video"
    if item.tag == "audio":
        return kind == "audio"
    if (item.get("srcEnable") or "all") not in {"all", kind}:
        return False
    if asset is None:
        return kind == "video"
    return asset.get("hasVideo" if kind == "video" else "hasAudio") == "1"


def channels_of(item: Element) -> tuple[int, ...]:
    """Return the source's sound channels that an item plays, none where the medium's own choice is heard."""
    written = [item.get("srcCh")] if item.get("srcCh") else []
    written += [one.get("srcCh") for one in item.findall("audio-channel-source") if one.get("enabled") != "0"]
    found: set[int] = set()
    for one in written:
        if one is None or not _CHANNELS.fullmatch(one.strip()):
            raise RefusedError(place(item), f"srcCh is {shown(one)}, which is no list of channels", _AGAIN)
        found |= {int(number) for number in one.split(",")}
    return tuple(sorted(found - {0}))


def retimed(item: Element, own: Fraction) -> tuple[Fraction, Fraction] | None:
    """Return what is shown when an item's time is `own`, and how fast that goes on; None without a change of speed.

    Raises RefusedError for a speed that changes while it plays.
    """
    mapping = item.find("timeMap")
    if mapping is None:
        return None
    zero = Fraction(0)
    points = [(seconds(one, "time", zero), seconds(one, "value", zero)) for one in mapping.findall("timept")]
    if len(points) < 2 or points[0][0] == points[-1][0]:
        raise RefusedError(place(mapping), "the change of speed does not say how fast", _AGAIN)
    (time, value), (last_time, last_value) = points[0], points[-1]
    speed = (last_value - value) / (last_time - time)
    if any(value + (one - time) * speed != shown_then for one, shown_then in points):
        what = "its speed changes while it plays, which a cut cannot say"
        raise RefusedError(place(item), what, "give it one speed, or render it into a file of its own")
    return value + (own - time) * speed, speed


def refuse_conformed(item: Element, resources: Resources, asset: Element | None, rate: Fraction) -> None:
    """Raise RefusedError for a medium of another rate that is played frame by frame, not in its own time."""
    conform = item.find("conform-rate")
    if conform is None or conform.get("scaleEnabled") == "0" or asset is None:
        return
    own = resources.rate_of(asset)
    if own is not None and own != rate:
        what = "its rate is conformed: it is played frame by frame at the timeline's rate, not in its own time"
        raise RefusedError(place(item), what, "switch rate conform off, or render it into a file of its own")


def extent_of(item: Element) -> tuple[Fraction, Fraction]:
    """Return where a transition begins in its spine and how long it lasts. Raises RefusedError where it does not say."""
    offset, length = seconds(item, "offset", Fraction(-1)), seconds(item, "duration", Fraction(0))
    if offset < 0 or length <= 0:
        raise RefusedError(place(item), "the transition does not say where it begins and ends", _AGAIN)
    return offset, length


def is_dissolve(item: Element, kind: str) -> bool:
    """Return whether a transition dissolves what is seen (`video`) or heard (`audio`). Raises RefusedError for a wipe."""
    filters = [one for one in item if one.tag in {"filter-video", "filter-audio"}]
    if filters and not any(one.tag == f"filter-{kind}" for one in filters):
        return False
    if kind == "audio":
        return True
    names = [one.get("name") or "" for one in filters if one.tag == "filter-video"] or [item.get("name") or ""]
    if all("dissolve" in name.lower() for name in names):
        return True
    what = f"the transition {shown(names[0] or 'without a name')} is no dissolve"
    raise RefusedError(place(item), what, "use a cross dissolve, or render it into a file of its own")


def warn_of_effects(item: Element, remarks: Remarks) -> None:
    """Say what an item carries that a cut does not."""
    for child in item:
        if child.tag.startswith(_NOT_CARRIED):
            name = child.get("name") or ""
            remarks.lose(place(item), f"{child.tag}{' ' + shown(name) if name else ''} is not carried")
