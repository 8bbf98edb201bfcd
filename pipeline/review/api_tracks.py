"""`/api/reels/REEL/tracks/LANGUAGE`: the subtitles, and every change of them."""

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr

from pipeline.assembly.review_desk_placed import Placed
from pipeline.review.api_film import answered, desk_of, unquoted

router = APIRouter()
_TRACK = "/api/reels/{reel}/tracks/{language}"
_CUE = _TRACK + "/cues/{cue}"
_LATEST_MS = 1000 * 3600 * 1000
_LONGEST = 10_000

Ms = Annotated[StrictInt, Field(ge=0, lt=_LATEST_MS)]
Text = Annotated[StrictStr, Field(max_length=_LONGEST)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CueBody(_Body):
    """A cue as a person wants it."""

    start_ms: Ms
    end_ms: Ms
    text: Text

    def placed(self) -> Placed:
        """Return it as the desk takes it."""
        return Placed(start_ms=self.start_ms, end_ms=self.end_ms, text=self.text)


class SplitBody(_Body):
    """Where a cue is cut in two, and what either part says."""

    at_ms: Ms
    texts: Annotated[list[Text], Field(min_length=2, max_length=2)]


class JoinBody(_Body):
    """The cue that is taken in."""

    next: Annotated[StrictStr, Field(max_length=200)]


class ApproveBody(_Body):
    """Whether a cue is approved, or no longer."""

    approved: StrictBool


class CommentBody(_Body):
    """What someone says about a cue."""

    text: Annotated[StrictStr, Field(max_length=4000)]
    who: Annotated[StrictStr, Field(max_length=100)] = ""


@router.get(_TRACK)
def track(reel: str, language: str, request: Request) -> Response:
    """Answer with all cues of a track, 304 where nothing has changed."""
    document = desk_of(request).track(reel, language, known=unquoted(request.headers.get("if-none-match", "")))
    return answered(document, request, str(document["etag"]))


@router.put(_CUE)
def put(reel: str, language: str, cue: str, body: CueBody, request: Request) -> Response:
    """Change a cue's text and times."""
    return _done(desk_of(request).edits(reel, language).put(cue, _match(request), body.placed()))


@router.post(f"{_TRACK}/cues")
def add(reel: str, language: str, body: CueBody, request: Request) -> Response:
    """Add a cue."""
    return _done(desk_of(request).edits(reel, language).add(body.placed()))


@router.delete(_CUE)
def delete(reel: str, language: str, cue: str, request: Request) -> Response:
    """Take a cue away."""
    return _done(desk_of(request).edits(reel, language).delete(cue, _match(request)))


@router.post(f"{_CUE}/split")
def split(reel: str, language: str, cue: str, body: SplitBody, request: Request) -> Response:
    """Cut a cue in two."""
    first, second = body.texts
    return _done(desk_of(request).edits(reel, language).split(cue, _match(request), body.at_ms, (first, second)))


@router.post(f"{_CUE}/join")
def join(reel: str, language: str, cue: str, body: JoinBody, request: Request) -> Response:
    """Take another cue into this one."""
    return _done(desk_of(request).edits(reel, language).join(cue, _match(request), body.next))


@router.post(f"{_CUE}/approve")
def approve(reel: str, language: str, cue: str, body: ApproveBody, request: Request) -> Response:
    """Approve a cue, or take that back."""
    return _done(desk_of(request).edits(reel, language).approve(cue, _match(request), approve_it=body.approved))


@router.post(f"{_CUE}/comments")
def comment(reel: str, language: str, cue: str, body: CommentBody, request: Request) -> Response:
    """Say something about a cue."""
    return _done(desk_of(request).edits(reel, language).comment(cue, body.text, body.who))


@router.post(f"{_CUE}/resolve")
def resolve(reel: str, language: str, cue: str, body: CueBody, request: Request) -> Response:
    """Settle a conflict, or say that a stale cue was looked at."""
    return _done(desk_of(request).edits(reel, language).resolve(cue, _match(request), body.placed()))


def _match(request: Request) -> str | None:
    """Return the one etag that a change is made to, None where it names none."""
    named = unquoted(request.headers.get("if-match", ""))
    return named[0] or None


def _done(document: dict[str, object]) -> Response:
    return JSONResponse(document, headers={"ETag": f'"{document["etag"]}"', "Cache-Control": "no-store"})
