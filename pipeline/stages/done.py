"""What the conform does to a source, in plain words, for the report: one line for each thing done, none where nothing is."""

from collections.abc import Iterator
from fractions import Fraction

from footage_manifest.media import MediaFacts, Scan, StillFacts, VideoFacts
from footage_manifest.picture_plan import Fit, StillMove

_SAMPLE_RATE = 48_000
_MATRICES = {
    "bt470bg": "BT.601",
    "smpte170m": "BT.601",
    "fcc": "FCC",
    "smpte240m": "SMPTE 240M",
    "bt2020nc": "BT.2020",
}
_FIRST_FIELDS = {Scan.TOP_FIRST: "top", Scan.BOTTOM_FIRST: "bottom"}
_HOW = {Fit.FIT: "fitted into", Fit.FILL: "cropped to fill", Fit.BLUR: "fitted, with blurred sides, into"}
_MOVES = {
    StillMove.PUSH_IN: "moved: pushed in by 12 per cent",
    StillMove.PULL_OUT: "moved: pulled out by 12 per cent",
    StillMove.PAN_LEFT: "moved: panned to the left",
    StillMove.PAN_RIGHT: "moved: panned to the right",
    StillMove.PAN_UP: "moved: panned up",
    StillMove.PAN_DOWN: "moved: panned down",
}


def done_to_video(facts: MediaFacts, timeline_rate: Fraction, size: tuple[int, int], fit: Fit) -> tuple[str, ...]:
    """Return what is done to the picture of a file on a timeline of this rate and size; speed and joins are the event's."""
    video = facts.video
    if video is None:
        return ("the reel is sound alone: black",)
    return (*_rate(video, timeline_rate), *_shape(video, size, fit), *_colour(video))


def done_to_still(facts: StillFacts, size: tuple[int, int], fit: Fit, move: StillMove) -> tuple[str, ...]:
    """Return what is done to a still in a frame of this size."""
    done = []
    if facts.orientation != 1:
        done.append(f"turned upright (orientation {facts.orientation})")
    own = (facts.width, facts.height)
    if move is not StillMove.NONE:
        fills = "" if move in {StillMove.PUSH_IN, StillMove.PULL_OUT} and fit is Fit.FIT else ", filling the frame"
        done.append(f"{_MOVES[move]}{fills}, from {_size(own)}, nothing stretched")
    elif own != size:
        done.append(_fitted(own, size, fit))
    if facts.has_alpha:
        done.append("laid over black where it is transparent")
    if facts.inks and not facts.profile:
        done.append("CMYK without a colour profile mixed as plain inks")
    elif facts.profile and not facts.profile.lower().startswith("srgb"):
        done.append(f"colours brought from the profile '{facts.profile}' to sRGB")
    if facts.bit_depth > 8:
        done.append(f"{facts.bit_depth} bits a channel brought to 8")
    return tuple(done)


def done_to_sound(facts: MediaFacts) -> tuple[str, ...]:
    """Return what is done to the first sound stream of a file; which of its channels are heard is the event's to say."""
    if not facts.sound:
        return ("silence",)
    sound, video = facts.sound[0], facts.video
    done = []
    if sound.sample_rate != _SAMPLE_RATE:
        done.append(f"{sound.sample_rate} Hz brought to {_SAMPLE_RATE} Hz")
    if video is not None:
        frame = 1 / video.rate
        late = sound.start - video.start
        early = video.start + video.duration - sound.start - sound.duration
        if late > frame:
            done.append(f"silence for {_seconds(late)} before the file's sound begins")
        if early > frame:
            done.append(f"silence from {_seconds(early)} before the file's picture ends, where its sound does")
    return tuple(done)


def _rate(video: VideoFacts, timeline_rate: Fraction) -> Iterator[str]:
    if video.variable:
        yield f"variable rate shown at {timeline_rate} frames a second by its own time stamps"
    elif video.rate != timeline_rate:
        yield f"{video.rate} shown at {timeline_rate} frames a second, the frame on display at each instant"
    if video.scan in _FIRST_FIELDS:
        yield f"deinterlaced ({_FIRST_FIELDS[video.scan]} field first): one whole frame from two fields"


def _shape(video: VideoFacts, size: tuple[int, int], fit: Fit) -> Iterator[str]:
    if video.mirrored:
        yield "mirrored left to right, as the file asks for"
    if video.rotation:
        yield f"turned upright by {video.rotation} degrees"
    aspect = video.sample_aspect
    if aspect != 1:
        yield f"pixels of {aspect.numerator}:{aspect.denominator} made square"
    coded = (round(video.width * aspect), video.height)
    shown = coded[::-1] if video.rotation % 180 else coded
    if shown != size:
        yield _fitted(shown, size, fit)
    if video.has_alpha:
        yield "laid over black where it is transparent"


def _colour(video: VideoFacts) -> Iterator[str]:
    if video.colour.hdr:
        kind = "PQ" if video.colour.transfer == "smpte2084" else "HLG"
        yield f"HDR ({kind}) brought to SDR, BT.709: diffuse white at 90 per cent, highlights rolled off above it"
    elif video.colour.wide:
        wide = "BT.2020" if video.colour.primaries == "bt2020" else "Display P3"
        yield f"colours brought from {wide} to BT.709"
    elif video.matrix == "gbr":
        yield "RGB brought to BT.709"
    elif video.matrix != "bt709":
        guessed = "" if video.colour.matrix == video.matrix else ", taken for it by its size"
        yield f"colours brought from {_MATRICES[video.matrix]} to BT.709{guessed}"
    if video.full_range and video.matrix != "gbr":
        yield "full range brought to video range"
    chroma = next((name for name in ("444", "422", "440", "411", "410") if name in video.pixel_format), None)
    if chroma is not None:
        yield f"{':'.join(chroma)} brought to 4:2:0"
    if video.bit_depth > 8:
        yield f"{video.bit_depth} bits a channel brought to 8"


def _fitted(size: tuple[int, int], into: tuple[int, int], fit: Fit) -> str:
    if size[0] * into[1] == size[1] * into[0]:
        return f"{_size(size)} scaled to {_size(into)}"
    return f"{_size(size)} {_HOW[fit]} {_size(into)}, nothing stretched"


def _size(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"


def _seconds(length: Fraction) -> str:
    return f"{float(length):.2f} s"
