import random
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest

from footage_manifest.timebase import FrameRange, frame_to_ms, nearest_frame
from pipeline.timeline.heard import Run, runs
from pipeline.timeline.model import BLACK, Clip, MediaKind, PictureEvent, SoundEvent, Timeline
from pipeline.timeline.retime import ReelTrack, move, parted, retime
from subtitles.cue import Cue
from subtitles.transcript import Word

RATE = Fraction(25)


def sound(start: int, end: int, source_in: Fraction, key: str = "INT01", **more: object) -> SoundEvent:
    return SoundEvent(
        record=FrameRange(start, end),
        clip=Clip(kind=MediaKind.REEL, key=key, source_in=source_in),
        number="001",
        line=1,
        source="cuts/a.edl",
        **more,  # type: ignore[arg-type]
    )


def timeline(*events: SoundEvent) -> Timeline:
    frames = max(event.record.end for event in events)
    picture = PictureEvent(record=FrameRange(0, frames), clip=BLACK, number="001", line=1, source="cuts/a.edl")
    return Timeline(cut="a", rate=RATE, frames=frames, record_zero=90000, picture=(picture,), sound=events)


def cue(number: int, start_ms: int, end_ms: int, text: str) -> Cue:
    return Cue(id=f"INT01-{number:04}", start_ms=start_ms, end_ms=end_ms, text=text)


WORDS = tuple(
    Word(text=text, start_ms=start, end_ms=start + 400, confidence=900)
    for text, start in (("uno", 1000), ("dos", 1500), ("tres", 2000), ("cuatro", 5000), ("cinco", 5500))
)
SPOKEN = (cue(1, 1000, 2900, "uno dos tres"), cue(2, 5000, 6400, "cuatro cinco"))
ENGLISH = (cue(1, 1000, 2900, "one two three"), cue(2, 5000, 6400, "four five"))


def spanish() -> ReelTrack:
    return ReelTrack(file="subtitles/INT01.es.srt", cues=SPOKEN, words=WORDS, spoken={})


def english() -> ReelTrack:
    return ReelTrack(
        file="subtitles/INT01.en.srt",
        cues=ENGLISH,
        translated=True,
        spoken={one.id: (one,) for one in SPOKEN},
        spoken_words=WORDS,
    )


def test_two_channels_of_one_range_are_one_run() -> None:
    cut = timeline(sound(0, 100, Fraction(0), source_channel=1), sound(0, 100, Fraction(0), source_channel=2))
    assert runs(cut) == (Run(key="INT01", record=FrameRange(0, 100), source_in=Fraction(0)),)


def test_events_continuous_in_the_source_are_one_run() -> None:
    cut = timeline(sound(0, 50, Fraction(1)), sound(50, 100, Fraction(3)), sound(100, 150, Fraction(9)))
    assert [run.record for run in runs(cut)] == [FrameRange(0, 100), FrameRange(100, 150)]


def test_both_sides_are_heard_while_the_sound_crosses() -> None:
    outgoing = Clip(kind=MediaKind.REEL, key="INT01", source_in=Fraction(4))
    cut = timeline(
        sound(0, 100, Fraction(0)), sound(100, 200, Fraction(0), "INT02", outgoing=outgoing, dissolve_frames=20)
    )
    assert [(run.key, run.record) for run in runs(cut)] == [
        ("INT01", FrameRange(0, 120)),
        ("INT02", FrameRange(100, 200)),
    ]


def test_cues_move_with_their_run_and_snap_to_frames() -> None:
    result = retime(runs(timeline(sound(250, 500, Fraction(1, 2)))), {"INT01": spanish()}, RATE)
    assert [(one.start_ms, one.end_ms, one.text) for one in result.cues] == [
        (10_520, 12_400, "uno dos tres"),
        (14_520, 15_920, "cuatro cinco"),
    ]
    assert result.findings == ()


def test_a_cue_used_twice_appears_twice_with_two_ids() -> None:
    cut = timeline(sound(0, 75, Fraction(1)), sound(75, 150, Fraction(1)))
    result = retime(runs(cut), {"INT01": spanish()}, RATE)
    assert [one.id for one in result.cues] == ["INT01-0001@0", "INT01-0001@1"]


