"""The example's paper edit made into a film, and what is said in that film heard again: quote by quote, word by word."""

import json
import shutil
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import pytest

from footage_manifest.model import ChannelChoice
from footage_manifest.timecode import Clock, Label
from pipeline.ports.sound import SoundStretch
from pipeline.ports.sound_levels import SoundLevelsRequest
from pipeline.ports.speech import RecogniseRequest, SoundOfReel, Span
from pipeline.tools.recognise import WhisperRecogniser
from pipeline.tools.recognise_faster_whisper import FasterWhisperEar
from pipeline.tools.sound_levels import RmsLevelMeter
from subtitles.quote_words import folded
from subtitles.said import heard_as_said
from subtitles.transcript import Transcript
from tests.fake_bench import FakeBench
from tests.small_film import cli, run_json

pytestmark = pytest.mark.slow

CLOCK = Clock(Fraction(25))
LANGUAGES = {"INT01": "es", "INT02": "es", "INT03": "en"}
QUIET_CENTIBEL = 150
"""A joint is quiet where it is so far below the loudest of its clip: what is left is a room."""


@pytest.fixture(scope="module")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("example") / "three-days"
    made = cli("new", folder, "--example")
    assert made.returncode == 0, made.stderr
    status, document = run_json(folder, "--cut", "words")
    assert status == 0, document
    return folder


def report(folder: Path) -> dict:
    return json.loads((folder / "deliverables" / "words" / "report.json").read_text("utf-8"))


def clips(folder: Path) -> Iterator[tuple[dict, Span]]:
    """Yield each quote with the stretch of the film in which it is heard, in milliseconds."""
    said = report(folder)
    zero = CLOCK.frame(Label.parse(said["starts_at"]))
    for quote in said["paper"]["quotes"]:
        own = [one for one in said["sound"] if one["line"] == quote["line"]]
        first, last = (
            CLOCK.frame(Label.parse(own[at][key])) - zero for at, key in ((0, "record_in"), (-1, "record_out"))
        )
        yield quote, Span(start_ms=first * 40, end_ms=last * 40)


@pytest.fixture(scope="module")
def heard(delivered: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[int, dict]:
    """What is heard in the film where each quote is played, by line; also shown as a table."""
    bench = FakeBench(tmp_path_factory.mktemp("bench"))
    digest = bench.add(delivered / "deliverables" / "words" / "words.mp4")
    with av.open(str(delivered / "deliverables" / "words" / "words.mp4")) as container:
        stream = container.streams.audio[0].index
    sound = SoundOfReel(digest=digest, stream=stream, channels=ChannelChoice.MIX, zero=Fraction(0))
    every = list(clips(delivered))
    requests = [RecogniseRequest(sound=sound, chunk=span, language=LANGUAGES[quote["reel"]]) for quote, span in every]
    recogniser = WhisperRecogniser(FasterWhisperEar("base", device="cpu"))
    answers = dict(recogniser.carry_out(requests, bench))
    levels = dict(RmsLevelMeter().carry_out([_levels(sound, span) for _, span in every], bench))
    found = {}
    for number, (quote, span) in enumerate(every):
        words = heard_as_said(Transcript(language="", words=answers[number].words))
        again = [one for word in words for one in folded(word.text)]
        loudness = levels[number].centibels
        found[quote["line"]] = {
            "chosen": [one for word in quote["words"].split() for one in folded(word)],
            "heard": again,
            "span": span,
            "loudest": max(loudness),
            "head": max(loudness[:2]),
            "tail": max(loudness[-3:]),
        }
        figures = ", ".join(f"{key} {found[quote['line']][key] / 10:.1f} dB" for key in ("loudest", "head", "tail"))
        sys.stdout.write(f"line {quote['line']}, {quote['reel']}: {' '.join(again)} ({figures})\n")  # seen with -s
    return found


def _levels(sound: SoundOfReel, span: Span) -> SoundLevelsRequest:
    whole = SoundStretch(sound=sound, start=Fraction(0), end=Fraction(span.end_ms + 1000, 1000))
    return SoundLevelsRequest(stretches=(whole,), start_ms=span.start_ms, end_ms=span.end_ms)


def wrong_words(chosen: list[str], heard: list[str]) -> int:
    """Return how many words are put in, left out or replaced (the edit distance in words)."""
    row = list(range(len(heard) + 1))
    for at, word in enumerate(chosen, start=1):
        before, row[0] = row[0], at
        for place, other in enumerate(heard, start=1):
            before, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, before + (word != other))
    return row[-1]


def test_every_quote_is_heard_in_the_film_with_its_first_and_last_word_whole(heard):
    assert len(heard) == 4
    for line, one in heard.items():
        assert wrong_words(one["chosen"], one["heard"]) <= len(one["chosen"]) // 10, (line, one)
        assert one["heard"][0] == one["chosen"][0], (line, one)
        assert one["heard"][-1] == one["chosen"][-1], (line, one)


def test_every_quote_begins_and_ends_in_a_pause(heard):
    for line, one in heard.items():
        assert one["head"] <= one["loudest"] - QUIET_CENTIBEL, (line, one)
        assert one["tail"] <= one["loudest"] - QUIET_CENTIBEL, (line, one)


def test_another_spelling_of_what_was_said_moves_no_clip(delivered, tmp_path):
    folder = shutil.copytree(delivered, tmp_path / "film", symlinks=True)
    before = {key: report(folder)[key] for key in ("picture", "sound", "paper")}
    track = folder / "subtitles" / "INT01.es.srt"
    text = track.read_text("utf-8")
    changed = (
        text.replace("Salimos", "Nos marchamos").replace("preguntó", "pregunto,").replace("nombres", "nombres propios")
    )
    assert changed != text
    track.write_text(changed, "utf-8")
    status, document = run_json(folder, "--cut", "words")
    assert status == 0, document
    assert {key: report(folder)[key] for key in before} == before
    assert "Nos marchamos" in (folder / "deliverables" / "words" / "words.es.srt").read_text("utf-8")
