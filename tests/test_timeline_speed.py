"""M2: every number below is counted by hand. INT01 has 1,000 frames from 01:00:00:00, at 25 frames a second."""

from fractions import Fraction

import pytest

from footage_manifest.timebase import FrameRange
from footage_manifest.timecode import Clock
from pipeline.timeline.edl_model import Motion
from pipeline.timeline.heard import runs
from pipeline.timeline.model import BLACK, Clip, MediaKind
from pipeline.timeline.speed import speed_of, speed_text
from tests.edl_film import NTSC, build, facts, film, manifest, media, refusals

PAL = Clock(Fraction(25))
# Frames 250 to 300 of INT01, and the line that changes its speed.
FIRST = "001 INT01 V C 01:00:10:00 01:00:12:00 01:00:00:00 01:00:02:00\n"
M2 = "M2   INT01    {0}                01:00:10:00\n"


def at(speed, line=FIRST):
    return line + M2.format(speed)


def shown(event, rate=Fraction(25)):
    """Return the source frames, at 25 a second, that an event of INT01 shows first, second and last."""
    return [event.clip.source_at(frame, rate) * 25 for frame in (0, 1, len(event.record) - 1)]


# ------------------------------------------------------------------------------------------------- what M2 means


@pytest.mark.parametrize(
    ("rate", "written", "speed"),
    [
        ("25", "025.0", 1),
        ("25", "050.0", 2),
        ("25", "-035.0", Fraction(-7, 5)),
        ("25", "000.0", 0),
        ("25", "309.6", Fraction(3096, 250)),
        ("24", "026.4", Fraction(11, 10)),
        ("24000/1001", "024.0", 1),
        ("24000/1001", "023.9", 1),
        ("24000/1001", "23.98", 1),
        ("30000/1001", "030.0", 1),
        ("30000/1001", "29.97", 1),
        ("30000/1001", "029.9", 1),
        ("30000/1001", "060.0", 2),
        ("30000/1001", "059.9", 2),
        ("30000/1001", "-59.94", -2),
        ("30000/1001", "014.9", Fraction(1, 2)),
        ("30000/1001", "15.0", Fraction(1, 2)),
        ("30000/1001", "035.0", Fraction(7, 6)),
        ("30000/1001", "000.1", Fraction(1, 300)),
        ("60000/1001", "119.88", 2),
        ("60000/1001", "059.9", 1),
    ],
)
def test_a_speed_is_m2_over_what_the_labels_count_or_a_multiple_of_the_true_rate(rate, written, speed):
    assert speed_of(Motion(line=1, frames_a_second=Fraction(written)), Clock(Fraction(rate))) == speed


def test_a_motion_that_states_its_speed_means_it():
    assert speed_of(Motion(line=1, frames_a_second=Fraction(25), speed=Fraction(1, 3)), PAL) == Fraction(1, 3)
    assert speed_of(None, PAL) == 1


@pytest.mark.parametrize(
    ("speed", "text"),
    [
        (Fraction(1), ""),
        (Fraction(1, 2), "at 50 %"),
        (Fraction(7, 6), "at 116.67 %"),
        (Fraction(-7, 5), "backwards at 140 %"),
        (Fraction(-1), "backwards"),
        (Fraction(0), "frozen"),
        (Fraction(1, 1000), "at 0.1 %"),
    ],
)
def test_a_speed_in_words(speed, text):
    assert speed_text(speed) == text


# -------------------------------------------------------------------------------------------------- rules 2 and 4


@pytest.mark.parametrize(
    ("written", "frames"),
    [
        ("012.5", [250, Fraction(501, 2), Fraction(549, 2)]),
        ("050.0", [250, 252, 348]),
        ("-025.0", [250, 249, 201]),
        ("-012.5", [250, Fraction(499, 2), Fraction(451, 2)]),
        ("000.0", [250, 250, 250]),
    ],
)
def test_record_frame_n_shows_source_in_plus_n_times_the_speed_though_both_sides_last_as_long(written, frames):
    (event,) = build(at(written)).timeline.picture
    assert shown(event) == frames


@pytest.mark.parametrize("source_out", ["01:00:10:01", "01:00:11:00", "01:00:14:00"])
def test_with_m2_the_source_column_may_end_anywhere(source_out):
    (event,) = build(at("050.0", FIRST.replace("01:00:12:00", source_out))).timeline.picture
    assert (event.clip.speed, event.clip.source_in, event.record) == (2, 10, FrameRange(0, 50))


def test_a_plain_m2_leaves_the_lengths_to_be_equal():
    (found,) = refusals(at("025.0", FIRST.replace("01:00:12:00", "01:00:12:01")))
    assert "source lasts 51 frames at 25 (2.040 s) and record 50 at 25 (2.000 s)" in found


