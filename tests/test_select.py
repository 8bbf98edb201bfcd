"""Marks, string-outs and word counts: passages made whole, nothing twice, nothing of those who withdrew, nothing lost."""

import json
import shutil

import pytest

from footage_manifest.load import load_production
from footage_manifest.timecode import Label
from pipeline.assembly import road, survey
from pipeline.assembly.marks import Mark, add_mark, read_marks, tags_in
from pipeline.assembly.options import RunOptions, Step
from pipeline.assembly.passages import Wanted, passages
from subtitles.said import SaidWord, heard_as_said
from tests.fake_bench import SilentProgress
from tests.film_folder import MANIFEST
from tests.page_film import film_with_subtitles
from tests.paper_film import Hearing, at_ms, make_film, stored_cut, transcript
from tests.small_film import answered

MARKS = "transcripts/marks.csv"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = make_film(tmp_path_factory.mktemp("select") / "film")
    heard = transcript("INT01").words
    lines = []
    for number in range(0, len(heard), 3):
        three = heard[number : number + 3]
        times = " --> ".join(f"00:00:{ms // 1000:02},{ms % 1000:03}" for ms in (three[0].start_ms, three[-1].end_ms))
        lines.append(f"{number // 3 + 1}\n{times}\n{' '.join(word.text for word in three)}\n")
    (folder / "subtitles").mkdir()
    (folder / "subtitles" / "INT01.es.srt").write_text("\n".join(lines), "utf-8")
    (folder / "cuts" / "beta.md").write_text("a note", "utf-8")
    with road.opened(RunOptions(folder=folder, to=Step.PROBE), SilentProgress()) as site:
        survey.survey(site, site.production.manifest.reels, ())
    return folder


@pytest.fixture
def film(made, tmp_path, monkeypatch):
    Hearing(monkeypatch)
    return shutil.copytree(made, tmp_path / "film")


def quotes(film, name):
    text = (film / "cuts" / f"{name}.md").read_text("utf-8")
    shutil.copy(film / "cuts" / f"{name}.md", film / "cuts" / "beta.md")
    return text, stored_cut(film).chosen


# ----------------------------------------------------------------------------------------------------------- marks


def test_a_mark_is_added_and_read_and_what_stood_there_stays(film):
    done = answered(
        "marks", "add", "INT01", "01:00:01:10", "01:00:05:00", "rescue", "best take", "-C", film, "--by", "Ana"
    )
    assert done.returncode == 0, done.stderr
    before = (film / MARKS).read_bytes()
    assert before.decode().splitlines()[1] == "INT01,01:00:01:10,01:00:05:00,rescue; best take,Ana,"
    assert answered("marks", "add", "INT02", "00:00:01:00", "00:00:02:00", "river", "-C", film).returncode == 0
    assert (film / MARKS).read_bytes().startswith(before)
    shown = json.loads(answered("marks", "list", "-C", film, "--tag", "RIVER", "--json").stdout)
    assert [(one["reel"], one["tags"]) for one in shown["marks"]] == [("INT02", ["river"])]


def test_a_spreadsheet_in_spanish_keeps_its_separator_its_columns_and_its_encoding(film):
    (film / "transcripts").mkdir()
    before = "Rollo;Color;Desde;Hasta;Temas\r\nINT01;rojo;01:00:01:10;01:00:05:00;río; niñez\r\n".encode("cp1252")
    before = before.replace("río; niñez".encode("cp1252"), "río, niñez".encode("cp1252"))
    (film / MARKS).write_bytes(before)
    production = load_production(film).production
    add_mark(film, Mark(reel="INT02", start=Label(0, 0, 1, 0), end=Label(0, 0, 2, 0), tags=("agua",)))
    assert (film / MARKS).read_bytes() == before + b"INT02;;00:00:01:00;00:00:02:00;agua\r\n"
    assert [one.tags for one in read_marks(film, production).marks] == [("río", "niñez"), ("agua",)]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("INT9", "01:00:01:00", "01:00:02:00", "a"), "there is no reel 'INT9'"),
        (("INT01", "1 s", "01:00:02:00", "a"), "1 s"),
        (("INT01", "01:00:02:00", "01:00:02:00", "a"), "is not after"),
        (("INT01", "01:00:01:00", "01:00:02:00", " ; "), "there is no tag"),
    ],
)
def test_a_mark_that_cannot_be_is_refused_and_nothing_written(film, arguments, said):
    done = answered("marks", "add", *arguments, "-C", film)
    assert done.returncode == 2
    assert said in done.stderr
    assert not (film / MARKS).exists()


