"""Every number below is counted by hand from the lists, at 25 frames a second unless the test says otherwise."""

from fractions import Fraction

import pytest

from footage_manifest.timebase import FrameRange
from pipeline.timeline.model import BLACK, Clip, MediaKind
from tests.edl_film import NTSC, build, facts, film, label, manifest, media, refusals

HEAD = "TITLE: t\nFCM: NON-DROP FRAME\n"
# INT01 starts at 01:00:00:00 by the manifest; frames 250 to 300 of it.
FIRST = "001 INT01 V C 01:00:10:00 01:00:12:00 01:00:00:00 01:00:02:00\n"
# INT02 has no timecode: frames 100 to 125.
SECOND = "002 INT02 V C 00:00:04:00 00:00:05:00 01:00:02:00 01:00:03:00\n"
DISSOLVE = (
    "002 INT01 V C 01:00:12:00 01:00:12:00 01:00:02:00 01:00:02:00\n"
    "002 INT02 V D 010 00:00:04:00 00:00:05:00 01:00:02:00 01:00:03:00\n"
)


def picture(built):
    return [
        (event.record.start, event.record.end, event.clip.key or event.clip.kind.value, event.clip.source_in)
        for event in built.timeline.picture
    ]


def sound(built):
    return [
        (event.record.start, event.record.end, event.clip.key, event.clip.source_in, event.source_channel)
        for event in built.timeline.sound
    ]


# --------------------------------------------------------------------------------------- rules 2, 3: source time


def test_source_time_counts_from_the_reels_first_frame():
    built = build(HEAD + FIRST + SECOND)
    assert picture(built) == [(0, 50, "INT01", Fraction(10)), (50, 75, "INT02", Fraction(4))]
    assert (built.timeline.frames, built.timeline.record_zero, built.timeline.rate) == (75, 90_000, 25)
    event = built.timeline.picture[1]
    assert (event.number, event.line, event.source) == ("002", 4, "cuts/v1.edl")
    assert built.warnings == ()


def test_an_embedded_timecode_is_the_start_and_the_manifest_wins_with_a_warning():
    embedded = media(500, timecode=label("00:00:03:00"), timecode_rate=Fraction(25))
    assert picture(build(SECOND, facts_=facts(INT02=embedded)))[0][3] == Fraction(1)
    stated = manifest(INT02={"file": "a.mp4", "kind": "interview", "start": "00:00:03:10"})
    built = build(SECOND, facts_=facts(INT02=embedded), manifest_=stated, cut={"start": "01:00:02:00"})
    assert picture(built)[0][3] == Fraction(15, 25)
    (warning,) = [str(found) for found in built.warnings]
    assert warning == (
        "footage_manifest.yaml: reels.INT02.start: the reel starts at 00:00:03:10 as stated, and its embedded timecode says"
        " 00:00:03:00; the first is used: check that it is the right one"
    )


def test_a_time_reference_is_the_start_of_a_recorders_file():
    # 3 s after midnight at 48 kHz and 480 samples: 3.01 s, which is no whole frame and need not be one.
    recorder = media(channels=1, time_reference=144_480)
    built = build("001 MUSIC A C 00:00:04:00 00:00:05:00 01:00:00:00 01:00:01:00\n", facts_=facts(MUSIC=recorder))
    assert sound(built) == [(0, 25, "MUSIC", Fraction(99, 100), 1)]


def test_an_embedded_rate_that_differs_is_refused_with_both_readings_until_it_is_stated():
    phone = media(600, NTSC, timecode=label("00:00:00:00"), timecode_rate=NTSC)
    line = "001 INT02 V C 00:00:04:00 00:00:05:00 01:00:00:00 01:00:01:00\n"
    assert refusals(line, facts_=facts(INT02=phone)) == [
        (
            "cuts/v1.edl:1: source in 00:00:04:00 of reel INT02 is 4.004 s into it counted at 29.97, as its"
            " embedded timecode 00:00:00:00 does, and 4.000 s into it counted at the film's 25; write"
            " `timecode_rate: 30000/1001` or `timecode_rate: 25` under reels.INT02 in footage_manifest.yaml"
        )
    ]
    for rate, seconds in (("30000/1001", Fraction(120 * 1001, 30000)), ("25", Fraction(4))):
        stated = manifest(INT02={"file": "a.mp4", "kind": "interview", "timecode_rate": rate})
        assert picture(build(line, facts_=facts(INT02=phone), manifest_=stated))[0][3] == seconds


