"""Asking an outside service: nothing but what is meant goes out, and little is believed of what comes back.

Certificates are checked, redirects and proxies are not followed, time and size are limited. What passes by itself (too many
questions, a server that stumbles, an answer that is none) is asked again after a pause; what does not is said at once.
"""

import http.client
import ipaddress
import json
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from threading import Timer
from typing import TypeVar
from urllib.parse import urlsplit

from pipeline.errors import ToolError

T = TypeVar("T")

_AGAIN = frozenset({408, 429, 500, 502, 503, 504, 529})
"""Answers after which a question may be asked again (RFC 9110, section 15; 529 is DeepL's word for too many)."""

_LONGEST_PAUSE_S = 60
_MOST_BYTES = 4 << 20
_MOST_SAID = 160


class Malformed(Exception):
    """An answer is not what was asked for: `what` says how."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(what)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long a service is waited for, in seconds.

    `answer_s` for one answer as a whole, `quiet_s` for its next bytes; `pauses_s` between one try and the next.
    """

    answer_s: int = 120
    quiet_s: int = 30
    pauses_s: tuple[int, ...] = (1, 2, 5, 15)
    sleep: Callable[[float], None] = time.sleep


class _Trouble(Exception):
    """What went wrong in one try; `pause_s` is how long the service asks to be left alone."""

    def __init__(self, what: str, pause_s: int = 0) -> None:
        self.what = what
        self.pause_s = pause_s
        super().__init__(what)


class Service:
    """A server that answers JSON with JSON. `name` is how people know it; `secret` is never said, whatever comes back.

    With `this_machine` nothing is sent unless the other end of the connection is this machine.
    """

    def __init__(
        self, name: str, url: str, *, this_machine: bool = False, secret: str = "", patience: Patience | None = None
    ) -> None:
        self.name = name
        self._url = urlsplit(url)
        self._this_machine = this_machine
        self._secret = secret
        self._patience = patience or Patience()

    @property
    def host(self) -> str:
        """Return the server's name and port, as in its address."""
        return self._url.netloc

    def post(self, path: str, body: Mapping[str, object], headers: Mapping[str, str], read: Callable[[object], T]) -> T:
        """Return what `read` makes of the answer to `body`; it raises Malformed for what is no answer. Raises ToolError."""
        content = json.dumps(body, ensure_ascii=False).encode("utf-8")
        return self._asked("POST", path, content, headers, read)

    def get(self, path: str, read: Callable[[object], T]) -> T:
        """Return what `read` makes of what lies at `path`. Raises ToolError."""
        return self._asked("GET", path, None, {}, read)

    def _asked(
        self, method: str, path: str, content: bytes | None, headers: Mapping[str, str], read: Callable[[object], T]
    ) -> T:
        sent = {"Content-Type": "application/json", "Accept": "application/json", "User-Agent": "testimonio", **headers}
        tries = 0
        while True:
            try:
                return self._once(method, path, content, sent, read)
            except _Trouble as trouble:
                if tries == len(self._patience.pauses_s):
                    cure = "see whether it runs, and run again later: what was translated before is kept"
                    raise ToolError(f"{self.name}: {self._hushed(trouble.what)}, {tries + 1} times", cure) from None
                self._patience.sleep(max(self._patience.pauses_s[tries], min(trouble.pause_s, _LONGEST_PAUSE_S)))
                tries += 1

    def _once(
        self, method: str, path: str, content: bytes | None, headers: Mapping[str, str], read: Callable[[object], T]
    ) -> T:
        connection = self._connection()
        watch = Timer(self._patience.answer_s, _cut, (connection,))
        watch.daemon = True
        try:
            self._connect(connection)
            watch.start()
            connection.request(method, f"{self._url.path}{path}", content, dict(headers))
            response = connection.getresponse()
            answer = response.read(_MOST_BYTES + 1)
        except TimeoutError:
            raise _Trouble("it did not answer in time") from None
        except (http.client.HTTPException, OSError) as error:
            raise _Trouble(f"the connection broke off ({type(error).__name__})") from None
        finally:
            watch.cancel()
            connection.close()
        self._judge(response, answer)
        try:
            return read(_json(response, answer))
        except Malformed as error:
            raise _Trouble(f"it answered with {error.what}") from None

    def _connection(self) -> http.client.HTTPConnection:
        host, port, quiet = self._url.hostname or "", self._url.port, self._patience.quiet_s
        if self._url.scheme == "https":
            context = ssl.create_default_context()
            context.minimum_version = ssl.TLSVersion.TLSv1_2
            return http.client.HTTPSConnection(host, port, timeout=quiet, context=context)
        return http.client.HTTPConnection(host, port, timeout=quiet)

    def _connect(self, connection: http.client.HTTPConnection) -> None:
        """Connect, before anything is said. Raises ToolError where it is not the right one, _Trouble where none is there."""
        try:
            connection.connect()
        except ssl.SSLCertVerificationError as error:
            what = f"{self.name}: the certificate of {self.host} is not to be trusted ({error.verify_message})"
            raise ToolError(
                what, "see that the address is right and this machine's clock too; nothing was sent"
            ) from None
        except TimeoutError:
            raise _Trouble(f"{self.host} did not answer in time") from None
        except OSError as error:
            raise _Trouble(f"{self.host} cannot be reached ({error.strerror or error})") from None
        if self._this_machine and not _is_loopback(connection.sock):
            what = f"{self.name}: {self.host} leads to another machine"
            raise ToolError(what, "write the address as http://127.0.0.1:PORT; nothing was sent")

    def _judge(self, response: http.client.HTTPResponse, answer: bytes) -> None:
        """Raise _Trouble for an answer that may be better next time, ToolError for one that will not."""
        status = response.status
        if len(answer) > _MOST_BYTES:
            raise ToolError(f"{self.name}: its answer is larger than {_MOST_BYTES >> 20} MiB", "see what runs there")
        if status == http.HTTPStatus.OK:
            return
        if 300 <= status < 400:
            place = self._hushed(response.getheader("Location") or "nowhere")
            what = f"{self.name}: {self.host} sends us on to {place}, where nothing was sent"
            raise ToolError(what, "if that is meant, write that address itself")
        if status in _AGAIN:
            raise _Trouble(f"it answered {status} ({response.reason})", pause_s=_pause(response))
        what = f"{self.name}: it answered {status}{self._said(answer)}"
        raise ToolError(what, _CURES.get(status, "see whether its address and version are right"))

    def _said(self, answer: bytes) -> str:
        """Return what the service itself says is wrong, in brackets."""
        try:
            found = json.loads(answer)
        except (ValueError, RecursionError):
            return ""
        said = next((found[key] for key in ("message", "error") if key in found), "") if isinstance(found, dict) else ""
        text = " ".join(str(said).split())
        return f" ({self._hushed(text)})" if text else ""

    def _hushed(self, text: str) -> str:
        """Return `text` short, on one line and without the secret."""
        shown = "".join(sign for sign in text if sign.isprintable())
        return (shown.replace(self._secret, "***") if self._secret else shown)[:_MOST_SAID]


