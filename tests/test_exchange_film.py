"""A film's subtitles sent to translators and taken back: what is written where, and what is refused."""

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document

from pipeline.assembly.approve_subtitles import ApproveOptions, approve
from pipeline.assembly.exchange import ExportOptions, Imported, ImportOptions, Only, bring_in, export
from pipeline.assembly.exchange_files import ExchangeFormat, form_of, read_returned
from pipeline.assembly.track_files import Change, OpenTrack, change_track, open_track
from pipeline.cli.answering import answer
from pipeline.errors import ConsentError, UsageError
from subtitles.errors import SubtitleError
from subtitles.formats.srt import write_srt
from subtitles.merge import align
from subtitles.state import CueStatus, approved
from tests.exchange_film import (
    ENGLISH,
    SPANISH,
    cues_of,
    everything_in,
    rewrite,
    state_in,
    texts_in,
    write_subtitled_film,
)
from tests.film_folder import FILM, MANIFEST

NOW = "2030-05-04T10:00:00+00:00"
FORMS = tuple(ExchangeFormat)


@pytest.fixture
def film(tmp_path: Path) -> Path:
    folder = tmp_path / "film"
    folder.mkdir()
    return write_subtitled_film(folder)


def send(film: Path, to: ExchangeFormat = ExchangeFormat.CSV, **options: object) -> Path:
    out = film.parent / f"sent{to.suffix}"
    made = export(ExportOptions(folder=film, reel="INT01", to=to, out=out, replace=True, **options))
    assert made.file == out
    return out


def take(film: Path, *files: Path, **options: object) -> tuple[Imported, ...]:
    return bring_in(ImportOptions(folder=film, files=files, at=NOW, **options))


def translate(path: Path, texts: dict[str, str]) -> Path:
    """Replace texts of the translation in a file as a translator does, by what they were."""
    if path.suffix == ".csv":
        rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
        for row in rows[1:]:
            row[5] = texts.get(row[5], row[5])
        text = io.StringIO(newline="")
        csv.writer(text).writerows(rows)
        path.write_bytes(text.getvalue().encode("utf-8-sig"))
    elif path.suffix == ".docx":
        document = Document(str(path))
        for row in document.tables[0].rows[1:]:
            cell = row.cells[2]
            if cell.text in texts:
                cell.text = texts[cell.text]
        document.save(str(path))
    else:
        text = path.read_text()
        for before, after in texts.items():
            text = text.replace(f"<target>{before}</target>", f"<target>{after}</target>")
        path.write_text(text)
    return path


@pytest.mark.parametrize("to", FORMS)
def test_a_file_that_comes_back_as_it_went_writes_nothing(film, to):
    before = everything_in(film)
    (one,) = take(film, send(film, to))
    assert (one.taken, one.unchanged, one.written, one.findings) == (0, 5, False, ())
    assert everything_in(film) == before


@pytest.mark.parametrize("to", FORMS)
def test_what_was_translated_is_in_the_film_and_counts_as_edited(film, to):
    path = translate(send(film, to), {"No one expected us.": "No one awaited us."})
    (one,) = take(film, path)
    assert (one.taken, one.conflicts, one.written) == (1, 0, True)
    assert texts_in(film) == [*ENGLISH[:4], "No one awaited us."]
    aligned = align(cues_of(texts_in(film)), state_in(film), reel="INT01")
    assert [cue.status for cue in aligned.cues] == [CueStatus.DRAFT] * 4 + [CueStatus.EDITED]
    again = everything_in(film)
    assert not take(film, path)[0].written
    assert everything_in(film) == again


def test_a_film_file_that_is_gone_is_asked_for_and_nothing_is_taken_in_or_approved(film):
    path = translate(send(film), {"No one expected us.": "No one awaited us."})
    (film / "subtitles" / "INT01.en.srt").unlink()
    with pytest.raises(UsageError, match=r"INT01\.en\.srt is missing"):
        approve(ApproveOptions(folder=film, reel="INT01", languages=("en",), every=True))
    before = everything_in(film)
    (one,) = take(film, path)
    assert "the file is missing" in str(one.findings[0])
    assert (one.track, one.written, everything_in(film)) == ("", False, before)


