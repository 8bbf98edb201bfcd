"""The files that a film names, looked for on the disk: where each is, and what is wrong with it. Nothing is read."""

import os
from collections.abc import Iterator
from pathlib import Path

from footage_manifest.findings import Finding, Severity
from footage_manifest.model import FILM_FILE, MANIFEST_FILE, Production
from footage_manifest.paths import inside
from footage_manifest.wording import Refusal, shown


def check_files(folder: Path, production: Production) -> tuple[Finding, ...]:
    """Return a finding for each named file that is missing, leads out of the folder, is no plain file or cannot be read.

    One that a reel names twice is refused. Two reels that name one file are a warning: edits could mean either; unless it is
    a recorder's, which may have run on from take to take.
    """
    return tuple(_findings(folder, production))


def _findings(folder: Path, production: Production) -> Iterator[Finding]:
    first_fields: dict[Path, str] = {}
    for file, field, text in _named(production):
        try:
            path = _readable(folder, text)
        except Refusal as error:
            yield production.finding(file, field, error.what, error.cure)
            continue
        if not field.startswith("reels."):
            continue
        first = first_fields.setdefault(path, field)
        if first == field:
            continue
        user, before = _reel_of(field), _reel_of(first)
        if user == before:
            cure = "name each part once" if _list_of(field) == _list_of(first) else "name the recorder's file"
            yield production.finding(file, field, f"{shown(text)} is named twice in {user}", cure)
        elif _list_of(field) == _list_of(first) == "file":
            what = f"{shown(text)} is also the file of {before}"
            yield production.finding(file, field, what, "correct it, or keep one of the two", Severity.WARNING)


def _reel_of(field: str) -> str:
    return field.removesuffix(_after_key(field)).removesuffix(".")


def _list_of(field: str) -> str:
    return _after_key(field).rpartition(".")[0]


def _after_key(field: str) -> str:
    return field[field.rindex(".sound.file." if ".sound.file." in field else ".file.") + 1 :]


def _named(production: Production) -> Iterator[tuple[str, str, str]]:
    """Yield (file that names it, field, path as written) of every file that the film names."""
    film = production.film
    if film.graphics.font is not None:
        yield FILM_FILE, "graphics.font", film.graphics.font
    if film.bug is not None:
        yield FILM_FILE, "bug.file", film.bug.file
    for name, cut in production.film.cuts.items():
        for number, source in enumerate(cut.source):
            yield FILM_FILE, f"cuts.{name}.source.{number}", source
    for key, reel in production.manifest.reels.items():
        for number, part in enumerate(reel.file):
            yield MANIFEST_FILE, f"reels.{key}.file.{number}", part
        for number, part in enumerate(reel.sound.file if reel.sound else ()):
            yield MANIFEST_FILE, f"reels.{key}.sound.file.{number}", part
    for key, still in production.manifest.stills.items():
        yield MANIFEST_FILE, f"stills.{key}.file", still.file


def _readable(folder: Path, text: str) -> Path:
    path = inside(folder, text)
    if not os.access(path, os.R_OK):
        raise Refusal(f"{shown(text)} may not be read", "change its permissions")
    if path.stat().st_size == 0:
        raise Refusal(f"{shown(text)} is empty", "copy the file again")
    return path
