"""transcripts/speakers.csv: read as people write it, and only ever added to."""

from pathlib import Path

import pytest

from footage_manifest.check import check_references
from footage_manifest.load import load_production
from footage_manifest.timecode import Label
from pipeline.assembly.speakers_forget import forget_prints
from pipeline.assembly.speakers_sheet import FILE, SaidWho, add_speaker, read_speakers
from pipeline.engine.store import Action, Store
from pipeline.errors import StoreError
from subtitles.errors import SubtitleError

FILM = "title: T\nlanguages: [es]\ntimeline: {rate: 25, size: 160x96}\ncuts: {}\n"
MANIFEST = """\
people:
  juana: {name: Juana Ñ., consent: {status: granted, uses: [forum]}}
  elena: {name: Elena M., consent: {status: %s}}
reels:
  INT01: {file: a.mp4, kind: interview, language: es, people: [juana]}
  INT02: {file: b.mp4, kind: interview, language: es, people: [elena]}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "film.yaml").write_text(FILM)
    (tmp_path / "footage_manifest.yaml").write_text(MANIFEST % "pending")
    (tmp_path / "transcripts").mkdir()
    return tmp_path


def one(speaker: str = "juana") -> SaidWho:
    start, end = Label.parse("01:00:00:00"), Label.parse("01:00:02:00")
    return SaidWho(reel="INT01", start=start, end=end, speaker=speaker, line=0)


def production(folder: Path):
    return load_production(folder).production


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", "reel,from,to,speaker,note\nINT01,01:00:00:00,01:00:02:00,juana,\n"),
        ("utf-8-sig", "reel;from;to;speaker;mío\r\nINT01;01:00:00:00;01:00:02:00;Juana Ñ.;ñ"),
        ("cp1252", "Rollo\tDesde\tHasta\tVoz\tNota\nINT01\t01:00:00:00\t01:00:02:00\tJuana Ñ.\taquí\n"),
        ("utf-16", "speaker,reel,from,to\nJUANA ñ.,INT01,01:00:00:00,01:00:02:00\n"),
        ("utf-8", "reel,from,to,speaker\nINT01,01:00:00:00,01:00:02:00,Juana N\u0303.\n"),
    ],
)
def test_a_line_is_added_and_what_stood_there_stays_byte_for_byte(folder: Path, encoding: str, text: str) -> None:
    before = text.encode(encoding)
    (folder / FILE).write_bytes(before)
    film = production(folder)
    assert [found.speaker for found in read_speakers(folder, film).said] == ["juana"]
    add_speaker(folder, one("interviewer"))
    assert (folder / FILE).read_bytes().startswith(before)
    sheet = read_speakers(folder, film)
    assert [found.speaker for found in sheet.said] == ["juana", "interviewer"]
    assert sheet.findings == ()


def test_the_file_is_made_with_its_heading(folder: Path) -> None:
    (folder / "transcripts").rmdir()
    add_speaker(folder, one())
    assert (folder / FILE).read_text().splitlines() == [
        "reel,from,to,speaker,note",
        "INT01,01:00:00:00,01:00:02:00,juana,",
    ]


def test_bad_lines_are_said_with_their_line_and_the_others_hold(folder: Path) -> None:
    rows = ["reel,from,to,speaker", "INT9,01:00:00:00,01:00:02:00,juana", "INT01,x,01:00:02:00,juana"]
    rows += ["INT01,01:00:00:00,01:00:02:00,SPEAKER_00", "", "INT01,01:00:00:00,01:00:02:00,juana"]
    (folder / FILE).write_text("\n".join(rows))
    sheet = read_speakers(folder, production(folder))
    assert [finding.line for finding in sheet.findings] == [2, 3, 4]
    assert [found.line for found in sheet.said] == [6]


def test_nothing_is_added_to_a_file_that_is_none_of_ours(folder: Path) -> None:
    (folder / FILE).write_text("a,b\n1,2\n")
    with pytest.raises(SubtitleError, match="heading"):
        add_speaker(folder, one())
    assert (folder / FILE).read_text() == "a,b\n1,2\n"
    (folder / FILE).write_bytes(b"\x00\x01\x02")
    with pytest.raises(SubtitleError, match="not text"):
        add_speaker(folder, one())


def test_a_folder_that_leads_out_of_the_film_is_not_written_to(folder: Path, tmp_path_factory) -> None:
    (folder / "transcripts").rmdir()
    (folder / "transcripts").symlink_to(tmp_path_factory.mktemp("outside"))
    with pytest.raises(StoreError, match="leads out"):
        add_speaker(folder, one())


def stored(folder: Path, stage: str, subject: str, number: int) -> Action:
    action = Action(
        stage=stage,
        version=1,
        subject=subject,
        request={"n": number},
        identity={},
        result={},
        artifacts=(),
        provenance={},
    )
    store = Store(folder)
    store.write(action)
    store.remember_latest(stage, subject, action.fingerprint)
    return action


def test_prints_of_who_withdrew_go_and_nothing_else_does(folder: Path) -> None:
    (folder / ".testimonio").mkdir()
    Store(folder).prepare()
    asked = [
        ("voice-prints", "INT01 1"),
        ("voice-prints", "INT02 1"),
        ("voice-prints", "INT02 1"),
        ("voice-prints", "INT02 part 2 1"),
        ("voice-prints", "GONE 1"),
        ("transcribe", "INT02 1"),
    ]
    actions = [stored(folder, stage, subject, number) for number, (stage, subject) in enumerate(asked)]
    assert forget_prints(folder, production(folder)) == 1
    (folder / "footage_manifest.yaml").write_text(MANIFEST % "withdrawn")
    assert forget_prints(folder, production(folder)) == 3
    left = [Store(folder).action_unchecked(action.fingerprint) is not None for action in actions]
    assert left == [True, False, False, False, False, True]
    assert forget_prints(folder, production(folder)) == 0


def test_a_sample_of_the_manifest_counts_as_a_line_and_a_line_outweighs_it(folder: Path) -> None:
    manifest = folder / "footage_manifest.yaml"
    sample = 'voice: {reel: INT01, start: "01:00:00:00", end: "01:00:02:00"}, consent: {status: granted'
    manifest.write_text(manifest.read_text().replace("consent: {status: granted", sample))
    assert read_speakers(folder, production(folder)).said == (one(),)
    add_speaker(folder, one("interviewer"))
    assert [said.speaker for said in read_speakers(folder, production(folder)).said] == ["juana", "interviewer"]


@pytest.mark.parametrize(
    ("reel", "what"), [("INT09", "there is no reel"), ("INT02", "is not among the people of INT02")]
)
def test_a_sample_of_a_reel_that_it_cannot_be_of_is_said(folder: Path, reel: str, what: str) -> None:
    manifest = folder / "footage_manifest.yaml"
    sample = f'voice: {{reel: {reel}, start: "01:00:00:00", end: "01:00:02:00"}}, consent: {{status: granted'
    manifest.write_text(manifest.read_text().replace("consent: {status: granted", sample))
    findings = [one for one in check_references(production(folder)) if one.field.startswith("people.juana.voice")]
    assert [(one.field, what in one.what) for one in findings] == [("people.juana.voice.reel", True)]