def test_undoing_takes_back_what_was_approved_and_changed_or_deleted_since(film):
    asked = ApproveOptions(folder=film, reel="INT01", languages=("en",), cues=("INT01-00003000", "INT01-00006000"))
    approve(asked)
    file = film / "subtitles" / "INT01.en.srt"
    as_approved = file.read_bytes()
    file.write_bytes(
        write_srt([cue for cue in cues_of([*ENGLISH[:1], "Other.", *ENGLISH[2:]]) if cue.start_ms != 6000])
    )
    (done,) = approve(ApproveOptions(folder=film, reel="INT01", languages=("en",), every=True, undo=True))
    assert done.done == asked.cues
    file.write_bytes(as_approved)
    assert {cue.status for cue in open_track(film, "INT01", "en").aligned.cues} == {CueStatus.DRAFT}
    (again,) = approve(ApproveOptions(folder=film, reel="INT01", languages=("en",), every=True, undo=True))
    assert again.done == ()


@pytest.mark.parametrize("to", FORMS)
def test_what_both_changed_is_kept_from_both(film, to):
    path = translate(send(film, to), {"No one expected us.": "No one awaited us."})
    rewrite(film, [*ENGLISH[:4], "Nobody was there."])
    (one,) = take(film, path)
    assert (one.taken, one.conflicts) == (0, 1)
    assert texts_in(film) == [*ENGLISH[:4], "Nobody was there."]
    known = state_in(film).by_id()["INT01-00012000"]
    assert known.theirs.text == "No one awaited us."
    assert known.theirs_from == path.name
    again = everything_in(film)
    assert not take(film, path)[0].written
    assert everything_in(film) == again


def test_two_translators_of_one_file_are_merged_cue_by_cue(film):
    first = translate(send(film), {"No one expected us.": "No one awaited us.", "'=And so on.": "Etcetera."})
    content = first.read_bytes()
    second = film.parent / "second.csv"
    second.write_bytes(content)
    translate(second, {"No one awaited us.": "We were not expected.", "Etcetera.": "'=And so on."})
    one, two = take(film, first, second)
    assert (one.taken, two.taken, two.conflicts) == (2, 0, 1)
    assert texts_in(film) == [*ENGLISH[:3], "Etcetera.", "No one awaited us."]
    assert state_in(film).by_id()["INT01-00012000"].theirs.text == "We were not expected."


def test_a_dry_run_says_what_would_be_taken_and_writes_nothing(film):
    path = translate(send(film), {"No one expected us.": "No one awaited us."})
    before = everything_in(film)
    (one,) = take(film, path, dry_run=True)
    assert (one.taken, one.written) == (1, True)
    assert everything_in(film) == before


def test_a_stale_translation_is_sent_alone_and_is_not_stale_when_it_comes_back(film):
    assert export(ExportOptions(folder=film, reel="INT01", to=ExchangeFormat.CSV, only=Only.STALE)).file is None
    rewrite(film, [*SPANISH[:4], "Nadie, nadie nos esperaba."], "es")
    path = send(film, only=Only.STALE)
    assert [unit.id for unit in read_returned(path).units] == ["INT01-00012000"]
    take(film, translate(path, {"No one expected us.": "No one, no one expected us."}))
    assert texts_in(film)[4] == "No one, no one expected us."
    assert export(ExportOptions(folder=film, reel="INT01", to=ExchangeFormat.CSV, only=Only.STALE)).file is None


def test_a_translation_of_what_was_corrected_meanwhile_is_stale(film):
    path = translate(send(film), {"No one expected us.": "No one awaited us."})
    rewrite(film, [*SPANISH[:4], "Nadie, nadie nos esperaba."], "es")
    take(film, path)
    assert texts_in(film)[4] == "No one awaited us."
    assert [unit.id for unit in read_returned(send(film, only=Only.STALE)).units] == ["INT01-00012000"]


def test_a_tool_that_marks_a_stale_unit_as_translated_has_looked_at_it(film):
    rewrite(film, [*SPANISH[:4], "Nadie, nadie nos esperaba."], "es")
    path = send(film, ExchangeFormat.XLIFF, only=Only.STALE)
    path.write_text(path.read_text().replace('state="initial"', 'state="translated"'))
    (one,) = take(film, path)
    assert (one.taken, one.written) == (0, True)
    assert export(ExportOptions(folder=film, reel="INT01", to=ExchangeFormat.CSV, only=Only.STALE)).file is None


def test_final_in_xliff_approves_where_that_is_asked_for(film):
    path = send(film, ExchangeFormat.XLIFF)
    path.write_text(path.read_text().replace('state="initial"', 'state="final"', 1))
    assert not take(film, path)[0].approved
    (one,) = take(film, path, approve_final=True)
    assert one.approved == 1
    assert [cue.id for cue in state_in(film).cues if cue.status is CueStatus.APPROVED] == ["INT01-00000000"]


