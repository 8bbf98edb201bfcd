"""The page's server: static files, the API over a desk, media with ranges."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from pipeline.assembly.review_desk import ReviewDesk
from pipeline.assembly.review_desk_answers import Denied, Refused
from pipeline.review import api_cuts, api_film, api_marks, api_media, api_papers, api_speakers, api_tracks, static
from pipeline.review.error_pages import error_page, problem_json
from pipeline.review.security import Guard, Security

PAGE = Path(__file__).parent / "page"

_STATUS = {
    Denied.NOT_THERE: 404,
    Denied.READ_ONLY: 403,
    Denied.CLASH: 409,
    Denied.UNUSABLE: 422,
    Denied.NO_MATCH_GIVEN: 428,
    Denied.BROKEN: 409,
    Denied.BUSY: 503,
    Denied.NO_MEDIA: 404,
}


def build_app(
    desk: ReviewDesk, security: Security, *, unforeseen: Callable[[BaseException], None], page: Path = PAGE
) -> Guard:
    """Return the application over `desk`, guarded by `security`; `unforeseen` hears of errors that are mistakes of ours."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    app.state.desk = desk
    for api in (api_film, api_tracks, api_cuts, api_media, api_speakers, api_papers, api_marks):
        app.include_router(api.router)
    app.include_router(static.router_for(page))
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(RequestValidationError, _not_understood)
    app.add_exception_handler(HTTPException, _nothing_here)
    return Guard(app, security, unforeseen)


async def _refused(request: Request, error: Exception) -> Response:
    """Say what was refused and why; what a person typed goes back with it."""
    if not isinstance(error, Refused):
        raise error
    document: dict[str, object] = {
        "problem": error.problem,
        "cure": error.cure,
        "kind": error.denied.value,
        "code": error.said.why.value,
        "fields": dict(error.said.fields),
    }
    if error.clash is not None or error.denied is Denied.CLASH:
        document["theirs"] = error.clash
    if request.method not in {"GET", "HEAD"}:
        document["mine"] = error.mine
    return _sent(document, _STATUS[error.denied])


async def _not_understood(_request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    wrong = [
        f"{'.'.join(str(step) for step in one['loc'][1:]) or 'the request'}: {one['msg']}" for one in error.errors()
    ]
    mine = error.body if isinstance(error.body, dict) else None
    document = {
        "problem": "; ".join(wrong)[:500],
        "cure": "load the page again",
        "kind": "not-understood",
        "code": "not-understood",
        "mine": mine,
    }
    return _sent(document, 422)


def _sent(document: Mapping[str, object], status: int) -> Response:
    """Return a refusal as JSON in plain ASCII: it may carry back what nothing else could be written with (half a letter)."""
    try:
        body = json.dumps(document, allow_nan=False)
    except ValueError:  # a number without end is nothing that a person typed
        body = json.dumps({**document, "mine": None})
    return Response(body, status_code=status, media_type="application/json")


async def _nothing_here(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    why = "not-found" if error.status_code == 404 else "method"
    if request.url.path.startswith(("/api/", "/media/")):
        return Response(problem_json(why), status_code=error.status_code, media_type="application/json")
    page = error_page(why, request.headers.get("accept-language", ""))
    return Response(page, status_code=error.status_code, media_type="text/html; charset=utf-8")
