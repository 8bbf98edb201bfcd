from fractions import Fraction

import pytest

from footage_manifest.timebase import FrameRange
from footage_manifest.timecode import Clock, Label
from pipeline.errors import TimelineError
from pipeline.timeline.edl import read_edl
from pipeline.timeline.edl_lines import TransitionKind

PAL = Clock(Fraction(25))
CUT = "001  INT01 V     C        01:00:10:00 01:00:12:00 01:00:00:00 01:00:02:00\n"


def read(text, clock=PAL):
    return read_edl(text.encode() if isinstance(text, str) else text, file="cuts/forum.edl", clock=clock)


def findings(text, clock=PAL):
    with pytest.raises(TimelineError) as raised:
        read(text, clock)
    return [str(finding) for finding in raised.value.findings]


def test_an_event_keeps_everything_its_lines_say():
    edl = read(
        "TITLE: Three days\nFCM: NON-DROP FRAME\n"
        + CUT
        + "* FROM CLIP NAME: Juana, first day.mov\n* SOURCE FILE: int01.mp4\n*ASC_SAT 0.9\n* LOC: 01:00:00:10 RED look\n"
        "GPI 7\nAUD  3\n"
    )
    (event,) = edl.events
    assert edl.title == "Three days"
    assert (event.number, event.line, event.incoming.reel) == ("001", 3, "INT01")
    assert event.record == FrameRange(90_000, 90_050)
    assert event.incoming.source_in == Label(1, 0, 10, 0)
    assert event.incoming.drop is False
    assert event.incoming.names == ("Juana, first day.mov",)
    assert (event.channels.picture, event.channels.sound) == (True, (3,))
    assert [(remark.line, remark.key, remark.text) for remark in event.remarks] == [
        (5, "SOURCE FILE", "int01.mp4"),
        (6, "ASC_SAT", "0.9"),
        (7, "LOC", "01:00:00:10 RED look"),
        (8, "", "GPI 7"),
    ]


@pytest.mark.parametrize(
    ("written", "picture", "sound"),
    [
        ("V", True, ()),
        ("V1", True, ()),
        ("A", False, (1,)),
        ("A1", False, (1,)),
        ("A2", False, (2,)),
        ("A4", False, (4,)),
        ("AA", False, (1, 2)),
        ("B", True, (1,)),
        ("AA/V", True, (1, 2)),
        ("V/A", True, (1,)),
        ("A2/V", True, (2,)),
        ("VA1A2", True, (1, 2)),
        ("A1234V", True, (1, 2, 3, 4)),
        ("NONE", False, ()),
    ],
)
def test_channels(written, picture, sound):
    (event,) = read(CUT.replace(" V ", f" {written} ")).events
    assert (event.channels.picture, event.channels.sound) == (picture, sound)


@pytest.mark.parametrize("written", ["V2", "A12", "X", "V//A", "AV3", "A0"])
def test_channels_that_could_mean_something_else_are_refused(written):
    (found,) = findings(CUT.replace(" V ", f" {written} "))
    assert found.startswith(f"cuts/forum.edl:1: channels: '{written}' is no channel selection; ")


@pytest.mark.parametrize(
    ("columns", "number", "reel"),
    [
        ("000017 INT01", "000017", "INT01"),
        ("012A", "", "012A"),
        ("012A INT01", "012A", "INT01"),
        ("0011D 0001", "0011D", "0001"),
        ("12345 INT01", "12345", "INT01"),
        ("INT01", "", "INT01"),
        ("106771", "", "106771"),
        ("001 106771", "001", "106771"),
        ("003 UNILOGO_2012_S235_MONO_DNX175X.M", "003", "UNILOGO_2012_S235_MONO_DNX175X.M"),
        ("004 CAM A DAY 2", "004", "CAM A DAY 2"),
    ],
)
def test_event_numbers_and_reels(columns, number, reel):
    (event,) = read(CUT.replace("001  INT01", columns)).events
    assert (event.number, event.incoming.reel) == (number, reel)


def test_a_reel_with_spaces_and_no_number_is_refused():
    (found,) = findings(CUT.replace("001  INT01", "CAM A"))
    assert found.startswith("cuts/forum.edl:1: event number: 'CAM' is not an event number; ")


