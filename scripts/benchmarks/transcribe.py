"""`scripts/bench transcribe`: what we hear beside what others hear, with the same weights, one file after the other."""

import argparse
import itertools
import json
import subprocess
import sys
import tempfile
import wave
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

from benchmarks import hearers
from benchmarks.measuring import Measured, measured
from benchmarks.spoken_truth import HeardWord, Score, Truth, known, score, sounds
from tests import openai_checkpoint

_US = "testimonio"
_REFERENCE = "openai-whisper"
_WITHOUT_WORD_TIMES = {"openai-whisper"}
_IN_OUR_ENVIRONMENT = {"faster-whisper"}
_PEERS = ("torch==2.13.0", "openai-whisper==20250625", "stable-ts==2.19.1", "whisper-timestamped==1.15.9")
_RATE = 16_000
_ROOM_LEVEL = 30
"""The peak of the noise between turns, of 32,767: about -60 dB, a quiet room."""

Samples = npt.NDArray[np.int16]


@dataclass(frozen=True)
class _Sound:
    """A file to hear: its language, what is said in it, how long it is."""

    path: Path
    language: str
    truth: Truth
    seconds: float


@dataclass(frozen=True)
class _Result:
    """What came of one hearing."""

    score: Score
    cpu_s: float
    mib: int


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument(
        "folder", type=Path, help="sound files <language>_<anything>.flac with what is said beside them"
    )
    parser.add_argument("--model", type=Path, default=Path(".models/whisper-base"), help="a CTranslate2 folder")
    parser.add_argument(
        "--peers", type=Path, default=Path(".venv-peers"), help="their environment; made if it is not there"
    )
    parser.add_argument("--only", action="append", default=[], metavar="FILE", help="only this file; may be repeated")
    parser.add_argument("--skip", default="", help=f"names left out, of: {', '.join(hearers.HEARERS)}")


def transcribe(arguments: argparse.Namespace) -> None:
    """Measure, and print the tables."""
    python = _environment(arguments.peers)
    skipped = set(arguments.skip.split(","))
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        checkpoint = _checkpoint(python, arguments.model, work)
        files = [*_files(arguments.folder, arguments.only, work)]
        found: dict[str, dict[str, _Result]] = {name: {} for name in (_US, *hearers.HEARERS) if name not in skipped}
        for one in files:
            for name, results in found.items():
                results[one.path.stem] = _hear(name, one, python, arguments.model.resolve(), checkpoint)
                print(_line(name, one, results[one.path.stem]), flush=True)
        _table(found, files)


def _environment(folder: Path) -> Path:
    """Return the Python of the environment that holds the others, made first where it is not there."""
    python = folder.absolute() / "bin" / "python"
    if not python.exists():
        print(f"making {folder} with {', '.join(_PEERS)}: 2 GB", flush=True)
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", *_PEERS], check=True)
        # torchaudio's compiled parts are built for NVIDIA cards, and it cannot be imported beside a torch without; stable-ts
        # uses what is written in Python.
        for compiled in folder.glob("lib/python*/site-packages/torchaudio/lib/*.so"):
            compiled.unlink()
    return python


def _checkpoint(python: Path, model: Path, work: Path) -> Path:
    """Return the weights as a checkpoint, so that all hear with the same."""
    made = work / "weights.pt"
    source = Path(openai_checkpoint.__file__)
    code = "import sys; sys.path.insert(0, sys.argv[1]); import openai_checkpoint as c; from pathlib import Path as P; "
    code += "c.write_checkpoint(P(sys.argv[2]), P(sys.argv[3]))"
    subprocess.run([str(python), "-c", code, str(source.parent), str(model), str(made)], check=True)
    return made


def _hear(name: str, one: _Sound, python: Path, model: Path, checkpoint: Path) -> _Result:
    told = [str(one.path), one.language]
    if name == _US:
        command = [sys.executable, "-m", "benchmarks.our_hearing", *told, str(model)]
    elif name in _IN_OUR_ENVIRONMENT:
        command = [sys.executable, hearers.__file__, name, *told, str(model)]
    else:
        command = [str(python), hearers.__file__, name, *told, str(checkpoint)]
    ran: Measured = measured(command)
    answer = json.loads(next(line for line in reversed(ran.output.splitlines()) if line.startswith('{"cpu_s"')))
    heard = [HeardWord(text=text, start_ms=round(a * 1000), end_ms=round(b * 1000)) for text, a, b in answer["words"]]
    return _Result(score=score(one.truth, heard), cpu_s=answer["cpu_s"], mib=ran.mib)


