"""Requests as bytes: equal values give equal bytes, different values different ones, and what has no one form is refused."""

import json
import subprocess
import sys
from dataclasses import dataclass, fields
from enum import Enum, IntEnum, StrEnum
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footage_manifest.media import Colour, MediaFacts, Scan, SoundFacts, VideoFacts
from footage_manifest.model import ChannelChoice
from footage_manifest.timecode import Label
from pipeline.engine.canonical import as_json, canonical, read_back
from pipeline.engine.fingerprint import fingerprint
from pipeline.ports.picture import BlackLayer, SegmentRequest
from pipeline.ports.speech import Recognised, RecogniseRequest, SoundOfReel, Span
from subtitles.transcript import Word


class Colourful(StrEnum):
    RED = "red"


class Numbered(IntEnum):
    ONE = 1


class Odd(Enum):
    HALF = 0.5


@dataclass(frozen=True, slots=True)
class Pair:
    first: object
    second: object = None


@dataclass(frozen=True, slots=True)
class Twin:
    first: object
    second: object = None


@dataclass
class Loose:
    first: int = 1


def recognise(**given: object) -> RecogniseRequest:
    sound = SoundOfReel(digest="ab" * 32, stream=1, channels=ChannelChoice.MIX, zero=Fraction(1001, 30000))
    values: dict[str, object] = {"sound": sound, "chunk": Span(0, 120_000), "language": "es", "prime": ("Añez", "río")}
    return RecogniseRequest(**(values | given))  # type: ignore[arg-type]


def test_what_is_written_is_plain_and_sorted() -> None:
    pair = Pair((Fraction(30000, 1001), Colourful.RED, Numbered.ONE, True, None, "ñ"), {"b": 1, "a": ()})
    assert canonical(pair) == (
        b'{"$":"Pair","first":["30000/1001","red",1,true,null,"\\u00f1"],"second":{"a":[],"b":1}}'
    )


@pytest.mark.parametrize(
    "value",
    [
        0.5,
        float("nan"),
        Path("/film"),
        {1, 2},
        frozenset({"a"}),
        [1],
        b"raw",
        {1: "a"},
        {"$": "a"},
        Loose(),
        Odd.HALF,
        Pair,
        object(),
        Pair(Pair(1.0)),
        1j,
    ],
)
def test_what_has_no_one_form_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        canonical(Pair(value))


def test_the_refusal_names_the_field() -> None:
    with pytest.raises(TypeError, match=r"first\[1\]\.second\.deep: float"):
        canonical(Pair((1, Pair(1, {"deep": 1.5}))))


def test_kinds_with_the_same_fields_differ() -> None:
    assert canonical(Pair(1)) != canonical(Twin(1))
    assert canonical(BlackLayer()) != canonical({})


def test_every_field_of_a_request_counts() -> None:
    black = SegmentRequest(rate=Fraction(25), width=1280, height=720, frames=5, incoming=BlackLayer())
    changed = {"sound": None, "chunk": Span(0, 1), "language": None, "prime": (), "beam": 1}
    assert set(changed) == {field.name for field in fields(RecogniseRequest)}
    forms = {canonical(recognise(**{name: value})) for name, value in changed.items()}
    assert len(forms | {canonical(recognise()), canonical(black)}) == len(changed) + 2


def test_a_fingerprint_is_the_same_in_another_process() -> None:
    script = "from tests.test_engine_canonical import key_of_one_request; print(key_of_one_request(), end='')"
    for seed in ("0", "1", "77"):
        done = subprocess.run(
            [sys.executable, "-c", script],
            cwd=Path(__file__).parents[1],
            env={"PYTHONHASHSEED": seed, "PATH": ""},
            capture_output=True,
            check=True,
        )
        assert done.stdout.decode() == key_of_one_request()


def key_of_one_request() -> str:
    return fingerprint("transcribe", 1, as_json(recognise()), {"b": "2", "a": "1"})


def test_a_fingerprint_follows_stage_version_request_and_identity_and_no_order() -> None:
    request = as_json(recognise())
    key = fingerprint("transcribe", 1, request, {"a": "1", "b": "2"})
    assert key == key_of_one_request()
    others = {
        fingerprint("translate", 1, request, {"a": "1", "b": "2"}),
        fingerprint("transcribe", 2, request, {"a": "1", "b": "2"}),
        fingerprint("transcribe", 1, as_json(recognise(beam=4)), {"a": "1", "b": "2"}),
        fingerprint("transcribe", 1, request, {"a": "1", "b": "3"}),
        fingerprint("transcribe", 1, request, {"a": "1"}),
    }
    assert len(others | {key}) == 6


def test_results_come_back_as_they_were() -> None:
    colour = Colour(primaries="bt709", transfer="bt709", matrix="bt709", range="tv")
    video = VideoFacts(
        index=0,
        codec="h264",
        width=1280,
        height=720,
        rate=Fraction(30000, 1001),
        variable=False,
        frames=300,
        start=Fraction(-1, 3),
        duration=Fraction(10),
        time_base=Fraction(1, 600),
        pixel_format="yuv420p",
        bit_depth=8,
        colour=colour,
        scan=Scan.TOP_FIRST,
    )
    sound = SoundFacts(
        index=1,
        codec="aac",
        sample_rate=44_100,
        channels=2,
        layout="stereo",
        start=Fraction(0),
        duration=Fraction(441_001, 44_100),
    )
    facts = MediaFacts(
        digest="ab" * 32,
        container="mov",
        duration=Fraction(10),
        video=video,
        sound=(sound,),
        timecode=Label.parse("01:00:00;00"),
        timecode_rate=Fraction(30000, 1001),
    )
    assert read_back(MediaFacts, as_json(facts)) == facts


words = st.builds(
    Word,
    text=st.text(st.characters(exclude_categories=["Cs"])),
    start_ms=st.integers(0, 10**9),
    end_ms=st.integers(0, 10**9),
    confidence=st.integers(0, 1000),
    joins_previous=st.booleans(),
)


@given(
    st.builds(Recognised, language=st.just("es"), language_confidence=st.just(900), words=st.lists(words).map(tuple))
)
def test_any_words_come_back_as_they_were(heard: Recognised) -> None:
    assert read_back(Recognised, json.loads(canonical(heard))) == heard


def test_a_result_of_another_kind_is_not_read_back() -> None:
    with pytest.raises(ValueError, match="language"):
        read_back(Recognised, as_json(Span(1, 2)))
