"""A small film folder on the disk, as the design shows it, that tests damage in one place each."""

from pathlib import Path

FILM = """\
title: {es: Tres días, en: Three days}
languages: [es, en]
timeline: {rate: 25, size: 1280x720}          # 24000/1001, 24, 25, 30000/1001, 30, 50, 60000/1001, 60; drop_frame: true
cuts:
  forum: {source: cuts/forum.edl, audience: forum}
transcription: {engine: faster-whisper, model: base}
translation: {engine: auto}
"""

MANIFEST = """\
people:
  juana: {name: Juana R., role: {es: Testimonio, en: Testimony}, consent: {status: granted, uses: [forum, public]}}
reels:
  INT01: {file: footage/int01.mp4, kind: interview, language: es, people: [juana], start: "01:00:00:00"}
  BROLL02: {file: footage/river.mov, kind: b-roll}
stills:
  STILL07: {file: stills/river.jpg, credit: "..."}
"""


def write_film(
    folder: Path, film: str | bytes = FILM, manifest: str | bytes = MANIFEST, glossary: str | bytes | None = None
) -> Path:
    """Write the files of a film into `folder`, a few bytes standing for each medium, and return it."""
    texts = {"film.yaml": film, "footage_manifest.yaml": manifest, "glossary.csv": glossary}
    for name, text in texts.items():
        if text is not None:
            (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    for name in ("cuts/forum.edl", "footage/int01.mp4", "footage/river.mov", "stills/river.jpg"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"not looked into")
    return folder