def test_a_reel_at_another_rate_without_timecode_counts_at_the_films_rate():
    phone = media(600, NTSC)
    line = "001 INT02 V C 00:00:04:01 00:00:05:01 01:00:00:00 01:00:01:00\n"
    assert picture(build(line, facts_=facts(INT02=phone)))[0][3] == Fraction(101, 25)


def test_an_embedded_start_that_does_not_carry_over_to_the_stated_rate_is_refused():
    phone = media(600, NTSC, timecode=label("00:00:00:20"), timecode_rate=NTSC)
    stated = manifest(INT02={"file": "a.mp4", "kind": "interview", "timecode_rate": "25"})
    (found,) = refusals(SECOND, facts_=facts(INT02=phone), manifest_=stated)
    assert "the embedded timecode 00:00:00:20 of reel INT02 counts 29.97 frames a second" in found


def drop_film():
    return film(rate="30000/1001", drop_frame=True)


DROP_LINE = "001 INT02 V C 01:10:00{0}00 01:10:01{0}00 01:00:00;00 01:00:01;00\n"


def test_drop_frame_sources_count_by_their_own_marks():
    # From 01:00:00;00 to 01:10:00;00 there are 17,982 frames drop-frame and 18,000 non-drop.
    clip = media(20_000, NTSC, timecode=label("01:00:00;00"), timecode_rate=NTSC)
    built = build(DROP_LINE.format(";"), film_=drop_film(), facts_=facts(INT02=clip))
    assert picture(built)[0][3] == 17_982 / NTSC
    non_drop = media(20_000, NTSC, timecode=label("01:00:00:00"), timecode_rate=NTSC)
    built = build(DROP_LINE.format(":"), film_=drop_film(), facts_=facts(INT02=non_drop))
    assert picture(built)[0][3] == 18_000 / NTSC


def test_a_list_and_a_file_that_count_differently_are_refused_until_the_start_says_how():
    clip = media(20_000, NTSC, timecode=label("01:00:00:00"), timecode_rate=NTSC)
    (found,) = refusals(DROP_LINE.format(";"), film_=drop_film(), facts_=facts(INT02=clip))
    assert found == (
        "cuts/v1.edl:1: source in 01:10:00;00 of reel INT02 is 599.999 s into it counted drop-frame and 600.600 s into it"
        " counted non-drop: its embedded timecode 01:00:00:00 is non-drop, and the list says otherwise; write the reel's"
        " `start` in footage_manifest.yaml, with ; before the frames for drop-frame or : for non-drop"
    )
    stated = manifest(INT02={"file": "a.mp4", "kind": "interview", "start": "01:00:00;00"})
    built = build(DROP_LINE.format(";"), film_=drop_film(), facts_=facts(INT02=clip), manifest_=stated)
    assert picture(built)[0][3] == 17_982 / NTSC


def test_the_source_timecode_of_a_still_is_ignored():
    built = build("001 STILL07 V C 05:00:00:00 05:00:09:00 01:00:00:00 01:00:01:00\n")
    assert built.timeline.picture[0].clip == Clip(kind=MediaKind.STILL, key="STILL07", length=25)


# -------------------------------------------------------------------------------------- rule 4: lengths, handles


def test_lengths_that_differ_are_refused():
    assert refusals(FIRST.replace("01:00:12:00", "01:00:12:01")) == [
        (
            "cuts/v1.edl:1: source lasts 51 frames at 25 (2.040 s) and record 50 at 25 (2.000 s); make them"
            " equal, or state the speed with an M2 line"
        )
    ]


@pytest.mark.parametrize(
    ("source_out", "valid"), [("00:00:05:00", True), ("00:00:05:01", True), ("00:00:05:03", False)]
)
def test_lengths_may_differ_by_a_frame_where_rates_do(source_out, valid):
    # 30 label frames at 29.97 are 1.001 s; the record event is 1 s; one frame is 0.04 s.
    stated = manifest(INT02={"file": "a.mp4", "kind": "interview", "timecode_rate": "30000/1001"})
    line = f"001 INT02 V C 00:00:04:00 {source_out} 01:00:00:00 01:00:01:00\n"
    assert (not refusals(line, facts_=facts(INT02=media(600, NTSC)), manifest_=stated)) is valid


