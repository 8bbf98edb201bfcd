"""`/api/papers`: the paper edits, their text and what it plays; `/api/reels/REEL/said`: the words that they quote."""

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr

from footage_manifest.picture_plan import StillMove
from pipeline.assembly.review_desk_papers import LaidPicture
from pipeline.review.api_film import desk_of
from pipeline.review.api_tracks import Ms

router = APIRouter()
_PAPER = "/api/papers/{cut}"
_LONGEST = 1 << 22

Text = Annotated[StrictStr, Field(max_length=_LONGEST)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SaveBody(_Body):
    """A text, and the one that it was made of."""

    base: Text
    text: Text


class QuoteBody(_Body):
    """Words of a reel: from the start of the first to the end of the last, SOURCE time."""

    reel: Annotated[StrictStr, Field(max_length=200)]
    from_ms: Ms
    to_ms: Ms


class TightBody(_Body):
    """A quote's lines, and how long its pauses may be; null leaves them."""

    text: Text
    tight_ms: Annotated[StrictInt, Field(ge=1, le=10_000)] | None


class PictureBody(_Body):
    """A picture over an entry: a still and its move, or a reel from a SOURCE time on; `ms` null is as long as the entry."""

    key: Annotated[StrictStr, Field(max_length=200)]
    from_ms: Ms = 0
    ms: Annotated[StrictInt, Field(ge=1, le=3_600_000)] | None = None
    move: StillMove | None = None


class OverBody(_Body):
    """An entry's lines, and what is laid over it; null takes away all that is."""

    text: Text
    picture: PictureBody | None


@router.get("/api/papers")
def papers(request: Request) -> Response:
    """Answer with the cuts that are written as text."""
    papers = desk_of(request).papers
    return _fresh({"papers": papers.listed(), "pictures": papers.pictures()})


@router.get(_PAPER)
def paper(cut: str, request: Request) -> Response:
    """Answer with a paper edit as it is stored and what it plays."""
    return _fresh(desk_of(request).papers.paper(cut))


@router.put(_PAPER)
def save(cut: str, body: SaveBody, request: Request) -> Response:
    """Save a text, merged with what others saved meanwhile, and answer with what stands in the file."""
    return _fresh(desk_of(request).papers.save(cut, body.base, body.text))


@router.post("/api/quotes")
def quote(body: QuoteBody, request: Request) -> Response:
    """Answer with the lines of a paper edit that quote some words."""
    return _fresh({"text": desk_of(request).papers.quote(body.reel, (body.from_ms, body.to_ms))})


@router.post("/api/quotes/tight")
def tight(body: TightBody, request: Request) -> Response:
    """Answer with a quote's lines, its pauses shortened or left."""
    return _fresh({"text": desk_of(request).papers.tightened(body.text, body.tight_ms)})


@router.post("/api/quotes/over")
def over(body: OverBody, request: Request) -> Response:
    """Answer with an entry's lines, with one more picture over it or with none."""
    wanted = LaidPicture(**body.picture.model_dump()) if body.picture else None
    return _fresh({"text": desk_of(request).papers.covered(body.text, wanted)})


@router.get("/api/reels/{reel}/said")
def words(reel: str, request: Request) -> Response:
    """Answer with the words of a reel."""
    return _fresh(desk_of(request).papers.words(reel))


def _fresh(document: dict[str, object]) -> Response:
    return JSONResponse(document, headers={"Cache-Control": "no-store"})
