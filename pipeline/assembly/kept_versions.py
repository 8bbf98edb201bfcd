"""Versions of people's subtitle files, kept before anything changes them: `.testimonio/kept/<reel>.<language>/`."""

import datetime as dt
import hashlib
from contextlib import suppress
from pathlib import Path

from pipeline.durable import storage_errors, write_whole
from pipeline.engine.store import FOLDER

MOST_VERSIONS = 200
_DIGITS = 8
_TIME = "%Y%m%dT%H%M%S%fZ"


def kept_folder(folder: Path, reel: str, language: str) -> Path:
    """Return where the versions of a track lie, there or not."""
    return folder / FOLDER / "kept" / f"{reel}.{language}"


def versions(folder: Path, reel: str, language: str) -> tuple[Path, ...]:
    """Return the versions of a track that were kept, oldest first."""
    place = kept_folder(folder, reel, language)
    return tuple(sorted(place.glob("[0-9]*.srt"))) if place.is_dir() else ()


def keep(folder: Path, reel: str, language: str, content: bytes) -> Path:
    """Keep `content` as a version of a track, unless it is the newest already; return its path. Raises StoreError.

    Versions beyond the 200 newest are removed.
    """
    return keep_in(kept_folder(folder, reel, language), f"{reel}.{language}.srt", content)


def keep_in(place: Path, name: str, content: bytes) -> Path:
    """Keep `content` in the folder `place` as a version of the file called `name`, as `keep` does. Raises StoreError."""
    digest = hashlib.sha256(content).hexdigest()
    suffix = Path(name).suffix
    found = tuple(sorted(place.glob(f"[0-9]*{suffix}"))) if place.is_dir() else ()
    with storage_errors(f"keeping the version of {name} that was there"):
        if found and found[-1].stem.endswith(digest[:_DIGITS]) and found[-1].read_bytes() == content:
            return found[-1]
        path = place / f"{_time_after(found[-1] if found else None)}-{digest[:_DIGITS]}{suffix}"
        place.mkdir(parents=True, exist_ok=True)
        write_whole(path, content)
        for old in (*found, path)[:-MOST_VERSIONS]:
            old.unlink(missing_ok=True)
    return path


def version_with(folder: Path, reel: str, language: str, digest: str) -> bytes | None:
    """Return the content of the newest kept version whose SHA-256 begins with `digest`, None where there is none."""
    for path in reversed(versions(folder, reel, language)):
        if path.stem.endswith(digest[:_DIGITS]):
            content = path.read_bytes()
            if hashlib.sha256(content).hexdigest().startswith(digest):
                return content
    return None


def _time_after(newest: Path | None) -> str:
    """Return the time now as names have it; a clock that was set back does not make the newest version the oldest."""
    now = dt.datetime.now(dt.UTC)
    if newest is not None:
        with suppress(ValueError, OverflowError):  # a file that somebody put there
            last = dt.datetime.strptime(newest.name.partition("-")[0], _TIME).replace(tzinfo=dt.UTC)
            now = max(now, last + dt.timedelta(microseconds=1))
    return now.strftime(_TIME)
