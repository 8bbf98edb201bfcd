"""`/api/reels/REEL/marks`: the passages that people marked."""

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr

from pipeline.review.api_film import desk_of
from pipeline.review.api_tracks import Ms

router = APIRouter()
_MARKS = "/api/reels/{reel}/marks"


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MarkBody(_Body):
    """A stretch of a reel and what it is about, SOURCE time, its end exclusive."""

    from_ms: Ms
    to_ms: Ms
    tags: Annotated[list[Annotated[StrictStr, Field(max_length=100)]], Field(min_length=1, max_length=20)]


class UnmarkBody(_Body):
    """A mark as it was shown."""

    line: Annotated[StrictInt, Field(ge=1)]
    text: Annotated[StrictStr, Field(max_length=10_000)]


@router.get(_MARKS)
def marks(reel: str, request: Request) -> Response:
    """Answer with a reel's marks."""
    return _all(desk_of(request).marks.of(reel))


@router.post(_MARKS)
def add(reel: str, body: MarkBody, request: Request) -> Response:
    """Mark a passage, and answer with the reel's marks."""
    return _all(desk_of(request).marks.add(reel, (body.from_ms, body.to_ms), tuple(body.tags)))


@router.post(f"{_MARKS}/remove")
def remove(reel: str, body: UnmarkBody, request: Request) -> Response:
    """Take a mark out, and answer with the rest."""
    return _all(desk_of(request).marks.remove(reel, body.line, body.text))


def _all(marks: list[dict[str, object]]) -> Response:
    return JSONResponse({"marks": marks}, headers={"Cache-Control": "no-store"})
