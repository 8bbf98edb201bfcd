from footage_manifest.timebase import FrameRange
from pipeline.timeline.clear import undeclared, who
from tests.edl_film import build, film, manifest

FIRST = "001 INT01 V C 01:00:10:00 01:00:12:00 01:00:00:00 01:00:02:00\n"
DISSOLVE = (
    "002 INT01 V C 01:00:12:00 01:00:12:00 01:00:02:00 01:00:02:00\n"
    "002 INT02 V D 010 00:00:04:00 00:00:05:00 01:00:02:00 01:00:03:00\n"
)


def uses(*lists, **more):
    timeline = build(*lists, **more).timeline
    return [
        (use.person, use.medium, use.record.start, use.record.end, use.seen, use.source, use.line)
        for use in who(timeline, manifest())
    ]


def test_the_tail_of_a_dissolve_counts_for_the_frames_it_is_mixed():
    assert uses(FIRST + DISSOLVE) == [
        ("juana", "INT01", 0, 50, True, "cuts/v1.edl", 1),
        ("juana", "INT01", 50, 60, True, "cuts/v1.edl", 3),
        ("luis", "INT02", 50, 75, True, "cuts/v1.edl", 3),
    ]


def test_sound_alone_counts_and_so_do_stills():
    text = "001 STILL07 V C 00:00:00:00 00:00:02:00 01:00:00:00 01:00:02:00\n" + FIRST.replace(" V ", " AA ")
    assert uses(text) == [
        ("eva", "STILL07", 0, 50, True, "cuts/v1.edl", 1),
        ("juana", "INT01", 0, 50, False, "cuts/v1.edl", 2),
    ]


def test_what_a_track_above_hides_wholly_is_not_in_the_cut():
    above = "001 RIVER V C 00:00:00:00 00:00:02:00 01:00:00:00 01:00:02:00\n"
    assert uses(FIRST, above) == []
    assert uses(
        FIRST + DISSOLVE, above.replace("00:02:00 01:00:00:00", "00:00:04 01:00:02:00").replace("02:00\n", "02:04\n")
    ) == [
        ("juana", "INT01", 0, 50, True, "cuts/v1.edl", 1),
        ("juana", "INT01", 54, 60, True, "cuts/v1.edl", 3),
        ("luis", "INT02", 54, 75, True, "cuts/v1.edl", 3),
    ]


def test_two_channels_of_one_event_are_one_use_each_line_its_own():
    text = FIRST.replace(" V ", " A ") + FIRST.replace(" V ", " A2 ")
    assert [use[-1] for use in uses(text)] == [1, 2]


def test_undeclared_people_are_listed_once():
    text = FIRST + "002 RIVER V C 00:00:00:00 00:00:01:00 01:00:02:00 01:00:03:00\n"
    text += "003 RIVER V C 00:00:02:00 00:00:03:00 01:00:03:00 01:00:04:00\n"
    (found,) = undeclared(build(text).timeline, manifest())
    assert (found.medium, found.line) == ("RIVER", 2)
    declared = manifest(RIVER={"file": "r.mov", "kind": "b-roll", "people": []})
    assert undeclared(build(text, manifest_=declared).timeline, declared) == ()


def test_ranges_are_output_frames():
    late = FIRST.replace("01:00:00:00 01:00:02:00", "02:00:00:00 02:00:02:00")
    assert who(build(late).timeline, manifest())[0].record == FrameRange(0, 50)


def test_the_tail_of_a_wipe_counts_like_a_dissolves_in_picture_and_sound():
    wiped = (FIRST + DISSOLVE.replace(" D ", " W001 ")).replace(" V ", " B ")
    assert uses(wiped) == uses((FIRST + DISSOLVE).replace(" V ", " B "))
    assert ("juana", "INT01", 50, 60, True, "cuts/v1.edl", 3) in uses(wiped)
    assert ("juana", "INT01", 50, 60, False, "cuts/v1.edl", 3) in uses(wiped)


def test_a_split_event_counts_from_where_each_half_begins():
    assert [use[2:5] for use in uses(FIRST.replace(" V ", " B ") + "SPLIT: VIDEO DELAY= 00:00:01:00\n")] == [
        (0, 50, False),
        (25, 50, True),
    ]


def test_black_hides_a_picture_and_not_its_sound():
    black = "001 BL V C 00:00:00:00 00:00:02:00 01:00:00:00 01:00:02:00\n"
    assert [use[2:5] for use in uses(FIRST.replace(" V ", " B "), black)] == [(0, 50, False)]


def test_fades_to_black_speeds_and_frozen_frames_count():
    fade = (
        "002 INT01 B C 01:00:08:00 01:00:08:00 01:00:02:00 01:00:02:00\n"
        "002 BL B D 010 00:00:00:00 00:00:01:00 01:00:02:00 01:00:03:00\n"
    )
    back = FIRST.replace(" V ", " B ") + "M2 INT01 -025.0 01:00:10:00\n" + fade
    assert [use[2:5] for use in uses(back)] == [(0, 50, True), (0, 50, False), (50, 60, True), (50, 60, False)]
    frozen = FIRST.replace(" V ", " B ") + "M2 INT01 000.0 01:00:10:00\n"
    assert [use[2:5] for use in uses(frozen)] == [(0, 50, True)]


def test_sound_that_follows_an_uncovered_dissolve_counts_both_sides():
    above = "001 RIVER V C 00:00:00:00 00:00:00:04 01:00:02:00 01:00:02:04\n"
    heard = [use for use in uses(FIRST + DISSOLVE, above, cut={"sound": "follow-picture"}) if not use[4]]
    assert [use[:4] for use in heard] == [
        ("juana", "INT01", 0, 50),
        ("juana", "INT01", 54, 60),
        ("luis", "INT02", 54, 75),
    ]


def test_titles_show_nobody():
    card = "001 OPENING V C 00:00:00:00 00:00:02:00 01:00:00:00 01:00:02:00\n"
    timeline = build(card, film_=film(titles=["OPENING"])).timeline
    assert (who(timeline, manifest()), undeclared(timeline, manifest())) == ((), ())
