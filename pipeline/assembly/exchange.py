"""Subtitles to translators and back: what is sent of a reel, and what came back merged into people's files."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from footage_manifest import consent
from footage_manifest.fields import in_language
from footage_manifest.findings import Finding, Severity
from footage_manifest.load import load_production
from footage_manifest.model import MANIFEST_FILE, Production
from footage_manifest.services import may_send
from footage_manifest.wording import choose, shown
from pipeline.assembly.exchange_files import ExchangeFormat, read_returned, write_sent
from pipeline.assembly.exchange_sides import Asked, beside, blank, languages_of, of_film, sides_of, stood_behind
from pipeline.assembly.review_desk_languages import names_of
from pipeline.assembly.track_files import Change, OpenTrack, change_track, in_file_order, open_track, require_there
from pipeline.assembly.track_names import srt_name
from pipeline.errors import ConsentError, PipelineError, UsageError
from subtitles.errors import SubtitleError
from subtitles.exchange.after import state_after
from subtitles.exchange.back import Brought, Rules, bring_back
from subtitles.exchange.model import (
    ExchangeFile,
    ExchangeUnit,
    ReturnedFile,
    Trace,
    UnitStatus,
    error,
    target_hash,
)
from subtitles.exchange.units import Sides, units_of
from subtitles.style import STYLES, SubtitleStyle


class Only(StrEnum):
    """Which subtitles are sent: those whose source changed, those no person has touched yet, or all."""

    STALE = "stale"
    DRAFT = "draft"
    ALL = "all"


_WANTED = {
    Only.STALE: frozenset((UnitStatus.STALE, UnitStatus.CONFLICT)),
    Only.DRAFT: frozenset((UnitStatus.DRAFT, UnitStatus.UNTRANSLATED)),
    Only.ALL: frozenset(UnitStatus),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOptions:
    """What is to be sent. `language` is what is translated into, `source` what stands beside it; None: the obvious one."""

    folder: Path
    reel: str
    to: ExchangeFormat
    language: str | None = None
    source: str | None = None
    out: Path | None = None
    only: Only = Only.ALL
    separator: str = ","
    replace: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What was sent: `file` is None where there was nothing of that kind; `counts` are the units by status.

    `findings` say why the file is better not passed on to others, where that is so.
    """

    file: Path | None
    reel: str
    source_language: str
    target_language: str
    counts: dict[UnitStatus, int]
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """What came back. `at` is the date and time, as ISO 8601 writes it, that remarks get; `encoding` that of CSV files."""

    folder: Path
    files: tuple[Path, ...]
    at: str
    dry_run: bool = False
    approve_final: bool = False
    encoding: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What came of one file. Counts are of subtitles; `track` is the film's file, empty where the whole was refused.

    `written` says that the film's files changed; in a dry run it says that they would.
    """

    file: str
    track: str = ""
    taken: int = 0
    conflicts: int = 0
    approved: int = 0
    unchanged: int = 0
    empty: int = 0
    remarks: int = 0
    written: bool = False
    findings: tuple[Finding, ...] = ()


def export(options: ExportOptions) -> Exported:
    """Write a reel's subtitles for a translator, side by side with what they translate.

    Raises ManifestError where the film cannot be read, UsageError for a reel or language that there is not, a name that is
    taken, SubtitleError where subtitles are missing or cannot be read, ConsentError where someone in it has withdrawn.
    """
    production = load_production(options.folder).production
    _require_reel(production, options.reel)
    _clear(production, options.reel)
    asked = Asked(folder=options.folder, reel=options.reel, language=options.language, source=options.source)
    target, source = languages_of(production, asked)
    sides = sides_of(options.folder, options.reel, target, source)
    found = units_of(sides, _style(production), production.glossary)
    chosen = tuple(unit for unit in found if unit.status in _WANTED[options.only])
    counts = {status: sum(unit.status is status for unit in chosen) for status in UnitStatus}
    path = options.out or Path(_name(options, target))
    if chosen:
        sent = ExchangeFile(
            film=in_language(production.film.title, target),
            reel=options.reel,
            source_language=source,
            target_language=target,
            units=chosen,
            language_names=(_called(source), _called(target)),
        )
        write_sent(path, options.to, sent, separator=options.separator, replace=options.replace)
    return Exported(
        file=path if chosen else None,
        reel=options.reel,
        source_language=source,
        target_language=target,
        counts=counts,
        findings=_not_for_others(production, options.reel) if chosen else (),
    )


def bring_in(options: ImportOptions) -> tuple[Imported, ...]:
    """Merge what translators sent back into the film's files, one file after the other, and return what came of each.

    A file that is refused has the reasons among its findings, and the others go on. Raises ManifestError where the film
    cannot be read.
    """
    production = load_production(options.folder).production
    return tuple(_one(production, path, options) for path in options.files)


def _one(production: Production, path: Path, options: ImportOptions) -> Imported:
    try:
        returned = read_returned(path, options.encoding)
        _require_ours(production, returned)
        _clear(production, returned.reel)
        return _merged(production, returned, options)
    except SubtitleError as problem:
        return Imported(file=path.name, findings=problem.findings)
    except PipelineError as problem:
        findings = getattr(problem, "findings", ()) or (error(path.name, str(problem)),)
        return Imported(file=path.name, findings=tuple(findings))


def _merged(production: Production, returned: ReturnedFile, options: ImportOptions) -> Imported:
    """Return what came of a file that is the film's own."""
    language = of_film(production, returned, returned.target_language)
    source = of_film(production, returned, returned.source_language)
    rules = Rules(style=_style(production), rate=production.film.timeline.rate)
    seen: list[tuple[Brought, bool]] = []

    def change(track: OpenTrack) -> Change:
        require_there(track)
        sides = beside(track, source)
        _require_known(production, returned, sides, rules.style)
        known = track.known(None if sides.source is None else source)
        brought = bring_back(returned, sides, rules, held=stood_behind(track), reel=returned.reel)
        state = state_after(known, brought, came_from=returned.file, at=options.at, approve_final=options.approve_final)
        same = not brought.merged.changed and state == known
        seen.append((brought, not same))
        if same:
            return Change(cues=track.aligned.plain(), state=track.state or known)
        return Change(cues=in_file_order(track, brought.merged.cues), state=state)

    found = open_track(options.folder, returned.reel, language) or blank(options.folder, returned.reel, language)
    change(found)
    if seen[-1][1] and not options.dry_run:
        change_track(options.folder, returned.reel, language, change)
    return _said(returned, srt_name(returned.reel, language), *seen[-1], approve_final=options.approve_final)


