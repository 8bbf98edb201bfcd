"""`picture: copy-where-possible`: which stretches are asked for, and a whole film by the command, read back."""

import dataclasses
import json
from fractions import Fraction
from pathlib import Path

import av
import pytest

from footage_manifest.media import Colour, Scan
from footage_manifest.timebase import FrameRange
from pipeline.ports.copying import CopyRange
from pipeline.ports.picture import SegmentRequest, VideoEncoding
from pipeline.stages.conform import PictureInputs, Shown, StampText, segment_requests
from pipeline.stages.copying import (
    Copy,
    EventCopies,
    copies_in,
    parts_of,
    requests_between,
    why_encoded,
    why_not_copied,
    within_room,
)
from pipeline.timeline.model import BLACK, Clip, MediaKind
from tests.media_samples import Sample, luma_of, make, number_in
from tests.small_film import run_json
from tests.test_stage_plans import FACTS, MEDIA, VIDEO, clip, seen, timeline

HEVC = VideoEncoding(codec="libx265", options=(("preset", "medium"), ("crf", "22")))


def inputs(*events, video=VIDEO, **more) -> PictureInputs:
    media = dataclasses.replace(MEDIA, reels={"INT01": dataclasses.replace(FACTS, video=video)})
    return PictureInputs(timeline=timeline(picture=events), media=media, size=(1280, 720), **more)


def reason(event, **more) -> str:
    """Why the last piece of an event is encoded."""
    return why_encoded(segment_requests(inputs(event, **more))[-1][1])


def without(**more):
    return dataclasses.replace(VIDEO, **more)


BT601 = Colour(primaries="smpte170m", transfer="smpte170m", matrix="smpte170m", range="tv")
PQ = Colour(primaries="bt2020", transfer="smpte2084", matrix="bt2020nc", range="tv")
P3 = dataclasses.replace(VIDEO.colour, primaries="smpte432")
UNTAGGED = Colour(primaries="unknown", transfer="unknown", matrix="unknown", range="unknown")
STAMP = StampText(text="a v1", font="f" * 64, rate=Fraction(25), drop=False, each=1)


@pytest.mark.parametrize(
    ("why", "event", "more"),
    [
        ("", seen(0, 50, clip(4)), {}),
        ("", seen(0, 50, clip(4)), {"video": without(colour=UNTAGGED)}),
        ("black", seen(0, 50, BLACK), {}),
        ("a still or title", seen(0, 50, Clip(kind=MediaKind.STILL, key="STILL01")), {}),
        ("its speed is changed", seen(0, 50, dataclasses.replace(clip(4), speed=Fraction(1, 2))), {}),
        ("its speed is changed", seen(0, 50, dataclasses.replace(clip(4), speed=Fraction(-1))), {}),
        ("a stamp is drawn on every frame", seen(0, 50, clip(4)), {"stamp": STAMP}),
        ("H.264 in a film of HEVC", seen(0, 50, clip(4)), {"encoding": HEVC}),
        ("films made by prores_ks hold no copies", seen(0, 5, clip(4)), {"encoding": VideoEncoding(codec="prores_ks")}),
        ("prores in a film of H.264", seen(0, 50, clip(4)), {"video": without(codec="prores")}),
        ("29.97 frames a second in a film of 25", seen(0, 50, clip(4)), {"video": without(rate=Fraction(30000, 1001))}),
        ("a variable rate", seen(0, 50, clip(4)), {"video": without(variable=True)}),
        ("turned upright", seen(0, 50, clip(4)), {"video": without(rotation=180)}),
        ("turned upright", seen(0, 50, clip(4)), {"video": without(mirrored=True)}),
        ("1920x1080 in a film of 1280x720", seen(0, 50, clip(4)), {"video": without(width=1920, height=1080)}),
        ("its pixels are not square", seen(0, 50, clip(4)), {"video": without(sample_aspect=Fraction(4, 3))}),
        ("interlaced", seen(0, 50, clip(4)), {"video": without(scan=Scan.TOP_FIRST)}),
        ("its pixels are yuv420p10le", seen(0, 50, clip(4)), {"video": without(pixel_format="yuv420p10le")}),
        ("its colours reach beyond BT.709", seen(0, 50, clip(4)), {"video": without(colour=PQ)}),
        ("its colours reach beyond BT.709", seen(0, 50, clip(4)), {"video": without(colour=P3)}),
        ("its colours are not coded by BT.709 at video range", seen(0, 50, clip(4)), {"video": without(colour=BT601)}),
    ],
)
def test_only_what_encoding_would_leave_untouched_may_be_copied(why, event, more):
    assert reason(event, **more) == why


