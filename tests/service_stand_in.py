"""A stand-in for DeepL and LibreTranslate on this machine, word by word; it also misbehaves as it is told to.

`faults` are taken one a question, first come first served; None in their place is a good answer.
"""

import json
import re
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from xml.etree.ElementTree import Element, tostring

from defusedxml.ElementTree import fromstring

from tests.tiny_translation_model import said_by

FLOOD = b" " * (5 << 20)


class StandIn(ThreadingHTTPServer):
    """What was asked is in `asked`, as (path, headers, body)."""

    daemon_threads = True

    def __init__(self, words: Mapping[str, str]) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.words = words
        self.faults: list[str | None] = []
        self.asked: list[tuple[str, dict[str, str], dict]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    @property
    def sent(self) -> str:
        """Everything that ever came here."""
        return json.dumps([[path, headers, body] for path, headers, body in self.asked], ensure_ascii=False)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that hang up: they are meant to."""


class Answering(BaseHTTPRequestHandler):
    server: StandIn
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's signature
        """Say nothing."""

    def do_GET(self) -> None:
        self.server.asked.append((self.path, dict(self.headers), {}))
        codes = ["en", "es", "fr", "ar"]
        self._json([{"code": one, "name": one, "targets": [other for other in codes if other != one]} for one in codes])

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.path, dict(self.headers), body))
        fault = self.server.faults.pop(0) if self.server.faults else None
        if fault is not None and self._misbehaves(fault):
            return
        if self.path == "/translate":
            self._json({"translatedText": self._libre(body["q"], fault)})
            return
        texts = [self._deepl(text, fault) for text in body["text"]]
        self._json({"translations": [{"text": text} for text in _spoiled(texts, fault)]})

    def _misbehaves(self, fault: str) -> bool:
        if fault.isdigit():
            self._send(int(fault), b'{"message": "no"}', "application/json", {"Retry-After": "0"})
        elif fault == "html":
            self._send(200, b"<html>Welcome to the hotel network</html>", "text/html")
        elif fault == "broken":
            self._send(200, b'{"translations": [', "application/json")
        elif fault == "list":
            self._send(200, b"[]", "application/json")
        elif fault == "flood":
            self._send(200, FLOOD, "application/json")
        elif fault == "redirect":
            self._send(302, b"", "application/json", {"Location": "http://127.0.0.1:9/elsewhere"})
        elif fault == "hang":
            time.sleep(1.5)
            self.close_connection = True
        elif fault == "hang-up":
            self.close_connection = True
            self.connection.shutdown(2)
        elif fault == "drip":
            self._drip()
        else:
            return False
        return True

    def _drip(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "1000")
        self.end_headers()
        for _ in range(60):
            self.wfile.write(b" ")
            self.wfile.flush()
            time.sleep(0.1)

    def _libre(self, text: str, fault: str | None) -> str:
        said = _by_words(text, self.server.words)
        if fault == "lost":
            return re.sub(r"zq\w+", "", said)
        return {"empty": "", "endless": said * 5000, "control": f"\x1b[31m{said}\r\n\x00"}.get(fault or "", said)

    def _deepl(self, xml: str, fault: str | None) -> str:
        found = fromstring(xml)
        _translate(found, self.server.words)
        if fault == "lost":
            for child in list(found):
                found.remove(child)
        if fault == "unmarked":
            return "".join(found.itertext())
        if fault == "empty":
            return f'<t n="{found.get("n")}"></t>'
        return tostring(found, encoding="unicode")

    def _json(self, answer: object) -> None:
        self._send(200, json.dumps(answer).encode(), "application/json")

    def _send(self, status: int, content: bytes, kind: str, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)


def _spoiled(texts: list[str], fault: str | None) -> list[str]:
    return {"fewer": texts[:-1], "more": [*texts, texts[-1]], "swapped": texts[::-1]}.get(fault or "", texts)


def _by_words(text: str, words: Mapping[str, str]) -> str:
    return "".join(said_by(words, part) for part in re.split(r"(\s+)", text))


def _translate(element: Element, words: Mapping[str, str]) -> None:
    if element.tag == "x":
        return
    element.text = _by_words(element.text or "", words)
    for child in element:
        _translate(child, words)
        child.tail = _by_words(child.tail or "", words)


@contextmanager
def stand_in(words: Mapping[str, str]) -> Iterator[StandIn]:
    """Give a server that answers until the end."""
    server = StandIn(words)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