def test_what_was_approved_is_not_changed_without_anybody_settling_it(film):
    path = translate(send(film), {"No one expected us.": "No one awaited us."})

    def approve(track: OpenTrack) -> Change:
        cues = track.aligned.plain()
        return Change(cues=cues, state=approved(track.known("es"), {cues[4].id: cues[4]}))

    change_track(film, "INT01", "en", approve)
    (one,) = take(film, path)
    assert (one.taken, one.conflicts) == (0, 1)
    assert texts_in(film) == list(ENGLISH)


def test_a_third_language_is_begun_by_a_translator(tmp_path):
    film = tmp_path / "film"
    film.mkdir()
    write_subtitled_film(film)
    (film / "film.yaml").write_text(FILM.replace("languages: [es, en]", "languages: [es, en, ar]"))
    path = send(film, ExchangeFormat.DOCX, language="ar")
    document = Document(str(path))
    document.tables[0].rows[1].cells[2].text = "-ماذا حدث؟\n-كانت تمطر."
    document.save(str(path))
    (dry,) = take(film, path, dry_run=True)
    assert (dry.taken, dry.empty, dry.written) == (1, 4, True)
    assert not (film / "subtitles" / "INT01.ar.srt").exists()
    (one,) = take(film, path)
    assert (one.taken, one.empty) == (1, 4)
    assert texts_in(film, "ar") == ["-ماذا حدث؟\n-كانت تمطر."]
    known = state_in(film, "ar").cues[0]
    assert known.source_ids == ("INT01-00000000",)
    assert state_in(film, "ar").source_language == "es"
    counts = export(ExportOptions(folder=film, reel="INT01", to=ExchangeFormat.CSV, language="ar", only=Only.STALE))
    assert counts.file is None


def test_what_is_spoken_goes_out_to_be_corrected_beside_itself(film):
    path = send(film, language="es")
    units = read_returned(path).units
    assert [unit.source for unit in units] == [unit.target for unit in units] == list(SPANISH)
    take(film, translate(path, {"Nadie nos esperaba.": "Nadie nos esperó."}))
    assert texts_in(film, "es")[4] == "Nadie nos esperó."
    assert texts_in(film) == list(ENGLISH)


def test_what_was_remarked_is_kept_once(film):
    path = send(film)
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
    rows[2][6] = "Three, or four?"
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    path.write_text(text.getvalue(), "utf-8")
    assert take(film, path)[0].remarks == 1
    assert not take(film, path)[0].written
    (remark,) = state_in(film).by_id()["INT01-00003000"].comments
    assert (remark.text, remark.who, remark.at) == ("Three, or four?", "sent.csv", NOW)
    assert any(
        "Three, or four?" in row for row in csv.reader(io.StringIO(send(film).read_text("utf-8-sig"))) for row in row
    )


def test_a_file_that_is_there_is_not_written_over(film):
    path = send(film)
    before = path.read_bytes()
    options = ExportOptions(folder=film, reel="INT01", to=ExchangeFormat.XLIFF, out=path)
    with pytest.raises(UsageError, match="is there already"):
        export(options)
    assert path.read_bytes() == before
    export(replace(options, replace=True))
    assert path.read_bytes() != before


def other_film(film: Path, name: str) -> Path:
    folder = film.parent / "other"
    folder.mkdir()
    write_subtitled_film(folder, tuple(f"{text} Ya." for text in SPANISH), tuple(f"{text} Now." for text in ENGLISH))
    (folder / "film.yaml").write_text(FILM.replace("{es: Tres días, en: Three days}", name))
    return folder


@pytest.mark.parametrize("to", FORMS)
def test_a_file_of_another_film_is_refused_with_both_names(film, to):
    other = other_film(film, "Otra")
    before = everything_in(other)
    (one,) = take(other, translate(send(film, to), {"No one expected us.": "No one awaited us."}))
    assert not one.track
    assert "it was made for the film 'Three days', and this one is 'Otra'" in str(one.findings[0])
    assert everything_in(other) == before


def test_a_film_that_was_renamed_knows_its_own(film):
    path = translate(send(film), {"No one expected us.": "No one awaited us."})
    (film / "film.yaml").write_text(FILM.replace("{es: Tres días, en: Three days}", "Cuatro días"))
    assert take(film, path)[0].taken == 1


def test_a_file_of_another_reel_or_language_is_refused_with_both_names(film):
    path = send(film, ExchangeFormat.XLIFF)
    text = path.read_text()
    path.write_text(text.replace('type="reel">INT01', 'type="reel">INT09'))
    assert "it is of reel 'INT09' in 'Three days', and 'Tres días' has no such reel" in str(
        take(film, path)[0].findings[0]
    )
    path.write_text(text.replace('type="target">en', 'type="target">fr'))
    assert "it is in 'fr', and the film's subtitles are in es and en" in str(take(film, path)[0].findings[0])


