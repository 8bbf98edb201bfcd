"""JSON that people hand in, made safe to read: bounded in size and depth, no doubled keys, each object with its line."""

import json
import re
from typing import Any, NoReturn

from footage_manifest.wording import shown
from pipeline.timeline.interchange_model import Place, RefusedError

MAX_BYTES = 64 * 1024 * 1024
MAX_DEPTH = 200
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]\n]', re.DOTALL)
_EXPORT = "export the timeline again"


class Object(dict[str, Any]):
    """An object of a JSON document that knows its line, counted from 1."""

    line = 1


def parse(data: bytes) -> Object:
    """Return the object in `data`. Raises RefusedError, with the line, for what is none or is not safe to read."""
    if len(data) > MAX_BYTES:
        raise RefusedError(Place(line=1), f"the file has {len(data)} bytes and may have {MAX_BYTES}", _EXPORT)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise RefusedError(Place(line=line), "this is no JSON: the text is not UTF-8", _EXPORT) from None
    lines = iter(_lines(text))

    def made(pairs: list[tuple[str, Any]]) -> Object:
        found = Object()
        found.line = next(lines, 1)
        for key, value in pairs:
            if key in found:
                raise RefusedError(
                    Place(line=found.line), f"the key {shown(key)} is written twice", "remove one of them"
                )
            found[key] = value
        return found

    def constant(name: str) -> NoReturn:
        at = re.search(rf"(?<![\w\"]){re.escape(name)}(?![\w\"])", text)
        line = text.count("\n", 0, at.start()) + 1 if at is not None else 1
        raise RefusedError(Place(line=line), f"{name} is no number", "take it out, or write the number")

    try:
        root = json.loads(text, object_pairs_hook=made, parse_constant=constant)
    except json.JSONDecodeError as error:
        raise RefusedError(Place(line=error.lineno), f"this is no JSON: {error.msg}", _EXPORT) from None
    except ValueError as error:  # a number of thousands of digits
        raise RefusedError(Place(line=1), f"a number cannot be read: {error}", _EXPORT) from None
    if not isinstance(root, Object):
        raise RefusedError(Place(line=1), "this is no timeline: the document is not an object", _EXPORT)
    return root


def _lines(text: str) -> list[int]:
    """Return the line on which each object begins, in the order in which objects end. Raises RefusedError when too deep."""
    line, deep = 1, 0
    opened: list[int] = []
    closed: list[int] = []
    for token in _TOKEN.finditer(text):
        sign = token.group()
        if sign == "\n":
            line += 1
        elif sign in "{[":
            deep += 1
            if deep > MAX_DEPTH:
                raise RefusedError(Place(line=line), f"it is nested deeper than {MAX_DEPTH} levels", _EXPORT)
            if sign == "{":
                opened.append(line)
        elif sign in "}]":
            deep -= 1
            if sign == "}" and opened:
                closed.append(opened.pop())
        else:
            line += sign.count("\n")
    return closed
