"""What every recogniser must do, on real speech with real weights (`scripts/get-weights`).

The openai-whisper engine is an extra: its half runs with `scripts/test --openai-whisper`. A new engine is added to ENGINES.
"""

import difflib
import json
import re
import sys
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from footage_manifest.model import ChannelChoice
from pipeline.errors import MediaError, StageError, ToolError, ToolMissing
from pipeline.ports.speech import FindSpeechRequest, Recognised, RecogniseRequest, SoundOfReel, Span, VoicesRequest
from pipeline.stages.doubts import doubted
from pipeline.stages.voices import with_starts
from pipeline.tools.find_speech import SileroSpeechFinder
from pipeline.tools.find_voices import SileroVoiceFinder
from pipeline.tools.listen import HEARING_RATE, Listener
from pipeline.tools.recognise import TASK, WhisperRecogniser
from pipeline.tools.recognise_faster_whisper import FasterWhisperEar
from pipeline.tools.recognise_openai_whisper import OpenAIWhisperEar
from pipeline.tools.weights import find_weights
from subtitles.transcript import Word
from tests.fake_bench import FakeBench
from tests.made_sound import write_sound
from tests.openai_checkpoint import write_checkpoint

VOICES = Path(__file__).parents[1] / "examples" / "three-days" / "voices"
ENGINES = ("faster-whisper", pytest.param("openai-whisper", marks=pytest.mark.openai_whisper))

pytestmark = [  # openai-whisper leaves its word list open
    pytest.mark.filterwarnings("ignore:unclosed file.*tiktoken:ResourceWarning"),
    pytest.mark.filterwarnings("ignore:Exception ignored in.*tiktoken:pytest.PytestUnraisableExceptionWarning"),
]

MakeRecogniser = Callable[[], WhisperRecogniser]


