"""Reels of several files as one: where each begins, what does not belong together, which file a frame is read from."""

from dataclasses import replace
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footage_manifest.media import MediaFacts, SoundFacts
from footage_manifest.model import ChannelChoice, Reel
from footage_manifest.timebase import FrameRange
from footage_manifest.timecode import Label
from pipeline.engine.canonical import canonical
from pipeline.ports.picture import SegmentRequest, VideoLayer
from pipeline.stages.conform import PictureInputs, segment_requests
from pipeline.stages.find_speech import plan_search
from pipeline.stages.media import Media, sound_of
from pipeline.stages.reel_parts import (
    Files,
    camera_sounds,
    gaps,
    mismatches,
    picture_parts,
    recorder_sounds,
    recorder_starts,
    silences,
    whole,
    with_recorder,
)
from pipeline.timeline.model import Clip, MediaKind, PictureEvent, Timeline
from tests.edl_film import NTSC, PAL, media

REEL = Reel.model_validate({"file": ["a.mp4", "b.mp4"], "kind": "interview", "people": []})


def files(*facts: MediaFacts, field: str = "file") -> Files:
    named = tuple(replace(one, digest=str(number) * 64) for number, one in enumerate(facts))
    return Files(field=field, names=tuple(f"{chr(ord('a') + number)}.mp4" for number in range(len(facts))), facts=named)


def wav(seconds: Fraction | int, rate: int = 48_000, reference: int | None = None) -> MediaFacts:
    heard = SoundFacts(
        index=0,
        codec="pcm_s16le",
        sample_rate=rate,
        channels=1,
        layout="mono",
        start=Fraction(0),
        duration=Fraction(seconds),
    )
    return MediaFacts(digest="", container="wav", duration=Fraction(seconds), sound=(heard,), time_reference=reference)


def picture(facts: MediaFacts, **changes: object) -> MediaFacts:
    return replace(facts, video=replace(facts.video, **changes))


def sound(facts: MediaFacts, **changes: object) -> MediaFacts:
    return replace(facts, sound=(replace(facts.sound[0], **changes),))


# -------------------------------------------------------------------------------------------------- parts and the whole


def test_parts_begin_after_the_exact_length_of_those_before():
    parts = picture_parts(files(media(300, NTSC), media(7, NTSC), media(100, NTSC)))
    assert [part.start for part in parts] == [0, Fraction(300 * 1001, 30000), Fraction(307 * 1001, 30000)]


def test_parts_of_variable_rate_begin_after_what_is_shown_of_those_before():
    first = picture(media(60, variable=True), duration=Fraction(1234, 600))
    joined = files(first, picture(media(60, variable=True), duration=Fraction(1, 3)), media(25, PAL))
    assert [part.start for part in picture_parts(joined)] == [
        0,
        Fraction(1234, 600),
        Fraction(1234, 600) + Fraction(1, 3),
    ]
    video = whole(joined).video
    assert video is not None
    assert (video.frames, video.duration, video.variable) == (145, Fraction(1234, 600) + Fraction(4, 3), True)


def test_the_whole_has_all_frames_and_the_sound_of_all():
    tail = sound(media(50), duration=Fraction(195, 100))  # the last sound ends before its picture
    facts = whole(files(media(100, timecode=Label.parse("01:00:00:00"), timecode_rate=PAL), media(25), tail))
    assert facts.video is not None
    assert (facts.video.frames, facts.video.duration, facts.video.rate) == (175, Fraction(7), PAL)
    assert (facts.sound[0].start, facts.sound[0].duration) == (0, Fraction(695, 100))
    assert (facts.digest, str(facts.timecode)) == ("0" * 64, "01:00:00:00")


def test_one_file_is_itself():
    facts = media(100)
    one = Files(field="file", names=("a.mp4",), facts=(facts,))
    assert whole(one) is facts


