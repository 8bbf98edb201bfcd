"""probe, stills: size, which way up, transparency. Each is decoded once: one that is cut short opens all the same."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import PIL
from PIL import Image
from PIL.TiffImagePlugin import TiffImageFile

from footage_manifest.media import StillFacts
from pipeline.errors import StageError
from pipeline.ports.media import ProbeRequest
from pipeline.ports.work import Bench
from pipeline.tools.picture_colour import plain, profile_name
from pipeline.tools.picture_still import open_still, orientation_of, upright_size

_RULES = "2"
"""Raised when the same file must be described differently."""


_BITS_PER_SAMPLE = 258
_PNG_BIT_DEPTH = 24
"""Where PNG keeps it: the ninth byte of the IHDR chunk's content (ISO/IEC 15948, 11.2.2)."""


class PillowStillProbe:
    """Describes stills (`pipeline.ports.media.StillProbe`)."""

    def identity(self, request: ProbeRequest) -> Mapping[str, str]:  # noqa: ARG002 - the same for every request
        """Return the version of Pillow, and of our rules."""
        return {"rules": _RULES, "pillow": PIL.__version__}

    def provenance(self) -> Mapping[str, str]:
        """Return the version of Pillow."""
        return {"pillow": PIL.__version__}

    def carry_out(self, requests: Sequence[ProbeRequest], bench: Bench) -> Iterator[tuple[int, StillFacts]]:
        """Yield what each still is, in order. Raises MediaError for the first that cannot be used."""
        bench.progress.start("stills", len(requests), "files")
        for number, request in enumerate(requests):
            path = bench.path(request.digest)
            try:
                facts = still_facts(path, request.digest)
            except StageError as error:
                error.subject = error.subject or path.name
                raise
            yield number, facts
            bench.progress.advance("stills", 1)
        bench.progress.finish("stills")


def still_facts(path: Path, digest: str) -> StillFacts:
    """Return what the still at `path` is; `width` and `height` are as shown.

    Raises MediaError for what is not a still of a known format, is animated, damaged, cut short or too large.
    """
    with open_still(path) as picture:
        orientation = orientation_of(picture)
        width, height = upright_size(picture)
        picture.load()
        plain(picture)
        profile = picture.info.get("icc_profile")
        return StillFacts(
            digest=digest,
            format=picture.format or "",
            width=width,
            height=height,
            orientation=orientation,
            has_alpha=picture.has_transparency_data,
            bit_depth=_bit_depth(picture, path),
            inks=picture.mode == "CMYK",
            profile=profile_name(picture, profile) if profile else "",
        )


def _bit_depth(picture: Image.Image, path: Path) -> int:
    """Return the bits of one channel: 1 to 16. Pillow says it of grey alone."""
    if isinstance(picture, TiffImageFile):
        return int(max(picture.tag_v2.get(_BITS_PER_SAMPLE, (1,))))
    if picture.format == "PNG":
        with path.open("rb") as file:
            return file.read(_PNG_BIT_DEPTH + 1)[_PNG_BIT_DEPTH]
    return 8
