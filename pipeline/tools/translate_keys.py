"""Keys to outside services: from the environment or a file of the user's own, never from the film, and never said."""

import os
import stat
from pathlib import Path

from pipeline.errors import ToolError

_LONGEST = 256


def key_variable(service: str) -> str:
    """Return the environment variable that holds the key to a service."""
    return f"TESTIMONIO_{service.upper()}_KEY"


def key_file(service: str) -> Path:
    """Return the file that holds the key to a service where the environment does not; it need not exist."""
    named = os.environ.get(f"{key_variable(service)}_FILE")
    config = os.environ.get("XDG_CONFIG_HOME")
    user = (Path(config) if config else Path.home() / ".config") / "testimonio" / f"{service}.key"
    return Path(named).expanduser() if named else user


def find_key(service: str, *, film: Path | None = None) -> str | None:
    """Return the key to a service, None where there is none.

    Raises ToolError for what cannot be a key, and for a file that lies in the film folder (a film is handed on) or that
    others on this machine may read.
    """
    variable = key_variable(service)
    said = os.environ.get(variable)
    if said:
        return _as_key(said, variable)
    path = key_file(service)
    try:
        if film is not None and path.resolve().is_relative_to(film.resolve()):
            raise ToolError(f"the key to {service} lies in the film folder", f"move it to {_away(service)}")
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise ToolError(f"others may read the key in {path}", f"chmod 600 {path}")
        with path.open(encoding="utf-8") as file:
            return _as_key(file.read(_LONGEST * 4), str(path))
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise ToolError(f"{path} cannot be read ({type(error).__name__})", f"or put the key into {variable}") from None


def how_to_give(service: str) -> str:
    """Return how a key is given."""
    places = f"the environment as {key_variable(service)}, or into {_away(service)} (chmod 600)"
    return f"put it into {places}, never into the film"


def _away(service: str) -> str:
    return f"~/.config/testimonio/{service}.key"


def _as_key(text: str, place: str) -> str:
    key = text.strip()
    if not key or len(key) > _LONGEST or not key.isascii() or not key.isprintable() or " " in key:
        raise ToolError(f"what stands in {place} is no key", "copy it again, on one line")
    return key
