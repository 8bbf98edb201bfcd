"""The small parts of an .otio file: times, ranges, media, speeds, each checked before it is believed."""

import re
from fractions import Fraction
from math import floor, isfinite
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from footage_manifest.timecode import Clock, TimecodeError
from footage_manifest.wording import shown
from pipeline.timeline.interchange_json import Object
from pipeline.timeline.interchange_model import Medium, Place, RefusedError

OWN = "testimonio"
"""Under which name in `metadata` we keep what the format has no place for."""
_AGAIN = "export the timeline again"
_NEWEST = {
    "Timeline": 1, "SerializableCollection": 1, "Stack": 1, "Track": 1, "Sequence": 1, "Gap": 1, "Filler": 1, "Clip": 2,
    "Transition": 1, "TimeRange": 1, "RationalTime": 1, "LinearTimeWarp": 1, "FreezeFrame": 1,
}  # fmt: skip
_NTSC = tuple(Fraction(base * 1000, 1001) for base in (24, 30, 48, 60, 120))
_MOST = 10**12
FASTEST = 240
"""Frames a second; what counts faster counts samples."""
_HUNDREDTHS = Fraction(100)
"""How labels count of which nothing says at how many frames a second."""
_NEAR = Fraction(1, 10**6)


def place(item: Object) -> Place:
    """Return where an item stands, with its name where it has one."""
    name = text(item, "name")
    kind = item.get("OTIO_SCHEMA")
    kind = kind.partition(".")[0] if isinstance(kind, str) else "object"
    return Place(line=item.line, field=f"{kind[:40]} {shown(name)}" if name else kind[:40])


def schema(item: Object) -> str:
    """Return what an item is, without its version. Raises RefusedError for a version newer than those known."""
    written = item.get("OTIO_SCHEMA")
    if not isinstance(written, str) or not re.fullmatch(r"\w{1,60}\.\d{1,4}", written):
        raise RefusedError(Place(line=item.line), "it does not say what it is (OTIO_SCHEMA)", _AGAIN)
    kind, _, version = written.partition(".")
    if kind in _NEWEST and int(version) > _NEWEST[kind]:
        cure = f"export with an OpenTimelineIO that writes {kind}.{_NEWEST[kind]}"
        raise RefusedError(Place(line=item.line), f"{written} is newer than what is known here", cure)
    return kind


def text(item: Object, key: str) -> str:
    """Return the text under `key`, stripped; empty where there is none."""
    found = item.get(key)
    return " ".join(found.split())[:500] if isinstance(found, str) else ""


def inside(item: Object, *path: str) -> Object:
    """Return the object at a path of keys; an empty one where there is none."""
    found: Any = item
    for key in path:
        found = found.get(key) if isinstance(found, Object) else None
    return found if isinstance(found, Object) else Object()


def children(item: Object, key: str = "children") -> list[Object]:
    """Return the objects in the list under `key`, none where it is missing. Raises RefusedError for anything else in it."""
    found = item.get(key)
    if found is None:
        return []
    if not isinstance(found, list) or not all(isinstance(one, Object) for one in found):
        raise RefusedError(place(item), f"{key} is no list of objects", _AGAIN)
    return found


def time(item: Object, key: str) -> tuple[Fraction, Fraction] | None:
    """Return the seconds and the rate of the time under `key`, exact; None where there is none. Raises RefusedError."""
    found = item.get(key)
    if found is None:
        return None
    if not isinstance(found, Object):
        raise RefusedError(place(item), f"{key} is no time", _AGAIN)
    rate = _rate(found)
    value = _number(found, "value")
    return value / rate, rate


def range_of(item: Object, key: str) -> tuple[Fraction, Fraction, Fraction] | None:
    """Return start and length in seconds, and the rate that the length counts in; None where there is no such range."""
    found = item.get(key)
    if found is None:
        return None
    if not isinstance(found, Object):
        raise RefusedError(place(item), f"{key} is no range of time", _AGAIN)
    start, length = time(found, "start_time"), time(found, "duration")
    if length is None:
        raise RefusedError(place(item), f"{key} does not say how long it is", _AGAIN)
    return Fraction(0) if start is None else start[0], length[0], length[1]


