"""Transcripts from elsewhere: read in their forms, refused in one line, used in place of the hearing until taken out."""

import json
import random
from types import SimpleNamespace

import pytest

from footage_manifest.findings import ManifestError
from footage_manifest.load import load_production
from pipeline.assembly import heard_reels
from pipeline.assembly.given_transcripts import given_transcripts
from subtitles.given_json import NoTranscriptError, read_json, write_own
from subtitles.given_text import read_text
from tests.paper_film import make_film
from tests.small_film import answered

FILE = "transcripts/INT01.es.json"
WHISPER = {
    "text": " Salimos de madrugada.",
    "language": "es",
    "segments": [
        {
            "start": 1.0,
            "end": 2.6,
            "text": " Salimos de madrugada.",
            "words": [
                {"word": " Salimos", "start": 1.0, "end": 1.5, "probability": 0.91},
                {"word": " de", "start": 1.5, "end": 1.7, "probability": 0.99},
                {"word": " madru", "start": 1.7, "end": 2.0, "probability": 0.5},
                {"word": "gada.", "start": 2.0, "end": 2.6, "probability": 0.5},
            ],
        },
        {"start": 3.0, "end": 4.0, "text": " Nadie habló."},
    ],
}
WHISPERX = {
    "segments": [
        {
            "start": 1.0,
            "end": 3.0,
            "text": "We walked 12 days",
            "words": [
                {"word": "We", "start": 1.0, "end": 1.2, "score": 0.9, "speaker": "SPEAKER_00"},
                {"word": "walked", "start": 1.3, "end": 1.8, "score": 0.8},
                {"word": "12"},
                {"word": "days", "start": 2.4, "end": 3.0, "score": 0.7},
            ],
        }
    ],
    "language": "en",
}


@pytest.fixture
def film(tmp_path):
    return make_film(tmp_path / "film")


def said(given):
    return [(word.text, word.start_ms, word.end_ms) for word in given.words]


def test_whisper_json_gives_words_with_times_and_halves_of_words_joined():
    given = read_json(json.dumps(WHISPER))
    assert (given.language, given.timed) == ("es", False)
    assert said(given)[:2] == [("Salimos", 1000, 1500), ("de", 1500, 1700)]
    assert [(word.text, word.joins_previous) for word in given.words[2:4]] == [("madru", False), ("gada.", True)]
    assert said(given)[4:] == [("Nadie", 3000, 3454), ("habló.", 3454, 4000)]
    assert [word.confidence for word in given.words] == [910, 990, 500, 500, 700, 700]


def test_whisperx_words_without_times_stand_between_their_neighbours():
    given = read_json(json.dumps(WHISPERX))
    assert said(given) == [("We", 1000, 1200), ("walked", 1300, 1800), ("12", 1800, 2400), ("days", 2400, 3000)]
    assert not any(word.joins_previous for word in given.words)


def test_our_own_form_is_read_as_it_was_written():
    words = read_json(json.dumps(WHISPER)).words
    assert read_json(write_own("es", words).decode()).words == words


@pytest.mark.parametrize(
    "text",
    [
        "Juana R.  0:12\nSalimos de madrugada.\n\nTom B.  0:15\nNadie habló.\n",
        "[00:00:12] Juana R.: Salimos de madrugada.\n[00:00:15] Nadie habló.\n",
        "Juana R. (00:12):\r\nSalimos de\r\nmadrugada.\r\n\r\nTom (00:15)\r\nNadie habló.",
        "Interview 3\n(00:00:12.000) Salimos de madrugada.\n(00:00:15.000) Nadie habló.",
    ],
)
def test_text_with_times_is_said_from_one_time_to_the_next(text):
    given = read_text(text)
    assert [word.text for word in given.words] == ["Salimos", "de", "madrugada.", "Nadie", "habló."]
    assert [word.start_ms for word in given.words][::3] == [12_000, 15_000]
    assert given.words[2].end_ms <= 15_000


def test_a_sentence_with_a_colon_is_no_name():
    given = read_text("[00:12] Entonces: nada.\n[00:15] Y luego nos fuimos.\n[00:18] Nadie habló.")
    assert [word.text for word in given.words][:2] == ["Entonces:", "nada."]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("only words", "no line of it has a time"),
        ("[00:15] later\n[00:12] sooner", "its times go back"),
    ],
)
def test_text_that_says_no_time_is_refused(text, why):
    with pytest.raises(NoTranscriptError, match=why):
        read_text(text)


