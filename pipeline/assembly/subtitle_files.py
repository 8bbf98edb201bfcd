"""Subtitle files that a command line names: found, read whole, and what their names say about them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from footage_manifest.model import FILM_FILE
from pipeline.errors import UsageError
from subtitles.formats.any import format_by_name

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What a command line names: film folders, and files that belong to none."""

    films: tuple[Path, ...]
    files: tuple[Path, ...]


def named(paths: Iterable[Path]) -> Named:
    """Return what `paths` are: a folder with a film.yaml is a film, any other stands for the subtitle files in it.

    Raises UsageError for what is not there, and for a folder with neither.
    """
    films, files = [], []
    for path in paths:
        if not path.is_dir():
            if not path.exists():
                raise UsageError(f"{path} is not there", "name subtitle files, or a film folder")
            files.append(path)
        elif (path / FILM_FILE).is_file():
            films.append(path)
        else:
            found = sorted(one for one in path.iterdir() if one.is_file() and format_by_name(one.name))
            if not found:
                what = f"{path} has neither {FILM_FILE} nor subtitle files"
                raise UsageError(what, "name subtitle files, or a film folder")
            files += found
    return Named(films=tuple(films), files=tuple(dict.fromkeys(files)))


def language_in(path: Path, known: Iterable[str]) -> str | None:
    """Return the language that a file's name has before its ending (`talk.es.srt`), None where it has none.

    Any of `known` counts, and every code of two letters, with its region.
    """
    code = path.stem.rpartition(".")[2] if "." in path.stem else ""
    if not _LANGUAGE.fullmatch(code):
        return None
    return code if code in set(known) or len(code.partition("-")[0]) == 2 else None
