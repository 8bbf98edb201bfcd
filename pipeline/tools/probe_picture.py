"""Facts of one picture stream: rate, length, which way up, how wide its pixels are, colour, fields."""

import struct
from collections.abc import Mapping
from fractions import Fraction
from math import atan2, degrees
from pathlib import Path
from typing import cast

from av.sidedata.sidedata import SideData, Type
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from footage_manifest.media import Colour, Scan, VideoFacts
from pipeline.errors import MediaError
from pipeline.tools.frame_index import exact_rate
from pipeline.tools.media_open import open_media, plain_errors
from pipeline.tools.mov_boxes import dolby_vision_without_base
from pipeline.tools.packet_survey import Survey

_FIELD_ORDERS = {1: Scan.PROGRESSIVE, 2: Scan.TOP_FIRST, 3: Scan.BOTTOM_FIRST, 4: Scan.TOP_FIRST, 5: Scan.BOTTOM_FIRST}
"""libav's AVFieldOrder: which field is shown first is what matters, not which is coded first."""

# Code points of ITU-T H.273, with ffmpeg's names for them.
_PRIMARIES = {
    1: "bt709",
    4: "bt470m",
    5: "bt470bg",
    6: "smpte170m",
    7: "smpte240m",
    8: "film",
    9: "bt2020",
    10: "smpte428",
    11: "smpte431",
    12: "smpte432",
    22: "jedec-p22",
}
_TRANSFERS = {
    1: "bt709",
    4: "bt470m",
    5: "bt470bg",
    6: "smpte170m",
    7: "smpte240m",
    8: "linear",
    9: "log100",
    10: "log316",
    11: "iec61966-2-4",
    12: "bt1361e",
    13: "iec61966-2-1",
    14: "bt2020-10",
    15: "bt2020-12",
    16: "smpte2084",
    17: "smpte428",
    18: "arib-std-b67",
}
_MATRICES = {
    0: "gbr",
    1: "bt709",
    4: "fcc",
    5: "bt470bg",
    6: "smpte170m",
    7: "smpte240m",
    8: "ycgco",
    9: "bt2020nc",
    10: "bt2020c",
    14: "ictcp",
}
_RANGES = {1: "tv", 2: "pc"}
_UNREAD_MATRICES = {8: "YCgCo", 10: "BT.2020 of constant luminance", 14: "ICtCp"}
_AS_PRORES = "export it as ProRes 4444"
_TALLEST_DV = 576
"""DV of 480 and 576 lines shows the lower field first (IEC 61834); its cameras' HD formats the upper one, as all HD does."""
_PACKETS_FOR_A_FRAME = 500


def picture_facts(path: Path, stream: VideoStream, found: Survey, declared: Fraction) -> VideoFacts:
    """Return what a picture stream holds; `found` is the survey of the whole file, `declared` its length in seconds.

    Raises MediaError where there is no frame, none can be decoded, or it is turned by an angle that is not a right one.
    """
    if not found.stamps:
        raise MediaError(
            f"it declares {float(declared):.2f} s of picture but holds not one frame of it", "copy the file again"
        )
    frame = _first_frame(path, stream.index)
    refuse_colours(frame, dolby_vision_without_base(path), stream.metadata)
    rotation, mirrored = _how_held(frame)
    rate, variable, duration = _timing(stream, found)
    context = stream.codec_context
    return VideoFacts(
        index=stream.index,
        codec=context.codec.canonical_name,
        width=frame.width,
        height=frame.height,
        rate=rate,
        variable=variable,
        frames=len(found.stamps),
        start=found.stamps[0] * _time_base(stream),
        duration=duration,
        time_base=_time_base(stream),
        rotation=rotation,
        mirrored=mirrored,
        sample_aspect=Fraction(stream.sample_aspect_ratio or context.sample_aspect_ratio or 1),
        pixel_format=frame.format.name,
        bit_depth=max(component.bits for component in frame.format.components),
        colour=Colour(
            primaries=_PRIMARIES.get(frame.color_primaries, "unknown"),
            transfer=_TRANSFERS.get(frame.color_trc, "unknown"),
            matrix=_MATRICES.get(frame.colorspace, "unknown"),
            range="pc" if frame.format.name.startswith("yuvj") else _RANGES.get(frame.color_range, "unknown"),
        ),
        scan=_scan(stream, frame),
    )


