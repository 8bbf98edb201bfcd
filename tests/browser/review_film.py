"""A made-up film to review, written in a second: an interview with a draft translation, a stale cue and a conflict in it."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from subtitles.cue import Cue
from subtitles.state import TrackState, approved, seed
from subtitles.state_file import dump_state
from tests.media_samples import numbered

SECONDS = 12
STEP_MS = 2000
SPOKEN = (
    "Me llamo Inventada\ny esta historia es de prueba.",
    "El río pasaba <i>muy</i> cerca.",
    "¿Y qué hacían entonces?",
    "Íbamos a la Defensoría.",
    "Nadie nos recibía.",
)
TRANSLATED = (
    "My name is Made-up\nand this story is a test.",
    "The river ran <i>very</i> close.",
    "And what did you do then?",
    "We went to the Defensoría.",
    "No one received us.",
)
STALE, CONFLICT, OTHER_SIDE = 2, 3, "We would go to the Ombudsman's Office."
FILM = """\
title: {es: Película de prueba, en: Test film}
languages: [es, en]
timeline: {rate: 25, size: 160x96}
cuts:
  small: {source: cuts/small.edl, audience: forum, start: "01:00:00:00"}
"""
MANIFEST = """\
people:
  inventada: {name: Inventada P., consent: {status: granted, uses: [forum]}}
reels:
  INT01: {file: footage/int01.mp4, kind: interview, language: es, people: [inventada]}
"""
EDL = """\
TITLE: SMALL
FCM: NON-DROP FRAME
001  INT01    B     C        00:00:00:00 00:00:03:00 01:00:00:00 01:00:03:00
002  INT01    B     C        00:00:06:00 00:00:10:00 01:00:03:00 01:00:07:00
"""
GLOSSARY = "es,en,note\nDefensoría,Ombudsman's Office,made up\n"


def make_review_film(folder: Path, cues: int = len(SPOKEN), clip: Path | None = None) -> Path:
    """Write the film with so many cues a language; `clip` is a picture made before."""
    for name in ("footage", "cuts", "subtitles/state"):
        (folder / name).mkdir(parents=True)
    (folder / "film.yaml").write_text(FILM, encoding="utf-8")
    (folder / "footage_manifest.yaml").write_text(MANIFEST, encoding="utf-8")
    (folder / "cuts" / "small.edl").write_text(EDL, encoding="utf-8")
    (folder / "glossary.csv").write_text(GLOSSARY, encoding="utf-8")
    if clip is None:
        write_clip(folder / "footage" / "int01.mp4")
    else:
        (folder / "footage" / "int01.mp4").write_bytes(clip.read_bytes())
    _write_tracks(folder, cues)
    return folder


def write_clip(path: Path) -> None:
    """Write numbered pictures with a tone that comes and goes."""
    with av.open(str(path), "w") as container:
        picture = container.add_stream("libx264", rate=25, options={"preset": "ultrafast", "g": "25"})
        picture.width, picture.height, picture.pix_fmt = 160, 96, "yuv420p"
        sound = container.add_stream("aac", rate=48_000, layout="mono")
        for number in range(SECONDS * 25):
            frame = av.VideoFrame.from_image(numbered(number, (160, 96), 0).convert("RGB"))
            frame.pts, frame.time_base = number, Fraction(1, 25)
            container.mux(picture.encode(frame))
        container.mux(picture.encode(None))
        time = np.arange(SECONDS * 48_000) / 48_000
        tone = (np.sin(time * 1900) * np.abs(np.sin(time * 3)) / 3).astype(np.float32)
        for start in range(0, len(tone), 1024):
            heard = av.AudioFrame.from_ndarray(tone[None, start : start + 1024].copy(), format="fltp", layout="mono")
            heard.sample_rate, heard.pts = 48_000, start
            container.mux(sound.encode(heard))
        container.mux(sound.encode(None))


def said(texts: tuple[str, ...], count: int) -> tuple[Cue, ...]:
    """Return so many cues, one every two seconds, whose texts begin anew where they end."""
    return tuple(
        Cue(
            id=f"c{place:05d}",
            start_ms=place * STEP_MS + 200,
            end_ms=(place + 1) * STEP_MS - 200,
            text=texts[place % len(texts)],
        )
        for place in range(count)
    )


def _write_tracks(folder: Path, count: int) -> None:
    spoken, translated = said(SPOKEN, count), said(TRANSLATED, count)
    source = seed(spoken, reel="INT01", language="es", made_by="made up")
    target = seed(translated, reel="INT01", language="en", made_by="made up", source_language="es", source=spoken)
    changed = replace(spoken[STALE], text="¿Y qué hacían ustedes entonces?")
    people = source.srt.replace("¿Y qué hacían entonces?".encode(), changed.text.encode(), 1)
    _write(folder, "es", people, approved(source.state, {spoken[0].id: spoken[0]}))
    _write(folder, "en", target.srt, _in_conflict(target.state, translated[CONFLICT]))


def _in_conflict(state: TrackState, cue: Cue) -> TrackState:
    theirs = replace(cue, text=OTHER_SIDE)
    return replace(state, cues=tuple(replace(one, theirs=theirs) if one.id == cue.id else one for one in state.cues))


def _write(folder: Path, language: str, srt: bytes, state: TrackState) -> None:
    (folder / "subtitles" / f"INT01.{language}.srt").write_bytes(srt)
    (folder / "subtitles" / "state" / f"INT01.{language}.json").write_bytes(dump_state(state))
