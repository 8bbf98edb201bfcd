"""What a film says beyond its edit: remarks leave as markers, and what no export holds is named by its field."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from pipeline.timeline.interchange import read_by_itself
from tests.film_folder import MANIFEST, write_film
from tests.made_film import typed

LIST = """\
TITLE: FORUM
001  INT01    AA/V  C        01:00:10:00 01:00:14:00 10:00:00:00 10:00:04:00
002  OPENING  V     C        00:00:00:00 00:00:01:00 10:00:05:00 10:00:06:00
003  INT01    V     C        01:00:20:00 01:00:24:00 10:00:06:00 10:00:08:00
M2   INT01            050.0  01:00:20:00
004  STILL07  V     C        00:00:00:00 00:00:02:00 10:00:08:00 10:00:10:00
"""
FILM = """\
title: Three days
languages: [es]
timeline: {rate: 25, size: 1280x720}
fit: blur
bug: {file: stills/bug.png}
graphics: {accent: "#102030"}
titles: {OPENING: {text: Three days}, UNUSED: {text: Nowhere}}
cuts:
  forum:
    source: cuts/forum.edl
    audience: forum
    start: "09:59:58:00"
    sound: follow-picture
    versions: {spanish: {text: es}}
    burn_in: [es]
    subtitles: {tracks: [full, sdh]}
    moves: {STILL07: push-in}
    lower_thirds: [{person: juana, at: "10:00:01:00"}]
    music: [{reel: BROLL02, at: "10:00:00:00"}]
    narration: {es: [{reel: BROLL02, at: "10:00:00:00"}]}
    ducking: {depth_db: -9.0}
    level_dialogue: true
    loudness: web
"""
ADDED = MANIFEST.replace(
    'start: "01:00:00:00"', 'start: "01:00:00:00", fit: fill, sound: {file: footage/river.mov, sync: timecode}'
).replace('credit: "..."', 'credit: "...", move: pull-out')
REMARKS = """\
timecode,remark,name,version
10:00:03:05,Más corto & <mejor>,Ana,2
10:00:04:12,black,,
10:00:07:00,faster,Luis,
09:00:00:00,early,Ana,
10:00:10:00,late,Ana,
"""
FILES = {"edl": "out.edl", "otio": "out.otio", "fcp7": "out.xml", "fcpxml": "out.fcpxml"}
WANTED = [(80, "Ana (v2)", "Más corto & <mejor>"), (112, "", "black"), (175, "Luis", "faster")]


@pytest.fixture
def film(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A film whose media are no media, with a list of its own; the current folder is beside it."""
    folder = tmp_path / "film"
    folder.mkdir()
    write_film(folder, FILM, MANIFEST)
    (folder / "cuts" / "forum.edl").write_text(LIST)
    (folder / "stills" / "bug.png").write_bytes(b"not looked into")
    monkeypatch.chdir(tmp_path)
    return folder


def exported(capsys: pytest.CaptureFixture[str], film: Path, to: str) -> list[str]:
    code, document = typed(capsys, "cut", "export", "forum", "-C", film, "--to", to, "-o", FILES[to])
    assert code == 0, document
    return list(document["not_carried"])


@pytest.mark.parametrize("to", FILES)
def test_everything_that_a_film_adds_is_named_by_its_field(
    film: Path, capsys: pytest.CaptureFixture[str], to: str
) -> None:
    (film / "footage_manifest.yaml").write_text(ADDED)
    said = [line.partition(" (")[0] for line in exported(capsys, film, to)]
    of_cut = "music narration ducking sound level_dialogue loudness lower_thirds moves burn_in subtitles versions start"
    wanted = [f"cuts.forum.{field}" for field in of_cut.split()]
    wanted += [
        "fit",
        "bug",
        "titles.OPENING",
        "graphics",
        "reels.INT01.sound",
        "reels.INT01.fit",
        "stills.STILL07.move",
    ]
    assert [field for field in said if " " not in field] == wanted


