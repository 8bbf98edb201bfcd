"""JSON Schemas (2020-12) of the two files, for editors that complete and check YAML as it is written."""

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from footage_manifest.film import Film
from footage_manifest.footage import Manifest

DIALECT = "https://json-schema.org/draft/2020-12/schema"

# Where a heading may stand with nothing below it (see `load`).
_MAY_BE_EMPTY = frozenset({"cuts", "people", "reels", "stills", "subtitles", "transcription", "translation"})


def film_schema() -> dict[str, Any]:
    """Return the JSON Schema of film.yaml, as plain JSON values."""
    return _schema(Film, "film.yaml")


def manifest_schema() -> dict[str, Any]:
    """Return the JSON Schema of footage_manifest.yaml, as plain JSON values."""
    return _schema(Manifest, "footage_manifest.yaml")


class _Plain(GenerateJsonSchema):
    """Leaves out the titles that are made from key names: editors show them and they say nothing."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - the base class's signature
        return False


def _schema(model: type[BaseModel], title: str) -> dict[str, Any]:
    made = model.model_json_schema(schema_generator=_Plain)
    made = _tidied(made)
    for key in _MAY_BE_EMPTY & made["properties"].keys():
        inner = made["properties"][key]
        description = inner.pop("description", "")
        made["properties"][key] = {"description": description, "anyOf": [inner, {"type": "null"}]}
    return {"$schema": DIALECT, **made, "title": title}


def _tidied(node: Any) -> Any:
    """Return the schema without nulls and defaults that only programs need, and with mappings closed to other keys."""
    if isinstance(node, list):
        return [_tidied(inner) for inner in node]
    if not isinstance(node, dict):
        return node
    kept = {
        key: {name: _tidied(inner) for name, inner in value.items()} if key in _NAMED else _tidied(value)
        for key, value in node.items()
        if key not in {"title", "default"} or (key == "default" and isinstance(value, str | int | bool))
    }
    if "patternProperties" in kept:
        kept["additionalProperties"] = False
    options = kept.get("anyOf")
    if isinstance(options, list) and {"type": "null"} in options:
        left = [option for option in options if option != {"type": "null"}]
        del kept["anyOf"]
        return {**left[0], **kept} if len(left) == 1 else {**kept, "anyOf": left}
    return kept


_NAMED = frozenset({"properties", "patternProperties", "$defs"})
