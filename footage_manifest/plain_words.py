"""What the models refused, in words for the person who wrote the file: no type names, no jargon, one finding a mistake."""

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from footage_manifest.fields import BURN_IN_PATTERN, LANGUAGE_PATTERN, NAME_PATTERN
from footage_manifest.findings import Finding
from footage_manifest.graphics import LIST_BRANCH, WORD_BRANCH
from footage_manifest.wording import Refusal, choose, listed, nearest, shown
from footage_manifest.yaml_source import KeyPath, Source, dotted

_PATTERNS = {
    LANGUAGE_PATTERN: ("is not a language code", "write a code of two or three small letters, such as es"),
    NAME_PATTERN: (
        "cannot be a name here, since files are named after it",
        "use letters from a to z, digits, '_', '.' and '-', at most 64, a letter or digit first",
    ),
    BURN_IN_PATTERN: (
        "is not a subtitle to burn in",
        "write a language such as es, two such as es+en, or es-forced or es-sdh",
    ),
}
_UNWRITTEN = frozenset({"[key]", WORD_BRANCH, LIST_BRANCH})
_QUOTED = re.compile(r"'([^']*)'")


def explain(
    file: str, source: Source, error: ValidationError, model: type[BaseModel], elsewhere: Mapping[str, type[BaseModel]]
) -> Iterator[Finding]:
    """Yield a finding for each thing that `model` refused in `source`, at its place.

    `elsewhere` maps other files to what they hold, so that a key in the wrong file is sent to the right one. What the YAML
    reader refused already is not said twice.
    """
    for detail in error.errors(include_url=False):
        path = tuple(step for step in detail["loc"] if step not in _UNWRITTEN)
        if path in source.damaged or (detail["type"] == "too_short" and detail["input"]):
            continue  # a list all of whose entries are refused counts as empty, and is not
        refusal = _refusal(detail, path, model, elsewhere)
        place = _nearest_place(source, path)
        named = path if detail["type"] == "missing" else place
        line, column = source.places.get(place, (None, None))
        yield Finding(file=file, line=line, column=column, field=dotted(named), what=refusal.what, cure=refusal.cure)


def _nearest_place(source: Source, path: KeyPath) -> KeyPath:
    while path and path not in source.places:
        path = path[:-1]
    return path


def _refusal(
    detail: ErrorDetails, path: KeyPath, model: type[BaseModel], elsewhere: Mapping[str, type[BaseModel]]
) -> Refusal:
    kind = detail["type"]
    if kind == "missing":
        return _missing(model, path)
    if kind == "extra_forbidden":
        return _unknown_key(model, path, elsewhere)
    said = detail.get("ctx", {}).get("error")
    if isinstance(said, Refusal):
        return said
    return _WORDS.get(kind, _does_not_fit)(detail)


def _missing(model: type[BaseModel], path: KeyPath) -> Refusal:
    key = str(path[-1])
    for holder in _models_at(model, path[:-1]):
        examples = holder.model_fields[key].examples or [] if key in holder.model_fields else []
        if examples:
            return Refusal("is missing", f"add a line such as '{key}: {examples[0]}'")
    return Refusal("is missing", f"add a line that begins with '{key}:'")


def _unknown_key(model: type[BaseModel], path: KeyPath, elsewhere: Mapping[str, type[BaseModel]]) -> Refusal:
    key = str(path[-1])
    what = f"there is no key {shown(key)} here"
    if ":" in key:
        return Refusal(what, "put a space after the colon: 'key: value'")
    for file, other in elsewhere.items():
        if len(path) == 1 and key in other.model_fields:
            return Refusal(f"the key {shown(key)} does not belong in this file", f"move it to {file}")
    known = sorted({name for holder in _models_at(model, path[:-1]) for name in holder.model_fields})
    near = nearest(key, known)
    return Refusal(what, f"did you mean '{near}'?" if near else f"the keys here are {listed(known)}")


def _models_at(model: type[BaseModel], path: KeyPath) -> list[type[BaseModel]]:
    """Return the models that the value at `path` may be: one, or none where it is no mapping with fixed keys."""
    reached: list[Any] = [model]
    for step in path:
        reached = [inner for kind in reached for inner in _inside(kind, step)]
    return [kind for kind in reached if isinstance(kind, type) and issubclass(kind, BaseModel)]