def _rate(found: Object) -> Fraction:
    """Return an exact rate: OpenTimelineIO stores 30000/1001 as 29.97 with some decimals."""
    rate = _number(found, "rate")
    if not Fraction(1, 1000) <= rate <= 10**6:
        raise RefusedError(place(found), f"{float(rate):g} is no rate of frames", _AGAIN)
    return next((exact for exact in _NTSC if abs(exact - rate) < Fraction(1, 200)), rate)


def _number(found: Object, key: str) -> Fraction:
    value = found.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value) or abs(value) > _MOST:
        raise RefusedError(place(found), f"{key} is {shown(value)}, which is no number that a time can have", _AGAIN)
    exact = Fraction(str(value)) if isinstance(value, float) else Fraction(value)
    return Fraction(round(exact)) if abs(exact - round(exact)) < _NEAR else exact


def _reference(item: Object) -> Object:
    """Return the medium that a clip refers to now; an empty object where there is none."""
    many = item.get("media_references")
    if isinstance(many, Object):
        key = item.get("active_media_reference_key")
        return inside(many, key if isinstance(key, str) else "DEFAULT_MEDIA")
    return inside(item, "media_reference")


def medium_range(item: Object) -> tuple[Fraction, Fraction, Fraction] | None:
    """Return the range that a clip's medium has, None where that is not stated."""
    return range_of(_reference(item), "available_range")


def medium_of(item: Object, rate: Fraction, *, drop: bool) -> Medium | None:
    """Return what a clip plays, None for black. `rate` is that of the clip, for labels where the medium states none."""
    found = _reference(item)
    if text(found, "generator_kind").lower() in {"black", "slug"}:
        return None
    url = text(found, "target_url")
    file_name = _file_name(url) or text(found, "name_prefix")
    reel = ""
    for holder in (item, found):
        stated = inside(holder, "metadata", "cmx_3600").get("reel")
        reel = reel or (stated.strip() if isinstance(stated, str) else "")
    name = text(item, "name")
    names = dict.fromkeys(one for one in (name, text(found, "name"), file_name) if one)
    best = reel or PurePosixPath(file_name).stem or text(found, "name") or name or "clip"
    available = range_of(found, "available_range")
    start: int | None = None
    clock = _counting(found, rate, drop=drop)
    if available is not None:
        start = floor(available[0] * clock.rate)
    return Medium(reel=best, names=tuple(names), clock=clock, start=start, url=url)


def _counting(found: Object, rate: Fraction, *, drop: bool) -> Clock:
    start = time(inside(found, "available_range"), "start_time")
    own = rate if start is None or start[1] > FASTEST else start[1]
    own = own if own <= FASTEST else _HUNDREDTHS
    stated = inside(found, "metadata", OWN).get("drop_frame")
    drop = stated if isinstance(stated, bool) else drop
    try:
        return Clock(own, drop)
    except TimecodeError:
        return Clock(own)


def _file_name(url: str) -> str:
    try:
        path = unquote(urlsplit(url).path) if "://" in url else url
    except ValueError:
        path = url
    return PurePosixPath(path.replace("\\", "/")).name


def speed_of(item: Object) -> Fraction:
    """Return the speed that an item's effects give it. Raises RefusedError for one that changes while it plays."""
    speed = Fraction(1)
    for effect in children(item, "effects"):
        kind = schema(effect)
        if kind == "FreezeFrame":
            speed = Fraction(0)
        elif kind == "LinearTimeWarp":
            speed *= _scalar(effect)
        elif "Time" in kind and kind != "Effect":
            what = f"the change of speed {shown(kind)} is none that a cut can say"
            raise RefusedError(place(item), what, "give it one speed, or render it into a file of its own")
    return speed


def _scalar(effect: Object) -> Fraction:
    own = inside(effect, "metadata", OWN).get("speed")
    scalar = _number(effect, "time_scalar")
    if isinstance(own, str) and re.fullmatch(r"-?\d{1,12}/[1-9]\d{0,11}", own):
        exact = Fraction(own)
        if abs(exact - scalar) < Fraction(1, 10**6):
            return exact
    if abs(scalar) > 10_000:
        raise RefusedError(place(effect), f"{float(scalar):g} is no speed", _AGAIN)
    return scalar
