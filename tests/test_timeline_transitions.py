"""Wipes, splits, titles, fades and J and L cuts, counted by hand at 25 frames a second."""

from fractions import Fraction

import pytest

from footage_manifest.findings import Finding, Severity
from footage_manifest.model import Cut
from footage_manifest.timebase import FrameRange
from pipeline.timeline.build import build_timeline
from pipeline.timeline.edl import read_edl
from pipeline.timeline.edl_lines import Channels
from pipeline.timeline.edl_model import Edl, Motion
from pipeline.timeline.model import BLACK, Clip, MediaKind
from pipeline.timeline.wipes import KNOWN, known_codes
from tests.edl_film import build, facts, film, label, manifest, media, refusals

FIRST = "001 INT01 V C 01:00:10:00 01:00:12:00 01:00:00:00 01:00:02:00\n"
WIPE = (
    "002 INT01 V C 01:00:12:00 01:00:12:00 01:00:02:00 01:00:02:00\n"
    "002 INT02 V W001 010 00:00:04:00 00:00:05:00 01:00:02:00 01:00:03:00\n"
)
DISSOLVE = WIPE.replace("W001", "D")


def reel(key, first, speed=1):
    return Clip(kind=MediaKind.REEL, key=key, source_in=Fraction(first), speed=Fraction(speed))


def spans(events):
    return [(event.record.start, event.record.end, event.clip.key or "black") for event in events]


# -------------------------------------------------------------------------------------------------------- wipes


def test_a_wipe_mixes_two_sides_as_a_dissolve_does_and_carries_its_pattern():
    wiped, dissolved = (build(FIRST + text).timeline.picture[1] for text in (WIPE.replace("W001", "W119"), DISSOLVE))
    assert (wiped.wipe, dissolved.wipe) == (119, None)
    assert (wiped.record, wiped.clip, wiped.outgoing) == (dissolved.record, dissolved.clip, dissolved.outgoing)
    assert (wiped.outgoing, wiped.dissolve_frames) == (reel("INT01", 12), 10)


def test_a_pattern_that_nobody_draws_is_refused_with_those_that_are():
    (found,) = refusals(FIRST + WIPE.replace("W001", "W999"))
    assert found == (
        f"cuts/v1.edl:3: wipe W999 is none of the SMPTE patterns known here; use one of {known_codes()}, or a dissolve (D)"
    )


def test_known_patterns_are_named_and_listed_shortly():
    assert {1, 2, 3, 8, 21, 26, 41, 46, 101, 102, 119, 201, 204} <= KNOWN.keys()
    assert known_codes().startswith("1-8, 21-26, ")


def test_a_wipe_needs_what_it_leaves_and_its_handles():
    assert refusals(WIPE.splitlines(keepends=True)[1])[0].startswith(
        "cuts/v1.edl:1: event 002 transition: the wipe does not say what it leaves; "
    )
    (found,) = refusals(FIRST + WIPE, facts_=facts(INT01=media(309)))
    assert found.startswith("cuts/v1.edl:2: the wipe's outgoing side needs reel INT01 from 12.000 s to 12.400 s")
    (found,) = refusals(FIRST + WIPE.replace("010", "026"))
    assert found.startswith("cuts/v1.edl:3: the wipe lasts 26 frames and the event 25")


def test_sound_under_a_wipe_crosses_over_as_under_a_dissolve():
    sounds = [build((FIRST + text).replace(" V ", " B ")).timeline.sound for text in (WIPE, DISSOLVE)]
    assert sounds[0] == sounds[1]
    assert (sounds[0][1].outgoing, sounds[0][1].dissolve_frames) == (reel("INT01", 12), 10)


def test_a_crossfade_that_premiere_writes_as_a_wipe_has_no_pattern_to_know():
    text = (FIRST + WIPE.replace("W001", "W999")).replace(" V ", " A ") + "* EFFECT NAME: CONSTANT POWER\n"
    built = build(text)
    assert built.timeline.sound[1].dissolve_frames == 10
    assert built.warnings == ()


def test_a_wipe_that_is_covered_in_part_goes_on_and_one_that_is_over_is_a_picture():
    def above(end):
        return f"001 RIVER V C 00:00:01:00 00:00:01:{end} 01:00:02:00 01:00:02:{end}\n"

    event = build(FIRST + WIPE, above("04")).timeline.picture[2]
    assert (event.wipe, event.dissolve_passed, event.outgoing) == (1, 4, reel("INT01", 12 + Fraction(4, 25)))
    event = build(FIRST + WIPE, above("10")).timeline.picture[2]
    assert (event.wipe, event.dissolve_frames, event.outgoing) == (None, 0, None)


# ----------------------------------------------------------------------------------- sound: follow-picture


