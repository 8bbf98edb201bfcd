"""Requests and results as JSON that is the same for equal values, and results read back from it."""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from fractions import Fraction
from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter

R = TypeVar("R")

Json = bool | int | str | list["Json"] | dict[str, "Json"] | None

KIND = "$"
"""The key under which a dataclass's name stands, so that two kinds with the same fields differ."""


def canonical(value: object) -> bytes:
    """Return `value` as canonical JSON: ASCII, keys sorted, no spaces; fractions as "n/d", enums as their values.

    Raises TypeError, naming the field, for what must not be in a request or result: floats (equal values may print
    differently), paths (they differ between machines), sets, lists, mappings with keys that are not text, dataclasses
    that are not frozen, and anything else that has no one way of being written.
    """
    return encoded(as_json(value))


def encoded(value: Json) -> bytes:
    """Return JSON data as bytes that are the same for equal data."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode("ascii")


def as_json(value: object, place: str = "") -> Json:
    """Return `value` as JSON data; `place` is the field it stands in, for messages. Raises TypeError as `canonical`."""
    if isinstance(value, Enum):
        return as_json(value.value, place)
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, tuple):
        return [as_json(item, f"{place}[{index}]") for index, item in enumerate(value)]
    if isinstance(value, Mapping):
        return {_key(key, place): as_json(item, f"{place}.{key}") for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return _dataclass_as_json(value, place)
    raise TypeError(f"{place or 'the value'}: {type(value).__name__} cannot stand in a request or result")


def read_back(kind: type[R], value: Json) -> R:
    """Return the value of type `kind` that `as_json` wrote. Raises ValueError where it is no such value."""
    key: Any = kind
    found: R = _adapter(key).validate_json(encoded(value))
    return found


def _dataclass_as_json(value: Any, place: str) -> dict[str, Json]:
    kind = type(value)
    if not kind.__dataclass_params__.frozen:
        raise TypeError(f"{place or 'the value'}: {kind.__name__} is not frozen")
    found: dict[str, Json] = {KIND: kind.__name__}
    for field in fields(value):
        found[field.name] = as_json(getattr(value, field.name), f"{place}.{field.name}" if place else field.name)
    return found


def _key(key: object, place: str) -> str:
    if not isinstance(key, str) or key == KIND:
        raise TypeError(f"{place or 'the value'}: {key!r} cannot be a key in a request or result")
    return key


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
