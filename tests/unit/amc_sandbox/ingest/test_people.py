"""Whom rows mean: country, consent, people, and their removal."""

from dataclasses import replace

import pytest

from amc_sandbox.ingest.specs import Column, Identity, Source, UploadSpec

from .conftest import ACCOUNT, EMAIL, TIME, dataset, lines, sha

COUNTRY = Column("country", "STRING", country_code=True)
PII = {"phone": "PHONE", "first": "FIRST_NAME", "last": "LAST_NAME", "street": "ADDRESS", "zip": "ZIP"}
CONSENT = ("tcf", "gpp", "amzn_user_data", "amzn_ad_storage")


@pytest.fixture
def ada(people, population):
    """Somebody in the US who shares an e-mail with nobody."""
    return next(
        one
        for one in population.people("US", 300)
        if people.resolve([{"email": sha(one["email"])}], "US") == one["user_id"] and one["phone"]
    )


def users(desk, dataset):
    return [row["user_id"] for row in desk.rows(dataset)]


@pytest.mark.parametrize("upload", ["US", "DE", None])
@pytest.mark.parametrize("own", ["US", "DE", None])
@pytest.mark.parametrize("general", ["US", "DE", None])
def test_the_row_comes_before_the_upload_and_that_before_the_data_set(desk, ada, own, upload, general):
    people = dataset(EMAIL, COUNTRY, country_code=general)
    desk.put("f", lines({"email": sha(ada["email"]), "country": own}))
    spec = UploadSpec("u", Source("up", key="f"), "LINES", "NONE", "ADDITIVE", upload)
    assert desk.ingestion.run(people, spec, ACCOUNT).ok

    found = (own or upload or general) == "US"
    assert users(desk, people) == [ada["user_id"] if found else None]
    assert desk.rows(people)[0]["country"] == own


def test_a_country_is_of_iso_3166(desk):
    people = dataset(EMAIL, COUNTRY)
    outcome = desk.upload(people, "email,country\n,US\n,UK\n")
    assert (
        outcome.message == "Row 2 of 's3://up/f': column 'country' does not hold a country code of ISO 3166"
    )


def test_identifiers_are_dropped_and_users_written(desk, ada, people):
    """Names that the data set declares for the user are filled whatever the file says; any identifier finds."""
    hashed = [Column(name, "STRING", hashed_pii=kind) for name, kind in PII.items()]
    maid = Column("phone_id", "STRING", external_identity="MAID")
    who = Column("who", "STRING", main_user_id=True)
    how = Column("how", "STRING", main_user_id_type=True)
    known = dataset("n", EMAIL, *hashed, maid, who, how, country_code="US")
    normal = {"first": "first_name", "last": "last_name", "street": "address", "zip": "postal"}
    import polars as pl

    from amc_sandbox.people.normal_forms import normal as normalized

    form = normalized(pl.DataFrame([ada])).row(0, named=True)
    desk.upload(
        known,
        lines(
            {"n": "mail", "email": sha(form["email"]), "who": "me", "how": "mine"},
            {"n": "phone", "phone": sha(form["phone"])},
            {"n": "home", **{name: sha(form[key]) for name, key in normal.items()}},
            {"n": "half", "first": sha(form["first_name"])},
            {"n": "maid", "phone_id": "0A1B"},
            {"n": "wrong", "phone_id": "0a1c", "email": ""},
        ),
        form="LINES",
    )
    user = ada["user_id"]
    expected = {"mail": user, "phone": user, "home": user, "half": None, "maid": "AMAID", "wrong": None}
    rows = desk.rows(known)
    assert {row["n"]: row["who"] for row in rows} == expected
    assert {row["how"] for row in rows if row["who"]} == {"adUserId"}
    assert {row["how"] for row in rows if not row["who"]} == {None}
    assert set(rows[0]) == {"n", "who", "how"}


def test_rows_in_which_nobody_is_found_stay_or_go(desk, ada):
    people, things = dataset("n", EMAIL, country_code="US"), replace(dataset("n"), dataset_id="things")
    content = lines({"n": "a", "email": sha(ada["email"])}, {"n": "b", "email": sha("nobody")}, {"n": "c"})
    assert desk.upload(people, content, form="LINES").metrics == {"OutputRowCount": 3.0}
    desk.switches.unmatched_rows = "dropped"
    assert desk.upload(people, form="LINES", strategy="FULL_REPLACE").metrics == {"OutputRowCount": 1.0}
    assert desk.upload(things, lines({"n": "a"}), form="LINES").metrics == {"OutputRowCount": 1.0}


