"""Loading a film folder: what loads, where each key stands, and what is refused before it is read."""

import datetime as dt
import os
import re
import time
from fractions import Fraction

import pytest

from footage_manifest.findings import ManifestError
from footage_manifest.load import load_production
from footage_manifest.model import ChannelChoice, ConsentStatus, Protection, ReelKind
from footage_manifest.template import film_yaml, footage_manifest_yaml
from footage_manifest.timecode import Label
from tests.film_folder import FILM, MANIFEST, write_film


def load(folder, film=FILM, manifest=MANIFEST, glossary=None):
    return load_production(write_film(folder, film, manifest, glossary))


def said(folder, film=FILM, manifest=MANIFEST, glossary=None):
    with pytest.raises(ManifestError) as caught:
        load_production(write_film(folder, film, manifest, glossary))
    return str(caught.value).split("\n")


def test_the_two_files_of_the_design_load_as_they_stand(tmp_path):
    loaded = load(tmp_path)
    film, manifest = loaded.production.film, loaded.production.manifest
    assert film.title == {"es": "Tres días", "en": "Three days"}
    assert (film.timeline.rate, film.timeline.size) == (Fraction(25), (1280, 720))
    assert film.cuts["forum"].source == ("cuts/forum.edl",)
    assert manifest.people["juana"].consent.status is ConsentStatus.GRANTED
    assert manifest.reels["INT01"].start == Label(1, 0, 0, 0)
    assert manifest.reels["BROLL02"].kind is ReelKind.B_ROLL
    assert manifest.reels["BROLL02"].people is None
    assert loaded.warnings == ()


def test_each_key_knows_its_line_and_column(tmp_path):
    production = load(tmp_path).production
    assert production.places["film.yaml#cuts.forum.source"] == (5, 11)
    assert production.places["footage_manifest.yaml#reels.INT01.people.0"] == (4, 76)
    assert production.place("footage_manifest.yaml", "reels.BROLL02.people") == (5, 3)
    assert production.place("film.yaml", "subtitles.gate") == (None, None)


def test_everything_that_a_film_may_say_is_understood(tmp_path):
    film = (
        'title: "Three days"\nlanguages: [es, en]\naudiences: [festival]\nglossary: terms.csv\n'
        "timeline:\n  rate: 59.94\n  size: 1920X1080\n  timecode_rate: 30000/1001\n  drop_frame: true\n"
        "cuts:\n  long:\n    source: [cuts/v1.edl, cuts/v2.edl]\n    audience: festival\n    start: 01:00:00;00\n"
        "    date: 2026-11-30\n    sound: follow-picture\n    versions: {es: {text: es, narration: en}}\n"
        "    picture: copy-where-possible\n    burn_in: [es, es+en]\n    deliverables: [prores]\n    loudness: web\n"
        "    join_fade_ms: 0\nsubtitles: {gate: edited}\nallow_truncated: true\n"
    )
    manifest = (
        "people:\n  p-1: {name: P, consent: {status: restricted, uses: book, until: 2030-01-31, protections: [blur-face]}}\n"
        "reels:\n  R1: {file: [a.mp4, b.mp4], kind: interview, language: [es, en], people: [p-1], channels: 1, "
        "timecode_rate: 25, names: TAPE 1, sound: {file: z.wav, sync: -120}, programme: x, themes: [a, b]}\n"
    )
    (tmp_path / "terms.csv").write_text("es,en\nrío,river\n", encoding="utf-8")
    production = load(tmp_path, film, manifest).production
    assert production.film.timeline.clock.drop
    assert production.film.timeline.frames_a_label == 2
    cut = production.film.cuts["long"]
    assert (cut.start, cut.date, cut.join_fade_ms) == (Label(1, 0, 0, 0, drop=True), dt.date(2026, 11, 30), 0)
    reel = production.manifest.reels["R1"]
    assert (reel.file, reel.names, reel.language) == (("a.mp4", "b.mp4"), ("TAPE 1",), ("es", "en"))
    assert (reel.channel_choice, reel.sound.sync) == (ChannelChoice.FIRST, -120)
    consent = production.manifest.people["p-1"].consent
    assert (consent.until, consent.protections) == (dt.date(2030, 1, 31), (Protection.BLUR_FACE,))
    assert [term.texts for term in production.glossary] == [{"es": "río", "en": "river"}]


@pytest.mark.parametrize(
    ("written", "rate"),
    [
        ("23.976", "24000/1001"), ("23.98", "24000/1001"), ("24", "24"), ("25.0", "25"), ('"25"', "25"),
        ("29.97", "30000/1001"), ("30000/1001", "30000/1001"), ("59.94", "60000/1001"), ("60", "60"),
    ],
)  # fmt: skip
def test_a_rate_is_exact_however_it_is_written(tmp_path, written, rate):
    production = load(tmp_path, FILM.replace("rate: 25", f"rate: {written}")).production
    assert production.film.timeline.rate == Fraction(rate)