# ----------------------------------------------------------------------------------------------------- the sounds


def _files(folder: Path, only: Sequence[str], work: Path) -> Iterator[_Sound]:
    """Yield the files of a folder; one whose turns are timed comes once more, half of it silence."""
    for path in sounds(folder, only):
        language, heard = path.stem.partition("_")[0], _samples(path)
        yield _Sound(path, language, known(path), len(heard) / _RATE)
        turns = _turns(path)
        if turns:
            longer = _half_silent(heard, turns)
            made = work / f"{path.stem}_half_silent.wav"
            _write(made, longer)
            yield _Sound(made, language, known(path), len(longer) / _RATE)


def _turns(path: Path) -> list[tuple[float, float]]:
    listed = path.with_suffix(".json")
    read = json.loads(listed.read_text("utf-8")) if listed.is_file() else []
    turns = read if isinstance(read, list) else read.get("turns", [])
    return [(turn["start"], turn["end"]) for turn in turns if isinstance(turn, dict) and "end" in turn]


def _half_silent(heard: Samples, turns: Sequence[tuple[float, float]]) -> Samples:
    """Return the turns, each followed by as much of a quiet room as it lasts; a turn ends where the next begins."""
    dice = np.random.default_rng(1)
    starts = [0, *(round(start * _RATE) for start, _ in turns[1:]), len(heard)]
    parts: list[Samples] = []
    for start, end in itertools.pairwise(starts):
        room = dice.integers(-_ROOM_LEVEL, _ROOM_LEVEL, end - start).astype(np.int16)
        parts += [heard[start:end], room]
    return np.concatenate(parts)


def _samples(path: Path) -> Samples:
    resampler = av.AudioResampler(format="s16", layout="mono", rate=_RATE)
    with av.open(str(path)) as file:
        frames = [made for frame in file.decode(audio=0) for made in resampler.resample(frame)]
    return np.concatenate([frame.to_ndarray()[0] for frame in frames])


def _write(path: Path, samples: Samples) -> None:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, _RATE, len(samples), "NONE", ""))
        file.writeframes(samples.tobytes())


# ----------------------------------------------------------------------------------------------------- the tables


def _line(name: str, one: _Sound, result: _Result) -> str:
    return f"{one.path.stem:24}{name:22}{_cells([result], result.cpu_s)}{result.mib:8}"


def _table(found: Mapping[str, Mapping[str, _Result]], files: Sequence[_Sound]) -> None:
    """Print a line for each engine over all files, and its CPU as a share of the reference's."""
    print(f"\n{sum(one.seconds for one in files):.0f} s of sound, {len(files)} files, one thread, the same weights")
    head = ("word error", "starts in .2 s", "invented", "CPU s", "of it", "half silent", "MB")
    print(f"{'':22}" + "".join(f"{text:>16}" for text in head))
    silent = [one.path.stem for one in files if one.path.stem.endswith("_half_silent")]
    for name, results in found.items():
        every = [*results.values()]
        cpu = sum(one.cpu_s for one in every)
        reference = found.get(_REFERENCE, {})
        whole = _ratio(cpu, sum(one.cpu_s for one in reference.values()))
        half = _ratio(*(sum(own[one].cpu_s for one in silent if one in own) for own in (results, reference)))
        timed = "-" if name in _WITHOUT_WORD_TIMES else None
        most = max(one.mib for one in every)
        print(f"{name:22}{_cells(every, cpu, timed)}{whole:>16}{half:>16}{most:16}")


def _cells(results: Sequence[_Result], cpu: float, timed: str | None = None) -> str:
    scores = [one.score for one in results]
    wrong, words = sum(one.edits for one in scores), sum(one.words for one in scores)
    near, starts = sum(one.near for one in scores), sum(one.starts for one in scores)
    invented = [one.invented for one in scores if one.invented is not None]
    error = f"{wrong}/{words} {wrong / words:.3f}" if words else "-"
    close = timed or (f"{near / starts:.1%}" if starts else "-")
    return f"{error:>16}{close:>16}{sum(invented) if invented else '-':>16}{cpu:16.1f}"


def _ratio(ours: float, theirs: float) -> str:
    return f"{ours / theirs:.2f}" if theirs else "-"
