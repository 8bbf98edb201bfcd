"""Consent decisions: every way in which one is refused, and that nothing but an exact, living consent allows."""

import datetime as dt
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footage_manifest.consent import AUDIENCES, decide, may_process
from footage_manifest.model import Consent, ConsentStatus, Person, Protection

TODAY = dt.date(2026, 11, 30)


def person(**consent):
    return Person(name="Rosa Secreta", consent=Consent(**consent) if consent else None)


def test_a_consent_that_names_the_use_allows_it():
    decision = decide("rosa", person(status="granted", uses=["forum"]), "forum", TODAY)
    assert decision.allowed
    assert decision.cure == ""


@pytest.mark.parametrize(
    ("someone", "reason", "cure"),
    [
        (None, "'rosa' is not among the manifest's people", "add 'rosa' under people, with a consent record"),
        (person(), "'rosa' has no consent record, which counts as pending", "record what the person agreed to"),
        (
            person(status="pending", uses=["forum"]),
            "the consent of 'rosa' is pending",
            "ask the person, and record the answer; or take them out of the cut",
        ),
        (
            person(status="withdrawn", uses=["forum"]),
            "'rosa' has withdrawn consent",
            "take 'rosa' out of the cut",
        ),
        (
            person(status="granted", uses=["public", "web"]),
            "the consent of 'rosa' is not for 'forum': it permits public and web",
            "ask the person, and record the answer; or take them out of the cut",
        ),
        (
            person(status="restricted"),
            "the consent of 'rosa' is not for 'forum': it names no use at all",
            "ask the person, and record the answer; or take them out of the cut",
        ),
        (
            person(status="granted", uses=["forum"], until="2026-11-29"),
            "the consent of 'rosa' ended on 2026-11-29, before 2026-11-30",
            "ask for it anew, or take 'rosa' out of the cut",
        ),
        (
            person(status="granted", uses=["forum"], protections=["blur-face", "hide-name"]),
            "'rosa' is to be shown only with blur-face and hide-name, which is not built yet",
            "take 'rosa' out of the cut",
        ),
    ],
)
def test_a_refusal_says_why_and_what_would_change_it(someone, reason, cure):
    decision = decide("rosa", someone, "forum", TODAY)
    assert (decision.allowed, decision.reason, decision.cure) == (False, reason, cure)


@pytest.mark.parametrize(("until", "allowed"), [("2026-11-29", False), ("2026-11-30", True), ("2026-12-01", True)])
def test_the_last_day_is_a_day_on_which_it_holds(until, allowed):
    assert decide("rosa", person(status="granted", uses=["web"], until=until), "web", TODAY).allowed is allowed


@pytest.mark.parametrize(("given_for", "asked"), list(product(AUDIENCES, AUDIENCES)))
def test_no_use_implies_another(given_for, asked):
    allowed = decide("rosa", person(status="restricted", uses=[given_for]), asked, TODAY).allowed
    assert allowed is (given_for == asked)


CONSENTS = st.builds(
    Consent,
    status=st.sampled_from(ConsentStatus),
    uses=st.lists(st.sampled_from((*AUDIENCES, "festival")), max_size=3).map(tuple),
    until=st.none() | st.dates(dt.date(2026, 11, 1), dt.date(2026, 12, 31)),
    protections=st.lists(st.sampled_from(Protection), max_size=2).map(tuple),
)


@given(st.none() | CONSENTS, st.sampled_from(AUDIENCES), st.dates(dt.date(2026, 11, 1), dt.date(2026, 12, 31)))
def test_only_an_exact_living_unconditional_consent_allows_and_no_name_is_told(consent, use, on):
    decision = decide("rosa", Person(name="Rosa Secreta", consent=consent), use, on)
    assert "Secreta" not in decision.reason + decision.cure
    if decision.allowed:
        assert consent.status in {ConsentStatus.GRANTED, ConsentStatus.RESTRICTED}
        assert use in consent.uses
        assert consent.until is None or on <= consent.until
        assert consent.protections == ()
    else:
        assert decision.cure


@pytest.mark.parametrize(
    ("someone", "allowed"),
    [
        (None, True),
        (person(), True),
        (person(status="pending"), True),
        (person(status="granted", uses=["web"], until="2000-01-01"), True),
        (person(status="restricted", protections=["change-voice"]), True),
        (person(status="withdrawn", uses=["web"]), False),
    ],
)
def test_only_a_withdrawal_stops_transcribing(someone, allowed):
    decision = may_process("rosa", someone)
    assert decision.allowed is allowed
    assert bool(decision.cure) is not allowed