def test_bad_lines_are_said_and_the_others_hold(film):
    (film / "transcripts").mkdir()
    rows = [
        "reel,from,to,tags",
        "INT9,01:00:00:00,01:00:02:00,a",
        "INT01,x,01:00:02:00,b",
        "INT01,01:00:01:10,01:00:05:00,c",
    ]
    (film / MARKS).write_text("\n".join(rows))
    found = read_marks(film, load_production(film).production)
    assert [one.tags for one in found.marks] == [("c",)]
    assert sorted(finding.line for finding in found.findings) == [2, 3]
    assert tags_in(" a ;b,  c d;a") == ("a", "b", "c d")


def test_nothing_of_someone_who_withdrew_is_marked_or_listed(film):
    assert answered("marks", "add", "INT01", "01:00:01:10", "01:00:05:00", "rescue", "-C", film).returncode == 0
    manifest = film / "footage_manifest.yaml"
    manifest.write_text(
        manifest.read_text().replace("Juana R., consent: {status: granted", "J, consent: {status: withdrawn")
    )
    assert json.loads(answered("marks", "list", "-C", film, "--json").stdout)["marks"] == []
    done = answered("marks", "add", "INT01", "01:00:01:10", "01:00:05:00", "a", "-C", film)
    assert (done.returncode, "withdrew" in done.stderr) == (2, True)
    done = answered("stringout", "mine", "--tag", "rescue", "-C", film)
    assert done.returncode == 2
    assert not (film / "cuts" / "mine.md").exists()


# ------------------------------------------------------------------------------------------------------- string-outs


def test_a_search_becomes_whole_sentences_that_play(film):
    done = answered("stringout", "water", "--find", "agua", "-C", film)
    assert done.returncode == 0, done.stderr
    text, chosen = quotes(film, "water")
    assert text.startswith("## INT01\n\n> INT01 01:00:0")
    # The two sentences about water follow one another: they are one passage.
    (one,) = chosen
    assert one.words == "Nos dieron agua, despacio. Y al final nos dieron agua."
    ((begin, end),) = one.pieces
    assert at_ms("INT01", "Nos") - 140 <= begin <= at_ms("INT01", "Nos")
    assert at_ms("INT01", "agua.") + 300 <= end <= at_ms("INT01", "agua.") + 440