def test_a_dissolve_is_one_event_with_the_side_it_leaves():
    edl = read(
        CUT + "002  INT01 V     C        01:00:12:00 01:00:12:00 01:00:02:00 01:00:02:00\n"
        "002  INT02 V     D    010 00:00:05:00 00:00:07:00 01:00:02:00 01:00:04:00\n"
        "* FROM CLIP NAME: first\n* TO CLIP NAME: second\n"
    )
    dissolve = edl.events[1]
    assert len(edl.events) == 2
    assert (dissolve.transition.kind, dissolve.transition.frames) == (TransitionKind.DISSOLVE, 10)
    assert dissolve.outgoing is not None
    assert (dissolve.outgoing.reel, dissolve.outgoing.source_in, dissolve.outgoing.line) == (
        "INT01",
        Label(1, 0, 12, 0),
        2,
    )
    assert (dissolve.line, dissolve.incoming.reel, dissolve.incoming.source_in) == (3, "INT02", Label(0, 0, 5, 0))
    assert (dissolve.outgoing.names, dissolve.incoming.names) == (("first",), ("second",))


def test_a_dissolve_may_leave_an_event_of_its_own_number_that_has_a_length():
    first, second = read(
        CUT + "001  BL    V     D    025 00:00:00:00 00:00:01:00 01:00:02:00 01:00:03:00\n"
        "* FROM CLIP NAME: first\nM2   INT01   035.0   01:00:10:00\n"
    ).events
    assert second.outgoing is not None
    assert (second.outgoing.reel, second.outgoing.source_in) == ("INT01", Label(1, 0, 12, 0))
    assert first.incoming.names == ("first",)
    assert first.incoming.motion is not None
    assert (first.incoming.motion.frames_a_second, first.incoming.motion.line) == (35, 4)
    assert second.incoming.motion is None


def test_a_speed_goes_to_the_side_whose_reel_and_timecode_it_names():
    (event,) = read(
        "001  INT01 V     C        01:00:12:00 01:00:12:00 01:00:02:00 01:00:02:00\n"
        "001  INT01 V     D    010 01:00:20:00 01:00:22:00 01:00:02:00 01:00:04:00\n"
        "M2   INT01   -025.0   01:00:12:00\n"
    ).events
    assert event.outgoing is not None
    assert event.outgoing.motion is not None
    assert event.outgoing.motion.frames_a_second == -25
    assert event.incoming.motion is None


@pytest.mark.parametrize(
    ("written", "kind", "frames"),
    [("K B", "key", 0), ("KB", "key", 0), ("KO 020", "key", 20), ("K B (F) 010", "key", 10)],
)
def test_wipes_and_keys_are_kept_as_what_they_are(written, kind, frames):
    (event,) = read(CUT.replace(" C ", f" {written} ")).events
    assert (event.transition.kind, event.transition.frames) == (kind, frames)


def test_a_wipe_is_one_event_with_the_side_it_leaves_whatever_its_first_line_is_numbered():
    (event,) = read(
        "002  INT01 V     C        01:00:12:00 01:00:12:00 01:00:02:00 01:00:02:00\n"
        "003  INT02 V     W119 010 00:00:05:00 00:00:07:00 01:00:02:00 01:00:04:00\n"
        "* EFFECT NAME: CROSS DISSOLVE\n"
    ).events
    assert (event.transition.kind, event.transition.pattern, event.transition.frames) == (TransitionKind.WIPE, 119, 10)
    assert event.outgoing is not None
    assert (event.number, event.outgoing.reel, event.incoming.reel) == ("003", "INT01", "INT02")
    assert [remark.text for remark in event.remarks] == ["CROSS DISSOLVE"]


# ------------------------------------------------------------------------------------------------------- SPLIT

BOTH = CUT.replace(" V ", " B ")
NEXT = "002  INT01 {0}     C        01:00:12:00 01:00:14:00 01:00:02:{1} 01:00:04:{1}\n"
SPLIT = "SPLIT:    AUDIO DELAY=  00:00:00:06\n"


def splits(text):
    return [(event.line, event.split and (event.split.line, event.split.delay)) for event in read(text).events]


