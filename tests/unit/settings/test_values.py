"""The small values of lading.yaml."""

from datetime import timedelta
from decimal import Decimal

import pytest
from pydantic import ValidationError

from lading.plan import guard, row_guards
from lading.settings import Limit
from lading.settings.guards import Guards


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("500", Limit(count=500)),
        ("0", Limit(count=0)),
        ("10%", Limit(percent=Decimal(10))),
        ("2.5 %", Limit(percent=Decimal("2.5"))),
    ],
)
def test_a_limit_is_a_number_or_a_share(text, limit) -> None:
    assert Limit.parse(text) == limit


@pytest.mark.parametrize("text", ["", "-1", "101%", "%", "ten", "1.5", "١"])
def test_anything_else_is_no_limit(text) -> None:
    with pytest.raises(ValueError, match="such as 500"):
        Limit.parse(text)


def test_a_limit_allows_exactly_what_it_says() -> None:
    assert not Limit.parse("10%").exceeded_by(10, 100)
    assert Limit.parse("10%").exceeded_by(11, 100)
    assert not Limit.parse("0%").exceeded_by(0, 0)
    assert Limit.parse("5").exceeded_by(6, 1_000_000)
    assert str(Limit.parse("2500")) == "2,500"


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("397d", timedelta(days=397)),
        ("12h", timedelta(hours=12)),
        ("34300800", timedelta(days=397)),
        ("0", timedelta(0)),
    ],
)
def test_a_duration_is_seconds_or_has_a_unit(read, text, span) -> None:
    assert read(old="ttl: 397d", new=f"ttl: {text}").syncs["customers"].to.audience.ttl == span


def test_namibia_and_norway_are_countries_when_quoted(read) -> None:
    for code in ("NA", '"NO"', "XK"):
        settings = read(old="country: US", new=f"country: {code}")
        assert settings.syncs["customers"].to.audience.country == code.strip('"')


@pytest.mark.parametrize("off", [False, "off"])
def test_every_guard_can_be_switched_off(off):
    """YAML reads an unquoted `off` as false, and editors read it as text."""
    guards = Guards.model_validate(dict.fromkeys(Guards.model_fields, off))
    assert {getattr(guards, name) for name in Guards.model_fields} == {None, False, "off"}


def test_each_guard_is_a_setting_of_its_name():
    assert set(Guards.model_fields) == {*guard.NAMES, *row_guards.NAMES}


@pytest.mark.parametrize("wrong", [{"max_removals": True}, {"ttl_zero": "maybe"}, {"schema_changed": True}, {"min_records": "5"}])  # fmt: skip
def test_a_guard_takes_nothing_else(wrong):
    with pytest.raises(ValidationError):
        Guards.model_validate(wrong)
