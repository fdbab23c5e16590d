"""The door leaves out what no event of a group has, and tells of no single value: its records are those of `prepare` all the same."""

from dataclasses import replace
from datetime import UTC, datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lading import wiring
from lading.dialects.segment import Membership
from lading.model.frames import EVENTS, ROW, SETS
from lading.model.identifiers import IDENTIFIERS
from lading.prepare.rows import prepare
from lading.service.drafting import recipe_of
from lading.service.events.hashing import COLUMNS, hashed

AT = datetime(2026, 1, 5, tzinfo=UTC)
SETTINGS = """\
version: 1
connections:
  amazon: {region: NA, client_id: "env:ID", client_secret: "env:SECRET", profile_id: "1",
           amc: {account_id: ENTITY1, marketplace_id: ATVPDKIKX0DER, instance_id: amcshop001}}
sources:
  engage: {type: segment}
syncs:
  plain:
    from: {source: engage, audience: plain}
    to: {audience: {connection: amazon, name: Very important, country: US}}
  strict:
    from: {source: engage, audience: strict}
    to: {audience: {connection: amazon, name: Very strict}}
    map: {external_id: external_id, email: [email, address], phone: phone, consent: {tcf: tcf}}
    identity: {external_id: hash, on_invalid: error, variants: [phone_trunk]}
"""
VALUES = {
    "external_id": ["u-1", "u-2", " u-3 ", "not legal!", ""],
    "country": ["US", "de", "Germany", "nowhere"],
    "email": ["Jane@Example.com", "jane@example.com", "", "n/a", "no mail", "a" * 64],
    "phone": ["+1 512 555 0100", "0", "n/a"],
    "first_name": ["Zoë", "-"],
    "last_name": ["O'Neil"],
    "address": ["1 Main St.", "x@example.com"],
    "city": ["München"],
    "state": ["Texas", "TX"],
    "postal": ["78701-1234"],
    "tcf": ["C", "not one"],
    "amzn_user_data": ["DENIED", "GRANTED", "maybe"],
    "amzn_ad_storage": ["DENIED"],
    "geo_ip": ["10.0.0.1", "here"],
}
PEOPLE = st.lists(
    st.fixed_dictionaries({}, optional={name: st.sampled_from(some) for name, some in VALUES.items()}), min_size=1, max_size=8
)  # fmt: skip


@pytest.fixture(scope="module")
def parts(tmp_path_factory):
    folder = tmp_path_factory.mktemp("door")
    (folder / "lading.yaml").write_text(SETTINGS)
    with wiring.build(folder / "lading.yaml", {}) as parts:
        yield parts


def whole(parts, sync, people):
    """The same people as a source with all columns would bring them: their sets, and why others have none."""
    recipe = recipe_of(parts, parts.sync(sync), COLUMNS)
    recipe = replace(recipe, profile=replace(recipe.profile, stop_at_invalid=False))
    rows = pl.DataFrame(
        {ROW: range(len(people)), **{name: [one.get(name) for one in people] for name in COLUMNS}},
        schema={ROW: pl.UInt64, **dict.fromkeys(COLUMNS, pl.String)},
    )
    done = prepare(rows, recipe)
    first = [pl.col(name).first() for name in SETS if name not in {ROW, "set_no", *IDENTIFIERS}]
    came = done.sets.group_by(ROW, maintain_order=True).agg(*first, sets=pl.struct(IDENTIFIERS))
    return came.drop(ROW).to_dicts(), dict(done.rejections.select(ROW, "code").iter_rows())


@pytest.mark.parametrize("sync", ["plain", "strict"])
def test_the_door_hashes_as_any_source_does(parts, sync):
    @settings(max_examples=12, database=None, derandomize=True, deadline=None)
    @given(PEOPLE)
    def held_against_prepare(people):
        found = [Membership(sync, True, AT, "m", person) for person in people]
        done = hashed(parts, sync, found)
        records, refused = whole(parts, sync, people)
        assert done.events.schema == pl.Schema(EVENTS)
        assert done.events.filter("entered").drop("target", "at", "message", "entered").to_dicts() == records
        assert done.refused == refused

    held_against_prepare()


def test_who_denies_consent_leaves_and_who_leaves_needs_an_id_alone(parts):
    found = [
        Membership("plain", True, AT, "1", {"external_id": "u-1", "email": "a@example.com", "amzn_user_data": "DENIED"}),
        Membership("plain", False, AT, "2", {"external_id": "u-2"}),
        Membership("plain", False, AT, "3", {"external_id": ""}),
        Membership("plain", True, AT, "4", {"external_id": "u-4"}),
        Membership("plain", True, AT, "5", {"external_id": "no id!", "amzn_user_data": "DENIED"}),
    ]  # fmt: skip
    done = hashed(parts, "plain", found)
    assert done.refused == {
        0: "consent_denied",
        2: "external_id_missing",
        3: "no_identifier",
        4: "external_id_illegal",
    }
    assert done.events.select("external_id", "entered", "message").rows() == [
        ("u-1", False, "1"),
        ("u-2", False, "2"),
    ]