def test_a_sandbox_instance_finds_four_of_five(desk):
    facts = replace(dataset(TIME, EMAIL, period="P1D"), instance_id="amcshopsbx")
    desk.bucket(tags={"instanceId": "amcshopsbx"})
    text = "at,email\n" + "".join(f"2024-01-01T00:00:00Z,{sha(str(n % 2000))}\n" for n in range(4000))
    assert desk.upload(facts, text).ok
    found = users(desk, facts)
    assert 0.77 < sum(one is not None for one in found) / 4000 < 0.83
    assert found[:2000] == found[2000:]
    flat = replace(facts, dataset_id="flat", period=None, columns=(EMAIL,))
    assert desk.upload(flat, f"email\n{sha('1')}\n").ok
    assert users(desk, flat) == [None]


GRANTED = {"amzn_user_data": "GRANTED"}
#: What a row says, and whether it is taken: (in the US, in Germany) in transition, and in Germany when mandatory.
SAYINGS = [
    ({}, True, True, False),
    (GRANTED, True, True, True),
    (GRANTED | {"amzn_ad_storage": "GRANTED"}, True, True, True),
    (GRANTED | {"amzn_ad_storage": "DENIED"}, False, False, False),
    ({"amzn_user_data": "DENIED"}, False, False, False),
    ({"amzn_ad_storage": "DENIED"}, False, False, False),
    ({"amzn_ad_storage": "GRANTED"}, True, True, False),
    ({"amzn_user_data": "UNKNOWN"}, True, False, False),
    ({"amzn_user_data": "granted"}, True, False, False),
    ({"tcf": "CQB4ySF", "amzn_user_data": "DENIED"}, True, True, True),
    ({"gpp": "DBAA", "amzn_user_data": "DENIED"}, True, True, True),
    ({"tcf": "", "amzn_user_data": "DENIED"}, False, False, False),
]


def test_consent_drops_rows_one_by_one(desk):
    signals = [Column(name, "STRING", consent=name.upper()) for name in CONSENT]
    people = dataset("n", EMAIL, COUNTRY, *signals)
    rows = [
        {"n": f"{number} {country}", "country": country, "email": sha("x")} | said
        for number, (said, *_) in enumerate(SAYINGS)
        for country in ("US", "DE")
    ]

    def taken():
        assert desk.upload(people, lines(*rows), form="LINES", strategy="FULL_REPLACE").ok
        return {row["n"] for row in desk.rows(people)}

    expected = [
        {f"{number} {country}" for number, row in enumerate(SAYINGS) if row[where]}
        for country, where in (("US", 1), ("DE", 2), ("DE", 3))
    ]
    assert taken() == expected[0] | expected[1]
    desk.switches.consent = "mandatory"
    assert taken() == expected[0] | expected[2]


def test_mandatory_consent_asks_nothing_of_things(desk):
    desk.switches.consent = "mandatory"
    things, people = dataset("n", country_code="DE"), replace(dataset("n", EMAIL), dataset_id="people")
    assert desk.upload(things, "n\nx\n").metrics == {"OutputRowCount": 1.0}
    assert desk.upload(people, "n\nx\n").metrics == {"OutputRowCount": 0.0}


def test_people_who_are_deleted_leave_every_data_set_of_the_instance(desk, ada):
    one = dataset("n", EMAIL, TIME, period="P1D", country_code="US")
    two, apart = replace(one, dataset_id="two"), replace(one, instance_id="amcshopeu1")
    desk.bucket(tags={"instanceId": "amcshop001 amcshopeu1"})
    moment = "2024-01-0{}T00:00:00Z"
    content = lines(
        {"n": "ada", "email": sha(ada["email"]), "at": moment.format(1)},
        {"n": "other", "email": sha("x"), "at": moment.format(1)},
        {"n": "ada", "email": sha(ada["email"]), "at": moment.format(2)},
    )
    for each in (one, two, apart):
        assert desk.upload(each, content, form="LINES").ok

    gone = desk.ingestion.delete_people("amcshop001", [Identity(hashed={"EMAIL": sha(ada["email"])})])
    assert gone == 4
    for each in (one, two):
        assert [row["n"] for row in desk.rows(each)] == ["other"]
        assert desk.partitions(each) == {"2024-01-01T00:00:00Z": 1}
    assert len(desk.rows(apart)) == 3
    assert desk.ingestion.delete_people("amcshop001", [Identity(external=("LIVERAMP", "x"))]) == 0
