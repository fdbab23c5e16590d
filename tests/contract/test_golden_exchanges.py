"""The minimal exchanges that any client of the Advertiser audiences API meets."""

import re

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def golden(connection):
    return {
        "name": "0123456789",
        "description": "",
        "targetResource": {"connectionId": connection},
        "metadata": {"externalAudienceId": "x"},
    }


def test_an_audience_is_made_with_a_bare_number_that_no_double_holds(api):
    answer = api.ask("POST", "/amc/audiences/metadata", golden(api.connect()))

    assert answer.status_code == 201
    assert answer.headers["content-type"] == "application/vnd.amcaudiences.v1+json"
    found = re.fullmatch(r'\{"audienceId":(\d{18}),"externalAudienceId":"x"\}', answer.text)
    assert found
    assert int(float(found[1])) != int(found[1])


def test_a_name_of_nine_characters_is_refused(api):
    answer = api.ask("POST", "/amc/audiences/metadata", golden(api.connect()) | {"name": "012345678"})

    assert answer.status_code == 400
    assert list(answer.json()) == ["message"]


def test_a_quoted_audience_id_is_refused(shop):
    answer = shop.api.send(str(shop.audience), [shop.record(0)])

    assert answer.status_code == 400
    assert answer.json() == {"Message": "STRING_VALUE can not be converted to a Long"}


def test_good_records_become_a_job_that_succeeds(shop):
    answer = shop.send(shop.record(0), shop.record(1))

    assert answer.status_code == 202
    job_id = answer.json()["jobRequestId"]
    assert UUID.fullmatch(job_id)
    assert shop.api.job(job_id)["jobState"] == "PENDING"
    shop.api.sandbox.advance(180)
    done = shop.api.job(job_id)
    assert done == {
        "jobRequestId": job_id,
        "jobState": "SUCCEEDED",
        "successful": {"recordsProcessedRate": 100.0},
        "invalidRecords": [],
        "audienceSize": {"receivedRecordSize": 2, "idResolutionCount": 2, "dspAudienceSize": 0},
    }


def test_a_failing_dsp_leg_makes_it_partial(shop):
    shop.api.sandbox.faults(job_partial={"at": [1]})

    done = shop.finish(shop.record(0))

    assert done["jobState"] == "PARTIALLYSUCCEEDED"
    assert done["successful"] == {"recordsProcessedRate": 100.0}
    assert set(shop.members()) == {"p-0"}


def test_accepting_the_terms_has_no_body(api):
    terms = api.ask("GET", "/amc/audiences/connections/terms").json()

    answer = api.ask(
        "PATCH",
        "/amc/audiences/connections/terms",
        {"agreementToken": terms["agreementToken"], "hasAccepted": True},
    )

    assert (answer.status_code, answer.content) == (204, b"")


def test_deleting_connections_without_an_id_deletes_all(api):
    api.connect()
    api.connect()

    answer = api.ask("DELETE", "/amc/audiences/connections")

    assert (answer.status_code, answer.content) == (204, b"")
    assert api.ask("GET", "/amc/audiences/connections").json() == {"connections": []}


def test_a_throttled_request_is_told_how_long_to_wait(api):
    api.sandbox.faults(throttle={"at": [1], "retry_after": 7})

    answer = api.ask("GET", "/v2/profiles")

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert api.ask("GET", "/v2/profiles").status_code == 200


def test_an_access_token_expires_after_an_hour_and_is_renewed(api):
    api.sandbox.advance(3599)
    assert api.ask("GET", "/v2/profiles").status_code == 200
    api.sandbox.advance(1)
    assert api.ask("GET", "/v2/profiles").status_code == 401

    api.sign_in()

    assert api.ask("GET", "/v2/profiles").status_code == 200
