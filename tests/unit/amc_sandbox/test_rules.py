from datetime import UTC, datetime

import pytest

from amc_sandbox import rules

GOOD = {"externalUserId": "u", "action": "CREATE", "hashedPII": [{"email": "0" * 64}]}


@pytest.mark.parametrize(
    ("record", "country", "refused"),
    [
        (GOOD, "US", False),
        (GOOD, None, False),
        (GOOD | {"hashedPII": [{}]}, "US", False),
        (GOOD | {"hashedPII": [{"unknown": "clear"}]}, "US", False),
        (GOOD | {"hashedPII": [{"email": "0" * 64}, {"email": "A" * 64}]}, "US", True),
        (GOOD | {"hashedPII": [{"email": "0" * 64 + "\n"}]}, "US", True),
        (GOOD, "UK", True),
        (GOOD, "us", True),
    ],
)
def test_a_record_is_refused_for_its_hashes_or_its_country(record, country, refused):
    assert bool(rules.record_error(record, country, consent_mandatory=False)) is refused


def test_the_error_holds_no_value():
    error = rules.record_error(
        GOOD | {"hashedPII": [{"email": "jo@example.com"}]}, "US", consent_mandatory=False
    )

    assert "jo" not in error


def test_a_denial_counts_beside_a_tcf_string():
    given = {"consent": {"tcf": "CPXx", "amzn": {"amznUserData": "DENIED"}}}

    assert rules.consent_error(given, "US", mandatory=False) == "userConsent denied"


@pytest.mark.parametrize(("now", "hour"), [((8, 0, 0), 9), ((8, 59, 59), 9), ((8, 0, 1), 9)])
def test_the_next_hour_is_always_ahead(now, hour):
    day = datetime(2026, 1, 5, tzinfo=UTC)

    assert rules.next_hour(day.replace(hour=now[0], minute=now[1], second=now[2])) == day.replace(hour=hour)


def test_the_tables_are_whole():
    assert len(rules.RESOLVED) == 21
    assert len(rules.CONSENT_COUNTRIES) == 31
    assert len(rules.CURRENCIES) == 13
    assert rules.COUNTRIES > rules.RESOLVED | rules.CONSENT_COUNTRIES
    assert "UK" not in rules.COUNTRIES
    assert rules.MAX_TTL == 397 * 86400
