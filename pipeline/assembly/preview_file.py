"""The preview of a cut: the machine's own file, which goes when the cut may not be shown any more.

Beside it lies who is in it, in the words of report.json, so that a later withdrawal finds it.
"""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

from pipeline.assembly.edits import ReadyCut, clips_of
from pipeline.assembly.own_folder import own_folder
from pipeline.assembly.site import Site
from pipeline.durable import move_whole, storage_errors, write_whole
from pipeline.timeline.model import MediaKind

FOLDER = ".testimonio/preview"


def place_preview(site: Site, ready: ReadyCut, named: Sequence[str], made: Path) -> Path:
    """Put a made preview of a cut in its place and return where it lies; `named` are the people it names, by key.

    Raises StoreError.
    """
    folder = own_folder(site.folder, FOLDER)
    path = folder / f"{ready.name}.mp4"
    clips = [clip for narration in (None, *ready.laid) for _, clip in clips_of(ready.timeline_with(narration))]
    media = sorted({clip.key for clip in clips if clip.kind in {MediaKind.REEL, MediaKind.STILL}})
    said = {"audience": ready.cut.audience, "media": media, "named": list(named)}
    with storage_errors(f"writing the preview of {ready.name}"):
        folder.mkdir(exist_ok=True)
        path.unlink(missing_ok=True)  # a preview never lies beside what is said of another
        write_whole(path.with_suffix(".json"), (json.dumps(said, indent=2) + "\n").encode())
        unfinished = folder / f".{ready.name}.mp4.new"
        shutil.copyfile(made, unfinished)
        move_whole(unfinished, path)
    return path


def remove_preview(site: Site, cut: str) -> None:
    """Remove the preview of a cut that is refused for want of consent, and say so; nothing where there is none.

    Raises StoreError where it cannot be removed.
    """
    if site.options.dry_run:
        return
    path = own_folder(site.folder, FOLDER) / f"{cut}.mp4"
    with storage_errors(f"removing the preview of {cut}"):
        found = path.is_file()
        for one in (path, path.with_suffix(".json")):
            one.unlink(missing_ok=True)
    if found:
        site.progress.note(f"{FOLDER}/{cut}.mp4 was removed: the cut may not be shown as it is")
