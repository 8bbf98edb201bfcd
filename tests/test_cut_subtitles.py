"""A cut's own subtitle files through the command line, on the small film."""

import json
from pathlib import Path

import av
import pytest
from av.stream import Disposition

from tests.made_film import typed
from tests.small_film import copy_of

OWN = "subtitles/cuts/small.en.srt"
STATE = "subtitles/state/cuts/small.en.json"


@pytest.fixture(scope="module")
def cut_film(heard_film: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small film with subtitles handed over, its last event ended in the middle of a sentence."""
    film = copy_of(heard_film, tmp_path_factory.mktemp("cut") / "film")
    edl = film / "cuts" / "small.edl"
    edl.write_text(edl.read_text("utf-8").split("002  INT01")[0].replace("06:12", "04:00").replace("06:00", "03:13"))
    settings = film / "film.yaml"
    settings.write_text(settings.read_text("utf-8").replace(", burn_in: [es+en]", ""), "utf-8")
    (film / "subtitles").mkdir()
    (film / "subtitles" / "INT01.en.srt").write_text(
        "1\n00:00:00,700 --> 00:00:02,000\nWe left at night.\n\n"
        "2\n00:00:02,600 --> 00:00:05,700\nThere were seven of us, with very little water.\n",
        "utf-8",
    )
    return film


@pytest.fixture
def film(cut_film: Path, tmp_path: Path) -> Path:
    return copy_of(cut_film, tmp_path / "film")


def run(film: Path, capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, dict]:
    return typed(capsys, "run", film, *options)


def start(film: Path, capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, dict]:
    return typed(capsys, "subtitles", "cut", film, "small", "--language", "en", *options)


def test_a_cut_gets_a_file_of_its_own_that_stays_as_its_people_leave_it(film, capsys):
    _, before = run(film, capsys, "--to", "retime")
    assert any("only a part" in line for line in before["cuts"][0]["problems"])
    assert not (film / OWN).exists()
    status, made = start(film, capsys)
    assert (status, made["made"], [cue["text"] for cue in made["partly"]]) == (
        0, True, ["There were seven of us, with very little water."],
    )  # fmt: skip
    assert (film / STATE).is_file()
    _, accepted = run(film, capsys, "--to", "retime")
    assert not any("only a part" in line for line in accepted["cuts"][0]["problems"])
    (film / OWN).write_bytes(b"\xef\xbb\xbf1\r\n00:00:02,120 --> 00:00:03,500\r\nThere were seven\r\n")
    content = (film / OWN).read_bytes()
    status, _ = run(film, capsys)
    assert (status, (film / OWN).read_bytes()) == (0, content)
    delivered = film / "deliverables" / "small" / "small.en.srt"
    assert "There were seven\n" in delivered.read_text("utf-8")
    assert "water" not in delivered.read_text("utf-8")
    known = (film / STATE).read_bytes()
    status, again = run(film, capsys)
    assert (status, again["cuts"][0]["unchanged"], (film / STATE).read_bytes()) == (0, True, known)


def test_a_file_that_is_there_is_looked_at_and_may_be_approved(film, capsys):
    start(film, capsys)
    content = (film / OWN).read_bytes()
    status, found = start(film, capsys)
    assert (status, found["made"], found["partly"], len(found["own"])) == (0, False, [], 1)
    _, approved = start(film, capsys, "--approve")
    assert (approved["approved"], (film / OWN).read_bytes()) == (1, content)
    assert start(film, capsys)[1]["approved"] == 1
    (film / OWN).write_bytes(content.replace(b"seven", b"eight"))
    assert start(film, capsys)[1]["approved"] == 0
    status, document = run(film, capsys, "--to", "retime")
    assert status == 0, document


@pytest.mark.parametrize(
    ("content", "named"), [(b"", OWN), (b"no subtitles at all", OWN), (b"1\n00:00:01,000 --> x\nhello\n", OWN)]
)
def test_a_file_that_cannot_be_read_keeps_the_cut_from_being_made(film, capsys, content, named):
    (film / OWN).parent.mkdir(parents=True)
    (film / OWN).write_bytes(content)
    status, document = run(film, capsys, "--to", "retime")
    assert status == 5
    assert named in str(document["cuts"][0]["problems"])
    assert (film / OWN).read_bytes() == content


def test_a_broken_state_is_named_and_left_alone(film, capsys):
    start(film, capsys)
    (film / STATE).write_text("{}")
    status, document = run(film, capsys, "--to", "retime")
    assert (status, STATE in str(document["cuts"][0]["problems"])) == (5, True)
    assert (film / STATE).read_text() == "{}"


def test_what_no_cut_goes_by_and_what_is_gone_is_said(film, capsys):
    start(film, capsys)
    (film / OWN).rename(film / "subtitles" / "cuts" / "smal.en.srt")
    status, document = run(film, capsys, "--to", "retime")
    assert status == 0
    assert any(f"{OWN}: it is not there any more" in line for line in document["cuts"][0]["problems"])
    assert "subtitles/cuts/smal.en.srt" in str(document["findings"])


def test_a_language_that_the_film_does_not_have_and_an_approval_of_nothing_are_refused(film, capsys):
    assert typed(capsys, "subtitles", "cut", film, "small", "-l", "fr")[0] == 2
    assert start(film, capsys, "--approve")[0] == 2
    assert typed(capsys, "subtitles", "cut", film, "other", "-l", "en")[0] == 2


def test_forced_narratives_and_sdh_are_delivered_beside_all_that_is_said(film, capsys):
    settings = film / "film.yaml"
    more = ", subtitles: {tracks: [full, forced, sdh]}, burn_in: [en-forced, es-forced]}"
    text = settings.read_text("utf-8").replace('start: "01:00:00:00"}', f'start: "01:00:00:00"{more}')
    settings.write_text(text, "utf-8")
    (film / "subtitles" / "cuts").mkdir()
    (film / "subtitles" / "cuts" / "small.en.sdh.srt").write_text("1\n00:00:03,000 --> 00:00:03,400\n[wind]\n", "utf-8")
    status, document = run(film, capsys)
    assert status == 0, document
    (cut,) = document["cuts"]
    assert {name for name in cut["files"] if name.endswith(("srt", "mp4"))} == {
        "small.mp4", "small.burn-en-forced.mp4", "small.es.srt", "small.en.srt", "small.es+en.srt",
        "small.es.sdh.srt", "small.en.sdh.srt", "small.en.forced.srt",
    }  # fmt: skip
    assert any("small.es.forced.srt, small.es.forced.vtt, small.burn-es-forced.mp4" in one for one in cut["left_out"])
    folder = film / "deliverables" / "small"
    assert "[Juana R.]" in (folder / "small.es.sdh.srt").read_text("utf-8")
    assert "[wind]" in (folder / "small.en.sdh.srt").read_text("utf-8")
    assert "[" not in (folder / "small.en.srt").read_text("utf-8")
    assert (folder / "small.en.forced.srt").read_bytes() == (folder / "small.en.srt").read_bytes()
    assert tracks(folder / "small.mp4") == ["spa Full d", "eng Full", "eng Forced f", "spa SDH h", "eng SDH h"]
    assert tracks(folder / "small.burn-en-forced.mp4") == ["spa Full", "eng Full", "spa SDH h", "eng SDH h"]
    report = json.loads((folder / "report.json").read_text("utf-8"))
    assert report["named"] == ["juana"]
    assert (report["subtitles"]["en"]["own"], report["subtitles"]["en"]["forced"]) == (1, 2)


def tracks(path: Path) -> list[str]:
    marks = {Disposition.default: "d", Disposition.forced: "f", Disposition.hearing_impaired: "h"}
    with av.open(str(path)) as container:
        return [
            " ".join(
                [one.language, one.metadata["name"], *(sign for mark, sign in marks.items() if one.disposition & mark)]
            )
            for one in container.streams.subtitles
        ]


def test_a_name_that_is_not_to_be_shown_is_in_no_subtitle(film, capsys):
    settings, manifest = film / "film.yaml", film / "footage_manifest.yaml"
    more = ", subtitles: {tracks: [full, sdh]}}"
    settings.write_text(settings.read_text("utf-8").replace('"01:00:00:00"}', f'"01:00:00:00"{more}'), "utf-8")
    told = manifest.read_text("utf-8").replace("people: [juana]", "people: [juana, eva]", 1)
    eva = "  eva: {name: Eva C., consent: {status: granted, uses: [forum]}}\nreels:"
    manifest.write_text(told.replace("reels:", eva), "utf-8")
    status, document = run(film, capsys)
    assert status == 0, document
    folder = film / "deliverables" / "small"
    assert all("[" not in path.read_text("utf-8") for path in folder.glob("*.srt"))
    assert json.loads((folder / "report.json").read_text("utf-8"))["named"] == []


def test_an_approval_also_settles_what_is_heard_otherwise_now(film, capsys):
    start(film, capsys)
    edl = film / "cuts" / "small.edl"
    edl.write_text(edl.read_text("utf-8").replace("04:00", "04:12").replace("03:13", "04:00"), "utf-8")
    status, found = start(film, capsys)
    assert status == 0
    assert "other words are heard" in str(found["problems"])
    assert start(film, capsys, "--approve")[1]["problems"] == []
    assert start(film, capsys)[1]["approved"] == 1