def test_at_a_cut_only_the_words_heard_stay_and_the_translation_is_a_finding() -> None:
    cut = timeline(sound(0, 48, Fraction(0)))
    assert [one.text for one in retime(runs(cut), {"INT01": spanish()}, RATE).cues] == ["uno dos"]
    translated = retime(runs(cut), {"INT01": english()}, RATE)
    assert [one.text for one in translated.cues] == ["one two three"]
    assert [str(finding).split(":")[0] for finding in translated.findings] == ["subtitles/INT01.en.srt"]


def test_a_cue_of_which_nothing_is_heard_goes_in_both_languages() -> None:
    cut = timeline(sound(0, 100, Fraction(5, 2)))
    assert [one.text for one in retime(runs(cut), {"INT01": spanish()}, RATE).cues] == ["cuatro cinco"]
    assert [one.text for one in retime(runs(cut), {"INT01": english()}, RATE).cues] == ["four five"]


def test_a_cue_that_only_stays_on_after_its_last_word_is_not_partly_heard() -> None:
    cut = timeline(sound(0, 65, Fraction(0)))
    assert retime(runs(cut), {"INT01": english()}, RATE).findings == ()


def test_cues_of_two_runs_are_kept_two_frames_apart() -> None:
    cut = timeline(sound(0, 65, Fraction(0)), sound(65, 200, Fraction(49, 10)))
    cues = retime(runs(cut), {"INT01": spanish()}, RATE).cues
    assert cues[1].start_ms - cues[0].end_ms >= 80


def test_at_29_97_times_lie_on_frames() -> None:
    rate = Fraction(30000, 1001)
    run = Run(key="INT01", record=FrameRange(10, 400), source_in=Fraction(0))
    for one in retime((run,), {"INT01": spanish()}, rate).cues:
        frame = round(one.start_ms * rate / 1000)
        assert one.start_ms == round(Fraction(frame * 1000) / rate)


def test_a_run_without_any_track_carries_no_cues() -> None:
    result = retime(runs(timeline(sound(0, 100, Fraction(0)))), {}, RATE)
    assert (result.cues, result.findings) == ((), ())


def texts(cut: Timeline, track: ReelTrack) -> list[str]:
    return [one.text for one in retime(runs(cut), {"INT01": track}, RATE).cues]


def said(cut: Timeline, track: ReelTrack) -> list[str]:
    return [finding.what for finding in retime(runs(cut), {"INT01": track}, RATE).findings]


def test_a_cut_without_any_subtitle_has_none() -> None:
    assert retime((), {}, RATE).cues == ()
    assert retime(runs(timeline(sound(0, 50, Fraction(0), "MUSIC"))), {"INT01": spanish()}, RATE).cues == ()


def test_a_cue_is_snapped_once() -> None:
    # 19.6 ms of a frame is nearer to its start; rounded to 20 ms first it would be the next one.
    run = Run(key="INT01", record=FrameRange(0, 250), source_in=Fraction(4, 10_000))
    one = replace(spanish(), cues=(cue(1, 1020, 2900, "uno dos tres"),))
    assert retime((run,), {"INT01": one}, RATE).cues[0].start_ms == 1000


def test_a_track_whose_times_count_from_elsewhere_is_a_finding_and_not_silence() -> None:
    hour = 3_600_000
    late = replace(
        spanish(), cues=tuple(replace(one, start_ms=one.start_ms + hour, end_ms=one.end_ms + hour) for one in SPOKEN)
    )
    cut = timeline(sound(0, 250, Fraction(0)))
    assert texts(cut, late) == []
    (what,) = said(cut, late)
    assert what.startswith("'uno dos tres cuatro cinco ...' is heard at 0.000 s of the cut, and no subtitle")