_CURES = {
    400: "if it does not know a language, name another engine for that direction under translation.pairs in film.yaml",
    401: "see that the key is right and still valid",
    403: "see that the key is right and still valid",
    404: "see that the address is that of the service itself",
    413: "a subtitle is far too long: divide it",
    456: "the characters that this key may have are used up: wait for the next month, or extend the plan; what was"
    " translated before is kept",
}


def _json(response: http.client.HTTPResponse, answer: bytes) -> object:
    kind = (response.getheader("Content-Type") or "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Malformed(f"{kind or 'something without a type'} in place of JSON")
    try:
        found: object = json.loads(answer)
    except (ValueError, RecursionError):
        raise Malformed("broken JSON") from None
    return found


def _pause(response: http.client.HTTPResponse) -> int:
    """Return how many seconds the service asks for before the next try (RFC 9110, 10.2.3); 0 where it does not say."""
    said = response.getheader("Retry-After") or ""
    if said.isascii() and said.isdigit():
        return int(said[:6])
    try:
        return max(0, int(parsedate_to_datetime(said).timestamp() - time.time()))
    except (ValueError, TypeError, OverflowError):
        return 0


def _is_loopback(connected: socket.socket) -> bool:
    return ipaddress.ip_address(connected.getpeername()[0].partition("%")[0]).is_loopback


def _cut(connection: http.client.HTTPConnection) -> None:
    """End a connection from outside: an answer that comes a byte at a time would never be too late for a socket."""
    sock = connection.sock
    if sock is not None:
        try:
            sock.shutdown(socket.SHUT_RDWR)
        except OSError:  # it ended just now
            return