def test_a_source_that_counts_at_another_rate_is_sped_by_its_own_count():
    stated = manifest(INT02={"file": "a.mp4", "kind": "interview", "timecode_rate": "30000/1001"})
    line = "001 INT02 V C 00:00:04:00 00:00:05:00 01:00:00:00 01:00:01:00\nM2 INT02 059.9 00:00:04:00\n"
    (event,) = build(line, manifest_=stated, facts_=facts(INT02=media(600, NTSC))).timeline.picture
    assert (event.clip.source_in, event.clip.speed) == (120 / NTSC, 2)


def test_source_columns_of_what_runs_backwards_may_stand_either_way_round():
    low_to_high = at("-025.0")
    high_to_low = at("-025.0", FIRST.replace("01:00:12:00", "01:00:08:00"))
    assert build(low_to_high).timeline.picture == build(high_to_low).timeline.picture
    (found,) = refusals(at("050.0", FIRST.replace("01:00:12:00", "01:00:08:00")))
    assert "source out: 01:00:08:00 is before source in 01:00:10:00" in found


# ------------------------------------------------------------------------------------------------------ handles


@pytest.mark.parametrize(
    ("written", "frames", "valid"),
    [
        ("050.0", 349, True),  # frames 250, 252 ... 348
        ("050.0", 348, False),
        ("012.5", 275, True),  # the last instant is 274.5
        ("012.5", 274, False),
        ("000.0", 251, True),
        ("000.0", 250, False),
        ("-025.0", 251, True),
        ("-025.0", 250, False),
    ],
)
def test_every_frame_shown_is_in_the_media_and_no_more_is_asked(written, frames, valid):
    found = refusals(at(written), facts_=facts(INT01=media(frames)))
    assert (not found) is valid


def test_going_backwards_to_the_first_frame_and_no_further():
    line = "001 INT01 V C 01:00:01:24 01:00:03:24 01:00:00:00 01:00:02:00\nM2 INT01 -25.0 01:00:01:24\n"
    (event,) = build(line).timeline.picture
    assert shown(event) == [49, 48, 0]
    (found,) = refusals(line.replace("01:00:01:24", "01:00:01:23"))
    assert found == (
        "cuts/v1.edl:1: the event plays backwards and needs reel INT01 from -0.040 s to 1.920 s after its first frame, and"
        " it has 0.000 s to 40.000 s; write as source in what is shown first, from where it goes backwards, or correct the"
        " speed (M2)"
    )


# ---------------------------------------------------------------------------------------------------- dissolves

# INT01 backwards from frame 250 over 50 frames ends at frame 200; INT02 comes in over 10.
BACK = at("-025.0")
LEAVES = "002 INT01 V C {0} {0} 01:00:02:00 01:00:02:00\n"
COMES = "002 INT02 V D 010 00:00:04:00 00:00:05:00 01:00:02:00 01:00:03:00\n"


def test_an_outgoing_side_goes_on_at_the_speed_of_the_event_that_it_continues():
    event = build(BACK + LEAVES.format("01:00:08:00") + COMES).timeline.picture[1]
    assert event.outgoing == Clip(kind=MediaKind.REEL, key="INT01", source_in=Fraction(8), speed=Fraction(-1))
    assert event.clip.speed == 1


def test_an_outgoing_side_may_state_its_speed_which_is_the_same():
    stated = LEAVES.format("01:00:08:00") + COMES + "M2 INT01 {0} 01:00:08:00\n"
    assert not refusals(BACK + stated.format("-025.0"))
    (found,) = refusals(BACK + stated.format("-050.0"))
    assert found == (
        "cuts/v1.edl:3: the dissolve leaves reels.INT01 backwards at 200 %, and line 1 before it plays it backwards; make"
        " the dissolve's first line go on where the event before it ends"
    )
    (found,) = refusals(FIRST + stated.format("-050.0").replace("01:00:08:00", "01:00:12:00"))
    assert "leaves reels.INT01 backwards at 200 %, and line 1 before it plays it at 100 %" in found


@pytest.mark.parametrize(
    ("label", "valid"), [("01:00:07:23", False), ("01:00:07:24", True), ("01:00:08:01", True), ("01:00:08:02", False)]
)
def test_an_outgoing_side_goes_on_where_the_event_really_ended_within_a_frame(label, valid):
    found = refusals(BACK + LEAVES.format(label) + COMES)
    assert (not found) is valid
    assert all("line 1 before it ends 8.000 s into it" in line for line in found)