def test_full_range_and_untagged_small_pictures_are_encoded():
    full = dataclasses.replace(VIDEO.colour, range="pc")
    assert reason(seen(0, 50, clip(4)), video=without(colour=full)).endswith("at video range")


def test_transitions_and_what_is_drawn_over_are_encoded_and_the_rest_is_asked_for():
    event = seen(0, 400, clip(4), outgoing=clip(9), dissolve_frames=12)
    shown = (Shown(picture="c" * 64, record=FrameRange(100, 160)),)
    dissolve, rest = parts_of(inputs(event, shown=shown))
    assert (dissolve.frames, dissolve.first_k, dissolve.stretches) == (FrameRange(0, 12), 0, ())
    assert [stretch.frames for stretch in rest.stretches] == [FrameRange(12, 100), FrameRange(160, 400)]
    assert [one.question.first for one in rest.stretches] == [4 + Fraction(12, 25), 4 + Fraction(160, 25)]
    answers = {one.question: CopyRange(start=5, frames=60, source=9, headers="h") for one in rest.stretches}
    made = list(requests_between(rest, copies_in(rest, answers), inputs(event, shown=shown)))
    assert [one.frames if isinstance(one, SegmentRequest) else len(one.frames) for one in made] == [5, 60, 88, 60, 175]
    assert [type(one) for one in made] == [SegmentRequest, Copy, SegmentRequest, Copy, SegmentRequest]
    assert [(one.start, one.end) for one in made[2].overlays] == [(23, 83)]


def test_an_event_of_which_nothing_is_copied_is_encoded_in_the_usual_pieces():
    event = seen(0, 700, clip(4), outgoing=clip(9), dissolve_frames=12)
    asked = inputs(event)
    answers = {one.question: CopyRange(why="no") for part in parts_of(asked) for one in part.stretches}
    made = [one for part in parts_of(asked) for one in requests_between(part, copies_in(part, answers), asked)]
    assert made == [request for _, request in segment_requests(asked)]
    assert [reason for part in parts_of(asked) for reason in why_not_copied(part, answers)] == [
        "a transition is drawn",
        "no",
    ]


def test_short_runs_are_not_worth_two_joints():
    (part,) = parts_of(inputs(seen(0, 50, clip(4))))
    answers = {one.question: CopyRange(start=41, frames=9, headers="h") for one in part.stretches}
    assert copies_in(part, answers) == ()
    assert "fewer than 10 frames" in next(iter(why_not_copied(part, answers)))


def test_a_film_takes_copies_of_so_many_kinds_of_camera_and_says_so():
    answers = [CopyRange(frames=50, headers=name) for name in "abca"]
    kept = within_room(answers, 2)
    assert [one.frames for one in kept] == [50, 50, 0, 50]
    assert "2 kinds of camera" in kept[2].why


def test_what_was_copied_is_said_in_words():
    assert str(EventCopies(frames=120, copied=120)) == "copied as it was coded, all 120 frames"
    assert str(EventCopies(frames=120, copied=100, why=("so",))) == "copied 100 of 120 frames as they were coded (so)"
    assert str(EventCopies(frames=120, copied=0, why=("black",))) == "encoded: black"


# ----------------------------------------------------------------------------------------------------------- whole films

