"""`lading dataset prepare`: the files of an upload by the real command, and nothing in clear in them, or anywhere."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import polars as pl

SHOP = Path(__file__).parents[2] / "examples" / "shop"
ORDERS = """\
  orders:
    from: {source: files, path: orders.csv}
    to:
      dataset:
        connection: amazon
        id: orders
        bucket: s3://shop-uploads
        country: US
        FORMAT
        columns:
          order_id: {type: STRING}
          at: {type: TIMESTAMP, event_time: true}
          amount: {type: DECIMAL}
          email: {identifier: EMAIL}
          note: {type: STRING}
"""
HEADER = "order_id,at,amount,email,note,ref"
ROWS = [
    "o-1,2026-05-01T10:00:00Z,5,ann.qzqz@mail.example,gift,",
    "o-2,2026-05-02T01:00:00+02:00,1.005,bob.qzqz@mail.example,,",
    'o-3,2026-05-02T01:00:00+02:00,7.5,,"two, ""big"" ones",',
]


def orders(desk, *rows, form="format: csv", name="orders.csv"):
    (desk.folder / name).write_text("\n".join([HEADER, *rows]) + "\n", "utf-8")
    desk.settings(add=ORDERS.replace("FORMAT", form))


def everything(folder):
    """All that lies in a folder but the source, as one text; tables as they are read."""
    texts = []
    for path in folder.rglob("*"):
        if path.is_file() and path.parent != folder:
            texts.append(path.read_bytes().decode("latin-1"))
        if path.suffix == ".parquet":
            texts.append(str(pl.read_parquet(path).rows()))
    return "".join(texts)


def test_files_are_written_and_nothing_is_sent(desk):
    orders(desk, *ROWS, form="format: csv\n        compression: none")
    before = len(desk.sandbox.requests())
    done = desk.lading("dataset", "prepare", "orders", "--json")
    made = done.data
    assert (made["read"], made["recorded"], made["rejected"]) == (3, 2, 1)
    [turned] = made["rejections"]
    assert (turned["code"], turned["examples"]) == (
        "too_many_places",
        [{"row": 2, "column": "amount", "masked": "1***"}],
    )
    assert made["partitions"] == {"2026-05-01T00:00:00Z": 2}
    assert made["unnamed"] == ["ref"]
    assert [file["name"] for file in made["files"]] == ["part-00001.csv"]
    lines = (desk.folder / "upload/orders/part-00001.csv").read_text("utf-8").splitlines()
    assert lines[0] == "order_id,at,amount,email,note"
    assert lines[1].startswith("o-1,2026-05-01T10:00:00Z,5.00,")
    assert lines[2] == 'o-3,2026-05-01T23:00:00Z,7.50,,"two, ""big"" ones"'
    assert len(desk.sandbox.requests()) == before
    said = desk.lading("dataset", "prepare", "orders", "--out", "elsewhere")
    assert "row 2, amount, 1***" in said.out
    assert "Not in the files, since no column of the dataset is filled from them: ref." in said.out
    assert "qzqz" not in everything(desk.folder) + done.out + done.err + said.out + said.err


def test_an_identifier_in_clear_stops_everything_until_it_is_allowed(desk):
    orders(
        desk,
        *ROWS[:2],
        "o-4,2026-05-02T00:00:00Z,1,,ask zoe.qzqz@mail.example,",
        ROWS[0] + "(212) 736-5000",
    )
    stopped = desk.lading("dataset", "prepare", "orders", "--json")
    assert (stopped.code, stopped.json["data"]) == (2, None)
    assert [(problem["code"], problem["where"]) for problem in stopped.json["problems"]] == [
        ("raw_identifier", "row 3, column note"), ("raw_identifier", "row 4, column ref"),
    ]  # fmt: skip
    assert "z***@m***" in stopped.json["problems"][0]["message"]
    assert not (desk.folder / "upload").exists() or not list((desk.folder / "upload").rglob("*.*"))
    assert "qzqz" not in everything(desk.folder) + stopped.out + stopped.err
    orders(desk, ROWS[0], "o-4,2026-05-02T00:00:00Z,1,,ask zoe.qzqz@mail.example,(212) 736-5000",
           form="allow: {note: public reviews}\n        drop: [ref]")  # fmt: skip
    made = desk.lading("dataset", "prepare", "orders", "--json").data
    assert (made["allowed"], made["unnamed"], made["recorded"]) == ({"note": "public reviews"}, [], 2)
    table = pl.read_parquet(desk.folder / "upload/orders/part-00001.parquet")
    assert table["note"].to_list() == ["gift", "ask zoe.qzqz@mail.example"]
    assert "ann.qzqz" not in everything(desk.folder)


def test_a_folder_with_other_files_is_not_written_to(desk):
    orders(desk, ROWS[0])
    (desk.folder / "mine").mkdir()
    (desk.folder / "mine/letter.txt").write_text("dear")
    done = desk.lading("dataset", "prepare", "orders", "--out", "mine", "--json")
    assert (done.code, done.json["problems"][0]["code"]) == (2, "wrong_output")
    assert [path.name for path in (desk.folder / "mine").iterdir()] == ["letter.txt"]


def test_the_shops_purchases_are_prepared_as_the_example_says(desk):
    for name in ("lading.yaml", "customers.csv", "purchases.py"):
        shutil.copyfile(SHOP / name, desk.folder / name)
    subprocess.run(
        [sys.executable, "-B", "purchases.py", "--events", "3000"],
        cwd=desk.folder,
        check=True,
        capture_output=True,
    )
    made = desk.lading("dataset", "prepare", "purchases", "--json").data
    assert (made["read"], made["read"] - made["recorded"], len(made["partitions"])) == (
        3000,
        made["rejected"],
        90,
    )
    assert {reason["code"] for reason in made["rejections"]} >= {
        "consent_missing",
        "consent_denied",
        "not_a_number",
    }
    table = pl.read_parquet(desk.folder / "upload/purchases" / made["files"][0]["name"])
    assert table.columns == [
        "order_id",
        "purchased_at",
        "product",
        "amount",
        "email",
        "country",
        "ad_consent",
    ]
    assert table["email"].drop_nulls().str.contains("^[0-9a-f]{64}$").all()
    assert "@" not in json.dumps(table.drop("email").cast(pl.String).to_dicts())
    day = desk.lading("dataset", "prepare", "purchases", "--input", "next_day.csv", "--json").data
    assert list(day["partitions"]) == ["2025-12-30T00:00:00Z"]
