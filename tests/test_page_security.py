"""Who does not have the printed address gets nothing, and no other page can use the browser of who has it."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.review.security import MOST_BYTES, Guard, Security
from tests.page_film import HOST, PORT, Person, at_work, cue_path, film_with_subtitles, srt, stranger


@pytest.fixture
def film(tmp_path: Path) -> Path:
    return film_with_subtitles(tmp_path / "film")


def test_the_token_opens_the_page_once_and_a_cookie_keeps_it_open(film: Path) -> None:
    person = stranger(film)
    opened = person.get(f"/?token={person.security.token}")
    assert (opened.status_code, opened.headers["location"]) == (303, "/")
    name, _, rest = opened.headers["set-cookie"].partition("=")
    assert "HttpOnly" in rest
    assert "SameSite=Strict" in rest
    assert person.security.token not in rest
    person.cookies[name] = rest.partition(";")[0]
    assert person.get("/api/film").status_code == 200


@pytest.mark.parametrize(
    "path", ["/", "/api/film", "/page/api.js", "/media/reels/INT01.mp4", "/api/reels/INT01/tracks/es"]
)
@pytest.mark.parametrize("cookie", ["", "testimonio-8765=wrong", "testimonio-8765=", "testimonio-8765=ñ", "a=b; ;;=="])
def test_without_the_cookie_nothing_is_shown(film: Path, path: str, cookie: str) -> None:
    answer = stranger(film).get(path, headers={"cookie": cookie.encode()})
    assert answer.status_code == 403
    assert "Juana" not in answer.text


@pytest.mark.parametrize("token", ["", "x", "ñ", "%00", "wrong&token=also-wrong"])
def test_a_wrong_token_opens_nothing_and_says_so_in_both_languages(film: Path, token: str) -> None:
    answer = stranger(film).get(f"/?token={token}", headers={"accept-language": "en-GB,es;q=0.5"})
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    assert answer.text.index("This page is closed") < answer.text.index("Esta página está cerrada")


@pytest.mark.parametrize(
    "host",
    ["evil.example:8765", "127.0.0.1", "127.0.0.1:80", "localhost:8764", "", "127.0.0.1:8765.evil.example", "[::1]:x"],
)
def test_a_name_that_was_made_to_lead_here_is_refused(film: Path, host: str) -> None:
    answer = at_work(film).get("/api/film", headers={"host": host})
    assert answer.status_code == 421
    assert "Juana" not in answer.text


@pytest.mark.parametrize(
    ("address", "host", "known"),
    [
        ("127.0.0.1", "localhost:8765", True),
        ("127.0.0.1", "LOCALHOST:8765", True),
        ("::1", "[::1]:8765", True),
        ("::1", "127.0.0.1:8765", False),
        ("192.168.1.7", "192.168.1.7:8765", True),
        ("192.168.1.7", "localhost:8765", False),
        ("192.168.1.7", "192.168.1.8:8765", False),
        ("0.0.0.0", "192.168.1.7:8765", True),  # noqa: S104 - what is tested
        ("0.0.0.0", "printer.lan:8765", False),  # noqa: S104 - what is tested
        ("::", "[fe80::1]:8765", True),
    ],
)
def test_the_names_that_are_known_are_those_it_is_bound_to(address: str, host: str, *, known: bool) -> None:
    assert Security(address=address, port=PORT).knows_host(host) is known


def changed(person: Person, **headers: str) -> int:
    cue = person.cues()[0]
    given = {
        "origin": f"http://{HOST}",
        "x-testimonio": "1",
        "content-type": "application/json",
        "if-match": f'"{cue["etag"]}"',
        **headers,
    }
    body = b'{"start_ms": 0, "end_ms": 2600, "text": "Taken over"}'
    sent = {name: value for name, value in given.items() if value}
    return person.ask("PUT", cue_path(cue), headers=sent, content=body).status_code


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": ""},
        {"origin": "null"},
        {"origin": "http://evil.example"},
        {"origin": f"https://{HOST}"},
        {"origin": "http://localhost:8765"},
        {"x-testimonio": ""},
        {"x-testimonio": "0"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_change_from_elsewhere_changes_nothing(film: Path, headers: dict[str, str]) -> None:
    person, before = at_work(film), srt(film, "en").read_bytes()
    assert changed(person, **headers) == 403
    assert srt(film, "en").read_bytes() == before


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize("path", ["/api/film", "/api/reels/INT01/tracks/es", "/media/reels/INT01.mp4"])
def test_a_page_on_another_port_is_shown_nothing_though_browsers_send_it_our_cookie(
    film: Path, path: str, site: str
) -> None:
    answer = at_work(film).get(path, headers={"sec-fetch-site": site})
    assert answer.status_code == 403
    assert "Juana" not in answer.text
    assert at_work(film).get("/api/film", headers={"sec-fetch-site": "none"}).status_code == 200


@pytest.mark.parametrize("before", ['a={"x": 1}; ', "a=b=c; ", "=; ;", 'q="; ', "{cookie}=other; "])
def test_cookies_of_other_servers_on_this_machine_lock_nobody_out(film: Path, before: str) -> None:
    person = stranger(film)
    cookie = person.security.cookie
    said = f"{before.replace('{cookie}', cookie)}{cookie}={person.security.session}; z={{"
    assert person.get("/api/film", headers={"cookie": said}).status_code == 200


def test_a_request_with_two_lengths_is_refused(film: Path) -> None:
    person = at_work(film)
    answer = person.get("/api/film", headers={"transfer-encoding": "chunked", "content-length": "5"})
    assert (answer.status_code, answer.headers["connection"]) == (400, "close")


def test_a_change_of_the_pages_own_goes_through(film: Path) -> None:
    assert changed(at_work(film), **{"sec-fetch-site": "same-origin"}) == 200
    assert "Taken over" in srt(film, "en").read_text("utf-8")


@pytest.mark.parametrize("path", ["/", "/api/film", "/api/nothing", "/page/nothing.js", "/?token=wrong"])
def test_every_answer_forbids_scripts_of_others_frames_and_keeping(film: Path, path: str) -> None:
    headers = at_work(film).get(path).headers
    rules = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == rules["connect-src"] == "'self'"
    assert rules["frame-ancestors"] == rules["base-uri"] == "'none'"
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store" or path == "/"


@pytest.mark.parametrize("method", ["PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND"])
def test_other_methods_are_refused(film: Path, method: str) -> None:
    assert at_work(film).ask(method, "/api/film").status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        "/page/../app.py",
        "/page/%2e%2e/app.py",
        "/page/..%2fapp.py",
        "/page/%2fetc%2fpasswd",
        "/page/.hidden.js",
        "/page//api.js",
        "/page/api.js%00",
        "/page/..%5capp.py",
        "/media/reels/..%2f..%2ffilm.yaml.mp4",
        "/media/reels/%2e%2e.mp4",
        "/media/cuts/..%2fsmall.mp4",
        "/api/reels/..%2f..%2fetc/tracks/es",
        "/api/reels/INT01/tracks/..%2f..%2fes",
        "/api/reels/BROLL02/tracks/es",
        "/api/reels/INT01/tracks/fr",
        "/docs",
        "/openapi.json",
    ],
)
def test_what_is_no_part_of_the_page_is_not_found(film: Path, path: str) -> None:
    answer = at_work(film).get(path)
    assert answer.status_code == 404
    assert "Traceback" not in answer.text


class _Told:
    """A request as the network brings it: piece by piece."""

    def __init__(self, security: Security, pieces: Iterator[bytes], length: str | None) -> None:
        cookie = f"{security.cookie}={security.session}"
        headers = {"host": HOST, "origin": f"http://{HOST}", "x-testimonio": "1", "cookie": cookie}
        if length is not None:
            headers["content-length"] = length
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        self.scope: dict[str, Any] = {"type": "http", "method": "POST", "path": "/api/media", "headers": raw}
        self.scope["query_string"] = b""
        self.pieces, self.taken, self.status, self.reached = pieces, 0, 0, False

    async def receive(self) -> dict[str, Any]:
        piece = next(self.pieces, None)
        self.taken += len(piece or b"")
        return {"type": "http.request", "body": piece or b"", "more_body": piece is not None}

    async def send(self, message: dict[str, Any]) -> None:
        self.status = message.get("status", self.status)

    async def app(self, scope: Any, receive: Any, send: Any) -> None:
        self.reached = True
        await send({"type": "http.response.start", "status": 200, "headers": []})

    def run(self, security: Security) -> None:
        guard = Guard(self.app, security, lambda _error: None)
        asyncio.run(guard(self.scope, self.receive, self.send))


@pytest.mark.parametrize("length", [None, "10"])
def test_a_body_is_counted_while_it_comes_whatever_it_says_of_its_length(length: str | None) -> None:
    security = Security(port=PORT)
    endless = _Told(security, iter(lambda: bytes(1 << 16), b""), length)
    endless.run(security)
    assert (endless.status, endless.reached) == (413, False)
    assert endless.taken <= MOST_BYTES + (1 << 16)


@pytest.mark.parametrize("length", [str(MOST_BYTES + 1), "9" * 400, "-1", "1e3", "ten"])
def test_a_body_that_says_it_is_too_long_is_not_read(length: str) -> None:
    security = Security(port=PORT)
    told = _Told(security, iter(lambda: b"x", b""), length)
    told.run(security)
    assert (told.status, told.taken, told.reached) == (413, 0, False)


def test_a_mistake_of_ours_is_one_line_for_people_and_the_next_request_is_answered() -> None:
    security, heard = Security(port=PORT), list[BaseException]()
    told = _Told(security, iter(()), "0")

    async def breaks(scope: Any, receive: Any, send: Any) -> None:
        raise ZeroDivisionError("a mistake")

    asyncio.run(Guard(breaks, security, heard.append)(told.scope, told.receive, told.send))
    assert told.status == 500
    assert [str(one) for one in heard] == ["a mistake"]