def refuse_colours(frame: VideoFrame, without_base: bool, tags: Mapping[str, str]) -> None:  # noqa: FBT001 - a finding
    """Raise MediaError for colours that would come out wrong: they are coded as nothing here reads them.

    `without_base` says that the file declares Dolby Vision without a picture for other players; `tags` are the stream's.
    """
    unread = _UNREAD_MATRICES.get(frame.colorspace)
    if unread is not None:
        raise MediaError(f"its colours are coded as {unread}, which is not read here", _AS_PRORES)
    if without_base or (_is_dolby_vision(frame) and frame.color_trc not in _TRANSFERS):
        raise MediaError(
            "it is Dolby Vision without a picture for other players (profile 5): it would come out green and purple",
            "export it as HDR10, HLG or SDR",
        )
    if ("alpha_mode", "1") in {(key.lower(), value) for key, value in tags.items()}:
        raise MediaError("its picture is transparent as WebM keeps it, which is not read here", _AS_PRORES)


def rotation_of(matrix: bytes) -> tuple[int, bool]:
    """Return (degrees to turn clockwise, whether to mirror left-right before) that a display matrix asks for.

    `matrix` is libav's: nine 32-bit integers, ISO/IEC 14496-12's a b u c d v x y w. Raises MediaError where the angle is
    not a multiple of 90 degrees, give or take one.
    """
    a, b, _, c, d, *_ = struct.unpack("=9i", matrix[:36])
    mirrored = a * d - b * c < 0
    sign = -1 if mirrored else 1
    angle = degrees(atan2(sign * b, sign * a))
    quarter = round(angle / 90)
    if abs(angle - quarter * 90) > 1:
        raise MediaError(
            f"its picture is marked as turned by {angle:.0f} degrees, which is not a quarter turn",
            "straighten it in an editing program and export it",
        )
    return quarter % 4 * 90, mirrored


def _time_base(stream: VideoStream) -> Fraction:
    return stream.time_base or Fraction(1)


def _how_held(frame: VideoFrame) -> tuple[int, bool]:
    try:
        entries = cast("Mapping[Type, SideData]", frame.side_data)
    except ValueError:  # PyAV does not know every kind of side data, two views of a stereo picture among them
        return -frame.rotation % 360, False
    matrix = entries.get(Type.DISPLAYMATRIX)
    return (0, False) if matrix is None else rotation_of(bytes(matrix))


def _is_dolby_vision(frame: VideoFrame) -> bool:
    try:
        entries = cast("Mapping[Type, SideData]", frame.side_data)
    except ValueError:
        return False
    return entries.get(Type.DOVI_METADATA) is not None


def _first_frame(path: Path, index: int) -> VideoFrame:
    """Return the first frame that decodes: it says what no packet does, which way up the picture is held for one."""
    with open_media(path) as container, plain_errors("its picture cannot be decoded"):
        stream = container.streams.video[0]
        for candidate in container.streams.video:
            if candidate.index == index:
                stream = candidate
        stream.codec_context.thread_count = 1
        for number, packet in enumerate(container.demux(stream)):
            for frame in packet.decode():
                return frame
            if number > _PACKETS_FOR_A_FRAME:
                break
    raise MediaError("not one frame of its picture can be decoded", "check that it plays, and copy it again")


def _timing(stream: VideoStream, found: Survey) -> tuple[Fraction, bool, Fraction]:
    """Return the rate, whether it is variable, and the displayed length in seconds."""
    time_base = _time_base(stream)
    count = len(found.stamps)
    span = (found.stamps[-1] - found.stamps[0]) * time_base
    constant = exact_rate(found.stamps, time_base, (stream.guessed_rate, stream.average_rate, stream.base_rate))
    if constant is not None:
        return constant, False, count / constant
    last = found.last_ticks * time_base
    if count == 1:
        length = last or (1 / stream.guessed_rate if stream.guessed_rate else Fraction(0))
        if not length:
            raise MediaError("it holds a single frame without a length", "use it as a still")
        return 1 / length, False, length
    return count / (span + (last or span / (count - 1))), True, span + (last or span / (count - 1))


def _scan(stream: VideoStream, frame: VideoFrame) -> Scan:
    declared = _FIELD_ORDERS.get(stream.codec_context.field_order, Scan.UNKNOWN)
    if frame.interlaced_frame and stream.codec_context.codec.canonical_name == "dvvideo" and declared is Scan.UNKNOWN:
        return Scan.TOP_FIRST if frame.height > _TALLEST_DV else Scan.BOTTOM_FIRST
    if frame.interlaced_frame:
        return Scan.TOP_FIRST if declared in (Scan.UNKNOWN, Scan.PROGRESSIVE) else declared
    return declared if declared is not Scan.UNKNOWN else Scan.PROGRESSIVE
