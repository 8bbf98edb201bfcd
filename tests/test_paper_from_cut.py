"""Cuts as paper edits, and back: the same frames. INT01 begins at 01:00:00:00, 25 frames a second."""

import random
from dataclasses import replace
from fractions import Fraction

import pytest

from footage_manifest.model import Cut
from footage_manifest.picture_plan import StillMove
from footage_manifest.timecode import Label
from pipeline.errors import TimelineError
from pipeline.timeline.build import build_timeline
from pipeline.timeline.edl import read_edl
from pipeline.timeline.export_plan import Lost
from pipeline.timeline.model import MediaKind
from pipeline.timeline.paper_alike import alike
from pipeline.timeline.paper_cut import compile_paper
from pipeline.timeline.paper_from_cut import paper_from_cut
from pipeline.timeline.paper_labels import ReelLabels
from pipeline.timeline.paper_text import read_paper
from pipeline.timeline.paper_write import paper_of, write_entry
from subtitles.said import SaidWord
from tests.edl_film import build, facts, film, manifest, media
from tests.random_cuts import LABELLED, SOURCES, Writer
from tests.test_timeline_random import facts_of, film_of, manifest_of, shown

CUT = Cut.model_validate({"source": "cuts/c.edl", "audience": "forum", "sound": "edl"})


def said(text, start_ms=4000):
    return tuple(
        SaidWord(text=word, start_ms=start_ms + at * 500, end_ms=start_ms + 400 + at * 500)
        for at, word in enumerate(text.split())
    )


SAID = {"INT01": said("Salimos de madrugada, con la neblina. Nadie habló.")}


def converted(timeline, film_, manifest_, facts_, *, cut=CUT, words=SAID):
    """Return the paper edit of a timeline, what it does not carry, and the timeline that it makes."""
    lost = Lost()
    labels = ReelLabels(film=film_, manifest=manifest_, facts=facts_, lost=lost)
    entries = tuple(entry for _, entry in paper_from_cut(timeline, cut, words, labels).entries)
    text = paper_of(entries, film_.languages)
    edit = read_paper(text.encode(), file="cuts/c.md", languages=film_.languages)
    assert edit.entries == entries
    start = film_.timeline.clock.label(timeline.record_zero)
    own = cut.model_copy(update={"source": ("cuts/c.md",), "start": start, "sound": None})
    paper = compile_paper(edit, {}, film_, manifest_, facts_, own)
    built = build_timeline("c", paper.cut(own), paper.film(film_), manifest_, paper.edls, facts_)
    return text, lost.told(), built.timeline, paper


def of_lists(*texts, **more):
    """Return the paper edit of lists, what it does not carry, and how it differs."""
    film_, facts_ = film(more.pop("titles", ())), more.pop("facts_", facts())
    manifest_ = more.pop("manifest_", manifest())
    before = build(*texts, film_=film_, facts_=facts_, manifest_=manifest_, cut=more.get("stated"))
    cut = Cut.model_validate({**CUT.model_dump(exclude_unset=True), **more.get("stated", {})})
    words = more.get("words", SAID)
    text, lost, after, _ = converted(before.timeline, film_, manifest_, facts_, cut=cut, words=words)
    same = alike(before.timeline, after, facts_, leave_out=frozenset({"MUSIC"}))
    return text, lost, (same.pictures, same.sounds)


SAME = (0, 0)
PLAIN = """\
001  INT01  AA/V  C     01:00:04:00 01:00:06:12 01:00:00:00 01:00:02:12
002  INT01  AA  C       01:00:06:12 01:00:09:00 01:00:02:12 01:00:05:00
003  RIVER  V  C        00:00:02:00 00:00:04:13 01:00:02:12 01:00:05:00
004  STILL07 V C        00:00:00:00 00:00:02:00 01:00:05:00 01:00:07:00
005  BL     V  C        00:00:00:00 00:00:01:00 01:00:07:00 01:00:08:00
006  INT02  V  C        00:00:01:00 00:00:02:00 01:00:08:00 01:00:09:00
"""