def test_a_parts_sound_ends_where_the_next_part_begins():
    late = replace(sound(media(50), start=Fraction(3, 100)), video=replace(media(50).video, start=Fraction(1, 25)))
    parts = camera_sounds(files(sound(media(100), duration=Fraction(405, 100)), late, media(25)), ChannelChoice.FIRST)
    assert [(part.start, part.end) for part in parts] == [(0, 4), (4, Fraction(599, 100)), (6, 7)]
    # The reel's zero on each file's clock: where that file's first frame lies, less what lies before it.
    assert [part.sound.zero for part in parts] == [0, Fraction(1, 25) - 4, -6]
    assert {part.sound.channels for part in parts} == {ChannelChoice.FIRST}


def test_sound_alone_in_parts_is_heard_as_one():
    joined = files(wav(10), wav(Fraction(5, 2)))
    assert picture_parts(joined) == ()
    assert [(part.start, part.end) for part in camera_sounds(joined, ChannelChoice.MIX)] == [
        (0, 10),
        (10, Fraction(25, 2)),
    ]
    assert whole(joined).sound[0].duration == Fraction(25, 2)


# --------------------------------------------------------------------------------------------------------- what is amiss


@pytest.mark.parametrize(
    ("other", "what"),
    [
        (picture(media(50), width=640), "b.mp4 is 640x720, and a.mp4 1280x720"),
        (media(50, NTSC), "b.mp4 has 29.97 frames a second, and a.mp4 has 25"),
        (picture(media(50), rotation=90), "b.mp4 is turned by 90 degrees, and a.mp4 is upright"),
        (picture(media(50), mirrored=True), "b.mp4 is upright and mirrored, and a.mp4 is upright"),
        (picture(media(50), sample_aspect=Fraction(16, 15)), "b.mp4 has pixels 16/15 as wide as high, and a.mp4 1"),
        (media(), "b.mp4 holds no picture, and a.mp4 holds a picture"),
        (media(50, channels=0), "b.mp4 holds no sound, and a.mp4 holds sound"),
        (media(50, channels=1), "b.mp4 has 1 channel of sound, and a.mp4 has 2 channels"),
        (sound(media(50), sample_rate=44_100), "b.mp4 has sound at 44100 Hz, and a.mp4 at 48000 Hz"),
    ],
)
def test_files_that_are_no_parts_of_one_recording_are_refused_by_name(other, what):
    (trouble,) = mismatches(files(media(50), other), with_sound=True)
    assert trouble.field == "file.1"
    assert trouble.what.startswith(what)


def test_one_file_named_twice_is_refused():
    facts = media(50)
    twice = Files(field="file", names=("a.mp4", "copy.mp4"), facts=(facts, facts))
    (trouble,) = mismatches(twice, with_sound=True)
    assert trouble.what == "copy.mp4 is the same recording as a.mp4"


def test_sound_that_is_replaced_may_differ_and_so_may_the_rates_of_variable_parts():
    variable = picture(media(50, channels=0), variable=True, rate=Fraction(2997, 100))
    assert mismatches(files(media(50), variable), with_sound=False) == ()


def labelled(text: str, frames: int = 50, rate: Fraction = PAL) -> MediaFacts:
    return media(frames, rate, timecode=Label.parse(text), timecode_rate=rate)


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        (labelled("01:00:00:00"), labelled("01:00:02:00"), None),
        (labelled("01:00:00:00"), labelled("01:00:02:01"), None),
        (labelled("23:59:59:00"), labelled("00:00:01:00"), None),
        (labelled("01:00:00:00"), labelled("01:00:05:00"), "b.mp4 starts 3.000 s after a.mp4 ends"),
        (labelled("01:00:00:00"), labelled("01:00:01:00"), "b.mp4 starts 1.000 s before a.mp4 ends"),
        (labelled("00:00:59;00", 60, NTSC), labelled("00:01:01;02", 60, NTSC), None),
        (labelled("00:00:59:00", 60, NTSC), labelled("00:01:01:02", 60, NTSC), "b.mp4 starts 0.067 s after"),
        (labelled("01:00:00:00"), media(50), None),
        (wav(10, reference=48_000), wav(5, reference=48_000 * 11), None),
        (wav(10, reference=48_000), wav(5, reference=48_000 * 12), "b.mp4 starts 1.000 s after a.mp4 ends"),
    ],
)
def test_parts_whose_own_times_contradict_their_order_are_named(first, second, said):
    found = gaps(files(first, second), PAL)
    assert [trouble.what.startswith(said) for trouble in found] == ([] if said is None else [True])


