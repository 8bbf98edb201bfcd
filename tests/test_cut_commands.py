"""`testimonio cut show|diff|export`, as typed: on a film's cut and on bare files, in words and as data."""

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from footage_manifest.timecode import Clock
from pipeline.assembly import ready_cuts, road, survey
from pipeline.assembly.options import RunOptions, Step
from pipeline.cli.answering import answer
from pipeline.timeline.edl import read_edl
from pipeline.timeline.interchange import read_by_itself
from tests.fake_bench import SilentProgress
from tests.film_folder import FILM, write_film
from tests.made_film import EDL as SMALL
from tests.made_film import make_film, typed
from tests.timelines import fcp7, fcp7_clip, otio, otio_clip, otio_gap, otio_track, otio_transition

LIST = """\
TITLE: FORUM
FCM: NON-DROP FRAME
001  INT01    AA/V  C        01:00:10:00 01:00:14:00 10:00:00:00 10:00:04:00
* FROM CLIP NAME: int01.mp4
002  INT01    V     C        01:00:14:00 01:00:14:00 10:00:04:00 10:00:04:00
002  BROLL02  V     D    025 00:00:02:00 00:00:07:00 10:00:04:00 10:00:09:00
003  BROLL02  V     C        00:00:20:00 00:00:24:00 10:00:09:00 10:00:11:00
M2   BROLL02        050.0    00:00:20:00
"""
SIXTY = "001 A V C 00:00:01;00 00:00:02;00 01:00:00;00 01:00:01;00\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A film whose media are no media, and a list beside it; the current folder."""
    film = tmp_path / "film"
    film.mkdir()
    write_film(film)
    (film / "cuts" / "forum.edl").write_text(LIST)
    (tmp_path / "bare.edl").write_text(LIST)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def events(document):
    return [
        (one["number"], one["reel"], one["channels"], one["transition"], one["source_in_frame"], one["record_in_frame"])
        for one in document["events"]
    ]


def test_a_bare_list_is_shown_at_the_rate_that_was_said(folder, capsys):
    code, document = typed(capsys, "cut", "show", "bare.edl", "--rate", "25")
    assert (code, document["rate"]) == (0, "25")
    assert events(document) == [
        ("001", "INT01", "AA/V", "C", 90250, 900000),
        ("002", "BROLL02", "V", "D", 50, 900100),
        ("003", "BROLL02", "V", "C", 500, 900225),
    ]
    first, second, third = document["events"]
    assert (first["clip_name"], first["source_out"], first["record_out"]) == ("int01.mp4", "01:00:14:00", "10:00:04:00")
    assert (first["speed"], third["speed"], second["transition_frames"]) == (1, 2, 25)
    assert (second["outgoing"]["reel"], second["outgoing"]["source_in_frame"]) == ("INT01", 90350)
    assert [one["line"] for one in document["events"]] == [3, 6, 7]


def test_a_films_cut_is_shown_by_name_and_counts_on_the_films_clock(folder, capsys):
    of_film = typed(capsys, "cut", "show", "forum", "-C", "film")[1]
    bare = typed(capsys, "cut", "show", "bare.edl", "--rate", "25")[1]
    assert events(of_film) == events(bare)
    assert {one["file"] for one in of_film["events"]} == {"cuts/forum.edl"}