def test_what_was_said_stands_in_quotes_and_silence_in_pictures():
    text, lost, same = of_lists(PLAIN)
    assert text == (
        '> INT01 01:00:04:00-01:00:06:12: "Salimos de madrugada, con la"\n\n'
        '> INT01 01:00:06:12-01:00:09:00: "neblina. Nadie habló."  over: RIVER 00:00:02:00\n\n'
        "![](STILL07 2s)\n\n![](BL 1s)\n\n![](INT02 00:00:01:00 1s silent)\n"
    )
    assert (lost, same) == ((), SAME)


def test_a_sound_that_begins_before_its_picture_keeps_what_is_seen_meanwhile():
    text, lost, same = of_lists(
        "001 INT01 AA C 01:00:04:00 01:00:08:00 01:00:00:00 01:00:04:00\n"
        "002 RIVER V  C 00:00:01:00 00:00:02:00 01:00:00:00 01:00:01:00\n"
        "003 INT01 V  C 01:00:05:00 01:00:07:00 01:00:01:00 01:00:03:00\n"
        "004 RIVER V  C 00:00:05:00 00:00:06:00 01:00:03:00 01:00:04:00\n"
    )
    assert text.splitlines()[-1].endswith("over: RIVER 00:00:01:00 1s, INT01 01:00:05:00 2s, RIVER 00:00:05:00")
    assert (lost, same) == ((), SAME)


def test_black_over_a_voice_and_a_card_over_it_are_carried():
    text, lost, same = of_lists(
        "001 INT01 AA C 01:00:04:00 01:00:08:00 01:00:00:00 01:00:04:00\n"
        "002 INT01 V  C 01:00:05:00 01:00:06:00 01:00:01:00 01:00:02:00\n"
        "003 OPENING V C 00:00:00:00 00:00:02:00 01:00:02:00 01:00:04:00\n"
        "004 OPENING V C 00:00:00:00 00:00:02:00 01:00:04:00 01:00:06:00\n",
        titles=("OPENING",),
    )
    assert "over: BL 1s, INT01 01:00:05:00 1s, OPENING\n" in text
    assert text.endswith("Title: OPENING (2s)\n")
    assert (lost, same) == ((), SAME)


def test_what_a_paper_edit_has_no_words_for_is_listed_with_its_lines():
    text, lost, same = of_lists(
        "001 INT01 V C     01:00:04:00 01:00:05:00 01:00:00:00 01:00:01:00\n"
        "002 INT01 V C     01:00:05:00 01:00:05:00 01:00:01:00 01:00:01:00\n"
        "002 RIVER V D 010 00:00:01:00 00:00:02:00 01:00:01:00 01:00:02:00\n"
        "003 RIVER V C     00:00:02:00 00:00:04:00 01:00:02:00 01:00:03:00\n"
        "M2  RIVER 050.0   00:00:02:00\n"
        "004 INT01 A C     01:00:08:00 01:00:09:00 01:00:02:00 01:00:03:00\n"
        "005 INT02 A2 C    00:00:08:00 00:00:08:12 01:00:02:00 01:00:02:12\n"
    )
    assert [line.partition(": ")[0] for line in lost] == [
        "sound channels that the edit chooses",
        "sound under other sound is left out",
        "dissolves become cuts, where they begin",
        "pictures at another speed than their own play at their own",
    ]
    assert "event 002 (line 3)" in lost[2]
    assert "event 003 (line 4)" in lost[3]
    assert '> INT01 01:00:08:00-01:00:09:00: "(sin palabras)"  over: RIVER 00:00:02:00' in text
    assert same == (24, 12)  # half speed shows a frame twice, from the second on another; INT02 is not heard


