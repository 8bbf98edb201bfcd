"""The film's photographs at the desk: small, upright, and never of somebody who withdrew consent."""

import threading

from pipeline.assembly.review_desk_answers import Denied, Refused, Why
from pipeline.assembly.review_desk_film import FilmOnDesk
from pipeline.assembly.review_desk_reels import ReelsOnDesk
from pipeline.errors import StageError
from pipeline.tools.picture_still import small_jpeg

_MOST_PIXELS = 960
_MOST_KEPT = 64


class StillsOnDesk:
    """The photographs of one film, made small when first asked for. Safe between threads; one is opened at a time."""

    def __init__(self, film: FilmOnDesk, reels: ReelsOnDesk) -> None:
        self._film = film
        self._reels = reels
        self._lock = threading.Lock()
        self._kept: dict[tuple[object, ...], bytes] = {}

    def picture(self, key: str) -> bytes:
        """Return a photograph as a JPEG. Raises Refused where there is none, or it may not be shown."""
        still = self._film.production.manifest.stills.get(key)
        if still is None:
            raise Refused(Denied.NOT_THERE, "the film has no such still", "choose one of it", code=Why.NO_STILL)
        why = self._film.withdrawn(key)
        if why:
            raise Refused(Denied.NO_MEDIA, why.text, "it is not shown", code=why.why, fields=why.fields)
        try:
            with self._reels.site(dry=True) as site:
                path = site.file(still.file)
            found = path.stat()
            state = (path, found.st_ino, found.st_size, found.st_mtime_ns)
            with self._lock:
                if state not in self._kept:
                    self._kept[state] = small_jpeg(path, _MOST_PIXELS)
                    while len(self._kept) > _MOST_KEPT:
                        del self._kept[next(iter(self._kept))]
                return self._kept[state]
        except (StageError, OSError) as error:
            raise Refused(Denied.NO_MEDIA, str(error), "see to the file", code=Why.NO_PICTURE) from error
