"""The small values of lading.yaml."""

from datetime import timedelta
from decimal import Decimal

import pytest

from lading.settings import Limit


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