def test_damaged_json_is_refused_or_read_and_never_breaks():
    dice = random.Random(5)  # noqa: S311 - no secret
    sound = [json.dumps(WHISPER), json.dumps(WHISPERX), write_own("es", read_json(json.dumps(WHISPER)).words).decode()]
    refused = 0
    for _ in range(1500):
        text = list(dice.choice(sound))
        for _ in range(dice.randint(1, 6)):
            at = dice.randrange(len(text))
            text[at : at + dice.randint(0, 3)] = dice.choice(
                ["", "-", "9" * 9, "null", '"', "[", "}", "NaN", "1e999", "é"]
            )
        try:
            given = read_json("".join(text))
        except NoTranscriptError:
            refused += 1
            continue
        starts = [word.start_ms for word in given.words if not word.joins_previous]
        assert starts == sorted(starts)
        assert all(word.text and word.start_ms < word.end_ms for word in given.words)
    assert 100 < refused < 1500


def test_an_import_is_used_instead_of_hearing_until_it_is_taken_out(film, tmp_path, monkeypatch):
    source = tmp_path / "from-whisper.json"
    source.write_text(json.dumps(WHISPER))
    done = answered("transcripts", "import", "INT01", source, "-C", film, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["transcripts"][0]["file"] == FILE
    heard = []
    monkeypatch.setattr(
        heard_reels, "_heard", lambda _site, _media, keys: dict.fromkeys(map(heard.append, keys)) and {}
    )
    site = SimpleNamespace(folder=film, production=load_production(film).production)
    found = heard_reels.heard_in_reels(site, None, ("INT01", "INT02"))
    assert [word.text for word in found["INT01"].words][:2] == ["Salimos", "de"]
    assert heard == ["INT02"]
    (film / FILE).unlink()
    assert heard_reels.heard_in_reels(site, None, ("INT01",)) == {}
    assert heard == ["INT02", "INT01"]


def test_nothing_is_written_over_unless_it_is_asked_for(film, tmp_path):
    source = tmp_path / "words.srt"
    source.write_text("1\n00:00:01,000 --> 00:00:02,000\n<i>Salimos</i> de\n", "utf-8")
    assert answered("transcripts", "import", "INT01", source, "-C", film).returncode == 0
    before = (film / FILE).read_bytes()
    source.write_text("1\n00:00:01,000 --> 00:00:02,000\nOtra cosa\n", "utf-8")
    done = answered("transcripts", "import", "INT01", source, "-C", film)
    assert (done.returncode, "is there already" in done.stderr) == (2, True)
    assert (film / FILE).read_bytes() == before
    assert answered("transcripts", "import", "INT01", source, "-C", film, "--replace").returncode == 0
    assert json.loads((film / FILE).read_text())["words"][0]["text"] == "Otra"


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("INT9", "given.json"), "there is no reel"),
        (("RIVER", "given.json"), "no interview"),
        (("INT01", "given.json", "--language", "en"), "is in 'es'"),
        (("INT01", "nothing.json"), "nothing.json"),
        (("INT01", "broken.json"), "it is not JSON"),
        (("INT01", "notes.txt"), "no line of it has a time"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line_and_nothing_written(film, tmp_path, arguments, why):
    (tmp_path / "given.json").write_text(json.dumps(WHISPER))
    (tmp_path / "broken.json").write_text("{")
    (tmp_path / "notes.txt").write_text("notes only")
    reel, name, *rest = arguments
    done = answered("transcripts", "import", reel, tmp_path / name, *rest, "-C", film)
    assert done.returncode not in {0, 70}
    assert why in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not (film / "transcripts").exists()


def test_someone_who_withdrew_has_no_transcript_any_more(film, tmp_path):
    source = tmp_path / "given.json"
    source.write_text(json.dumps(WHISPER))
    assert answered("transcripts", "import", "INT01", source, "-C", film).returncode == 0
    manifest = film / "footage_manifest.yaml"
    manifest.write_text(
        manifest.read_text().replace("Juana R., consent: {status: granted", "J, consent: {status: withdrawn")
    )
    assert json.loads(answered("transcripts", "list", "-C", film, "--json").stdout)["transcripts"] == []
    assert answered("transcripts", "import", "INT01", source, "-C", film, "--replace").returncode == 2


def test_a_damaged_file_of_the_film_is_said_with_its_name(film):
    (film / "transcripts").mkdir()
    (film / FILE).write_text('{"language": "es", "words": [{"text": "a", "start_ms": 5, "end_ms": 5}]}')
    with pytest.raises(ManifestError, match=r"INT01\.es\.json: word 1"):
        given_transcripts(film, load_production(film).production, ("INT01",))
