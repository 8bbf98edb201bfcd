import pickle
from dataclasses import replace

import pysrt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subtitles.cue import Cue
from subtitles.errors import EmptySubtitles, SubtitleError
from subtitles.formats.srt import SrtDocument, read_srt, write_document, write_srt
from subtitles.formats.srt_lines import timing_on

PLAIN = "1\n00:00:01,000 --> 00:00:02,500\n¿Cómo fue?\n\n2\n00:00:03,000 --> 00:00:05,000\nSalimos\nde madrugada.\n"
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-32"]


def read(text: str, **options) -> SrtDocument:
    return read_srt(text.encode(), file="INT01.es.srt", **options)


def texts(text: str) -> list[str]:
    return [cue.text for cue in read(text).cues]


def refusal(text: str) -> list[str]:
    with pytest.raises(SubtitleError) as caught:
        read(text)
    assert caught.type is SubtitleError
    return [str(finding) for finding in caught.value.findings]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r", "\r\r\n"])
def test_every_encoding_and_line_end_gives_the_same_cues_and_the_same_bytes(encoding, newline):
    content = PLAIN.replace("\n", newline).encode(encoding)
    document = read_srt(content, file="a.srt")
    assert document.cues == read(PLAIN).cues
    assert document.newline == newline
    assert write_document(document) == content


def test_cues_carry_their_times_and_the_lines_they_stand_on():
    document = read(PLAIN)
    assert document.cues[1] == Cue(start_ms=3000, end_ms=5000, text="Salimos\nde madrugada.")
    assert [entry.line for entry in document.entries] == [2, 6]


def test_our_writing_is_read_by_pysrt_as_by_us():
    cues = read(PLAIN).cues
    theirs = pysrt.from_string(write_srt(cues).decode())
    assert [(item.start.ordinal, item.end.ordinal, item.text) for item in theirs] == [
        (cue.start_ms, cue.end_ms, cue.text) for cue in cues
    ]


def test_a_blank_line_inside_a_text_belongs_to_the_text():
    assert texts("1\n00:00:01,000 --> 00:00:02,000\nuno\n\ndos\n\n2\n00:00:03,000 --> 00:00:04,000\ntres\n") == [
        "uno\n\ndos",
        "tres",
    ]


@pytest.mark.parametrize("ending", ["", "\n", "\n\n\n"])
def test_a_last_cue_may_end_in_a_number(ending):
    assert texts(f"1\n00:00:01,000 --> 00:00:02,000\nIn the year\n1984{ending}") == ["In the year\n1984"]


def test_numbers_may_be_missing_wrong_or_twice():
    assert texts("00:00:01,000 --> 00:00:02,000\nuno\n1984\n00:00:03,000 --> 00:00:04,000\ndos\n") == [
        "uno\n1984",
        "dos",
    ]
    assert texts("7\n00:00:01,000 --> 00:00:02,000\nuno\n\n7\n00:00:03,000 --> 00:00:04,000\ndos\n") == ["uno", "dos"]
    assert texts("1\n00:00:01,000 --> 00:00:02,000\nuno\n2\n00:00:03,000 --> 00:00:04,000\ndos\n") == ["uno", "dos"]


def test_a_file_with_a_blank_line_behind_every_line_is_read():
    assert texts(PLAIN.replace("\n", "\n\n")) == ["¿Cómo fue?", "Salimos\n\nde madrugada."]


@pytest.mark.parametrize(
    ("line", "start_ms", "end_ms"),
    [
        ("00:00:01.000 --> 00:00:02.500", 1000, 2500),
        ("0:0:1,000-->0:0:2,500", 1000, 2500),
        ("  00:00:01,000  -->  00:00:02,500   ", 1000, 2500),
        ("00:00:013,567 --> 00:00:14,901", 13_567, 14_901),
        ("00:00:5,000 --> 00:00:6", 5000, 6000),
        ("\u200e00:00:01,000 --> 00:00:02,500\u200f", 1000, 2500),
        ("123:00:01,000 --> 123:00:02,500", 442_801_000, 442_802_500),
        ("00:00:01,000 --> 00:00:02,500 X1:63 X2:223 Y1:43 Y2:58", 1000, 2500),
    ],
)
def test_times_without_doubt_are_read(line, start_ms, end_ms):
    document = read(f"1\n{line}\nHola\n")
    assert (document.cues[0].start_ms, document.cues[0].end_ms) == (start_ms, end_ms)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("00:00:01,5 --> 00:00:02,000", "milliseconds have three digits"),
        ("00:00:01,0000 --> 00:00:02,5000", "milliseconds have three digits"),
        ("-00:00:01,000 --> 00:00:02,000", "negative"),
        ("00:00:01:890 --> 00:00:02,000", "not a timing line"),
        ("00:00:01,000 -> 00:00:02,000", "not a timing line"),
        ("00:00:01,000 –> 00:00:02,000", "not a timing line"),
        ("00：00：01，000 --> 00：00：02，000", "not a timing line"),
        ("00:61:01,000 --> 00:62:02,000", "go to 59"),
        ("00:00:03,000 --> 00:00:02,000", "before it starts"),
        ("00:00:01,000 --> 00:00:02,000 Hola", "text stands on the timing line"),
    ],
)
def test_times_in_doubt_are_refused_with_their_line(line, reason):
    (finding,) = refusal(f"1\n00:00:00,100 --> 00:00:00,900\nuno\n\n2\n{line}\ndos\n")
    assert finding.startswith("INT01.es.srt:6: ")
    assert reason in finding