@pytest.fixture(scope="session", params=ENGINES)
def make(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> MakeRecogniser:
    """Make a recogniser with the weights of `base`."""
    if request.param == "faster-whisper":
        return lambda: WhisperRecogniser(FasterWhisperEar("base", device="cpu"))
    checkpoint = tmp_path_factory.mktemp("checkpoint") / "whisper-base.pt"
    write_checkpoint(find_weights("base").path, checkpoint)
    return lambda: WhisperRecogniser(OpenAIWhisperEar(str(checkpoint), device="cpu"))


@pytest.fixture(scope="session")
def recogniser(make: MakeRecogniser) -> WhisperRecogniser:
    return make()


def sound(name: str, zero: Fraction = Fraction(0)) -> SoundOfReel:
    return SoundOfReel(digest=name, stream=0, channels=ChannelChoice.MIX, zero=zero)


def bench(tmp_path: Path, *more: Path, jobs: int = 2) -> FakeBench:
    files = {path.stem: path for path in (*VOICES.glob("*.ogg"), *more)}
    return FakeBench(tmp_path, files, jobs=jobs)


def turns(name: str) -> list[tuple[str, Span]]:
    """Return what is said in one of the example's voices, and when."""
    said = json.loads((VOICES / f"{name}.json").read_text("utf-8"))["turns"]
    return [(turn["text"], Span(turn["start_ms"], turn["end_ms"])) for turn in said]


def hear(recogniser: WhisperRecogniser, request: RecogniseRequest, on: FakeBench) -> Recognised:
    ((index, heard),) = recogniser.carry_out([request], on)
    assert index == 0
    return heard


def compared(text: str) -> list[str]:
    return re.sub(r"[^\w\s]", " ", text.lower()).split()


def word_errors(said: str, heard: tuple[Word, ...]) -> float:
    """Return the share of words that differ, both ways."""
    wanted, got = compared(said), compared(" ".join(word.text for word in heard))
    same = sum(block.size for block in difflib.SequenceMatcher(a=wanted, b=got, autojunk=False).get_matching_blocks())
    return 1 - same / max(len(wanted), len(got))


@pytest.mark.parametrize(("name", "language"), [("INT01", "es"), ("INT03", "en")])
def test_words_are_heard_when_they_are_said(
    recogniser: WhisperRecogniser, tmp_path: Path, name: str, language: str
) -> None:
    said = turns(name)[:3]
    chunk = Span(0, said[-1][1].end_ms + 400)
    heard = hear(recogniser, RecogniseRequest(sound=sound(name), chunk=chunk, language=language), bench(tmp_path))
    assert (heard.language, heard.language_confidence) == (language, 1000)
    assert word_errors(" ".join(text for text, _ in said), heard.words) < 0.12
    assert abs(heard.words[0].start_ms - said[0][1].start_ms) < 300
    assert abs(heard.words[-1].end_ms - said[-1][1].end_ms) < 500
    assert all(0 <= word.confidence <= 1000 and word.text == word.text.strip() != "" for word in heard.words)
    assert all(word.start_ms < word.end_ms for word in heard.words)
    assert all(word.end_ms <= following.start_ms for word, following in pairwise(heard.words))
    assert not any(word.joins_previous for word in heard.words)


def test_times_are_the_reels_not_the_files(recogniser: WhisperRecogniser, tmp_path: Path) -> None:
    text, when = turns("INT01")[2]
    chunk = Span(when.start_ms - 5_400, when.end_ms - 4_600)
    request = RecogniseRequest(sound=sound("INT01", zero=Fraction(5)), chunk=chunk, language="es")
    heard = hear(recogniser, request, bench(tmp_path))
    assert word_errors(text, heard.words) < 0.2
    assert abs(heard.words[0].start_ms - (when.start_ms - 5_000)) < 300


def test_nothing_is_heard_where_nobody_speaks(recogniser: WhisperRecogniser, tmp_path: Path) -> None:
    with Listener.of(VOICES / "INT01.ogg", sound("INT01")) as listener:
        voice = listener.span(Span(1_000, 14_013))
    random = np.random.default_rng(1)
    noise = 0.05 * random.standard_normal(30 * HEARING_RATE).astype(np.float32)
    tone = 0.2 * np.sin(np.arange(20 * HEARING_RATE) * 2 * np.pi * 330 / HEARING_RATE).astype(np.float32)
    silence = np.zeros(40 * HEARING_RATE, np.float32)
    path = tmp_path / "reel.wav"
    write_sound(
        path, np.concatenate([silence, voice, noise, tone, silence])[np.newaxis], "pcm_s16le", HEARING_RATE, "mono"
    )
    request = RecogniseRequest(sound=sound("reel"), chunk=Span(0, 140_000), language="es")
    heard = hear(recogniser, request, bench(tmp_path, path))
    assert word_errors(" ".join(text for text, _ in turns("INT01")[:2]), heard.words) < 0.15
    assert all(word.start_ms >= 39_600 and word.end_ms <= 53_500 for word in heard.words)


def test_a_silent_chunk_has_no_words(recogniser: WhisperRecogniser, tmp_path: Path) -> None:
    path = tmp_path / "silent.wav"
    write_sound(path, np.zeros((1, 8 * HEARING_RATE), np.float32), "pcm_s16le", HEARING_RATE, "mono")
    asked = RecogniseRequest(sound=sound("silent"), chunk=Span(0, 8_000), language=None)
    heard = hear(recogniser, asked, bench(tmp_path, path))
    assert (heard.words, heard.language_confidence) == ((), 0)


@pytest.mark.parametrize(("name", "language"), [("INT02", "es"), ("INT03", "en")])
def test_a_language_that_nobody_named_is_told(
    recogniser: WhisperRecogniser, tmp_path: Path, name: str, language: str
) -> None:
    request = RecogniseRequest(sound=sound(name), chunk=Span(0, 9_000), language=None)
    heard = hear(recogniser, request, bench(tmp_path))
    assert heard.language == language
    assert 800 <= heard.language_confidence <= 1000


def test_results_do_not_depend_on_what_runs_beside_them(make: MakeRecogniser, tmp_path: Path) -> None:
    requests = [
        RecogniseRequest(sound=sound("INT02"), chunk=Span(0, 8_900), language="es"),
        RecogniseRequest(sound=sound("INT01"), chunk=Span(20_500, 27_400), language="es", prime=("Juana R.",)),
        RecogniseRequest(sound=sound("INT03"), chunk=Span(6_500, 10_300), language="en"),
    ]
    together = dict(make().carry_out(requests, bench(tmp_path, jobs=3)))
    alone = [hear(make(), request, bench(tmp_path, jobs=1)) for request in requests]
    assert [together[index] for index in range(3)] == alone


def test_names_that_may_be_heard_are_not_heard_unless_said(recogniser: WhisperRecogniser, tmp_path: Path) -> None:
    prime = ("Juana R.", "Xochitepec", "grupo de rescate", *(f"Apellido{number}" for number in range(200)))
    text, when = turns("INT01")[0]
    request = RecogniseRequest(sound=sound("INT01"), chunk=Span(0, when.end_ms + 400), language="es", prime=prime)
    heard = hear(recogniser, request, bench(tmp_path))
    assert word_errors(text, heard.words) < 0.3
    assert not {"juana", "xochitepec", "apellido1"} & set(compared(" ".join(word.text for word in heard.words)))


def test_a_long_list_of_names_neither_hides_nor_adds_a_sentence(recogniser: WhisperRecogniser, tmp_path: Path) -> None:
    places = (
        "Tegucigalpa",
        "Chalatenango",
        "Ciudad Juárez",
        "Nuevo Laredo",
        "Piedras Negras",
        "Agua Prieta",
        "Mexicali",
    )
    said = turns("INT02")
    chunk = Span(0, said[-1][1].end_ms + 500)
    request = RecogniseRequest(sound=sound("INT02"), chunk=chunk, language="es", prime=("Juana R.", *places * 4))
    heard = hear(recogniser, request, bench(tmp_path))
    assert word_errors(" ".join(text for text, _ in said), heard.words) < 0.1
    assert heard.words[-1].start_ms > said[-1][1].start_ms


def test_a_word_starts_where_its_voice_does(recogniser: WhisperRecogniser, tmp_path: Path) -> None:
    said = turns("INT01")[:4]
    request = RecogniseRequest(sound=sound("INT01"), chunk=Span(0, said[-1][1].end_ms + 400), language="es")
    heard = hear(recogniser, request, bench(tmp_path))
    asked = VoicesRequest(sound=request.sound, chunk=request.chunk)
    ((_, voices),) = SileroVoiceFinder().carry_out([asked], bench(tmp_path / "voices"))
    started = with_starts(heard, voices)
    for _, when in said:
        first = min(started.words, key=lambda word: abs(word.start_ms - when.start_ms))
        assert abs(first.start_ms - when.start_ms) < 200
    assert [word.text for word in started.words] == [word.text for word in heard.words]


@pytest.mark.slow
@pytest.mark.parametrize(("language", "name"), [("es", "INT01"), ("en", "INT03")])
def test_no_word_is_lost_or_said_twice_where_chunks_meet(
    recogniser: WhisperRecogniser, tmp_path: Path, language: str, name: str
) -> None:
    ((_, speech),) = SileroSpeechFinder().carry_out(
        [FindSpeechRequest(sound=sound(name), chunk_min_ms=4_000, chunk_max_ms=12_000)], bench(tmp_path / "found")
    )
    assert len(speech.chunks) >= 3
    requests = [RecogniseRequest(sound=sound(name), chunk=chunk, language=language) for chunk in speech.chunks]
    heard = dict(recogniser.carry_out(requests, bench(tmp_path)))
    words = tuple(word for index in range(len(requests)) for word in heard[index].words)
    assert word_errors(" ".join(text for text, _ in turns(name)), words) < 0.08
    assert all(one.end_ms <= two.start_ms for one, two in pairwise(words))


@pytest.mark.slow
def test_several_voices_at_once_are_doubted_and_never_a_page_of_one_word(
    recogniser: WhisperRecogniser, tmp_path: Path
) -> None:
    voices = []
    for name, start in (("INT01", 1_000), ("INT02", 0), ("INT03", 0), ("INT01", 21_000)):
        with Listener.of(VOICES / f"{name}.ogg", sound(name)) as listener:
            voices.append(listener.span(Span(start, start + 16_000)))
    path = tmp_path / "crowd.wav"
    write_sound(path, (sum(voices) / 4)[::-1][np.newaxis], "pcm_s16le", HEARING_RATE, "mono")
    request = RecogniseRequest(sound=sound("crowd"), chunk=Span(0, 16_000), language="es")
    kept, _ = doubted(hear(recogniser, request, bench(tmp_path, path)).words)
    assert len(kept) < 60
    assert sum(word.confidence >= 600 for word in kept) <= len(kept) // 4


def test_progress_counts_every_second_of_sound_once(recogniser: WhisperRecogniser, tmp_path: Path) -> None:
    on = bench(tmp_path)
    hear(recogniser, RecogniseRequest(sound=sound("INT01"), chunk=Span(0, 14_400), language="es"), on)
    assert on.progress.totals == {TASK: (14, "seconds")}
    assert on.progress.done == {TASK: 14}
    assert on.progress.finished == [TASK]


def test_who_stops_asking_stops_the_hearing(recogniser: WhisperRecogniser, tmp_path: Path) -> None:
    chunks = [Span(1_000 * index, 1_000 * index + 6_000) for index in range(30)]
    requests = [RecogniseRequest(sound=sound("INT01"), chunk=chunk, language="es") for chunk in chunks]
    on = bench(tmp_path, jobs=1)
    results = recogniser.carry_out(requests, on)
    next(results)
    results.close()  # type: ignore[attr-defined]
    assert on.progress.done[TASK] < 60


def test_identity_holds_digests_and_options_and_no_version(recogniser: WhisperRecogniser) -> None:
    request = RecogniseRequest(sound=sound("INT01"), chunk=Span(0, 1_000), language="es")
    identity = recogniser.identity(request)
    assert set(identity) == {"engine", "weights", "options", "voice_detector", "voice"}
    assert len(identity["weights"]) == len(identity["voice_detector"]) == 64
    assert not any(version in value for value in identity.values() for version in recogniser.provenance().values())


def test_a_language_no_model_knows_is_refused_by_name(recogniser: WhisperRecogniser, tmp_path: Path) -> None:
    request = RecogniseRequest(sound=sound("INT01"), chunk=Span(0, 1_000), language="nah")
    with pytest.raises(ToolError, match="does not know the language 'nah'"):
        hear(recogniser, request, bench(tmp_path))


def test_a_broken_file_is_refused_by_name(recogniser: WhisperRecogniser, tmp_path: Path) -> None:
    path = tmp_path / "broken.wav"
    path.write_bytes(b"RIFF????WAVE")
    request = RecogniseRequest(sound=sound("broken"), chunk=Span(0, 1_000), language="es")
    with pytest.raises(MediaError, match=r"broken\.wav"):
        hear(recogniser, request, bench(tmp_path, path))


# --------------------------------------------------------------------------------- what is not there, without weights


def test_missing_weights_are_said_before_anything_is_heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("faster_whisper.utils.download_model", refuse)
    request = RecogniseRequest(sound=sound("INT01"), chunk=Span(0, 1_000), language="es")
    missing = WhisperRecogniser(FasterWhisperEar("no-such-model"))
    with pytest.raises(ToolMissing, match="no-such-model"):
        missing.identity(request)
    with pytest.raises(ToolMissing, match="scripts/get-weights"):
        hear(missing, request, bench(tmp_path))


def refuse(_name: str, *, local_files_only: bool) -> str:
    raise FileNotFoundError(local_files_only)


def test_weights_that_cannot_be_loaded_are_a_plain_error(tmp_path: Path) -> None:
    folder = tmp_path / "broken"
    folder.mkdir()
    for name in ("model.bin", "config.json", "tokenizer.json"):
        (folder / name).write_text("{}")
    broken = WhisperRecogniser(FasterWhisperEar(str(folder), device="cpu"))
    request = RecogniseRequest(sound=sound("INT01"), chunk=Span(0, 1_000), language="es")
    with pytest.raises(StageError, match="cannot be loaded"):
        hear(broken, request, bench(tmp_path))


def test_an_extra_that_is_not_installed_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "whisper", None)
    (tmp_path / "base.pt").write_bytes(b"weights")
    without = WhisperRecogniser(OpenAIWhisperEar(str(tmp_path / "base.pt")))
    request = RecogniseRequest(sound=sound("INT01"), chunk=Span(0, 1_000), language="es")
    with pytest.raises(ToolMissing, match=r"testimonio\[openai-whisper\]"):
        hear(without, request, bench(tmp_path))
