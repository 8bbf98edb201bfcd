"""A frame's coded values as three pictures: what wipes, drawings and backdrops work on."""

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.uint8]


def channels(planes: Plane) -> tuple[Plane, Plane, Plane]:
    """Return Y, and U and V at half its width and height, as views of what `picture_frame.planes_of` returned.

    Writing into them changes `planes`. The frame's width and height are even.
    """
    rows, width = planes.shape
    height = rows * 2 // 3
    flat = planes.reshape(-1)
    luma, quarter = width * height, width * height // 4
    shape = (height // 2, width // 2)
    return (
        planes[:height],
        flat[luma : luma + quarter].reshape(shape),
        flat[luma + quarter : luma + 2 * quarter].reshape(shape),
    )


def assembled(luma: Plane, blue: Plane, red: Plane) -> Plane:
    """Return one array, as `picture_frame.from_planes` takes it, from Y, U and V; width and height of Y are even."""
    height, width = luma.shape
    return np.concatenate([luma.reshape(-1), blue.reshape(-1), red.reshape(-1)]).reshape(height * 3 // 2, width)