@pytest.mark.parametrize("line", ["Mira --> allí", "de 12:30 --> 14:00", "12:30 --> 14:00", "-->", "a > b", "1 --> 2"])
def test_an_arrow_in_a_text_is_text(line):
    assert texts(f"1\n00:00:01,000 --> 00:00:02,000\n{line}\n") == [line]


@pytest.mark.parametrize(
    "text",
    [
        "<i>Hola</i> {\\an8}<b>tú</b>",
        "\u202bשלום\u202c \u200f(א)",
        "👩\u200d👩\u200d👧 no",
        "Me llame\u0301 así",
        "a\u2028b\x0bc\x85d",
        "  con espacios  ",
        '&amp; <font face="Serif">',
    ],
)
def test_texts_are_kept_as_they_stand(text):
    content = f"1\n00:00:01,000 --> 00:00:02,000\n{text}\n"
    assert texts(content) == [text]
    assert read_srt(write_srt(read(content).cues), file="b.srt").cues[0].text == text


def test_empty_cues_are_kept():
    assert texts("1\n00:00:01,000 --> 00:00:02,000\n\n2\n00:00:03,000 --> 00:00:04,000\n\n") == ["", ""]


def test_joined_files_with_a_mark_in_the_middle_are_read():
    assert len(read(PLAIN + "\n\ufeff" + PLAIN).cues) == 4


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\xff\xfe", b" \r\n\r\n\t", b"\xef\xbb\xbf\n"])
def test_a_file_without_anything_is_an_accident(content):
    with pytest.raises(EmptySubtitles) as caught:
        read_srt(content, file="INT01.es.srt")
    assert str(caught.value).startswith("INT01.es.srt:1: the file is empty")


def test_text_without_a_cue_is_refused():
    assert refusal("Hola\n\n" + PLAIN)[0].startswith("INT01.es.srt:1: text stands here without a cue")
    assert refusal("WEBVTT\n")[0].startswith("INT01.es.srt:1: ")


def test_a_cue_that_lost_its_times_is_refused_not_added_to_the_one_before():
    (finding,) = refusal(
        PLAIN.replace("00:00:03,000 --> 00:00:05,000\n", "") + "\n3\n00:00:06,000 --> 00:00:07,000\nx\n"
    )
    assert finding.startswith("INT01.es.srt:5: cue 2 has no timing line")
    (finding,) = refusal(PLAIN.replace("00:00:03,000 --> 00:00:05,000\n", ""))
    assert finding.startswith("INT01.es.srt:5: cue 2 has no timing line")


def test_a_file_cut_off_behind_a_number_is_read_with_a_warning_and_kept():
    content = PLAIN + "\n3\n"
    document = read(content)
    assert [cue.text for cue in document.cues] == ["¿Cómo fue?", "Salimos\nde madrugada."]
    assert [finding.line for finding in document.findings] == [10]
    assert write_document(document) == content.encode()


def test_nul_is_refused_with_its_line():
    assert refusal(PLAIN.replace("Salimos", "Sali\0mos"))[0].startswith("INT01.es.srt:7: it holds NUL")


def test_other_encodings_are_asked_for_by_name():
    content = PLAIN.encode("windows-1252")
    with pytest.raises(SubtitleError, match=r"a\.srt:3: the bytes from here are not UTF-8; .*windows-1252"):
        read_srt(content, file="a.srt")
    document = read_srt(content, file="a.srt", encoding="windows-1252")
    assert document.cues == read(PLAIN).cues
    assert write_document(document) == content


@pytest.mark.parametrize("name", ["klingon", "rot13", "zip", "hex", "utf-7", "unicode_escape", "idna", "a\0b", "ñ"])
def test_names_that_are_no_use_as_an_encoding_are_refused(name):
    with pytest.raises(SubtitleError, match=r"a\.srt"):
        read_srt((PLAIN + "+AOk-\\u00e9\x07").encode(), file="a.srt", encoding=name)


def test_half_a_character_is_refused():
    with pytest.raises(SubtitleError, match="UTF-16"):
        read_srt(PLAIN.encode("utf-16")[:-1], file="a.srt")


def test_errors_cross_process_boundaries_whole():
    with pytest.raises(EmptySubtitles) as caught:
        read_srt(b"", file="a.srt")
    copy = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - our own bytes
    assert type(copy) is EmptySubtitles
    assert copy.findings == caught.value.findings


