"""The sound of a whole cut, by the real tools: what is levelled, mastered and encoded, and how often."""

from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from footage_manifest.model import ChannelChoice, Cut, Manifest
from footage_manifest.timebase import FrameRange
from pipeline.assembly.edits import ReadyCut
from pipeline.assembly.sound import Sounded, sound
from pipeline.stages.level import Speaking
from pipeline.stages.media import Media, SoundPart
from pipeline.timeline.laid_sound import MUSIC
from pipeline.timeline.model import Clip, MediaKind, SoundEvent, Timeline
from pipeline.tools.encode_sound import AacEncoder
from pipeline.tools.loudness import measured
from pipeline.tools.loudness_level import ReelLeveller
from pipeline.tools.loudness_master import LoudnessMaster
from pipeline.tools.mix import SpanMixer
from tests.edl_film import media
from tests.fake_bench import FakeBench
from tests.made_sound import decoded, sound_of, write_sound
from tests.test_loudness import talk

SECONDS = 12


@dataclass
class Engine:
    """Carries everything out, and remembers what."""

    bench: FakeBench
    ran: list[str] = field(default_factory=list)

    def run(self, stage, executor, subject, inputs):
        return self.map(stage, executor, [(subject, inputs)])[0]

    def map(self, stage, executor, asked):
        self.ran += [f"{stage.name} {subject}" for subject, _ in asked]
        found = dict(executor.carry_out([stage.plan(inputs) for _, inputs in asked], self.bench))
        return tuple(found[index] for index in range(len(asked)))


@pytest.fixture
def bench(tmp_path: Path) -> FakeBench:
    return FakeBench(tmp_path / "bench")


def event(key: str, start: int, end: int) -> SoundEvent:
    clip = Clip(kind=MediaKind.REEL, key=key)
    return SoundEvent(record=FrameRange(start, end), clip=clip, number="1", line=1, source="a.edl")


def sounded(bench: FakeBench, folder: Path, theme: np.ndarray | None = None, **said: object) -> tuple[Sounded, Engine]:
    made = {"LOUD": talk(SECONDS, 0.5), "SOFT": talk(SECONDS, 0.1, seed=8)}
    made |= {} if theme is None else {"THEME": theme}
    parts = {}
    for key, samples in made.items():
        path = write_sound(folder / f"{key}.wav", samples, "pcm_f32le", 48_000)
        parts[key] = (
            SoundPart(sound=sound_of(bench, path, ChannelChoice.STEREO), start=Fraction(0), end=Fraction(SECONDS)),
        )
    kinds = {"LOUD": "interview", "SOFT": "narration", "THEME": "music"}
    reels = {key: {"file": f"{key}.wav", "kind": kinds[key], "people": []} for key in made}
    frames = SECONDS * 25
    timeline = Timeline(
        cut="a", rate=Fraction(25), frames=frames, record_zero=0, picture=(), sound=(event("LOUD", 0, 200),)
    )
    ready = ReadyCut(
        name="a",
        cut=Cut.model_validate({"source": "a.edl", "audience": "forum", **said}),
        timeline=timeline,
        laid={MUSIC: (event("THEME", 0, frames),) if theme is not None else (), "es": (event("SOFT", 200, frames),)},
        warnings=(),
        undeclared=(),
    )
    engine = Engine(bench)
    tools = SimpleNamespace(
        leveller=ReelLeveller(), master=LoudnessMaster(), mixer=SpanMixer(), sound_encoder=AacEncoder()
    )
    production = SimpleNamespace(manifest=Manifest.model_validate({"reels": reels}))
    site = SimpleNamespace(engine=engine, tools=tools, production=production, progress=bench.progress)
    facts = Media(reels={key: media(channels=2) for key in made}, stills={}, sounds=parts)
    return sound(site, ready, facts, "es"), engine


def test_without_a_profile_the_mix_is_encoded_as_it_is(bench: FakeBench, tmp_path: Path) -> None:
    result, engine = sounded(bench, tmp_path)
    assert engine.ran == ["mix a+es", "encode-sound a+es"]
    assert (result.levels, result.mastered, result.encoded.loudness) == ({}, None, None)


def test_a_profile_levels_masters_and_measures_what_will_be_heard(bench: FakeBench, tmp_path: Path) -> None:
    result, engine = sounded(bench, tmp_path, loudness="broadcast")
    assert engine.ran == ["level LOUD", "level SOFT", "mix a+es", "master a+es", "encode-sound a+es"]
    assert result.mastered.reached
    assert result.mixed == result.mastered.mixed
    assert result.levels[Speaking(key="LOUD")] == 0
    assert 1_200 >= result.levels[Speaking(key="SOFT")] > 900
    heard = measured([decoded(bench.path(result.encoded.file.digest))])
    assert heard.integrated_millibel == pytest.approx(-2300, abs=20)
    assert heard.true_peak_millibel <= -100


@pytest.mark.parametrize(
    ("said", "levelled"), [({"loudness": "web", "level_dialogue": False}, False), ({"level_dialogue": True}, True)]
)
def test_speakers_are_levelled_as_the_cut_says(bench: FakeBench, tmp_path: Path, said: dict, levelled: bool) -> None:
    result, engine = sounded(bench, tmp_path, **said)
    assert bool(result.levels) is levelled
    assert ("level LOUD" in engine.ran) is levelled


def test_what_the_encoder_raises_above_the_ceiling_is_mastered_again_lower(bench: FakeBench, tmp_path: Path) -> None:
    random = np.random.default_rng(11)
    knocks = random.normal(0, 0.02, (2, SECONDS * 48_000))
    for at in range(0, SECONDS * 48_000 - 4_000, 12_000):
        knocks[:, at : at + 2_000] += random.normal(0, 1, (2, 2_000)) * np.exp(-np.arange(2_000) / 300)
    result, engine = sounded(bench, tmp_path, (knocks * 0.3).astype(np.float32), loudness="platform")
    assert engine.ran.count("master a+es") > 1
    assert result.encoded.loudness.true_peak_millibel <= -100
    heard = measured([decoded(bench.path(result.encoded.file.digest))[:, : result.encoded.samples]])
    assert heard == result.encoded.loudness