def test_the_files_of_a_new_film_load_and_keep_any_title(tmp_path):
    for title in ("My film", 'a "b" \\ c: #d', "é \u202e 🎬", "\x07 \u2028 {x}"):
        film = film_yaml(title, languages=("es", "en"), rate=Fraction(30000, 1001), size=(1280, 720))
        if title.isprintable() or "\u202e" in title:
            production = load(tmp_path, film, footage_manifest_yaml()).production
            assert production.film.title == title
            assert production.film.cuts == {}
            assert production.manifest.reels == {}
        else:
            assert "film.yaml:4:8: title: the text holds U+0007" in said(tmp_path, film)[0]


def test_a_new_film_may_be_norwegian(tmp_path):
    production = load(tmp_path, film_yaml(languages=("no", "en")), footage_manifest_yaml()).production
    assert production.film.languages == ("no", "en")


def test_the_lines_that_a_new_film_offers_load_when_their_hash_is_taken_away(tmp_path):
    film = film_yaml().replace("  # drop_frame", "# drop_frame")
    film, manifest = (re.sub(r"(?m)^  # ", "  ", text) for text in (film, footage_manifest_yaml()))
    production = load(tmp_path, film, manifest).production
    assert set(production.film.cuts) == {"forum"}
    assert set(production.manifest.reels) == {"INT01", "BROLL01"}
    assert production.manifest.people["ana"].consent.until == dt.date(2030, 12, 31)


def test_a_byte_order_mark_and_windows_line_ends_change_nothing(tmp_path):
    film = b"\xef\xbb\xbf" + FILM.replace("\n", "\r\n").encode()
    production = load(tmp_path, film).production
    assert production.places["film.yaml#cuts.forum.source"] == (5, 11)


def test_a_hundred_megabytes_are_refused_without_being_read(tmp_path):
    write_film(tmp_path)
    with (tmp_path / "film.yaml").open("r+b") as stream:
        stream.truncate(100_000_000)
    before = time.monotonic()
    with pytest.raises(ManifestError, match=r"film.yaml: is 100.0 MB large; at most 1 MiB is read"):
        load_production(tmp_path)
    assert time.monotonic() - before < 2


def test_a_pipe_in_place_of_a_file_is_not_waited_for(tmp_path):
    write_film(tmp_path)
    (tmp_path / "film.yaml").unlink()
    os.mkfifo(tmp_path / "film.yaml")
    with pytest.raises(ManifestError, match=r"film.yaml: 'film.yaml' is a pipe, not a file"):
        load_production(tmp_path)


def test_a_film_that_is_a_link_to_elsewhere_is_refused(tmp_path):
    folder = tmp_path / "film"
    folder.mkdir()
    write_film(folder)
    (folder / "film.yaml").rename(tmp_path / "elsewhere.yaml")
    (folder / "film.yaml").symlink_to(tmp_path / "elsewhere.yaml")
    with pytest.raises(ManifestError, match="is a link that leads out of the film folder"):
        load_production(folder)


def test_a_folder_that_is_no_film_says_what_to_do(tmp_path):
    with pytest.raises(ManifestError) as caught:
        load_production(tmp_path)
    cure = "make a film folder with 'testimonio new DIR', or name the one you mean"
    assert str(caught.value).split("\n") == [
        f"film.yaml: there is no such file in this folder; {cure}",
        f"footage_manifest.yaml: there is no such file in this folder; {cure}",
    ]
    with pytest.raises(ManifestError, match="there is no folder"):
        load_production(tmp_path / "missing")
    (tmp_path / "film.yml").touch()
    with pytest.raises(ManifestError, match=r"rename film.yml to film.yaml"):
        load_production(tmp_path)


def test_a_flood_of_problems_ends_after_a_hundred(tmp_path):
    twice = FILM + "title: x\n" * 5000
    unknown = FILM + "".join(f"key{number}: x\n" for number in range(500))
    for film, last in ((twice, "100 problems so far; the rest was not read"), (unknown, "400 more problems are not")):
        lines = said(tmp_path, film)
        assert 100 <= len(lines) <= 102
        assert sum(last in line for line in lines) == 1


def test_escapes_cannot_smuggle_what_a_terminal_would_act_on(tmp_path):
    lines = said(tmp_path, 'title: "a\\e[2Jb"\n"k\\ud800": "\\ud83d"\n' + FILM.split("\n", 1)[1])
    assert lines[0] == (
        "film.yaml:1:8: title: the text holds U+001B, which no one can see or read; take the escape out"
    )
    assert all(line.isprintable() for line in lines)
