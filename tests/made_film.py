"""A film without words, made in a second: numbered pictures with a tone, so that what is delivered can be read back."""

import json
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from pipeline.cli.answering import answer
from tests.media_samples import numbered

SIZE = (320, 192)
EDL = """\
TITLE: SMALL
FCM: NON-DROP FRAME
001  CLIP     B     C        00:00:00:12 00:00:01:12 01:00:00:00 01:00:01:00
002  CLIP     B     C        00:00:03:00 00:00:03:20 01:00:01:00 01:00:01:20
"""
NUMBERS = [*range(12, 37), *range(75, 95)]
"""The source frame on each output frame."""


def make_film(folder: Path, cut: str = "", more: str = "", size: tuple[int, int] = SIZE) -> Path:
    """Write the film; `cut` is what else film.yaml says of its one cut, `more` of the film."""
    for name in ("footage", "cuts"):
        (folder / name).mkdir(parents=True)
    (folder / "film.yaml").write_text(
        f"title: {{es: Prueba, en: Test}}\nlanguages: [es, en]\ntimeline: {{rate: 25, size: {size[0]}x{size[1]}}}\n"
        f"cuts:\n  small: {{source: cuts/small.edl, audience: forum{cut}}}\n{more}",
        encoding="utf-8",
    )
    (folder / "footage_manifest.yaml").write_text(
        "people:\n  ana: {name: Ana M., consent: {status: granted, uses: [forum]}}\n"
        "reels:\n  CLIP: {file: footage/clip.mp4, kind: b-roll, people: [ana]}\n",
        encoding="utf-8",
    )
    (folder / "cuts" / "small.edl").write_text(EDL, encoding="utf-8")
    _clip(folder / "footage" / "clip.mp4", size)
    return folder


def _clip(path: Path, size: tuple[int, int]) -> None:
    with av.open(str(path), "w") as container:
        picture = container.add_stream("libx264", rate=25, options={"preset": "veryfast", "crf": "18", "g": "25"})
        picture.width, picture.height = size
        picture.pix_fmt = "yuv420p"
        sound = container.add_stream("aac", rate=48_000, layout="mono")
        for number in range(100):
            frame = av.VideoFrame.from_image(numbered(number, size))
            frame.pts, frame.time_base = number, Fraction(1, 25)
            container.mux(picture.encode(frame))
        container.mux(picture.encode(None))
        tone = (np.sin(np.arange(4 * 48_000) / 20) / 4).astype(np.float32)
        for start in range(0, len(tone), 1024):
            heard = av.AudioFrame.from_ndarray(tone[None, start : start + 1024].copy(), format="fltp", layout="mono")
            heard.sample_rate, heard.pts = 48_000, start
            container.mux(sound.encode(heard))
        container.mux(sound.encode(None))


def typed(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, dict]:
    """Answer what was typed, with --json, in this process; return the exit code and the document."""
    capsys.readouterr()
    status = answer([*map(str, arguments), "--json"])
    return status, json.loads(capsys.readouterr().out)
