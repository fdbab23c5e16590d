"""Each noun of the API: what it asks on the wire, and what it makes of the answer."""

import json

import pytest

from lading.amazon import (
    AmcAccount,
    AudienceSize,
    AudienceSpec,
    ConnectionSpec,
    DspAdvertiser,
    Fee,
    TermsNotAccepted,
    TermsOfUse,
    UnexpectedAnswer,
    WrongField,
)

BIG = "413642381039213536"


def test_profiles_are_typed_and_their_ids_are_text(amazon):
    account = {"marketplaceStringId": "A1F83G8C2ARO7P", "id": "A1", "type": "agency", "name": "Shop"}
    amazon.say(
        200,
        [
            {
                "profileId": 413642381039213536,
                "countryCode": "UK",
                "currencyCode": "GBP",
                "timezone": "Europe/London",
                "accountInfo": account,
            }
        ],
    )

    (profile,) = amazon.client().profiles.list()

    assert profile.profile_id == BIG
    assert profile.country_code == "GB"
    assert (profile.account_type, profile.account_name, profile.account_id) == ("agency", "Shop", "A1")


def test_accounts_follow_the_next_token_to_the_end(amazon):
    amazon.say(
        200,
        {
            "amcAccounts": [{"accountId": "ENTITY1", "accountName": "a", "marketplaceId": "m"}],
            "nextToken": "t 1",
        },
    )
    amazon.say(200, {"amcAccounts": [{"accountId": "ENTITY2"}], "nextToken": None})

    found = amazon.client().accounts.list()

    assert found == (AmcAccount("ENTITY1", "a", "m"), AmcAccount("ENTITY2", "", ""))
    assert [asked.query for asked in amazon.asked] == [{}, {"nextToken": "t 1"}]


def test_a_next_token_that_leads_in_a_circle_ends_the_listing(amazon):
    for _ in range(2):
        amazon.say(200, {"amcAccounts": [], "nextToken": "again"})

    with pytest.raises(UnexpectedAnswer, match="nextToken"):
        amazon.client().accounts.list()


def test_instances_are_asked_for_by_the_hundred_with_account_and_marketplace(amazon):
    amazon.say(200, {"instances": [{"instanceId": "amc1"}], "nextToken": "t"})
    amazon.say(200, {"instances": [{"instanceId": "amc2", "dataUploadAwsAccountId": 111122223333}]})

    found = amazon.client().instances.list("ENTITY1", "ATVPDKIKX0DER")

    assert [instance.instance_id for instance in found] == ["amc1", "amc2"]
    assert found[1].data_upload_aws_account_id == "111122223333"
    assert [asked.query for asked in amazon.asked] == [{"limit": "100"}, {"limit": "100", "nextToken": "t"}]
    for asked in amazon.asked:
        assert asked.headers["Amazon-Advertising-API-AdvertiserId"] == "ENTITY1"
        assert asked.headers["Amazon-Advertising-API-MarketplaceId"] == "ATVPDKIKX0DER"
        assert asked.headers["Accept"] == "application/vnd.amcinstances.v1+json"


def test_one_instance_is_unwrapped(amazon):
    amazon.say(200, {"instance": {"instanceId": "amc1", "creationStatus": "COMPLETED"}})

    instance = amazon.client().instances.get("amc1", "ENTITY1", "ATVPDKIKX0DER")

    assert instance.creation_status == "COMPLETED"
    assert amazon.asked[0].path == "/na/amc/instances/amc1"


@pytest.mark.parametrize("name", ["", " ", ".", ".."])
def test_an_id_that_leads_elsewhere_is_refused_before_any_request(amazon, name):
    with pytest.raises(ValueError, match="is missing"):
        amazon.client().instances.get(name, "ENTITY1", "m")

    assert amazon.asked == []


def test_dsp_advertisers_are_paged_by_place_with_the_profile_as_scope(amazon):
    first = [{"advertiserId": str(number), "name": "n", "country": "UK"} for number in range(1, 101)]
    amazon.say(200, {"totalResults": 101, "response": first})
    amazon.say(
        200, {"totalResults": 101, "response": [{"advertiserId": 100}, {"advertiserId": 413642381039213536}]}
    )

    found = amazon.client().dsp_advertisers.list("123")

    assert len(found) == 101
    assert found[0] == DspAdvertiser("1", "n", "GB", "", "", "")
    assert found[-1].advertiser_id == BIG
    assert [asked.query for asked in amazon.asked] == [
        {"startIndex": "0", "count": "100"},
        {"startIndex": "100", "count": "100"},
    ]
    assert {asked.headers["Amazon-Advertising-API-Scope"] for asked in amazon.asked} == {"123"}