def test_people_get_a_table_in_which_no_timecode_is_cut_short(folder, capsys):
    assert answer(["cut", "show", "bare.edl", "--rate", "25"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert (
        " ".join(lines[1].split()) == "001 INT01 AA/V C 01:00:10:00 01:00:14:00 10:00:00:00 10:00:04:00 100 int01.mp4"
    )
    assert lines[2].split()[3:5] == ["D", "025"]
    assert lines[-1] == "3 events at 25 frames a second"


@pytest.mark.parametrize(
    ("rate", "exact"),
    [
        ("24", "24"),
        ("23.976", "24000/1001"),
        ("29.97", "30000/1001"),
        ("30000/1001", "30000/1001"),
        ("59.94", "60000/1001"),
    ],
)
def test_rates_are_understood_as_the_trade_writes_them(folder, capsys, rate, exact):
    (folder / "a.edl").write_text("001 A V C 00:00:01:00 00:00:02:00 01:00:00:00 01:00:01:00\n")
    assert typed(capsys, "cut", "show", "a.edl", "--rate", rate)[1]["rate"] == exact


def test_drop_frame_is_read_from_the_list(folder, capsys):
    (folder / "a.edl").write_text(SIXTY)
    document = typed(capsys, "cut", "show", "a.edl", "--rate", "29.97")[1]
    assert (document["drop_frame"], document["events"][0]["record_in_frame"]) == (True, 107892)
    (folder / "b.edl").write_text("FCM: DROP FRAME\n" + SIXTY.replace(";", ":"))
    marked = typed(capsys, "cut", "show", "b.edl", "--rate", "29.97")[1]
    assert marked["events"][0]["record_in"] == "01:00:00;00"
    assert marked["events"][0]["source_in"] == "00:00:01;00"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["bare.edl"], 2, "an EDL does not say at which rate it counts; say it with --rate"),
        (["bare.edl", "--rate", "fast"], 2, "--rate: 'fast' is no rate of a timeline"),
        (["bare.edl", "--rate", "17"], 2, "--rate: '17' is no rate of a timeline"),
        (["none.edl"], 2, "there is no file 'none.edl'"),
        (["forun", "-C", "film"], 2, "did you mean 'forum'?"),
        (["forum", "-C", "film", "--rate", "24"], 2, "the film counts 25 frames a second"),
        (["forum"], 3, "film.yaml"),
        (["wrong.edl", "--rate", "25"], 4, "wrong.edl:1: event 001 record out: 01:00:00:30 does not exist at 25"),
        (
            ["source.edl", "--rate", "25"],
            4,
            "source.edl:1: event 001: source timecode 00:00:01:28 does not exist at 25",
        ),
        (["drop.edl", "--rate", "30"], 4, "drop.edl:1: the list counts drop-frame"),
        (["both.edl", "--rate", "29.97"], 4, "the list begins the other way"),
        (["binary.otio"], 4, "binary.otio:2: this is no JSON"),
        (["binary.edl", "--rate", "25"], 4, "binary.edl:1:"),
        (["film"], 3, "film.yaml"),
    ],
)
def test_what_cannot_be_shown_is_said_in_one_line(folder, capsys, arguments, code, said):
    (folder / "wrong.edl").write_text("001 A V C 00:00:01:00 00:00:02:00 01:00:00:00 01:00:00:30\n")
    (folder / "source.edl").write_text("001 A V C 00:00:01:28 00:00:02:00 01:00:00:00 01:00:01:00\n")
    (folder / "drop.edl").write_text(SIXTY)
    (folder / "both.edl").write_text(
        "FCM: NON-DROP FRAME\n001 A V C 00:00:01:00 00:00:02:00 01:00:00:00 01:00:01:00\n"
        + SIXTY.replace("01:00:00;00 01:00:01;00", "01:00:01;00 01:00:02;00")
    )
    (folder / "binary.otio").write_bytes(bytes(range(256)))
    (folder / "binary.edl").write_bytes(bytes(range(256)))
    done, document = typed(capsys, "cut", "show", *arguments)
    assert done == code
    assert any(said in line for line in document["problems"]), document["problems"]


def test_hostile_names_are_printed_harmlessly(folder, capsys):
    (folder / "a.edl").write_text(
        "001 A V C 00:00:01:00 00:00:02:00 01:00:00:00 01:00:01:00\n* FROM CLIP NAME: [red]x\u202e\u009b2J\n"
    )
    assert answer(["cut", "show", "a.edl", "--rate", "25"]) == 0
    said = capsys.readouterr().out
    assert "[red]x<U+202E><U+009B>2J" in said


def test_a_timeline_says_its_rate_itself(folder, capsys):
    (folder / "a.otio").write_bytes(
        otio(otio_track(otio_clip("x", 100, 50), otio_gap(5), otio_clip("y", 0, 5)), rate=25)
    )
    (folder / "a.xml").write_bytes(fcp7(fcp7_clip(0, 50, 100, 150)))
    assert [one["record_in_frame"] for one in typed(capsys, "cut", "show", "a.otio")[1]["events"]] == [90000, 90055]
    shown = typed(capsys, "cut", "show", "a.xml")[1]
    assert (shown["rate"], shown["events"][0]["source_in_frame"], shown["tracks"]) == ("25", 90100, 1)


