"""`/api/reels/REEL/speakers`: who speaks where, said by whoever sits at the page."""

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field, StrictStr

from pipeline.review.api_film import desk_of
from pipeline.review.api_tracks import Ms

router = APIRouter()


class SpeakerBody(BaseModel):
    """A stretch of a reel, and who is heard in it: a key of its people, or `interviewer`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    start_ms: Ms
    end_ms: Ms
    speaker: Annotated[StrictStr, Field(max_length=100)]


@router.post("/api/reels/{reel}/speakers")
def say(reel: str, body: SpeakerBody, request: Request) -> Response:
    """Note who speaks, and answer with who speaks where."""
    turns = desk_of(request).name_speaker(reel, (body.start_ms, body.end_ms), body.speaker)
    return JSONResponse({"speakers": turns}, headers={"Cache-Control": "no-store"})
