"""The film's folders that are ours to write in."""

from pathlib import Path

from pipeline.errors import StoreError


def own_folder(film: Path, name: str) -> Path:
    """Return the film's folder `name`, there or not. Raises StoreError where a link in it leads out of the film folder."""
    folder = film / name
    if not folder.resolve().is_relative_to(film.resolve()):
        cure = "put a folder there (one on another drive can be mounted there with mount --bind)"
        raise StoreError(f"{name} is a link that leads out of the film folder", cure)
    return folder