# ------------------------------------------------------------------------------------------------------------------ compare


def changed(folder, capsys, old, new):
    (folder / "old.edl").write_text(old)
    (folder / "new.edl").write_text(new)
    code, document = typed(capsys, "cut", "diff", "old.edl", "new.edl", "--rate", "25")
    assert code == 0
    return document["changes"]


def numbered(*shots):
    """Return a list of cuts: (reel, source in, length), one after the other from 01:00:00:00."""
    clock, at = Clock(Fraction(25)), 90_000
    lines = []
    for number, (reel, first, length) in enumerate(shots, 1):
        labels = " ".join(str(clock.label(frame)) for frame in (first, first + length, at, at + length))
        lines.append(f"{number:03} {reel} V C {labels}")
        at += length
    return "\n".join(lines) + "\n"


SHOTS = [("A", 0, 50), ("B", 100, 75), ("A", 200, 30), ("C", 0, 100), ("B", 400, 60)]


def test_one_inserted_shot_is_added_and_the_rest_moved_together(folder, capsys):
    changes = changed(folder, capsys, numbered(*SHOTS), numbered(*SHOTS[:2], ("D", 7, 50), *SHOTS[2:]))
    assert [(one["change"], one["moved_frames"], len(one["events_after"])) for one in changes] == [
        ("added", 0, 1),
        ("moved", 50, 3),
    ]
    assert changes[1]["text"] == "moved +50 frames: 3 events, from A at 01:00:07:00 (event 004, V) to B at 01:00:12:05"


def test_a_trimmed_shot_says_where_and_by_how_much(folder, capsys):
    shots = [*SHOTS[:1], ("B", 110, 60), *SHOTS[2:]]
    changes = changed(folder, capsys, numbered(*SHOTS), numbered(*shots))
    assert [
        (one["change"], one["head_frames"], one["tail_frames"], one["length_frames"], one["moved_frames"])
        for one in changes
    ] == [
        ("trimmed", 10, 5, -15, 0),
        ("moved", 0, 0, 0, -15),
    ]


def test_a_replaced_a_removed_and_a_reordered_shot(folder, capsys):
    replaced = changed(folder, capsys, numbered(*SHOTS), numbered(*SHOTS[:3], ("D", 0, 100), *SHOTS[4:]))
    assert [(one["change"], one["events_before"][0]["reel"], one["events_after"][0]["reel"]) for one in replaced] == [
        ("replaced", "C", "D")
    ]
    removed = changed(folder, capsys, numbered(*SHOTS), numbered(*SHOTS[:3], *SHOTS[4:]))
    assert [(one["change"], one["moved_frames"]) for one in removed] == [("removed", 0), ("moved", -100)]
    swapped = changed(folder, capsys, numbered(*SHOTS), numbered(*SHOTS[:3], SHOTS[4], SHOTS[3]))
    assert [(one["change"], one["moved_frames"]) for one in swapped] == [("moved", -100), ("moved", 60)]


def test_a_changed_transition_or_speed_is_named(folder, capsys):
    new = LIST.replace("D    025", "D    012").replace("050.0", "100.0").replace("00:00:24:00", "00:00:28:00")
    assert [one["parts"] for one in changed(folder, capsys, LIST, new)] == [
        ["transition D 025 -> D 012"],
        ["speed 200 % -> 400 %"],
    ]


def test_the_same_cut_in_another_format_is_the_same(folder, capsys):
    for to in ("otio", "fcp7", "fcpxml", "edl"):
        typed(
            capsys,
            "cut",
            "export",
            "bare.edl",
            "--rate",
            "25",
            "--to",
            to,
            "-o",
            f"out.{to}" if to != "fcp7" else "out.xml",
        )
    for name in ("out.otio", "out.xml", "out.fcpxml", "out.edl"):
        document = typed(capsys, "cut", "diff", "out.edl", name, "--rate", "25")[1]
        assert [one for one in document["changes"] if "V" in one["events_after"][0].get("reel", "")] == []
    assert typed(capsys, "cut", "diff", "bare.edl", "out.edl", "--rate", "25")[1]["same"]


