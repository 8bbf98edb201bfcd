"""Transcripts from elsewhere: read in their forms, refused in one line, used in place of the hearing until taken out."""

import json
import random
from dataclasses import replace
from types import SimpleNamespace

import pytest

from footage_manifest.findings import ManifestError
from footage_manifest.load import load_production
from pipeline.assembly import heard_reels
from pipeline.assembly.given_transcripts import given_transcripts
from pipeline.assembly.speakers_given import as_turns, spans_given
from pipeline.engine.run import WouldRun
from pipeline.errors import ToolMissing
from pipeline.ports.speech import Span
from subtitles.given_json import NoTranscriptError, Times, read_json, write_own
from subtitles.given_text import read_text
from subtitles.transcript import Transcript, Word
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
    assert (given.language, given.times) == ("es", Times.PASSAGES)
    assert said(given)[:2] == [("Salimos", 1000, 1500), ("de", 1500, 1700)]
    assert [(word.text, word.joins_previous) for word in given.words[2:4]] == [("madru", False), ("gada.", True)]
    assert said(given)[4:] == [("Nadie", 3000, 3454), ("habló.", 3454, 4000)]
    assert [word.confidence for word in given.words] == [910, 990, 500, 500, 700, 700]


def test_whisperx_words_without_times_stand_between_their_neighbours():
    given = read_json(json.dumps(WHISPERX))
    assert said(given) == [("We", 1000, 1200), ("walked", 1300, 1800), ("12", 1800, 2400), ("days", 2400, 3000)]
    assert not any(word.joins_previous for word in given.words)
    assert given.times is Times.WORDS
    assert given.speakers == ("SPEAKER_00", "", "", "")


def test_words_without_times_take_the_nearest_known_ones_and_many_take_no_longer_each():
    row = [
        {"word": "a"},
        {"word": "b", "start": 2.0, "end": 2.5},
        {"word": "c"},
        {"word": "d"},
        {"word": "e", "start": 4.0, "end": 4.5},
        {"word": "f"},
    ]
    given = read_json(json.dumps({"segments": [{"start": 1.0, "end": 6.0, "words": row}]}))
    assert said(given) == [
        ("a", 1000, 2000),
        ("b", 2000, 2500),
        ("c", 2500, 4000),
        ("d", 2500, 4000),
        ("e", 4000, 4500),
        ("f", 4500, 6000),
    ]
    many = read_json(json.dumps({"segments": [{"start": 0, "end": 9000, "words": [{"word": "a"}] * 100_000}]}))
    assert len(many.words) == 100_000


@pytest.mark.parametrize("sign", ["\ud800", "\x1b[2J", "\x00", "\uffff", "\U0001fffe"])
@pytest.mark.parametrize("where", ["text", "speaker"])
def test_signs_that_are_no_text_are_refused(sign, where):
    word = {"text": "Salimos", "start_ms": 1, "end_ms": 2, "speaker": "Juana"}
    with pytest.raises(NoTranscriptError, match="word 1 or its speaker holds signs that are no text"):
        read_json(json.dumps({"language": "es", "words": [{**word, where: f"a{sign}b"}]}))


@pytest.mark.parametrize(
    "given",
    [
        replace(read_json(json.dumps(WHISPER)), language="es"),
        replace(read_json(json.dumps(WHISPERX)), language="en"),
        replace(read_text("Juana R.: Salimos de — madrugada.\n\nTom B.: Nadie habló."), language="es"),
        replace(read_text("[00:12] Juana R.: Salimos\n[00:15] Tom B.: Nadie habló."), language="es"),
    ],
)
def test_our_own_form_is_read_as_it_was_written(given):
    assert read_json(write_own(given.language, given).decode()) == given


