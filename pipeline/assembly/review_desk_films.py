"""Which film of a cut may be shown: the delivered one or a whole preview, and only to those its people agreed to."""

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from footage_manifest import consent
from footage_manifest.delivery import BUILT_IN, MAIN, Codec
from footage_manifest.findings import ManifestError
from footage_manifest.model import Production
from pipeline.assembly import outputs
from pipeline.assembly.own_folder import own_folder
from pipeline.assembly.preview_file import FOLDER as PREVIEWS
from pipeline.assembly.publish import FOLDER as DELIVERIES
from pipeline.assembly.publish import REPORT
from pipeline.assembly.review_desk_answers import Denied, Refused, Why
from pipeline.assembly.review_desk_film import FilmOnDesk

_NOT_FILMED = frozenset({"title", "black"})
_WHOLE = "whole"
"""The key beside a preview that says whether all of the cut is in it: only then do its times fit."""


def film_of_cut(film: FilmOnDesk, name: str) -> Path | None:
    """Return the newest film of a cut that browsers play, None where there is none.

    Raises Refused where a person in it, or named in it, does not agree to the cut's audience by now, and where nobody can
    say who is in it.
    """
    film.cut(name)
    found = [(path, said) for path, said in (_delivered(film, name), _previewed(film, name)) if path is not None]
    if not found:
        return None
    path, said = max(found, key=lambda one: one[0].stat().st_mtime_ns)
    _require_agreed(film.production, name, said)
    return path


def vouch_for_whole(film: FilmOnDesk, name: str) -> None:
    """Note that the preview of a cut shows all of it. Raises OSError."""
    path = _preview(film, name)
    found = path.stat()
    note = own_folder(film.folder, PREVIEWS) / f"{name}.{_WHOLE}"
    note.write_text(f"{found.st_size} {found.st_mtime_ns} {found.st_ino}\n", encoding="ascii")


def _previewed(film: FilmOnDesk, name: str) -> tuple[Path | None, Mapping[str, Any]]:
    path = _preview(film, name)
    try:
        found = path.stat()
        said = (path.parent / f"{name}.{_WHOLE}").read_text("ascii")
        if said.split() != [str(one) for one in (found.st_size, found.st_mtime_ns, found.st_ino)]:
            return None, {}
        return path, _document(path.with_suffix(".json"))
    except (OSError, UnicodeDecodeError):
        return None, {}


def _preview(film: FilmOnDesk, name: str) -> Path:
    return own_folder(film.folder, PREVIEWS) / f"{name}.mp4"


def _delivered(film: FilmOnDesk, name: str) -> tuple[Path | None, Mapping[str, Any]]:
    """Return the delivered main film where it is one that browsers play."""
    if {**BUILT_IN, **film.production.film.profiles}[MAIN].codec is not Codec.H264:
        return None, {}
    place = own_folder(film.folder, f"{DELIVERIES}/{name}")
    try:
        main = next(one.file for one in outputs.outputs(film.production, name) if not one.burn_in and not one.stamped)
    except ManifestError:
        return None, {}
    path = place / main
    if path.is_symlink() or not path.is_file():
        return None, {}
    report = _document(place / REPORT)
    events = [event for part in ("picture", "sound") for event in report.get(part, ())]
    events += [event for part in report.get("other_narration", {}).values() for event in part]
    filmed = {event["medium"] for event in events if event["kind"] not in _NOT_FILMED}
    others = {event["medium"] for event in events if event["kind"] in _NOT_FILMED} | {"", "black"}
    left = {event["dissolve_from"] for event in events if "dissolve_from" in event} - others
    return path, {"media": sorted(filmed | left), "named": list(report.get("named", ()))} if events else {}


def _document(path: Path) -> Mapping[str, Any]:
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _require_agreed(production: Production, name: str, said: Mapping[str, Any]) -> None:
    if "media" not in said or "named" not in said:
        what = "nobody can say who is in the film of this cut"
        raise Refused(Denied.NO_MEDIA, what, "make it again", code=Why.NOBODY_KNOWS_WHO)
    manifest, cut = production.manifest, production.film.cuts[name]
    people: dict[str, None] = dict.fromkeys(str(one) for one in said["named"])
    for key in said["media"]:
        media = [one for one in (manifest.reels.get(key), manifest.stills.get(key)) if one is not None]
        if not media:
            what = f"{key} is in the film of this cut and no longer in the manifest, so nobody can say who is in it"
            fields = {"key": key}
            raise Refused(Denied.NO_MEDIA, what, "make it again", code=Why.NO_LONGER_LISTED, fields=fields)
        people.update(dict.fromkeys(person for medium in media for person in medium.people or ()))
    on = cut.date or dt.date.today()  # noqa: DTZ011 - consent is given for days where the film is made
    for person in people:
        decision = consent.decide(person, manifest.people.get(person), cut.audience, on)
        if not decision.allowed:
            fields = {"person": person, "audience": cut.audience}
            raise Refused(Denied.NO_MEDIA, decision.reason, decision.cure, code=Why.NOT_AGREED, fields=fields)
