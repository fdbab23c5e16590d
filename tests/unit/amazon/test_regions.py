"""Hosts by region, and one endpoint in place of all."""

import pytest

from lading.amazon.regions import Region, hosts_of


@pytest.mark.parametrize(
    ("region", "api", "token", "consent"),
    [
        ("NA", "advertising-api.amazon.com", "api.amazon.com", "www.amazon.com"),
        ("EU", "advertising-api-eu.amazon.com", "api.amazon.co.uk", "eu.account.amazon.com"),
        ("FE", "advertising-api-fe.amazon.com", "api.amazon.co.jp", "apac.account.amazon.com"),
    ],
)
def test_every_region_has_its_three_hosts(region, api, token, consent):
    hosts = hosts_of(region)

    assert hosts.api == f"https://{api}"
    assert hosts.token == f"https://{token}/auth/o2/token"
    assert hosts.consent == f"https://{consent}/ap/oa"
    assert not hosts.loopback


@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:8377", "http://127.0.0.1:8377/"])
def test_an_endpoint_replaces_all_three(endpoint):
    hosts = hosts_of(Region.FE, endpoint)

    assert hosts.api == "http://127.0.0.1:8377/fe"
    assert hosts.token == "http://127.0.0.1:8377/auth/o2/token"
    assert hosts.consent == "http://127.0.0.1:8377/ap/oa"


@pytest.mark.parametrize(
    ("endpoint", "loopback"),
    [
        ("http://localhost:1", True),
        ("http://sandbox.localhost", True),
        ("http://127.3.2.1", True),
        ("http://[::1]:8377", True),
        ("http://sandbox.internal", False),
        ("https://10.0.0.1", False),
    ],
)
def test_this_very_machine_is_known_as_such(endpoint, loopback):
    assert hosts_of("NA", endpoint).loopback is loopback


@pytest.mark.parametrize(
    "endpoint", ["", "127.0.0.1:8377", "ftp://x", "http://", "http://x:99999", "http://[::1"]
)
def test_what_is_no_address_is_refused(endpoint):
    with pytest.raises(ValueError, match="the endpoint is an address such as"):
        hosts_of("NA", endpoint)


@pytest.mark.parametrize("endpoint", ["http://me:hunter2@x", "http://x/?a=1", "http://x/#a"])
def test_an_endpoint_holds_no_password_and_it_is_not_repeated(endpoint):
    with pytest.raises(ValueError, match="the endpoint holds no name") as caught:
        hosts_of("NA", endpoint)

    assert "hunter2" not in str(caught.value)


def test_an_unknown_region_is_named():
    with pytest.raises(ValueError, match="region is NA, EU or FE, not 'US'"):
        hosts_of("US")
