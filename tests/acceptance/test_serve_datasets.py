"""Datasets, buckets and schedules over HTTP: what the commands can do, a program can."""

import pytest
from api import served_api

ORDERS = """\
    schedule: {cron: "0 3 * * *"}
  orders:
    from: {source: files, path: orders.csv}
    to:
      dataset:
        connection: amazon
        id: orders
        bucket: s3://shop-uploads/lading
        country: US
        columns:
          order_id: {type: STRING}
          at: {type: TIMESTAMP, event_time: true}
          note: {type: STRING}
          email: {identifier: EMAIL}
"""
ROWS = "order_id,at,note,email\no-1,2026-01-01T10:00:00Z,,jo@shop.example\n"


@pytest.fixture
def desk(desk):
    s3 = desk.sandbox.s3
    desk.environ |= {
        "AWS_ENDPOINT_URL": s3["url"], "AWS_ACCESS_KEY_ID": s3["access_key_id"],
        "AWS_SECRET_ACCESS_KEY": s3["secret_access_key"], "AWS_DEFAULT_REGION": s3["region"],
    }  # fmt: skip
    desk.settings(add=ORDERS)
    (desk.folder / "orders.csv").write_text(ROWS, "utf-8")
    desk.write(desk.people(3))
    return desk


def code(answer):
    return answer.status_code, answer.json()["problems"][0]["code"]


def test_a_dataset_lives_over_http(desk):
    with served_api(desk) as api:
        assert api.get("/v1/buckets/orders")[0]["bucket"] == "shop-uploads"
        api.post("/v1/buckets/orders")
        assert api.post("/v1/datasets/orders")["done"] == "created"
        assert [one["dataset_id"] for one in api.get("/v1/datasets")] == ["orders"]

        [begun] = api.post("/v1/syncs/orders/apply", status=202)
        assert api.finished(begun["run"])["state"] == "done"
        [upload] = api.get("/v1/datasets/orders/uploads")
        assert api.get(f"/v1/datasets/orders/uploads/{upload['upload_id']}")["output_rows"] == 1

        said = api.ask("PUT", "/v1/datasets/orders", json={"description": "What was ordered"})
        assert said.json()["data"]["description"] == "What was ordered"
        assert code(api.ask("PUT", "/v1/datasets/orders", json={"country": ""})) == (422, "wrong_value")
        added = api.post("/v1/datasets/orders/columns/shop", {"type": "STRING", "description": "Which one"})
        assert ("shop", "Which one") in [(one["name"], one["description"]) for one in added["columns"]]
        again = {
            "files": [f"s3://{upload['source']['bucket']}/{upload['source']['prefix']}"],
            "strategy": "additive",
        }
        assert api.post("/v1/datasets/orders/uploads", again)["dataset_id"] == "orders"
        assert code(api.ask("POST", "/v1/datasets/orders/uploads", json={"files": ["orders.csv"]})) == (
            422,
            "wrong_request",
        )
        renamed = api.ask("PUT", "/v1/datasets/orders/columns/note", json={"name": "remark"})
        assert "remark" in [one["name"] for one in renamed.json()["data"]["columns"]]
        gone = api.ask("DELETE", "/v1/datasets/orders/columns/remark?confirm=remark")
        assert "remark" not in [one["name"] for one in gone.json()["data"]["columns"]]

        assert code(api.ask("POST", "/v1/datasets/orders/recreate?confirm=order")) == (422, "not_confirmed")
        assert api.post("/v1/datasets/orders/recreate?confirm=orders")["columns"]
        assert code(api.ask("DELETE", "/v1/datasets/orders?confirm=order")) == (422, "not_confirmed")
        assert api.ask("DELETE", "/v1/datasets/orders?confirm=orders").json()["data"]["done"] == "deleted"
        assert code(api.ask("GET", "/v1/datasets/orders"))[0] == 404
        assert code(api.ask("GET", "/v1/datasets/customers"))[1] == "no_dataset"


def test_a_schedule_is_seen_and_held_over_http(desk):
    with served_api(desk, "--no-worker") as api:
        [line] = api.get("/v1/schedules?count=2")
        assert (line["sync"], line["state"], len(line["next"])) == ("customers", "on", 2)
        assert api.post("/v1/schedules/customers/pause")["state"] == "paused"
        assert api.post("/v1/schedules/customers/resume")["state"] == "on"
        [key] = desk.lading("keys", "list", "--json").data
        done = [(entry["what"], entry["who"]) for entry in api.get("/v1/audit?limit=2")]
        assert {who for _, who in done} == {f"key {key['id']}"}, done
        fires = api.get("/v1/cron?line=0 3 * * *&start=2026-01-01T00:00:00Z&count=2&timezone=Europe/Berlin")
        assert fires == ["2026-01-01T02:00:00Z", "2026-01-02T02:00:00Z"]
        assert code(api.ask("GET", "/v1/cron?line=61 3 * * *"))[1] == "wrong_schedule"
        assert code(api.ask("POST", "/v1/schedules/orders/pause"))[0] in {404, 422}
