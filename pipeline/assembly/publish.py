"""deliver: a cut's folder, put together beside its place and swapped in whole."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

from footage_manifest.model import Film
from pipeline.assembly.captions import CutCaptions, pairs, untranslated
from pipeline.assembly.edits import ReadyCut
from pipeline.assembly.options import CutOutcome
from pipeline.assembly.render import CLEAN, Rendered
from pipeline.assembly.site import Site, own_folder
from pipeline.durable import storage_errors, sync_file
from pipeline.tools.delivery_folder import SUMS, set_aside_changed, staging_folder, swap_in, verify_sums, write_sums
from subtitles.formats.srt import write_srt
from subtitles.formats.vtt import write_vtt

FOLDER = "deliverables"


def publish(
    site: Site, ready: ReadyCut, rendered: Rendered, subtitles: CutCaptions, report: Mapping[str, object]
) -> CutOutcome:
    """Put a cut's deliverables in place, whole or not at all, and return what lies where.

    A folder that is there, whole and the same is left as it is. Raises StoreError.
    """
    final = own_folder(site.folder, f"{FOLDER}/{ready.name}")
    staging = staging_folder(final)
    with storage_errors(f"putting {ready.name} together"):
        files = _texts(ready.name, subtitles)
        for version, muxed in rendered.versions.items():
            name = f"{ready.name}.mp4" if version == CLEAN else f"{ready.name}.burn-{version}.mp4"
            shutil.copyfile(site.engine.path(muxed.file), staging / name)
        for name, content in files.items():
            (staging / name).write_bytes(content)
        (staging / "report.json").write_text(
            json.dumps(report, ensure_ascii=False, indent=2, sort_keys=True) + "\n", encoding="utf-8"
        )
        for path in staging.iterdir():
            sync_file(path)
    write_sums(staging)
    names = tuple(sorted(path.name for path in staging.iterdir()))
    unchanged = _same(staging, final)
    if unchanged:
        shutil.rmtree(staging)
    else:
        for kept in set_aside_changed(final):
            site.progress.note(
                f"{FOLDER}/{ready.name}/{kept} was changed by hand since it was made, and is kept under this name"
            )
        swap_in(staging, final)
    return CutOutcome(
        cut=ready.name,
        folder=f"{FOLDER}/{ready.name}",
        files=names,
        left_out=left_out(site.production.film, ready, subtitles),
        unchanged=unchanged,
    )


def left_out(film: Film, ready: ReadyCut, subtitles: CutCaptions) -> tuple[str, ...]:
    """Return one line for the files that are not delivered because a language is not whole, with the reason (rule 20)."""
    lines = []
    named: set[str] = set()
    for language, reels in subtitles.missing.items():
        files = [name for name in _files_with(language, film, ready) if name not in named]
        named.update(files)
        why = untranslated(reels, language) if reels else f"nothing with subtitles in {language} is heard in this cut"
        lines.append(f"left out: {', '.join(files)}: {why}")
    return tuple(lines)


def _files_with(language: str, film: Film, ready: ReadyCut) -> list[str]:
    name = ready.name
    stacked = [f"{name}.{'+'.join(pair)}.srt" for pair in pairs(film, ready) if language in pair]
    burned = [f"{name}.burn-{version}.mp4" for version in ready.cut.burn_in if language in version.split("+")]
    return [f"{name}.{language}.srt", f"{name}.{language}.vtt", *stacked, *burned]


def _texts(name: str, subtitles: CutCaptions) -> dict[str, bytes]:
    files = {}
    for language, one in subtitles.languages.items():
        files[f"{name}.{language}.srt"] = write_srt(one.cues, file=f"{name}.{language}.srt")
        files[f"{name}.{language}.vtt"] = write_vtt(one.cues, language=language, file=f"{name}.{language}.vtt")
    for (first, second), cues in subtitles.stacked.items():
        files[f"{name}.{first}+{second}.srt"] = write_srt(cues, file=f"{name}.{first}+{second}.srt")
    return files


def _same(staging: Path, final: Path) -> bool:
    sums = final / SUMS
    return sums.is_file() and sums.read_bytes() == (staging / SUMS).read_bytes() and not verify_sums(final)
