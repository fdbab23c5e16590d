"""What a file's columns hold, told by names and values."""

import polars as pl
import pytest

from lading.prepare.datasets.inferring import infer

HASH = "9e" * 32


def guessed(**columns):
    longest = max(map(len, columns.values()))
    filled = {name: [*values, *[None] * (longest - len(values))] for name, values in columns.items()}
    return infer(pl.DataFrame(filled, schema=dict.fromkeys(columns, pl.String)))


def says(name, *values, **others):
    """What is said of one column, beside others."""
    found = {one.source: one for one in guessed(**{name: list(values)}, **others).columns}
    return dict(found[name].says)


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("sku", ["a-1", "b-2"], {"type": "STRING"}),
        ("sku", ["", " "], {"type": "STRING"}),
        ("stars", ["1", "-5"], {"type": "INTEGER"}),
        ("quantity", ["1", "2"], {"type": "INTEGER", "kind": "METRIC"}),
        ("stars", ["1", "2147483648"], {"type": "LONG"}),
        ("order_id", ["1", "2"], {"type": "LONG"}),
        ("code", ["007", "008"], {"type": "STRING"}),
        ("amount", ["1", "2.5"], {"type": "DECIMAL", "kind": "METRIC"}),
        ("amount", ["1", "2.555"], {"type": "STRING"}),
        ("birthday", ["1990-01-31"], {"type": "DATE"}),
        ("day", ["2026-01-31"], {"type": "DATE", "event_time": True}),
        ("seen", ["2026-01-31T10:00:00Z"], {"type": "TIMESTAMP", "event_time": True}),
        ("seen", ["2026-01-31 10:00"], {"type": "TIMESTAMP", "timezone": "UTC", "event_time": True}),
        ("updated_at", ["2026-01-31T10:00:00Z"], {"type": "TIMESTAMP"}),
        ("E-Mail", ["a@b.example"], {"identifier": "EMAIL"}),
        ("contact", ["a@b.example", "c@d.example"], {"identifier": "EMAIL"}),
        ("mobile", ["+1 415 555 0160"], {"identifier": "PHONE"}),
        ("email_sha256", [HASH], {"identifier": "EMAIL"}),
        ("key", [HASH], {"type": "STRING"}),
        ("MAID", ["x"], {"identifier": "MAID"}),
        ("ramp_id", ["XY1"], {"identifier": "LIVERAMP"}),
        ("Country Code", ["US"], {"country": True}),
        ("tcf_string", ["CPx"], {"consent": "TCF"}),
        ("ads", ["GRANTED", "denied"], {"consent": "AMZN_USER_DATA"}),
        ("ad_storage", ["GRANTED"], {"consent": "AMZN_AD_STORAGE"}),
        ("city", ["Austin"], {"type": "STRING"}),
    ],
)
def test_a_column_by_itself(name, values, expected):
    assert says(name, *values) == expected


def test_a_place_is_a_persons_only_beside_a_person():
    assert says("city", "Austin", email=["a@b.example"]) == {"identifier": "CITY"}
    assert says("postal", "78701", last_name=["Lee"]) == {"identifier": "ZIP"}


def test_the_likeliest_time_is_that_of_the_event():
    stamp = ["2026-01-31T10:00:00Z"]
    found = guessed(updated=stamp, created=stamp, purchased_at=stamp, delivered_at=stamp, day=["2026-01-31"])
    assert [one.name for one in found.columns if one.says.get("event_time")] == ["purchased_at"]
    assert [
        one.name for one in guessed(created=stamp, other=stamp).columns if one.says.get("event_time")
    ] == ["created"]


def test_what_holds_people_in_its_text_is_left_out():
    found = guessed(
        notes=["call ann@mail.example", "x"], remark=["ring +1 415 555 0132", ""], user_id=["7"], id=["1"]
    )
    assert found.dropped == {
        "notes": "an e-mail address stands in its text", "remark": "a phone number stands in its text",
        "user_id": "Amazon fills a column of this name",
    }  # fmt: skip
    assert [one.source for one in found.columns] == ["id"]


def test_names_become_those_that_amazon_takes():
    found = guessed(**{"Order ID": ["x"], "orderId": ["y"], "1st": ["z"], "Größe": ["w"], "?": ["v"]})
    assert [one.name for one in found.columns] == ["order_id", "order_id_2", "c_1st", "gr_e", "c"]


def test_each_consent_and_the_country_stand_once():
    found = guessed(tcf=["C"], consent_string=["D"], country=["US"], country_iso=["US"])
    assert [dict(one.says) for one in found.columns] == [
        {"consent": "TCF"}, {"type": "STRING"}, {"country": True}, {"type": "STRING"},
    ]  # fmt: skip
