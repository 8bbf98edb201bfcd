"""A small but whole film: an interview with a known voice, numbered pictures, an EDL with a dissolve; seconds to render."""

import io
import json
import shutil
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from pipeline.cli.answering import answer
from pipeline.tools.example_film import example_root
from tests.media_samples import numbered

SIZE = (320, 180)
SECONDS = 14
VOICE = example_root() / "three-days" / "voices" / "INT01.ogg"

FILM = """\
title: {es: Prueba, en: Test}
languages: [es, en]
timeline: {rate: 25, size: 320x180}
cuts:
  small: {source: cuts/small.edl, audience: forum, start: "01:00:00:00", burn_in: [es+en]}
"""
MANIFEST = """\
people:
  juana: {name: Juana R., consent: {status: granted, uses: [forum]}}
reels:
  INT01: {file: footage/int01.mp4, kind: interview, language: es, people: [juana], start: "01:00:00:00"}
  BROLL01: {file: footage/river.mp4, kind: b-roll, people: []}
"""
EDL = """\
TITLE: SMALL
FCM: NON-DROP FRAME
001  INT01    B     C        01:00:00:12 01:00:06:12 01:00:00:00 01:00:06:00
002  INT01    A     C        01:00:06:12 01:00:10:00 01:00:06:00 01:00:09:13
003  BROLL01  V     C        00:00:00:00 00:00:03:13 01:00:06:00 01:00:09:13
004  BROLL01  V     C        00:00:03:13 00:00:03:13 01:00:09:13 01:00:09:13
004  INT01    V     D    010 01:00:10:00 01:00:13:00 01:00:09:13 01:00:12:13
005  INT01    A     C        01:00:10:00 01:00:13:00 01:00:09:13 01:00:12:13
"""
FRAMES = 313


def make_small_film(folder: Path) -> Path:
    """Write the film and return its folder."""
    for name in ("footage", "cuts"):
        (folder / name).mkdir(parents=True)
    (folder / "film.yaml").write_text(FILM, encoding="utf-8")
    (folder / "footage_manifest.yaml").write_text(MANIFEST, encoding="utf-8")
    (folder / "cuts" / "small.edl").write_text(EDL, encoding="utf-8")
    write_clip(folder / "footage" / "int01.mp4", shade=0, voice=VOICE)
    write_clip(folder / "footage" / "river.mp4", shade=60, voice=None)
    return folder


def write_clip(path: Path, *, shade: int, voice: Path | None) -> None:
    """Write numbered pictures, with a voice or without sound."""
    with av.open(str(path), "w") as container:
        picture = container.add_stream("libx264", rate=25)
        picture.width, picture.height = SIZE
        picture.pix_fmt = "yuv420p"
        picture.options = {"preset": "veryfast", "crf": "18"}
        sound = container.add_stream("aac", rate=48_000, layout="mono") if voice else None
        for number in range(SECONDS * 25):
            frame = av.VideoFrame.from_image(numbered(number, SIZE, shade).convert("RGB"))
            frame.pts, frame.time_base = number, Fraction(1, 25)
            container.mux(picture.encode(frame))
        container.mux(picture.encode(None))
        if voice is not None and sound is not None:
            for frame in _spoken(voice):
                container.mux(sound.encode(frame))
            container.mux(sound.encode(None))


def _spoken(voice: Path) -> list[av.AudioFrame]:
    resampler = av.AudioResampler(format="fltp", layout="mono", rate=48_000)
    with av.open(str(voice)) as container:
        pieces = [
            frame.to_ndarray()[0] for decoded in container.decode(audio=0) for frame in resampler.resample(decoded)
        ]
    samples = np.concatenate(pieces)[: SECONDS * 48_000]
    frames = []
    for start in range(0, len(samples), 1024):
        frame = av.AudioFrame.from_ndarray(samples[None, start : start + 1024].copy(), format="fltp", layout="mono")
        frame.sample_rate, frame.pts = 48_000, start
        frames.append(frame)
    return frames


def cli(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the command as a person does, and return how it ended."""
    command = [sys.executable, "-c", "from pipeline.cli.main import main; main()", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=600, check=False, stdin=subprocess.DEVNULL)


def run_json(folder: Path, *options: str) -> tuple[int, dict]:
    """Run `testimonio run --json` and return its exit status and document."""
    done = cli("run", folder, "--json", *options)
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, json.loads(done.stdout) if done.stdout else {}


def answered(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Answer the command in this process, which spares the second that starting one takes."""
    with redirect_stdout(io.StringIO()) as said, redirect_stderr(io.StringIO()) as complained:
        status = answer([*map(str, arguments)])
    return subprocess.CompletedProcess(arguments, status, said.getvalue(), complained.getvalue())


def answered_json(folder: Path, *options: str) -> tuple[int, dict]:
    """Answer `testimonio run --json` in this process, and return its exit status and document."""
    done = answered("run", folder, "--json", *options)
    return done.returncode, json.loads(done.stdout) if done.stdout else {}


def sums(folder: Path) -> bytes:
    """Return the checksums of the small cut's deliverables."""
    return (folder / "deliverables" / "small" / "SHA256SUMS").read_bytes()


def copy_of(film: Path, target: Path) -> Path:
    """Return a copy of a film folder, its store included."""
    shutil.copytree(film, target, symlinks=True)
    return target