@pytest.mark.parametrize(
    "text",
    [
        "Juana R.  0:12\nSalimos de madrugada.\n\nTom B.  0:15\nNadie habló.\n",
        "[00:00:12] Juana R.: Salimos de madrugada.\n[00:00:15] Nadie habló.\n",
        "Juana R. (00:12):\r\nSalimos de\r\nmadrugada.\r\n\r\nTom (00:15)\r\nNadie habló.",
        "Interview 3\n(00:00:12.000) Salimos de madrugada.\n(00:00:15.000) Nadie habló.",
        "Juana R.: [00:00:12] Salimos de madrugada. [00:00:15] Nadie habló.",
        "0:12  \nSalimos de madrugada.\n\n0:15\nNadie habló.\n\nTranscribed by https://otter.ai\n",
        "[00:00:12] **Juana R.:** Salimos de madrugada.\n\n[00:00:15] **Tom:** Nadie habló.\n",
        "[00:00:12] Salimos de\nmadrugada. [00:00:15.00] Nadie habló.",
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
    ("text", "speakers"),
    [
        ("Juana R.  0:12\nSalimos de madrugada.\n\nTom B.  0:15\nNadie habló.\n", ["Juana R."] * 3 + ["Tom B."] * 2),
        ("Speaker 1 (00:12):\nSalimos de madrugada.\nSpeaker 2 (00:15):\nYa.", ["Speaker 1"] * 3 + ["Speaker 2"]),
        ("Juana: [00:12] Salimos de [00:14] madrugada.\nTom: [00:15] Ya.", ["Juana"] * 3 + ["Tom"]),
        ("[00:12] Juana: Salimos de madrugada.\n[00:15] Tom B.: Ya.", ["Juana"] * 3 + ["Tom B."]),
        ("Juana: Salimos de\nmadrugada.\nTom B.:\nYa.", ["Juana"] * 3 + ["Tom B."]),
        ("[00:12] Salimos de madrugada.", []),
        ("[00:00:12.100 --> 00:00:14.000] Juana: Salimos de madrugada.", ["Juana"] * 3),
        ("[01:00:12:10 - 01:00:14:00]\nSalimos de madrugada.", []),
    ],
)
def test_names_before_what_is_said_are_who_says_it_and_no_words(text, speakers):
    given = read_text(text)
    assert list(given.speakers) == speakers
    assert [word.text for word in given.words][:3] == ["Salimos", "de", "madrugada."]


@pytest.mark.parametrize(
    ("before", "after"), [("<v Juana R.>", ""), ("<v.loud Juana R.>", "</v>"), ("Juana R.: ", ""), ("Tom B.: ", "")]
)
def test_subtitles_that_name_who_speaks_are_taken_with_the_names(film, tmp_path, before, after):
    source = tmp_path / "meeting.vtt"
    cues = ["Salimos de", "madrugada."]
    timed = [f"00:0{at}.000 --> 00:0{at + 1}.000\n{before}{cue}{after}\n" for at, cue in enumerate(cues, start=1)]
    source.write_text("WEBVTT\n\n" + "\n".join(timed), "utf-8")
    done = answered("transcripts", "import", "INT01", source, "-C", film, "--json")
    told = json.loads(done.stdout)["transcripts"][0]
    assert (told["words"], told["speakers"]) == (3, ["Tom B." if "Tom" in before else "Juana R."])


def test_what_stands_before_the_first_time_is_no_speech_and_is_told():
    given = read_text("Interview 3\nMonday\n\n[00:12] Salimos.")
    assert (given.left_out, [word.text for word in given.words]) == ("Interview 3 Monday", ["Salimos."])


def test_text_without_any_time_is_words_alone():
    given = read_text("Salimos de madrugada.\n\nEntonces: nada.\nNadie habló.\n\nYa.")
    assert given.times is Times.NONE
    assert given.speakers == ()
    assert [word.text for word in given.words] == [
        *("Salimos", "de", "madrugada.", "Entonces:", "nada."),
        *("Nadie", "habló.", "Ya."),
    ]


@pytest.mark.parametrize("said", ["Salimos a las 12:30", "y llegamos el 5 a las 7:15"])
def test_a_sentence_that_ends_with_a_time_is_no_name(said):
    given = read_text(f"Juana R.: Nadie habló.\n{said}\n\nTom B.: Ya.")
    assert given.times is Times.NONE
    assert [word.text for word in given.words] == f"Nadie habló. {said} Ya.".split()


@pytest.mark.parametrize(
    "who", ["Juana", "juana", "speaker 1", "Speaker 2", "María de la Cruz", "Dr. Juana R.", "Unknown Speaker"]
)
def test_a_name_and_a_time_on_a_line_begin_a_passage(who):
    given = read_text(f"{who}  0:12\nSalimos.\n")
    assert (given.speakers, given.words[0].start_ms) == ((who,), 12_000)


def test_times_that_go_back_are_refused():
    with pytest.raises(NoTranscriptError, match="its times go back"):
        read_text("[00:15] later\n[00:12] sooner")


OWN = [
    write_own("es", given).decode()
    for given in (read_json(json.dumps(WHISPER)), read_text("Juana: Salimos de\nTom: Nadie habló."))
]


def test_damaged_json_is_refused_or_read_and_never_breaks():
    dice = random.Random(5)  # noqa: S311 - no secret
    sound = [json.dumps(WHISPER), json.dumps(WHISPERX), *OWN]
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
        assert not given.speakers or len(given.speakers) == len(given.words)
        starts = [word.start_ms for word in given.words if not word.joins_previous]
        assert starts == sorted(starts)
        assert all(word.text and word.start_ms < word.end_ms for word in given.words)
    assert 100 < refused < 1500


@pytest.fixture
def hearing(film, monkeypatch):
    """Answer for the recogniser; `asked` are the reels that were listened to, `said` what is heard of each."""
    found = SimpleNamespace(asked=[], said={}, notes=[], refuses=None)

    def listen(_site, _media, keys, _languages):
        found.asked += keys
        if keys and found.refuses:
            raise found.refuses
        return {key: Transcript(language="es", words=found.said[key]) for key in keys if key in found.said}

    def reels(*keys, dry=False):
        site = SimpleNamespace(
            folder=film,
            production=load_production(film).production,
            options=SimpleNamespace(dry_run=dry, reaches=lambda _step: True),
            progress=SimpleNamespace(note=found.notes.append),
        )
        return heard_reels.heard_in_reels(site, None, keys)

    monkeypatch.setattr(heard_reels, "_heard", listen)
    found.reels = reels
    return found


def heard_words(text, start_ms=20_000, step_ms=500):
    return tuple(
        Word(text=word, start_ms=start_ms + at * step_ms, end_ms=start_ms + at * step_ms + 400, confidence=900)
        for at, word in enumerate(text.split())
    )


def test_an_import_with_word_times_is_used_instead_of_hearing_until_it_is_taken_out(film, tmp_path, hearing):
    source = tmp_path / "from-whisperx.json"
    source.write_text(json.dumps({**WHISPERX, "language": "es"}))
    done = answered("transcripts", "import", "INT01", source, "-C", film, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)["transcripts"][0]
    assert (told["file"], told["times"], told["speakers"]) == (FILE, "words", ["SPEAKER_00"])
    found = hearing.reels("INT01", "INT02")
    assert [word.text for word in found["INT01"].words][:2] == ["We", "walked"]
    assert hearing.asked == ["INT02"]
    (film / FILE).unlink()
    assert hearing.reels("INT01") == {}
    assert hearing.asked == ["INT02", "INT01"]


@pytest.mark.parametrize(
    "text", ["Salimos muy de madrugada. Nadie habló.", "[00:02] Salimos muy de madrugada.\n[00:04] Nadie habló."]
)
def test_words_without_times_of_their_own_stand_where_they_are_heard(film, tmp_path, hearing, text):
    (tmp_path / "typed.txt").write_text(text)
    assert answered("transcripts", "import", "INT01", tmp_path / "typed.txt", "-C", film).returncode == 0
    hearing.said["INT01"] = heard_words("Salimos de madrugada nadie habló y nos fuimos todos juntos")
    words = hearing.reels("INT01")["INT01"].words
    assert [word.text for word in words] == ["Salimos", "muy", "de", "madrugada.", "Nadie", "habló."]
    assert [word.start_ms for word in words] == [20_000, 20_400, 20_500, 21_000, 21_500, 22_000]
    assert [word.confidence for word in words] == [1000, 300, 1000, 1000, 1000, 1000]
    assert hearing.notes == [
        f"{FILE}: not heard, at 20.4 s: 'muy': listen to it",
        f"{FILE}: heard, and not in the text, from 22.5 to 24.9 s: 'y nos fuimos todos juntos': listen to it",
    ]


def test_a_text_of_something_else_is_refused_and_passages_keep_their_times(film, tmp_path, hearing):
    hearing.said["INT01"] = heard_words("otra cosa que no tiene nada que ver")
    (tmp_path / "typed.txt").write_text("Salimos de madrugada. Nadie habló.")
    assert answered("transcripts", "import", "INT01", tmp_path / "typed.txt", "-C", film).returncode == 0
    with pytest.raises(ManifestError, match=r"INT01\.es\.json: hardly any of it is heard in INT01"):
        hearing.reels("INT01")
    (tmp_path / "typed.txt").write_text("[00:02] Salimos de madrugada. Nadie habló.")
    assert answered("transcripts", "import", "INT01", tmp_path / "typed.txt", "--replace", "-C", film).returncode == 0
    assert hearing.reels("INT01")["INT01"].words[0].start_ms == 2000
    assert "hardly any of it" in hearing.notes[0]


@pytest.mark.parametrize(
    "why", [ToolMissing("no weights of 'base'", "scripts/get-weights"), WouldRun("transcribe", ["INT01"])]
)
def test_passages_keep_their_times_where_nothing_can_be_listened_to(film, tmp_path, hearing, why):
    (tmp_path / "typed.txt").write_text("[00:02] Salimos de madrugada.")
    assert answered("transcripts", "import", "INT01", tmp_path / "typed.txt", "-C", film).returncode == 0
    hearing.refuses = why
    assert hearing.reels("INT01")["INT01"].words[0].start_ms == 2000
    assert len(hearing.notes) == 1
    (film / FILE).write_text('{"language": "es", "times": "none", "words": [{"text": "Salimos"}]}')
    with pytest.raises(type(why)):
        hearing.reels("INT01")


def test_who_speaks_is_known_from_the_names_of_a_given_transcript(film, tmp_path, hearing):
    (tmp_path / "typed.txt").write_text("Entrevistadora: ¿Salieron de día?\nJuana R.: De madrugada.\nSpeaker 9: Ya.")
    assert answered("transcripts", "import", "INT01", tmp_path / "typed.txt", "-C", film).returncode == 0
    hearing.said["INT01"] = heard_words("salieron de día de madrugada ya")
    production = load_production(film).production
    words = hearing.reels("INT01")["INT01"].words
    person = production.manifest.reels["INT01"].people[0]
    said = spans_given(film, production, "INT01", words)
    assert said == [(Span(20_000, 21_400), "interviewer"), (Span(21_500, 22_400), person)]
    assert [(turn.speaker, turn.voice) for turn in as_turns(said).turns] == [("interviewer", 0), (person, 1)]
    assert spans_given(film, production, "INT02", words) == []


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
        (("INT01", "notes.txt"), "its times go back"),
        (("INT01", "empty.txt"), "has no words"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line_and_nothing_written(film, tmp_path, arguments, why):
    (tmp_path / "given.json").write_text(json.dumps(WHISPER))
    (tmp_path / "broken.json").write_text("{")
    (tmp_path / "notes.txt").write_text("[00:15] later\n[00:12] sooner")
    (tmp_path / "empty.txt").write_text("\n\n")
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
