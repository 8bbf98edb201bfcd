"""`/api/cuts`: a cut as it would be read, without rendering it."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from pipeline.review.api_film import desk_of

router = APIRouter()


@router.get("/api/cuts/{cut}")
def one_cut(cut: str, request: Request) -> Response:
    """Answer with a cut's events and captions at record time."""
    return JSONResponse(desk_of(request).cut(cut))
