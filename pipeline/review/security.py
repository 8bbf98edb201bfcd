"""Who may talk to the page's server, and what its answers forbid the browser.

The page shows testimony that nobody has published. So: whoever comes needs the token that was printed where the server
was started; a page of another site, a name that was made to lead here (DNS rebinding) and a script inside a subtitle get
nothing; and no answer is kept by the browser longer than it is looked at.
"""

import asyncio
import ipaddress
import secrets
import socket
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

from pipeline.review.error_pages import error_page, problem_json

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

MOST_BYTES = 1 << 20
"""The largest request: a thousand times what a subtitle takes."""

SAID_WITHIN_S = 30.0
"""How long a request may take to come whole."""

OWN_HEADER = "x-testimonio"
"""What every change has to carry: no form and no plain link of another site can add it."""

_READING = frozenset({"GET", "HEAD"})
_CHANGING = frozenset({"POST", "PUT", "DELETE"})
_SHOWN_TO_THE_PAGE = ("/api/", "/media/")
_OWN_SITES = frozenset({"same-origin", "none"})
"""What a browser says of requests of the page itself and of addresses that a person typed (Fetch Metadata)."""
_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; connect-src 'self';"
    " font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = (
    (b"content-security-policy", _CSP.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), display-capture=()"),
)
_NO_STORE = (b"cache-control", b"no-store")
_EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared with, not bound to


@dataclass(frozen=True, slots=True, kw_only=True)
class Security:
    """What is asked of every request. `address` and `port` are what the server is bound to; `token` opens the page."""

    address: str = "127.0.0.1"
    port: int
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    session: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)

    @property
    def cookie(self) -> str:
        """Return the cookie's name: browsers keep one jar for all ports of a host."""
        return f"testimonio-{self.port}"

    @property
    def url(self) -> str:
        """Return the address that opens the page once, token included."""
        host = "127.0.0.1" if self.address in _EVERYWHERE else self.address
        return f"http://{_in_url(host)}:{self.port}/?token={self.token}"

    def knows_host(self, host: str) -> bool:
        """Return whether a Host header names an address that the server was bound to.

        Bound to every address of the machine, any number is one of them, or leads to nobody; of names only the machine's own
        count, since any other may have been made to lead here.
        """
        name, port = _split(host)
        if port != self.port:
            return False
        if self.address in _EVERYWHERE:
            return _is_number(name) or name in _own_names()
        if _is_loopback(self.address):
            return name == "localhost" or name == self.address.lower()
        return name == self.address.lower()

    def opens(self, token: str) -> bool:
        """Return whether this is the token."""
        return secrets.compare_digest(token.encode("utf-8", "replace"), self.token.encode())

    def admits(self, cookies: str) -> bool:
        """Return whether a Cookie header carries this server's session."""
        # Taken apart by hand: servers on other ports share the browser's cookies, and may write them as no reader expects.
        pairs = (one.strip().partition("=") for one in cookies.split(";"))
        shown = [value.encode("utf-8", "replace") for name, _, value in pairs if name == self.cookie]
        return sum(secrets.compare_digest(value, self.session.encode()) for value in shown) > 0


class Guard:
    """Stands before the application: what it does not let through the application never sees."""

    def __init__(self, app: App, security: Security, unforeseen: Callable[[BaseException], None]) -> None:
        self._app = app
        self._security = security
        self._unforeseen = unforeseen

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse, one request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        headers = _headers(scope)
        answer = _Answer(send, scope, headers)
        refusal = self._refusal(scope, headers)
        if refusal is not None:
            await answer.refuse(*refusal)
            return
        if scope["path"] == "/" and b"token=" in scope["query_string"]:
            await self._open(scope, answer)
            return
        if not self._security.admits(headers.get("cookie", "")):
            await answer.refuse(HTTPStatus.FORBIDDEN, "closed")
            return
        if scope["method"] in _CHANGING:
            body = await _in_time(headers, receive)
            if not isinstance(body, bytes):
                await answer.refuse(*body)
                return
            receive = _replayed(body, receive)
        await self._through(scope, receive, answer)

    def _refusal(self, scope: Scope, headers: Mapping[str, str]) -> tuple[HTTPStatus, str] | None:
        host = headers.get("host", "")
        if not self._security.knows_host(host):
            return HTTPStatus.MISDIRECTED_REQUEST, "host"
        if scope["method"] not in _READING | _CHANGING:
            return HTTPStatus.METHOD_NOT_ALLOWED, "method"
        if {"transfer-encoding", "content-length"} <= headers.keys():  # two requests to whoever reads it otherwise
            return HTTPStatus.BAD_REQUEST, "method"
        return self._elsewhere(scope, headers, host)

    def _elsewhere(self, scope: Scope, headers: Mapping[str, str], host: str) -> tuple[HTTPStatus, str] | None:
        """Return how a request is refused that another page has made."""
        if scope["method"] in _CHANGING and not _is_ours(headers, host):
            return HTTPStatus.FORBIDDEN, "origin"
        if scope["path"].startswith(_SHOWN_TO_THE_PAGE) and headers.get("sec-fetch-site", "none") not in _OWN_SITES:
            return HTTPStatus.FORBIDDEN, "closed"
        return None

    async def _open(self, scope: Scope, answer: "_Answer") -> None:
        asked = parse_qs(scope["query_string"].decode("ascii", "replace")).get("token", [""])
        if not self._security.opens(asked[-1]):
            await answer.refuse(HTTPStatus.FORBIDDEN, "closed")
            return
        cookie = f"{self._security.cookie}={self._security.session}; Path=/; HttpOnly; SameSite=Strict"
        await answer.plain(HTTPStatus.SEE_OTHER, b"", (b"location", b"/"), (b"set-cookie", cookie.encode()))

    async def _through(self, scope: Scope, receive: Receive, answer: "_Answer") -> None:
        try:
            await self._app(scope, receive, answer.send)
        except Exception as error:  # noqa: BLE001 - the last resort: nobody is shown a traceback, and the others go on
            self._unforeseen(error)
            if not answer.begun:
                await answer.refuse(HTTPStatus.INTERNAL_SERVER_ERROR, "unforeseen")


