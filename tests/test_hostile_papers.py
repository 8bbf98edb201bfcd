"""Paper edits that wish us ill: as long as they may be, or longer once they are merged."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from defusedxml import ElementTree

from pipeline.timeline.paper_joint import joint_picture
from pipeline.timeline.paper_match import moved
from pipeline.timeline.paper_merge import merge_papers
from pipeline.timeline.paper_points import Joint, JointRemark, Levels
from tests.page_film import at_work
from tests.paper_film import FILE, FILM, make_film

LANGUAGES = ("es", "en")
SAME = "Nota\n\n" * 10_000
NUMBERED = [f"Nota {number}\n\n" for number in range(16_000)]


def between(kind: str, texts: str) -> str:
    """Return a text of which every other block is the same in all versions."""
    return "".join("Nota\n\n" if number % 2 else f"{kind} {texts} {number}\n\n" for number in range(16_000))


def shuffled(seed: int) -> str:
    lines = NUMBERED[:]
    random.Random(seed).shuffle(lines)  # noqa: S311 - not for secrets
    return "".join(lines)


@pytest.mark.parametrize(
    ("base", "mine", "theirs"),
    [
        (SAME, SAME + "Mine\n", "Theirs\n\n" + SAME),
        (between("x", "base"), between("x", "mine"), between("x", "theirs")),
        ("".join(NUMBERED), shuffled(1), shuffled(2)),
    ],
    ids=["all the same", "every other one", "all moved"],
)
def test_long_texts_are_merged_in_seconds(base: str, mine: str, theirs: str) -> None:
    began = time.monotonic()
    text = merge_papers(base, mine, theirs, languages=LANGUAGES).text
    assert time.monotonic() - began < 8
    assert set(mine.splitlines()) <= set(text.splitlines())


def test_in_a_long_text_blocks_are_still_followed_when_they_move() -> None:
    mine = [*NUMBERED[1:], NUMBERED[0]]
    theirs = [*NUMBERED[:500], "Nota 500, changed\n\n", *NUMBERED[501:]]
    text = merge_papers(
        "".join(NUMBERED) + SAME, "".join(mine) + SAME, "".join(theirs) + SAME, languages=LANGUAGES
    ).text
    assert text == "".join([*theirs[1:], theirs[0]]) + SAME


def test_the_fewest_blocks_count_as_moved() -> None:
    assert moved([1, 2, 3, 0]) == {3}
    assert moved([3, 0, None, 1, 2]) == {0}
    assert moved([0, 4, 1, 2, 5]) == {1}
    assert moved([None, None]) == moved([]) == frozenset()


@pytest.mark.parametrize("line", ["Nota {who} {number}, " + "x" * 180 + "\n\n", "{who} {number}\n\n"])
def test_two_texts_that_would_make_one_that_is_too_long_are_refused_and_the_file_stays(
    tmp_path: Path, line: str
) -> None:
    film = make_film(tmp_path / "film")
    count = min(45_000, 900_000 // len(line.format(who="theirs", number=10_000)))
    own = {who: "".join(line.format(who=who, number=number) for number in range(count)) for who in ("mine", "theirs")}
    stored = own["theirs"] * (4 if count < 10_000 else 1)
    (film / FILE).write_text(stored, "utf-8")
    answer = at_work(film).change("PUT", "/api/papers/beta", {"base": "", "text": own["mine"]})
    assert answer.status_code == 409
    assert answer.json()["problem"].startswith(FILE)
    assert (film / FILE).read_text("utf-8") == stored


@pytest.mark.parametrize("sign", ["\x1b[2J", "\x0b", "\ufffe", "\ud800"])
def test_a_joint_is_drawn_whatever_signs_its_words_hold(sign: str) -> None:
    remark = JointRemark(joint=Joint.BEGINS_INSIDE, at_ms=500, words=f"before{sign} | <script>after{sign}</script>")
    levels = Levels(start_ms=0, centibels=(-200,) * 100)
    svg = joint_picture(levels, remark, heard_behind=True, title=f"INT01 {sign}<b>", label="01:00:02:00")
    drawn = ElementTree.fromstring(svg)
    assert {one.tag.rpartition("}")[2] for one in drawn.iter()} == {"svg", "title", "rect", "text", "line"}
    assert any("<script>after" in text for text in drawn.itertext())


COMMAND = (sys.executable, "-c", "from pipeline.cli.main import main; main()")


def test_a_pipe_in_the_place_of_a_paper_edit_keeps_nobody_waiting(tmp_path: Path) -> None:
    film = make_film(tmp_path / "film")
    os.mkfifo(film / FILE)
    done = subprocess.run([*COMMAND, "check", str(film)], capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 3
    assert "is a pipe, not a file" in done.stdout


@pytest.mark.parametrize("name", [FILE, "cuts/beta.edl"])
def test_an_edit_of_gigabytes_is_not_read(tmp_path: Path, name: str) -> None:
    film = make_film(tmp_path / "film")
    (film / "film.yaml").write_text(FILM.replace(FILE, name), "utf-8")
    with (film / name).open("wb") as file:
        file.truncate(6 << 30)
    script = "import resource as r; r.setrlimit(r.RLIMIT_AS, (4 << 30, 4 << 30)); " + COMMAND[2]
    asked = [*COMMAND[:2], script, "run", "--to", "clear", str(film)]
    done = subprocess.run(asked, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, "Traceback" in done.stderr) == (4, False), done.stderr
    assert name in done.stdout + done.stderr
    if name == FILE:
        for method, body in (("GET", None), ("PUT", {"base": "", "text": "# One\n"})):
            refused = at_work(film).change(method, "/api/papers/beta", body)
            assert (refused.status_code, refused.json()["problem"][: len(FILE)]) == (409, FILE)
