"""deliver: a cut's folder, put together beside its place and swapped in whole."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

from pipeline.assembly.captions import CutCaptions
from pipeline.assembly.edits import ReadyCut
from pipeline.assembly.options import CutOutcome
from pipeline.assembly.render import CLEAN, Rendered
from pipeline.assembly.site import Site
from pipeline.durable import storage_errors, sync_file
from pipeline.tools.delivery_folder import SUMS, staging_folder, swap_in, verify_sums, write_sums
from subtitles.formats.srt import write_srt
from subtitles.formats.vtt import write_vtt

FOLDER = "deliverables"


def publish(
    site: Site, ready: ReadyCut, rendered: Rendered, subtitles: CutCaptions, report: Mapping[str, object]
) -> CutOutcome:
    """Put a cut's deliverables in place, whole or not at all, and return what lies where.

    A folder that is there, whole and the same is left as it is. Raises StoreError.
    """
    final = site.folder / FOLDER / ready.name
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
        swap_in(staging, final)
    return CutOutcome(
        cut=ready.name,
        folder=f"{FOLDER}/{ready.name}",
        files=names,
        left_out=left_out(ready, subtitles),
        unchanged=unchanged,
    )


def left_out(ready: ReadyCut, subtitles: CutCaptions) -> tuple[str, ...]:
    """Return one line for each file that is not delivered because nobody has translated what it needs (rule 20)."""
    lines = []
    for language, reels in subtitles.missing.items():
        names = [f"{ready.name}.{language}.srt", f"{ready.name}.{language}.vtt"]
        names += [f"{ready.name}.burn-{burned}.mp4" for burned in ready.cut.burn_in if language in burned.split("+")]
        why = f"{', '.join(reels)} is not translated into {language}"
        lines.append(f"left out: {', '.join(names)}: {why}")
    if not subtitles.languages and not subtitles.missing:
        lines.append("left out: subtitles: nobody with subtitles is heard in this cut")
    return tuple(lines)


def _texts(name: str, subtitles: CutCaptions) -> dict[str, bytes]:
    files = {}
    for language, one in subtitles.languages.items():
        files[f"{name}.{language}.srt"] = write_srt(one.cues, file=f"{name}.{language}.srt")
        files[f"{name}.{language}.vtt"] = write_vtt(one.cues, language=language)
    for (first, second), cues in subtitles.stacked.items():
        files[f"{name}.{first}+{second}.srt"] = write_srt(cues, file=f"{name}.{first}+{second}.srt")
    return files


def _same(staging: Path, final: Path) -> bool:
    sums = final / SUMS
    return sums.is_file() and sums.read_bytes() == (staging / SUMS).read_bytes() and not verify_sums(final)
