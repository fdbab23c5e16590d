"""Every template of `lading dataset init` is a sync that creates its dataset and uploads to it, by the commands alone."""

import csv
import hashlib
import json

import pytest
import yaml

from lading.service.datasets.proposing import TEMPLATES

#: A value for each type, identifier and consent.
TYPES = {
    "STRING": "a",
    "DECIMAL": "2.50",
    "INTEGER": "3",
    "LONG": "4",
    "TIMESTAMP": "2026-01-02T10:00:00Z",
    "DATE": "2026-01-02",
}
EVENTS = {"purchases", "signups", "store_visits"}


@pytest.fixture
def desk(desk):
    s3 = desk.sandbox.s3
    desk.environ |= {
        "AWS_ENDPOINT_URL": s3["url"], "AWS_ACCESS_KEY_ID": s3["access_key_id"],
        "AWS_SECRET_ACCESS_KEY": s3["secret_access_key"], "AWS_DEFAULT_REGION": s3["region"],
    }  # fmt: skip
    return desk


def value(name, column, person, number):
    if column.get("country"):
        return person["country"]
    if column.get("consent"):
        return "GRANTED"
    if name in person:
        return person[name]
    if column.get("identifier"):
        return "cdda802e-fb9c-47ad-9866-0794d394c912"
    return TYPES[column["type"]].replace("a", f"a-{number}")


def write(desk, block, people):
    [(name, sync)] = yaml.safe_load(block).items()
    columns = sync["to"]["dataset"]["columns"]
    with (desk.folder / sync["from"]["path"]).open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(columns))
        writer.writeheader()
        writer.writerows(
            {one: value(one, column, person, number) for one, column in columns.items()}
            for number, person in enumerate(people)
        )
    return name


def rows(desk, dataset):
    found = desk.sandbox._ask("GET", f"instances/amcshop001/datasets/{dataset}/rows")
    return [json.loads(line) for line in found.splitlines()]


def test_every_template_creates_and_uploads(desk):
    people = desk.sandbox.people("US", 3)
    blocks = [desk.lading("dataset", "init", "--template", name).out for name in TEMPLATES]
    names = [write(desk, block, people) for block in blocks]
    assert names == list(TEMPLATES)
    desk.settings(add="".join(blocks).replace("your-bucket", "shop-uploads"))
    assert desk.lading("bucket", "setup").code == 0
    for name in names:
        report = desk.lading("apply", name, "--json").data
        assert (report["state"], report["books"]["confirmed"]) == ("done", 3), name
        found = rows(desk, name)
        assert len(found) == 3
        assert all(row.get("user_id") for row in found) == (name in EVENTS or name == "crm_segments"), name
    listed = desk.lading("dataset", "list", "--json").data
    assert {one["dataset_id"]: one["kind"] for one in listed} == {
        name: "events" if name in EVENTS else "table" for name in TEMPLATES
    }


def test_a_file_is_looked_at_and_goes_up_as_proposed(desk):
    [person, other] = desk.sandbox.people("US", 2)
    hashed = hashlib.sha256(b"x").hexdigest()
    (desk.folder / "Orders.csv").write_text(
        "Order ID,Bought at,Total,E-Mail,Notes,key\n"
        f"7,2026-01-02T10:00:00Z,2.50,{person['email']},mail me at {person['email']},{hashed}\n"
        f"8,2026-01-03T10:00:00Z,3,{other['email']},,{hashed}\n",
        "utf-8",
    )
    made = desk.lading("dataset", "init", "Orders.csv", "--json").data
    assert made["sync"] == "orders"
    assert "country: US  # " in made["text"]
    assert "Notes: an e-mail address stands in its text" in " ".join(made["remarks"])
    desk.settings(add=made["text"].replace("your-bucket", "shop-uploads"))
    desk.lading("bucket", "setup")
    assert desk.lading("apply", "orders", "--json").data["books"]["confirmed"] == 2
    assert [(row["order_id"], bool(row["user_id"])) for row in rows(desk, "orders")] == [(7, True), (8, True)]
    assert desk.lading("dataset", "init", "Orders.csv", "--out", "block.yaml").code == 0
    assert (desk.folder / "block.yaml").read_text("utf-8").startswith("  orders:\n    from: ")
    again = desk.lading("dataset", "init", "Orders.csv", "--out", "block.yaml", "--json")
    assert (again.code, again.json["problems"][0]["code"]) == (2, "exists")
