"""Consent: a person, a use and a date to a decision (SEMANTICS 21 and 22). Pure, and closed wherever something is missing.

Messages name people by their key in the manifest, never by their name: a name may be what a person asked to keep back.
"""

import datetime as dt
from dataclasses import dataclass

from footage_manifest.footage import Consent, ConsentStatus, Person
from footage_manifest.wording import listed

AUDIENCES = ("public", "forum", "training", "internal", "book", "web")
"""The words for a cut's audience and for what a consent permits; film.yaml may add its own."""

_PERMITTING = frozenset({ConsentStatus.GRANTED, ConsentStatus.RESTRICTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Whether something may be done; `reason` says why in plain words, `cure` what would change it (empty if allowed)."""

    allowed: bool
    reason: str
    cure: str = ""


def decide(person_key: str, person: Person | None, use: str, on: dt.date) -> Decision:
    """Return whether the person may be seen and heard in a cut for the audience `use` on the day `on`.

    Only a consent that is granted or restricted, names exactly this use, and has not ended before `on` (`until` is the last
    day on which it holds) allows it. `restricted` permits no more and no less than `granted`: it records that the person set
    limits, so it must name its uses. No use implies another. No record is pending consent. A consent that depends on a
    protection is refused for as long as that protection cannot be given.
    """
    who = f"'{person_key}'"
    consent = person.consent if person is not None else None
    if consent is None:
        return _no_record(who, person)
    if consent.status not in _PERMITTING:
        return _not_given(who, consent)
    if consent.until is not None and on > consent.until:
        what = f"the consent of {who} ended on {consent.until.isoformat()}, before {on.isoformat()}"
        return _refused(what, f"ask for it anew, or take {who} out of the cut")
    if use not in consent.uses:
        permits = f"permits {listed(consent.uses)}" if consent.uses else "names no use at all"
        return _refused(f"the consent of {who} is not for '{use}': it {permits}", _ASK)
    if consent.protections:
        asked = listed(protection.value for protection in consent.protections)
        what = f"{who} is to be shown only with {asked}, which is not built yet"
        return _refused(what, f"take {who} out of the cut")
    return Decision(allowed=True, reason=f"{who} agreed to '{use}'")


def may_process(person_key: str, person: Person | None) -> Decision:
    """Return whether a recording of the person may be transcribed, and its subtitles worked on, on this machine.

    That is not publication: only a withdrawal stops it (rule 22).
    """
    who = f"'{person_key}'"
    if person is not None and person.consent is not None and person.consent.status is ConsentStatus.WITHDRAWN:
        return _refused(f"{who} has withdrawn consent", "leave the recording alone, or take it out of the manifest")
    return Decision(allowed=True, reason=f"{who} has not withdrawn consent")


_ASK = "ask the person, and record the answer; or take them out of the cut"


def _no_record(who: str, person: Person | None) -> Decision:
    if person is None:
        return _refused(f"{who} is not among the manifest's people", f"add {who} under people, with a consent record")
    return _refused(f"{who} has no consent record, which counts as pending", "record what the person agreed to")


def _not_given(who: str, consent: Consent) -> Decision:
    if consent.status is ConsentStatus.WITHDRAWN:
        return _refused(f"{who} has withdrawn consent", f"take {who} out of the cut")
    return _refused(f"the consent of {who} is {consent.status.value}", _ASK)


def _refused(reason: str, cure: str) -> Decision:
    return Decision(allowed=False, reason=reason, cure=cure)
