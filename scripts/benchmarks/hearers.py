"""Other programs that hear, each as its users run it: one file a process, its words and CPU seconds as JSON.

    PYTHON hearers.py NAME SOUND LANGUAGE WEIGHTS

WEIGHTS is a CTranslate2 folder for faster-whisper and a checkpoint (.pt) for the others. Nothing of this project is
imported: PYTHON is that of the environment which holds the program. One thread each; loading the weights does not count.
"""

# ruff: noqa: PLC0415 - each library lies in one of two environments

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

Words = list[tuple[str, float, float]]


def openai(sound: str, language: str, weights: str, *, times: bool = False) -> Callable[[], Words]:
    """openai-whisper as its command line with a beam of 5 has it; without word times a segment counts as one word."""
    import torch
    import whisper

    torch.set_num_threads(1)
    model = whisper.load_model(weights, device="cpu")
    model.set_alignment_heads(whisper._ALIGNMENT_HEADS["base"])  # noqa: SLF001 - a checkpoint by path has none

    def hear() -> Words:
        said = model.transcribe(sound, language=language, beam_size=5, best_of=5, fp16=False, word_timestamps=times)
        if times:
            return [(word["word"], word["start"], word["end"]) for one in said["segments"] for word in one["words"]]
        return [(one["text"], one["start"], one["end"]) for one in said["segments"]]

    return hear


def openai_words(sound: str, language: str, weights: str) -> Callable[[], Words]:
    """The same with `--word_timestamps True`."""
    return openai(sound, language, weights, times=True)


def faster(sound: str, language: str, weights: str) -> Callable[[], Words]:
    """faster-whisper with its defaults, word times and 8-bit numbers."""
    from faster_whisper import WhisperModel

    model = WhisperModel(weights, device="cpu", compute_type="int8", cpu_threads=1, local_files_only=True)

    def hear() -> Words:
        segments, _ = model.transcribe(sound, language=language, beam_size=5, word_timestamps=True)
        return [(word.word, word.start, word.end) for one in segments for word in one.words or ()]

    return hear


def stable(sound: str, language: str, weights: str) -> Callable[[], Words]:
    """stable-ts over openai-whisper with a beam of 5, its times kept out of silence as by default."""
    import stable_whisper
    import torch
    import whisper

    torch.set_num_threads(1)
    model = stable_whisper.load_model(weights, device="cpu")
    model.set_alignment_heads(whisper._ALIGNMENT_HEADS["base"])  # noqa: SLF001 - as above

    def hear() -> Words:
        said = model.transcribe(sound, language=language, beam_size=5, best_of=5, fp16=False, verbose=None)
        return [(word.word, word.start, word.end) for word in said.all_words()]

    return hear


def timestamped(sound: str, language: str, weights: str) -> Callable[[], Words]:
    """whisper-timestamped in what it calls its accurate mode."""
    import torch
    import whisper
    import whisper_timestamped

    torch.set_num_threads(1)
    model = whisper_timestamped.load_model(weights, device="cpu")
    model.set_alignment_heads(whisper._ALIGNMENT_HEADS["base"])  # noqa: SLF001 - as above

    def hear() -> Words:
        said: Any = whisper_timestamped.transcribe(
            model,
            sound,
            language=language,
            beam_size=5,
            best_of=5,
            temperature=(0.0, 0.2, 0.4, 0.6, 0.8, 1.0),
            fp16=False,
        )
        return [(f" {word['text']}", word["start"], word["end"]) for one in said["segments"] for word in one["words"]]

    return hear


HEARERS: dict[str, Callable[[str, str, str], Callable[[], Words]]] = {
    "openai-whisper": openai,
    "openai-whisper words": openai_words,
    "faster-whisper": faster,
    "stable-ts": stable,
    "whisper-timestamped": timestamped,
}


def main() -> None:
    """Hear one file, and print its words and the CPU seconds of the hearing."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    name, sound, language, weights = sys.argv[1:]
    hear = HEARERS[name](sound, language, weights)
    begun = time.process_time()
    words = hear()
    print(json.dumps({"cpu_s": time.process_time() - begun, "words": [[w, float(a), float(b)] for w, a, b in words]}))


if __name__ == "__main__":
    main()
