"""Whose names the cards and credits of a cut print: nobody is named there who did not agree to it (rules 21 and 22).

Messages name people by their key, as the rest of the gate does.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from footage_manifest import consent
from footage_manifest.delivery import MAIN
from footage_manifest.findings import Finding
from footage_manifest.footage import ConsentStatus, Person, Protection
from footage_manifest.graphics import TitleKind
from footage_manifest.model import FILM_FILE, MANIFEST_FILE, Localised, Production
from footage_manifest.naming import prints_name, without_names
from pipeline.assembly.captions_model import CutCaptions
from pipeline.assembly.edits import ReadyCut, clips_of
from pipeline.assembly.site import Site
from pipeline.errors import ConsentError
from pipeline.timeline.model import MediaKind
from subtitles.tags import plain


def require_nameable(site: Site, ready: ReadyCut) -> None:
    """Raise ConsentError where the cut's cards, credits, stamps or title print the name of someone who may not be named.

    A `credit:` that its credits show under `thanks:` names nobody whose consent does not cover the cut; other words nobody
    who has withdrawn or asked for hide-name: a crew may have the name of someone who was filmed. The film's title stands in
    every file that is delivered.
    """
    on = ready.cut.date or site.options.today
    production = site.production
    findings = [*_in_credits(production, ready, on), *_in_titles(production, ready), *_in_files(production, ready)]
    if findings:
        raise ConsentError(findings)


def kept_back(production: Production) -> tuple[str, ...]:
    """Return the names that may stand in nothing that is delivered: of who has withdrawn, or asked for hide-name."""
    return tuple(production.manifest.people[key].name for key in _kept_back(production))


def unnamed(production: Production, text: str) -> str:
    """Return a text that is delivered beside a film, `[...]` where it prints a name that is kept back."""
    return without_names(text, kept_back(production))


def require_unspoken(site: Site, ready: ReadyCut, subtitles: Iterable[CutCaptions]) -> None:
    """Raise ConsentError where a subtitle of the cut prints the name of someone who has withdrawn or asked for hide-name."""
    findings: dict[Finding, None] = {}
    for captions in subtitles:
        own = (one for every in captions.languages.values() for one in (*every.cues, *every.forced, *every.sdh))
        for cue in chain(own, *captions.stacked.values()):
            for person, why in _kept_back(site.production).items():
                if prints_name(plain(cue.text), site.production.manifest.people[person].name):
                    what = f"a subtitle at {cue.start_ms // 1000} s prints the name of '{person}', who {why}"
                    cure = "take the name out of the reel's subtitles, or of the cut's own"
                    findings[Finding(file=FILM_FILE, field=f"cuts.{ready.name}", what=what, cure=cure)] = None
    if findings:
        raise ConsentError(list(findings))


def _in_credits(production: Production, ready: ReadyCut, on: dt.date) -> Iterator[Finding]:
    manifest, titles = production.manifest, production.film.titles
    rolls = (titles[key] for key in _played(ready, MediaKind.TITLE))
    if not any(title.kind is TitleKind.CREDITS and _texts(title.thanks) for title in rolls):
        return
    credits_of = {f"reels.{key}.credit": manifest.reels[key].credit for key in _played(ready, MediaKind.REEL)}
    credits_of.update((f"stills.{key}.credit", manifest.stills[key].credit) for key in _played(ready, MediaKind.STILL))
    for field, text in credits_of.items():
        for key, person in manifest.people.items():
            decision = consent.decide(key, person, ready.cut.audience, on)
            if not decision.allowed and prints_name(text, person.name):
                what = f"the credits of the cut '{ready.name}' would print the name of '{key}': {decision.reason}"
                yield production.finding(MANIFEST_FILE, field, what, "take the name out of the credit")


def _in_titles(production: Production, ready: ReadyCut) -> Iterator[Finding]:
    kept_back = _kept_back(production)
    for key in _played(ready, MediaKind.TITLE):
        for field, text in _words(production, key).items():
            for person, why in kept_back.items():
                name = production.manifest.people[person].name
                if any(prints_name(one, name) for one in _texts(text)):
                    what = f"the cut '{ready.name}' would print the name of '{person}', who {why}"
                    yield production.finding(FILM_FILE, field, what, "take the name out")


def _in_files(production: Production, ready: ReadyCut) -> Iterator[Finding]:
    """Find names in what files say of themselves: the film's title, and the stamps of review copies that are asked for."""
    film = production.film
    own = {name: film.profiles[name] for name in (MAIN, *ready.cut.deliverables) if name in film.profiles}
    said: dict[str, Localised] = {"title": film.title}
    said.update({f"profiles.{name}.stamp": profile.stamp or "" for name, profile in own.items()})
    for field, text in said.items():
        for person, why in _kept_back(production).items():
            if any(prints_name(one, production.manifest.people[person].name) for one in _texts(text)):
                what = f"the files of the cut '{ready.name}' would print the name of '{person}', who {why}"
                yield production.finding(FILM_FILE, field, what, "take the name out")


def _kept_back(production: Production) -> dict[str, str]:
    """Return whose names may stand in no title and no subtitle, and why."""
    return {key: why for key, person in production.manifest.people.items() if (why := _why_kept_back(person))}


def _why_kept_back(person: Person) -> str:
    """Return why a person's name may stand in no title; empty where it may."""
    if person.consent is None:
        return ""
    if person.consent.status is ConsentStatus.WITHDRAWN:
        return "has withdrawn consent"
    return "asked for hide-name" if Protection.HIDE_NAME in person.consent.protections else ""


def _words(production: Production, key: str) -> Mapping[str, Localised]:
    """Return every text of a title by its field in film.yaml."""
    title = production.film.titles[key]
    found = {f"titles.{key}.{part}": getattr(title, part) for part in ("text", "under", "thanks")}
    for number, line in enumerate(title.lines):
        found[f"titles.{key}.lines.{number}.role"] = line.role
        found.update((f"titles.{key}.lines.{number}.names.{index}", name) for index, name in enumerate(line.names))
    return found


def _played(ready: ReadyCut, kind: MediaKind) -> tuple[str, ...]:
    """Return the keys of one kind that are seen or heard in a cut with any of its narrations, each once."""
    clips = [clip for narration in (None, *ready.laid) for _, clip in clips_of(ready.timeline_with(narration))]
    return tuple(dict.fromkeys(clip.key for clip in clips if clip.kind is kind))


def _texts(text: Localised) -> tuple[str, ...]:
    every = (text,) if isinstance(text, str) else tuple(text.values())
    return tuple(one for one in every if one.strip())