def _inside(kind: Any, step: str | int) -> list[Any]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        field = kind.model_fields.get(str(step))
        return _alternatives(field.annotation) if field else []
    arguments = get_args(kind)
    if get_origin(kind) is dict:
        return _alternatives(arguments[1])
    return _alternatives(arguments[0]) if get_origin(kind) is tuple else []


def _alternatives(annotation: Any) -> list[Any]:
    origin = get_origin(annotation)
    if origin is Annotated:
        return _alternatives(get_args(annotation)[0])
    if origin in {Union, UnionType}:
        return [inner for option in get_args(annotation) for inner in _alternatives(option)]
    return [annotation]


# ------------------------------------------------------------------------------------------------- one function a complaint


def _not_text(detail: ErrorDetails) -> Refusal:
    value = detail["input"]
    if isinstance(value, dict | list):
        return Refusal(f"a text is meant here, not {_kind_of(value)}", "write one text")
    written = _as_written(value)
    return Refusal(
        f"{shown(written)} is read as {_kind_of(value)}, not as text", f'put quotation marks round it: "{written}"'
    )


def _wrong_form(detail: ErrorDetails) -> Refusal:
    pattern = str(detail.get("ctx", {}).get("pattern"))
    what, cure = _PATTERNS.get(pattern, ("does not fit here", "correct it"))
    return Refusal(f"{shown(detail['input'])} {what}", cure)


def _not_a_choice(detail: ErrorDetails) -> Refusal:
    choices = _QUOTED.findall(str(detail.get("ctx", {}).get("expected", "")))
    written = _as_written(detail["input"])
    return Refusal(f"{shown(written)} is not one of {listed(choices)}", choose(written, choices))


def _not_keyed(detail: ErrorDetails) -> Refusal:
    what = f"'key: value' lines are meant here, not {_kind_of(detail['input'])}"
    return Refusal(what, "write them below it, indented by two spaces")


def _not_a_list(detail: ErrorDetails) -> Refusal:
    value = detail["input"]
    what = f"a list is meant here, not {_kind_of(value)}"
    if isinstance(value, dict | list):
        return Refusal(what, "write it in brackets, such as [one, two]")
    return Refusal(what, f"put brackets round it: [{shown(_as_written(value)).strip(chr(39))}]")


def _nothing_in_it(_: ErrorDetails) -> Refusal:
    return Refusal("the list is empty", "write at least one entry")


def _not_whole(detail: ErrorDetails) -> Refusal:
    what = f"a whole number is meant here, not {shown(_as_written(detail['input']))}"
    return Refusal(what, "write digits only, without quotation marks")


def _out_of_range(detail: ErrorDetails) -> Refusal:
    limits = detail.get("ctx", {})
    cure = f"write {limits['ge']} or more" if "ge" in limits else f"write {limits.get('le')} or less"
    return Refusal(f"{detail['input']} is out of range", cure)


def _neither_true_nor_false(detail: ErrorDetails) -> Refusal:
    what = f"{shown(_as_written(detail['input']))} is neither true nor false"
    return Refusal(what, "write true or false, without quotation marks")


def _not_a_number(detail: ErrorDetails) -> Refusal:
    what = f"a number is meant here, not {shown(_as_written(detail['input']))}"
    return Refusal(what, "write it with a decimal point if it needs one, without quotation marks")


def _no_text(_: ErrorDetails) -> Refusal:
    return Refusal("there is no text in it", "write one, or take the line out")


def _does_not_fit(detail: ErrorDetails) -> Refusal:
    return Refusal(f"{_kind_of(detail['input'])} does not fit here", "see docs/film-format.md for what may stand here")


def _kind_of(value: object) -> str:
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float | Decimal):
        return "a number"
    if isinstance(value, dict):
        return "a group of keys"
    return "a list" if isinstance(value, list | tuple) else "a text"


def _as_written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


_WORDS: dict[str, Callable[[ErrorDetails], Refusal]] = {
    "string_type": _not_text,
    "string_pattern_mismatch": _wrong_form,
    "literal_error": _not_a_choice,
    "enum": _not_a_choice,
    "dict_type": _not_keyed,
    "model_type": _not_keyed,
    "tuple_type": _not_a_list,
    "too_short": _nothing_in_it,
    "int_type": _not_whole,
    "float_type": _not_a_number,
    "string_too_short": _no_text,
    "greater_than_equal": _out_of_range,
    "less_than_equal": _out_of_range,
    "bool_type": _neither_true_nor_false,
}
"""How each complaint of the models is worded; a test holds this complete."""
