"""Paths that people write: every name that a disk can hold works, and nothing leads out of the film folder."""

import os
import pickle
import socket
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footage_manifest.paths import check_text, inside
from footage_manifest.reading import UnreadableText
from footage_manifest.wording import Refusal, shown

ODD_NAMES = [
    "-lead.mp4", "12:30 interview.mp4", "a'b.mp4", 'a"b.mp4', "a;b.mp4", "$(x).mp4", "%d.png", "[x],y=z.mp4", "trailing ",
    "\u202egpj.mp4", unicodedata.normalize("NFD", "é.mp4"), "é.mp4", "🎬👩\u200d🌾.mp4", "con.mp4", "Take: one.mp4",
    "x" * 251 + ".mp4", "..hidden.mp4", "a..b.mp4", "*?.mp4", "#1 & 2.mp4", "notes~.mp4", "concat.mp4",
]  # fmt: skip


@pytest.mark.parametrize("name", ODD_NAMES)
def test_an_odd_name_is_only_a_name(tmp_path, name):
    (tmp_path / "footage").mkdir()
    (tmp_path / "footage" / name).write_bytes(b"x")
    (tmp_path / name).write_bytes(b"x")
    assert inside(tmp_path, f"footage/{name}") == tmp_path / "footage" / name
    assert inside(tmp_path, name) == tmp_path / name


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "the path is empty"),
        ("  ", "the path is empty"),
        ("/etc/passwd", "is an absolute path"),
        ("//server/share/x.mp4", "is an absolute path"),
        ("../../etc/passwd", "leads out of the film folder"),
        ("footage/../../x.mp4", "leads out of the film folder"),
        ("..", "leads out of the film folder"),
        ("~/x.mp4", "starts in a home folder"),
        ("~root/x.mp4", "starts in a home folder"),
        ("C:\\x.mp4", "starts with a drive letter"),
        ("c:/x.mp4", "starts with a drive letter"),
        ("footage\\x.mp4", "holds a backslash"),
        ("file:///etc/passwd", "is an address (file:)"),
        ("file:x.mp4", "is an address (file:)"),
        ("FILE:x.mp4", "is an address (file:)"),
        ("concat:a.mp4|b.mp4", "is an address (concat:)"),
        ("http://example.org/x.mp4", "is an address (http:)"),
        ("crypto+https://example.org/x", "is an address (crypto+https:)"),
        ("subfile,,start,0,end,9,,:x.mp4", "is an address (subfile:)"),
        ("newthing://x", "is an address (newthing:)"),
        ("a\nb.mp4", "holds the control character U+000A"),
        ("a\tb.mp4", "holds the control character U+0009"),
        ("a\0b.mp4", "holds the control character U+0000"),
        ("a\x1b[2Jb.mp4", "holds the control character U+001B"),
        ("a\ud800.mp4", "holds the control character U+D800"),
        ("a\u2028b.mp4", "holds the control character U+2028"),
        ("x" * 256, "is too long for a disk"),
        ("é" * 128, "is too long for a disk"),
        ("a/" * 2500 + "b", "is too long for a disk"),
        (".testimonio/objects/00", "may be deleted at any time"),
    ],
)
def test_what_is_no_name_inside_the_folder_is_refused(text, what):
    with pytest.raises(Refusal) as caught:
        check_text(text)
    assert what in caught.value.what
    assert caught.value.cure
    assert str(caught.value).isprintable()


@given(st.text(max_size=40))
def test_whatever_is_written_is_a_relative_path_or_refused(text):
    try:
        checked = check_text(text)
    except Refusal:
        return
    assert not checked.startswith(("/", "~"))
    assert ".." not in checked.split("/")


def test_a_link_may_lead_anywhere_inside_and_nowhere_outside(tmp_path):
    film, outside = tmp_path / "film", tmp_path / "outside"
    for folder in (film / "footage", outside):
        folder.mkdir(parents=True)
        (folder / "x.mp4").write_bytes(b"x")
    (film / "near.mp4").symlink_to("footage/x.mp4")
    (film / "far.mp4").symlink_to(outside / "x.mp4")
    (film / "drive").symlink_to(outside)
    (film / "loop.mp4").symlink_to("loop.mp4")
    assert inside(film, "near.mp4") == film / "footage" / "x.mp4"
    for text, what in (
        ("far.mp4", "is a link that leads out of the film folder"),
        ("drive/x.mp4", "is a link that leads out of the film folder"),
        ("loop.mp4", "cannot be reached"),
    ):
        with pytest.raises(Refusal) as caught:
            inside(film, text)
        assert what in caught.value.what
    with pytest.raises(Refusal, match="mount --bind"):
        inside(film, "drive/x.mp4")