def test_cuts_of_two_rates_are_not_compared(folder, capsys):
    (folder / "a.otio").write_bytes(otio(otio_track(otio_clip("x", 0, 48, rate=24)), start=0, rate=24))
    (folder / "a.xml").write_bytes(fcp7(fcp7_clip(0, 50, 100, 150)))
    code, document = typed(capsys, "cut", "diff", "a.otio", "a.xml")
    assert code == 2
    assert "a.otio counts 24 frames a second, and a.xml 25" in document["problems"][0]


# ------------------------------------------------------------------------------------------------------------------- export


def test_an_export_is_written_once_and_never_over_anything(folder, capsys):
    first = typed(capsys, "cut", "export", "bare.edl", "--rate", "25", "--to", "otio")
    assert (first[0], first[1]["files"], first[1]["unchanged"]) == (0, ["bare.otio"], [])
    again = typed(capsys, "cut", "export", "bare.edl", "--rate", "25", "--to", "otio")
    assert (again[0], again[1]["unchanged"]) == (0, ["bare.otio"])
    Path("bare.otio").write_text("mine")
    code, document = typed(capsys, "cut", "export", "bare.edl", "--rate", "25", "--to", "otio")
    assert code == 2
    assert "'bare.otio' is there already and holds something else" in document["problems"][0]
    assert Path("bare.otio").read_text() == "mine"
    assert typed(capsys, "cut", "export", "bare.edl", "--rate", "25", "--to", "edl", "-o", "none/x.edl")[0] == 1


def test_a_list_for_each_picture_track(folder, capsys):
    low, high = otio_track(otio_clip("a", 0, 50)), otio_track(otio_gap(5), otio_clip("b", 0, 5))
    sound = otio_track(otio_clip("a", 0, 50, metadata={"testimonio": {"channels": [1]}}), kind="Audio")
    (folder / "a.otio").write_bytes(otio(low, high, sound))
    document = typed(capsys, "cut", "export", "a.otio", "--to", "edl")[1]
    assert document["files"] == ["a.edl", "a.v2.edl"]
    assert "a list holds one picture track: the upper ones are lists of their own" in document["not_carried"]
    first = read_edl(Path("a.edl").read_bytes(), file="a.edl", clock=Clock(Fraction(25)))
    assert [str(event.channels) for event in first.events] == ["picture", "sound 1"]
    assert len(read_edl(Path("a.v2.edl").read_bytes(), file="a.edl", clock=Clock(Fraction(25))).events) == 1


def test_more_than_999_events_are_numbered_on(folder, capsys):
    (folder / "long.otio").write_bytes(otio(otio_track(*(otio_clip("a", at, 2) for at in range(1005)))))
    document = typed(capsys, "cut", "export", "long.otio", "--to", "edl")[1]
    lines = [line for line in Path("long.edl").read_text().splitlines() if line[:1].isdigit()]
    assert [lines[998][:6], lines[999][:6], len(lines)] == ["999   ", "1000  ", 1005]
    assert any("999" in line for line in document["not_carried"])


def test_what_a_format_cannot_carry_is_listed(folder, capsys):
    wipe = LIST.replace("D    025", "W001 025") + "* LOC: 10:00:10:00 RED look\n"
    (folder / "wipe.edl").write_text(wipe)
    told = typed(capsys, "cut", "export", "wipe.edl", "--rate", "25", "--to", "fcpxml")[1]["not_carried"]
    assert "wipes are written as dissolves: event 002 (line 6)" in told
    assert "comments (LOC) are not carried: event 003 (line 7)" in told
    assert answer(["cut", "export", "wipe.edl", "--rate", "25", "--to", "otio"]) == 0
    said = capsys.readouterr().out
    assert "not carried: comments (LOC) are not carried: event 003 (line 7)" in said
    assert "wipe" not in said.replace("wipe.otio", "")
    kept = typed(capsys, "cut", "export", "wipe.edl", "--rate", "25", "--to", "edl", "-o", "kept.edl")[1]
    assert kept["not_carried"] == []
    assert "* LOC: 10:00:10:00 RED look" in Path("kept.edl").read_text()


