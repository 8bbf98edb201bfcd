"""`testimonio subtitles repair`: safe repairs of files and films, shown first and made only where that is asked for."""

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from footage_manifest.findings import Finding
from footage_manifest.load import load_production
from footage_manifest.model import Production
from pipeline.assembly.handover import Track, read_track, srt_name
from pipeline.assembly.known_reels import KnownReel, stored
from pipeline.assembly.people_files import content_of, write_new
from pipeline.assembly.subtitle_check import (
    UNKNOWN_LANGUAGE,
    CheckOptions,
    film_rules,
    rule_set,
    spoken_keys,
    widths_for,
)
from pipeline.assembly.subtitle_files import language_in
from pipeline.assembly.track_files import Change, OpenTrack, change_track
from pipeline.durable import storage_errors, write_whole
from pipeline.errors import StoreError, UsageError
from pipeline.ports.work import Progress
from subtitles.cue import Cue
from subtitles.errors import SubtitleError
from subtitles.formats import srt, vtt
from subtitles.formats.any import SubtitleFormat, format_of
from subtitles.quality import Fault, Surroundings
from subtitles.repair import Repair, Repaired, repair
from subtitles.style import SubtitleStyle

BACKUP = ".bak"
_BESIDE = ".repaired"


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairOptions:
    """Which rules are repaired (none named: all), and what is done: nothing but shown, or written.

    A bare file is written beside itself, or with `in_place` over itself, and what it was is kept as `FILE.bak`.
    """

    check: CheckOptions
    only: tuple[Fault, ...] = ()
    apply: bool = False
    in_place: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One repair in a file, on the line of the cue's times."""

    line: int | None
    repair: Repair


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairedFile:
    """One file: its repairs in the order in which they are made, and where they were written, "" where they were not.

    `problem` says why the file was not looked at.
    """

    file: str
    repairs: tuple[Shown, ...] = ()
    written: str = ""
    problem: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rules:
    """What one track is held against."""

    language: str
    style: SubtitleStyle
    rate: Fraction
    known: Surroundings
    only: tuple[Fault, ...]

    def repaired(self, cues: Sequence[Cue]) -> Repaired:
        """Return the cues as they would be."""
        return repair(cues, language=self.language, style=self.style, rate=self.rate, known=self.known, only=self.only)


def repair_file(path: Path, options: RepairOptions) -> RepairedFile:
    """Return the repairs of an SRT or WebVTT file, made where that is asked for.

    Everything in the file that is not repaired keeps its bytes. Raises UsageError for unknown rules, StoreError where it
    cannot be written or was changed meanwhile.
    """
    name, style = str(path), rule_set(options.check.rules or "ours")
    try:
        content = content_of(path)
        document = _document(content, name, options.check.encoding)
    except SubtitleError as error:
        return RepairedFile(file=name, problem=error.findings)
    named = document.language if isinstance(document, vtt.VttDocument) else None
    rules = _Rules(
        language=options.check.language or named or language_in(path, ()) or UNKNOWN_LANGUAGE,
        style=style,
        rate=options.check.rate,
        known=Surroundings(widths=widths_for(style)),
        only=options.only,
    )
    done = rules.repaired(document.cues)
    shown = tuple(Shown(line=document.entries[one.position].line, repair=one) for one in done.repairs)
    if not (options.apply and shown):
        return RepairedFile(file=name, repairs=shown)
    try:
        repaired = _written(document, done.cues)
    except SubtitleError as error:
        return RepairedFile(file=name, repairs=shown, problem=error.findings)
    return RepairedFile(file=name, repairs=shown, written=_put(path, content, repaired, in_place=options.in_place))


def repair_film(folder: Path, options: RepairOptions, progress: Progress) -> tuple[RepairedFile, ...]:
    """Return the repairs of every track of the film in `folder`, made where that is asked for.

    A repaired cue counts as edited by whoever asked, even one that was approved. Raises ManifestError where the film cannot
    be loaded, UsageError for unknown rules, and StoreError and BusyError as `change_track`.
    """
    production = load_production(folder).production
    film_rules(production, options.check)
    keys = spoken_keys(production, progress)
    known = stored(folder, production, keys, progress)
    found: list[RepairedFile] = []
    for key in keys:
        for language in production.film.languages:
            file = srt_name(key, language)
            try:
                track = read_track(folder, key, language)
                if track is not None:
                    rules = _film_rules(production, language, known.get(key, KnownReel()), options)
                    found.append(_track(folder, key, track, rules, apply=options.apply))
            except SubtitleError as error:
                found.append(RepairedFile(file=file, problem=error.findings))
    return tuple(found)


