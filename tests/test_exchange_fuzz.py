"""Returned files damaged at random: each is read or refused in plain lines, and no cue is ever lost."""

import io
import random
import zipfile
from fractions import Fraction

import pytest

from subtitles.errors import SubtitleError
from subtitles.exchange.back import Rules, bring_back
from subtitles.exchange.csv_table import read_csv, write_csv
from subtitles.exchange.docx_back import read_docx
from subtitles.exchange.docx_table import write_docx
from subtitles.exchange.xliff import write_xliff
from subtitles.exchange.xliff_back import read_xliff
from subtitles.style import OURS
from tests.exchange_film import ENGLISH, sent, sides

RULES = Rules(style=OURS, rate=Fraction(25))
PIECES = (
    b"<",
    b">",
    b"&",
    b'"',
    b"'",
    b"\n",
    b"\r",
    b",",
    b";",
    b"\t",
    b"\0",
    b"#",
    b"\xff",
    b"\xc3",
    b"&#0;",
    b"&x;",
    b"<!DOCTYPE a>",
    b"</w:tc>",
    b"<w:tc>",
    b"<target>",
    b"</unit>",
    b"00:00:01,000 --> 00:00:02,000",
    b"<U+0000>",
    b"9999999",
    b"-1",
    "ß".encode(),
)


def damaged(content: bytes, dice: random.Random) -> bytes:
    """Return `content` with a few of its bytes replaced, taken out, repeated or put in."""
    data = bytearray(content)
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(data) + 1)
        end = min(len(data), at + dice.choice((1, 2, 8, 60, 400)))
        match dice.randrange(5):
            case 0:
                data[at:end] = b""
            case 1:
                data[at:at] = dice.choice(PIECES)
            case 2:
                data[at:at] = data[at:end]
            case 3:
                data[at:end] = bytes(dice.randrange(256) for _ in range(end - at))
            case 4:
                data[at : at + 1] = dice.choice(PIECES)
    return bytes(data)


def repacked(content: bytes, dice: random.Random) -> bytes:
    """Return a .docx with a damaged part in a whole package or, now and then, damaged as a package."""
    if dice.randrange(4) == 0:
        return damaged(content, dice)
    part = dice.choice(("word/document.xml",) * 6 + ("_rels/.rels", "[Content_Types].xml"))
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as package, zipfile.ZipFile(made, "w") as new:
        for name in package.namelist():
            data = package.read(name)
            new.writestr(name, damaged(data, dice) if name == part else data)
    return made.getvalue()


def go_through(form: str, seed: int) -> bool:
    """Damage a file, take it in, and return whether it could be read."""
    dice = random.Random(seed)  # noqa: S311 - the same damage each time
    both = sides()
    file = sent(both)
    write, damage, read = {
        "csv": (write_csv, damaged, read_csv),
        "docx": (write_docx, repacked, read_docx),
        "xliff": (write_xliff, damaged, read_xliff),
    }[form]
    refused = None
    try:
        returned = read(damage(write(file), dice), file="x")
    except SubtitleError as refusal:
        refused = refusal.findings
    if refused is not None:
        assert refused
        assert all(str(one).startswith("x") and "\n" not in str(one) for one in refused)
        return False
    brought = bring_back(returned, both, RULES, reel="INT01")
    there = {cue.id: cue.text for cue in brought.merged.cues}
    assert len(there) >= len(ENGLISH)
    changed = {*brought.taken, *(conflict.id for conflict in brought.merged.conflicts)}
    for cue in both.target.plain():
        assert cue.id in there
        assert there[cue.id] == cue.text or cue.id in changed
        assert there[cue.id].strip()
    assert all("\n" not in str(one) for one in brought.findings)
    return True


@pytest.mark.parametrize("form", ["csv", "docx", "xliff"])
def test_a_damaged_file_is_read_or_refused_and_no_cue_is_lost(form):
    read = sum(go_through(form, seed) for seed in range(60))
    assert 0 < read < 60


@pytest.mark.slow
@pytest.mark.parametrize("form", ["csv", "docx", "xliff"])
def test_a_thousand_damaged_files(form):
    read = sum(go_through(form, seed) for seed in range(100, 1100))
    assert 0 < read < 1000
