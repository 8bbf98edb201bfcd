"""`/media` and `/api/media`: films that browsers play, with ranges, and the making of them."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import BaseModel, ConfigDict, StrictStr, model_validator

from pipeline.review.api_film import desk_of, unquoted

router = APIRouter()
_CHUNK_BYTES = 256 << 10


class MediaBody(BaseModel):
    """Whose film is wanted: a reel's or a cut's."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reel: StrictStr | None = None
    cut: StrictStr | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> "MediaBody":
        if (self.reel is None) == (self.cut is None):
            raise ValueError("name a reel or a cut")
        return self


@router.get("/api/media")
def jobs(request: Request) -> Response:
    """Answer with what is being made."""
    return JSONResponse({"jobs": desk_of(request).media_jobs()})


@router.post("/api/media")
def make(body: MediaBody, request: Request) -> Response:
    """Begin to make a film that browsers play."""
    job = desk_of(request).make_media(reel=body.reel, cut=body.cut)
    return JSONResponse(job, status_code=202)


@router.api_route("/media/reels/{name}.mp4", methods=["GET", "HEAD"])
def reel_film(name: str, request: Request) -> Response:
    """Answer with a reel's film, or a range of it."""
    return film_response(desk_of(request).reel_film(name), request)


@router.api_route("/media/cuts/{name}.mp4", methods=["GET", "HEAD"])
def cut_film(name: str, request: Request) -> Response:
    """Answer with a cut's film, or a range of it."""
    return film_response(desk_of(request).cut_film(name), request)


@router.get("/media/stills/{name}.jpg")
def still_picture(name: str, request: Request) -> Response:
    """Answer with a photograph, small enough for the page."""
    picture = desk_of(request).stills.picture(name)
    return Response(picture, media_type="image/jpeg", headers={"Cache-Control": "no-store"})


def film_response(path: Path, request: Request) -> Response:
    """Return a film, or the one range of it that is asked for (RFC 9110, section 14).

    Several ranges at once are not given: no browser that plays films asks for them. A file that is replaced meanwhile is
    read on as it was. Raises OSError where it cannot be read.
    """
    file = path.open("rb")
    try:
        found = os.fstat(file.fileno())
        size, etag = found.st_size, f"{found.st_size:x}-{found.st_mtime_ns:x}"
        headers = {
            "ETag": f'"{etag}"',
            "Accept-Ranges": "bytes",
            "Cache-Control": "no-store",
            "Content-Type": "video/mp4",
        }
        asked = request.headers.get("range", "")
        same = unquoted(request.headers.get("if-range", etag)) == (etag,)
        span = _span(asked, size) if asked and same else (0, size)
        if span is None:
            file.close()
            return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{size}"})
        first, end = span
        partly = bool(asked and same)
        if partly:
            headers["Content-Range"] = f"bytes {first}-{end - 1}/{size}"
        headers["Content-Length"] = str(end - first)
        if request.method == "HEAD":
            file.close()
            return Response(status_code=206 if partly else 200, headers=headers)
    except BaseException:
        file.close()
        raise
    return StreamingResponse(_read(file, first, end), status_code=206 if partly else 200, headers=headers)


def _span(asked: str, size: int) -> tuple[int, int] | None:
    """Return the first byte of a Range header and the one after its last, None for what cannot be given."""
    unit, _, said = asked.partition("=")
    first, dash, last = said.strip().partition("-")
    numbers = (first, last)
    if (
        unit.strip().lower() != "bytes"
        or not dash
        or not all(not one or (one.isascii() and one.isdigit()) for one in numbers)
    ):
        return None
    if any(len(one) > 18 for one in numbers):
        return None
    if not first:
        wanted = int(last) if last else 0
        return (max(0, size - wanted), size) if wanted and size else None
    begin = int(first)
    end = min(int(last) + 1, size) if last else size
    return (begin, end) if begin < end else None


def _read(file: BinaryIO, first: int, end: int) -> Iterator[bytes]:
    with file:
        file.seek(first)
        left = end - first
        while left > 0 and (chunk := file.read(min(_CHUNK_BYTES, left))):
            left -= len(chunk)
            yield chunk
