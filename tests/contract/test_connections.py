"""Terms and connections."""

import pytest

TERMS = "/amc/audiences/connections/terms"
PATH = "/amc/audiences/connections"
AMC = {"amcAccountId": "ENTITY1A2B3C", "amcInstanceId": "amcshop001"}


def listed(api, query=""):
    return api.ask("GET", PATH + query).json()["connections"]


def test_terms_carry_text_and_token_until_they_are_accepted(api):
    before = api.ask("GET", TERMS)
    assert before.headers["content-type"] == "application/vnd.amcaudiencesconnections.v1+json"
    assert set(before.json()) == {"agreementContent", "agreementToken", "hasAccepted"}
    assert before.json()["hasAccepted"] is False

    api.accept_terms()

    assert api.ask("GET", TERMS).json() == {"hasAccepted": True}


def test_terms_are_accepted_once_a_region(api):
    api.accept_terms("eu")

    assert api.ask("GET", TERMS, region="eu").json() == {"hasAccepted": True}
    assert api.ask("GET", TERMS, region="na").json()["hasAccepted"] is False


def test_terms_are_accepted_by_a_user(api, stranger):
    api.accept_terms()

    assert stranger.ask("GET", TERMS).json()["hasAccepted"] is False


def test_terms_are_not_accepted_by_saying_no(api):
    token = api.ask("GET", TERMS).json()["agreementToken"]

    assert api.ask("PATCH", TERMS, {"agreementToken": token, "hasAccepted": False}).status_code == 204
    assert api.ask("GET", TERMS).json()["hasAccepted"] is False


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"hasAccepted": True},
        {"agreementToken": "x", "hasAccepted": True},
        {"agreementToken": "x", "hasAccepted": 1},
    ],
)
def test_terms_need_their_token(api, body):
    answer = api.ask("PATCH", TERMS, body)

    assert answer.status_code == 400
    assert set(answer.json()) == {"message", "requestId"}


def test_a_connection_shows_both_ends(api):
    connection_id = api.connect()

    (one,) = listed(api)
    assert one == {
        "connectionId": connection_id,
        "clientId": api.grant["client_id"],
        "customerId": "amzn1.account.EXAMPLESHOP",
        "isDefault": True,
        "creationDateTime": "2026-01-05T08:00:00Z",
        "modifiedDateTime": "2026-01-05T08:00:00Z",
        "amcAccountId": "ENTITY1A2B3C",
        "amcAccountMarketplaceId": "ATVPDKIKX0DER",
        "amcAccountName": "Example Shop",
        "amcInstanceId": "amcshop001",
        "amcInstanceName": "Example Shop",
        "dataUploadAwsAccountId": "246813579001",
        "dspAdvertiserId": "581124983652187041",
        "dspAdvertiserName": "Example Shop US DSP",
        "dspAdvertiserCountryCode": "US",
        "dspAdvertiserMarketplaceId": "ATVPDKIKX0DER",
        "dspAdvertiserRegion": "NA",
        "dspProfileId": "1234567890",
    }


def test_the_client_may_choose_the_id_once(api):
    assert api.connect(**AMC, connectionId="mine") == "mine"

    answer = api.ask("POST", PATH, AMC | {"connectionId": "mine"})

    assert answer.status_code == 400


def test_there_is_always_one_default(api):
    first, second, third = api.connect(**AMC), api.connect(**AMC, isDefault=True), api.connect(**AMC)
    assert [one["connectionId"] for one in listed(api, "?isDefault=true")] == [second]

    assert api.ask("DELETE", f"{PATH}?connectionId={second}").status_code == 204

    assert [one["connectionId"] for one in listed(api)] == [first, third]
    assert [one["connectionId"] for one in listed(api, "?isDefault=true")] == [first]
    assert len(listed(api, "?isDefault=false")) == 2


def test_one_connection_is_found_by_its_id(api):
    api.connect()
    wanted = api.connect(**AMC)

    assert [one["connectionId"] for one in listed(api, f"?connectionId={wanted}")] == [wanted]
    assert len(listed(api, "?connectionId=")) == 2
    assert api.ask("GET", f"{PATH}?connectionId=none").status_code == 404
    assert api.ask("DELETE", f"{PATH}?connectionId=none").status_code == 404


def test_a_blank_id_deletes_all(api):
    api.connect()
    api.connect()

    assert api.ask("DELETE", f"{PATH}?connectionId=").status_code == 204
    assert listed(api) == []


def test_nobody_sees_or_deletes_what_is_another_user_s(api, stranger):
    mine = api.connect()

    assert listed(stranger) == []
    assert stranger.ask("DELETE", f"{PATH}?connectionId={mine}").status_code == 404
    assert stranger.ask("DELETE", PATH).status_code == 204
    assert len(listed(api)) == 1


@pytest.mark.parametrize(
    ("wish", "status"),
    [
        ({}, 400),
        ({"isDefault": True}, 400),
        ({"amcAccountId": "ENTITY1A2B3C"}, 400),
        ({"amcInstanceId": "amcshop001"}, 400),
        (AMC | {"amcInstanceId": "amcshopeu1"}, 400),
        (AMC | {"amcAccountMarketplaceId": "A1F83G8C2ARO7P"}, 400),
        ({"amcAccountId": "ENTITY9Z8Y7X", "amcInstanceId": "amcstrange"}, 403),
        ({"dspAdvertiserId": "999124983652187049"}, 403),
        ({"dspAdvertiserId": "591124983652187042"}, 400),
        ({"dspAdvertiserId": 581124983652187041}, 400),
        (AMC | {"dspProfileId": "2234567890"}, 400),
        (AMC | {"dspProfileId": "9234567890"}, 403),
        (AMC | {"isDefault": "yes"}, 400),
    ],
)
def test_ends_that_cannot_be_joined(api, wish, status):
    answer = api.ask("POST", PATH, wish)

    assert answer.status_code == status
    assert set(answer.json()) == {"message", "requestId"}
    assert listed(api) == []