def test_what_a_reader_could_not_carry_is_listed_too(folder, capsys):
    (folder / "a.xml").write_bytes(fcp7(fcp7_clip(0, 50, 0, 50, enabled="FALSE") + fcp7_clip(50, 60, 0, 10)))
    told = typed(capsys, "cut", "export", "a.xml", "--to", "edl")[1]["not_carried"]
    assert any("a disabled clip is left out" in line for line in told)


def test_a_split_edit_is_kept_in_a_list_and_written_out_elsewhere(folder, capsys):
    split = (
        "001 A B C 00:00:10:00 00:00:14:00 01:00:00:00 01:00:04:00\nSPLIT: AUDIO DELAY= 00:00:00:12\n"
        "002 B B C 00:00:10:00 00:00:14:00 01:00:04:00 01:00:08:00\n"
    )
    (folder / "s.edl").write_text(split)
    typed(capsys, "cut", "export", "s.edl", "--rate", "25", "--to", "edl", "-o", "t.edl")
    assert typed(capsys, "cut", "diff", "s.edl", "t.edl", "--rate", "25")[1]["same"]
    typed(capsys, "cut", "export", "s.edl", "--rate", "25", "--to", "otio")
    shown = typed(capsys, "cut", "show", "s.otio")[1]["events"]
    assert [
        (one["channels"], one["source_in_frame"], one["record_in_frame"]) for one in shown if one["reel"] == "A"
    ] == [
        ("V", 250, 90000),
        ("A", 262, 90012),
    ]


def test_a_cut_whose_media_cannot_be_read_is_exported_by_its_manifest_and_that_is_said(folder, capsys):
    code, document = typed(capsys, "cut", "export", "forum", "-C", "film", "--to", "fcp7")
    assert code == 0
    assert any("timecode could not be read" in line for line in document["not_carried"])
    edls, _ = read_by_itself(Path("forum.xml").read_bytes(), file="forum.xml")
    sides = {event.incoming.reel: event.incoming for edl in edls for event in edl.events}
    assert sides["INT01"].span == (10, 14)
    assert sides["BROLL02"].span is None
    assert (folder / "film/footage/int01.mp4").as_uri().removeprefix("file://") in Path("forum.xml").read_text()


@pytest.mark.parametrize("to", ["otio", "fcp7", "fcpxml"])
def test_a_film_plays_the_same_from_what_was_exported(tmp_path, capsys, to):
    film = make_film(tmp_path / "film")
    name = {"otio": "back.otio", "fcp7": "back.xml", "fcpxml": "back.fcpxml"}[to]
    code, document = typed(capsys, "cut", "export", "small", "-C", film, "--to", to, "-o", film / "cuts" / name)
    assert (code, document["not_carried"]) == (0, [])
    before = timeline_of(film)
    settings = film / "film.yaml"
    settings.write_text(settings.read_text().replace("cuts/small.edl", f"cuts/{name}"))
    after = timeline_of(film)
    assert after.picture == before.picture
    assert after.sound == before.sound
    assert (after.frames, after.record_zero) == (before.frames, before.record_zero)
    assert "BROLL" not in SMALL


def test_a_films_timeline_becomes_a_list_with_its_reels_own_labels(folder, capsys):
    film = folder / "film"
    (film / "cuts" / "forum.xml").write_bytes(fcp7(fcp7_clip(0, 50, 100, 150).replace("01:00:00:00", "00:00:00:00")))
    (film / "film.yaml").write_text(FILM.replace("cuts/forum.edl", "cuts/forum.xml"))
    assert typed(capsys, "cut", "export", "forum", "-C", film, "--to", "edl")[0] == 0
    assert "INT01    V     C        01:00:04:00 01:00:06:00" in Path("forum.edl").read_text().replace("int01", "INT01")


def timeline_of(film):
    """Return the film's one cut as it would be rendered, without where it was read."""
    with road.opened(RunOptions(folder=film, to=Step.CLEAR), SilentProgress()) as site:
        media = survey.survey(site, ["CLIP"], ())
        timeline = ready_cuts.ready(site, "small", media).timeline
    nowhere = {"number": "", "line": 0, "source": ""}
    return replace(
        timeline,
        picture=tuple(replace(event, **nowhere) for event in timeline.picture),
        sound=tuple(replace(event, **nowhere) for event in timeline.sound),
    )