def test_a_split_belongs_to_the_event_above_it():
    assert splits(BOTH + SPLIT + NEXT.format("B", "00")) == [(1, (2, 6)), (3, None)]
    assert splits(BOTH + "* FROM CLIP NAME: a\n" + SPLIT) == [(1, (3, 6))]
    (event,) = read(CUT + "AUD 3\nSPLIT: VIDEO DELAY= 00:00:01:01\n").events
    assert event.split is not None
    assert (event.split.delay, event.split.picture_waits) == (26, True)


def test_a_split_belongs_to_the_event_below_where_the_one_above_is_picture_or_sound_alone():
    assert splits(CUT + SPLIT + NEXT.format("B", "00")) == [(1, None), (3, (2, 6))]
    assert splits(SPLIT + BOTH) == [(2, (1, 6))]


def test_a_split_above_lines_that_stand_apart_already_is_a_remark():
    halves = NEXT.format("V", "00") + NEXT.format("A", "06")
    edl = read(BOTH + SPLIT + halves)
    assert [event.split for event in edl.events] == [None, None, None]
    assert [(remark.line, remark.key, remark.text) for remark in edl.events[1].remarks] == [
        (2, "SPLIT", "AUDIO DELAY= 00:00:00:06")
    ]
    assert splits(BOTH + SPLIT + halves.replace("02:06", "02:05")) == [(1, (2, 6)), (3, None), (4, None)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (BOTH + "SPLIT: AUDIO\n", "cuts/forum.edl:2: SPLIT: the split cannot be read; write SPLIT: AUDIO DELAY= "),
        (BOTH + "SPLIT: AUDIO DELAY= soon\n", "cuts/forum.edl:2: SPLIT: 'soon' is not a timecode"),
        (CUT + SPLIT, "cuts/forum.edl:2: SPLIT: no event beside it carries picture and sound together; "),
        (BOTH + SPLIT + SPLIT, "cuts/forum.edl:3: SPLIT: the event on line 1 has a SPLIT already; "),
    ],
)
def test_a_split_that_says_nothing_is_refused(text, message):
    (found,) = findings(text)
    assert found.startswith(message)


@pytest.mark.parametrize(
    "data",
    [
        CUT.replace("\n", "\r\n").encode() + b"\x1a",
        CUT.replace("\n", "\r").encode(),
        b"* a\r" + CUT.replace("\n", "\r\n").encode() + b"* b\n* c\r",
        b"\xef\xbb\xbf" + CUT.encode(),
        CUT.encode("utf-16"),
        b"\r\n\n\r" + CUT.encode().rstrip(b"\n"),
    ],
)
def test_line_ends_and_encodings(data):
    assert read(data).events[0].record == FrameRange(90_000, 90_050)


@pytest.mark.parametrize(
    ("encoding", "name"), [("utf-8", "Día 1 – río"), ("cp1252", "Día 1 – río"), ("latin-1", "Día\x8d")]
)
def test_clip_names_survive_their_encoding(encoding, name):
    (event,) = read((CUT + f"* FROM CLIP NAME: {name}\n").encode(encoding)).events
    assert event.incoming.names == (name,)


def test_drop_frame_punctuation_and_fcm():
    drop = Clock(Fraction(30000, 1001), drop=True)
    line = "001  INT01 V     C        01:00:10:00 01:00:12:00 {0} {1}\n"
    marked = read(line.format("01:00:00;00", "01:00:02;00"), drop).events[0]
    assert marked.record == FrameRange(107_892, 107_952)
    assert marked.incoming.drop is False  # the line tells ; from :
    coded = read("FCM: DROP FRAME\n" + line.format("01:00:00:00", "01:00:02:00"), drop).events[0]
    assert coded.record == FrameRange(107_892, 107_952)
    assert coded.incoming.drop is True
    silent = read(line.format("01:00:00:00", "01:00:02:00"), drop).events[0]
    assert (silent.record.start, silent.incoming.drop) == (107_892, None)


def test_frame_codes_change_in_the_middle_of_a_list():
    drop = Clock(Fraction(30000, 1001), drop=True)
    text = "FCM: DROP FRAME\n" + CUT + "FCM: NON-DROP FRAME\n" + CUT
    (found,) = findings(text, drop)
    assert found.startswith("cuts/forum.edl:4: event 001 record in: FCM says non-drop frame, and film.yaml has")
    marked = CUT.replace("01:00:00:00", "01:00:00;00").replace("01:00:02:00", "01:00:02;00")
    assert [event.incoming.drop for event in read(text.replace(CUT, marked), drop).events] == [False, False]