FILM = """\
title: Copies
languages: [en]
timeline: {rate: 25, size: 288x192}
cuts:
  c: {source: cuts/c.edl, audience: internal, picture: copy-where-possible}
"""
EDL = """\
TITLE: C
FCM: NON-DROP FRAME
001  A        V     C        00:00:00:05 00:00:02:05 00:00:00:00 00:00:02:00
002  B        V     C        00:00:01:00 00:00:03:00 00:00:02:00 00:00:04:00
003  B        V     C        00:00:03:00 00:00:03:00 00:00:04:00 00:00:04:00
003  A        V     D    010 00:00:02:10 00:00:04:00 00:00:04:00 00:00:05:15
004  A        V     C        00:00:01:00 00:00:01:20 00:00:05:15 00:00:07:05
M2   A        012.5                  00:00:01:00
"""


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict]:
    folder = tmp_path_factory.mktemp("copies")
    for name in ("footage", "cuts"):
        (folder / name).mkdir()
    for number, name in enumerate("ab"):
        sample = Sample(name=f"{name}.mp4", rate=Fraction(25), frames=110, size=(288, 192), gop=20, first=number * 1000)
        options = {"preset": "veryfast", "x264-params": f"ref={number + 1}:colormatrix=bt709"}
        make(dataclasses.replace(sample, codec_options=options), folder / "footage")
    (folder / "film.yaml").write_text(FILM)
    reels = "".join(f"  {one.upper()}: {{file: footage/{one}.mp4, kind: b-roll, people: []}}\n" for one in "ab")
    (folder / "footage_manifest.yaml").write_text(f"reels:\n{reels}")
    (folder / "cuts" / "c.edl").write_text(EDL)
    (folder / "film.yaml").write_text(FILM.replace("internal,", "internal, sound: follow-picture,"))
    code, said = run_json(folder)
    assert code == 0, said
    return folder, json.loads((folder / "deliverables" / "c" / "report.json").read_text())


def test_a_whole_film_of_copies_shows_every_frame_that_the_list_names(film):
    folder, _ = film
    numbers = _numbers(folder)
    assert numbers[:100] == [*range(5, 55), *range(1025, 1075)]
    assert numbers[110:140] == list(range(70, 100))
    assert numbers[140:] == [25 + k // 2 for k in range(40)]


def test_the_report_says_of_every_event_what_was_copied_and_why_the_rest_was_not(film):
    _, said = film
    copied = [event["copied_frames"] for event in said["picture"]]
    assert copied[0] in range(33, 36)
    assert copied[1] in range(33, 36)
    assert copied[2] in range(18, 21)
    assert copied[3] == 0
    assert said["picture"][0]["copying"].startswith(f"copied {copied[0]} of 50 frames as they were coded")
    assert "a transition is drawn" in said["picture"][2]["copying"]
    assert said["picture"][3]["copying"] == "encoded: its speed is changed"
    assert said["outputs"][0]["copied_frames"] == sum(copied)


def test_a_trimmed_event_leaves_the_others_copies_as_they_are(film):
    folder, _ = film
    path = folder / "cuts" / "c.edl"
    path.write_text(
        EDL.replace("00:00:01:00 00:00:03:00 00:00:02:00", "00:00:01:01 00:00:03:01 00:00:02:00").replace(
            "B        V     C        00:00:03:00 00:00:03:00", "B        V     C        00:00:03:01 00:00:03:01"
        )
    )
    code, said = run_json(folder, "--explain")
    assert code == 0, said
    assert _numbers(folder)[45:105] == [*range(50, 55), *range(1026, 1076), *5 * [None]]
    done = json.loads((folder / ".testimonio" / "run.json").read_text())["stages"]
    carried_out = {stage["stage"]: stage["carried_out"] for stage in done}
    assert carried_out["find-copy"] == carried_out["copy"] == 1


def _numbers(folder: Path) -> list[int | None]:
    """Return the number on every frame, None inside the dissolve."""
    with av.open(str(folder / "deliverables" / "c" / "c.mp4")) as container:
        lumas = [luma_of(frame) for frame in container.decode(video=0)]
    return [None if 100 <= k < 110 else number_in(luma) for k, luma in enumerate(lumas)]