def test_what_a_film_does_not_say_is_not_said_to_be_missing(film: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plain = "title: T\nlanguages: [es]\ntimeline: {rate: 25, size: 1280x720}\n"
    (film / "film.yaml").write_text(plain + "cuts: {forum: {source: cuts/forum.edl, audience: forum}}\n")
    (film / "cuts" / "forum.edl").write_text(LIST.replace("OPENING", "STILL07"))
    assert exported(capsys, film, "edl") == []


def markers_of_a_list(text: str) -> list[tuple[int, str, str]]:
    found = []
    for line in text.splitlines():
        if line.startswith("* LOC: "):
            label, colour, said = line.removeprefix("* LOC: ").split(maxsplit=2)
            assert colour == "RED"
            *whose, what = said.split(": ", maxsplit=1)
            hours, minutes, seconds, frames = map(int, label.split(":"))
            assert (hours, minutes) == (10, 0)
            found.append((seconds * 25 + frames, "".join(whose), what))
    return found


def markers_of_otio(text: str) -> list[tuple[int, str, str]]:
    stack = json.loads(text)["tracks"]
    ranges = [one["marked_range"] for one in stack["markers"]]
    assert all((one["start_time"]["rate"], one["duration"]["value"]) == (25, 1) for one in ranges)
    return [(one["marked_range"]["start_time"]["value"], one["name"], one["comment"]) for one in stack["markers"]]


def markers_of_fcp7(text: str) -> list[tuple[int, str, str]]:
    found = ET.fromstring(text).findall("sequence/marker")  # noqa: S314 - our own
    assert {one.findtext("out") for one in found} == {"-1"}
    return [(int(one.findtext("in") or ""), one.findtext("name") or "", one.findtext("comment") or "") for one in found]


def markers_of_fcpxml(text: str) -> list[tuple[int, str, str]]:
    found = []
    for clip in ET.fromstring(text).findall("library/event/project/sequence/spine/*"):  # noqa: S314 - our own
        for one in clip.findall("marker"):
            assert one.get("duration") == "1/25s"
            at = frames(one, "start") - frames(clip, "start")
            assert 0 <= at < frames(clip, "duration")
            found.append((frames(clip, "offset") + at, one.get("note", ""), one.get("value", "")))
    return found


def frames(element: ET.Element, name: str) -> int:
    seconds, _, parts = element.get(name, "").removesuffix("s").partition("/")
    return int(seconds) * 25 // int(parts or 1)


READERS = {"edl": markers_of_a_list, "otio": markers_of_otio, "fcp7": markers_of_fcp7, "fcpxml": markers_of_fcpxml}


@pytest.mark.parametrize("to", FILES)
def test_remarks_leave_as_markers_at_their_frames_and_the_edit_stays_as_it_is(
    film: Path, capsys: pytest.CaptureFixture[str], to: str
) -> None:
    before = played(capsys, film, to)
    Path(FILES[to]).unlink()
    (film / "cuts" / "forum.remarks.csv").write_text(REMARKS)
    told = exported(capsys, film, to)
    assert READERS[to](Path(FILES[to]).read_text()) == WANTED
    outside = "remarks before or after the edit's events are left out: 09:00:00:00 (line 5), 10:00:10:00 (line 6)"
    assert outside in told
    Path(FILES[to]).unlink()
    assert played(capsys, film, to) == before


def played(capsys: pytest.CaptureFixture[str], film: Path, to: str) -> object:
    exported(capsys, film, to)
    document = typed(capsys, "cut", "show", FILES[to], *(["--rate", "25"] if to == "edl" else []))[1]
    assert document["events"]
    return [{**one, "line": 0, "outgoing": None} for one in document["events"]]


def test_a_marker_stands_in_the_list_after_the_event_that_it_marks(
    film: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (film / "cuts" / "forum.remarks.csv").write_text(REMARKS)
    exported(capsys, film, "edl")
    heads = [line[:3] for line in Path("out.edl").read_text().splitlines() if line[:1].isdigit() or "LOC" in line]
    assert heads == ["001", "* L", "* L", "002", "003", "* L", "004"]


def test_long_remarks_are_cut_off_in_a_list_and_that_is_said(film: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (film / "cuts" / "forum.remarks.csv").write_text(f"10:00:03:05,{'long ' * 50}end,Ana\n")
    assert "markers of more than 200 characters are cut off: 10:00:03:05" in exported(capsys, film, "edl")
    assert not any("cut off" in line for line in exported(capsys, film, "otio"))
    assert "long end" in Path("out.otio").read_text()


@pytest.mark.parametrize("to", ["otio", "fcp7", "fcpxml"])
def test_clips_without_files_are_named_and_cards_are_none(
    film: Path, capsys: pytest.CaptureFixture[str], to: str
) -> None:
    assert not any("nothing says where" in line or "where these reels" in line for line in exported(capsys, film, to))
    Path(FILES[to]).unlink()
    Path("bare.edl").write_text(LIST + "* FROM CLIP NAME: river.jpg\n")
    told = typed(capsys, "cut", "export", "bare.edl", "--rate", "25", "--to", to, "-o", FILES[to])[1]["not_carried"]
    missing = "nothing says where these files are: relink them by reel or name: 'INT01', 'OPENING', 'river.jpg'"
    assert missing in told


def test_a_list_says_which_reels_count_at_another_rate(film: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = MANIFEST.replace('start: "01:00:00:00"', 'start: "01:00:00:00", timecode_rate: 24')
    (film / "footage_manifest.yaml").write_text(text)
    line = (
        "source labels of reel INT01 count at 24, which an EDL does not say: state its timecode_rate where it is read"
    )
    assert exported(capsys, film, "edl").count(line) == 1
    assert line not in exported(capsys, film, "otio")


@pytest.mark.parametrize(("suffix", "adapter"), [(".otio", "otio_json"), (".xml", "fcp_xml")])
def test_openTimelineIO_finds_the_markers(  # noqa: N802 - its name
    film: Path, capsys: pytest.CaptureFixture[str], suffix: str, adapter: str
) -> None:
    import opentimelineio  # noqa: PLC0415 - the oracle

    (film / "cuts" / "forum.remarks.csv").write_text(REMARKS)
    exported(capsys, film, "otio" if suffix == ".otio" else "fcp7")
    text = Path(f"out{suffix}").read_text()
    found = opentimelineio.adapters.read_from_string(text, adapter).tracks.markers
    assert [(one.marked_range.start_time.value, one.name) for one in found] == [(at, name) for at, name, _ in WANTED]
    edls, _ = read_by_itself(text.encode(), file=f"out{suffix}")
    assert sum(len(edl.events) for edl in edls) > 0