def test_thousands_of_faults_are_summed_up():
    broken = "".join(f"{n}\n00:00:01,5 --> 00:00:02,5\nx\n\n" for n in range(1, 2000))
    assert len(refusal(broken)) == 51


def test_a_changed_cue_leaves_every_other_character_alone():
    content = PLAIN.replace("\n", "\r\n").replace("02,500", "02,500 X1:1  ")
    document = read(content)
    entry = document.entries[1]
    changed = entry.changed(Cue(start_ms=3000, end_ms=5000, text="Salimos\nde noche."), document.newline)
    assert changed.head + changed.timing + changed.body == entry.head + entry.timing + "Salimos\r\nde noche.\r\n"
    entry = document.entries[0]
    changed = entry.changed(Cue(start_ms=900, end_ms=2500, text="¿Cómo fue?"), document.newline)
    assert changed.timing == "00:00:00,900 --> 00:00:02,500 X1:1\r\n"
    assert changed.body == entry.body


def test_a_change_that_the_file_s_encoding_cannot_hold_is_refused():
    document = read_srt(PLAIN.encode("windows-1252"), file="a.srt", encoding="windows-1252")
    changed = document.entries[0].changed(replace(document.cues[0], text="Łódź"), document.newline)
    with pytest.raises(SubtitleError, match=r"a\.srt: 'Ł' cannot be written in cp1252"):
        write_document(replace(document, entries=(changed, *document.entries[1:])))


@pytest.mark.parametrize(
    "cue",
    [
        Cue(start_ms=2000, end_ms=1000, text="x"),
        Cue(start_ms=-1, end_ms=1000, text="x"),
        Cue(start_ms=0, end_ms=1000, text="x\0"),
        Cue(start_ms=0, end_ms=1000, text="x\ry"),
        Cue(start_ms=0, end_ms=1000, text="\ud800"),
        Cue(start_ms=0, end_ms=1000, text="x\n00:00:01,000 --> 00:00:02,000"),
    ],
)
def test_what_srt_cannot_hold_is_not_written(cue):
    with pytest.raises(SubtitleError, match="cue 1"):
        write_srt([cue])


def test_a_blank_line_inside_a_text_is_written_so_that_players_keep_the_cue_whole():
    written = write_srt([Cue(start_ms=0, end_ms=1000, text="uno\n\n2\n\ndos")])
    assert b"\n\n" not in written
    assert [cue.text for cue in read_srt(written, file="a.srt").cues] == ["uno\n\u00a0\n2\n\u00a0\ndos"]


def _survives(text: str) -> bool:
    lines = text.split("\n")
    return all(line.strip(" \t\ufeff\u200e\u200f") and not timing_on(line) for line in lines) or text == ""


TEXTS = st.text(
    st.one_of(st.sampled_from("12 >-:,.\n<i>é¿\u200f"), st.characters(exclude_categories=["Cs", "Cc"])), max_size=40
).filter(_survives)
CUES = st.lists(
    st.tuples(st.integers(0, 10**8), st.integers(0, 10**5), TEXTS).map(
        lambda cue: Cue(start_ms=cue[0], end_ms=cue[0] + cue[1], text=cue[2])
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=300, deadline=None)
@given(cues=CUES)
def test_whatever_cues_are_written_come_back(cues):
    assert list(read_srt(write_srt(cues), file="a.srt").cues) == cues


def _read_or_refused(content: bytes) -> bool:
    try:
        document = read_srt(content, file="a.srt")
    except SubtitleError as error:
        return bool(error.findings) and all(str(finding).startswith("a.srt") for finding in error.findings)
    return write_document(document) == content


LINES = st.lists(
    st.one_of(
        st.sampled_from(
            ["", "1", "2", "3", " ", "00:00:01,000 --> 00:00:02,000", "00:00:03,000 --> 00:00:04,000 X1:3"]
        ),
        st.text(max_size=12),
    ),
    max_size=20,
)


@settings(max_examples=500, deadline=None)
@given(lines=LINES, newline=st.sampled_from(["\n", "\r\n", "\r", "\r\r\n"]), encoding=st.sampled_from(ENCODINGS))
def test_any_file_is_written_back_to_the_byte_or_refused(lines, newline, encoding):
    content = newline.join(lines).encode(encoding, "replace")
    assert _read_or_refused(content)


@settings(max_examples=300, deadline=None)
@given(content=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(content):
    assert _read_or_refused(content)


def test_time_grows_with_the_file_and_not_faster():
    content = write_srt(
        [Cue(start_ms=i * 2000, end_ms=i * 2000 + 1500, text=f"Línea {i}\n\n{i}") for i in range(20_000)]
    )
    assert len(read_srt(content, file="a.srt").cues) == 20_000
    timing = b"1\n00:00:01,000 --> 00:00:02,000\n"
    assert len(read_srt(timing + b"\n1" * 24_000 + b"9:" * 24_000, file="a.srt").cues) == 1
    with pytest.raises(SubtitleError, match="this cue has 399,999 characters"):
        read_srt(timing + b"\n1" * 100_000 + b"9:" * 100_000, file="a.srt")