def test_a_link_to_the_film_folder_itself_is_followed(tmp_path):
    film = tmp_path / "film"
    film.mkdir()
    (film / "x.mp4").write_bytes(b"x")
    (tmp_path / "shortcut").symlink_to(film)
    assert inside(tmp_path / "shortcut", "x.mp4") == film / "x.mp4"


def test_a_link_cannot_lead_into_the_store(tmp_path):
    (tmp_path / ".testimonio").mkdir()
    (tmp_path / ".testimonio" / "object").write_bytes(b"x")
    (tmp_path / "x.mp4").symlink_to(".testimonio/object")
    with pytest.raises(Refusal, match="may be deleted at any time"):
        inside(tmp_path, "x.mp4")


def test_only_plain_files_are_files(tmp_path, monkeypatch):
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
        for name, what in (("folder", "a folder"), ("folder/", "a folder"), ("pipe", "a pipe"), ("socket", "a socket")):
            with pytest.raises(Refusal, match=f"is {what}, not a file"):
                inside(tmp_path, name)
    (tmp_path / "x.mp4").write_bytes(b"x")
    with pytest.raises(Refusal, match="part of its path is a file, not a folder"):
        inside(tmp_path, "x.mp4/y.mp4")


def test_an_accent_is_found_whichever_way_it_is_stored(tmp_path):
    composed, decomposed = (unicodedata.normalize(form, "lucía/niño.mp4") for form in ("NFC", "NFD"))
    (tmp_path / decomposed).parent.mkdir()
    (tmp_path / decomposed).write_bytes(b"x")
    assert inside(tmp_path, composed) == tmp_path / decomposed
    assert inside(tmp_path, decomposed) == tmp_path / decomposed


def test_with_both_spellings_there_the_written_one_is_meant(tmp_path):
    names = [unicodedata.normalize(form, "é.mp4") for form in ("NFC", "NFD")]
    for name in names:
        (tmp_path / name).write_bytes(b"x")
    assert [inside(tmp_path, name).name for name in names] == names


def test_a_missing_file_suggests_what_is_there(tmp_path):
    (tmp_path / "footage").mkdir()
    (tmp_path / "footage" / "INT01.MP4").write_bytes(b"x")
    with pytest.raises(Refusal) as caught:
        inside(tmp_path, "footage/int01.mp4")
    assert str(caught.value) == "there is no file 'footage/int01.mp4'; did you mean 'footage/INT01.MP4'?"
    with pytest.raises(Refusal, match=r"there is no file 'stills/a\.jpg'; put the file there, or correct the path"):
        inside(tmp_path, "stills/a.jpg")


def test_missing_files_of_a_full_card_are_told_at_once(tmp_path):
    for number in range(2000):
        (tmp_path / f"C{number:04}.MP4").touch()
    before = time.process_time()
    for number in range(100):
        with pytest.raises(Refusal, match="there is no file"):
            inside(tmp_path, f"D{number:04}.MP4")
    with pytest.raises(Refusal, match=r"did you mean 'C0007\.MP4'"):
        inside(tmp_path, "c0007.mp4")
    assert time.process_time() - before < 10


def test_names_outside_are_not_told_through_a_link(tmp_path):
    film, outside = tmp_path / "film", tmp_path / "outside"
    film.mkdir()
    outside.mkdir()
    (outside / "secret01.mp4").write_bytes(b"x")
    (film / "drive").symlink_to(outside)
    with pytest.raises(Refusal) as caught:
        inside(film, "drive/secret02.mp4")
    assert "secret01" not in str(caught.value)


def test_a_name_that_is_not_utf8_is_shown_without_harm(tmp_path):
    (tmp_path / os.fsdecode(b"int\xff1.mp4")).write_bytes(b"x")
    with pytest.raises(Refusal) as caught:
        inside(tmp_path, "int1.mp4")
    assert str(caught.value).isprintable()
    assert "int\\udcff1.mp4" in str(caught.value)


def test_what_a_terminal_would_act_on_is_shown_as_an_escape():
    assert shown("a\x1b[2J\u202eb") == "'a\\x1b[2J\\u202eb'"
    assert shown("x" * 200) == "'" + "x" * 57 + "...'"


def test_refusals_cross_processes_with_their_parts():
    refused = pickle.loads(pickle.dumps(Refusal("what", "cure")))  # noqa: S301 - our own bytes
    assert (refused.what, refused.cure) == ("what", "cure")
    placed = UnreadableText("what", "cure", line=2, column=3)
    again = pickle.loads(pickle.dumps(placed))  # noqa: S301 - our own bytes
    assert (again.what, again.cure, again.line, again.column) == ("what", "cure", 2, 3)