def test_a_tool_may_add_a_region_to_the_language(film):
    path = send(film, ExchangeFormat.XLIFF)
    text = path.read_text().replace('type="target">en', 'type="target">').replace('trgLang="en"', 'trgLang="en-US"')
    path.write_text(text.replace('srcLang="es"', 'srcLang="es-PE"'))
    translate(path, {"No one expected us.": "No one awaited us."})
    assert take(film, path)[0].taken == 1


def test_whoever_sends_words_that_nobody_released_is_told(film):
    asked = ExportOptions(folder=film, reel="INT01", to=ExchangeFormat.CSV, out=film / "out.csv", replace=True)
    assert export(asked).findings == ()
    (film / "footage_manifest.yaml").write_text(MANIFEST.replace("status: granted", "status: pending"))
    (told,) = export(asked).findings
    assert "the consent of 'juana' is pending" in str(told)


def test_words_of_someone_who_withdrew_neither_go_out_nor_come_in(film):
    path = translate(send(film), {"No one expected us.": "No one awaited us."})
    (film / "footage_manifest.yaml").write_text(MANIFEST.replace("status: granted", "status: withdrawn"))
    with pytest.raises(ConsentError, match="withdrawn"):
        export(ExportOptions(folder=film, reel="INT01", to=ExchangeFormat.CSV))
    (one,) = take(film, path)
    assert "withdrawn" in str(one.findings[0])
    assert texts_in(film) == list(ENGLISH)


@pytest.mark.parametrize(
    ("options", "error", "what"),
    [
        ({"reel": "INT02"}, UsageError, "there is no reel 'INT02'; did you mean 'INT01'"),
        ({"language": "fr"}, UsageError, "the film has no subtitles in 'fr'; write es or en"),
        ({"reel": "BROLL02", "language": "en", "source": "es"}, SubtitleError, "has no subtitles in es"),
        ({"reel": "BROLL02", "language": "en"}, UsageError, "say --from es or en"),
    ],
)
def test_what_there_is_not_cannot_be_sent(film, options, error, what):
    whole = {"folder": film, "reel": "INT01", "to": ExchangeFormat.CSV, **options}
    with pytest.raises(error, match=what.replace("(", ".")):
        export(ExportOptions(**whole))


@pytest.mark.parametrize(
    ("name", "begin", "form"),
    [
        ("a.csv", b"id,source", ExchangeFormat.CSV),
        ("a.txt", b"PK\x03\x04", ExchangeFormat.DOCX),
        ("a.doc", b"\xd0\xcf\x11\xe0", ExchangeFormat.DOCX),
        ("a.bin", b"\xef\xbb\xbf\n<?xml", ExchangeFormat.XLIFF),
        ("a", "\ufeff<?xml".encode("utf-16-le"), ExchangeFormat.XLIFF),
        ("a.xlf", b"", ExchangeFormat.XLIFF),
    ],
)
def test_the_form_of_a_file_is_seen_from_what_it_holds(name, begin, form):
    assert form_of(name, begin) is form


def test_one_bad_file_does_not_stop_the_others(film):
    good = translate(send(film), {"No one expected us.": "No one awaited us."})
    bad = film.parent / "bad.docx"
    bad.write_bytes(b"PK\x03\x04")
    results = take(film, bad, film.parent / "missing.csv", film, good)
    assert [bool(one.track) for one in results] == [False, False, False, True]
    assert texts_in(film)[4] == "No one awaited us."


def test_the_commands_say_what_came_of_it(film, capsys):
    out = film.parent / "x.xlf"
    assert answer(["subtitles", "export", str(film), "INT01", "--to", "xliff", "--out", str(out), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["file"], document["subtitles"]["draft"]) == (str(out), 5)
    translate(out, {"No one expected us.": "No one awaited us."})
    assert answer(["subtitles", "import", str(film), str(out), "--dry-run"]) == 0
    assert "x.xlf into subtitles/INT01.en.srt: would be 1 taken, 4 unchanged" in capsys.readouterr().out
    assert answer(["subtitles", "import", str(film), str(out), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["files"][0]["taken"] == 1
    assert answer(["subtitles", "import", str(film), str(film / "film.yaml"), "--json"]) == 5
    assert json.loads(capsys.readouterr().out)["problems"]
    assert answer(["subtitles", "export", str(film), "INT01", "--to", "csv", "--separator", "x"]) == 2
