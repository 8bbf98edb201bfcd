"""A film of sound alone, whose words are tones in a quiet room, with a transcript that nobody has to make."""

import wave
from pathlib import Path

import numpy as np
import pytest

from footage_manifest.load import load_production
from pipeline.assembly import road, survey, words
from pipeline.assembly.options import RunOptions, Step
from pipeline.assembly.paper import paper_cut, stored_paper_cut
from pipeline.assembly.paper_places import paper_bytes
from pipeline.engine.run import WouldRun
from subtitles.transcript import Transcript, Word
from tests.fake_bench import SilentProgress

RATE = 16_000
FILE = "cuts/beta.md"
FILM = """\
title: {es: Prueba, en: Test}
languages: [es, en]
timeline: {rate: 25, size: 160x96}
cuts:
  beta: {source: cuts/beta.md, audience: forum}
translation: {engine: none}
"""
MANIFEST = """\
people:
  juana: {name: Juana R., consent: {status: granted, uses: [forum]}}
  tom: {name: Tom B., consent: {status: granted, uses: [forum]}}
reels:
  INT01: {file: footage/int01.wav, kind: interview, language: es, people: [juana], start: "01:00:00:00"}
  INT02: {file: footage/int02.wav, kind: interview, language: es, people: [tom]}
  RIVER: {file: footage/river.wav, kind: b-roll, people: []}
"""
SAID = {
    "INT01": "Éramos cinco. Salimos de madrugada, todavía oscuro, con la neblina. Nadie habló. Nos dieron agua, despacio. "
    "Y al final nos dieron agua. Eso no se olvida.",
    "INT02": "Lo encontré en la orilla. Tenía frío, y nadie dijo nada.",
}
STEP_MS, WORD_MS, BEGIN_MS = 500, 300, 1000


def transcript(key: str, *, change: tuple[str, str] = ("", ""), late_ms: int = 0) -> Transcript:
    """Return the words of a reel: 300 ms each, one every half second from the first second on."""
    texts = SAID.get(key, "").replace(*change).split() if change[0] else SAID.get(key, "").split()
    starts = [BEGIN_MS + at * STEP_MS + late_ms for at in range(len(texts))]
    return Transcript(
        language="es",
        words=tuple(
            Word(text=text, start_ms=at, end_ms=at + WORD_MS, confidence=900)
            for text, at in zip(texts, starts, strict=True)
        ),
    )


def at_ms(key: str, text: str, nth: int = 0) -> int:
    """Return when a word is first said."""
    return [BEGIN_MS + at * STEP_MS for at, one in enumerate(SAID[key].split()) if one == text][nth]


def write_reel(path: Path, key: str) -> None:
    """Write a tone for each word, in the noise of a room."""
    count = len(SAID.get(key, "").split())
    samples = np.random.default_rng(1).normal(0, 0.001, RATE * (2 * BEGIN_MS + count * STEP_MS) // 1000)
    for word in transcript(key).words:
        first, last = word.start_ms * RATE // 1000, word.end_ms * RATE // 1000
        samples[first:last] += 0.3 * np.sin(np.arange(last - first) / 8)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((samples * 32_000).astype("<i2").tobytes())


def make_film(folder: Path) -> Path:
    for name in ("footage", "cuts"):
        (folder / name).mkdir(parents=True)
    (folder / "film.yaml").write_text(FILM, "utf-8")
    (folder / "footage_manifest.yaml").write_text(MANIFEST, "utf-8")
    for key in ("INT01", "INT02", "RIVER"):
        write_reel(folder / "footage" / f"{key.lower()}.wav", key)
    return folder


class Hearing:
    """What is heard of each reel; `asked` are the reels that somebody wanted the words of."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.known = {key: transcript(key) for key in SAID}
        self.asked: list[str] = []
        self.stored = True
        monkeypatch.setattr(words, "heard_in_reels", self.heard)

    def heard(self, site, media, keys):
        self.asked += keys
        if site.options.dry_run and not self.stored:
            raise WouldRun("transcribe", list(keys))
        self.stored = True
        return {key: self.known[key] for key in keys if key in self.known}


def cut_of(folder: Path, text: str | None = None, *, may_make: bool = True, again: bool = False, **options):
    """Return the paper edit `text` as a run has it."""
    if text is not None:
        (folder / FILE).write_text(text, "utf-8")
    step = Step.TRANSCRIBE if may_make else Step.CLEAR
    with road.opened(RunOptions(folder=folder, to=step, **options), SilentProgress()) as site:
        manifest, cut = site.production.manifest, site.production.film.cuts["beta"]
        media = survey.survey(site, manifest.reels, manifest.stills)
        data = paper_bytes(folder, FILE)
        return paper_cut(site, media, "beta", cut, FILE, data, may_make=may_make, again=again)


def stored_cut(folder: Path, **options):
    production = load_production(folder).production
    return stored_paper_cut(folder, production, FILE, SilentProgress(), **options)