def test_music_from_its_beginning_is_a_line_of_its_own():
    text, lost, same = of_lists(
        "001 INT01 AA/V C 01:00:04:00 01:00:06:00 01:00:01:00 01:00:03:00\n"
        "002 RIVER V   C 00:00:00:00 00:00:04:00 01:00:03:00 01:00:07:00\n",
        "003 MUSIC AA  C 00:00:00:00 00:00:04:00 01:00:01:00 01:00:05:00\n",
    )
    assert [line.split('"')[0] for line in text.splitlines() if line] == [
        "Music: MUSIC",
        "> INT01 01:00:04:00-01:00:06:00: ",
        "![](RIVER 00:00:00:00 2s)",
        "Music: off",
        "![](RIVER 00:00:02:00 2s)",
    ]
    assert (lost, same) == ((), SAME)


def test_music_from_its_midst_is_heard_from_there():
    text, lost, same = of_lists(
        "001 RIVER V  C 00:00:00:00 00:00:02:00 01:00:00:00 01:00:02:00\n"
        "002 MUSIC AA C 00:00:10:00 00:00:12:00 01:00:00:00 01:00:02:00\n"
    )
    assert text == '> MUSIC 00:00:10:00-00:00:12:00: "(sin palabras)"  over: RIVER 00:00:00:00\n'
    assert (lost, same) == ((), SAME)


def test_stills_move_as_the_cut_says():
    text, _, same = of_lists(
        "001 STILL07 V C 00:00:00:00 00:00:02:00 01:00:00:00 01:00:02:00\n", stated={"moves": {"STILL07": "push-in"}}
    )
    assert text == f"![](STILL07 2s {StillMove.PUSH_IN})\n"
    assert same == SAME


@pytest.mark.parametrize(
    "text",
    [
        '"Ven", dijo. «Y» “luego” [...] nada',
        "over: RIVER tight: 0.3s <!-- x",
        "[...] ( … ) ...",
        "a\u2028b\x00c\r\nd",
        "é",
        "# > ![x](y) Note: |",
        "x" * 9000,
    ],
)
def test_odd_words_never_break_the_quote(text):
    list_ = "001 INT01 AA/V C 01:00:04:00 01:00:09:00 01:00:00:00 01:00:05:00\n"
    word = SaidWord(text=text, start_ms=5000, end_ms=6000)
    written, lost, same = of_lists(list_, words={"INT01": (word,)})
    assert (lost, same) == ((), SAME)
    assert ("INT01 01:00:04:00" in written) == (len(written) > 0)


def test_a_reel_that_runs_past_midnight_is_labelled_as_it_counts():
    own = manifest(INT01={"file": "i.mp4", "kind": "interview", "people": [], "start": "23:59:58:00"})
    list_ = "001 INT01 AA/V C 00:00:01:00 00:00:05:00 01:00:00:00 01:00:04:00\n"
    text, lost, same = of_lists(list_, manifest_=own)
    assert text.startswith("> INT01 00:00:01:00-00:00:05:00:")
    assert (lost, same) == ((), SAME)


def test_what_lasts_longer_than_a_line_may_say_is_written_in_several():
    long = facts(RIVER=media(200_000, channels=0))
    text, lost, same = of_lists("001 RIVER V C 00:00:00:00 02:00:00:01 01:00:00:00 03:00:00:01\n", facts_=long)
    assert text.count("RIVER") == 3
    assert (lost, same) == ((), SAME)


def test_a_difference_is_seen_to_the_frame():
    one = build(PLAIN).timeline
    moved = PLAIN.replace("00:00:02:00 00:00:04:13", "00:00:02:01 00:00:04:14")
    found = alike(one, build(moved).timeline, facts())
    assert (found.pictures, found.sounds, found.first) == (63, 0, 62)
    shorter = build("".join(PLAIN.splitlines(keepends=True)[:-1])).timeline
    assert alike(one, shorter, facts()).pictures == 25
    louder = replace(one, sound=one.sound[1:])
    assert alike(one, louder, facts()).sounds == 62
    assert alike(one, one, facts()).first is None