def test_a_translation_that_was_moved_off_what_it_translates_is_a_finding() -> None:
    moved = replace(english(), cues=(replace(ENGLISH[0], start_ms=20_000, end_ms=21_000), ENGLISH[1]))
    cut = timeline(sound(0, 250, Fraction(0)))
    assert texts(cut, moved) == ["four five"]
    assert said(cut, moved) == ["what 'one two three' translates is heard in the cut, and it is not shown"]


def test_a_cue_shorter_than_a_frame_is_a_finding() -> None:
    short = replace(spanish(), cues=(replace(SPOKEN[0], end_ms=1000), SPOKEN[1]))
    cut = timeline(sound(0, 250, Fraction(0)))
    assert texts(cut, short) == ["cuatro cinco"]
    assert said(cut, short) == ["'uno dos tres' lasts less than a frame of the cut and is not shown"]


def test_a_translation_inside_the_clip_whose_source_is_cut_is_a_finding() -> None:
    inside = replace(english(), cues=(replace(ENGLISH[0], start_ms=1600),))
    cut = timeline(sound(0, 150, Fraction(3, 2)))
    assert texts(cut, inside) == ["one two three"]
    assert len(said(cut, inside)) == 1


@pytest.mark.parametrize(("until", "shown", "findings"), [(100, True, 0), (48, True, 1), (24, False, 0)])
def test_a_person_s_own_translation_goes_by_what_is_said_meanwhile(until: int, shown: bool, findings: int) -> None:
    own = replace(english(), cues=(ENGLISH[0],), spoken={})
    cut = timeline(sound(0, until, Fraction(0)))
    assert texts(cut, own) == (["one two three"] if shown else [])
    assert len(said(cut, own)) == findings


def test_a_translation_of_two_sources_stays_while_either_is_heard() -> None:
    joined = cue(1, 1000, 6400, "one two three four five")
    both = replace(english(), cues=(joined,), spoken={joined.id: SPOKEN})
    for cut in (timeline(sound(0, 65, Fraction(0))), timeline(sound(0, 100, Fraction(4)))):
        assert texts(cut, both) == [joined.text]
        assert len(said(cut, both)) == 1


def test_a_cue_of_tags_alone_is_not_shown() -> None:
    assert texts(
        timeline(sound(0, 250, Fraction(0))), replace(spanish(), cues=(cue(1, 1000, 2000, "<i></i>"), SPOKEN[1]))
    ) == ["cuatro cinco"]


def test_voices_at_once_share_a_subtitle_and_both_count_as_shown() -> None:
    other = ReelTrack(
        file="subtitles/INT02.es.srt", cues=(Cue(id="INT02-1", start_ms=0, end_ms=2000, text="¡No!"),), spoken={}
    )
    cut = timeline(sound(0, 100, Fraction(0)), sound(30, 100, Fraction(0), "INT02"))
    result = retime(runs(cut), {"INT01": spanish(), "INT02": other}, RATE)
    assert [(one.start_ms, one.end_ms, one.text) for one in result.cues] == [(1000, 3200, "- uno dos tres\n- ¡No!")]
    assert result.shown == {"INT01-0001", "INT02-1"}
    assert [finding.file for finding in result.findings] == ["subtitles/INT02.es.srt"]


def test_nothing_that_is_cut_or_moved_overlaps_or_gets_lost() -> None:
    chosen = random.Random(7)  # noqa: S311 - fixed numbers, not a secret
    for _ in range(300):
        rate = chosen.choice((Fraction(25), Fraction(30000, 1001), Fraction(50)))
        spoken = tuple(
            Cue(
                id=f"INT01-{at}",
                start_ms=(start := at * 1500 + chosen.randrange(700)),
                end_ms=start + chosen.randrange(80, 2500),
                text=f"word{at}",
            )
            for at in range(12)
        )
        parts = []
        for _ in range(chosen.randrange(1, 5)):
            first, length = chosen.randrange(0, 300), chosen.randrange(2, 200)
            parts.append(
                Run(
                    key="INT01",
                    record=FrameRange(first, first + length),
                    source_in=Fraction(chosen.randrange(0, 20_000), 1000),
                )
            )
        result = retime(parts, {"INT01": ReelTrack(file="a.srt", cues=spoken, spoken={})}, rate)
        for one, following in pairwise(result.cues):
            assert one.start_ms < one.end_ms <= following.start_ms
        assert all(one.start_ms == frame_to_ms(nearest_frame(one.start_ms, rate), rate) for one in result.cues)
        on_screen = " ".join(one.text for one in result.cues).replace("- ", "").split()
        assert {name.replace("INT01-", "word") for name in result.shown} == set(on_screen)