def _film_rules(production: Production, language: str, known: KnownReel, options: RepairOptions) -> _Rules:
    style = film_rules(production, options.check)
    return _Rules(
        language=language,
        style=style,
        rate=production.film.timeline.rate,
        known=Surroundings(shots_ms=known.shots_ms, words=known.words, widths=widths_for(style)),
        only=options.only,
    )


def _track(folder: Path, key: str, track: Track, rules: _Rules, *, apply: bool) -> RepairedFile:
    lines = {one.id: one.line for one in track.aligned.cues}
    if not apply:
        return RepairedFile(file=track.file, repairs=_shown(rules.repaired(track.cues), lines))
    made: list[Repaired] = []

    def change(opened: OpenTrack) -> Change:
        # Called again on what a person saves meanwhile: what was repaired last is what is told.
        in_time = sorted(opened.aligned.plain(), key=lambda cue: (cue.start_ms, cue.end_ms))
        done = rules.repaired(in_time)
        made.append(done)
        by_id = {cue.id: cue for cue in done.cues}
        cues = tuple(by_id[cue.id] for cue in opened.aligned.plain())
        return Change(cues=cues, state=opened.known(track.source_language))

    change_track(folder, key, track.language, change)
    shown = _shown(made[-1], lines)
    return RepairedFile(file=track.file, repairs=shown, written=track.file if shown else "")


def _shown(done: Repaired, lines: dict[str, int | None]) -> tuple[Shown, ...]:
    return tuple(Shown(line=lines.get(one.before.id), repair=one) for one in done.repairs)


# ------------------------------------------------------------------------------------------------------------ bare files


def _document(content: bytes, name: str, encoding: str | None) -> srt.SrtDocument | vtt.VttDocument:
    """Return a file that can be written back as it was. Raises SubtitleError for other formats, by name."""
    kind = format_of(name, content)
    if kind is SubtitleFormat.SRT:
        return srt.read_srt(content, file=name, encoding=encoding)
    if kind is SubtitleFormat.VTT:
        return vtt.read_document(content, file=name, encoding=encoding)
    what = f"{kind.value.upper()} files are not repaired: what else is in them would be lost"
    cure = f"convert it to SRT or WebVTT first: testimonio subtitles convert {name} {Path(name).stem}.srt"
    raise SubtitleError((Finding(file=name, what=what, cure=cure),))


def _written(document: srt.SrtDocument | vtt.VttDocument, cues: Sequence[Cue]) -> bytes:
    if isinstance(document, srt.SrtDocument):
        entries = tuple(entry.changed(cue, document.newline) for entry, cue in zip(document.entries, cues, strict=True))
        return srt.write_document(replace(document, entries=entries))
    in_vtt = tuple(entry.changed(cue, document.newline) for entry, cue in zip(document.entries, cues, strict=True))
    return vtt.write_document(replace(document, entries=in_vtt))


def _put(path: Path, before: bytes, content: bytes, *, in_place: bool) -> str:
    """Write a repaired file and return its name. Nothing that is there is written over, but with `in_place` the file."""
    target = path if in_place else path.with_name(f"{path.stem}{_BESIDE}{path.suffix}")
    kept = path.with_name(path.name + BACKUP)
    new = kept if in_place else target
    _create(new, before if in_place else content)
    if not in_place:
        return str(target)
    try:
        _require_unchanged(path, before)
        with storage_errors(f"writing {path.name}"):
            write_whole(path, content)
    except BaseException:
        with suppress(SubtitleError):
            if content_of(path) != content:  # else what it was is nowhere but in the copy
                kept.unlink(missing_ok=True)
        raise
    return str(target)


def _require_unchanged(path: Path, before: bytes) -> None:
    if content_of(path) != before:
        raise StoreError(f"{path} was changed meanwhile, and is left as it is", "repair it again")


def _create(path: Path, content: bytes) -> None:
    """Write a file that is not there yet, whole or not at all. Raises UsageError where it is, StoreError."""
    if not os.path.lexists(path):
        write_new(path, content, partial=path.parent)
        if content_of(path) == content:
            return
    raise UsageError(f"{path} is there already", "rename it or take it away")
