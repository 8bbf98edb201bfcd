"""Finding the weights of speech engines, and naming them by what is in them.

A model is looked for in this order: a path; the model folders (`TESTIMONIO_MODELS`, the checkout's `.models`, the user's
data folder), where `scripts/get-weights` puts it; the local cache of the hub; the hub, by name.
"""

import hashlib
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pipeline.errors import ToolError, ToolMissing

MODELS_VARIABLE = "TESTIMONIO_MODELS"

_NEEDED = ("model.bin", "config.json", "tokenizer.json")
"""What a model folder must hold; a vocabulary beside it is read too. Without its tokenizer a model would fetch one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Weights as found.

    `path` is a folder (CTranslate2) or one file (a checkpoint of openai-whisper). `digest` is the SHA-256, in hex, of
    everything in it that decides what is heard; where it lies does not matter.
    """

    name: str
    path: Path
    digest: str


def find_weights(model: str, *, film: Path | None = None) -> Weights:
    """Return the CTranslate2 weights that `model` names, looked for in the order this module's heading gives.

    `film` is the folder that a relative path starts from. Raises ToolMissing, saying all four places and how to get the
    model, where it is in none; ToolError where a folder that was named by its path is not a whole model.
    """
    named = _by_path(model, film)
    if named is not None:
        lacking = _lacking(named)
        if lacking:
            raise ToolError(f"{named} is not a Whisper model: {', '.join(lacking)} missing", _HOW_TO_GET)
        return _weights(model, named)
    for folder in model_folders():
        found = folder / _package_name(model)
        if found.is_dir() and not _lacking(found):
            return _weights(model, found)
    downloaded = _from_hub(model, only_cache=True) or _from_hub(model, only_cache=False)
    if downloaded is None or _lacking(downloaded):
        raise missing(model, f"the hub's cache and the hub by the name {model!r}")
    return _weights(model, downloaded)


def find_checkpoint(model: str, *, film: Path | None, cache: Path, download: Callable[[str], Path | None]) -> Weights:
    """Return the openai-whisper checkpoint that `model` names, looked for in the same order as `find_weights`.

    `cache` is the folder where openai-whisper keeps what it downloaded; `download` fetches a model by name, and returns
    None where that cannot be had. Raises ToolMissing as `find_weights` does.
    """
    named = _by_path(model, film)
    files = [named] if named else [folder / f"{_package_name(model)}.pt" for folder in model_folders()]
    found = next((file for file in (*files, cache / f"{model}.pt") if file.is_file()), None)
    found = found or (None if named else download(model))
    if found is None:
        raise missing(model, f"{cache} and openai-whisper's server by the name {model!r}")
    return Weights(name=model, path=found, digest=_digest(found))


def model_folders() -> tuple[Path, ...]:
    """Return the folders that hold unpacked weights packages, the first to look in first; they need not exist."""
    named = os.environ.get(MODELS_VARIABLE)
    data = os.environ.get("XDG_DATA_HOME")
    user = (Path(data) if data else Path.home() / ".local" / "share") / "testimonio" / "models"
    checkout = Path(__file__).parents[2]
    ours = (checkout / ".models",) if (checkout / "pyproject.toml").is_file() else ()
    return (*((Path(named),) if named else ()), *ours, user)


def missing(model: str, hub: str) -> ToolMissing:
    """Return the error that says where a model was looked for, and how to get it; `hub` names the last two places."""
    folders = ", ".join(str(folder / _package_name(model)) for folder in model_folders())
    return ToolMissing(f"there is no model {model!r}: looked for a path of that name, {folders}, {hub}", _HOW_TO_GET)


_HOW_TO_GET = (
    "run scripts/get-weights for the model `base`; or put a model's folder at one of these places; or write its path as"
    " transcription.model in film.yaml; or run once with a connection, so that the hub can be asked"
)


def _by_path(model: str, film: Path | None) -> Path | None:
    """Return the path that `model` is, if it is one: a name of the hub has at most one slash and no dot before it."""
    path = (film or Path.cwd()) / Path(model).expanduser()
    return path.resolve() if ("/" in model or model.endswith(".pt")) and path.exists() else None


def _package_name(model: str) -> str:
    """Return the name a model has in the model folders; a name with an owner stays that owner's."""
    return model.replace("/", "--") if "/" in model else f"whisper-{model}"


def _lacking(folder: Path) -> list[str]:
    return [name for name in _NEEDED if not (folder / name).is_file()]


def _from_hub(model: str, *, only_cache: bool) -> Path | None:
    from faster_whisper.utils import download_model  # noqa: PLC0415 - takes 0.2 s, in runs that hear speech only

    try:
        return Path(download_model(model, local_files_only=only_cache))
    except (OSError, ValueError):  # not cached, no connection, refused, or no such name: all the same to who asks
        return None


def _weights(model: str, folder: Path) -> Weights:
    files = [*(folder / name for name in _NEEDED), folder / "preprocessor_config.json", *folder.glob("vocabulary.*")]
    return Weights(name=model, path=folder, digest=digest_of_all(file for file in files if file.is_file()))


def digest_of_all(files: Iterable[Path]) -> str:
    """Return a SHA-256, in hex, of files by their names and what is in them; where they lie does not matter."""
    lines = sorted(f"{file.name} {_digest(file)}\n" for file in files)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _digest(file: Path) -> str:
    state = file.stat()
    return _digest_remembered(str(file), state.st_size, state.st_mtime_ns)


@lru_cache(maxsize=256)
def _digest_remembered(path: str, _size: int, _mtime_ns: int) -> str:
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
