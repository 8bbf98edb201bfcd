"""What people type on the page is in their SRT file before it is answered, and nobody's work is written over."""

import json
import os
import threading
from pathlib import Path

import pytest

from pipeline.assembly.track_files import open_track
from subtitles.formats.srt import read_srt
from tests.film_folder import MANIFEST
from tests.page_film import at_work, cue_path, film_with_subtitles, srt

WITHDRAWN = MANIFEST.replace("status: granted, uses: [forum, public]", "status: withdrawn, uses: []")


@pytest.fixture
def film(tmp_path: Path) -> Path:
    return film_with_subtitles(tmp_path / "film")


def texts(film: Path, language: str = "en") -> list[str]:
    return [cue.text for cue in read_srt(srt(film, language).read_bytes(), file="x.srt").cues]


def test_a_track_is_given_with_its_source_and_standing(film: Path) -> None:
    document = at_work(film).track("en")
    first = document["cues"][0]
    assert (document["source_language"], document["file"]) == ("es", "subtitles/INT01.en.srt")
    assert (first["text"], first["source_text"]) == ("The river rose at night.", "El río creció de noche.")
    assert (first["standing"], first["made_by"], first["source_ids"]) == ("draft", "apertium", ["INT01-00000000"])


def test_the_same_track_is_not_sent_twice(film: Path) -> None:
    person = at_work(film)
    answer = person.get("/api/reels/INT01/tracks/en")
    again = person.get("/api/reels/INT01/tracks/en", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    srt(film, "es").write_text(srt(film, "es").read_text("utf-8").replace("noche", "día"), "utf-8")
    changed = person.get("/api/reels/INT01/tracks/en", headers={"if-none-match": answer.headers["etag"]})
    assert changed.status_code == 200
    assert changed.json()["cues"][0]["standing"] == "stale"


def test_what_is_typed_is_in_the_file_and_the_rest_keeps_its_bytes(film: Path) -> None:
    person = at_work(film)
    before = srt(film, "en").read_bytes()
    answer = person.put(person.cues()[1], text="No one saw the water coming.")
    assert answer.status_code == 200
    assert srt(film, "en").read_bytes() == before.replace(
        b"Nobody expected the water.", b"No one saw the water coming."
    )
    cue = answer.json()["cues"][0]
    assert (cue["text"], cue["standing"]) == ("No one saw the water coming.", "edited")


def test_the_answer_to_a_change_says_which_state_it_was_made_to(film: Path) -> None:
    person = at_work(film)
    track = person.track()
    first = person.put(track["cues"][0], text="One").json()
    assert (first["before"], first["etag"]) == (track["etag"], person.track()["etag"])
    second = at_work(film).put(person.cues()[1], text="Two").json()
    assert second["before"] == first["etag"] != second["etag"]


HOSTILE = [
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "</script><svg/onload=alert(1)>",
    "javascript:alert(1) {{7*7}} ${7*7} %s %n",
    "\u202eetisoppo\u202c \u2066x\u2069 שלום",
    "I said: \"no\" & 'yes' <i>cursiva</i>\n- ¿Qué? - ñandú 👩\u200d🌾",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_comes_back_as_the_text_it_is(film: Path, text: str) -> None:
    person = at_work(film)
    answer = person.put(person.cues()[0], text=text)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert person.cues()[0]["text"] == text
    assert texts(film)[0] == text


@pytest.mark.parametrize(
    "change",
    [
        {"text": "two\x00parts"},
        {"text": "bell\x07"},
        {"text": "\ud800"},
        {"text": "1\n00:00:01,000 --> 00:00:02,000\nanother"},
        {"start_ms": 2600, "end_ms": 2600},
        {"start_ms": 5000},
        {"start_ms": -1},
        {"end_ms": 10**12},
        {"end_ms": 2600.5},
        {"end_ms": "2600"},
        {"end_ms": True},
        {"text": None},
        {"text": "x" * 10_001},
        {"more": 1},
    ],
)
def test_what_no_subtitle_can_be_is_sent_back_and_changes_nothing(film: Path, change: dict[str, object]) -> None:
    person, before = at_work(film), srt(film, "en").read_bytes()
    answer = person.put(person.cues()[0], **change)
    assert answer.status_code == 422
    said = answer.json()
    assert said["problem"]
    assert said["mine"] is not None
    assert all(said["mine"].get(key) == value for key, value in change.items() if value != "\ud800")
    assert srt(film, "en").read_bytes() == before


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"text": 1e999}', b"\xff\xfe", b"[" * 5000])
def test_a_body_that_is_no_cue_is_refused(film: Path, body: bytes) -> None:
    person = at_work(film)
    cue = person.cues()[0]
    headers = {"origin": "http://127.0.0.1:8765", "x-testimonio": "1", "content-type": "application/json"}
    answer = person.ask("PUT", cue_path(cue), headers={**headers, "if-match": cue["etag"]}, content=body)
    assert answer.status_code in {400, 422}
    assert "problem" in answer.json()


def test_a_blank_line_inside_a_text_does_not_end_the_subtitle(film: Path) -> None:
    person = at_work(film)
    person.put(person.cues()[3], text="above\n\n5\n\nbelow")
    assert person.cues()[3]["text"].replace("\u00a0", "") == "above\n\n5\n\nbelow"
    assert len(texts(film)) == 4


def test_two_people_on_one_track_do_not_meet_on_different_subtitles(film: Path) -> None:
    ana, luis = at_work(film), at_work(film)
    of_ana, of_luis = ana.cues(), luis.cues()
    assert ana.put(of_ana[0], text="Ana was here").status_code == 200
    assert luis.put(of_luis[2], text="Luis was here").status_code == 200
    assert texts(film)[0::2] == ["Ana was here", "Luis was here"]


def test_two_people_on_one_subtitle_are_shown_both_texts(film: Path) -> None:
    ana, luis = at_work(film), at_work(film)
    of_luis = luis.cues()[0]
    ana.put(ana.cues()[0], text="Ana was here")
    clash = luis.put(of_luis, text="Luis was here")
    assert clash.status_code == 409
    said = clash.json()
    assert (said["mine"]["text"], said["theirs"]["text"]) == ("Luis was here", "Ana was here")
    assert texts(film)[0] == "Ana was here"
    assert luis.put(said["theirs"], text="Ana and Luis were here").status_code == 200


def test_two_people_who_write_the_same_agree(film: Path) -> None:
    ana, luis = at_work(film), at_work(film)
    of_luis = luis.cues()[0]
    ana.put(ana.cues()[0], text="The same")
    assert luis.put(of_luis, text="The same").status_code == 200


def test_a_subtitle_that_an_editor_changed_on_the_disk_is_a_clash_and_others_are_not(film: Path) -> None:
    person = at_work(film)
    cues = person.cues()
    path = srt(film, "en")
    path.write_text(path.read_text("utf-8").replace("Nobody", "Not one of us"), "utf-8")
    assert person.put(cues[0], text="Mine").status_code == 200
    assert person.put(cues[1], text="Mine too").status_code == 409
    assert texts(film)[:2] == ["Mine", "Not one of us expected the water."]


def test_a_comment_or_an_approval_meanwhile_is_no_clash_for_the_text(film: Path) -> None:
    ana, luis = at_work(film), at_work(film)
    of_luis = luis.cues()[0]
    ana.do("comments", ana.cues()[0], {"text": "check the name", "who": "Ana"})
    ana.do("approve", ana.cues()[0], {"approved": True})
    assert luis.put(of_luis, text="Changed").status_code == 200
    assert [(one["who"], one["text"]) for one in luis.cues()[0]["comments"]] == [("Ana", "check the name")]


def test_without_an_etag_nothing_is_written_over(film: Path) -> None:
    person = at_work(film)
    cue = person.cues()[0]
    answer = person.change("PUT", cue_path(cue), {"start_ms": 0, "end_ms": 2600, "text": "x"})
    assert (answer.status_code, answer.json()["mine"]["text"]) == (428, "x")


def test_a_subtitle_that_is_gone_gives_the_text_back(film: Path) -> None:
    person = at_work(film)
    cue = person.cues()[1]
    assert person.change("DELETE", cue_path(cue), match=cue["etag"]).json()["removed"] == [cue["id"]]
    answer = person.put(cue, text="typed meanwhile")
    assert (answer.status_code, answer.json()["mine"]["text"]) == (404, "typed meanwhile")


def test_an_added_subtitle_keeps_its_name_when_it_is_moved(film: Path) -> None:
    person = at_work(film)
    body = {"start_ms": 2700, "end_ms": 2950, "text": "Oh."}
    added = person.change("POST", "/api/reels/INT01/tracks/en/cues", body).json()["cues"][0]
    assert texts(film)[1] == "Oh."
    moved = person.put(added, start_ms=2650, end_ms=2990).json()
    assert (moved["cues"][0]["id"], moved["removed"]) == (added["id"], [])
    assert moved["cues"][0]["standing"] == "edited"


def test_split_and_join_undo_each_other(film: Path) -> None:
    person = at_work(film)
    cue = person.cues()[2]
    split = person.do("split", cue, {"at_ms": 7400, "texts": ["We went up", "the hill."]}).json()
    first, second = split["cues"][:2]
    assert (first["id"], first["end_ms"], second["start_ms"], second["end_ms"]) == (cue["id"], 7320, 7400, 8600)
    assert second["source_text"] == "Subimos a la loma."
    joined = person.do("join", first, {"next": second["id"]}).json()
    assert joined["removed"] == [second["id"]]
    whole = joined["cues"][0]
    assert [whole[key] for key in ("id", "start_ms", "end_ms", "text")] == [
        cue[key] for key in ("id", "start_ms", "end_ms", "text")
    ]


@pytest.mark.parametrize("at_ms", [6000, 8600, 0, 9999])
def test_a_subtitle_is_only_split_inside_of_its_time(film: Path, at_ms: int) -> None:
    person = at_work(film)
    answer = person.do("split", person.cues()[2], {"at_ms": at_ms, "texts": ["a", "b"]})
    assert (answer.status_code, answer.json()["mine"]["texts"]) == (422, ["a", "b"])


def test_only_the_next_subtitle_is_joined(film: Path) -> None:
    person = at_work(film)
    cues = person.cues()
    for following in (cues[2]["id"], cues[0]["id"], "nothing"):
        assert person.do("join", cues[0], {"next": following}).status_code == 422
    assert len(texts(film)) == 4


def test_approving_holds_until_the_text_is_changed(film: Path) -> None:
    person = at_work(film)
    approved = person.do("approve", person.cues()[0], {"approved": True}).json()["cues"][0]
    assert (approved["standing"], approved["doubtful"]) == ("approved", [])
    assert person.put(approved, text="Changed").json()["cues"][0]["standing"] == "edited"
    again = person.do("approve", person.cues()[0], {"approved": True}).json()["cues"][0]
    taken_back = person.do("approve", again, {"approved": False}).json()["cues"][0]
    assert taken_back["standing"] == "edited"


@pytest.mark.parametrize("text", ["", " ", "<i> </i>"])
def test_a_subtitle_without_words_is_not_approved(film: Path, text: str) -> None:
    person = at_work(film)
    empty = person.put(person.cues()[0], text=text).json()["cues"][0]
    refused = person.do("approve", empty, {"approved": True})
    assert (refused.status_code, refused.json()["code"]) == (422, "empty")
    assert person.cues()[0]["standing"] == empty["standing"]
    assert person.do("approve", empty, {"approved": False}).status_code == 200


def test_a_translation_of_a_corrected_source_is_stale_until_somebody_looked_at_it(film: Path) -> None:
    person = at_work(film)
    person.put(person.cues("es")[0], "es", text="El río creció de día.")
    stale = person.cues()[0]
    assert (stale["standing"], stale["source_text"]) == ("stale", "El río creció de día.")
    body = {"start_ms": 0, "end_ms": 2600, "text": "The river rose by day."}
    assert person.do("resolve", stale, body).json()["cues"][0]["standing"] == "edited"
    assert texts(film)[0] == "The river rose by day."


def in_conflict(film: Path) -> None:
    """Have the machine say something else of the first subtitle, which a person changed."""
    path = film / "subtitles" / "state" / "INT01.en.json"
    state = json.loads(path.read_bytes())
    state["cues"][0]["theirs"] = {"start_ms": 0, "end_ms": 2600, "text": "The river grew."}
    path.write_text(json.dumps(state), "utf-8")


def test_a_conflict_shows_both_sides_and_is_settled(film: Path) -> None:
    person = at_work(film)
    person.put(person.cues()[0], text="The river came up.")
    in_conflict(film)
    cue = person.cues()[0]
    assert (cue["standing"], cue["text"], cue["theirs"]["text"]) == (
        "conflict",
        "The river came up.",
        "The river grew.",
    )
    assert person.do("approve", cue, {"approved": True}).status_code == 422
    body = {"start_ms": 0, "end_ms": 2600, "text": "The river grew."}
    settled = person.do("resolve", cue, body).json()["cues"][0]
    assert (settled["standing"], settled["theirs"], settled["text"]) == ("edited", None, "The river grew.")


def test_a_conflict_that_came_meanwhile_is_not_settled_unseen(film: Path) -> None:
    person = at_work(film)
    cue = person.put(person.cues()[0], text="The river came up.").json()["cues"][0]
    in_conflict(film)
    body = {"start_ms": 0, "end_ms": 2600, "text": "The river came up."}
    assert person.do("resolve", cue, body).status_code == 409
    assert person.cues()[0]["standing"] == "conflict"


def test_findings_follow_what_is_typed_and_reach_the_neighbour(film: Path) -> None:
    person = at_work(film)
    cues = person.cues()
    answer = person.put(cues[0], text="x" * 80, end_ms=3100).json()["cues"]
    rules = {cue["id"]: {one["rule"] for one in cue["findings"]} for cue in answer}
    assert {"line-too-long", "too-fast", "overlap"} <= rules[cues[0]["id"]]
    whole = {cue["id"]: {one["rule"] for one in cue["findings"]} for cue in person.cues()}
    assert all(whole[name] == found for name, found in rules.items())


def test_a_page_for_reading_changes_nothing_and_gives_back_what_was_typed(film: Path) -> None:
    person = at_work(film, read_only=True)
    before = srt(film, "en").read_bytes()
    answer = person.put(person.cues()[0], text="typed")
    assert (answer.status_code, answer.json()["mine"]["text"]) == (403, "typed")
    assert person.change("POST", "/api/media", {"reel": "INT01"}).status_code == 403
    assert person.get("/api/film").json()["read_only"] is True
    assert srt(film, "en").read_bytes() == before


def test_nobody_works_on_what_a_person_has_withdrawn(film: Path) -> None:
    person = at_work(film)
    cue = person.cues()[0]
    before = srt(film, "en").read_bytes()
    (film / "footage_manifest.yaml").write_text(WITHDRAWN, "utf-8")
    track = person.track()
    assert (track["cues"], track["read_only_reason"]["code"]) == ([], "withdrawn")
    refused = person.put(cue, text="typed")
    assert (refused.status_code, refused.json()["mine"]["text"]) == (403, "typed")
    reel = person.get("/api/reels/INT01").json()
    assert (reel["media"], reel["waveform"], reel["words"], reel["speakers"]) == (None, None, [], [])
    assert reel["media_problem"]["fields"] == {"person": "juana"}
    film_now = person.get("/api/film")
    assert "Juana R." not in film_now.text
    assert srt(film, "en").read_bytes() == before


def test_a_name_that_is_to_be_kept_back_is_not_shown(tmp_path: Path) -> None:
    kept_back = MANIFEST.replace("uses: [forum, public]", "uses: [forum, public], protections: [hide-name]")
    film = film_with_subtitles(tmp_path / "film", manifest=kept_back)
    assert "Juana R." not in at_work(film).get("/api/film").text


def test_a_film_whose_files_are_being_mended_says_so_and_shows_nothing(film: Path) -> None:
    person = at_work(film)
    (film / "footage_manifest.yaml").write_text("people: [", "utf-8")
    answer = person.get("/api/reels/INT01/tracks/en")
    assert (answer.status_code, "footage_manifest.yaml" in answer.json()["problem"]) == (409, True)
    (film / "footage_manifest.yaml").write_text(MANIFEST, "utf-8")
    assert person.track()["cues"]


def test_a_file_that_cannot_be_read_is_named_with_its_line_and_the_other_language_goes_on(film: Path) -> None:
    person = at_work(film)
    srt(film, "en").write_text("1\n00:00:99,000 --> 00:00:02,000\nx\n", "utf-8")
    answer = person.get("/api/reels/INT01/tracks/en")
    assert (answer.status_code, "INT01.en.srt:2" in answer.json()["problem"]) == (409, True)
    tracks = person.get("/api/film").json()["reels"][0]["tracks"]
    assert "INT01.en.srt:2" in tracks["en"]["problem"]["problem"]
    assert tracks["es"]["counts"]["draft"] == 4
    assert person.track("es")["cues"]


def test_the_last_subtitle_is_not_deleted_by_a_slip(tmp_path: Path) -> None:
    film = film_with_subtitles(tmp_path / "film", count=1)
    person = at_work(film)
    cue = person.cues()[0]
    assert person.change("DELETE", cue_path(cue), match=cue["etag"]).status_code == 422
    assert texts(film) == ["The river rose at night."]


def test_a_text_that_the_files_encoding_cannot_hold_is_sent_back(film: Path) -> None:
    path = srt(film, "en")
    path.write_bytes(path.read_text("utf-8").encode("utf-16"))
    person = at_work(film)
    assert person.put(person.cues()[0], text="ñandú 👍").status_code == 200
    assert read_srt(path.read_bytes(), file="x.srt").cues[0].text == "ñandú 👍"


def test_what_the_disk_refuses_is_sent_back_to_be_tried_again(film: Path) -> None:
    if os.geteuid() == 0:
        (film / "subtitles" / "state").rename(film / "elsewhere")
        (film / "subtitles" / "state").symlink_to(film.parent)
        status = {403, 409, 422, 503}
    else:
        (film / "subtitles").chmod(0o555)
        status = {503}
    person, before = at_work(film), srt(film, "en").read_bytes()
    cue = {"id": "INT01-00000000", "etag": "x", "start_ms": 0, "end_ms": 2600, "text": ""}
    answer = person.put(cue, text="typed")
    (film / "subtitles").chmod(0o755)
    assert answer.status_code in status | {404}
    assert answer.json()["mine"]["text"] == "typed"
    assert srt(film, "en").read_bytes() == before


def test_a_hundred_changes_of_two_people_at_once_are_all_there(tmp_path: Path) -> None:
    film = film_with_subtitles(tmp_path / "film", count=20)
    people = [at_work(film), at_work(film)]
    given = [person.cues() for person in people]
    failed: list[str] = []

    def work(which: int) -> None:
        for cue in given[which][which::2]:
            answer = people[which].put(cue, text=f"{which} wrote {cue['id']}")
            if answer.status_code != 200:
                failed.append(answer.text)

    threads = [threading.Thread(target=work, args=(which,)) for which in (0, 1)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert not failed
    opened = open_track(film, "INT01", "en")
    assert opened is not None
    said = [cue.cue.text for cue in opened.aligned.cues]
    assert said == [f"{at % 2} wrote {cue['id']}" for at, cue in enumerate(given[0])]


def test_a_quotation_that_is_opened_is_found_cues_later_by_whoever_has_the_page_open(tmp_path: Path) -> None:
    film = film_with_subtitles(tmp_path / "film", count=30)
    person = at_work(film)
    shown = {cue["id"]: cue for cue in person.cues()}
    first, second = list(shown.values())[5], list(shown.values())[11]
    for cue, text in ((second, "the end of it”"), (first, "“It began"), (first, "It began"), (first, "It “began")):
        answer = person.put(shown[cue["id"]], text=text).json()
        shown.update((one["id"], one) for one in answer["cues"])
        assert shown == {one["id"]: one for one in person.cues()}
