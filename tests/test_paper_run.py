"""A film whose cut is a paper edit, run whole: what was said is known beforehand, so that nobody has to listen."""

import json

import pytest
from defusedxml import ElementTree

from tests.paper_film import FILE, Hearing, make_film, transcript
from tests.small_film import answered, answered_json

PAPER = """\
# Tres días / Three days (1s)

> INT01: "todavía oscuro, con la neblina"

## Later

> INT02: "Tenía frío, y nadie dijo nada."  tight: 0.1s

Narration: "uno dos tres cuatro cinco seis siete ocho"

Music: RIVER -12 dB

Title: Fin / End (1s)
"""


@pytest.fixture(scope="module")
def hearing():
    with pytest.MonkeyPatch.context() as patch:
        yield Hearing(patch)


@pytest.fixture(scope="module")
def film(tmp_path_factory, hearing):
    folder = make_film(tmp_path_factory.mktemp("run") / "film")
    (folder / FILE).write_text(PAPER, "utf-8")
    status, document = answered_json(folder)
    assert status == 0, document
    return folder


@pytest.fixture(scope="module")
def report(film):
    return json.loads((film / "deliverables" / "beta" / "report.json").read_text("utf-8"))


def test_the_report_says_which_words_were_chosen_and_where_they_lie(report):
    first, second = report["paper"]["quotes"]
    assert (first["line"], first["reel"], first["words"]) == (3, "INT01", "todavía oscuro, con la neblina.")
    assert first["from"].startswith("01:00:03:")
    assert (first["before"], first["after"]) == ("cinco. Salimos de madrugada,", "Nadie habló. Nos dieron")
    assert second["shorter_by_ms"] == 500
    assert len(second["left_out"]) == 5
    played = [one for one in report["sound"] if one["line"] == 7]
    assert len(played) == len(second["source_ms"]) == 6


def test_chapters_have_lengths_and_narration_is_estimated(report):
    chapters = report["paper"]["chapters"]
    assert [(one["words"], one["level"], one["starts_at"]) for one in chapters] == [
        (["Tres días", "Three days"], 1, "01:00:00:00"),
        (["Later"], 2, chapters[1]["starts_at"]),
    ]
    assert chapters[0]["frames"] == report["frames"]
    assert report["paper"]["narration"] == [{"line": 9, "reel": "", "words": 8, "estimated_s": 3.0}]
    assert any("not recorded yet" in one for one in report["findings"])


def test_each_joint_inside_a_sentence_has_its_waveform_among_the_deliverables(film, report):
    folder = film / "deliverables" / "beta"
    (joint,) = report["paper"]["quotes"][0]["joints"]
    assert joint["findings"] == [
        "the quote begins in the middle of a sentence: cinco. Salimos de madrugada, | todavía oscuro, con la"
    ]
    picture = ElementTree.fromstring((folder / joint["picture"]).read_bytes())
    assert joint["picture"] in (folder / "SHA256SUMS").read_text()
    heights = [int(one.get("height")) for one in picture.iter("{http://www.w3.org/2000/svg}rect")][1:]
    assert min(heights[145:155]) < max(heights[160:185]) / 2  # it lies in the pause, and a word follows


def test_cards_and_music_of_the_paper_edit_are_in_the_film(report):
    assert [one["kind"] for one in report["picture"]].count("title") == 2
    music = [one for one in report["sound"] if one["medium"] == "RIVER"]
    assert [one["gain_db"] for one in music] == ["-12.0"]


def test_a_second_run_changes_nothing_and_a_preview_is_made(film):
    status, document = answered_json(film)
    assert status == 0
    assert document["cuts"][0]["unchanged"]
    assert answered("preview", "beta", film).returncode == 0


def test_the_places_of_a_cut_are_shown_and_looked_for_again(film, hearing):
    shown = answered("cut", "place", "beta", "-C", film)
    assert shown.returncode == 0, shown.stderr
    assert "line 3  INT01  01:00:03:" in shown.stdout
    assert "(cinco. Salimos de madrugada,) todavía oscuro, con la neblina. (Nadie habló. Nos dieron)" in shown.stdout
    hearing.known["INT01"] = transcript("INT01", late_ms=60)
    still = json.loads(answered("cut", "place", "beta", "-C", film, "--json").stdout)
    again = json.loads(answered("cut", "place", "beta", "--again", "-C", film, "--json").stdout)
    hearing.known["INT01"] = transcript("INT01")
    assert (still["moved"], again["moved"]) == ([], [3])
    assert again["quotes"][0]["spoken"][0][0] == still["quotes"][0]["spoken"][0][0] + 60


def test_a_cut_that_is_no_paper_edit_has_no_places(film):
    text = (film / "film.yaml").read_text()
    (film / "film.yaml").write_text(
        text.replace("translation:", "  other: {source: cuts/o.edl, audience: forum}\ntranslation:")
    )
    (film / "cuts" / "o.edl").write_text("TITLE: X\n")
    done = answered("cut", "place", "other", "-C", film)
    (film / "film.yaml").write_text(text)
    assert done.returncode == 2
    assert "'other' is no paper edit" in done.stderr