def test_handles_are_checked_to_the_frame():
    last = "001 INT02 V C 00:00:19:00 00:00:20:00 01:00:00:00 01:00:01:00\n"
    assert picture(build(last))[0][3] == 19
    beyond = "001 INT02 V C 00:00:19:01 00:00:20:01 01:00:00:00 01:00:01:00\n"
    assert refusals(beyond) == [
        (
            "cuts/v1.edl:1: the event needs reel INT02 from 19.040 s to 20.040 s after its first frame, and it"
            " has 0.000 s to 20.000 s; correct the source timecodes, or the reel's start in footage_manifest.yaml"
        )
    ]
    (before,) = refusals(FIRST.replace("01:00:1", "00:59:5"))
    assert "needs reel INT01 from -10.000 s to -8.000 s" in before


def test_one_frame_beyond_the_media_is_allowed_where_rates_differ():
    # 600 frames at 29.97 are 20.02 s, so 20.04 s are within a frame and 20.08 s are not.
    line = "001 INT02 V C 00:00:19:{0} 00:00:20:{0} 01:00:00:00 01:00:01:00\n"
    phone = facts(INT02=media(600, NTSC))
    assert not refusals(line.format("01"), facts_=phone)
    assert refusals(line.format("02"), facts_=phone)


def test_a_plain_speed_is_no_speed_change():
    assert not refusals(FIRST + "M2 INT01 025.0 01:00:10:00\n")


@pytest.mark.parametrize("code", ["KB", "K B", "KO 010"])
def test_a_key_is_refused_by_name_and_never_a_plain_cut(code):
    assert refusals(FIRST.replace(" C ", f" {code} ")) == [
        (
            f"cuts/v1.edl:1: a key ({code[:2].replace('K ', 'KB')}) lays one picture over another, which is not made here;"
            " render the two into one file and cut that in, or leave the upper one out"
        )
    ]


def test_both_lines_of_a_key_are_refused_and_not_their_overlap():
    text = FIRST.replace(" C ", " K B ") + FIRST.replace(" C ", " K O 000 ")
    assert [found.split(" lays")[0] for found in refusals(text)] == [
        "cuts/v1.edl:1: a key (KB)",
        "cuts/v1.edl:2: a key (KO)",
    ]


# -------------------------------------------------------------------------------------------- rules 5, 6: record


def test_the_cut_begins_where_it_says_and_nothing_lies_before():
    built = build(FIRST, cut={"start": "00:59:58:00"})
    assert picture(built) == [(0, 50, "black", 0), (50, 100, "INT01", Fraction(10))]
    assert built.timeline.record_zero == 89_950
    assert refusals(FIRST, cut={"start": "01:00:00:01"}) == [
        (
            "cuts/v1.edl:1: record in 01:00:00:00 is before the cut's start 01:00:00:01; move the start (cuts.forum.start in"
            " film.yaml) or take the event out"
        )
    ]


def test_a_default_start_off_the_hour_is_a_warning():
    (warning,) = build(SECOND).warnings
    assert "the cut begins at 01:00:02:00, off the hour" in str(warning)


def test_a_fast_timeline_may_be_labelled_at_half_its_rate():
    fifty = film(rate=50, timecode_rate=25)
    clips = facts(INT01=media(2000, Fraction(50)), INT02=media(1000, Fraction(50)))
    built = build(FIRST + DISSOLVE, film_=fifty, facts_=clips)
    assert picture(built) == [(0, 100, "INT01", Fraction(10)), (100, 150, "INT02", Fraction(4))]
    assert (built.timeline.frames, built.timeline.picture[1].dissolve_frames) == (150, 20)


def test_gaps_are_black():
    gap = SECOND.replace("01:00:02:00", "01:00:03:00").replace("01:00:03:00\n", "01:00:04:00\n")
    assert picture(build(FIRST + gap)) == [
        (0, 50, "INT01", Fraction(10)),
        (50, 75, "black", 0),
        (75, 100, "INT02", Fraction(4)),
    ]


# ------------------------------------------------------------------------------------------------ rule 7: tracks


