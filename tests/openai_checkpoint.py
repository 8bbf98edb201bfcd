"""A checkpoint for openai-whisper made from CTranslate2 weights, so that both engines are compared on the same ones.

CTranslate2's file is a list of named arrays: a 4-byte version, the name and revision of its layout, a 4-byte count, then for
each its name (2-byte length, text, zero byte), rank (1 byte), dimensions (4 bytes each), type (1 byte), size in bytes
(4 bytes) and values; at the end aliases, pairs of names. All numbers are little-endian.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

TYPES = (np.float32, np.int8, np.int16, np.int32, np.float16)

NAMES = (  # CTranslate2's name as a pattern, and openai-whisper's; {} is the layer's number
    (r"(encoder|decoder)/position_encodings/encodings", "{}.positional_embedding"),
    (r"encoder/(conv[12])/(weight|bias)", "encoder.{}.{}"),
    (r"encoder/layer_norm/(gamma|beta)", "encoder.ln_post.{}"),
    (r"decoder/layer_norm/(gamma|beta)", "decoder.ln.{}"),
    (r"decoder/embeddings/(weight)", "decoder.token_embedding.{}"),
    (r"(encoder|decoder)/layer_(\d+)/self_attention/layer_norm/(gamma|beta)", "{}.blocks.{}.attn_ln.{}"),
    (r"(encoder|decoder)/layer_(\d+)/self_attention/linear_1/(weight|bias)", "{}.blocks.{}.attn.out.{}"),
    (r"(decoder)/layer_(\d+)/attention/layer_norm/(gamma|beta)", "{}.blocks.{}.cross_attn_ln.{}"),
    (r"(decoder)/layer_(\d+)/attention/linear_0/(weight|bias)", "{}.blocks.{}.cross_attn.query.{}"),
    (r"(decoder)/layer_(\d+)/attention/linear_2/(weight|bias)", "{}.blocks.{}.cross_attn.out.{}"),
    (r"(encoder|decoder)/layer_(\d+)/ffn/layer_norm/(gamma|beta)", "{}.blocks.{}.mlp_ln.{}"),
    (r"(encoder|decoder)/layer_(\d+)/ffn/linear_0/(weight|bias)", "{}.blocks.{}.mlp.0.{}"),
    (r"(encoder|decoder)/layer_(\d+)/ffn/linear_1/(weight|bias)", "{}.blocks.{}.mlp.2.{}"),
)
FUSED = (  # several arrays in one: CTranslate2's name, openai-whisper's module, its parts in order
    (r"(encoder|decoder)/layer_(\d+)/self_attention/linear_0/(weight|bias)", "attn", ("query", "key", "value")),
    (r"(decoder)/layer_(\d+)/attention/linear_1/(weight|bias)", "cross_attn", ("key", "value")),
)


def write_checkpoint(folder: Path, path: Path) -> None:
    """Write the weights in a CTranslate2 folder as a checkpoint that openai-whisper loads; needs torch."""
    import torch  # noqa: PLC0415 - only where the extra is installed

    with (folder / "model.bin").open("rb") as file:
        arrays = dict(read_arrays(file))
    state = {
        name: torch.from_numpy(array.astype(np.float32))
        for key, value in arrays.items()
        for name, array in renamed(key, value)
    }
    torch.save({"dims": dimensions(state), "model_state_dict": state}, path)


def read_arrays(file: BinaryIO) -> Iterator[tuple[str, np.ndarray]]:
    """Yield each array of a CTranslate2 model with its name."""
    number(file, 4)
    text(file)
    number(file, 4)
    for _ in range(number(file, 4)):
        name = text(file)
        shape = [number(file, 4) for _ in range(number(file, 1))]
        kind = TYPES[number(file, 1)]
        yield name, np.frombuffer(file.read(number(file, 4)), kind).reshape(shape)


def number(file: BinaryIO, size: int) -> int:
    return int.from_bytes(file.read(size), "little")


def text(file: BinaryIO) -> str:
    return file.read(number(file, 2)).rstrip(b"\0").decode()


def renamed(key: str, value: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """Yield the array under openai-whisper's names; nothing for what it keeps elsewhere."""
    for pattern, name in NAMES:
        if match := re.fullmatch(pattern, key):
            yield name.format(*match.groups()).replace("gamma", "weight").replace("beta", "bias"), value
    for pattern, module, parts in FUSED:
        if match := re.fullmatch(pattern, key):
            side, layer, kind = match.groups()
            for part, array in zip(parts, np.split(value, len(parts)), strict=True):
                if (part, kind) != ("key", "bias"):  # Whisper's keys have none; here it is zero
                    yield f"{side}.blocks.{layer}.{module}.{part}.{kind}", array


def dimensions(state: dict[str, Any]) -> dict[str, int]:
    """Return the sizes that openai-whisper builds a model from; every head is 64 wide."""
    audio_context, audio_state = state["encoder.positional_embedding"].shape
    text_context, text_state = state["decoder.positional_embedding"].shape
    layers = {
        side: len([name for name in state if re.fullmatch(rf"{side}\.blocks\.\d+\.mlp\.0\.bias", name)])
        for side in ("encoder", "decoder")
    }
    return {
        "n_mels": state["encoder.conv1.weight"].shape[1],
        "n_audio_ctx": audio_context,
        "n_audio_state": audio_state,
        "n_audio_head": audio_state // 64,
        "n_audio_layer": layers["encoder"],
        "n_vocab": state["decoder.token_embedding.weight"].shape[0],
        "n_text_ctx": text_context,
        "n_text_state": text_state,
        "n_text_head": text_state // 64,
        "n_text_layer": layers["decoder"],
    }
