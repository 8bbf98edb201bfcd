"""`/api/film` and `/api/reels`: what there is to work on."""

from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from pipeline.assembly.review_desk import ReviewDesk

router = APIRouter()


def desk_of(request: Request) -> ReviewDesk:
    """Return the desk that the application serves."""
    desk = request.app.state.desk
    if not isinstance(desk, ReviewDesk):
        raise TypeError("the application was built without a desk")
    return desk


def answered(document: dict[str, object], request: Request, etag: str) -> Response:
    """Return a document, or 304 where the browser has this very one."""
    headers = {"ETag": f'"{etag}"', "Cache-Control": "no-store"}
    if etag in unquoted(request.headers.get("if-none-match", "")):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return JSONResponse(document, headers=headers)


def unquoted(listed: str) -> tuple[str, ...]:
    """Return the etags of an If-Match or If-None-Match header."""
    return tuple(one.strip().removeprefix("W/").strip('"') for one in listed.split(","))


@router.get("/api/film")
def film(request: Request) -> Response:
    """Answer with the film: its languages, rules, terms, reels and cuts."""
    return JSONResponse(desk_of(request).film())


@router.get("/api/reels/{reel}")
def one_reel(reel: str, request: Request) -> Response:
    """Answer with one reel: its length, its words, where its media are."""
    return JSONResponse(desk_of(request).reel(reel))


@router.get("/api/reels/{reel}/waveform")
def waveform(reel: str, request: Request) -> Response:
    """Answer with the peaks of a reel's sound, a byte for every ten milliseconds."""
    peaks = desk_of(request).waveform(reel)
    return Response(peaks, media_type="application/octet-stream", headers={"Cache-Control": "no-store"})
