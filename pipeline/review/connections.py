"""How many connections the page's server holds, and how long it waits for what they begin to say.

A browser needs six. Whoever opens hundreds, says half a request, or takes no answer, must not keep others from their page.
"""

import asyncio
import resource
from collections.abc import Callable
from typing import Any, cast

from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

MOST = 180
"""Connections at once; each may have a film open."""

AT_ONCE = 32
"""How many are taken on before those that are too many are ended."""

ASKED_WITHIN_S = 10.0
"""How long a request may take to say its headers."""

_OTHER_FILES = 64
_LEAST = 16


def room_for() -> int:
    """Return how many connections this process may hold; the limit of its open files is raised where it may be."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * MOST + AT_ONCE + _OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(hard, wanted)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    files = wanted if soft == resource.RLIM_INFINITY else soft
    return max(_LEAST, min(MOST, (files - AT_ONCE - _OTHER_FILES) // 2))


def held_to(most: int, asked_within_s: float = ASKED_WITHIN_S) -> type[H11Protocol]:
    """Return the protocol of connections of which there are `most`: a new one ends the one that has waited longest."""
    return type("Held", (_Held,), {"most": most, "asked_within_s": asked_within_s})


class _Held(H11Protocol):
    """One connection, which knows when it began to wait."""

    most = MOST
    asked_within_s = ASKED_WITHIN_S
    begun_at = 0.0
    deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.begun_at = self.loop.time()
        self._wait()
        others = [one for one in self.connections if isinstance(one, _Held) and one.is_open() and one is not self]
        if len(others) >= self.most:
            # What asks for nothing goes first, then what takes no answer; where all are busy, the new one.
            idle = [one for one in others if not one.under_way()] or [one for one in others if one.flow.write_paused]
            min(idle, key=lambda one: one.begun_at, default=self).transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._heard()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.deadline is None and not self.under_way():
            self._wait()
        super().data_received(data)
        if self.under_way():
            self._heard()

    def is_open(self) -> bool:
        return not self.transport.is_closing()

    def under_way(self) -> bool:
        cycle = cast("RequestResponseCycle | None", self.cycle)  # None until the first request
        return cycle is not None and not cycle.response_complete

    def _wait(self) -> None:
        self.deadline = self.loop.call_later(self.asked_within_s, self._too_late)

    def _heard(self) -> None:
        if self.deadline is not None:
            self.deadline.cancel()
            self.deadline = None

    def _too_late(self) -> None:
        self.deadline = None
        if not self.under_way():
            self.transport.abort()


def told_once(note: Callable[[str], None]) -> Callable[[asyncio.AbstractEventLoop, dict[str, Any]], None]:
    """Return what hears of mistakes outside of any request, and says each kind in one line, once."""
    said: set[str] = set()

    def hear(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        text = " ".join(str(error or context.get("message", "")).split())[:200]
        if text not in said:
            said.add(text)
            note(f"warning: a connection could not be served ({text}); close other programs that use the page")

    return hear
