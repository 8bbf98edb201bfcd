"""`testimonio cut convert` on a film with one numbered reel: to a paper edit, and from it to lists and timelines again."""

import shutil
import time
from dataclasses import replace
from pathlib import Path

import pytest

from footage_manifest.timecode import Clock
from pipeline.assembly import ready_cuts, road, survey
from pipeline.assembly.options import RunOptions, Step
from pipeline.cli.answering import answer
from pipeline.timeline.cut_flat import flattened
from pipeline.timeline.cut_listing import rows
from pipeline.timeline.edl import read_edl
from tests.fake_bench import SilentProgress
from tests.made_film import make_film, typed

CUT = """\
TITLE: SMALL
FCM: NON-DROP FRAME
001  CLIP     AA/V  C        00:00:00:12 00:00:01:12 01:00:00:00 01:00:01:00
002  CLIP     AA    C        00:00:02:00 00:00:02:20 01:00:01:00 01:00:01:20
003  OTHER    V     C        00:00:03:00 00:00:03:20 01:00:01:00 01:00:01:20
"""
SAID = """\
1
00:00:00,500 --> 00:00:01,400
Nos dieron agua.

2
00:00:02,000 --> 00:00:02,700
Y pan.
"""
PAPER = """\
# Prueba / Test (0s)

> CLIP 00:00:00:12-00:00:01:12: "Nos dieron agua."

> CLIP 00:00:02:00-00:00:02:20: "Y pan."  over: OTHER 00:00:03:00
"""
CARDS = """\
# Uno (1s)
> CLIP 00:00:00:12-00:00:01:12: "Nos dieron agua."
Narration: "una dos tres cuatro cinco seis siete ocho"
Music: CLIP -6 dB
![](OTHER 00:00:01:00 1s silent)
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A film that nobody has listened to, with people's subtitles of its one interview."""
    film = make_film(tmp_path_factory.mktemp("convert") / "film")
    manifest = film / "footage_manifest.yaml"
    text = manifest.read_text().replace("kind: b-roll, people: [ana]", "kind: interview, language: es, people: [ana]")
    manifest.write_text(f"{text}  OTHER: {{file: footage/other.mp4, kind: b-roll}}\n")
    shutil.copyfile(film / "footage" / "clip.mp4", film / "footage" / "other.mp4")
    with (film / "footage" / "other.mp4").open("ab") as file:
        file.write(b"\0\0\0\x08free")  # no longer the same recording
    (film / "subtitles").mkdir()
    (film / "subtitles" / "CLIP.es.srt").write_text(SAID)
    (film / "cuts" / "small.edl").write_text(CUT)
    time.sleep(2.1)  # younger files are not remembered
    return film


@pytest.fixture
def film(made, tmp_path, monkeypatch):
    """The film, the current folder being an empty one beside it; what a test adds to it is taken out again."""
    monkeypatch.chdir(tmp_path)
    own = (made / "film.yaml", made / "footage_manifest.yaml")
    before = [path.read_bytes() for path in own]
    yield made
    for path, content in zip(own, before, strict=True):
        if path.read_bytes() != content:
            path.write_bytes(content)
    for path in (made / "cuts").iterdir():
        if path.name != "small.edl":
            path.unlink() if path.is_file() else None


def timeline_of(film, source):
    """Return the cut as it would be rendered with another source, without where it was read."""
    text = (film / "film.yaml").read_text()
    (film / "film.yaml").write_text(text.replace("source: cuts/small.edl", f"source: {source}"))
    with road.opened(RunOptions(folder=film, to=Step.CLEAR), SilentProgress()) as site:
        media = survey.survey(site, ["CLIP", "OTHER"], ())
        timeline = ready_cuts.ready(site, "small", media).timeline
    (film / "film.yaml").write_text(text)
    nowhere = {"number": "", "line": 0, "source": ""}
    return [[replace(event, **nowhere) for event in events] for events in (timeline.picture, timeline.sound)]


def test_a_list_becomes_a_paper_edit_with_peoples_words_and_plays_the_same(film, capsys):
    code, document = typed(capsys, "cut", "convert", "small", "-C", film, "--to", "md")
    assert (code, document["not_carried"]) == (0, [])
    assert document["same"] == {
        "frames": 45, "other_picture_frames": 0, "other_sound_frames": 0, "first_other_frame": None,
    }  # fmt: skip
    assert Path("small.md").read_text() == PAPER
    before = timeline_of(film, "cuts/small.edl")
    (film / "cuts" / "beta.md").write_text(PAPER)
    assert timeline_of(film, "cuts/beta.md") == before


