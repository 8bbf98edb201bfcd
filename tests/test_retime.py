from fractions import Fraction

from footage_manifest.timebase import FrameRange
from pipeline.timeline.heard import Run, runs
from pipeline.timeline.model import BLACK, Clip, MediaKind, PictureEvent, SoundEvent, Timeline
from pipeline.timeline.retime import ReelTrack, retime
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


def test_the_outgoing_side_of_a_crossfade_is_heard_for_its_first_half() -> None:
    outgoing = Clip(kind=MediaKind.REEL, key="INT01", source_in=Fraction(4))
    cut = timeline(
        sound(0, 100, Fraction(0)), sound(100, 200, Fraction(0), "INT02", outgoing=outgoing, dissolve_frames=20)
    )
    assert [(run.key, run.record) for run in runs(cut)] == [
        ("INT01", FrameRange(0, 110)),
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
