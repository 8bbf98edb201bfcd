"""What a reel's film for the page is made of, what it is called, and the folder that keeps it."""

import fcntl
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from hashlib import sha256
from pathlib import Path

from footage_manifest.model import Reel
from pipeline.assembly.review_desk_film import FilmOnDesk
from pipeline.stages.media import Media, PicturePart
from pipeline.stages.reel_parts import shown_seconds
from pipeline.timeline.handles import picture_seconds
from pipeline.tools import browser_proxy
from pipeline.tools.browser_proxy import ReelToShow, ShownStretch
from pipeline.tools.waveform_peaks import HeardStretch

RETRY_S = 1.0
"""How long whoever waits for another program waits before trying again."""


class Stopped(Exception):
    """The server is ending: what was begun is left."""


def picture_parts_of(media: Media, reel: str) -> tuple[PicturePart, ...]:
    """Return the files of a reel's picture, none for sound alone."""
    if reel in media.parts:
        return media.parts[reel]
    return (PicturePart(facts=media.reels[reel]),) if media.reels[reel].video is not None else ()


def to_show(media: Media, reel: str, described: Reel, rate: Fraction, path_of: Callable[[str], Path]) -> ReelToShow:
    """Return a reel as its film is made of it; `path_of` finds files by digest."""
    shown = tuple(
        ShownStretch(
            path=path_of(part.facts.digest),
            video=part.facts.video,
            start=part.start,
            length=picture_seconds(part.facts.video),
        )
        for part in picture_parts_of(media, reel)
        if part.facts.video is not None
    )
    heard = tuple(
        HeardStretch(path=path_of(part.sound.digest), sound=part.sound, start=part.start, end=part.end)
        for part in media.sounds_of(reel, described)
    )
    return ReelToShow(shown=shown, heard=heard, length=reel_seconds(media, reel), rate=rate)


def reel_seconds(media: Media, reel: str) -> Fraction:
    """Return how long a reel lasts, in seconds from its zero: its picture, or its sound where it has none."""
    facts = media.reels[reel]
    if reel in media.parts:
        return sum((shown_seconds(part.facts) for part in media.parts[reel]), Fraction(0))
    return shown_seconds(facts)


def film_name(media: Media, reel: str, film: FilmOnDesk) -> str:
    """Return what a reel's film is called: a digest of all that decides what is in it."""
    described = film.production.manifest.reels[reel]
    parts = [(part.facts.digest, part.start) for part in picture_parts_of(media, reel)]
    sounds = [(part.sound, part.start, part.end) for part in media.sounds_of(reel, described)]
    said = repr((browser_proxy.RECIPE, film.production.film.timeline.rate, parts, sounds, reel_seconds(media, reel)))
    return sha256(said.encode()).hexdigest()[:40]


def tidy(place: Path, name: str) -> None:
    """Remove what was begun and never finished, and what was made of what the reel no longer is."""
    for path in place.iterdir():
        if path.name.startswith(".") or (not path.name.startswith(name) and path.suffix != ".lock"):
            path.unlink(missing_ok=True)


@contextmanager
def alone(path: Path, stop: threading.Event) -> Iterator[None]:
    """Hold a lock file, seen by other servers, while inside; wait for it as long as it takes."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
    try:
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if stop.wait(RETRY_S):
                    raise Stopped from None
        yield
    finally:
        os.close(descriptor)
