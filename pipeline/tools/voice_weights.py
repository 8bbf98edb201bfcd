"""The weights of Resemblyzer's voice encoder, read out of the file that its package carries, without torch.

The file is a pickle: it is read only when it is the very file that is known, and then nothing in it is ever called but what
says where a number lies.
"""

import hashlib
import io
import pickle  # only a file with a known SHA-256 is read, and no name in it is ever imported
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from pipeline.errors import ToolError, ToolMissing
from pipeline.tools.weights import model_folders

FOLDER = "voice-resemblyzer"
FILE = "pretrained.pt"
SHA256 = "39373b86598fa3da9fcddee6142382efe09777e8d37dc9c0561f41f0070f134e"

Numbers = npt.NDArray[np.float32]

_CURE = "run scripts/get-weights"


def find_voice_weights() -> Path:
    """Return where the encoder's weights lie. Raises ToolMissing where they are in no model folder."""
    for folder in model_folders():
        file = folder / FOLDER / FILE
        if file.is_file():
            return file
    places = ", ".join(str(folder / FOLDER) for folder in model_folders())
    raise ToolMissing(f"there are no weights to tell voices apart: looked for {places}", _CURE)


def read_voice_weights(file: Path) -> Mapping[str, Numbers]:
    """Return the encoder's weights by name. Raises ToolError where the file is not the one that is known."""
    data = file.read_bytes()
    if hashlib.sha256(data).hexdigest() != SHA256:
        raise ToolError(f"{file} is not the file that it should be", f"delete it, and {_CURE}")
    stream = io.BytesIO(data)
    for _ in range(3):  # what wrote the file, and how
        _Places(stream).load()
    held = _Places(stream).load()
    numbers = {key: _numbers(stream) for key in _Places(stream).load()}
    found = {}
    for name, (key, offset, size) in held["model_state"].items():
        count = int(np.prod(size)) if size else 1
        found[str(name)] = numbers[key][offset : offset + count].reshape(size).copy()
    return found


def _numbers(stream: BinaryIO) -> Numbers:
    count = int(np.frombuffer(stream.read(8), "<i8")[0])
    return np.frombuffer(stream.read(4 * count), "<f4").astype(np.float32, copy=False)


class _Places(pickle.Unpickler):
    """Reads where each row of numbers lies: (which storage, from where, its shape)."""

    def find_class(self, module: str, name: str) -> object:
        """Return what stands for a name in the file; nothing is imported."""
        if name == "_rebuild_tensor_v2":
            return _place
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        return name if name.endswith("Storage") else _nothing

    def persistent_load(self, pid: tuple[object, ...]) -> object:
        """Return the name of a storage."""
        return pid[2]


def _place(storage: object, offset: int, size: tuple[int, ...], *_rest: object) -> object:
    return storage, offset, size


def _nothing(*_given: object, **_named: object) -> None:
    return None
