"""A proposed sync is one that the settings take, whatever the file is called and holds."""

import pytest
import yaml

from lading.errors import SettingsError
from lading.service.datasets.proposing import TEMPLATES, Wish, propose
from lading.settings import load

HEAD = """\
version: 1
connections:
  dsp: {client_id: env:ID, client_secret: env:SECRET, profile_id: "1", dsp_advertiser_id: "1"}
  us:
    client_id: env:ID
    client_secret: env:SECRET
    profile_id: "1"
    amc: {account_id: ENTITY1, marketplace_id: ATVPDKIKX0DER, instance_id: amcshop001}
  amazon:
    client_id: env:ID
    client_secret: env:SECRET
    profile_id: "1"
    amc: {account_id: ENTITY1, marketplace_id: ATVPDKIKX0DER, instance_id: amcshop002}
sources:
  files: {type: files, root: .}
  drop: {type: files, root: data}
syncs:
"""


@pytest.fixture
def settings(tmp_path):
    def read(block=""):
        (tmp_path / "lading.yaml").write_text(HEAD + block, "utf-8")
        return load(tmp_path / "lading.yaml", {})

    return read


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_is_a_sync(settings, name):
    made = propose(Wish(template=name), None)
    dataset = settings(made.text).syncs[name].to.dataset
    assert dataset.connection == "amazon"
    assert (dataset.event_time is not None) == (name in {"purchases", "signups", "store_visits"})
    assert dataset.has_identifiers == (name in {"purchases", "signups", "store_visits", "crm_segments"})


def test_a_file_becomes_a_sync_with_its_source_and_remarks(settings, tmp_path):
    (tmp_path / "data").mkdir()
    file = tmp_path / "data" / "Orders 2026, new.csv"
    file.write_text(
        'Order ID,Purchased At,yes,E-Mail,"a: {b}",notes\n1,2026-01-01 10:00:00,2.50,ann@mail.example,x,mail me at bob@mail.example\n',
        "utf-8",
    )
    known = settings(
        "  none:\n    from: {source: files, path: x.csv}\n    to: {audience: {connection: dsp, name: Ten letters, target: DSP}}\n"
    )
    made = propose(Wish(path=file), known)
    assert "some times name no zone" in made.text
    sync = settings(made.text).syncs["orders_2026_new"]
    dataset = sync.to.dataset
    assert (dataset.connection, sync.from_.source, sync.from_.path) == (
        "us",
        "files",
        "data/Orders 2026, new.csv",
    )
    assert {name: dataset.source_of(name) for name in dataset.columns} == {
        "order_id": "Order ID", "purchased_at": "Purchased At", "yes": "yes", "e_mail": "E-Mail", "a_b": "a: {b}",
    }  # fmt: skip
    assert (dataset.event_time, dataset.drop, dataset.columns["e_mail"].identifier) == (
        "purchased_at",
        ("notes",),
        "EMAIL",
    )
    assert made.remarks[-1] == "drop notes: an e-mail address stands in its text"


def test_a_template_says_what_columns_of_its_names_are(settings, tmp_path):
    file = tmp_path / "in.csv"
    file.write_text(
        "signup_id,signed_up_at,happened_at,email\n7,2026-01-01T00:00:00Z,2026-01-01T00:00:00Z,a@b.example\n",
        "utf-8",
    )
    made = propose(Wish(path=file, template="signups", sync="joined", connection="us"), None)
    dataset = settings(made.text).syncs["joined"].to.dataset
    assert (dataset.late, dataset.row_key, dataset.event_time) == ("append", ("signup_id",), "signed_up_at")
    assert dataset.columns["signup_id"].type == "STRING"


def test_a_table_keeps_nothing_of_events(settings, tmp_path):
    file = tmp_path / "stores.csv"
    file.write_text("store,opened\nAustin,yes\n", "utf-8")
    made = propose(Wish(path=file, template="purchases", connection="us"), None)
    assert settings(made.text).syncs["stores"].to.dataset.event_time is None
    assert yaml.safe_load(made.text)["stores"]["from"]["path"] == str(file)


def test_what_cannot_be_proposed():
    with pytest.raises(SettingsError, match="--template purchases"):
        propose(Wish(), None)
    with pytest.raises(SettingsError, match="no template 'orders'"):
        propose(Wish(template="orders"), None)
