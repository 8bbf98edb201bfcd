"""Opening media that nobody vouches for: local files only, known containers only, plain words when it fails."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
from av.container import InputContainer, OutputContainer

from pipeline.errors import MediaError
from pipeline.tools.mov_boxes import is_mov, top_level_boxes

_CONTAINERS = (
    "mov,matroska,mpegts,mpeg,avi,mxf,mxf_d10,asf,dv,flv,gif,wav,w64,aiff,caf,au,mp3,flac,ogg,aac,ac3,eac3,amr"
)
"""The demuxers that may look at a file. Playlists, image sequences, scripts and network formats are not among them."""

_PATIENCE_SECONDS = 120.0
"""How long one read may hang before it is given up."""


def file_url(path: Path) -> str:
    """Return `path` so that libav takes it for a local file whatever characters its name holds."""
    return f"file:{path.absolute()}"


@contextmanager
def open_media(path: Path, *, ours: bool = False) -> Iterator[InputContainer]:
    """Open a media file for reading and close it at the end; as `open_container`."""
    container = open_container(path, ours=ours)
    try:
        yield container
    finally:
        container.close()


def open_container(path: Path, *, ours: bool = False) -> InputContainer:
    """Return an open media file, which the caller closes. Raises MediaError, in plain words, where that fails.

    Of a film of `ours` no frame is decoded only to find out what is in it: its stream's pixel format and shape stay unknown
    until one is.
    """
    if not path.is_file():
        raise MediaError("the file is missing or is not an ordinary file")
    if path.stat().st_size == 0:
        raise MediaError("the file is empty", "copy it again from the camera or recorder")
    try:
        return av.open(
            file_url(path),
            "r",
            options={
                "format_whitelist": _CONTAINERS,
                "protocol_whitelist": "file",
                **(
                    {"codec_whitelist": "none"} if ours else {}
                ),  # while libav looks around; decoding is not bound by it
            },
            metadata_errors="replace",
            timeout=_PATIENCE_SECONDS,
        )
    except (av.FFmpegError, EOFError, ValueError) as error:
        raise MediaError(*_why_not(path, error)) from None


def create_mp4(path: Path, movie_timescale: int, track_timescale: int) -> OutputContainer:
    """Return an empty MP4 for writing, without dates or program names in it; the caller closes it.

    The timescales are ticks a second: lengths are exact where frames and samples are whole numbers of ticks.
    """
    options = {
        "movie_timescale": str(movie_timescale),
        "video_track_timescale": str(track_timescale),
        "fflags": "+bitexact",
    }
    return av.open(file_url(path), "w", format="mp4", container_options=options)


@contextmanager
def plain_errors(doing: str) -> Iterator[None]:
    """Turn libav's errors into MediaError: "`doing`: what libav says"."""
    try:
        yield
    except av.FFmpegError as error:
        raise MediaError(f"{doing}: {words_of(error)}") from None


def words_of(error: BaseException) -> str:
    """Return what an error of libav says, without its number and without the path."""
    if isinstance(error, EOFError):
        return "it ends before its first frame"
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return text[:1].lower() + text[1:]


def library_versions() -> dict[str, str]:
    """Return the versions of PyAV and of each libav library in use."""
    versions = {name: ".".join(map(str, numbers)) for name, numbers in sorted(av.library_versions.items())}
    return {"av": av.__version__, **versions}


def _why_not(path: Path, error: BaseException) -> tuple[str, str]:
    if is_mov(path) and not any(box.kind == "moov" for box in top_level_boxes(path)):
        return (
            "the index of this MP4 or MOV (its moov box) is missing: the recording broke off or the copy is cut short",
            "copy it again, or mend it with the camera maker's recovery tool",
        )
    with path.open("rb") as file:
        if file.read(8)[4:] in {b"RED1", b"RED2"}:
            return "it is a camera's raw film (R3D), which is not read here", "export it as ProRes or DNxHR"
    return (
        f"it cannot be opened as a film or sound file: {words_of(error)}",
        "check that it plays, and export it as MP4, MOV, MKV or WAV if it does",
    )
