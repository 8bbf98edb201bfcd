"""A film folder's files to one frozen production, or every problem of all of them at once."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from footage_manifest.fields import FrozenModel
from footage_manifest.film import Film
from footage_manifest.findings import Finding, ManifestError, Severity
from footage_manifest.footage import Manifest
from footage_manifest.glossary import Glossary, read_glossary
from footage_manifest.model import FILM_FILE, MANIFEST_FILE, Production
from footage_manifest.paths import inside
from footage_manifest.plain_words import explain
from footage_manifest.reading import UnreadableText, read_text
from footage_manifest.wording import Refusal, shown
from footage_manifest.yaml_source import MOST_FINDINGS, KeyPath, Place, Source, Value, dotted, read

_Root = TypeVar("_Root", Film, Manifest)

_ROOTS: dict[str, type[FrozenModel]] = {FILM_FILE: Film, MANIFEST_FILE: Manifest}
# What may stand empty, as a heading under which nothing has been written yet.
_SECTIONS = frozenset({"cuts", "people", "reels", "stills", "subtitles", "timeline", "transcription", "translation"})
_NEW = "make a film folder with 'testimonio new DIR', or name the one you mean"


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A film folder that can be used, and what deserves a look all the same."""

    production: Production
    warnings: tuple[Finding, ...] = ()


def load_production(folder: Path) -> Loaded:
    """Return what film.yaml, footage_manifest.yaml and the glossary of `folder` say.

    Only the files' own content is judged; `check.check_production` compares them with each other and with the disk. A
    missing glossary is an empty one, unless film.yaml names it. Raises ManifestError with every problem of all three.
    """
    if not folder.is_dir():
        raise ManifestError((Finding(file=FILM_FILE, what=f"there is no folder {shown(folder)}", cure=_NEW),))
    film, film_source = _part(folder, FILM_FILE, Film)
    manifest, manifest_source = _part(folder, MANIFEST_FILE, Manifest)
    glossary = _glossary(folder, film, film_source)
    findings = (*_sorted(film_source.findings), *_sorted(manifest_source.findings), *_sorted(glossary.findings))
    errors = tuple(finding for finding in findings if finding.severity is Severity.ERROR)
    if errors or film is None or manifest is None:
        raise ManifestError(errors)
    places = _places(FILM_FILE, film_source) | _places(MANIFEST_FILE, manifest_source)
    production = Production(film=film, manifest=manifest, glossary=glossary.terms, places=places)
    return Loaded(production=production, warnings=findings)


def _part(folder: Path, file: str, model: type[_Root]) -> tuple[_Root | None, Source]:
    """Return one file's model, None where it has problems, and its source, which holds all of them."""
    try:
        text = read_text(_existing(folder, file))
    except UnreadableText as error:
        finding = Finding(file=file, line=error.line, column=error.column, what=error.what, cure=error.cure)
        return None, _unusable(finding)
    except Refusal as error:
        return None, _unusable(Finding(file=file, what=error.what, cure=error.cure))
    source = _without_gaps(file, read(file, text))
    if source.value is None:
        return None, source
    try:
        made = model.model_validate(source.value)
    except ValidationError as error:
        elsewhere = {other: root for other, root in _ROOTS.items() if other != file}
        return None, _with(source, _the_first(file, list(explain(file, source, error, model, elsewhere))))
    return (None if source.findings else made), source


def _existing(folder: Path, file: str) -> Path:
    if os.path.lexists(folder / file):
        return inside(folder, file)
    short = Path(file).with_suffix(".yml").name
    cure = f"rename {short} to {file}" if (folder / short).exists() else _NEW
    raise Refusal("there is no such file in this folder", cure)


def _the_first(file: str, findings: list[Finding]) -> tuple[Finding, ...]:
    if len(findings) <= MOST_FINDINGS:
        return tuple(findings)
    rest = Finding(
        file=file, what=f"{len(findings) - MOST_FINDINGS} more problems are not listed", cure="mend these first"
    )
    return (*findings[:MOST_FINDINGS], rest)


def _unusable(finding: Finding) -> Source:
    return Source(value=None, places={}, damaged=frozenset(), findings=(finding,))


def _with(source: Source, findings: tuple[Finding, ...], damaged: frozenset[KeyPath] = frozenset()) -> Source:
    return Source(
        value=source.value,
        places=source.places,
        damaged=source.damaged | damaged,
        findings=source.findings + findings,
    )


def _without_gaps(file: str, source: Source) -> Source:
    """Return the source with empty headings as empty mappings, and a finding for every other key without a value."""
    if source.value is None:
        return source
    value: dict[str, Value] = {
        key: {} if inner is None and key in _SECTIONS else inner for key, inner in source.value.items()
    }
    gaps = tuple(path for path in _gaps(value) if path not in source.damaged)
    findings = tuple(_gap(file, source, path) for path in gaps)
    filled = Source(value=value, places=source.places, damaged=source.damaged, findings=source.findings)
    return _with(filled, findings, frozenset(gaps))


def _gap(file: str, source: Source, path: KeyPath) -> Finding:
    line, column = source.places.get(path, (None, None))
    return Finding(
        file=file,
        line=line,
        column=column,
        field=dotted(path),
        what="has no value",
        cure="write one, or take the line out",
    )


def _gaps(value: Value) -> list[KeyPath]:
    """Return the paths of everything that was left without a value. Nesting is bounded by the YAML reader."""
    if isinstance(value, dict | list):
        steps = value.items() if isinstance(value, dict) else enumerate(value)
        return [(step, *rest) for step, inner in steps for rest in _gaps(inner)]
    return [()] if value is None else []


def _glossary(folder: Path, film: Film | None, source: Source) -> Glossary:
    """Return the glossary that film.yaml names, or the usual one; read even where film.yaml has problems of its own."""
    named = source.value.get("glossary") if source.value else None
    file = film.glossary if film else str(named or Film.model_fields["glossary"].default)
    if named is None and not (folder / file).exists():
        return Glossary()
    try:
        text = read_text(inside(folder, file))
    except UnreadableText as error:
        return Glossary(
            findings=(Finding(file=file, line=error.line, column=error.column, what=error.what, cure=error.cure),)
        )
    except Refusal as error:
        line, column = source.places.get(("glossary",), (None, None))
        finding = Finding(file=FILM_FILE, line=line, column=column, field="glossary", what=error.what, cure=error.cure)
        said = any(other.field == "glossary" for other in source.findings)
        return Glossary(findings=() if said else (finding,))
    return read_glossary(file, text, film.languages if film else ())


def _sorted(findings: tuple[Finding, ...]) -> list[Finding]:
    return sorted(findings, key=lambda finding: (finding.line or 0, finding.column or 0))


def _places(file: str, source: Source) -> dict[str, Place]:
    return {f"{file}#{'.'.join(str(step) for step in path)}": place for path, place in source.places.items() if path}
