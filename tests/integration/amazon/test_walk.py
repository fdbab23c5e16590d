"""The whole way of a grant: profiles, terms, connection, audience, records, job."""

import hashlib
import json

import pytest

from lading.amazon import (
    AudienceSpec,
    BadRequest,
    ConnectionSpec,
    JobState,
    NotFound,
    TermsNotAccepted,
    WrongField,
)


def spec(connection_id, **fields):
    basic = {
        "name": "Newsletter readers",
        "description": "They read",
        "external_audience_id": "news",
        "connection_id": connection_id,
    }
    return AudienceSpec(**{**basic, **fields})


def hashed(text):
    return hashlib.sha256(text.encode()).hexdigest()


def record(external_id, email, action="CREATE"):
    return json.dumps(
        {
            "externalUserId": external_id,
            "action": action,
            "hashedPII": [{"email": hashed(email)}],
            "countryCode": "US",
        }
    ).encode()


def send(client, audience_id, connection_id, *records):
    before, after = client.records.envelope(audience_id, connection_id, dsp=False)
    return client.records.send(before + b",".join(records) + after)


@pytest.mark.parametrize(
    ("region", "countries"), [("NA", {"US", "CA"}), ("EU", {"GB", "DE"}), ("FE", {"JP"})]
)
def test_profiles_are_those_of_the_region_and_uk_is_gb(connect, region, countries):
    profiles = connect(region).profiles.list()

    assert {profile.country_code for profile in profiles} == countries
    assert all(isinstance(profile.profile_id, str) for profile in profiles)


def test_accounts_and_instances_of_all_pages(client, amc_sandbox):
    amc_sandbox.policy(page_size=1)

    accounts = client.accounts.list()
    instances = client.instances.list(accounts[0].account_id, accounts[0].marketplace_id)

    assert len(accounts) == 3
    assert len(instances) == 2
    one = client.instances.get(instances[1].instance_id, accounts[0].account_id, accounts[0].marketplace_id)
    assert one == instances[1]


def test_dsp_advertisers_of_an_agency_profile_keep_every_digit(client):
    agency = next(profile for profile in client.profiles.list() if profile.account_type == "agency")

    advertisers = client.dsp_advertisers.list(agency.profile_id)

    assert "581124983652187041" in {advertiser.advertiser_id for advertiser in advertisers}


def test_terms_are_accepted_once_in_a_region(connect, amc_sandbox):
    amc_sandbox.policy(terms_accepted=False)
    client = connect()
    terms = client.terms.get()
    assert (terms.accepted, bool(terms.token)) == (False, True)

    client.terms.accept(terms.token)

    assert client.terms.get().accepted
    assert not connect("EU").terms.get().accepted


def test_connections_come_and_go_one_at_a_time(client, connection_id):
    other = client.connections.create(
        ConnectionSpec(dsp_advertiser_id="581124983652187041", dsp_profile_id="1234567890")
    )

    assert {one.connection_id for one in client.connections.list()} == {connection_id, other}
    (found,) = client.connections.list(other)
    assert found.dsp_advertiser_id == "581124983652187041"
    client.connections.delete(other)
    assert [one.connection_id for one in client.connections.list()] == [connection_id]


def test_an_audience_is_created_read_and_changed(client, connection_id):
    created = client.audiences.create(spec(connection_id, country="UK", ttl=60))

    client.audiences.update(created.audience_id, description="Those who read", ttl=34_300_800)
    audience = client.audiences.get(created.audience_id)

    assert int(created.audience_id) > 2**53
    assert created.audience_id == audience.audience_id
    assert (audience.name, audience.description) == ("Newsletter readers", "Those who read")
    assert (audience.external_audience_id, audience.country, audience.ttl) == ("news", "GB", 34_300_800)


def test_strict_amazon_takes_the_cleaned_name(client, connection_id, amc_sandbox):
    amc_sandbox.policy(strict_names=True)

    created = client.audiences.create(
        spec(connection_id, name="Café-Gäste & Co. (2026)", description="¡Olé!")
    )

    assert client.audiences.get(created.audience_id).name == "Cafe-Gaste Co 2026"


def test_a_short_name_is_refused_here_as_it_would_be_there(client, connection_id):
    with pytest.raises(WrongField, match="name"):
        client.audiences.create(spec(connection_id, name="123456789"))


def test_an_audience_that_exists_is_a_bad_request(client, connection_id):
    client.audiences.create(spec(connection_id))

    with pytest.raises(BadRequest):
        client.audiences.create(spec(connection_id))


def test_an_unknown_audience_is_not_found(client):
    with pytest.raises(NotFound):
        client.audiences.get("413642381039213536")


@pytest.mark.parametrize("scale", ["percent", "fraction"])
def test_records_become_members_and_the_refused_are_named(client, connection_id, amc_sandbox, scale):
    amc_sandbox.policy(rate_scale=scale)
    audience = client.audiences.create(spec(connection_id))
    people = amc_sandbox.people("US", 3)
    good = [record(f"c-{number}", person["email"].lower()) for number, person in enumerate(people)]
    bad = json.dumps({"externalUserId": "bad-1", "action": "CREATE", "hashedPII": [{"email": "x"}]}).encode()

    job_id = send(client, audience.audience_id, connection_id, *good, bad)
    pending = client.jobs.get(job_id)
    amc_sandbox.advance(3_600)
    job = client.jobs.get(job_id)

    assert (pending.state, pending.final) == (JobState.PENDING, False)
    assert job.final
    assert [refused.external_id for refused in job.refused] == ["bad-1"]
    assert job.rate == pytest.approx(75.0)
    assert amc_sandbox.audience(audience.audience_id)["received"] >= 3


@pytest.mark.parametrize("scale", ["percent", "fraction"])
@pytest.mark.parametrize("word", ["SUCCEEDED", "COMPLETED"])
def test_a_job_without_a_fault_is_a_hundred_percent_however_it_is_counted(
    client, connection_id, amc_sandbox, scale, word
):
    amc_sandbox.policy(rate_scale=scale, job_done_state=word)
    audience = client.audiences.create(spec(connection_id))

    job_id = send(client, audience.audience_id, connection_id, record("c-1", "jane@example.com"))
    amc_sandbox.advance(3_600)

    job = client.jobs.get(job_id)
    assert (job.state, job.rate, job.refused) == (JobState(word), 100.0, ())


def test_the_bytes_that_arrive_are_the_bytes_that_were_given(client, connection_id, amc_sandbox):
    audience = client.audiences.create(spec(connection_id))
    before, after = client.records.envelope(audience.audience_id, connection_id, dsp=False)
    body = before + record("c-1", "jane@example.com") + after

    client.records.send(body)

    assert amc_sandbox.requests()[-1]["bodySha256"] == hashlib.sha256(body).hexdigest()


def test_records_without_accepted_terms_name_the_terms(client, connection_id, amc_sandbox):
    audience = client.audiences.create(spec(connection_id))
    amc_sandbox.policy(terms_accepted=False)
    tokens = [line for line in amc_sandbox.requests() if line["path"] == "/auth/o2/token"]

    with pytest.raises(TermsNotAccepted, match=r"AMC_Terms\.html"):
        send(client, audience.audience_id, connection_id, record("c-1", "jane@example.com"))

    assert [line for line in amc_sandbox.requests() if line["path"] == "/auth/o2/token"] == tokens


def test_an_unknown_job_is_not_found(client):
    with pytest.raises(NotFound):
        client.jobs.get("00000000-0000-4000-8000-000000000000")
