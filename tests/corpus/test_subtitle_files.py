"""Every subtitle file of the corpus: read or refused with a place, compared with what its owner says, and sent round."""

import csv
import re
from pathlib import Path

import pytest

from subtitles.cue import Cue
from subtitles.errors import SubtitleError
from subtitles.formats.any import SubtitleFormat, read_any, write_any
from subtitles.formats.srt import read_srt, write_document
from subtitles.formats.vtt import read_document
from subtitles.formats.vtt import write_document as write_vtt_document
from subtitles.tags import position_of, without_tags
from tests.mutated_subtitles import mutated, said_of

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
FILES = sorted((CORPUS / "subs").glob("*"))
ROUND = (SubtitleFormat.SRT, SubtitleFormat.VTT, SubtitleFormat.TTML, SubtitleFormat.ASS)
LAST_IN_ASS_MS = 36_000_000 - 10

# Files that their owners read more of than we do, each for a reason: times that are in doubt or run backwards, cues without
# times, or a file whose emptiness we take for an accident.
STRICTER = {
    "media3_empty.srt",
    "media3_typical_bad_timestamps.srt",
    "media3_typical_negative_timestamps.srt",
}


def expectations():
    table = CORPUS / "SOURCES.tsv"
    if not table.exists():
        return {}
    with table.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {row["file"]: row["expected"] for row in rows if row["kind"] == "subs" and row["expected"]}


def has_place(finding):
    return finding.line is not None or finding.field.startswith(("block ", "header, "))


def read_or_none(path):
    """What a file holds, None where it is refused with a place in every finding, and the error where one has none."""
    try:
        return read_any(path.read_bytes(), file=path.name)
    except SubtitleError as error:
        return None if all(has_place(finding) for finding in error.findings) else error


READ = {path: read for path in FILES if (read := read_or_none(path)) is not None}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_file_is_read_or_refused_with_a_place(path):
    read = read_or_none(path)
    assert not isinstance(read, SubtitleError)
    if read is not None:
        assert all(0 <= cue.start_ms <= cue.end_ms for cue in read.cues)
        assert len(read.lines) == len(read.cues)
        lines = path.read_bytes().count(b"\n") + path.read_bytes().count(b"\r") + 1
        assert all(line is None or line <= lines for line in read.lines)


@pytest.mark.parametrize("count", [len(FILES)] if FILES else [])
def test_most_of_the_corpus_is_read(count):
    assert count >= 260
    assert len(READ) >= 220


@pytest.mark.parametrize(("name", "expected"), expectations().items(), ids=expectations())
def test_as_many_cues_as_its_owner_says(name, expected):
    read = READ.get(CORPUS / "subs" / name)
    count = re.search(r"(\d+) (?:cues?|timing lines)\b", expected.replace("owner cue states", "states"))
    refused = ("MUST be refused", "invalid", "bad timing", "without timing")
    if name in STRICTER or any(word in expected for word in refused):
        assert read is None
    elif count:
        assert read is not None
        assert len(read.cues) == int(count[1])
    else:
        assert read is not None


@pytest.mark.parametrize(
    "path", [path for path in FILES if path.suffix in {".srt", ".vtt", ".webvtt"}], ids=lambda path: path.name
)
def test_an_unchanged_file_is_written_to_the_byte(path):
    if path not in READ:
        with pytest.raises(SubtitleError):
            read_any(path.read_bytes(), file=path.name)
        return
    content = path.read_bytes()
    if READ[path].format is SubtitleFormat.SRT:
        assert write_document(read_srt(content, file=path.name)) == content
    else:
        assert write_vtt_document(read_document(content, file=path.name)) == content


def seen(cues):
    """What is seen, in order of time: blank lines have something in them, or are gone at the ends of a text."""
    texts = sorted(cues, key=lambda cue: (cue.start_ms, cue.end_ms))
    shown = [re.sub("^\u00a0?$", "", without_tags(cue.text), flags=re.MULTILINE).strip("\n") for cue in texts]
    places = [position_of(cue.text) for cue in texts]
    return [(text, None if place == 2 else place) for text, place in zip(shown, places, strict=True)]


@pytest.mark.parametrize("path", READ, ids=lambda path: path.name)
@pytest.mark.parametrize("kind", ROUND)
def test_what_was_read_survives_each_format(path, kind):
    read = READ[path]
    cues = [cue for cue in read.cues if cue.end_ms > cue.start_ms and cue.end_ms <= LAST_IN_ASS_MS]
    if not cues:
        cues = [Cue(start_ms=0, end_ms=1000, text="a file without any cue that is seen")]
    written = write_any(cues, kind, file=f"x.{kind}")
    again = read_any(written, file=f"x.{kind}").cues
    assert seen(again) == seen(cues)
    tolerance_ms = 10 if kind is SubtitleFormat.ASS else 0
    in_order = sorted(cues, key=lambda cue: (cue.start_ms, cue.end_ms))
    for cue, other in zip(in_order, sorted(again, key=lambda cue: (cue.start_ms, cue.end_ms)), strict=True):
        assert abs(cue.start_ms - other.start_ms) <= tolerance_ms
        assert abs(cue.end_ms - other.end_ms) <= tolerance_ms


@pytest.mark.parametrize("part", range(2))
def test_corpus_files_gone_wrong_are_read_or_refused(part):
    check_mutated(part * 250, 250)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(8))
def test_twenty_thousand_corpus_files_gone_wrong_are_read_or_refused(part):
    check_mutated(10_000 + part * 2_500, 2_500)


def check_mutated(first, count):
    seeds = [(path.name, path.read_bytes()) for path in FILES] or [("a.srt", b"1\n00:00:01,000 --> 00:00:02,000\na\n")]
    for seed in range(first, first + count):
        name, content = mutated(seeds, seed)
        assert said_of(name, content) in {"read", "refused"}, f"{seed}: {name}"
