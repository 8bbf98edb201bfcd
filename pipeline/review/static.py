"""The page's own files: what lies in `pipeline/review/page`, and nothing else."""

import hashlib
from http import HTTPStatus
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

_KINDS = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/vnd.microsoft.icon",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
"""What is served at all, and as what: a file of another kind is no part of the page."""


def router_for(page: Path) -> APIRouter:
    """Return the routes of the files in `page`: `/` is its index.html, `/page/...` any of them."""
    router = APIRouter()
    root = page.resolve()

    @router.api_route("/", methods=["GET", "HEAD"])
    def index(request: Request) -> Response:
        return _file(root, "index.html", request)

    @router.api_route("/page/{name:path}", methods=["GET", "HEAD"])
    def file(name: str, request: Request) -> Response:
        return _file(root, name, request)

    @router.api_route("/favicon.ico", methods=["GET", "HEAD"])
    def icon(request: Request) -> Response:
        return _file(root, "icon.svg", request)

    return router


def _file(root: Path, name: str, request: Request) -> Response:
    kind = _KINDS.get(Path(name).suffix)
    parts = name.split("/")
    if kind is None or "\0" in name or "\\" in name or any(part in {"", ".", ".."} for part in parts):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    path = root.joinpath(*parts)
    if not path.resolve().is_relative_to(root) or not path.is_file():
        raise HTTPException(HTTPStatus.NOT_FOUND)
    content = path.read_bytes()
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "no-cache"}  # asked again each time: an update of ours is seen at once
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(content, media_type=kind, headers=headers)