def test_overlap_on_one_track_is_refused():
    assert refusals(FIRST + SECOND.replace("01:00:02:00", "01:00:01:24").replace("00:00:05:00", "00:00:05:01")) == [
        (
            "cuts/v1.edl:2: record in 01:00:01:24 lies inside the event on line 1 of the same track, which ends"
            " at 01:00:02:00; trim one of them, or put one on a track (an EDL) of its own"
        )
    ]


def test_picture_and_sound_and_two_sound_channels_do_not_overlap():
    text = FIRST + FIRST.replace(" V ", " A ") + FIRST.replace(" V ", " A2 ")
    assert sound(build(text)) == [(0, 50, "INT01", Fraction(10), 1), (0, 50, "INT01", Fraction(10), 2)]
    assert len(refusals(text + FIRST.replace(" V ", " AA "))) == 1


def test_later_tracks_lie_over_earlier_ones():
    above = "001 RIVER V C 00:00:01:00 00:00:02:00 01:00:00:10 01:00:01:10\n"
    built = build(FIRST, above)
    assert picture(built) == [
        (0, 10, "INT01", Fraction(10)),
        (10, 35, "RIVER", Fraction(1)),
        (35, 50, "INT01", Fraction(10) + Fraction(35, 25)),
    ]


def test_a_dissolve_that_is_partly_covered_goes_on_where_it_would_be():
    above = "001 RIVER V C 00:00:01:00 00:00:01:04 01:00:02:00 01:00:02:04\n"
    event = build(FIRST + DISSOLVE, above).timeline.picture[2]
    assert event.record == FrameRange(54, 75)
    assert (event.dissolve_frames, event.dissolve_passed) == (10, 4)
    assert event.clip.source_in == Fraction(4) + Fraction(4, 25)
    assert event.outgoing == Clip(kind=MediaKind.REEL, key="INT01", source_in=Fraction(12) + Fraction(4, 25))


def test_black_over_a_lower_track_is_a_warning():
    built = build(FIRST, "001 BL V C 00:00:00:00 00:00:01:00 01:00:00:00 01:00:01:00\n")
    assert picture(built)[0] == (0, 25, "black", 0)
    assert [str(found).split(";")[0] for found in built.warnings] == [
        "cuts/v2.edl:1: black (BL) hides the pictures of the tracks below"
    ]


def test_a_cut_without_sound_has_to_say_so():
    (found,) = refusals(FIRST, cut={"sound": None})
    assert found.startswith("film.yaml: cuts.forum.sound: no event of the cut carries sound")
    assert build(FIRST.replace(" V ", " B "), cut={"sound": None}).timeline.sound


def test_follow_picture_plays_what_is_seen():
    built = build(FIRST + DISSOLVE, cut={"sound": "follow-picture"})
    first, second = built.timeline.sound
    assert sound(built) == [(0, 50, "INT01", Fraction(10), None), (50, 75, "INT02", Fraction(4), None)]
    assert (first.fade_in, first.fade_out, second.fade_in, second.fade_out) == (True, False, False, True)
    assert second.outgoing == Clip(kind=MediaKind.REEL, key="INT01", source_in=Fraction(12))


def test_follow_picture_is_silent_over_a_reel_without_sound_and_says_so():
    river = "001 RIVER V C 00:00:01:00 00:00:02:00 01:00:00:00 01:00:01:00\n"
    built = build(river, cut={"sound": "follow-picture"})
    assert built.timeline.sound == ()
    assert [str(found) for found in built.warnings] == [
        "cuts/v1.edl:1: reel RIVER has no sound and is silent in this cut"
    ]


# ---------------------------------------------------------------------------------------------- rule 8: channels


@pytest.mark.parametrize(
    ("channels", "played"), [("A", [1]), ("A2", [2]), ("AA", [None]), ("AA/V", [None]), ("B", [1]), ("A2/V", [2])]
)
def test_the_list_chooses_the_channel_and_both_are_the_reels_own_choice(channels, played):
    built = build(FIRST.replace(" V ", f" {channels} "))
    assert [event.source_channel for event in built.timeline.sound] == played


def test_two_channels_out_of_four_are_two_events():
    clips = facts(INT01=media(1000, channels=4))
    assert [event.source_channel for event in build(FIRST.replace(" V ", " AA "), facts_=clips).timeline.sound] == [
        1,
        2,
    ]