def test_an_event_of_its_own_that_is_left_goes_on_where_it_ended_whatever_its_column_says():
    text = FIRST + "001 BL V D 025 00:00:00:00 00:00:01:00 01:00:02:00 01:00:03:00\n" + M2.format("035.0")
    first, second = build(text).timeline.picture
    assert first.clip.speed == Fraction(7, 5)
    assert second.outgoing is not None
    assert (second.outgoing.source_in, second.outgoing.speed) == (10 + 2 * Fraction(7, 5), Fraction(7, 5))


def test_the_tail_of_what_runs_fast_needs_handles_at_its_speed():
    fast = at("050.0") + LEAVES.format("01:00:14:00") + COMES  # frames 250 to 350, and 350, 352 ... 368 in the tail
    assert not refusals(fast, facts_=facts(INT01=media(369)))
    (found,) = refusals(fast, facts_=facts(INT01=media(368)))
    assert found.startswith(
        "cuts/v1.edl:3: the dissolve's outgoing side plays at 200 % and needs reel INT01 from 14.000 s to 14.720 s"
    )


def test_a_speed_that_could_be_either_sides_is_refused():
    both = FIRST + LEAVES.format("01:00:12:00") + COMES.replace("INT02", "INT01").replace("00:00:0", "01:00:2")
    assert not refusals(both + "M2 INT01 025.0 01:00:24:00\n")
    assert refusals(both + "M2 INT01 050.0 01:00:23:00\n") == [
        (
            "cuts/v1.edl:4: M2: both sides of the transition play reel 'INT01', and neither starts at 01:00:23:00; write the"
            " source in of the side that is meant"
        )
    ]


def test_two_speeds_for_one_clip_are_refused():
    assert refusals(at("050.0") + M2.format("012.5")) == [
        "cuts/v1.edl:3: M2: line 2 says another speed for the same clip; keep the one that is right"
    ]
    assert not refusals(at("050.0") + M2.format("050.0"))


# -------------------------------------------------------------------------------------------------------- sound


def test_sound_plays_at_the_speed_and_a_frozen_frame_is_silent():
    (event,) = build(at("-050.0", FIRST.replace(" V ", " B "))).timeline.sound
    assert (event.clip.speed, event.clip.source_in) == (-2, 10)
    assert build(at("000.0", FIRST.replace(" V ", " B "))).timeline.sound == ()


def test_a_crossfade_out_of_a_frozen_frame_rises_from_silence():
    text = at("000.0") + LEAVES.format("01:00:10:00") + COMES
    (event,) = build(text.replace(" V ", " B ")).timeline.sound
    assert (event.clip.key, event.outgoing, event.outgoing_channel, event.dissolve_frames) == ("INT02", BLACK, None, 10)


def test_a_frozen_reel_without_sound_may_stand_on_sound_channels():
    line = "001 RIVER B C 00:00:01:00 00:00:02:00 01:00:00:00 01:00:01:00\n"
    assert "reel RIVER has no sound" in refusals(line)[0]
    assert not refusals(line + "M2 RIVER 000.0 00:00:01:00\n")


def test_sound_that_follows_a_picture_follows_its_speed():
    built = build(at("012.5") + LEAVES.format("01:00:11:00") + COMES, cut={"sound": "follow-picture"})
    first, second = built.timeline.sound
    assert (first.clip.speed, first.fade_out) == (Fraction(1, 2), False)
    assert second.outgoing is not None
    assert (second.outgoing.speed, second.outgoing.source_in) == (Fraction(1, 2), 11)
    assert build(at("000.0"), cut={"sound": "follow-picture"}).timeline.sound == ()


def test_what_is_heard_knows_its_speed():
    (run,) = runs(build(at("012.5", FIRST.replace(" V ", " B "))).timeline)
    assert (run.source_in, run.speed, run.source_span(Fraction(25))) == (10, Fraction(1, 2), (10, 11))


def test_a_covered_event_shows_what_it_would_have_shown():
    above = "001 RIVER V C 00:00:01:00 00:00:02:00 01:00:00:10 01:00:01:10\n"
    picture = build(BACK, above).timeline.picture
    assert [(event.clip.key, event.clip.source_in * 25) for event in picture] == [
        ("INT01", 250),
        ("RIVER", 25),
        ("INT01", 250 - 35),
    ]


def test_drop_frame_lists_count_speeds_nominally():
    line = "001 INT01 V C 01:00:10;00 01:00:12;00 01:00:00;00 01:00:01;00\nM2 INT01 060.0 01:00:10;00\n"
    clips = facts(INT01=media(1000, NTSC))
    reel = manifest(INT01={"file": "a.mp4", "kind": "interview", "start": "01:00:00;00"})
    dropped = film(rate="30000/1001", drop_frame=True)
    (event,) = build(line, film_=dropped, facts_=clips, manifest_=reel).timeline.picture
    assert (event.clip.speed, event.clip.source_in) == (2, 300 / NTSC)
