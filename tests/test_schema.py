"""The schemas that editors complete from: they accept what loads, refuse what does not, and explain every key."""

import re

import pytest
from ruamel.yaml import YAML

from footage_manifest.schema import DIALECT, film_schema, manifest_schema
from footage_manifest.template import film_yaml, footage_manifest_yaml
from tests.film_folder import FILM, MANIFEST

TYPES = {
    "object": dict, "array": list, "string": str, "integer": int, "number": (int, float), "boolean": bool,
    "null": type(None),
}  # fmt: skip


def fits(value, schema, root):  # noqa: PLR0911 - the part of JSON Schema that ours use, from top to bottom
    """Return whether `value` is valid, for the keywords that these schemas use; an unknown keyword is an error."""
    known = {
        "$schema", "$defs", "$ref", "title", "description", "examples", "default", "type", "enum", "const", "anyOf",
        "properties", "patternProperties", "additionalProperties", "required", "items", "pattern", "format", "minimum",
        "maximum", "minLength", "minItems", "minProperties", "propertyNames",
    }  # fmt: skip
    assert schema.keys() <= known, schema.keys() - known
    if "$ref" in schema and not fits(value, root["$defs"][schema["$ref"].rpartition("/")[2]], root):
        return False
    if "anyOf" in schema and not any(fits(value, option, root) for option in schema["anyOf"]):
        return False
    if "enum" in schema and value not in schema["enum"]:
        return False
    if "type" in schema:
        right = isinstance(value, TYPES[schema["type"]])
        if not right or (isinstance(value, bool) and schema["type"] in {"integer", "number"}):
            return False
    if isinstance(value, str):
        return re.search(schema.get("pattern", ""), value) is not None and len(value) >= schema.get("minLength", 0)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return schema.get("minimum", value) <= value <= schema.get("maximum", value)
    if isinstance(value, list):
        enough = len(value) >= schema.get("minItems", 0)
        return enough and all(fits(item, schema.get("items", {}), root) for item in value)
    return fits_keys(value, schema, root) if isinstance(value, dict) else True


def fits_keys(value, schema, root):
    if not set(schema.get("required", ())) <= value.keys() or len(value) < schema.get("minProperties", 0):
        return False
    for key, inner in value.items():
        options = [schema["properties"][key]] if key in schema.get("properties", {}) else []
        options += [option for form, option in schema.get("patternProperties", {}).items() if re.search(form, key)]
        if not options and schema.get("additionalProperties") is False:
            return False
        if not all(fits(inner, option, root) for option in options):
            return False
    return True


def valid(text, schema):
    return fits(YAML(typ="safe", pure=True).load(text), schema, schema)


def test_both_schemas_are_of_the_2020_dialect():
    assert film_schema()["$schema"] == manifest_schema()["$schema"] == DIALECT


def test_the_two_files_of_the_design_are_valid():
    assert valid(FILM, film_schema())
    assert valid(MANIFEST, manifest_schema())


def test_a_new_film_is_valid():
    assert valid(film_yaml(), film_schema())
    assert valid(footage_manifest_yaml(), manifest_schema())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title", "titel"), ("rate: 25", "rate: 26"), ("rate: 25, ", ""), ("1280x720", "big"), ("[es, en]", "[]"),
        ("[es, en]", "[spanish]"), ("faster-whisper", "slow-whisper"), ("forum:", "fo rum:"), ("source", "sauce"),
        ("audience: forum", "audience: 5"), ("audience: forum", "audience: forum, join_fade_ms: -1"),
        ("audience: forum", "audience: forum, start: 1h"), ("audience: forum", "audience: forum, loudness: loud"),
        ("cuts/forum.edl", "[]"),
    ],
)  # fmt: skip
def test_an_editor_marks_what_would_not_load_in_a_film(old, new):
    assert not valid(FILM.replace(old, new, 1), film_schema())


@pytest.mark.parametrize(
    "more",
    [
        "start: 01:00:00;00", "date: '2026-11-30'", "source: [a.edl, b.edl]", "burn_in: [es, es+en]", "sound: edl",
        "versions: {es: {text: es}}", "loudness: web", "join_fade_ms: 0", "burn_in: [es-forced]",
        "subtitles: {tracks: [full, forced, sdh]}",
    ],
)  # fmt: skip
def test_an_editor_accepts_what_loads_in_a_cut(more):
    film = FILM.replace(
        "forum: {source: cuts/forum.edl, ", "forum: {" + ("" if "source" in more else "source: a.edl, ")
    )
    assert valid(film.replace("audience: forum", f"audience: forum, {more}"), film_schema())


@pytest.mark.parametrize("rate", ["29.97", "30000/1001", "23.976", "59.94", "60"])
def test_an_editor_accepts_each_way_to_write_a_rate(rate):
    assert valid(FILM.replace("rate: 25", f"rate: {rate}"), film_schema())


@pytest.mark.parametrize(
    ("old", "new", "right"),
    [
        ("granted", "garanted", False),
        ("b-roll", "broll", False),
        ("name: Juana R.", "name: 7", False),
        ("file: footage/river.mov, ", "", False),
        ("people: [juana]", "people: []", True),
        ("language: es", "language: [es, en]", True),
        ("kind: b-roll", "kind: b-roll, channels: 1", True),
        ("kind: b-roll", "kind: b-roll, channels: mix", True),
        ("kind: b-roll", "kind: b-roll, sound: {file: a.wav, sync: 20}", True),
        ("kind: b-roll", "kind: b-roll, sound: {file: a.wav, sync: near}", False),
        ("kind: b-roll", "kind: b-roll, timecode_rate: 30000/1001", True),
    ],
)
def test_an_editor_judges_a_manifest_as_the_loader_does(old, new, right):
    assert valid(MANIFEST.replace(old, new), manifest_schema()) is right


@pytest.mark.parametrize("schema", [film_schema(), manifest_schema()], ids=["film", "manifest"])
def test_every_key_is_explained_and_every_group_is_closed(schema):
    groups = [schema, *(group for group in schema["$defs"].values() if "properties" in group)]
    for group in groups:
        assert group["additionalProperties"] is False
        for key, field in group["properties"].items():
            assert field.get("description"), key
    assert "_Model" not in str(schema)