def test_silence_between_parts_is_named():
    joined = files(sound(media(100), duration=Fraction(3)), media(25))
    (trouble,) = silences(joined, camera_sounds(joined, ChannelChoice.MIX))
    assert (trouble.field, trouble.what) == ("file.1", "there is no sound for 1.000 s before that of b.mp4")


# --------------------------------------------------------------------------------------------------------- separate sound


def test_a_recorder_is_heard_only_while_the_picture_lasts():
    recorder = files(wav(10), wav(10), wav(10), field="sound.file")
    starts = tuple(start - Fraction(15) for start in recorder_starts(recorder))
    parts = recorder_sounds(recorder, ChannelChoice.SECOND, starts, Fraction(12))
    assert [(part.sound.digest[0], part.start, part.end) for part in parts] == [("1", 0, 5), ("2", 5, 12)]
    assert [part.sound.zero for part in parts] == [5, -5]
    assert {part.sound.channels for part in parts} == {ChannelChoice.SECOND}
    assert recorder_sounds(recorder, ChannelChoice.MIX, starts, Fraction(-1)) == ()


def test_a_recorder_that_was_stopped_goes_on_at_its_own_time():
    recorder = files(
        wav(10, reference=0), wav(10, reference=48_000 * 14), wav(5, reference=48_000 * 20), field="sound.file"
    )
    assert recorder_starts(recorder) == (0, 10, 20)
    assert recorder_starts(recorder, PAL) == (0, 14, 24)  # the third claims to begin before the second ends


def test_a_reels_facts_name_the_recorders_sound_on_the_reels_clock():
    camera = replace(picture(media(100), start=Fraction(1, 2)), time_reference=96_000)
    recorder = files(wav(60, rate=96_000), field="sound.file")
    parts = recorder_sounds(recorder, ChannelChoice.MIX, (Fraction(3),), Fraction(4))
    facts = with_recorder(camera, recorder, parts)
    assert (facts.sound[0].start - facts.reel_start, facts.sound[0].duration) == (3, 1)
    assert (facts.sound[0].sample_rate, facts.sound[0].channels) == (96_000, 1)
    assert Fraction(facts.time_reference, 96_000) == Fraction(96_000, 48_000)


# ------------------------------------------------------------------------------------------------------ who listens to what


def test_what_was_heard_in_a_reel_of_one_file_stays_found():
    facts = replace(media(100), digest="ab" * 32)
    one = Media(reels={"INT01": facts}, stills={})
    (part,) = one.heard("INT01", REEL)
    asked = (
        f'{{"$":"FindSpeechRequest","chunk_max_ms":300000,"chunk_min_ms":120000,"sound":{{"$":"SoundOfReel",'
        f'"channels":"mix","digest":"{"ab" * 32}","stream":1,"zero":"0/1"}}}}'
    )
    assert canonical(plan_search(part)).decode() == asked
    assert part.start_ms == 0
    assert part.sound == sound_of(REEL, facts)