@pytest.mark.parametrize(
    ("to", "name"), [("edl", "back.edl"), ("otio", "back.otio"), ("fcp7", "back.xml"), ("fcpxml", "back.fcpxml")]
)
def test_a_paper_edit_becomes_a_list_or_timeline_that_plays_the_same(film, capsys, to, name):
    before = timeline_of(film, "cuts/small.edl")
    (film / "cuts" / "beta.md").write_text(PAPER)
    target = film / "cuts" / name
    code, document = typed(capsys, "cut", "convert", film / "cuts" / "beta.md", "-C", film, "--to", to, "-o", target)
    assert code == 0
    sources = [Path(path).relative_to(film).as_posix() for path in document["files"]]
    assert timeline_of(film, f"[{', '.join(sources)}]") == before


def test_a_file_that_is_no_cuts_source_is_read_with_the_film_around_it(film, capsys):
    Path("loose.edl").write_text("\n".join(line for line in CUT.splitlines() if " AA " not in line) + "\n")
    code, document = typed(capsys, "cut", "convert", "loose.edl", "-C", film, "--to", "md")
    assert (code, document["same"]["other_picture_frames"]) == (0, 0)
    assert "> CLIP 00:00:00:12-00:00:01:12" in Path("loose.md").read_text()
    assert "![](OTHER 00:00:03:00 0.8s silent)" in Path("loose.md").read_text()


def test_a_paper_edit_is_shown_with_its_chapters_words_and_what_is_not_recorded(film, capsys):
    (film / "cuts" / "cards.md").write_text(CARDS)
    code, document = typed(capsys, "cut", "show", film / "cuts" / "cards.md", "-C", film)
    assert code == 0
    assert document["chapters"] == [{"line": 1, "level": 1, "texts": ["Uno"], "frame": 0, "frames": 150}]
    assert document["narration"] == [{"line": 3, "words": 8, "seconds": 3.0}]
    assert document["quotes"][0]["source_in"] == "00:00:00:12"
    assert answer(["cut", "show", str(film / "cuts" / "cards.md"), "-C", str(film)]) == 0
    shown = capsys.readouterr().out
    assert "0:00.0    0:06.0  Uno (line 1)" in shown
    assert "line 3: 8 words, about 3.0 s" in shown


def test_what_a_list_cannot_hold_of_a_paper_edit_is_named(film, capsys):
    (film / "cuts" / "cards.md").write_text(CARDS)
    code, document = typed(capsys, "cut", "convert", film / "cuts" / "cards.md", "-C", film, "--to", "edl")
    assert code == 0
    said = " | ".join(document["not_carried"])
    for part in ("music of the paper edit: CLIP (line 4)", "narration of the paper edit: not recorded (line 3)"):
        assert part in said
    assert "words of the paper edit's cards (to play them from this, write them under titles): CARD01 Uno" in said


def test_a_paper_edit_and_its_list_do_not_differ_though_their_tracks_do(film, capsys):
    (film / "cuts" / "beta.md").write_text(PAPER)
    code, document = typed(capsys, "cut", "diff", "small", film / "cuts" / "beta.md", "-C", film)
    assert (code, document["same"]) == (0, True)
    (film / "cuts" / "beta.md").write_text(PAPER.replace("00:00:02:20", "00:00:02:15"))
    document = typed(capsys, "cut", "diff", "small", film / "cuts" / "beta.md", "-C", film)[1]
    assert [(one["change"], one["length_frames"]) for one in document["changes"]] == [("trimmed", -5), ("trimmed", -5)]


def test_sound_that_follows_the_picture_is_not_compared(film, capsys):
    text = (film / "film.yaml").read_text()
    (film / "film.yaml").write_text(text.replace("audience: forum", "audience: forum, sound: follow-picture"))
    code, document = typed(capsys, "cut", "convert", "small", "-C", film, "--to", "md")
    assert (code, document["same"]["other_sound_frames"]) == (0, 0)
    assert len(document["not_carried"]) == 1
    assert document["not_carried"][0].startswith("sound: follow-picture: leave it out")
    shutil.copyfile("small.md", film / "cuts" / "beta.md")
    document = typed(capsys, "cut", "diff", "small", film / "cuts" / "beta.md", "-C", film)[1]
    assert document["same"]
    assert document["notes"] == ["the sound is not compared: that of one of the cuts follows its picture"]


