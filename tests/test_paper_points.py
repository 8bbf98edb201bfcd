from random import Random

from pipeline.timeline.paper_points import Joint, Levels, cut_points
from pipeline.timeline.paper_tight import LeftOut, tightened
from subtitles.said import SaidWord


def said_as(*words):
    """Words as (text, start, end)."""
    return [SaidWord(text=text, start_ms=start, end_ms=end) for text, start, end in words]


SAID = said_as(
    ("No.", 0, 400), ("Nos", 1400, 1600), ("dieron", 1620, 2000), ("agua.", 2040, 2500), ("Luego", 2700, 3000),
    ("nada", 4000, 4400),
)  # fmt: skip


def points(first, end, levels=None, said=SAID, **more):
    found = cut_points(said, first, end, levels, language="es", **more)
    return found.in_ms, found.out_ms, [remark.joint for remark in found.remarks]


def test_a_clip_is_padded_at_most_to_the_middle_of_the_pause():
    # 1,000 ms before: 250 of them. 200 behind: half of them.
    assert points(1, 4) == (1150, 2600, [])


def test_a_cut_without_a_pause_lies_at_the_words_edge_and_is_told_with_its_words():
    found = cut_points(SAID, 2, 3, language="es")
    assert (found.in_ms, found.out_ms) == (1620, 2000)
    assert [str(remark) for remark in found.remarks] == [
        "there is no pause before the quote's first word: No. Nos | dieron agua. Luego nada",
        "the quote begins in the middle of a sentence: No. Nos | dieron agua. Luego nada",
        "there is no pause behind the quote's last word: No. Nos dieron | agua. Luego nada",
        "the quote ends in the middle of a sentence: No. Nos dieron | agua. Luego nada",
    ]


def test_the_ends_of_a_reel_are_no_joints():
    assert points(0, 1) == (0, 750, [])
    assert points(4, 6, reel_ms=4500) == (2600, 4500, [])


def sound(*runs, start=0):
    """Return levels from runs of (milliseconds, tenths of a decibel)."""
    return Levels(start_ms=start, centibels=tuple(level for ms, level in runs for _ in range(ms // 10)))


def test_a_clip_begins_before_the_breath_where_the_pause_has_room_for_it():
    # The stretch is 1150 to 1400; a breath from 1220 to 1360.
    levels = sound((400, -200), (820, -600), (140, -400), (60, -610), (1000, -200))
    assert 1150 <= points(1, 4, levels)[0] < 1220
    # The breath begins before the stretch: it is left out whole, not halved.
    long = sound((400, -200), (700, -600), (200, -400), (120, -600), (1000, -200))
    assert 1300 <= points(1, 4, long)[0] < 1400


def test_a_clip_ends_at_the_quietest_and_never_in_a_breath():
    # 2500 to 2600: still sounding for 40 ms, a quiet of 30 ms, then a breath.
    levels = sound((2500, -200), (40, -300), (30, -650), (130, -400))
    assert 2540 <= points(1, 4, levels)[1] < 2570


def test_where_words_seem_to_touch_the_pause_that_is_heard_nearby_is_taken():
    # "Nos" is said to end at 1600 and "dieron" to begin at 1620; it is quiet from 1530 to 1590.
    quiet = sound((1530, -200), (60, -600), (1000, -200))
    assert points(2, 4, quiet)[::2] == (1565, [Joint.BEGINS_INSIDE])
    # A pause inside the chosen word is not one before it, nor is one of 20 ms, or one before the middle of "Nos".
    for other in ((1650, 60), (1570, 20), (1430, 50)):
        levels = sound((other[0], -200), (other[1], -600), (1000, -200))
        assert points(2, 4, levels)[0] == 1620
    assert points(1, 2, sound((1640, -200), (40, -600), (1000, -200)))[1] == 1665


def test_levels_that_do_not_reach_the_pause_change_nothing():
    assert points(1, 4, sound((100, -600), start=9000)) == points(1, 4)


def test_cut_points_never_lie_inside_a_word():
    dice = Random(4)  # noqa: S311 - repeatable, not secret
    for _ in range(400):
        at, words = dice.randint(0, 500), []
        for number in range(dice.randint(1, 12)):
            length = dice.randint(40, 500)
            words.append((f"w{number}" + dice.choice(["", ".", "?"]), at, at + length))
            at += length + dice.choice([0, 0, 20, 70, 300, 2000])
        said = said_as(*words)
        first = dice.randrange(len(said))
        end = dice.randint(first + 1, len(said))
        levels = Levels(start_ms=0, centibels=tuple(dice.randint(-700, -100) for _ in range(at // 10 + 50)))
        for heard in (None, levels):
            found = cut_points(said, first, end, heard, language="es")
            assert said[first].start_ms - 250 <= found.in_ms <= said[first].start_ms
            assert said[end - 1].end_ms <= found.out_ms <= said[end - 1].end_ms + 350
            # Where it is heard to be quiet, a neighbour that seems to touch may end earlier than its time says.
            assert all(found.in_ms >= (word.start_ms + word.end_ms) // 2 for word in said[:first])
            assert all(found.out_ms <= (word.start_ms + word.end_ms + 1) // 2 for word in said[end:])
            assert heard or all(found.in_ms >= word.end_ms for word in said[:first])
            assert heard or all(found.out_ms <= word.start_ms for word in said[end:])
        kept = tightened(said, first, end, 100, "es").pieces
        assert kept[0][0] == said[first].start_ms
        assert kept[-1][1] == said[end - 1].end_ms
        for edge in [edge for piece in kept for edge in piece]:
            assert not any(word.start_ms < edge < word.end_ms for word in said)
        for word in said[first:end]:
            assert any(start <= word.start_ms and word.end_ms <= stop for start, stop in kept)


def test_long_pauses_are_shortened_to_what_was_asked_for():
    found = tightened(SAID, 1, 6, 300, "es")
    assert found.pieces == ((1400, 3150), (3850, 4400))
    assert found.left_out == (LeftOut(from_ms=3150, to_ms=3850),)


def test_filler_words_go_only_between_pauses():
    said = said_as(
        ("Nos", 0, 200), ("o", 500, 560), ("sea,", 570, 800), ("dieron", 1200, 1500), ("este", 1520, 1700),
        ("pan,", 1720, 2000), ("eh,", 2150, 2300), ("agua", 2500, 2800), ("eh", 3000, 3100),
    )  # fmt: skip
    found = tightened(said, 0, 9, 200, "es")
    assert [one.words for one in found.left_out] == ["o sea,", "eh,"]
    assert found.pieces == ((0, 300), (1100, 2100), (2400, 3100))
    english = said_as(("I", 0, 100), ("you", 300, 400), ("know", 410, 600), ("went", 800, 900), ("home", 910, 1000))
    assert [one.words for one in tightened(english, 0, 5, 1000, "en-GB").left_out] == ["you know"]
    assert tightened(english, 0, 5, 1000, "es").left_out == ()


def test_joints_are_told_apart():
    assert points(4, 5)[2] == [Joint.ENDS_INSIDE]
