"""Finding programs: named once, by absolute path, and never taken from where a film could have brought one along."""

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg

from pipeline.errors import ToolError, ToolMissing
from pipeline.tools.process import run_program

FFMPEG_VARIABLE = "TESTIMONIO_FFMPEG"
APERTIUM_VARIABLE = "TESTIMONIO_APERTIUM"
_ANSWER_S = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A program as found.

    `path` is absolute; `digest` is the SHA-256, in hex, of what it says about its version: ffmpeg names its version, its
    configuration and every library there, and nothing that depends on where it lies.
    """

    name: str
    path: Path
    version: str
    digest: str


def find_ffmpeg(configured: Path | None = None, *, film: Path | None = None) -> Program:
    """Return ffmpeg: the configured one, the environment's (TESTIMONIO_FFMPEG), PATH's, or the imageio-ffmpeg wheel's.

    One that is named and does not work is an error, never passed over. `film` is the film folder: nothing in it, and
    nothing in the current directory, is ever taken from PATH. Raises ToolMissing where there is none, ToolError where
    the one found is not ffmpeg.
    """
    path = _named(configured, FFMPEG_VARIABLE) or on_path("ffmpeg", os.environ, film) or _wheel_ffmpeg()
    if path is None:
        raise ToolMissing(
            "ffmpeg is not installed", f"install it, or the imageio-ffmpeg package, or name one in {FFMPEG_VARIABLE}"
        )
    says = run_program((str(path), "-version"), timeout_s=_ANSWER_S).stdout
    match = re.match(rb"ffmpeg version (\S+)", says)
    if match is None:
        raise ToolError(f"{path} does not answer as ffmpeg does", "name another one in " + FFMPEG_VARIABLE)
    return Program(
        name="ffmpeg", path=path, version=match[1].decode("utf-8", "replace"), digest=hashlib.sha256(says).hexdigest()
    )


def find_apertium(configured: Path | None = None, *, film: Path | None = None) -> Program | None:
    """Return Apertium: the configured one, the environment's (TESTIMONIO_APERTIUM) or PATH's; None where there is none.

    Raises ToolMissing where one is named and not there, ToolError where the one found does not work.
    """
    path = _named(configured, APERTIUM_VARIABLE) or on_path("apertium", os.environ, film)
    if path is None:
        return None
    says = run_program((str(path), "-V"), timeout_s=_ANSWER_S).stdout
    match = re.search(rb"(\d+(?:\.\d+)+)", says)
    version = match[1].decode("ascii") if match else "unknown"
    return Program(name="apertium", path=path, version=version, digest=hashlib.sha256(says).hexdigest())


def apertium_pairs(apertium: Program) -> tuple[str, ...]:
    """Return the directions Apertium has data for, as it names them ("spa-eng"), sorted."""
    listed = run_program((str(apertium.path), "-l"), timeout_s=_ANSWER_S).stdout
    return tuple(sorted({line.strip() for line in listed.decode("utf-8", "replace").splitlines() if line.strip()}))


def on_path(name: str, environment: Mapping[str, str], film: Path | None) -> Path | None:
    """Return the first program `name` on PATH as an absolute path, or None.

    Entries that are empty or relative, that are the current directory, or that lie inside the film folder are passed
    over, and so is a link that leads into the film folder.
    """
    current = Path.cwd().resolve()
    root = film.resolve() if film is not None else None
    for entry in environment.get("PATH", os.defpath).split(os.pathsep):
        folder = Path(entry)
        if not entry or not folder.is_absolute() or folder.resolve() == current or _inside(folder, root):
            continue
        candidate = folder / name
        if candidate.is_file() and os.access(candidate, os.X_OK) and not _inside(candidate, root):
            return candidate
    return None


def _inside(path: Path, root: Path | None) -> bool:
    return root is not None and path.resolve().is_relative_to(root)


def _named(configured: Path | None, variable: str) -> Path | None:
    text = str(configured) if configured is not None else os.environ.get(variable, "")
    if not text:
        return None
    path = Path(text)
    where = "the configuration" if configured is not None else variable
    if not path.is_absolute():
        raise ToolMissing(f"{where} names {text!r}, which is not an absolute path", "write the whole path")
    if not (path.is_file() and os.access(path, os.X_OK)):
        raise ToolMissing(f"{where} names {text!r}, which is not a program", "correct it, or leave it out")
    return path


def _wheel_ffmpeg() -> Path | None:
    """Return the ffmpeg that the imageio-ffmpeg wheel carries, or None; its own search of PATH is not asked."""
    folder = Path(imageio_ffmpeg.__file__).parent / "binaries"
    found = sorted(path for path in folder.glob("ffmpeg-*") if path.is_file() and os.access(path, os.X_OK))
    return found[0].resolve() if found else None
