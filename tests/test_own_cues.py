"""A cut's own subtitles: where they go when the cut changes, and for what they stand."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from footage_manifest.timebase import FrameRange, frame_to_ms
from pipeline.timeline.heard import runs
from pipeline.timeline.model import BLACK, Clip, MediaKind, PictureEvent, SoundEvent, Timeline
from pipeline.timeline.own_cues import OwnTrack, Settled, settle
from pipeline.timeline.own_places import Heard
from pipeline.timeline.retime import ReelTrack, Retimed, move, parted
from subtitles.cue import Cue
from subtitles.cut_state import CutTrackState, Side
from subtitles.identity import content_hash
from subtitles.merge import align
from subtitles.state import CueStatus
from subtitles.transcript import Word

RATE = Fraction(25)
SAID = (("uno dos tres cuatro", 1000), ("cinco seis siete", 5000))
WORDS = tuple(
    Word(text=word, start_ms=start + 500 * number, end_ms=start + 500 * number + 400, confidence=900)
    for text, start in SAID
    for number, word in enumerate(text.split())
)
SPOKEN = tuple(
    Cue(id=f"R-{start}", start_ms=start, end_ms=start + 500 * len(text.split()), text=text) for text, start in SAID
)
ENGLISH = tuple(
    replace(cue, text=text) for cue, text in zip(SPOKEN, ["one two three four", "five to seven"], strict=True)
)
TRACK = ReelTrack(
    file="subtitles/R.en.srt",
    cues=ENGLISH,
    translated=True,
    spoken={cue.id: (cue,) for cue in SPOKEN},
    spoken_words=WORDS,
)
EMPTY = CutTrackState(cut="a", language="en")


def heard(start: int, end: int, source_in: Fraction = Fraction(0), speed: Fraction = Fraction(1)) -> SoundEvent:
    clip = Clip(kind=MediaKind.REEL, key="R", source_in=source_in, speed=speed)
    return SoundEvent(record=FrameRange(start, end), clip=clip, number="1", line=1, source="a.edl")


def seen(start: int, end: int, clip: Clip) -> PictureEvent:
    return PictureEvent(record=FrameRange(start, end), clip=clip, number="1", line=1, source="a.edl")


def river(source_in: int = 0) -> Clip:
    return Clip(kind=MediaKind.REEL, key="RIVER", source_in=Fraction(source_in))


def cut(*sound: SoundEvent, picture: Sequence[PictureEvent] = (), frames: int = 500) -> Heard:
    shown = tuple(picture) or (seen(0, frames, BLACK),)
    timeline = Timeline(cut="a", rate=RATE, frames=frames, record_zero=0, picture=shown, sound=sound)
    return Heard(
        timeline=timeline,
        runs=runs(timeline),
        speech=frozenset({"R"}),
        tracks={"R": TRACK},
        movement=move(runs(timeline), {"R": TRACK}, RATE),
    )


def cue(start_ms: int, end_ms: int, text: str) -> Cue:
    return Cue(start_ms=start_ms, end_ms=end_ms, text=text)


def settled(cues: Sequence[Cue], place: Heard, state: CutTrackState = EMPTY) -> Settled:
    aligned = align(cues, state.as_track() if state.cues else None, reel="a")
    return settle(OwnTrack(file="subtitles/cuts/a.en.srt", aligned=aligned, state=state), place)


def shown(found: Settled, place: Heard) -> list[tuple[int, int, str]]:
    retimed: Retimed = parted(place.movement, RATE, own=found.moved, replaced=found.replaced)
    return [(one.start_ms, one.end_ms, one.text) for one in retimed.cues]


CLIPPED = cut(heard(0, 50, Fraction(0)))
REWRITTEN = [cue(1000, 2000, "one two")]


def test_a_rewritten_cue_stands_for_that_of_the_reel_and_nothing_is_left_to_say() -> None:
    found = settled(REWRITTEN, CLIPPED)
    assert shown(found, CLIPPED) == [(1000, 2000, "one two")]
    assert found.state.cues[0].replaces == ("R-1000",)
    assert [one.cue.id for one in found.moved] == ["R-1000@0"]
    before = parted(CLIPPED.movement, RATE)
    after = parted(CLIPPED.movement, RATE, own=found.moved, replaced=found.replaced)
    assert (len(before.findings), after.findings) == (1, ())
    assert found.status == {found.state.cues[0].id: CueStatus.EDITED}


def test_it_follows_its_event_when_the_cut_changes() -> None:
    state = settled(REWRITTEN, CLIPPED).state
    for start, source_in in ((100, Fraction(0)), (300, Fraction(2, 5))):
        moved = cut(heard(start, start + 50 - int(source_in * 25), source_in))
        found = settled(REWRITTEN, moved, state)
        begins = start * 40 + 1000 - int(source_in * 1000)
        assert shown(found, moved) == [(begins, begins + 1000, "one two")]
        assert (found.findings, found.state) == ((), state)


def test_placing_it_again_changes_nothing_at_any_rate_and_speed() -> None:
    for speed in (Fraction(1), Fraction(3, 2), Fraction(1, 3), Fraction(4)):
        place = cut(heard(7, 407, Fraction(0), speed))
        for start in range(280, 15_000, 931):
            cues = [cue(frame_to_ms(start // 40, RATE), frame_to_ms(start // 40 + 30, RATE), "x")]
            first = settled(cues, place)
            again = settled(cues, place, first.state)
            assert again.state == first.state
            assert [(one.start, one.end) for one in again.moved] == [(one.start, one.end) for one in first.moved]


def test_it_is_orphaned_when_its_event_is_gone_and_comes_back_with_it() -> None:
    state = settled(REWRITTEN, CLIPPED).state
    gone = cut(heard(0, 60, Fraction(5)))
    found = settled(REWRITTEN, gone, state)
    assert [one.text for one in parted(gone.movement, RATE, own=found.moved, replaced=found.replaced).cues] == [
        "five to seven"
    ]
    assert "is not in the cut any more" in found.findings[0].what
    assert found.state == state
    assert settled(REWRITTEN, CLIPPED, found.state).findings == ()


def test_other_words_under_it_are_a_finding_until_it_is_changed() -> None:
    state = settled(REWRITTEN, CLIPPED).state
    longer = cut(heard(0, 65, Fraction(0)))
    found = settled(REWRITTEN, longer, state)
    assert shown(found, longer)[0][2] == "one two"
    assert "other words are heard" in found.findings[0].what
    changed = [replace(REWRITTEN[0], text="one two three")]
    assert settled(changed, longer, found.state).findings == ()


def test_an_approval_lasts_as_long_as_text_and_voice() -> None:
    (entry,) = settled(REWRITTEN, CLIPPED).state.cues
    approved = EMPTY.model_copy(
        update={"cues": (entry.model_copy(update={"approved_hash": content_hash(REWRITTEN[0])}),)}
    )
    assert list(settled(REWRITTEN, CLIPPED, approved).status.values()) == [CueStatus.APPROVED]
    longer = cut(heard(0, 65, Fraction(0)))
    assert list(settled(REWRITTEN, longer, approved).status.values()) == [CueStatus.EDITED]
    reworded = [replace(REWRITTEN[0], text="one, two")]
    assert list(settled(reworded, CLIPPED, approved).status.values()) == [CueStatus.EDITED]


def test_of_a_range_that_is_played_twice_each_has_its_own() -> None:
    twice = cut(heard(0, 50), heard(100, 150))
    cues = [cue(1000, 2000, "first"), cue(5000, 6000, "second")]
    state = settled(cues, twice).state
    assert shown(settled(cues, twice, state), twice) == [(1000, 2000, "first"), (5000, 6000, "second")]
    later = cut(heard(50, 100), heard(150, 200))
    assert shown(settled(cues, later, state), later) == [(3000, 4000, "first"), (7000, 8000, "second")]
    once = cut(heard(110, 160))
    found = settled(cues, once, state)
    assert shown(found, once) == [(5400, 6400, "second")]
    assert len(found.findings) == 1


def test_one_without_a_text_hides_what_it_stands_for() -> None:
    found = settled([cue(1000, 2000, "")], CLIPPED)
    assert shown(found, CLIPPED) == []
    assert found.replaced == {"R-1000@0"}


def test_an_addition_where_nobody_speaks_follows_what_is_seen() -> None:
    place = cut(heard(0, 50), picture=(seen(0, 100, BLACK), seen(100, 200, river(10)), seen(200, 500, BLACK)))
    sign = [cue(5000, 6000, "TOWN HALL")]
    found = settled(sign, place)
    (entry,) = found.state.cues
    assert (entry.anchor.side, entry.anchor.key, entry.anchor.start_ms) == (Side.PICTURE, "RIVER", 11_000)
    recut = cut(heard(0, 50), picture=(seen(0, 300, BLACK), seen(300, 360, river(11)), seen(360, 500, BLACK)))
    assert shown(settled(sign, recut, found.state), recut)[1:] == [(12_000, 13_000, "TOWN HALL")]
    without = cut(heard(0, 50))
    assert "RIVER from 11.000 s to 12.000 s" in settled(sign, without, found.state).findings[0].what


def test_one_that_says_where_it_stands_is_shown_beside_what_is_said() -> None:
    place = cut(heard(0, 50), picture=(seen(0, 500, river()),))
    found = settled([cue(1000, 2000, "{\\an8}TOWN HALL")], place)
    assert [one.cue.text for one in found.above] == ["{\\an8}TOWN HALL"]
    assert (found.moved, found.replaced) == ((), frozenset())
    assert found.state.cues[0].anchor.side is Side.PICTURE


def test_over_black_and_silence_the_cuts_own_clock_counts() -> None:
    place = cut(heard(0, 50))
    end = [cue(15_000, 16_000, "The end")]
    state = settled(end, place).state
    assert state.cues[0].anchor.side is Side.RECORD
    assert shown(settled(end, cut(heard(50, 100)), state), cut(heard(50, 100)))[-1] == (15_000, 16_000, "The end")
    short = settled(end, cut(heard(0, 50), frames=300), state)
    assert (short.moved, "behind the end of the cut" in short.findings[0].what) == ((), True)


def test_a_cue_that_a_person_moves_is_bound_to_where_it_is_now() -> None:
    twice = cut(heard(0, 50), heard(100, 150))
    state = settled(REWRITTEN, twice).state
    moved = [cue(5000, 6000, "one two")]
    found = settled(moved, twice, state)
    assert [text for _, _, text in shown(found, twice)] == ["one two three four", "one two"]
    assert (found.state.cues[0].id, found.state.cues[0].start_ms) == (state.cues[0].id, 5000)


def test_sounds_never_stand_for_what_is_said() -> None:
    found = settled([cue(1000, 2000, "[rain]")], CLIPPED, EMPTY.model_copy(update={"kind": "sdh"}))
    assert (found.replaced, [one.cue.text for one in found.moved]) == (frozenset(), ["[rain]"])


def test_a_word_that_was_cut_away_since_is_not_shown_in_the_language_that_is_spoken() -> None:
    track = ReelTrack(file="subtitles/R.es.srt", cues=SPOKEN, words=WORDS, spoken={})

    def spoken(place: Heard) -> Heard:
        return replace(place, tracks={"R": track}, movement=move(place.runs, {"R": track}, RATE))

    written = [cue(1000, 2500, "uno, dos y TRES")]
    whole, trimmed = spoken(cut(heard(0, 65))), spoken(cut(heard(0, 50)))
    state = settled(written, whole).state
    assert [text for _, _, text in shown(settled(written, whole, state), whole)] == ["uno, dos y TRES"]
    found = settled(written, trimmed, state)
    assert [text for _, _, text in shown(found, trimmed)] == ["uno dos"]
    assert "the reel's own subtitle is shown" in found.findings[0].what
