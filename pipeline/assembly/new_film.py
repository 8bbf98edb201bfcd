"""A film folder to start from, empty or with the example in it; and the schemas of its two files."""

import json
from pathlib import Path

from footage_manifest import schema, template
from pipeline.durable import storage_errors, write_whole
from pipeline.errors import StoreError
from pipeline.ports.work import Progress
from pipeline.tools.example_film import make_example

FOLDERS = ("footage", "stills", "music", "narration", "cuts", "subtitles", "deliverables")


def make(folder: Path, *, example: bool, progress: Progress) -> tuple[Path, ...]:
    """Make a film folder and return what was written, without ever replacing anything.

    Raises StoreError where `folder` holds anything already, or cannot be written.
    """
    with storage_errors(f"making {folder}"):
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise StoreError(f"{folder} is not empty", "choose a name that is not taken")
        folder.mkdir(parents=True, exist_ok=True)
    if example:
        make_example(folder, progress)
    else:
        with storage_errors(f"making {folder}"):
            for name in FOLDERS:
                (folder / name).mkdir()
            title = folder.resolve().name
            write_whole(folder / "film.yaml", template.film_yaml(title).encode())
            write_whole(folder / "footage_manifest.yaml", template.footage_manifest_yaml().encode())
    write_schemas(folder)
    return tuple(sorted(path for path in folder.rglob("*") if path.is_file()))


def write_schemas(folder: Path) -> tuple[Path, ...]:
    """Write `schemas/film.json` and `schemas/footage_manifest.json` into `folder` and return their paths."""
    written = []
    with storage_errors(f"writing schemas into {folder}"):
        (folder / "schemas").mkdir(parents=True, exist_ok=True)
        for name, made in (("film", schema.film_schema()), ("footage_manifest", schema.manifest_schema())):
            path = folder / "schemas" / f"{name}.json"
            write_whole(path, (json.dumps(made, indent=2, ensure_ascii=False) + "\n").encode())
            written.append(path)
    return tuple(written)
