"""Reads the strip along the top of the example's frames, from its description alone: nothing of the code that draws it."""

import numpy as np

BLOCKS = 32
REELS = {1: "INT01", 2: "INT02", 3: "INT03", 4: "BROLL01", 5: "STILL01", 6: "STILL02"}


def read_strip(luma: np.ndarray) -> tuple[str, int]:
    """Return reel and 0-based frame from the luma of one picture: upright, and cut to where the source was fitted.

    Raises ValueError where there is no strip, or its parity is wrong.
    """
    height, width = luma.shape
    rows = luma[max(1, height // 240) : max(2, height // 96)].astype(float)
    means = [
        rows[:, round((block + 0.3) * width / BLOCKS) : round((block + 0.7) * width / BLOCKS)].mean()
        for block in range(BLOCKS)
    ]
    light, dark = np.mean([means[0], means[2], means[30]]), np.mean([means[1], means[29], means[31]])
    if light - dark < 80:
        raise ValueError(f"no strip: its light blocks are at {light:.0f}, its dark ones at {dark:.0f}")
    bits = [int(mean > (light + dark) / 2) for mean in means]
    if bits[:3] != [1, 0, 1] or bits[29:] != [0, 1, 0]:
        raise ValueError(f"no strip: {bits}")
    if (sum(bits[3:15]) + bits[27]) % 2 or (sum(bits[15:27]) + bits[28]) % 2:
        raise ValueError(f"a bit is wrong: {bits}")
    value = int("".join(map(str, bits[3:27])), 2)
    if value >> 20 not in REELS:
        raise ValueError(f"no reel has number {value >> 20}")
    return REELS[value >> 20], value & 0xFFFFF


def fitted(source: tuple[int, int], canvas: tuple[int, int]) -> tuple[slice, slice]:
    """Return rows and columns that a source of this size, as seen upright, fills when fitted into `canvas`."""
    scale = min(canvas[0] / source[0], canvas[1] / source[1])
    width, height = source[0] * scale, source[1] * scale
    left, top = (canvas[0] - width) / 2, (canvas[1] - height) / 2
    return slice(round(top), round(top + height)), slice(round(left), round(left + width))
