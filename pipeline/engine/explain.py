"""Why a result was taken from the store or made again, as data; how it reads is said elsewhere."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from pipeline.engine.canonical import Json, encoded

_MOST_CHANGES = 20


class Outcome(StrEnum):
    """What became of a request."""

    STORED = "stored"
    RAN = "ran"
    WOULD_RUN = "would run"


class Cause(StrEnum):
    """Why a request was, or would be, carried out."""

    FIRST = "first"
    """Nothing was made for this subject before."""
    CHANGED = "changed"
    """What decides the result is not what it was; the changes say how."""
    DAMAGED = "damaged"
    """A result was stored, and it or one of its files is not whole."""
    REMOVED = "removed"
    """Nothing differs from the last time, and the result is no longer in the store."""
    REFRESHED = "refreshed"
    """It was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that decides the result and differs from the last time for the same subject.

    `field` is `version`, `identity.<name>` or `request.<path>`; `before` and `after` are JSON, None where it was not there.
    """

    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What became of one request and why. `cause` is None, and `changes` empty, where the result was in the store."""

    stage: str
    subject: str
    outcome: Outcome
    cause: Cause | None = None
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Deciders:
    """All that decides a result of one stage."""

    version: int
    request: Json
    identity: Mapping[str, str]


def differences(before: Deciders, after: Deciders) -> tuple[Change, ...]:
    """Return what differs, at most 20 changes, the version first, then the tool, then the request in its own order."""
    old, new = dict(_leaves(before)), dict(_leaves(after))
    names = [*new, *(name for name in old if name not in new)]
    changes = (Change(field=name, before=old.get(name), after=new.get(name)) for name in names)
    return tuple(change for change in changes if change.before != change.after)[:_MOST_CHANGES]


def _leaves(deciders: Deciders) -> Iterator[tuple[str, str]]:
    yield "version", str(deciders.version)
    for name in sorted(deciders.identity):
        yield f"identity.{name}", encoded(deciders.identity[name]).decode("ascii")
    yield from _leaves_below("request", deciders.request)


def _leaves_below(place: str, value: Json) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict) and value:
        for name, item in value.items():
            yield from _leaves_below(f"{place}.{name}", item)
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            yield from _leaves_below(f"{place}[{index}]", item)
    else:
        yield place, encoded(value).decode("ascii")