@pytest.mark.parametrize(
    "line",
    [
        ">>> SOURCE 001 INT01 4C5C6D",
        "DLEDL: START TC: 01:00:00:00",
        "EFFECTS NAME IS CROSS DISSOLVE",
        "BLEND, DISSOLVE",
        "FINAL CUT PRO REEL: INTERVIEW_01 REPLACED BY: INTERVIE",
        "GPI GPI-T PULSE 001 RI +00:00:15:00",
        "REM 2 4 6",
        "AUDIO GAIN IS 3dB AT 01:00:00:00",
        "* AUDIO LEVEL AT 00:00:00:00 IS -0.00 DB  (REEL AX A1)",
        "* KEY CLIP NAME: card",
        "* 002 INT02 V C 01:00:10:00 01:00:12:00 01:00:00:00 01:00:02:00",
        "%   00 00",
        "2nd unit, see note",
    ],
)
def test_what_programs_add_is_kept_as_a_remark(line):
    (event,) = read(CUT + line + "\n").events
    (remark,) = event.remarks
    assert remark.line == 2
    assert remark.text in line


NTSC_DROP = Clock(Fraction(30000, 1001), drop=True)
BROKEN = [
    (
        CUT.replace("01:00:02:00", "01:00:02:25"),
        PAL,
        (
            "cuts/forum.edl:1: event 001 record out: 01:00:02:25 does not exist at 25 frames a second: frames go to 24;"
            " correct the line, or export the edit at the film's rate"
        ),
    ),
    (
        CUT.replace("01:00:02:00", "00:59:59:00"),
        PAL,
        "cuts/forum.edl:1: event 001 record out: 00:59:59:00 is before record in 01:00:00:00; correct the record columns",
    ),
    (
        CUT.replace("01:00:12:00", "01:00:09:24"),
        PAL,
        "cuts/forum.edl:1: event 001 source out: 01:00:09:24 is before source in 01:00:10:00; correct the source columns",
    ),
    (
        CUT.replace("01:00:02:00", "01:00:00:00"),
        PAL,
        (
            "cuts/forum.edl:1: event 001 record out: the event lasts no time, and no transition with its number and channels"
            " follows it; give it a length or remove it"
        ),
    ),
    (
        CUT.replace("01:00:10:00", "99:99:99:99"),
        PAL,
        (
            "cuts/forum.edl:1: event 001 source in: 99:99:99:99 does not exist: hours go to 23, minutes,"
            " seconds and frames to 59 at most; correct the timecode"
        ),
    ),
    (
        CUT.replace("01:00:00:00", "-1:00:00:00"),
        PAL,
        (
            "cuts/forum.edl:1: record in: '-1:00:00:00' is not a timecode of the form HH:MM:SS:FF; write HH:MM:SS:FF, with ;"
            " before the frames for drop-frame"
        ),
    ),
    (
        CUT.replace("01:00:00:00 ", ""),
        PAL,
        (
            "cuts/forum.edl:1: timecodes: an event line ends with four timecodes, and this one has 3; write"
            " source in, source out, record in and record out as HH:MM:SS:FF"
        ),
    ),
    (
        CUT.replace("001  INT01", "001A INT01").replace("01:00:00:00 ", ""),
        PAL,
        (
            "cuts/forum.edl:1: timecodes: an event line ends with four timecodes, and this one has 3; write"
            " source in, source out, record in and record out as HH:MM:SS:FF"
        ),
    ),
    (
        CUT.replace(" C  ", " W001 "),
        PAL,
        "cuts/forum.edl:1: transition: a wipe states its length in frames; write it, such as W001 025",
    ),
    (
        CUT.replace(" C ", " Q "),
        PAL,
        "cuts/forum.edl:1: transition: 'Q' is no transition; write C for a cut, or D and a number of frames for a dissolve",
    ),
    (
        CUT.replace(" C  ", " D 10"),
        PAL,
        (
            "cuts/forum.edl:1: event 001 transition: the dissolve does not say what it leaves; put the outgoing"
            " side's line before it: same number, channels and record in, C, and no length"
        ),
    ),
    (
        CUT + "M2   INT09   012.5   01:00:10:00\n",
        PAL,
        (
            "cuts/forum.edl:2: M2: the speed is for reel 'INT09', which the event above it does not play; name"
            " the event's reel, or move the line below its event"
        ),
    ),
    (
        "FCM: MAYBE\n" + CUT,
        PAL,
        "cuts/forum.edl:1: FCM: 'MAYBE' is no frame code mode; write FCM: DROP FRAME or FCM: NON-DROP FRAME",
    ),
    (
        "FCM: DROP FRAME\n" + CUT,
        PAL,
        (
            "cuts/forum.edl:2: event 001 record in: FCM says drop frame, and film.yaml has timeline.drop_frame:"
            " false; make the two agree: set timeline.drop_frame, or export the edit the other way"
        ),
    ),
    (
        CUT.replace("01:00:00:00", "01:01:00;00").replace("01:00:02:00", "01:01:02;00"),
        NTSC_DROP,
        (
            "cuts/forum.edl:1: event 001 record in: 01:01:00;00 does not exist: drop-frame counting skips it;"
            " correct the line, or export the edit at the film's rate"
        ),
    ),
    (
        CUT.replace("01:00:00:00", "01:00:00.00"),
        PAL,
        (
            "cuts/forum.edl:1: record in: the mark before the frames of '01:00:00.00' can mean either way of counting; write"
            " HH:MM:SS:FF, with ; before the frames for drop-frame"
        ),
    ),
    (
        "TITLE: one\n" + CUT + "TITLE: two\n",
        PAL,
        "cuts/forum.edl:3: TITLE: a second TITLE begins here: two lists in one file; make each a file of its own",
    ),
    (
        "TITLE: nothing\n",
        PAL,
        (
            "cuts/forum.edl:1: the list holds no event; export the edit again; an event line is 001 INT01 V C and"
            " four timecodes"
        ),
    ),
    (
        CUT + "\x00",
        PAL,
        (
            "cuts/forum.edl:2: the character with code 0 does not belong into text: this is not an EDL, or a"
            " broken one; export the EDL again as plain text"
        ),
    ),
]


