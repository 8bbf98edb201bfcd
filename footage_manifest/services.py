"""What leaves this machine: which outside services a film allows, and whose words may be sent to one.

Closed wherever something is missing, as consent is. Messages name people by their key, never by their name.
"""

import datetime as dt
from collections.abc import Iterator

from footage_manifest.consent import Decision
from footage_manifest.findings import Finding, Severity
from footage_manifest.model import FILM_FILE, ConsentStatus, Manifest, Person, Production
from footage_manifest.translation import SERVICES, TranslationEngine
from footage_manifest.wording import choose, listed, shown


def check_services(production: Production) -> Iterator[Finding]:
    """Yield what is wrong with the engines of translations and the outside services that the film names."""
    for number, service in enumerate(production.film.services):
        if service not in SERVICES:
            what = f"there is no service {shown(service)}"
            yield production.finding(FILM_FILE, f"services.{number}", what, choose(service, SERVICES))
    translation = production.film.translation
    yield from _engine(production, "translation", translation)
    languages = production.film.languages
    known = [f"{source}-{target}" for source in languages for target in languages if source != target]
    for direction, engine in translation.pairs.items():
        field = f"translation.pairs.{direction}"
        if direction not in known:
            what = f"{direction} is no direction between the film's languages ({listed(languages)})"
            cure = choose(direction, known) if known else "take it out, or name a second language"
            yield production.finding(FILM_FILE, field, what, cure)
        yield from _engine(production, field, engine)


def _engine(production: Production, field: str, said: TranslationEngine) -> Iterator[Finding]:
    unplaced = said.engine == "libretranslate" and said.url is None
    if said.service and said.service not in production.film.services and not unplaced:
        known = (one for one in production.film.services if one in SERVICES)
        allowed = f"[{', '.join(dict.fromkeys((*known, said.service)))}]"
        what = f"{said.service} is an outside service: people's words would leave this machine"
        cure = f"add 'services: {allowed}' to {FILM_FILE} if the people filmed and those responsible agree to that"
        yield production.finding(FILM_FILE, f"{field}.engine", what, f"{cure}; or choose an engine that works here")
    if said.engine == "ctranslate2" and said.model is None:
        cure = "add 'model:' with the folder or the name of a converted model, such as models/opus-mt-es-en"
        yield production.finding(FILM_FILE, field, "ctranslate2 needs a model", cure)
    if unplaced:
        cure = "add 'url: http://127.0.0.1:5000', or where the server is"
        yield production.finding(FILM_FILE, field, "libretranslate needs to know where its server is", cure)
    unused = (
        ("model", said.model, {"ctranslate2", "auto"}, "only ctranslate2 is told its model here"),
        ("url", said.url, {"libretranslate"}, "only libretranslate has an address"),
        ("price_per_million", said.price_per_million, {*SERVICES}, "only a service asks a price"),
    )
    for key, value, users, why in unused:
        if value is not None and said.engine not in users:
            what = f"{key} says nothing to the engine {said.engine}: {why}"
            yield production.finding(FILM_FILE, f"{field}.{key}", what, "take it out", Severity.WARNING)


def may_send(manifest: Manifest, reel_key: str, on: dt.date) -> Decision:
    """Return whether what is said in a reel may be sent to an outside service on the day `on`.

    Only if everyone in it has granted consent, without conditions, and it has not ended: pending, restricted, withdrawn or
    missing is a no, and so is a protection, which a service could not give. A reel that does not say who is in it is a no;
    `people: []` declares that no one can be recognised, and is a yes.
    """
    people = manifest.reels[reel_key].people
    if people is None:
        return Decision(
            allowed=False, reason=f"{reel_key} does not say who is in it", cure="add 'people: [...]' with their keys"
        )
    for key in people:
        trouble = _not_free(key, manifest.people.get(key), on)
        if trouble:
            return Decision(allowed=False, reason=trouble, cure="translate it with an engine on this machine")
    return Decision(allowed=True, reason="everyone in it has granted consent")


def _not_free(key: str, person: Person | None, on: dt.date) -> str:
    consent = person.consent if person else None
    if consent is None:
        return f"'{key}' has no consent record, which counts as pending"
    if consent.status is not ConsentStatus.GRANTED:
        return f"the consent of '{key}' is {consent.status.value}"
    if consent.until is not None and on > consent.until:
        return f"the consent of '{key}' ended on {consent.until.isoformat()}"
    if consent.protections:
        return f"'{key}' is protected ({listed(one.value for one in consent.protections)})"
    return ""


def private_names(manifest: Manifest) -> tuple[str, ...]:
    """Return the names of the manifest's people, protected or not: no word of them is sent to an outside service."""
    return tuple(dict.fromkeys(person.name for person in manifest.people.values() if person.name.strip()))
