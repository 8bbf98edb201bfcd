"""Previews: every frame in its place though it comes out of proxies, proxies made once, and the gate in front of them."""

import json
from fractions import Fraction
from pathlib import Path

import av
import pytest

from footage_manifest.timebase import FrameRange
from pipeline.stages.conform import PictureInputs, segment_requests
from pipeline.timeline.excerpt import excerpt, excerpt_of_picture
from tests.made_film import EDL, NUMBERS, make_film, typed
from tests.media_samples import luma_of, number_in
from tests.test_stage_plans import MEDIA, RATE, clip, heard, seen, timeline

BIG = (1280, 720)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_film(tmp_path_factory.mktemp("preview") / "film", size=BIG)


def carried_out(film: Path) -> dict[str, int]:
    stages = json.loads((film / ".testimonio" / "run.json").read_text("utf-8"))["stages"]
    return {one["stage"]: one["carried_out"] for one in stages}


def shown(path: str) -> list[int]:
    with av.open(path) as container:
        return [number_in(luma_of(frame)) for frame in container.decode(video=0)]


def test_a_preview_is_small_and_shows_every_frame(film, capsys):
    status, document = typed(capsys, "preview", "small", film)
    assert status == 0, document
    assert (document["size"], document["frames"]) == ([640, 360], len(NUMBERS))
    assert document["path"] == str(film / ".testimonio" / "preview" / "small.mp4")
    assert document["times_real_time"] > 0
    assert shown(document["path"]) == NUMBERS
    with av.open(document["path"]) as container:
        sound = container.streams.audio[0]
        assert sound.duration * sound.time_base == Fraction(len(NUMBERS), 25)
    assert not (film / "deliverables").exists()
    assert carried_out(film)["proxy"] == 1


def test_proxies_are_made_once_whatever_becomes_of_the_edit(film, capsys):
    edl = film / "cuts" / "small.edl"
    edl.write_text(EDL.replace("00:00:00:12 00:00:01:12", "00:00:02:00 00:00:03:00"), "utf-8")
    _, document = typed(capsys, "preview", "small", film)
    assert shown(document["path"]) == [*range(50, 75), *range(75, 95)]
    assert carried_out(film)["proxy"] == 0
    edl.write_text(EDL, "utf-8")


def test_a_stretch_is_what_it_is_in_the_whole(film, capsys):
    _, document = typed(capsys, "preview", "small", film, "--from", "01:00:00:20", "--to", "01:00:01:05")
    assert shown(document["path"]) == NUMBERS[20:30]
    with av.open(document["path"]) as container:
        assert container.streams.audio[0].duration * container.streams.audio[0].time_base == Fraction(10, 25)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--from", "01:00:05:00"), "'01:00:05:00' is not in the cut"),
        (("--to", "00:59:00:00"), "is not in the cut"),
        (("--from", "soon"), "--from: "),
        (("--from", "01:00:01:00", "--to", "01:00:01:00"), "--to lies before --from"),
    ],
)
def test_stretches_that_there_are_not_are_wrong_usage(film, capsys, options, said):
    status, document = typed(capsys, "preview", "small", film, *options)
    assert status == 2
    assert said in document["problems"][0]


def test_who_may_not_be_shown_is_not_in_a_preview_either(tmp_path, capsys):
    film = make_film(tmp_path / "film")
    manifest = film / "footage_manifest.yaml"
    manifest.write_text(manifest.read_text("utf-8").replace("status: granted", "status: withdrawn"), "utf-8")
    status, document = typed(capsys, "preview", "small", film)
    assert status == 6
    assert "ana is seen" in document["problems"][0]
    assert not (film / ".testimonio" / "preview").exists()
    assert typed(capsys, "preview", "none", film)[0] == 2


@pytest.mark.parametrize("command", [("preview", "small"), ("run",)])
def test_a_preview_goes_with_the_consent(tmp_path, capsys, command):
    film = make_film(tmp_path / "film")
    assert typed(capsys, "preview", "small", film, "--to", "01:00:00:05")[0] == 0
    lying = film / ".testimonio" / "preview"
    assert sorted(path.name for path in lying.iterdir()) == ["small.json", "small.mp4"]
    assert typed(capsys, "status", film)[1]["cuts"][0]["problems"] == []
    manifest = film / "footage_manifest.yaml"
    manifest.write_text(manifest.read_text("utf-8").replace("status: granted", "status: withdrawn"), "utf-8")
    (cut,) = typed(capsys, "status", film)[1]["cuts"]
    assert cut["problems"] == [".testimonio/preview/small.mp4: 'ana' has withdrawn consent; remove it"]
    assert typed(capsys, *command, film)[0] == 6
    assert list(lying.iterdir()) == []


def test_a_small_source_is_read_as_it_is(tmp_path, capsys):
    film = make_film(tmp_path / "film")
    _, document = typed(capsys, "preview", "small", film)
    assert document["size"] == [320, 192]
    assert carried_out(film)["proxy"] == 0


# ------------------------------------------------------------------------------------------------------------- excerpts


def test_an_excerpt_goes_on_inside_a_dissolve() -> None:
    event = seen(10, 40, clip(5), outgoing=clip(2), dissolve_frames=8)
    part = excerpt_of_picture(event, FrameRange(13, 30), RATE)
    assert part is not None
    assert (part.record, part.clip.source_in) == (FrameRange(0, 17), 5 + Fraction(3, 25))
    assert part.outgoing is not None
    assert (part.dissolve_passed, part.outgoing.source_in) == (3, 2 + Fraction(3, 25))
    after = excerpt_of_picture(event, FrameRange(18, 30), RATE)
    assert after is not None
    assert (after.outgoing, after.dissolve_frames) == (None, 0)
    assert excerpt_of_picture(event, FrameRange(40, 50), RATE) is None


def test_an_excerpts_segments_show_what_the_whole_shows_there() -> None:
    whole = timeline(picture=(seen(0, 20, clip(1)), seen(20, 60, clip(9), outgoing=clip(4), dissolve_frames=10)))
    frames = FrameRange(12, 45)

    def instants(asked: tuple) -> list[tuple]:
        found = []
        for _, request in asked:
            for i in range(request.frames):
                mixed = request.mix and (request.mix.first_k + i, request.mix.of, request.mix.outgoing.first + i / RATE)
                found.append((request.incoming.first + i / RATE, mixed))
        return found

    of_whole, of_part = (
        instants(segment_requests(PictureInputs(timeline=one, media=MEDIA, size=(1280, 720))))
        for one in (whole, excerpt(whole, frames))
    )
    assert of_part == of_whole[12:45]


def test_sound_that_is_cut_into_fades_in_and_out() -> None:
    whole = timeline(
        sound=(heard(0, 50, clip(3), fade_in=False, fade_out=False, fade_in_frames=10, fade_out_frames=20),)
    )
    (part,) = excerpt(whole, FrameRange(4, 40)).sound
    assert (part.record, part.clip.source_in) == (FrameRange(0, 36), 3 + Fraction(4, 25))
    assert (part.fade_in, part.fade_out, part.fade_in_frames, part.fade_out_frames) == (True, True, 6, 10)
