"""How this project hears a sound file: its speech found, cut into chunks, each recognised, as in a run."""

import json
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path

from footage_manifest.model import ChannelChoice
from pipeline.ports.speech import FindSpeechRequest, RecogniseRequest, SoundOfReel, Speech
from pipeline.tools.find_speech import SileroSpeechFinder
from pipeline.tools.recognise import Ear, WhisperRecogniser
from pipeline.tools.recognise_faster_whisper import FasterWhisperEar
from subtitles.transcript import Word
from tests.fake_bench import FakeBench


def heard(ear: Ear, path: Path, language: str) -> tuple[tuple[Word, ...], Speech]:
    """Return the words of a file, in milliseconds, and where there is speech in it."""
    sound = SoundOfReel(digest=path.stem, stream=0, channels=ChannelChoice.MIX, zero=Fraction(0))
    with tempfile.TemporaryDirectory() as folder:
        bench = FakeBench(Path(folder), {path.stem: path}, jobs=1)
        ((_, speech),) = SileroSpeechFinder().carry_out([FindSpeechRequest(sound=sound)], bench)
        requests = [RecogniseRequest(sound=sound, chunk=chunk, language=language) for chunk in speech.chunks]
        chunks = dict(WhisperRecogniser(ear).carry_out(requests, bench))
    return tuple(word for index in range(len(requests)) for word in chunks[index].words), speech


def main() -> None:
    """Hear one file with the weights in a folder, and print its words and the CPU seconds of the hearing as JSON."""
    sound, language, weights = sys.argv[1:]
    ear = FasterWhisperEar(weights, device="cpu")
    ear.get_ready(1)
    begun = time.process_time()
    words, _ = heard(ear, Path(sound), language)
    told = [[f" {word.text}", word.start_ms / 1000, word.end_ms / 1000] for word in words]
    print(json.dumps({"cpu_s": time.process_time() - begun, "words": told}))


if __name__ == "__main__":
    main()
