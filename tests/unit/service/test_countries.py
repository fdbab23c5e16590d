"""The country of rows that name none, where the settings do not name one either."""

from types import SimpleNamespace

import pytest

from lading.model.countries import MATCHED
from lading.model.marketplaces import COUNTRIES
from lading.service.countries import DefaultCountry, default_country
from lading.settings.connections import Amc


def taken(region, marketplace, country=None):
    amc = marketplace and Amc(account_id="ENTITY1", marketplace_id=marketplace, instance_id="amcshop001")
    parts = SimpleNamespace(connection=lambda _: SimpleNamespace(region=region, amc=amc))
    audience = SimpleNamespace(country=country, connection="shop")
    return default_country(parts, SimpleNamespace(to=SimpleNamespace(audience=audience)))


@pytest.mark.parametrize(
    ("region", "marketplace", "code"),
    [
        ("NA", None, "US"), ("NA", "ATVPDKIKX0DER", "US"), ("NA", "A2EUQ1WTGCTBG2", "CA"), ("NA", "A1UNHEARDOF", "US"),
        ("EU", "A1F83G8C2ARO7P", "GB"), ("EU", "A1PA6795UKMFR9", "DE"), ("NA", "A1PA6795UKMFR9", "DE"), ("FE", "A1VC38T7YXB528", "JP"),
        ("EU", None, None), ("FE", None, None), ("EU", "A1UNHEARDOF", None),
    ],
)  # fmt: skip
def test_the_country_is_us_or_that_of_the_marketplace(region, marketplace, code):
    assert taken(region, marketplace) == DefaultCountry(code, assumed=code is not None)


def test_what_the_settings_say_is_not_assumed():
    assert taken("NA", "ATVPDKIKX0DER", "CA") == DefaultCountry("CA", assumed=False)


def test_every_marketplace_is_of_a_country_that_amazon_matches():
    assert set(COUNTRIES.values()) <= MATCHED
    assert len(set(COUNTRIES.values())) == len(COUNTRIES) == 17