def test_the_second_channel_of_a_reel_with_one_is_that_one_with_a_warning():
    built = build(SECOND.replace(" V ", " A2 "), cut={"start": "01:00:02:00"})
    assert sound(built) == [(0, 25, "INT02", Fraction(4), None)]
    assert "plays for channel 2" in str(built.warnings[0])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (FIRST.replace(" V ", " A3 "), "reel INT01 is asked for sound channel 3, and it has 2"),
        ("001 RIVER A C 00:00:01:00 00:00:02:00 01:00:00:00 01:00:01:00\n", "reel RIVER has no sound"),
        ("001 STILL07 A C 00:00:01:00 00:00:02:00 01:00:00:00 01:00:01:00\n", "still STILL07 has no sound"),
        ("001 MUSIC V C 00:00:01:00 00:00:02:00 01:00:00:00 01:00:01:00\n", "reel MUSIC has no picture"),
        (
            "001 INT09 V C 00:00:01:00 00:00:02:00 01:00:00:00 01:00:01:00\n",
            "reel 'INT09' is no reel, still or title of the film",
        ),
    ],
)
def test_media_that_cannot_do_what_is_asked(text, message):
    (found,) = refusals(text)
    assert found.startswith(f"cuts/v1.edl:1: {message}")


# -------------------------------------------------------------------------------------------- rule 10: dissolves


def test_a_dissolve_starts_at_the_incoming_events_record_in():
    event = build(FIRST + DISSOLVE).timeline.picture[1]
    assert (event.record, event.dissolve_frames) == (FrameRange(50, 75), 10)
    assert event.clip == Clip(kind=MediaKind.REEL, key="INT02", source_in=Fraction(4))
    assert event.outgoing == Clip(kind=MediaKind.REEL, key="INT01", source_in=Fraction(12))


def test_a_dissolve_to_and_from_black():
    text = (
        "001 BL V C 00:00:00:00 00:00:00:00 01:00:00:00 01:00:00:00\n"
        "001 INT01 V D 025 01:00:10:00 01:00:12:00 01:00:00:00 01:00:02:00\n"
        "002 INT01 V C 01:00:12:00 01:00:12:00 01:00:02:00 01:00:02:00\n"
        "002 BL V D 010 00:00:00:00 00:00:01:00 01:00:02:00 01:00:03:00\n"
    )
    first, second = build(text).timeline.picture
    assert (first.outgoing, first.dissolve_frames, first.clip.key) == (BLACK, 25, "INT01")
    assert (second.clip, second.dissolve_frames) == (BLACK, 10)
    assert second.outgoing == Clip(kind=MediaKind.REEL, key="INT01", source_in=Fraction(12))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            FIRST + DISSOLVE.replace("01:00:12:00 01:00:12:00", "01:00:12:01 01:00:12:01"),
            "2: the dissolve goes on 12.040 s into reel INT01, and line 1 before it ends 12.000 s into it",
        ),
        (
            FIRST + DISSOLVE.replace("INT01", "RIVER"),
            "2: the dissolve leaves reels.RIVER, and line 1 before it plays reels.INT01",
        ),
        (DISSOLVE, "1: the dissolve leaves reels.INT01, and no event on its track ends where it begins"),
        (
            FIRST + DISSOLVE.replace("INT01", "BL"),
            "2: the dissolve leaves black, and line 1 before it plays reels.INT01",
        ),
        (FIRST + DISSOLVE.replace("010", "026"), "3: the dissolve lasts 26 frames and the event 25"),
        (
            FIRST.replace(" V ", " B ") + DISSOLVE.replace(" V ", " AA/V "),
            "2: the dissolve and line 1 before it carry different sound channels",
        ),
    ],
)
def test_a_dissolve_leaves_what_plays_up_to_it(text, message):
    found = refusals(text, cut={"start": "01:00:00:00"})
    assert any(line.startswith(f"cuts/v1.edl:{message}") for line in found), found