@pytest.mark.parametrize("seed", range(40, 43))
@pytest.mark.parametrize("labelled", LABELLED)
def test_random_cuts_come_back_frame_for_frame(labelled, seed):
    random_cut(labelled, seed)


@pytest.mark.slow
@pytest.mark.parametrize("labelled", LABELLED)
def test_many_random_cuts_come_back_frame_for_frame(labelled):
    for seed in range(2_000, 2_200):
        random_cut(labelled, seed)


def random_cut(labelled, seed):
    film_, manifest_ = film_of(labelled), manifest_of(labelled)
    facts_ = {name: facts_of(source) for name, source in SOURCES.items()}
    data = Writer(random.Random(f"{labelled} {seed}"), labelled).edl()  # noqa: S311 - repeatable, not secret
    edl = read_edl(data, file="cuts/c.edl", clock=film_.timeline.clock)
    before = build_timeline("c", CUT, film_, manifest_, [edl], facts_).timeline
    _, lost, after, _ = converted(before, film_, manifest_, facts_)
    between = " ".join(line for line in lost if line.startswith("sources that begin between"))
    assert after.frames == before.frames
    want, got = shown(before), shown(after)
    for event in before.picture:
        if event.clip.speed == 1 and f"(line {event.line})" not in between:
            span = slice(event.record.start, event.record.end)
            assert [number for number, _ in want[span]] == [number for number, _ in got[span]], (seed, event)
    of_one_voice(before, after, between, lost)


def heard(timeline):
    """Return what each frame plays: reels, and where each would be at the cut's first frame."""
    frames = [set() for _ in range(timeline.frames)]
    for event in timeline.sound:
        clip = event.clip
        for frame in range(event.record.start, event.record.end) if clip.kind is MediaKind.REEL else ():
            frames[frame].add((clip.key, clip.source_in - Fraction(event.record.start) / timeline.rate))
    return frames


def of_one_voice(before, after, between, lost):
    """Nothing is heard that was not, and where one voice was heard it still is, to the instant."""
    shortened = any(line.startswith("sounds whose length") for line in lost)
    if between:
        return
    for frame, (was, now) in enumerate(zip(heard(before), heard(after), strict=True)):
        assert now <= was, frame
        assert bool(now) == bool(was) or shortened, frame


def test_labels_are_those_of_the_reel_and_never_before_its_first_frame():
    late = facts(INT01=media(1000, time_reference=24_000))
    own = manifest(INT01={"file": "i.mp4", "kind": "interview", "people": []})
    lost = Lost()
    labels = ReelLabels(film=film(), manifest=own, facts=late, lost=lost)
    assert labels.label("INT01", Fraction(0), "x") == Label(0, 0, 0, 13)  # it begins half a second after midnight, 12.5
    assert labels.label("INT01", Fraction(1, 2), "x") == Label(0, 0, 1, 0)
    assert len(lost.told()) == 1


def test_silence_and_black_are_written_and_read():
    for line in ("![](INT02 00:00:01:00 2s silent)", "![](INT02 00:00:01:00 2s mudo)"):
        (entry,) = read_paper(line.encode(), file="", languages=("es",)).entries
        assert entry.silent
        assert write_entry(entry, ("es",)) == "![](INT02 00:00:01:00 2s silent)"
    with pytest.raises(TimelineError, match="over: is seen and never heard"):
        read_paper(b'> INT01: "a b"  over: INT02 2s silent\n', file="", languages=("es",))
    for line in ("![](BL 00:00:01:00 2s)", "![](BL 2s push-in)"):
        edit = read_paper(line.encode(), file="", languages=("es",))
        with pytest.raises(TimelineError, match="black has no timecode"):
            compile_paper(edit, {}, film(), manifest(), facts(), CUT)