def test_a_film_takes_every_kind_of_edit(folder, capsys):
    for name in ("forum.otio", "forum.xml", "forum.fcpxml", "forum.md"):
        (folder / "film" / "cuts" / name).write_text("nothing")
        (folder / "film" / "film.yaml").write_text(FILM.replace("cuts/forum.edl", f"cuts/{name}"))
        assert not any("not built" in line for line in typed(capsys, "check", "film")[1]["problems"])
        assert typed(capsys, "cut", "show", "forum", "-C", "film")[0] == 4


def test_dissolves_count_in_the_timeline_as_in_the_list(folder, capsys):
    (folder / "a.otio").write_bytes(
        otio(otio_track(otio_clip("x", 100, 50), otio_transition(5, 7), otio_clip("y", 50, 50)))
    )
    shown = typed(capsys, "cut", "show", "a.otio")[1]["events"]
    assert [(one["transition"], one["transition_frames"], one["record_in_frame"]) for one in shown] == [
        ("C", 0, 90000),
        ("D", 12, 90045),
    ]
    assert json.loads(Path("a.otio").read_bytes())["name"] == "Cut"


def test_a_list_whose_sides_do_not_last_alike_is_told_so(folder, capsys):
    (folder / "a.edl").write_text("001 A V C 00:00:01:00 00:00:03:00 01:00:00:00 01:00:01:00\n")
    told = typed(capsys, "cut", "export", "a.edl", "--rate", "25", "--to", "otio")[1]["not_carried"]
    assert "sources last longer or shorter than their record side, whose length is written: event 001 (line 1)" in told


def test_a_dissolve_may_leave_a_clip_at_another_speed_in_the_middle_of_a_frame(folder, capsys):
    text = (
        "001 A V C 00:00:10:00 00:00:12:21 01:00:00:00 01:00:02:02\nM2 A 035.0 00:00:10:00\n"
        "002 A V C 00:00:12:22 00:00:12:22 01:00:02:02 01:00:02:02\n"
        "002 B V D 010 00:00:00:00 00:00:02:00 01:00:02:02 01:00:04:02\n"
    )
    (folder / "a.edl").write_text(text)
    for to in ("otio", "fcp7", "fcpxml"):
        assert typed(capsys, "cut", "export", "a.edl", "--rate", "25", "--to", to)[0] == 0
    for name in ("a.otio", "a.xml", "a.fcpxml"):
        shown = typed(capsys, "cut", "show", name)[1]["events"]
        assert [(one["reel"], one["speed"], one["record_in_frame"]) for one in shown] == [
            ("A", 1.4, 90000),
            ("B", 1, 90052),
        ]
        assert shown[1]["outgoing"]["speed"] == 1.4


def test_a_file_called_like_black_is_not_black(folder, capsys):
    clips = otio_clip("BL", 0, 5, url="BL.mov"), otio_clip("x", 0, 5)
    (folder / "a.otio").write_bytes(otio(otio_track(*clips)))
    shown = typed(capsys, "cut", "show", "a.otio")[1]["events"]
    assert [(one["reel"], one["clip_name"]) for one in shown] == [("AX", "BL"), ("x", "x")]


@pytest.mark.parametrize(
    ("to", "name"), [("otio", "s.otio"), ("fcp7", "s.xml"), ("fcpxml", "s.fcpxml"), ("edl", "t.edl")]
)
def test_stereo_sound_that_fades_to_black_keeps_both_channels(folder, capsys, to, name):
    text = (
        "001 AX AA C 00:00:10:00 00:00:12:00 01:00:00:00 01:00:02:00\n* FROM CLIP NAME: a.wav\n"
        "002 AX AA C 00:00:12:00 00:00:12:00 01:00:02:00 01:00:02:00\n"
        "002 BL AA D 010 00:00:00:00 00:00:00:10 01:00:02:00 01:00:02:10\n* FROM CLIP NAME: a.wav\n* TO CLIP NAME: BL\n"
    )
    (folder / "s.edl").write_text(text)
    typed(capsys, "cut", "export", "s.edl", "--rate", "25", "--to", to, "-o", name)
    assert typed(capsys, "cut", "diff", "s.edl", name, "--rate", "25")[1]["changes"] == []