def test_sound_that_follows_a_dissolve_whose_start_is_covered_has_what_is_left_of_it():
    above = "001 RIVER V C 00:00:01:00 00:00:01:04 01:00:02:00 01:00:02:04\n"
    built = build(FIRST + DISSOLVE, above, cut={"sound": "follow-picture"})
    first, leaving, coming = built.timeline.sound
    assert (first.record, first.fade_out) == (FrameRange(0, 50), True)
    assert (leaving.record, leaving.clip) == (FrameRange(54, 60), reel("INT01", 12 + Fraction(4, 25)))
    assert (leaving.fade_in, leaving.fade_out, leaving.fade_out_frames) == (True, False, 6)
    assert (coming.record, coming.clip) == (FrameRange(54, 75), reel("INT02", 4 + Fraction(4, 25)))
    assert (coming.fade_in, coming.fade_in_frames, coming.fade_out) == (False, 6, True)


def test_sound_that_follows_a_dissolve_whose_end_is_covered_crosses_over_within_what_is_seen():
    above = "001 RIVER V C 00:00:01:00 00:00:01:21 01:00:02:04 01:00:03:00\n"
    _, crossing = build(FIRST + DISSOLVE, above, cut={"sound": "follow-picture"}).timeline.sound
    assert (crossing.record, crossing.dissolve_frames, crossing.fade_out) == (FrameRange(50, 54), 4, True)


# ------------------------------------------------------------------------------------------------------- splits

BOTH = FIRST.replace(" V ", " B ")


def test_a_split_delays_the_sound_in_record_and_source():
    built = build(BOTH + "SPLIT:    AUDIO DELAY=  00:00:00:12\n").timeline
    assert [(event.record, event.clip) for event in built.picture] == [(FrameRange(0, 50), reel("INT01", 10))]
    assert [(event.record, event.clip) for event in built.sound] == [
        (FrameRange(12, 50), reel("INT01", 10 + Fraction(12, 25)))
    ]


def test_a_split_delays_the_picture_in_record_and_source():
    built = build(BOTH + "SPLIT: VIDEO DELAY= 00:00:01:00\n").timeline
    assert spans(built.picture) == [(0, 25, "black"), (25, 50, "INT01")]
    assert built.picture[1].clip == reel("INT01", 11)
    assert [(event.record, event.clip) for event in built.sound] == [(FrameRange(0, 50), reel("INT01", 10))]


def test_a_split_delays_at_the_events_speed():
    built = build(BOTH + "M2 INT01 050.0 01:00:10:00\nSPLIT: VIDEO DELAY= 00:00:01:00\n").timeline
    assert built.picture[1].clip == reel("INT01", 12, 2)


def test_the_delayed_half_of_a_dissolve_goes_on_from_what_plays_until_then():
    text = (
        FIRST
        + "002 INT01 A C 01:00:10:00 01:00:12:12 01:00:00:00 01:00:02:12\n"
        + DISSOLVE.replace(" V ", " B ")
        + "SPLIT: AUDIO DELAY= 00:00:00:12\n"
    )
    built = build(text).timeline
    assert (built.picture[1].record, built.picture[1].outgoing) == (FrameRange(50, 75), reel("INT01", 12))
    crossing = built.sound[1]
    assert (crossing.record, crossing.clip) == (FrameRange(62, 75), reel("INT02", 4 + Fraction(12, 25)))
    assert (crossing.outgoing, crossing.dissolve_frames) == (reel("INT01", 12 + Fraction(12, 25)), 10)
    (found,) = refusals(text.replace("01:00:12:12", "01:00:12:00").replace("01:00:02:12", "01:00:02:00"))
    assert "the dissolve leaves reels.INT01, and no event on its track ends where it begins" in found


def test_a_split_that_lasts_as_long_as_its_event_is_refused():
    (found,) = refusals(BOTH + "SPLIT: AUDIO DELAY= 00:00:02:00\n")
    assert found == "cuts/v1.edl:2: the SPLIT lasts 50 frames and the event 50; shorten the delay or lengthen the event"


def test_sound_that_follows_the_picture_is_not_delayed_beyond_it():
    built = build(BOTH + "SPLIT: AUDIO DELAY= 00:00:00:12\n", cut={"sound": "follow-picture"}).timeline
    assert spans(built.sound) == [(0, 50, "INT01")]


def test_j_and_l_cuts_are_events_of_their_own_with_a_dissolve_on_one_of_them():
    text = (
        FIRST
        + DISSOLVE
        + "003 INT01 A C 01:00:10:00 01:00:12:10 01:00:00:00 01:00:02:10\n"
        + "004 INT02 A C 00:00:04:10 00:00:05:00 01:00:02:10 01:00:03:00\n"
    )
    built = build(text).timeline
    assert spans(built.picture) == [(0, 50, "INT01"), (50, 75, "INT02")]
    assert spans(built.sound) == [(0, 60, "INT01"), (60, 75, "INT02")]
    assert [event.dissolve_frames for event in (*built.picture, *built.sound)] == [0, 10, 0, 0]


# ------------------------------------------------------------------------------------------- fades, channels, spans


