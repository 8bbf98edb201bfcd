"""A reel of several files is heard file by file, and its words stand where they are said on the reel's clock."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from footage_manifest.media import MediaFacts, SoundFacts
from footage_manifest.model import ChannelChoice, Film, Manifest, Production
from pipeline.assembly.options import RunOptions
from pipeline.assembly.words import heard_in_reels
from pipeline.ports.speech import Recognised, SoundOfReel, Span
from pipeline.stages.media import Media, SoundPart
from pipeline.stages.translate import batches, by_parts
from pipeline.tools.find_speech import SileroSpeechFinder
from pipeline.tools.find_voices import SileroVoiceFinder
from pipeline.tools.listen import HEARING_RATE, Listener
from subtitles.cue import Cue
from subtitles.transcript import Word
from tests.fake_bench import FakeBench
from tests.made_sound import write_sound

VOICE = Path(__file__).parents[1] / "examples" / "three-days" / "voices" / "INT01.ogg"


class Echo:
    """A recogniser that says, of each chunk, which file it is of and how long what it was given is loud."""

    def identity(self, _request):
        return {}

    def provenance(self):
        return {}

    def carry_out(self, requests, bench) -> Iterator[tuple[int, Recognised]]:
        for index, request in enumerate(requests):
            with Listener.of(bench.path(request.sound.digest), request.sound) as listener:
                heard = listener.span(request.chunk)
            words = []
            for second in range(len(heard) // HEARING_RATE):
                if np.abs(heard[second * HEARING_RATE :][: HEARING_RATE // 10]).max() > 0.05:
                    start = request.chunk.start_ms + second * 1000
                    words.append(
                        Word(text=request.sound.digest[:6], start_ms=start, end_ms=start + 100, confidence=900)
                    )
            yield index, Recognised(language="es", language_confidence=1000, words=tuple(words))


class PlainEngine:
    """Carries every stage out, and keeps what was asked."""

    def __init__(self, bench: FakeBench) -> None:
        self.bench = bench
        self.asked = []

    def map(self, stage, executor, inputs):
        subjects, requests = zip(*((subject, stage.plan(given)) for subject, given in inputs), strict=True)
        self.asked.extend(zip(subjects, requests, strict=True))
        found = dict(executor.carry_out(requests, self.bench))
        return tuple(found[index] for index in range(len(requests)))


def wav_facts(digest: str, seconds: Fraction) -> MediaFacts:
    sound = SoundFacts(
        index=0,
        codec="pcm_s16le",
        sample_rate=HEARING_RATE,
        channels=1,
        layout="mono",
        start=Fraction(0),
        duration=seconds,
    )
    return MediaFacts(digest=digest, container="wav", duration=seconds, sound=(sound,))


@pytest.fixture
def heard(tmp_path):
    """The voice once whole, once in three files, the last of which runs on into a voice that is not of the reel."""
    with Listener.of(VOICE, SoundOfReel(digest="", stream=0, channels=ChannelChoice.MIX, zero=Fraction(0))) as listener:
        voice = listener.span(Span(0, 24_000))
    bench = FakeBench(tmp_path)

    def written(name: str, samples: np.ndarray) -> str:
        return bench.add(write_sound(tmp_path / name, samples[None], "pcm_s16le", HEARING_RATE, "mono"))

    whole = written("whole.wav", voice[: 20 * HEARING_RATE])
    cuts = (0, 7 * HEARING_RATE + 5, 13 * HEARING_RATE + 333, 20 * HEARING_RATE)
    parts, digests = [], []
    for number, (first, last) in enumerate(pairwise(cuts)):
        digests.append(written(f"{number}.wav", voice[first : last + (4 * HEARING_RATE if number == 2 else 0)]))
        start, end = Fraction(first, HEARING_RATE), Fraction(last, HEARING_RATE)
        sound = SoundOfReel(digest=digests[-1], stream=0, channels=ChannelChoice.MIX, zero=-start)
        parts.append(SoundPart(sound=sound, start=start, end=end))
    facts = wav_facts(whole, Fraction(20))
    media = Media(reels={"WHOLE": facts, "PARTS": facts}, stills={}, sounds={"PARTS": tuple(parts)})
    return bench, media, digests


def site_for(engine: PlainEngine) -> SimpleNamespace:
    film = Film.model_validate(
        {"title": "t", "languages": ["es"], "timeline": {"rate": 25, "size": "64x64"}, "cuts": {}}
    )
    reels = {key: {"file": "a.wav", "kind": "interview", "people": [], "language": "es"} for key in ("WHOLE", "PARTS")}
    production = Production(film=film, manifest=Manifest.model_validate({"reels": reels}), glossary=())
    tools = SimpleNamespace(speech_finder=SileroSpeechFinder(), recogniser=Echo(), voice_finder=SileroVoiceFinder())
    options = RunOptions(folder=Path("film"))
    return SimpleNamespace(
        folder=Path("film"),
        production=production,
        engine=engine,
        tools=tools,
        options=options,
        progress=engine.bench.progress,
    )


def test_words_of_parts_stand_where_those_of_the_whole_do(heard):
    bench, media, digests = heard
    engine = PlainEngine(bench)
    transcripts = heard_in_reels(site_for(engine), media, ("WHOLE", "PARTS"))
    words = transcripts["PARTS"].words
    assert [word.start_ms for word in words] == sorted(word.start_ms for word in words)
    assert max(word.end_ms for word in words) <= 20_000  # nothing of what the last file holds beyond the reel
    borders = (0, 7_001, 13_021, 20_000)
    for digest, start, end in zip(digests, borders, borders[1:], strict=False):
        own = [word for word in words if word.text == digest[:6]]
        assert own, digest
        assert all(start <= word.start_ms < end for word in own)
    with Listener.of(
        bench.path(media.reels["WHOLE"].digest),
        SoundOfReel(digest="", stream=0, channels=ChannelChoice.MIX, zero=Fraction(0)),
    ) as listener:
        for word in words:  # what is loud in a part is loud there in the whole
            assert np.abs(listener.span(Span(word.start_ms, word.end_ms))).max() > 0.05


def test_a_reel_of_one_file_is_asked_for_as_ever(heard):
    bench, media, _ = heard
    engine = PlainEngine(bench)
    heard_in_reels(site_for(engine), media, ("WHOLE",))
    kinds = ["FindSpeechRequest", "RecogniseRequest", "VoicesRequest"]
    assert [(subject, type(request).__name__) for subject, request in engine.asked] == list(
        zip(["WHOLE", "WHOLE 1", "WHOLE 1"], kinds, strict=True)
    )
    assert {request.sound.zero for _, request in engine.asked} == {Fraction(0)}


def test_a_translator_listens_to_the_file_a_sentence_is_said_in(heard):
    _, media, digests = heard
    cues = tuple(
        Cue(id=str(at), start_ms=at * 1000, end_ms=at * 1000 + 900, text=f"Frase {at}.") for at in (1, 6, 8, 14, 19)
    )
    sounds = media.sounds["PARTS"]
    (batch,) = batches(cues, ("es", "en"), (), sounds[0].sound)
    told = by_parts(batch, sounds)
    assert [passage.sound.digest for passage in told.passages] == [digests[at] for at in (0, 0, 1, 2, 2)]
    assert [passage.spans for passage in told.passages] == [passage.spans for passage in batch.passages]
    assert by_parts(batch, sounds[:1]) is batch