def test_each_file_is_heard_on_its_own_clock_up_to_its_end():
    joined = files(media(100, NTSC), media(100, NTSC), field="file")
    sounds = camera_sounds(joined, ChannelChoice.MIX)
    both = Media(reels={"INT01": whole(joined)}, stills={}, sounds={"INT01": sounds})
    first, second = both.heard("INT01", REEL)
    border = Fraction(100 * 1001, 30000)  # 3336.67 ms
    assert (first.start_ms, first.length_ms, first.sound.zero) == (0, 3336, 0)
    assert (second.start_ms, second.length_ms) == (3337, 6673 - 3337)
    assert second.sound.zero == Fraction(3337, 1000) - border
    assert plan_search(second).end_ms == second.length_ms


# ------------------------------------------------------------------------------------------------- every frame from its file


@st.composite
def cuts(draw):
    """Two reels of several parts at any rates, and an event that plays one out of the other at any speeds."""
    timeline_rate = draw(st.sampled_from([PAL, NTSC, Fraction(24)]))
    reels = {}
    for key in ("A", "B"):
        rate = draw(st.sampled_from([PAL, NTSC, Fraction(50)]))
        reels[key] = (rate, draw(st.lists(st.integers(1, 90), min_size=2, max_size=4)))
    clips = []
    for key, (rate, frames) in reels.items():
        start = Fraction(draw(st.integers(0, sum(frames) - 1))) / rate
        speed = draw(
            st.sampled_from([Fraction(1), Fraction(-1), Fraction(1, 3), Fraction(-5, 2), Fraction(0), Fraction(2)])
        )
        clips.append(Clip(kind=MediaKind.REEL, key=key, source_in=start, speed=speed))
    dissolve, length = draw(st.integers(0, 20)), draw(st.integers(1, 300))
    return timeline_rate, reels, clips, min(dissolve, length), length


def counted(rate: Fraction, frames: list[int], instant: Fraction) -> tuple[int, int] | None:
    """Which part, and which of its frames, is on screen: all frames of all parts counted in one row."""
    number = floor(instant * rate)
    for part, count in enumerate(frames):
        if 0 <= number < count:
            return part, number
        number -= count
    return None  # before the first or after the last: the timeline refuses that


def shown_by(layer: VideoLayer, frame: int, timeline_rate: Fraction) -> tuple[int, int]:
    return int(layer.digest[-1]), floor((layer.first + frame / timeline_rate * layer.speed) * layer.facts.rate)


def in_order(requests: tuple[tuple[str, SegmentRequest], ...], *, outgoing: bool, rate: Fraction) -> list:
    rows = []
    for _, request in requests:
        layer = (request.mix.outgoing if request.mix else None) if outgoing else request.incoming
        rows.extend(shown_by(layer, frame, rate) if layer else None for frame in range(request.frames))
    return rows


@settings(max_examples=150, deadline=None)
@given(cuts())
def test_every_frame_is_read_from_the_file_that_holds_it(cut):
    rate, reels, (incoming, outgoing), dissolve, length = cut
    joined = {key: files(*(media(count, own) for count in frames)) for key, (own, frames) in reels.items()}
    event = PictureEvent(
        record=FrameRange(0, length),
        clip=incoming,
        outgoing=outgoing if dissolve else None,
        dissolve_frames=dissolve,
        number="1",
        line=1,
        source="a.edl",
    )
    timeline = Timeline(cut="c", rate=rate, frames=length, record_zero=0, picture=(event,), sound=())
    found = Media(
        reels={key: whole(one) for key, one in joined.items()},
        stills={},
        parts={key: picture_parts(one) for key, one in joined.items()},
    )
    requests = segment_requests(PictureInputs(timeline=timeline, media=found, size=(160, 96)))
    assert sum(request.frames for _, request in requests) == length
    for clip, is_outgoing in ((incoming, False), (outgoing, True)):
        own, frames = reels[clip.key]
        rows = in_order(requests, outgoing=is_outgoing, rate=rate)
        for number, row in enumerate(rows if not is_outgoing else rows[:dissolve]):
            expected = counted(own, frames, clip.source_in + number / rate * clip.speed)
            assert expected is None or row == expected