def test_a_dissolve_without_handles_is_refused_on_both_sides():
    clips = facts(INT01=media(309))  # the outgoing side needs frames 300 to 310
    (found,) = refusals(FIRST + DISSOLVE, facts_=clips)
    assert found.startswith("cuts/v1.edl:2: the dissolve's outgoing side needs reel INT01 from 12.000 s to 12.400 s")
    assert not refusals(FIRST + DISSOLVE, facts_=facts(INT01=media(310)))
    (found,) = refusals(FIRST + DISSOLVE, facts_=facts(INT02=media(124)))
    assert found.startswith("cuts/v1.edl:3: the event needs reel INT02 from 4.000 s to 5.000 s")


# ------------------------------------------------------------------------------------------------ rule 11: joins


def fades(built):
    return [(event.fade_in, event.fade_out) for event in built.timeline.sound]


def test_joins_fade_except_where_the_source_is_continuous():
    text = (
        "001 INT01 A C 01:00:10:00 01:00:12:00 01:00:00:00 01:00:02:00\n"
        "002 INT01 A C 01:00:12:00 01:00:13:00 01:00:02:00 01:00:03:00\n"
        "003 INT01 A C 01:00:13:01 01:00:14:01 01:00:03:00 01:00:04:00\n"
        "004 INT01 A C 01:00:14:01 01:00:15:01 01:00:05:00 01:00:06:00\n"
    )
    assert fades(build(text)) == [(True, False), (False, True), (True, True), (True, True)]


def test_joins_fade_where_the_channel_changes():
    text = FIRST.replace(" V ", " A ") + "002 INT01 A2 C 01:00:12:00 01:00:13:00 01:00:02:00 01:00:03:00\n"
    assert fades(build(text)) == [(True, True), (True, True)]


def test_a_crossfade_is_no_join():
    built = build((FIRST + DISSOLVE).replace(" V ", " A "))
    first, second = built.timeline.sound
    assert fades(built) == [(True, False), (False, True)]
    assert (first.source_channel, second.source_channel, second.outgoing_channel) == (1, 1, 1)
    assert (second.dissolve_frames, second.record) == (10, FrameRange(50, 75))


def test_sound_that_fades_to_black_is_carried_by_a_black_event():
    text = (
        FIRST + "002 INT01 V C 01:00:12:00 01:00:12:00 01:00:02:00 01:00:02:00\n"
        "002 BL V D 010 00:00:00:00 00:00:01:00 01:00:02:00 01:00:03:00\n"
    ).replace(" V ", " B ")
    first, second = build(text).timeline.sound
    assert (first.fade_out, second.clip, second.dissolve_frames) == (False, BLACK, 10)
    assert second.outgoing is not None
    assert (second.outgoing.source_in, second.outgoing_channel) == (Fraction(12), 1)


def test_a_dissolve_of_picture_and_sound_may_follow_them_on_lines_of_their_own():
    text = FIRST + FIRST.replace(" V ", " A ") + DISSOLVE.replace(" V ", " B ")
    built = build(text)
    assert fades(built) == [(True, False), (False, True)]
    assert built.timeline.picture[1].dissolve_frames == 10


def test_everything_wrong_comes_at_once_in_order_of_lines():
    text = (
        FIRST.replace("INT01", "INT09")
        + SECOND.replace("00:00:05:00", "00:00:05:01")
        + "003 RIVER V KB 010 00:00:00:00 00:00:01:00 01:00:02:20 01:00:03:20\n"
        + "003 RIVER V C 00:00:00:00 00:00:01:00 01:00:02:20 01:00:03:20\n"
        + "004 AX V C 00:00:00:00 00:00:01:00 01:00:04:00 01:00:05:00\n"
    )
    found = refusals(text)
    assert [(line.split(":")[1], line.split(": ")[1].split()[0]) for line in found] == [
        ("1", "reel"),
        ("2", "source"),
        ("3", "a"),
        ("4", "record"),
        ("5", "reel"),
    ]


def test_reels_of_several_files_and_with_separate_sound_are_reels_like_others():
    parts = manifest(INT02={"file": ["a.mp4", "b.mp4"], "kind": "interview"})
    assert picture(build(SECOND, manifest_=parts)) == picture(build(SECOND))
    apart = manifest(INT02={"file": "a.mp4", "kind": "interview", "sound": {"file": "a.wav", "sync": 0}})
    assert sound(build(SECOND.replace(" V ", " A "), manifest_=apart)) == [(0, 25, "INT02", Fraction(4), 1)]