def test_dsp_pages_end_when_one_is_empty_whatever_the_total_says(amazon):
    amazon.say(200, {"totalResults": 5_000, "response": []})

    assert amazon.client().dsp_advertisers.list("123") == ()


def test_terms_are_read_and_accepted(amazon):
    amazon.say(200, {"agreementContent": "<p>Hi</p>", "agreementToken": "tok", "hasAccepted": False})
    amazon.say(204)
    client = amazon.client()

    terms = client.terms.get()
    client.terms.accept(terms.token)

    assert terms == TermsOfUse(accepted=False, content="<p>Hi</p>", token="tok")
    assert "tok" not in repr(terms)
    assert amazon.asked[1].method == "PATCH"
    assert json.loads(amazon.asked[1].body) == {"agreementToken": "tok", "hasAccepted": True}


def test_accepted_terms_are_the_boolean_alone(amazon):
    amazon.say(200, {"hasAccepted": True})

    assert amazon.client().terms.get().accepted


def test_no_terms_are_accepted_unread(amazon):
    with pytest.raises(ValueError, match="read the terms first"):
        amazon.client().terms.accept("")


def test_a_connection_sends_what_is_known_and_gets_its_id(amazon):
    amazon.say(201, {"connectionId": "c-1"})

    made = amazon.client().connections.create(
        ConnectionSpec(
            amc_account_id="ENTITY1", amc_marketplace_id="m", amc_instance_id="amc1", is_default=False
        )
    )

    assert made == "c-1"
    assert json.loads(amazon.asked[0].body) == {
        "amcAccountId": "ENTITY1",
        "amcAccountMarketplaceId": "m",
        "amcInstanceId": "amc1",
        "isDefault": False,
    }
    assert amazon.asked[0].headers["Content-Type"] == "application/vnd.amcaudiencesconnections.v1+json"


@pytest.mark.parametrize("spec", [{}, {"amc_account_id": "E"}, {"amc_instance_id": "amc1"}])
def test_a_connection_to_nowhere_is_refused(spec):
    with pytest.raises(ValueError, match="needs"):
        ConnectionSpec(**spec)


def test_connections_are_listed(amazon):
    amazon.say(200, {"connections": [{"connectionId": "c-1", "dspAdvertiserId": "9", "isDefault": True}]})

    (connection,) = amazon.client().connections.list("c-1")

    assert (connection.dsp_advertiser_id, connection.is_default) == ("9", True)
    assert amazon.asked[0].query == {"connectionId": "c-1"}


@pytest.mark.parametrize("nothing", ["", " ", "\t\n", None])
def test_removing_all_connections_is_impossible(amazon, nothing):
    client = amazon.client()

    with pytest.raises(ValueError, match="the connection id is missing"):
        client.connections.delete(nothing)

    assert amazon.asked == []
    assert amazon.token_calls == []


def test_one_connection_is_removed(amazon):
    amazon.say(204)

    amazon.client().connections.delete("c 1&isDefault=true")

    assert amazon.asked[0].method == "DELETE"
    assert amazon.asked[0].query == {"connectionId": "c 1&isDefault=true"}


def spec(**fields):
    basic = {
        "name": "Newsletter readers",
        "description": "",
        "external_audience_id": "news",
        "connection_id": "c-1",
    }
    return AudienceSpec(**{**basic, **fields})


def test_an_audience_is_created_and_its_big_id_comes_back_as_text(amazon):
    amazon.say(201, b'{"audienceId":413642381039213536,"externalAudienceId":"news"}')

    created = amazon.client().audiences.create(spec(ttl=2_592_000, country="us", fees=(Fee(100, "USD"),)))

    assert created.audience_id == BIG
    assert created.notes == ("country became 'US'",)
    assert amazon.asked[0].headers["Content-Type"] == "application/vnd.amcaudiences.v1+json"
    assert json.loads(amazon.asked[0].body) == {
        "name": "Newsletter readers",
        "description": "",
        "countryCode": "US",
        "targetResource": {"connectionId": "c-1"},
        "metadata": {
            "externalAudienceId": "news",
            "ttl": 2_592_000,
            "audienceFees": [{"cpmCents": 100, "currency": "USD"}],
        },
    }


def test_a_dsp_advertiser_is_a_bare_integer(amazon):
    amazon.say(201, {"audienceId": 7})

    created = amazon.client().audiences.create(spec(connection_id=None, advertiser_id=BIG))

    assert b'"targetResource":{"advertiserId":413642381039213536}' in amazon.asked[0].body
    assert created.external_audience_id == "news"


def test_name_and_country_are_cleaned_and_it_is_said(amazon):
    amazon.say(201, {"audienceId": 7})

    created = amazon.client().audiences.create(spec(name="Café-Gäste & Co. (2026)", country="UK"))

    sent = json.loads(amazon.asked[0].body)
    assert (sent["name"], sent["countryCode"]) == ("Cafe-Gaste Co 2026", "GB")
    assert created.notes == ("name became 'Cafe-Gaste Co 2026'", "country became 'GB'")


