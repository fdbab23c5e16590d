"""What a connection needs, and what it takes for granted."""

import pytest

LONE = """
version: 1
connections:
  shop:
    region: NA
    client_id: env:ID
    client_secret: env:SECRET
    profile_id: "1234567890"
    amc: {account_id: ENTITY1A2B3C, marketplace_id: ATVPDKIKX0DER, instance_id: amcshop001}
    dsp_advertiser_id: "581124983652187041"
"""
AMC = "    amc: {account_id: ENTITY1A2B3C, marketplace_id: ATVPDKIKX0DER, instance_id: amcshop001}\n"


def test_a_connection_needs_a_profile_id(problems):
    [(place, code, message)] = problems(LONE, '    profile_id: "1234567890"\n', "")
    assert (place.endswith("(connections.shop.profile_id)"), code) == (True, "missing_key")
    assert "needs the key `profile_id:`. The advertising profile's id" in message
    [(_, code, _)] = problems(LONE, '"1234567890"', '""')
    assert code == "wrong_value"


@pytest.mark.parametrize("blank", ["", "    amc:\n"])
def test_the_instance_may_be_left_out(read, blank):
    connection = read(LONE, AMC, blank).connections["shop"]
    assert (connection.amc, connection.dsp_advertiser_id) == (None, "581124983652187041")


def test_the_region_is_na_unless_told(read):
    assert read(LONE, "    region: NA\n", "").connections["shop"].region == "NA"
    assert read(LONE, "region: NA", "region: FE").connections["shop"].region == "FE"


def test_events_of_segment_go_over_a_connection_that_says_its_region(read, problems):
    segment = (
        LONE
        + "sources:\n  engage: {type: segment}\nsyncs:\n  vips:\n    from: {source: engage, audience: VIPs}\n"
        "    to:\n      audience: {connection: shop, name: Very important, country: US}\n"
    )
    assert read(segment).connections["shop"].region == "NA"
    [(place, code, message)] = problems(segment, "    region: NA\n", "")
    assert (place.endswith("(connections.shop.region)"), code) == (True, "missing_key")
    assert "NA, EU or FE" in message
