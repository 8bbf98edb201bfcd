"""How this project hears a sound file, as in a run: speech found and cut into chunks, recognised, word starts refined."""

import json
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path

from footage_manifest.model import ChannelChoice
from pipeline.ports.speech import FindSpeechRequest, RecogniseRequest, SoundOfReel, Speech, VoicesRequest
from pipeline.stages.doubts import doubted
from pipeline.stages.voices import with_starts
from pipeline.tools.find_speech import SileroSpeechFinder
from pipeline.tools.find_voices import SileroVoiceFinder
from pipeline.tools.recognise import Ear, WhisperRecogniser
from pipeline.tools.recognise_faster_whisper import FasterWhisperEar
from pipeline.tools.voice import VoiceDetector
from subtitles.transcript import Word
from tests.fake_bench import FakeBench


def heard(ear: Ear, path: Path, language: str) -> tuple[tuple[Word, ...], Speech]:
    """Return the words of a file, in milliseconds, and where there is speech in it."""
    sound = SoundOfReel(digest=path.stem, stream=0, channels=ChannelChoice.MIX, zero=Fraction(0))
    with tempfile.TemporaryDirectory() as folder:
        bench = FakeBench(Path(folder), {path.stem: path}, jobs=1)
        ((_, speech),) = SileroSpeechFinder().carry_out([FindSpeechRequest(sound=sound)], bench)
        chunks = speech.chunks
        asked = [RecogniseRequest(sound=sound, chunk=chunk, language=language) for chunk in chunks]
        detector = VoiceDetector()  # one for both, as in a run
        answers = dict(WhisperRecogniser(ear, detector).carry_out(asked, bench))
        voices = dict(
            SileroVoiceFinder(detector).carry_out([VoicesRequest(sound=sound, chunk=chunk) for chunk in chunks], bench)
        )
    better = [with_starts(answers[at], voices[at]) for at in range(len(chunks))]
    words, _ = doubted([word for one in better for word in one.words])
    return tuple(words), speech


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
