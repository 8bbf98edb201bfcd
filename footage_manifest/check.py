"""What a film's two files say of each other and of the disk: every mismatch, each with its place."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from footage_manifest.check_graphics import check_graphics
from footage_manifest.consent import AUDIENCES
from footage_manifest.files import check_files
from footage_manifest.findings import Finding, Severity
from footage_manifest.model import (
    FILM_FILE,
    MANIFEST_FILE,
    Consent,
    ConsentStatus,
    Production,
    Reel,
    ReelKind,
)
from footage_manifest.not_built import edit_not_built, not_built, paper_among_others
from footage_manifest.services import check_services
from footage_manifest.subtitle_tracks import burned_in
from footage_manifest.timecode import Clock, TimecodeError
from footage_manifest.wording import choose, listed, shown

__all__ = ["check_files", "check_production", "check_references", "not_built"]

_SPOKEN = frozenset({ReelKind.INTERVIEW, ReelKind.NARRATION})


def check_production(folder: Path, production: Production) -> tuple[Finding, ...]:
    """Return everything that does not fit together in a loaded film: errors, then warnings, then notes, each by place.

    Only errors stop a run. What a single cut needs and cannot be made yet is for `not_built.not_built` to say.
    """
    found = (*check_references(production), *check_files(folder, production))
    ranks = list(Severity)
    return tuple(sorted(found, key=lambda one: (ranks.index(one.severity), one.file, one.line or 0, one.column or 0)))


def check_references(production: Production) -> tuple[Finding, ...]:
    """Return what does not fit together in the files themselves; the disk is not looked at."""
    return (
        *check_services(production),
        *_cuts(production),
        *_consents(production),
        *_people(production),
        *_voices(production),
        *_languages(production),
        *_labels(production),
        *_keys(production),
        *_aliases(production),
        *check_graphics(production),
    )


def _audiences(production: Production) -> tuple[str, ...]:
    return (*AUDIENCES, *production.film.audiences)


def _cuts(production: Production) -> Iterator[Finding]:
    known = _audiences(production)
    if not production.film.cuts:
        cure = "add one, such as 'forum: {source: cuts/forum.edl, audience: forum}'"
        yield production.finding(FILM_FILE, "cuts", "the film has no cut yet", cure, Severity.NOTE)
    for name, cut in production.film.cuts.items():
        field = f"cuts.{name}"
        if cut.audience not in known:
            what = f"there is no audience {shown(cut.audience)}"
            cure = f"{choose(cut.audience, known)} (or add it to audiences in {FILM_FILE})"
            yield production.finding(FILM_FILE, f"{field}.audience", what, cure)
        for number, source in enumerate(cut.source):
            trouble = edit_not_built(source)
            if trouble is not None:
                yield production.finding(FILM_FILE, f"{field}.source.{number}", *trouble)
        beside = paper_among_others(cut.source)
        if beside is not None:
            yield production.finding(FILM_FILE, f"{field}.source.{beside[0]}", beside[1], beside[2])


def _consents(production: Production) -> Iterator[Finding]:
    for key, person in production.manifest.people.items():
        field = f"people.{key}"
        if person.consent is None:
            what = f"{key} has no consent record, which counts as pending"
            cure = "record what the person agreed to: 'consent: {status: granted, uses: [forum]}'"
            yield production.finding(MANIFEST_FILE, field, what, cure, Severity.WARNING)
            continue
        yield from _uses(production, f"{field}.consent", person.consent)


def _uses(production: Production, field: str, consent: Consent) -> Iterator[Finding]:
    known = _audiences(production)
    for number, use in enumerate(consent.uses):
        if use not in known:
            cure = f"{choose(use, known)} (or add it to audiences in {FILM_FILE})"
            yield production.finding(MANIFEST_FILE, f"{field}.uses.{number}", f"there is no use {shown(use)}", cure)
    if not consent.uses and consent.status is ConsentStatus.RESTRICTED:
        what = "a restricted consent must name the uses that it permits"
        yield production.finding(MANIFEST_FILE, field, what, f"add 'uses: [...]': {listed(known, 'or')}")
    if not consent.uses and consent.status is ConsentStatus.GRANTED:
        what = "this consent names no use, so it permits none"
        cure = f"add 'uses: [...]': {listed(known, 'or')}"
        yield production.finding(MANIFEST_FILE, field, what, cure, Severity.WARNING)


def _people(production: Production) -> Iterator[Finding]:
    for key, reel in production.manifest.reels.items():
        yield from _known_people(production, f"reels.{key}", reel.people)
        yield from _declared(production, key, reel)
    for key, still in production.manifest.stills.items():
        yield from _known_people(production, f"stills.{key}", still.people)
        if still.people is None:
            yield _undeclared(production, f"stills.{key}")


def _voices(production: Production) -> Iterator[Finding]:
    """Find voice samples of reels that there are not, or in which the person is not."""
    reels = production.manifest.reels
    for key, person in production.manifest.people.items():
        sample, field = person.voice, f"people.{key}.voice.reel"
        if sample is None:
            continue
        if sample.reel not in reels:
            what = f"there is no reel {shown(sample.reel)}"
            yield production.finding(MANIFEST_FILE, field, what, choose(sample.reel, reels))
        elif key not in (reels[sample.reel].people or ()):
            what = f"{shown(key)} is not among the people of {sample.reel}"
            yield production.finding(
                MANIFEST_FILE, field, what, "name a reel in which they speak, or add them to its people"
            )


def _known_people(production: Production, field: str, people: tuple[str, ...] | None) -> Iterator[Finding]:
    known = production.manifest.people
    for number, person in enumerate(people or ()):
        if person not in known:
            what = f"{shown(person)} is not among the people of {MANIFEST_FILE}"
            cure = f"{choose(person, known)} (or add them under people)" if known else "add them under people"
            yield production.finding(MANIFEST_FILE, f"{field}.people.{number}", what, cure)


def _declared(production: Production, key: str, reel: Reel) -> Iterator[Finding]:
    field = f"reels.{key}"
    kind = f"an {reel.kind.value}" if reel.kind is ReelKind.INTERVIEW else f"a {reel.kind.value}"
    if reel.people is None and reel.kind in _SPOKEN:
        what = f"{kind} must say who is in it"
        yield production.finding(MANIFEST_FILE, field, what, "add 'people: [...]' with their keys")
    elif reel.people is None:
        yield _undeclared(production, field)
    elif not reel.people and reel.kind in _SPOKEN:
        what = f"{kind} in which no one can be recognised: no one's consent is asked for"
        cure = "name who speaks, unless that is meant"
        yield production.finding(MANIFEST_FILE, f"{field}.people", what, cure, Severity.WARNING)


def _undeclared(production: Production, field: str) -> Finding:
    what = "does not say who can be recognised in it"
    cure = "add 'people: [...]' with their keys, or 'people: []' if no one can be"
    return production.finding(MANIFEST_FILE, field, what, cure, Severity.NOTE)


def _languages(production: Production) -> Iterator[Finding]:
    for key, reel in production.manifest.reels.items():
        field = f"reels.{key}"
        for number, language in enumerate(reel.language or ()):
            yield from _known_language(production, MANIFEST_FILE, f"{field}.language.{number}", language)
        yield from _named_twice(production, f"{field}.language", reel.language or ())
        if reel.language is None and reel.kind in _SPOKEN:
            what, cure = "does not say which language is spoken; it will be detected", "add 'language: es'"
            yield production.finding(MANIFEST_FILE, field, what, cure, Severity.WARNING)
    for name, cut in production.film.cuts.items():
        for number, burnt in enumerate(cut.burn_in):
            field = f"cuts.{name}.burn_in.{number}"
            languages, _ = burned_in(burnt)
            for language in languages:
                yield from _known_language(production, FILM_FILE, field, language)
            if len(set(languages)) < len(languages):
                yield production.finding(FILM_FILE, field, f"{shown(burnt)} names one language twice", "name two")
        for version, texts in cut.versions.items():
            field = f"cuts.{name}.versions.{version}"
            yield from _known_language(production, FILM_FILE, f"{field}.text", texts.text)
            if texts.narration is not None:
                yield from _known_language(production, FILM_FILE, f"{field}.narration", texts.narration)


def _named_twice(production: Production, field: str, languages: tuple[str, ...]) -> Iterator[Finding]:
    if len({one.partition("-")[0] for one in languages}) < len(languages):
        what = f"{listed(shown(one) for one in languages)} name one language twice"
        yield production.finding(MANIFEST_FILE, field, what, "name each language that is spoken once")


def _known_language(production: Production, file: str, field: str, language: str) -> Iterator[Finding]:
    known = production.film.languages
    if language not in known:
        what = f"{shown(language)} is not one of the film's languages ({listed(known)})"
        yield production.finding(file, field, what, f"correct it, or add it to languages in {FILM_FILE}")


def _labels(production: Production) -> Iterator[Finding]:
    """Find start timecodes that do not exist on the clock they are stated for."""
    clock = production.film.timeline.clock
    for name, cut in production.film.cuts.items():
        field = f"cuts.{name}.start"
        if cut.start is not None and cut.start.drop and not clock.drop:
            what = f"{cut.start} is a drop-frame timecode, and the timeline is not drop-frame"
            yield production.finding(FILM_FILE, field, what, "write ':' before the frames, or set drop_frame: true")
        elif cut.start is not None:
            try:
                clock.frame(cut.start)
            except TimecodeError as error:
                yield production.finding(FILM_FILE, field, str(error), "correct it")
    for key, reel in production.manifest.reels.items():
        if reel.start is not None and reel.timecode_rate is not None:
            try:
                Clock(reel.timecode_rate, reel.start.drop).frame(reel.start)
            except TimecodeError as error:
                yield production.finding(MANIFEST_FILE, f"reels.{key}.start", str(error), "correct it")


def _keys(production: Production) -> Iterator[Finding]:
    """Find keys that stand for two things, or for one thing on a disk that ignores case."""
    manifest = production.manifest
    sources = [(key, f"reels.{key}") for key in manifest.reels] + [(key, f"stills.{key}") for key in manifest.stills]
    yield from _same_keys(production, MANIFEST_FILE, sources)
    cuts = [(name, f"cuts.{name}") for name in production.film.cuts]
    yield from _same_keys(production, FILM_FILE, cuts)


def _same_keys(production: Production, file: str, keyed: Iterable[tuple[str, str]]) -> Iterator[Finding]:
    seen: dict[str, tuple[str, str]] = {}
    for key, field in keyed:
        earlier, place = seen.setdefault(key.casefold(), (key, field))
        if place == field:
            continue
        if earlier == key:
            yield production.finding(file, field, f"{key} is also the key of {place}", "give each its own key")
        else:
            what = f"{key} and {earlier} differ only in upper and lower case, which some disks ignore"
            yield production.finding(file, field, what, "rename one of them")


def _aliases(production: Production) -> Iterator[Finding]:
    """Find other names that two sources share, or that are another's key."""
    manifest = production.manifest
    named = [(f"reels.{key}", key, reel.names) for key, reel in manifest.reels.items()]
    named += [(f"stills.{key}", key, still.names) for key, still in manifest.stills.items()]
    owners: defaultdict[str, list[str]] = defaultdict(list)
    for field, key, _ in named:
        owners[key].append(field)
    for field, _, names in named:
        for number, name in enumerate(names):
            others = [owner for owner in owners[name] if owner != field]
            if others:
                what = f"the name {shown(name)} also stands for {listed(others)}"
                yield production.finding(MANIFEST_FILE, f"{field}.names.{number}", what, "let it stand for one only")
            owners[name].append(field)
