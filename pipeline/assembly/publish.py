"""deliver: a cut's folder, put together beside its place and swapped in whole; the delivery before it is kept in `v<n>`."""

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from footage_manifest.subtitle_tracks import SubtitleKind, burned_in
from pipeline.assembly.captions import pairs, untranslated
from pipeline.assembly.edits import ReadyCut
from pipeline.assembly.options import CutOutcome
from pipeline.assembly.outputs import Output, Version, sidecar
from pipeline.assembly.own_folder import own_folder
from pipeline.assembly.render import Captions, Made
from pipeline.assembly.site import Site
from pipeline.durable import storage_errors, sync_file
from pipeline.tools.delivery_folder import (
    SUMS,
    earlier,
    keep_previous,
    listed_sums,
    set_aside_changed,
    staging_folder,
    swap_in,
    verify_sums,
    write_sums,
)
from subtitles.formats.srt import write_srt
from subtitles.formats.vtt import write_vtt

FOLDER = "deliverables"
REPORT = "report.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What is to lie in a cut's folder: films by name, texts by name, and what the report says."""

    films: Mapping[str, Made]
    texts: Mapping[str, bytes]
    report: Mapping[str, object]
    number: int
    left_out: tuple[str, ...]


def number_now(site: Site, ready: ReadyCut) -> int:
    """Return the number of the delivery that lies in a cut's folder; 0 where none does."""
    final = own_folder(site.folder, f"{FOLDER}/{ready.name}")
    if not listed_sums(final):
        return 0
    said = _reported(final).get("version")
    return max(said if isinstance(said, int) else 0, max(earlier(final), default=0) + 1)


def next_number(site: Site, ready: ReadyCut, films: Mapping[str, Made], texts: Mapping[str, bytes]) -> int:
    """Return the number of a delivery with these films and texts: that of the one in place if it holds the same.

    The report, and review copies, which carry the number, do not count.
    """
    final = own_folder(site.folder, f"{FOLDER}/{ready.name}")
    new = {name: made.file.digest for name, made in films.items()}
    new.update((name, hashlib.sha256(content).hexdigest()) for name, content in texts.items())
    stamped = _reported(final).get("stamped", [])
    uncounted = {REPORT, *(stamped if isinstance(stamped, list) else [])}
    old = {name: digest for name, digest in listed_sums(final).items() if name not in uncounted}
    if old == new:
        return number_now(site, ready)
    return max(number_now(site, ready), max(earlier(final), default=0)) + 1


def publish(site: Site, ready: ReadyCut, delivery: Delivery) -> CutOutcome:
    """Put a cut's deliverables in place, whole or not at all, and return what lies where.

    A folder that is there, whole and the same is left as it is. One of a lower number is kept in `v<number>` of the new
    one. Raises StoreError.
    """
    final = own_folder(site.folder, f"{FOLDER}/{ready.name}")
    staging = staging_folder(final)
    _fill(site, ready, delivery, staging)
    write_sums(staging)
    names = tuple(sorted(path.name for path in staging.iterdir()))
    unchanged, previous = _same(staging, final), ""
    if unchanged:
        shutil.rmtree(staging)
    else:
        number = number_now(site, ready)
        if 0 < number < delivery.number:
            previous = f"{FOLDER}/{ready.name}/v{number}"
            keep_previous(staging, final, number)
        for kept in set_aside_changed(final):
            site.progress.note(
                f"{FOLDER}/{ready.name}/{kept} was changed by hand since it was made, and is kept under this name"
            )
        swap_in(staging, final)
    return CutOutcome(
        cut=ready.name,
        folder=f"{FOLDER}/{ready.name}",
        files=names,
        left_out=delivery.left_out,
        unchanged=unchanged,
        previous=previous,
    )


