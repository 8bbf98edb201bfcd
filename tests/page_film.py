"""A film with subtitles and no media, its page without a network, and people who work on it."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from pipeline.assembly.review_desk import ReviewDesk
from pipeline.review.app import build_app
from pipeline.review.security import Security
from subtitles.cue import Cue
from subtitles.state import seed
from subtitles.state_file import dump_state
from tests.film_folder import MANIFEST, write_film

PORT = 8765
HOST = f"127.0.0.1:{PORT}"
ES = ("El río creció de noche.", "Nadie esperaba el agua.", "Subimos a la loma.", "Allí pasamos tres días.")
EN = ("The river rose at night.", "Nobody expected the water.", "We went up the hill.", "There we spent three days.")


def film_with_subtitles(folder: Path, count: int = 4, manifest: str = MANIFEST) -> Path:
    """Write a film whose one interview has `count` drafted cues in two languages, three seconds apart."""
    folder.mkdir(exist_ok=True)
    write_film(folder, manifest=manifest)
    spoken = cues_of(ES, count)
    write_track(folder, "es", spoken, made_by="faster-whisper base")
    write_track(folder, "en", cues_of(EN, count), made_by="apertium", source=spoken)
    return folder


def cues_of(texts: Sequence[str], count: int) -> list[Cue]:
    return [
        Cue(
            id=f"INT01-{number * 3000:08}",
            start_ms=number * 3000,
            end_ms=number * 3000 + 2600,
            text=texts[number % len(texts)] + (f" {number}" if number >= len(texts) else ""),
        )
        for number in range(count)
    ]


def write_track(folder: Path, language: str, cues: Sequence[Cue], *, made_by: str, source: Sequence[Cue] = ()) -> None:
    spoken = "es" if source else None
    seeded = seed(cues, reel="INT01", language=language, made_by=made_by, source_language=spoken, source=source)
    (folder / "subtitles" / "state").mkdir(parents=True, exist_ok=True)
    (folder / "subtitles" / "state" / f"INT01.{language}.json").write_bytes(dump_state(seeded.state))
    srt(folder, language).write_bytes(seeded.srt)


def srt(folder: Path, language: str) -> Path:
    return folder / "subtitles" / f"INT01.{language}.srt"


@dataclass
class Person:
    """A browser with the page open; without `opened` it has not been let in."""

    app: Any
    security: Security
    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Send one request, and return the answer; redirects are not followed."""
        headers = {"host": HOST, **self.headers, **options.pop("headers", {})}
        if self.cookies:
            headers.setdefault("cookie", "; ".join(f"{name}={value}" for name, value in self.cookies.items()))

        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app)
            async with httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}") as client:
                return await client.request(method, path, headers=headers, **options)

        return asyncio.run(asked())

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.ask("GET", path, **options)

    def change(self, method: str, path: str, body: object = None, match: str | None = None) -> httpx.Response:
        """Send a change as the page does."""
        headers = {"origin": f"http://{HOST}", "x-testimonio": "1", "content-type": "application/json"}
        if match is not None:
            headers["if-match"] = f'"{match}"'
        content = b"" if body is None else json.dumps(body).encode()
        return self.ask(method, path, headers=headers, content=content)

    def track(self, language: str = "en") -> dict[str, Any]:
        answer = self.get(f"/api/reels/INT01/tracks/{language}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def cues(self, language: str = "en") -> list[dict[str, Any]]:
        return self.track(language)["cues"]

    def put(self, cue: dict[str, Any], language: str = "en", **change: Any) -> httpx.Response:
        body = {key: cue[key] for key in ("start_ms", "end_ms", "text")} | change
        return self.change("PUT", cue_path(cue, language), body, cue["etag"])

    def do(self, what: str, cue: dict[str, Any], body: object, language: str = "en") -> httpx.Response:
        return self.change("POST", f"{cue_path(cue, language)}/{what}", body, cue["etag"])


def cue_path(cue: dict[str, Any], language: str = "en") -> str:
    return f"/api/reels/INT01/tracks/{language}/cues/{cue['id']}"


def stranger(folder: Path, *, address: str = "127.0.0.1", **options: Any) -> Person:
    """Return someone who has not opened the page of the film in `folder`."""
    security = Security(port=PORT, address=address)
    desk = ReviewDesk(folder, **options)

    def unforeseen(error: BaseException) -> None:
        raise error

    return Person(app=build_app(desk, security, unforeseen=unforeseen), security=security)


def at_work(folder: Path, **options: Any) -> Person:
    """Return someone who has opened the page."""
    person = stranger(folder, **options)
    person.cookies[person.security.cookie] = person.security.session
    return person