def at_speed(start: int, end: int, source_in: Fraction, speed: Fraction) -> SoundEvent:
    event = sound(start, end, source_in)
    return replace(event, clip=replace(event.clip, speed=speed))


def test_at_twice_the_speed_cues_last_half_as_long() -> None:
    cut = timeline(at_speed(100, 200, Fraction(0), Fraction(2)))
    cues = retime(runs(cut), {"INT01": spanish()}, RATE).cues
    assert [(one.start_ms, one.end_ms) for one in cues] == [(4_520, 5_440), (6_520, 7_200)]


def test_at_half_the_speed_only_what_is_heard_then_is_shown() -> None:
    cut = timeline(at_speed(0, 100, Fraction(0), Fraction(1, 2)))
    assert texts(cut, spanish()) == ["uno dos"]
    assert len(said(cut, english())) == 1


def test_a_ramp_without_a_break_is_two_runs() -> None:
    cut = timeline(sound(0, 50, Fraction(0)), at_speed(50, 100, Fraction(2), Fraction(2)))
    assert [run.source_span(RATE) for run in runs(cut)] == [(0, 2), (2, 6)]


def test_what_is_heard_backwards_has_no_cues_and_is_said_where_somebody_speaks() -> None:
    cut = timeline(at_speed(0, 100, Fraction(4), Fraction(-1)))
    assert texts(cut, spanish()) == []
    assert ["heard backwards" in one for one in said(cut, spanish())] == [True]
    assert said(timeline(at_speed(0, 25, Fraction(4), Fraction(-1))), spanish()) == []
    assert said(cut, english()) == []


def test_a_frozen_frame_is_silent() -> None:
    assert runs(timeline(at_speed(0, 100, Fraction(1), Fraction(0)))) == ()


def test_subtitles_follow_the_sound_and_not_the_picture() -> None:
    cut = timeline(sound(50, 150, Fraction(1, 2)))
    early = PictureEvent(
        record=FrameRange(100, 150),
        clip=Clip(kind=MediaKind.REEL, key="INT01", source_in=Fraction(5, 2)),
        number="002",
        line=2,
        source="cuts/a.edl",
    )
    assert (
        retime(runs(replace(cut, picture=(*cut.picture, early))), {"INT01": spanish()}, RATE).cues[0].start_ms == 2_520
    )


def test_a_word_that_is_cut_away_is_in_no_subtitle_at_any_speed() -> None:
    numbers = random.Random(7)  # noqa: S311 - the same cases every time
    for _ in range(300):
        speed = Fraction(numbers.choice([1, 2, 3, 4]), numbers.choice([1, 2, 3]))
        source_in = Fraction(numbers.randrange(0, 6000), 1000)
        (run,) = runs(timeline(at_speed(10, 10 + numbers.randrange(5, 150), source_in, speed)))
        first, last = run.source_span(RATE)
        heard = " ".join(one.text for one in retime((run,), {"INT01": spanish()}, RATE).cues)
        for word in WORDS:
            if word.end_ms <= first * 1000 or word.start_ms >= last * 1000:
                assert word.text not in heard.split(), (run, heard)


def test_a_cue_that_ends_with_a_shot_ends_two_frames_before_it() -> None:
    movement = move(runs(timeline(sound(0, 48, Fraction(0)))), {"INT01": spanish()}, RATE)
    assert [one.end_ms for one in parted(movement, RATE, picture_cuts=frozenset({48})).cues] == [1_840]
    assert [one.end_ms for one in parted(movement, RATE, picture_cuts=frozenset({47})).cues] == [1_920]