def texts(site: Site, ready: ReadyCut, versions: tuple[Version, ...], subtitles: Captions) -> dict[str, bytes]:
    """Return the subtitle files of a cut by name."""
    files: dict[str, bytes] = {}
    for version in versions:
        found = subtitles[version.narration]
        for language, one in found.languages.items():
            for kind in ready.cut.subtitles.tracks:
                cues = one.of_kind(kind)
                if cues:
                    srt, vtt = (
                        _named(site, ready, version, f"{language}{kind.suffix}.{suffix}") for suffix in ("srt", "vtt")
                    )
                    files[srt] = write_srt(cues, file=srt)
                    files[vtt] = write_vtt(cues, language=language, file=vtt)
        for pair, cues in found.stacked.items() if SubtitleKind.FULL in ready.cut.subtitles.tracks else ():
            name = _named(site, ready, version, f"{'+'.join(pair)}.srt")
            files[name] = write_srt(cues, file=name)
    return files


def left_out(site: Site, ready: ReadyCut, planned: tuple[Output, ...], subtitles: Captions) -> tuple[str, ...]:
    """Return one line for the files that are not delivered because a language is not whole, with the reason (rule 20)."""
    lines: dict[str, None] = {}
    named: set[str] = set()
    for version in dict.fromkeys(one.version for one in planned):
        found = subtitles[version.narration]
        for language, reels in found.missing.items():
            files = _files_with(language, site, ready, version)
            files += [one.file for one in planned if one.version == version and language in burned_in(one.burn_in)[0]]
            new = [name for name in dict.fromkeys(files) if name not in named]
            named.update(new)
            why = (
                untranslated(reels, language) if reels else f"nothing with subtitles in {language} is heard in this cut"
            )
            if new:
                lines[f"left out: {', '.join(new)}: {why}"] = None
        for language, one in found.languages.items():
            if not one.forced:
                lines.update(_no_forced(language, site, ready, version, planned))
    return tuple(lines)


def _no_forced(
    language: str, site: Site, ready: ReadyCut, version: Version, planned: tuple[Output, ...]
) -> dict[str, None]:
    files = [_named(site, ready, version, f"{language}.forced.{suffix}") for suffix in ("srt", "vtt")]
    asked = files if SubtitleKind.FORCED in ready.cut.subtitles.tracks else []
    burned = ((language,), SubtitleKind.FORCED)
    asked += [one.file for one in planned if one.version == version and burned_in(one.burn_in) == burned]
    why = f"all that is said in this cut is said in {language}"
    return {f"left out: {', '.join(asked)}: {why}": None} if asked else {}


def _fill(site: Site, ready: ReadyCut, delivery: Delivery, staging: Path) -> None:
    with storage_errors(f"putting {ready.name} together"):
        for name, made in delivery.films.items():
            shutil.copyfile(site.engine.path(made.file), staging / name)
        for name, content in delivery.texts.items():
            (staging / name).write_bytes(content)
        (staging / REPORT).write_text(
            json.dumps(delivery.report, ensure_ascii=False, indent=2, sort_keys=True) + "\n", encoding="utf-8"
        )
        for path in staging.iterdir():
            sync_file(path)


def _files_with(language: str, site: Site, ready: ReadyCut, version: Version) -> list[str]:
    stacked = [pair for pair in pairs(site.production.film, ready) if language in pair]
    rests = [f"{language}{kind.suffix}.{end}" for kind in ready.cut.subtitles.tracks for end in ("srt", "vtt")]
    if SubtitleKind.FULL in ready.cut.subtitles.tracks:
        rests += [f"{'+'.join(pair)}.srt" for pair in stacked]
    return [_named(site, ready, version, rest) for rest in rests]


def _named(site: Site, ready: ReadyCut, version: Version, rest: str) -> str:
    return sidecar(ready.name, version, site.production.film, rest)


def _reported(final: Path) -> dict[str, object]:
    try:
        found = json.loads((final / REPORT).read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _same(staging: Path, final: Path) -> bool:
    sums = final / SUMS
    return sums.is_file() and sums.read_bytes() == (staging / SUMS).read_bytes() and not verify_sums(final)