def _said(returned: ReturnedFile, track: str, brought: Brought, written: bool, *, approve_final: bool) -> Imported:  # noqa: FBT001
    return Imported(
        file=returned.file,
        track=track,
        taken=len(brought.taken),
        conflicts=len(brought.merged.conflicts),
        approved=len(brought.final) if approve_final else 0,
        unchanged=brought.unchanged,
        empty=brought.empty,
        remarks=len(brought.comments),
        written=written,
        findings=brought.findings,
    )


def _require_reel(production: Production, reel: str) -> None:
    if reel not in production.manifest.reels:
        raise UsageError(f"there is no reel {shown(reel)}", choose(reel, production.manifest.reels))


def _require_ours(production: Production, returned: ReturnedFile) -> None:
    if returned.reel not in production.manifest.reels:
        film, ours = (
            returned.film or "an unnamed film",
            in_language(production.film.title, production.film.languages[0]),
        )
        what = f"it is of reel {shown(returned.reel)} in {shown(film)}, and {shown(ours)} has no such reel"
        raise SubtitleError([error(returned.file, what, "take it into the film that it was made for")])


def _require_known(production: Production, returned: ReturnedFile, sides: Sides, style: SubtitleStyle) -> None:
    """Refuse a file of another film. A film that was renamed since is known by its subtitles: half of them at least."""
    title = production.film.title
    titles = {title} if isinstance(title, str) else set(title.values())
    if returned.film in titles:
        return
    units = {unit.id: unit for unit in units_of(sides, style)}
    known = sum(_is_of(row.trace, units[row.id]) for row in returned.units if row.id in units)
    if known * 2 >= len(returned.units) > 0:
        return
    ours = in_language(title, production.film.languages[0])
    said = shown(returned.film) if returned.film else "another one"
    what = f"it was made for the film {said}, and this one is {shown(ours)}"
    raise SubtitleError([error(returned.file, what, "take it into the film that it was made for")])


def _is_of(trace: Trace | None, unit: ExchangeUnit) -> bool:
    """Return whether a row was sent from this film, as far as can be seen; one without a trace is, where its id is known."""
    return trace is None or trace.source == unit.source_hash or trace.target == target_hash(unit.target)


def _clear(production: Production, reel: str) -> None:
    """Refuse to send or take words of somebody who has withdrawn (rule 22)."""
    people = production.manifest.reels[reel].people or ()
    decided = [consent.may_process(person, production.manifest.people.get(person)) for person in people]
    refused = [one for one in decided if not one.allowed]
    if refused:
        field = f"reels.{reel}"
        raise ConsentError(
            [Finding(file=MANIFEST_FILE, field=field, what=one.reason, cure=one.cure) for one in refused]
        )


def _not_for_others(production: Production, reel: str) -> tuple[Finding, ...]:
    """Return a warning where what is said in a reel may not leave this machine by itself: the file itself may be made."""
    today = dt.date.today()  # noqa: DTZ011 - consent is given for days where the film is made
    decision = may_send(production.manifest, reel, today)
    if decision.allowed:
        return ()
    what = f"whoever gets this file reads what is said, and {decision.reason}"
    cure = "give it only to someone whom the people filmed and those responsible trust with it"
    return (Finding(severity=Severity.WARNING, file=MANIFEST_FILE, field=f"reels.{reel}", what=what, cure=cure),)


def _style(production: Production) -> SubtitleStyle:
    name = production.film.subtitles.style
    if name not in STYLES:
        raise UsageError(f"there are no subtitle rules {shown(name)}", choose(name, STYLES))
    return STYLES[name]


def _called(language: str) -> str:
    """Return what a language is called in Spanish and English."""
    return " · ".join(dict.fromkeys(names_of(language).values()))


def _name(options: ExportOptions, language: str) -> str:
    part = "" if options.only is Only.ALL else f".{options.only.value}"
    return f"{options.reel}.{language}{part}{options.to.suffix}"
