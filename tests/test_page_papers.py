"""The paper edit on the review page: what it plays before it is saved, saves that never write over anybody, and quotes."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from pipeline.assembly import paper_save, road, survey
from pipeline.assembly.options import RunOptions, Step
from pipeline.assembly.review_desk import ReviewDesk
from tests.browser.served import until
from tests.fake_bench import SilentProgress
from tests.page_film import Person, at_work
from tests.paper_film import FILE, MANIFEST, Hearing, at_ms, make_film

TEXT = (
    "# Tres días\n"
    "\n"
    '> INT01: "Salimos de madrugada ... con la neblina"\n'
    "\n"
    "Note: ask Ana\n"
    "\n"
    '> INT02: "Lo encontré en la orilla"\n'
)


@pytest.fixture
def film(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = make_film(tmp_path / "film")
    Hearing(monkeypatch)
    (folder / FILE).write_bytes(TEXT.encode())
    with road.opened(RunOptions(folder=folder, to=Step.PROBE), SilentProgress()) as site:
        survey.survey(site, site.production.manifest.reels, ())
    return folder


def person(film: Path, **options: Any) -> Person:
    return at_work(film, **options)


def paper(film: Path) -> dict[str, Any]:
    return person(film).ask("GET", "/api/papers/beta").json()


def save(film: Path, base: str, text: str) -> dict[str, Any]:
    answer = person(film).change("PUT", "/api/papers/beta", {"base": base, "text": text})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_paper_edits_are_listed(film: Path) -> None:
    listed = person(film).ask("GET", "/api/papers").json()["papers"]
    assert listed == [{"cut": "beta", "file": FILE, "writable": True}]


def test_the_blocks_are_the_file_and_say_what_they_play(film: Path) -> None:
    found = paper(film)
    assert "".join(block["text"] for block in found["blocks"]) == found["text"] == TEXT
    assert [block["kind"] for block in found["blocks"]] == ["heading", "quote", "note", "quote"]
    heading, quote, note, last = found["blocks"]
    assert heading["play"][0]["texts"] == ["Tres días"]
    assert (note["play"], note["ms"]) == ([], 0)
    [played] = quote["play"]
    assert (played["reel"], played["seen"]) == ("INT01", False)
    said = (at_ms("INT01", "Salimos"), at_ms("INT01", "neblina.") + 300)
    assert played["from_ms"] <= said[0] < said[1] <= played["from_ms"] + played["ms"]
    assert quote["words"].split()[0] == "Salimos"
    assert quote["start_ms"] == heading["ms"]
    assert found["ms"] == last["start_ms"] + last["ms"]
    assert found["chapters"] == [{"block": 0, "level": 1, "texts": ["Tres días"], "start_ms": 0, "ms": found["ms"]}]


def test_what_cannot_be_cut_is_told_at_its_block(film: Path) -> None:
    found = save(film, TEXT, TEXT.replace("orilla", "luna llena"))
    assert found["problem"]["code"] == "file-problem"
    [finding] = found["findings"]
    assert (finding["block"], finding["severity"]) == (3, "error")
    assert all(block["play"] == [] for block in found["blocks"])


def test_a_save_is_in_the_file_byte_for_byte(film: Path) -> None:
    text = TEXT.replace("Tres días", "Cuatro días")
    found = save(film, TEXT, text)
    assert (film / FILE).read_bytes() == text.encode()
    assert (found["text"], found["merged"], found["conflicts"]) == (text, False, [])
    assert not list((film / "cuts").glob(".testimonio-part-*"))


def test_a_file_of_windows_keeps_its_line_ends(film: Path) -> None:
    base = TEXT.replace("\n", "\r\n")
    (film / FILE).write_bytes(base.encode())
    save(film, base, base + "\nNote: new\n")
    assert (film / FILE).read_bytes() == (base + "\r\nNote: new\r\n").encode()


def test_a_save_is_merged_with_what_others_saved(film: Path) -> None:
    theirs = TEXT.replace("ask Ana", "ask Eva")
    (film / FILE).write_bytes(theirs.encode())
    found = save(film, TEXT, TEXT.replace("Tres días", "Cuatro días"))
    assert found["merged"] is True
    assert (film / FILE).read_bytes() == theirs.replace("Tres días", "Cuatro días").encode()
    [kept] = (film / ".testimonio" / "kept" / "beta.md").iterdir()
    assert kept.read_bytes() == theirs.encode()


def test_both_versions_stay_in_the_file_where_they_clash(film: Path) -> None:
    (film / FILE).write_bytes(TEXT.replace("Tres", "Dos").encode())
    found = save(film, TEXT, TEXT.replace("Tres", "Cuatro"))
    assert [one["theirs"] for one in found["conflicts"]] == ["# Dos días"]
    assert "# Cuatro días" in found["text"]
    assert "# Dos días" in found["text"]


def test_a_save_by_an_editor_meanwhile_is_merged_as_well(film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    swap, theirs = paper_save.track_swap.swap, TEXT.replace("ask Ana", "ask Eva").encode()

    def saved_first(path: Path, *rest: Any) -> Any:
        monkeypatch.setattr(paper_save.track_swap, "swap", swap)
        path.write_bytes(theirs)
        return swap(path, *rest)

    monkeypatch.setattr(paper_save.track_swap, "swap", saved_first)
    save(film, TEXT, TEXT.replace("Tres", "Cuatro"))
    assert (film / FILE).read_bytes() == theirs.replace(b"Tres", b"Cuatro")


def test_a_quote_is_written_for_chosen_words_and_found_there(film: Path) -> None:
    words = person(film).ask("GET", "/api/reels/INT01/said").json()["words"]
    first = next(at for at, word in enumerate(words) if word["text"] == "Salimos")
    span = {"reel": "INT01", "from_ms": words[first]["start_ms"], "to_ms": words[first + 2]["end_ms"]}
    text = person(film).change("POST", "/api/quotes", span).json()["text"]
    assert text == '> INT01: "Salimos de madrugada,"\n\n'


def test_words_that_were_said_twice_get_their_time(film: Path) -> None:
    begin = at_ms("INT01", "nos", 0)
    span = {"reel": "INT01", "from_ms": begin, "to_ms": begin + 1300}
    text = person(film).change("POST", "/api/quotes", span).json()["text"]
    assert text.startswith("> INT01 01:00:")
    found = save(film, TEXT, text)
    [played] = found["blocks"][0]["play"]
    assert played["from_ms"] <= begin < played["from_ms"] + played["ms"]


def test_a_quote_is_tightened_and_let_go_again(film: Path) -> None:
    text = '> INT01: "Salimos de madrugada"\r\n\r\n'
    tight = person(film).change("POST", "/api/quotes/tight", {"text": text, "tight_ms": 300}).json()["text"]
    assert tight == '> INT01: "Salimos de madrugada"  tight: 0.3s\r\n\r\n'
    again = person(film).change("POST", "/api/quotes/tight", {"text": tight, "tight_ms": None}).json()["text"]
    assert again == text
    refused = person(film).change("POST", "/api/quotes/tight", {"text": "# One\n", "tight_ms": 300})
    assert (refused.status_code, refused.json()["code"]) == (422, "no-quote")


def test_what_is_not_there_is_refused_in_words(film: Path) -> None:
    one = person(film)
    for method, path, body, code in (
        ("GET", "/api/papers/none", None, "no-cut"),
        ("GET", "/api/reels/NONE/said", None, "no-reel"),
        ("POST", "/api/quotes", {"reel": "INT01", "from_ms": 0, "to_ms": 10}, "no-quote"),
        ("PUT", "/api/papers/beta", {"base": TEXT, "text": TEXT + "\0"}, "file-problem"),
    ):
        answer = one.change(method, path, body) if body else one.get(path)
        assert (answer.status_code >= 400, answer.json()["code"]) == (True, code)
    assert (film / FILE).read_bytes() == TEXT.encode()


def test_a_page_for_reading_saves_nothing(film: Path) -> None:
    with ReviewDesk(film, read_only=True) as desk, pytest.raises(Exception, match="for reading"):
        desk.papers.save("beta", TEXT, TEXT.replace("Tres", "Cuatro"))
    assert (film / FILE).read_bytes() == TEXT.encode()


def test_the_words_of_somebody_who_withdrew_are_not_given(film: Path) -> None:
    withdrawn = MANIFEST.replace("juana: {name: Juana R., consent: {status: granted, uses: [forum]}}",
                                 "juana: {name: Juana R., consent: {status: withdrawn, uses: []}}")  # fmt: skip
    (film / "footage_manifest.yaml").write_text(withdrawn, "utf-8")
    for method, path, body in (
        ("GET", "/api/papers/beta", None),
        ("GET", "/api/reels/INT01/said", None),
        ("PUT", "/api/papers/beta", {"base": TEXT, "text": TEXT}),
        ("POST", "/api/quotes", {"reel": "INT01", "from_ms": 0, "to_ms": 5000}),
    ):
        answer = person(film).change(method, path, body) if body else person(film).get(path)
        assert answer.status_code == 403
        assert "madrugada" not in answer.text


STILLS = "stills:\n  BOAT: {file: footage/boat.png, people: [tom]}\n"


def with_still(film: Path) -> None:
    Image.new("RGB", (1600, 900), (200, 30, 30)).save(film / "footage" / "boat.png")
    (film / "footage_manifest.yaml").write_text(MANIFEST + STILLS, "utf-8")


def test_the_films_that_the_cut_plays_are_told_and_made_of_any_reel(film: Path) -> None:
    with ReviewDesk(film) as desk:
        assert desk.papers.paper("beta")["films"] == {"INT01": False, "INT02": False}
        for reel in ("INT02", "RIVER"):
            desk.make_media(reel=reel, cut=None)
        until(lambda: all(job["state"] in {"done", "failed"} for job in desk.media_jobs()))
        assert desk.papers.paper("beta")["films"] == {"INT01": False, "INT02": True}
    assert person(film).ask("GET", "/media/reels/RIVER.mp4").headers["content-type"] == "video/mp4"
    assert person(film).change("POST", "/api/media", {"reel": "NOBODY"}).json()["code"] == "no-such-reel"
    changed = MANIFEST.replace(
        "RIVER: {file: footage/river.wav, kind: b-roll, people: []}",
        "RIVER: {file: footage/river.wav, kind: b-roll, people: [tom]}",
    )
    assert changed != MANIFEST
    withdrawn = changed.replace(
        "Tom B., consent: {status: granted, uses: [forum]}", "Tom B., consent: {status: withdrawn}"
    )
    (film / "footage_manifest.yaml").write_text(withdrawn, "utf-8")
    assert person(film).ask("GET", "/media/reels/RIVER.mp4").json()["code"] == "withdrawn"
    assert person(film).change("POST", "/api/media", {"reel": "RIVER"}).json()["code"] == "withdrawn"


def test_photographs_are_shown_small_and_upright_and_never_of_who_withdrew(film: Path) -> None:
    with_still(film)
    shown = person(film).ask("GET", "/media/stills/BOAT.jpg")
    assert (shown.status_code, shown.headers["content-type"], shown.headers["cache-control"]) == (
        200,
        "image/jpeg",
        "no-store",
    )
    assert Image.open(BytesIO(shown.content)).size == (960, 540)
    assert person(film).ask("GET", "/media/stills/NONE.jpg").json()["code"] == "no-still"
    (film / "footage" / "boat.png").write_bytes(b"\x89PNG\r\n\x1a\nbroken")
    assert person(film).ask("GET", "/media/stills/BOAT.jpg").json()["code"] == "no-picture"
    with_still(film)
    manifest = film / "footage_manifest.yaml"
    manifest.write_text(
        manifest.read_text("utf-8").replace(
            "Tom B., consent: {status: granted, uses: [forum]}", "Tom B., consent: {status: withdrawn}"
        )
    )
    refused = person(film).ask("GET", "/media/stills/BOAT.jpg")
    assert (refused.status_code >= 400, refused.json()["code"]) == (True, "withdrawn")


def test_pictures_are_laid_over_an_entry_by_the_labels_of_their_reels(film: Path) -> None:
    with_still(film)
    ask = person(film)
    pictures = ask.ask("GET", "/api/papers").json()["pictures"]
    assert [one["key"] for one in pictures] == ["BOAT", "RIVER", "INT01", "INT02"]

    def laid(text: str, picture: dict[str, Any] | None) -> Any:
        return ask.change("POST", "/api/quotes/over", {"text": text, "picture": picture}).json()

    line = '> INT02: "Lo encontré en la orilla"'
    once = laid(f"{line}\n\n", {"key": "INT01", "from_ms": 2000, "ms": 1500})["text"]
    assert once == f"{line}  over: INT01 01:00:02:00 1.5s\n\n"
    twice = laid(once, {"key": "BOAT"})["text"]
    assert twice == f"{line}  over: INT01 01:00:02:00 1.5s, BOAT\n\n"
    assert laid(twice, None)["text"] == f"{line}\n\n"
    assert laid("# Heading\n", {"key": "BOAT"})["code"] == "no-quote"
    assert laid(f"{line}\n\n{line}\n", {"key": "BOAT"})["code"] == "no-quote"
    assert laid(line, {"key": "NOBODY"})["code"] == "no-such-reel"
    manifest = film / "footage_manifest.yaml"
    text = manifest.read_text("utf-8")
    manifest.write_text(
        text.replace("Tom B., consent: {status: granted, uses: [forum]}", "Tom B., consent: {status: withdrawn}")
    )
    assert [one["key"] for one in ask.ask("GET", "/api/papers").json()["pictures"]] == ["RIVER", "INT01"]


@pytest.mark.parametrize(
    "line", ['> INT02: "Lo encontré en la orilla"', "![him](BOAT 4s)", '> INT01: "Nadie habló."  over: BOAT']
)
def test_a_text_with_somebody_who_withdrew_is_not_written_and_taking_them_out_is(film: Path, line: str) -> None:
    with_still(film)
    manifest = film / "footage_manifest.yaml"
    text = manifest.read_text("utf-8")
    manifest.write_text(
        text.replace("Tom B., consent: {status: granted, uses: [forum]}", "Tom B., consent: {status: withdrawn}")
    )
    clean = '# Tres días\n\n> INT01: "Nadie habló."\n'
    (film / FILE).write_text(clean, "utf-8")
    refused = person(film).change("PUT", "/api/papers/beta", {"base": clean, "text": f"{clean}\n{line}\n"})
    assert (refused.status_code >= 400, refused.json()["code"]) == (True, "withdrawn")
    assert (film / FILE).read_text("utf-8") == clean
    over = person(film).change(
        "POST", "/api/quotes/over", {"text": '> INT01: "Nadie habló."', "picture": {"key": "BOAT"}}
    )
    assert over.json()["code"] == "withdrawn"
    (film / FILE).write_text(f"{clean}\n{line}\n", "utf-8")
    assert (
        person(film).change("PUT", "/api/papers/beta", {"base": f"{clean}\n{line}\n", "text": clean}).status_code == 200
    )
    assert (film / FILE).read_text("utf-8") == clean