def test_a_string_out_goes_to_the_editing_room_in_one_step(film, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = answered("stringout", "water", "--find", "agua", "--to", "edl", "-C", film, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    (made,) = told["exported"]["files"]
    text = (tmp_path / made).read_text("utf-8")
    assert told["file"] == "cuts/water.md"
    assert text.count("INT01") == told["exported"]["events"] == 2  # its picture and its sound
    _, (one,) = quotes(film, "water")
    assert one.labels[0] in text
    refused = answered("stringout", "fire", "--find", "agua", "--to", "avi", "-C", film)
    assert (refused.returncode, (film / "cuts" / "fire.md").exists()) == (2, False)


def test_a_mark_plays_its_own_words_and_no_more(film):
    begin, end = at_ms("INT01", "Salimos"), at_ms("INT01", "todavía")
    label = "01:00:{:02}:{:02}".format
    times = [label(ms // 1000, ms % 1000 // 40) for ms in (begin, end)]
    assert answered("marks", "add", "INT01", *times, "dawn", "-C", film).returncode == 0
    assert answered("stringout", "dawn", "--theme", "Dawn", "-C", film).returncode == 0
    _, (one,) = quotes(film, "dawn")
    assert one.words == "Salimos de madrugada,"


def test_nothing_is_written_over_and_nothing_found_is_said(film):
    (film / "cuts" / "water.md").write_text("mine")
    done = answered("stringout", "water", "--find", "agua", "-C", film)
    assert (done.returncode, "is there already" in done.stderr) == (2, True)
    assert (film / "cuts" / "water.md").read_text() == "mine"
    for wrong in (("--find", "elefante"), ("--tag", "nada"), ("--theme", "nada"), ("--reel", "INT9", "--find", "agua")):
        done = answered("stringout", "other", *wrong, "-C", film)
        assert (done.returncode, "Traceback" in done.stderr) == (2, False), wrong
    for name in ("../out", "a/b", "", "..", "a" * 300, "a\x1bb", ".agua", "agua\u202e", "año"):
        done = answered("stringout", name, "--find", "agua", "-C", film)
        assert (done.returncode, len(done.stderr.splitlines()), "unforeseen" in done.stderr) == (2, 1, False), name
    assert sorted(path.name for path in (film / "cuts").glob("*.md")) == ["beta.md", "water.md"]


def test_where_nothing_is_stored_of_a_reel_its_subtitles_give_the_words(film, monkeypatch):
    Hearing(monkeypatch).stored = False
    done = answered("stringout", "water", "--find", "agua", "-C", film)
    assert done.returncode == 0, done.stderr
    text = (film / "cuts" / "water.md").read_text("utf-8")
    assert "Nos dieron agua" in text
    assert "sin palabras" not in text


def said_words():
    return heard_as_said(transcript("INT01"))


def test_passages_overlap_nowhere_and_stand_in_order():
    at = at_ms("INT01", "dieron")
    wanted = [Wanted(from_ms=at + late, to_ms=at + late + 200, whole=True) for late in (3000, 0, 0)]
    found = passages(wanted, said_words(), language="es", reel_ms=60_000)
    assert [one.words[0] for one in found] == ["Nos"]
    assert [one.from_ms for one in found] == sorted(one.from_ms for one in found)


def test_a_stretch_without_words_is_played_as_it_stands():
    bare = Wanted(from_ms=30_000, to_ms=31_000, whole=False)
    (one,) = passages([bare, bare], said_words(), language="es", reel_ms=60_000)
    assert (one.from_ms, one.to_ms, one.words) == (30_000, 31_000, ())


def test_a_speaker_without_full_stops_does_not_bring_the_whole_interview():
    said = [SaidWord(text="y", start_ms=at * 300, end_ms=at * 300 + 200) for at in range(1000)]
    (one,) = passages([Wanted(from_ms=150_000, to_ms=150_100, whole=True)], said, language="es", reel_ms=None)
    assert len(one.words) <= 2 * 80


# ------------------------------------------------------------------------------------------------------------- words


def test_words_are_counted_by_speaker_and_forms_as_one(film):
    done = answered("words", "-C", film, "--json")
    counts = {one["name"]: one for one in json.loads(done.stdout)["counts"]}
    assert {name: one["words"] for name, one in counts.items()} == {
        "Juana R.": len(transcript("INT01").words),
        "Tom B.": len(transcript("INT02").words),
    }
    one = counts["Juana R."]
    assert dict(one["commonest"])["agua"] == 2
    by_form = json.loads(answered("words", "-C", film, "--lemma", "--most", "0", "--json").stdout)["counts"][0]
    assert by_form["name"] == "Juana R."
    assert by_form["different"] < one["different"]
    assert by_form["words"] == one["words"]


def test_words_of_people_who_withdrew_are_not_counted(tmp_path):
    film = film_with_subtitles(tmp_path / "film")
    assert json.loads(answered("words", "--by", "reel", "-C", film, "--json").stdout)["counts"][0]["name"] == "INT01"
    gone = MANIFEST.replace("consent: {status: granted", "consent: {status: withdrawn")
    assert gone != MANIFEST
    (film / "footage_manifest.yaml").write_text(gone)
    assert json.loads(answered("words", "--by", "reel", "-C", film, "--json").stdout)["counts"] == []
