"""probe, stills: size, which way up, transparency. Each is decoded once: one that is cut short opens all the same."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import PIL

from footage_manifest.media import StillFacts
from pipeline.errors import MediaError, StageError
from pipeline.ports.media import ProbeRequest
from pipeline.ports.work import Bench
from pipeline.tools.picture_still import open_still

_RULES = "1"
"""Raised when the same file must be described differently."""

_EXIF_ORIENTATION = 0x0112
_FIRST_TURNED = 5
"""From this EXIF orientation on, width and height change places."""


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
        if getattr(picture, "n_frames", 1) > 1 and picture.format in ("PNG", "WEBP"):
            raise MediaError("it is an animation, not a still", "export one frame of it as PNG")
        orientation = picture.getexif().get(_EXIF_ORIENTATION, 1)
        if orientation not in range(1, 9):
            orientation = 1
        picture.load()
        turned = orientation >= _FIRST_TURNED
        return StillFacts(
            digest=digest,
            format=picture.format or "",
            width=picture.height if turned else picture.width,
            height=picture.width if turned else picture.height,
            orientation=orientation,
            has_alpha=picture.has_transparency_data,
        )