def test_a_paper_edit_beside_other_edits_is_refused(film, capsys):
    text = (film / "film.yaml").read_text()
    (film / "cuts" / "beta.md").write_text(PAPER)
    (film / "film.yaml").write_text(text.replace("cuts/small.edl", "[cuts/small.edl, cuts/beta.md]"))
    assert typed(capsys, "cut", "show", "small", "-C", film)[0] == 4


def test_reviewers_remarks_stand_as_notes_where_they_belong(film, capsys):
    (film / "cuts" / "small.remarks.csv").write_text('timecode,remark,name\n01:00:01:05,"too <!-- dark",Eva\n')
    assert typed(capsys, "cut", "convert", "small", "-C", film, "--to", "md")[0] == 0
    assert Path("small.md").read_text() == PAPER.replace(
        "> CLIP 00:00:02:00", "Note: 01:00:01:05 Eva: too <! -- dark\n\n> CLIP 00:00:02:00"
    )


def test_words_of_who_withdrew_are_not_written(film, capsys):
    manifest = film / "footage_manifest.yaml"
    manifest.write_text(manifest.read_text().replace("status: granted", "status: withdrawn"))
    code, document = typed(capsys, "cut", "convert", "small", "-C", film, "--to", "md")
    assert code == 0
    assert "agua" not in Path("small.md").read_text()
    assert document["not_carried"] == ["what is said by people who withdrew consent is not written: CLIP"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["none.md", "--to", "edl"], 2, "'none.md' is a paper edit, and there is no film.yaml in"),
        (["loose.edl", "--to", "md"], 2, "a paper edit names the reels of a film, and there is no film.yaml in"),
        (["small", "--to", "md", "--rate", "25", "-C", "FILM"], 2, "leave --rate out"),
        (["FILM/cuts/beta.md", "--to", "md", "-C", "FILM"], 2, "is a paper edit already"),
        (["outside.md", "--to", "edl", "-C", "FILM"], 2, "lies outside of the film"),
        (["FILM/cuts/bad.md", "--to", "edl", "-C", "FILM"], 4, "bad.md:1"),
        (["smal", "--to", "md", "-C", "FILM"], 2, "did you mean 'small'?"),
    ],
)
def test_what_cannot_be_converted_is_refused_in_one_line(film, capsys, arguments, code, said):
    for name in ("loose.edl", "outside.md"):
        Path(name).write_text(CUT if name.endswith("edl") else PAPER)
    (film / "cuts" / "beta.md").write_text(PAPER)
    (film / "cuts" / "bad.md").write_text('> NOBODY: "words"\n')
    written = [one.replace("FILM", str(film)) for one in arguments]
    assert typed(capsys, "cut", "convert", *written)[0] == code
    assert answer(["cut", "convert", *written]) == code
    shown = capsys.readouterr()
    assert said in shown.out + shown.err
    assert "Traceback" not in shown.err


def test_nothing_is_written_over(film, capsys):
    Path("small.md").write_text("mine")
    assert typed(capsys, "cut", "convert", "small", "-C", film, "--to", "md")[0] == 2
    assert Path("small.md").read_text() == "mine"


def test_pictures_that_cover_others_are_laid_flat():
    clock = Clock(25)
    below = "001 A B C 00:00:10:00 00:00:20:00 01:00:00:00 01:00:10:00\n"
    above = "001 C V C 00:00:00:00 00:00:02:00 01:00:04:00 01:00:06:00\n"
    edls = [read_edl(text.encode(), file="x.edl", clock=clock) for text in (below, above)]
    flat = flattened(rows(edls, clock), clock)
    assert [(row.side.reel, str(row.side.source_in), str(row.record_in), row.length, row.channels) for row in flat] == [
        ("A", "00:00:10:00", "01:00:00:00", 100, "V"),
        ("C", "00:00:00:00", "01:00:04:00", 50, "V"),
        ("A", "00:00:16:00", "01:00:06:00", 100, "V"),
        ("A", "00:00:10:00", "01:00:00:00", 250, "A"),
    ]


@pytest.mark.parametrize(
    ("title", "heading"),
    [
        ('""', "# small (0s)"),
        ('{es: "", en: Test}', "# Test (0s)"),
        ('{es: "Uno / dos", en: "Tres (3s)"}', "# Uno \\/ dos / Tres (3s) (0s)"),
    ],
)
def test_any_title_heads_the_paper_edit(film, capsys, title, heading):
    text = (film / "film.yaml").read_text()
    (film / "film.yaml").write_text(text.replace("{es: Prueba, en: Test}", title))
    assert typed(capsys, "cut", "convert", "small", "-C", film, "--to", "md")[0] == 0
    assert Path("small.md").read_text().splitlines()[0] == heading