def test_picture_and_sound_fade_from_and_to_black():
    text = (
        "001 BL B C 00:00:00:00 00:00:00:00 01:00:00:00 01:00:00:00\n"
        "001 INT01 B D 025 01:00:10:00 01:00:12:00 01:00:00:00 01:00:02:00\n"
        "002 INT01 B C 01:00:12:00 01:00:12:00 01:00:02:00 01:00:02:00\n"
        "002 BL B D 010 00:00:00:00 00:00:01:00 01:00:02:00 01:00:03:00\n"
    )
    built = build(text).timeline
    assert [(event.outgoing, event.dissolve_frames) for event in built.picture] == [
        (BLACK, 25),
        (reel("INT01", 12), 10),
    ]
    rising, falling = built.sound
    assert (rising.clip, rising.outgoing, rising.dissolve_frames) == (reel("INT01", 10), BLACK, 25)
    assert (falling.clip, falling.outgoing, falling.dissolve_frames) == (BLACK, reel("INT01", 12), 10)


def test_channels_three_and_four_come_from_an_aud_line():
    clips = facts(INT01=media(1000, channels=4))
    text = FIRST.replace(" V ", " A2/V ") + "AUD  3    4\n"
    assert [event.source_channel for event in build(text, facts_=clips).timeline.sound] == [2, 3, 4]


def of_no_list(**more):
    """Return the timeline of one event of INT01 as other formats state it, the fields of its side replaced."""
    edl = read_edl(FIRST.encode(), file="cuts/v1.otio", clock=film().timeline.clock)
    (event,) = edl.events
    side = type(event.incoming)(**{name: getattr(event.incoming, name) for name in event.incoming.__slots__} | more)
    channels = Channels(picture=True, sound=(3,), whole=True)
    event = type(event)(
        **{name: getattr(event, name) for name in event.__slots__} | {"incoming": side, "channels": channels}
    )
    findings = (Finding(severity=Severity.WARNING, file="cuts/v1.otio", what="a blur is left out", cure=""),)
    edl = Edl(file="cuts/v1.otio", title="", events=(event,), findings=findings)
    cut = Cut.model_validate({"source": "cuts/v1.otio", "audience": "forum"})
    phone = media(1000, channels=6, timecode=label("00:00:00:00"), timecode_rate=Fraction(30))
    return build_timeline("forum", cut, film(), manifest(), [edl], facts(INT01=phone))


def test_a_span_wins_over_labels_and_needs_no_reel_clock_and_a_whole_reel_is_heard():
    built = of_no_list(span=(Fraction(1), Fraction(3)))
    assert built.timeline.picture[0].clip == reel("INT01", 1)
    (event,) = built.timeline.sound
    assert (event.clip, event.source_channel) == (reel("INT01", 1), None)
    assert [finding.what for finding in built.warnings] == ["a blur is left out"]


def test_a_span_may_state_its_speed():
    motion = Motion(line=1, frames_a_second=Fraction(25), speed=Fraction(3, 2))
    built = of_no_list(span=(Fraction(1), Fraction(4)), motion=motion)
    assert built.timeline.picture[0].clip == reel("INT01", 1, Fraction(3, 2))


# ------------------------------------------------------------------------------------------------ titles, stills

CARD = "001 OPENING V C 00:00:00:00 00:00:02:00 01:00:00:00 01:00:02:00\n"


def card(first, length=50, kind=MediaKind.TITLE, key="OPENING"):
    return Clip(kind=kind, key=key, source_in=Fraction(first), length=length)


def test_a_title_plays_by_its_key_or_by_its_clip_name():
    titled = film(titles=["OPENING"])
    assert build(CARD, film_=titled).timeline.picture[0].clip == card(0)
    named = CARD.replace("OPENING", "AX") + "* FROM CLIP NAME: Opening\n"
    assert build(named, film_=titled).timeline.picture[0].clip == card(0)


def test_a_title_has_no_sound_and_no_key_that_is_a_reels():
    titled = film(titles=["OPENING", "INT01"])
    assert refusals(CARD.replace(" V ", " B "), film_=titled) == [
        "cuts/v1.edl:1: title OPENING has no sound; take the event off the sound channels"
    ]
    assert refusals(FIRST, film_=titled) == [
        ("cuts/v1.edl:1: reel 'INT01' can be any of reels.INT01, titles.INT01; give all but one of them another key")
    ]


@pytest.mark.parametrize(("key", "kind"), [("OPENING", MediaKind.TITLE), ("STILL07", MediaKind.STILL)])
def test_what_is_uncovered_halfway_moves_on_and_an_outgoing_side_stands_at_its_end(key, kind):
    below = CARD.replace("OPENING", key) + WIPE.replace("002 INT01", f"002 {key}")
    above = "001 RIVER V C 00:00:01:00 00:00:01:10 01:00:00:20 01:00:01:05\n"
    first, _, rest, wiped = build(below, above, film_=film(titles=["OPENING"])).timeline.picture
    assert (first.clip, rest.clip) == (card(0, 50, kind, key), card(Fraction(30, 25), 50, kind, key))
    assert wiped.outgoing == card(2, 50, kind, key)


def test_a_reel_that_fades_into_a_card_leaves_the_card_its_whole_length():
    text = FIRST + DISSOLVE.replace("INT02", "OPENING")
    event = build(text, film_=film(titles=["OPENING"])).timeline.picture[1]
    assert (event.clip, event.outgoing) == (card(0, 25), reel("INT01", 12))
