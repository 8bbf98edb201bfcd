import csv
from pathlib import Path

import pytest

from subtitles.errors import EmptySubtitles, SubtitleError
from subtitles.formats.srt import read_srt, write_document, write_srt
from subtitles.formats.vtt import read_vtt, write_vtt

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
FILES = sorted((CORPUS / "subs").glob("*.srt"))

# Cues each readable file has, counted by eye; the others are refused.
CUES = {
    "fate_sub-subripenc.srt": 3,
    "media3_typical_unexpected_end.srt": 2,
    "media3_typical_utf16be.srt": 3,
    "media3_typical_utf16le.srt": 3,
    "media3_typical_with_byte_order_mark.srt": 3,
    "media3_typical_with_tags.srt": 14,
    "moviepy_subtitles.srt": 5,
    "seconv_test.srt": 3,
    "seconv_test2.srt": 2,
    "ttconv_extended-tags.srt": 1,
    "webvttpy_sample.srt": 5,
}
REFUSED_AT = {
    "media3_typical_bad_timestamps.srt": [6, 10],
    "media3_typical_negative_timestamps.srt": [2, 6],
    "webvttpy_invalid_format1.srt": [1],
    "webvttpy_invalid_format4.srt": [1],
    "webvttpy_invalid_timeframe.srt": [6],
    "webvttpy_missing_timeframe.srt": [5],
}


@pytest.mark.parametrize("path", [path for path in FILES if path.name in CUES], ids=lambda path: path.name)
def test_people_s_files_are_read_whole_and_written_back_to_the_byte(path):
    content = path.read_bytes()
    document = read_srt(content, file=path.name)
    assert len(document.cues) == CUES[path.name]
    assert write_document(document) == content


@pytest.mark.parametrize("path", [path for path in FILES if path.name in CUES], ids=lambda path: path.name)
def test_what_was_read_survives_our_own_writing(path):
    cues = read_srt(path.read_bytes(), file=path.name).cues
    assert read_srt(write_srt(cues), file=path.name).cues == cues
    read_again = read_vtt(write_vtt(cues, language="en"), file=path.name)
    assert [(cue.start_ms, cue.end_ms) for cue in read_again] == [(cue.start_ms, cue.end_ms) for cue in cues]


@pytest.mark.parametrize("path", [path for path in FILES if path.name in REFUSED_AT], ids=lambda path: path.name)
def test_broken_files_are_refused_with_their_lines(path):
    with pytest.raises(SubtitleError) as refusal:
        read_srt(path.read_bytes(), file=path.name)
    assert [finding.line for finding in refusal.value.findings] == REFUSED_AT[path.name]


@pytest.mark.parametrize("path", [path for path in FILES if path.stat().st_size == 0], ids=lambda path: path.name)
def test_empty_files_are_an_accident(path):
    with pytest.raises(EmptySubtitles):
        read_srt(path.read_bytes(), file=path.name)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_file_of_the_corpus_is_expected_here(path):
    assert path.name in CUES or path.name in REFUSED_AT or path.stat().st_size == 0


def _expected_vtt():
    table = CORPUS / "SOURCES.tsv"
    if not table.exists():
        return []
    with table.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [(row["file"], row["expected"]) for row in rows if row["file"].endswith(".vtt") and row["expected"]]


EXPECTED_VTT = _expected_vtt()


@pytest.mark.parametrize(("name", "expected"), EXPECTED_VTT, ids=[name for name, _ in EXPECTED_VTT])
def test_webvtt_is_read_or_refused_as_its_owner_says(name, expected):
    content = (CORPUS / "subs" / name).read_bytes()
    count = next((int(word) for word in expected.split() if word.isdigit()), None)
    if count is not None:
        assert len(read_vtt(content, file=name)) == count
    elif "without text" in expected:
        assert any(not cue.text for cue in read_vtt(content, file=name))
    else:
        with pytest.raises(SubtitleError):
            read_vtt(content, file=name)
