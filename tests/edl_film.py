"""A film small enough to count by hand, for the tests of lists and timelines."""

from fractions import Fraction

from footage_manifest.media import Colour, MediaFacts, SoundFacts, VideoFacts
from footage_manifest.model import Cut, Film, Manifest
from footage_manifest.timecode import Label
from pipeline.errors import TimelineError
from pipeline.timeline.build import Built, build_timeline
from pipeline.timeline.edl import read_edl

PAL = Fraction(25)
NTSC = Fraction(30000, 1001)


def film(titles=(), **timeline):
    return Film.model_validate(
        {
            "title": "Three days",
            "languages": ["es"],
            "timeline": {"rate": 25, "size": "1280x720", **timeline},
            "titles": {key: {"text": "Three days"} for key in titles},
            "cuts": {},
        }
    )


def manifest(**more):
    reels = {
        "INT01": {"file": "footage/int01.mp4", "kind": "interview", "people": ["juana"], "start": "01:00:00:00"},
        "INT02": {"file": "footage/int02.mp4", "kind": "interview", "people": ["luis"]},
        "MUSIC": {"file": "music/theme.wav", "kind": "music"},
        "RIVER": {"file": "footage/river.mov", "kind": "b-roll"},
    }
    return Manifest.model_validate(
        {
            "people": {"juana": {"name": "Juana R."}, "luis": {"name": "Luis M."}, "eva": {"name": "Eva P."}},
            "reels": {**reels, **more},
            "stills": {"STILL07": {"file": "stills/photo.jpg", "people": ["eva"]}},
        }
    )


def media(frames=None, rate=PAL, channels=2, *, variable=False, **more):
    """Return facts of a file of `frames` frames with sound to the end; no picture where `frames` is None."""
    duration = Fraction(100) if frames is None else frames / rate
    video = None
    if frames is not None:
        video = VideoFacts(
            index=0,
            codec="h264",
            width=1280,
            height=720,
            rate=rate,
            variable=variable,
            frames=frames,
            start=Fraction(0),
            duration=duration,
            time_base=Fraction(1, 90000),
            pixel_format="yuv420p",
            bit_depth=8,
            colour=Colour(primaries="bt709", transfer="bt709", matrix="bt709", range="tv"),
        )
    sound = SoundFacts(
        index=1,
        codec="pcm_s16le",
        sample_rate=48000,
        channels=channels,
        layout="",
        start=Fraction(0),
        duration=duration,
    )
    return MediaFacts(
        digest="0" * 64,
        container="mov",
        duration=duration,
        video=video,
        sound=(sound,) if channels else (),
        **more,
    )


def facts(**more):
    """INT01 has 1,000 frames, INT02 500 and one sound channel, RIVER 250 and no sound, MUSIC 100 seconds of sound."""
    return {
        "INT01": media(1000),
        "INT02": media(500, channels=1),
        "RIVER": media(250, channels=0),
        "MUSIC": media(),
        **more,
    }


def label(text):
    return Label.parse(text)


def build(*lists, cut=None, film_=None, manifest_=None, facts_=None) -> Built:
    """Build cut `forum` out of texts of lists; `sound: edl` unless the cut says otherwise."""
    film_ = film_ or film()
    names = [f"cuts/v{number}.edl" for number in range(1, len(lists) + 1)]
    edls = [
        read_edl(text.encode(), file=name, clock=film_.timeline.clock) for name, text in zip(names, lists, strict=True)
    ]
    stated = Cut.model_validate({"source": names, "audience": "forum", "sound": "edl", **(cut or {})})
    return build_timeline("forum", stated, film_, manifest_ or manifest(), edls, facts_ or facts())


def refusals(*lists, **more) -> list[str]:
    """Return the findings, as shown, that keep the lists from being built."""
    try:
        build(*lists, **more)
    except TimelineError as error:
        return [str(finding) for finding in error.findings]
    return []