def test_an_audience_without_an_exact_id_is_an_unexpected_answer(amazon):
    amazon.say(201, b'{"audienceId":4.13642381039213536e17}')

    with pytest.raises(UnexpectedAnswer, match="audienceId as an exact integer"):
        amazon.client().audiences.create(spec())


def test_an_audience_is_read(amazon):
    size = {"receivedRecordSize": 10, "idResolutionCount": 8}
    inner = {
        "externalAudienceId": "news",
        "ttl": 60,
        "audienceSize": size,
        "audienceFees": [{"cpmCents": 5, "currency": "EUR"}],
    }
    amazon.say(
        200,
        {
            "audienceId": 413642381039213536,
            "name": "n",
            "countryCode": "GB",
            "advertiserId": 9,
            "metadata": inner,
        },
    )

    audience = amazon.client().audiences.get(BIG)

    assert amazon.asked[0].path == f"/na/amc/audiences/metadata/{BIG}"
    assert (audience.audience_id, audience.advertiser_id, audience.country, audience.ttl) == (
        BIG,
        "9",
        "GB",
        60,
    )
    assert audience.size == AudienceSize(10, 8, None)
    assert audience.fees == (Fee(5, "EUR"),)


def test_an_update_sends_what_changes_alone(amazon):
    amazon.say(200, {"audienceId": 7})

    amazon.client().audiences.update("7", ttl=0)

    assert amazon.asked[0].method == "PUT"
    assert json.loads(amazon.asked[0].body) == {"metadata": {"ttl": 0}}


def test_an_update_of_nothing_is_refused(amazon):
    with pytest.raises(WrongField, match="nothing to change"):
        amazon.client().audiences.update("7")

    assert amazon.asked == []


def test_records_are_sent_to_the_byte(amazon):
    body = b'{ "audienceId":413642381039213536 ,\t"records":[]}\n'
    amazon.say(202, {"jobRequestId": "j-1"})

    assert amazon.client().records.send(body) == "j-1"
    assert amazon.asked[0].body == body
    assert amazon.asked[0].headers["Content-Type"] == "application/vnd.amcaudiences.v1+json"


@pytest.mark.parametrize(
    ("connection", "dsp", "head"),
    [
        ("c-1", False, {"audienceId": int(BIG), "targetResource": {"connectionId": "c-1"}}),
        (
            "c-1",
            True,
            {"audienceId": int(BIG), "targetResource": {"connectionId": "c-1", "targetTypes": ["DSP"]}},
        ),
        (None, False, {"audienceId": int(BIG)}),
    ],
)
def test_the_envelope_goes_around_the_records(amazon, connection, dsp, head):
    before, after = amazon.client().records.envelope(BIG, connection, dsp=dsp)
    records = [b'{"externalUserId":"a"}', b'{"externalUserId":"b"}']

    body = before + b",".join(records) + after

    assert json.loads(body) == {**head, "records": [{"externalUserId": "a"}, {"externalUserId": "b"}]}
    assert b'"audienceId":413642381039213536,' in body


def test_dsp_beside_amc_is_never_dropped_silently(amazon):
    with pytest.raises(ValueError, match="needs a connection"):
        amazon.client().records.envelope(BIG, None, dsp=True)


def test_records_that_were_taken_without_a_job_are_told_with_their_status(amazon):
    amazon.say(202, {})

    with pytest.raises(UnexpectedAnswer, match="jobRequestId") as caught:
        amazon.client().records.send(b"{}")

    assert caught.value.status == 202


def test_a_listing_that_is_refused_for_the_terms_says_so(amazon):
    amazon.say(200, {"message": "Terms and conditions must be accepted to continue"})

    with pytest.raises(TermsNotAccepted):
        amazon.client().instances.list("ENTITY1", "m")


@pytest.mark.parametrize(
    ("body", "missing"),
    [
        (b"", "JSON"),
        (b"<html>", "JSON"),
        (b"[]", "a JSON object"),
        (b'{"amcAccounts":{}}', "the list amcAccounts"),
        (b'{"amcAccounts":[1]}', r"an object in amcAccounts\[\]"),
        (b'{"amcAccounts":[{}]}', r"amcAccounts\[\].accountId"),
        (b'{"amcAccounts":[{"accountId":true}]}', r"amcAccounts\[\].accountId"),
    ],
)
def test_an_answer_of_another_shape_names_what_is_missing(amazon, body, missing):
    amazon.say(200, body)

    with pytest.raises(UnexpectedAnswer, match=f"the answer lacks {missing}"):
        amazon.client().accounts.list()
