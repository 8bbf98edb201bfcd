"""`scripts/bench search`: a hundred hours of made-up transcript, indexed and searched."""

import argparse
import itertools
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from subtitles.cue import Cue
from subtitles.formats.srt import write_srt

_WORDS_A_CUE = 10
_SYLLABLES = (
    "ba",
    "co",
    "di",
    "fe",
    "gu",
    "la",
    "me",
    "no",
    "pa",
    "ri",
    "sa",
    "te",
    "vo",
    "llu",
    "cha",
    "que",
    "ción",
    "ñe",
)
_KNOWN = {
    "es": "el río creció de noche tres días en el desierto con la neblina salimos de madrugada caminamos llegamos",
    "en": "the river rose at night three days in the desert with the mist we left walked they gave us water",
}
_ASKED = (
    ("a phrase", ['"tres dias"']),
    ("two words, anywhere", ["neblina", "madrugada"]),
    ("the commonest word", ["el"]),
    ("forms", ["--lemma", "caminar"]),
    ("misspelt", ["--fuzzy", "neblyna"]),
    ("in a translation", ["--language", "en", "three days"]),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument("--words", type=int, default=1_000_000, help="words that are spoken; as many are translated")
    parser.add_argument("--reels", type=int, default=150)
    parser.add_argument("--folder", type=Path, help="where to make the film; a temporary folder if left out")


def search(arguments: argparse.Namespace) -> None:
    """Measure, and print the table: each search is a process of its own, as a person starts it."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.folder or Path(temporary)
        hours = _make(folder, arguments.words, arguments.reels)
        print(f"{arguments.words:,} words spoken, as many translated, {arguments.reels} reels, {hours:.0f} hours")
        print(f"{'':24}{'wall s':>8}{'CPU s':>8}{'of it search':>14}{'MB':>6}{'places':>9}")
        _line("index, and a phrase", folder, ["tres dias"])
        for name, words in _ASKED:
            if "--lemma" in words:
                _line("forms, the first time", folder, words)
            _line(name, folder, [one.strip('"') for one in words])
        (folder / "subtitles" / "INT001.es.srt").touch()
        changed = folder / "subtitles" / "INT002.es.srt"
        changed.write_text(changed.read_text(encoding="utf-8").replace("río", "arroyo"), encoding="utf-8")
        _line("after a correction", folder, ["tres dias"])
        size = sum(path.stat().st_size for path in (folder / ".testimonio" / "search").iterdir())
        print(f"the index has {size / 1e6:.0f} MB")


def _line(name: str, folder: Path, words: list[str]) -> None:
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    command = [sys.executable, "-m", "benchmarks.search", str(folder), *words]
    said = subprocess.run(command, check=True, capture_output=True, text=True)
    wall, after = time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    total, seconds, peak = json.loads(said.stdout)
    print(f"{name:24}{wall:8.2f}{spent:8.2f}{seconds:14.2f}{peak / 1024:6.0f}{total:9,}", flush=True)


def _make(folder: Path, words: int, reels: int) -> float:
    """Write the film; return how many hours it lasts at 150 words a minute."""
    dice = random.Random(1)  # noqa: S311 - text to search, no secret
    (folder / "subtitles").mkdir(parents=True, exist_ok=True)
    (folder / "footage").mkdir(exist_ok=True)
    (folder / "film.yaml").write_text(
        "title: Search\nlanguages: [es, en]\ntimeline: {rate: 25, size: 320x180}\n"
        "cuts: {all: {source: cuts/all.edl, audience: forum}}\n",
        encoding="utf-8",
    )
    lines = ["people:"]
    lines += [f"  p{n}: {{name: Person {n}, consent: {{status: granted, uses: [forum]}}}}" for n in range(reels)]
    lines.append("reels:")
    vocabularies = {language: _vocabulary(dice, language) for language in _KNOWN}
    for number in range(reels):
        key = f"INT{number + 1:03}"
        lines.append(
            f"  {key}: {{file: footage/{key}.mp4, kind: interview, language: es, people: [p{number}],"
            f' start: "{number % 24:02}:00:00:00", programme: beta, themes: [rescue]}}'
        )
        (folder / "footage" / f"{key}.mp4").write_bytes(b"not looked into")
        for language, (known, weights) in vocabularies.items():
            text = dice.choices(known, cum_weights=weights, k=words // reels)
            cues = [
                Cue(start_ms=at * 400, end_ms=(at + len(part)) * 400, text=" ".join(part))
                for at in range(0, len(text), _WORDS_A_CUE)
                if (part := text[at : at + _WORDS_A_CUE])
            ]
            (folder / "subtitles" / f"{key}.{language}.srt").write_bytes(write_srt(cues))
    (folder / "footage_manifest.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return words / 150 / 60


def _vocabulary(dice: random.Random, language: str) -> tuple[list[str], list[float]]:
    """Return words and how often they are said, as Zipf has it, added up."""
    made = {"".join(dice.choices(_SYLLABLES, k=dice.randint(2, 4))) for _ in range(50_000)}
    words = [*dict.fromkeys((*_KNOWN[language].split(), *sorted(made)))]
    return words, list(itertools.accumulate(1 / (rank + 2.7) for rank in range(len(words))))


def _one_search(folder: Path, words: list[str]) -> None:
    """Search once, and print the number of places, the seconds, and the most memory."""
    from pipeline.assembly.review_desk_reels import Unheard  # noqa: PLC0415 - measured with the rest
    from pipeline.assembly.search import Asked, Where, find  # noqa: PLC0415 - as above

    begin = time.perf_counter()
    language = words.pop(words.index("--language") + 1) if "--language" in words else None
    phrases = tuple(word for word in words if not word.startswith("--"))
    asked = Asked(
        folder=folder,
        phrases=phrases,
        where=Where(language=language),
        lemma="--lemma" in words,
        fuzzy="--fuzzy" in words,
    )
    found = find(asked, Unheard())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps([found.total, time.perf_counter() - begin, peak]))
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    _one_search(Path(sys.argv[1]), sys.argv[2:])