class _Answer:
    """One answer, with the headers that every answer has."""

    def __init__(self, send: Send, scope: Scope, headers: Mapping[str, str]) -> None:
        self._send = send
        self._path = scope["path"]
        self._head_only = scope["method"] == "HEAD"
        self._languages = headers.get("accept-language", "")
        self.begun = False

    async def send(self, message: Message) -> None:
        """Send a message of the application, headers added."""
        if message["type"] == "http.response.start":
            self.begun = True
            own = [pair for pair in message.get("headers", ()) if pair[0].lower() != b"server"]
            names = {name.lower() for name, _ in own}
            added = [pair for pair in (*_HEADERS, _NO_STORE) if pair[0] not in names]
            message = {**message, "headers": [*own, *added]}
        await self._send(message)

    async def refuse(self, status: HTTPStatus, why: str) -> None:
        """Say no: in JSON to the page's own requests, as a page to people."""
        if self._path.startswith(("/api/", "/media/")):
            body, kind = problem_json(why), b"application/json"
        else:
            body, kind = error_page(why, self._languages), b"text/html; charset=utf-8"
        # What was not read of a request would be taken for the next one.
        await self.plain(status, body, (b"content-type", kind), (b"connection", b"close"))

    async def plain(self, status: HTTPStatus, body: bytes, *headers: tuple[bytes, bytes]) -> None:
        """Send a whole answer."""
        length = (b"content-length", str(len(body)).encode())
        await self.send({"type": "http.response.start", "status": int(status), "headers": [length, *headers]})
        await self.send({"type": "http.response.body", "body": b"" if self._head_only else body})


def _headers(scope: Scope) -> dict[str, str]:
    """Return the headers; of one that stands there twice, both, which then match nothing."""
    found: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        joint = "; " if name == "cookie" else ", "
        found[name] = f"{found[name]}{joint}{value}" if name in found else value
    return found


def _is_ours(headers: Mapping[str, str], host: str) -> bool:
    """Return whether a change comes from our own page: its origin, and a header that only a script there can add."""
    site = headers.get("sec-fetch-site", "same-origin")
    return headers.get("origin") == f"http://{host}" and site == "same-origin" and headers.get(OWN_HEADER) == "1"


async def _in_time(headers: Mapping[str, str], receive: Receive) -> bytes | tuple[HTTPStatus, str]:
    """Return a request's body, or how it is refused."""
    try:
        async with asyncio.timeout(SAID_WITHIN_S):
            body = await _body(headers, receive)
    except TimeoutError:
        return HTTPStatus.REQUEST_TIMEOUT, "method"
    return (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-large") if body is None else body


async def _body(headers: Mapping[str, str], receive: Receive) -> bytes | None:
    """Return a request's body, None for one that is too large: counted while it comes, whatever it says of its length."""
    said = headers.get("content-length", "0")
    if not said.isascii() or not said.isdigit() or int(said[:20]) > MOST_BYTES:
        return None
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return b""
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > MOST_BYTES:
            return None
        if not message.get("more_body", False):
            return b"".join(parts)


def _replayed(body: bytes, receive: Receive) -> Receive:
    """Return what gives the body that was read, then whatever comes after it."""
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return waiting.pop() if waiting else await receive()

    return again


def _split(host: str) -> tuple[str, int]:
    """Return a Host header's name, lower case and without brackets, and its port, 80 where it says none; -1 if it is bad."""
    name, colon, port = host.rpartition(":")
    if not colon or name.endswith(":") or host.endswith("]"):
        name, port = host, "80"
    if name.startswith("[") and name.endswith("]"):
        name = name[1:-1]
    return name.lower(), int(port) if port.isascii() and port.isdigit() and len(port) < 6 else -1


def _in_url(address: str) -> str:
    return f"[{address}]" if ":" in address else address


def _is_number(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _is_loopback(address: str) -> bool:
    return address.lower() == "localhost" or (_is_number(address) and ipaddress.ip_address(address).is_loopback)


def is_local(address: str) -> bool:
    """Return whether only this machine reaches an address."""
    return _is_loopback(address)


def _own_names() -> frozenset[str]:
    name = socket.gethostname().lower()
    return frozenset({"localhost", name, f"{name}.local"})