@pytest.mark.parametrize(("text", "clock", "message"), BROKEN)
def test_a_broken_list_is_refused_in_one_line(text, clock, message):
    assert findings(text, clock) == [message]


def test_all_findings_come_at_once_and_in_order():
    found = findings(CUT.replace(" V ", " Q ") + CUT + CUT.replace("01:00:02:00", "01:00:02:30") + "AUD 3\n")
    assert [line.split(":")[1] for line in found] == ["1", "3"]  # AUD belongs to the event that could not be read


def test_messages_hold_nothing_that_a_terminal_acts_on():
    (found,) = findings(CUT.replace("001  INT01", "x\u202e\x85 " + "n" * 100))
    assert found.isprintable()
    assert len(found) < 300


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"*" * (8 * 1024 * 1024 + 1), "cuts/forum.edl:1: the file has 8388609 bytes and an EDL may have 8388608"),
        (b"* x\n" * 200_001, "cuts/forum.edl:200001: an EDL may have 200000 lines"),
        (b"*" * 2001, "cuts/forum.edl:1: the line has 2001 characters and may have 2000"),
        (CUT.encode() * 20_001, "cuts/forum.edl:20001: an EDL may have 20000 events"),
        (
            CUT.encode() + b"SPLIT: AUDIO DELAY= 00:00:00:01\n" * 100_000,
            "cuts/forum.edl:1002: too much is wrong for an EDL",
        ),
        (b"1 2 3\n" * 5_000, "cuts/forum.edl:1000: too much is wrong for an EDL"),
        (b"\xef\xbb\xbf* a\n\xff\n", "cuts/forum.edl:2: the file begins as UTF-8 and does not go on as such"),
        (b"\xff\xfe\x00\xd8\x0a", "cuts/forum.edl:1: the file begins as UTF-16 and does not go on as such"),
    ],
)
def test_size_and_kind_are_bounded(data, message):
    assert any(found.startswith(message) for found in findings(data))
