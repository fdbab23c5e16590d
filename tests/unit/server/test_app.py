"""The app without a process: what no test from outside can bring about cheaply."""

import pytest
from starlette.testclient import TestClient

from lading import wiring
from lading.errors import SettingsError
from lading.server.app import build_app
from lading.server.carrying import Carrier
from lading.server.desk import Desk
from lading.server.reception import Reception
from lading.service import keys, made
from lading.settings.server import Server

CONNECTION = {
    "region": "NA",
    "client_id": "env:ID",
    "client_secret": "env:SECRET",
    "profile_id": "1",
    "amc": {"account_id": "ENTITY1", "marketplace_id": "ATVPDKIKX0DER", "instance_id": "amcshop001"},
}
SYNC = {
    "from": {"source": "shop", "path": "vips.csv"},
    "to": {"audience": {"connection": "amazon", "name": "Very important", "target": "AMC", "country": "US"}},
}


@pytest.fixture
def house(tmp_path):
    (tmp_path / "lading.yaml").write_text("version: 1\n")
    with wiring.open_house(tmp_path / "lading.yaml", {}) as house:
        yield house


class Log(list):
    """Keeps what is logged."""

    def info(self, event, **facts):
        self.append({"event": event, **facts})

    error = info


@pytest.fixture
def lines():
    return Log()


@pytest.fixture
def client(house, lines):
    carrier = Carrier(worker=False)
    desk = Desk(house, carrier, Reception(house.parts, carrier, worker=False), log=lines)
    desk.reception.open()
    with TestClient(build_app(desk, Server()), raise_server_exceptions=False) as client:
        client.headers["Authorization"] = f"Bearer {keys.create(house.parts(), 'admin').secret}"
        yield client
    desk.reception.close()


def codes(answer):
    return answer.status_code, [problem["code"] for problem in answer.json()["problems"]]


def test_a_method_that_an_address_does_not_take(client):
    assert codes(client.put("/v1/runs")) == (405, ["wrong_method"])


def test_our_bug_is_told_without_what_it_says(client, monkeypatch, lines):
    from lading.server.routes import runs

    def broken(*_):
        raise RuntimeError("jane@example.com")

    monkeypatch.setattr(runs.listing, "list_runs", broken)
    answer = client.get("/v1/runs")
    assert codes(answer) == (500, ["bug"])
    assert lines[0] == {"event": "bug", "kind": "RuntimeError", "route": "/v1/runs"}
    assert "jane" not in answer.text + str(lines)


def test_a_body_is_refused_by_field_and_never_by_value(client):
    answer = client.post("/v1/forget", json={"emails": ["jane@example.com"], "nobody": 1})
    assert codes(answer) == (422, ["wrong_request"])
    assert answer.json()["problems"][0]["where"] == "body.nobody"
    assert "jane" not in answer.text


def test_a_ledger_that_fails_makes_the_server_unready(client, house):
    assert client.get("/readyz").status_code == 200
    house.path.write_text("version: 2\n")
    house.ledger.made.put("syncs", "x", {}, who="test", after=0)
    assert client.get("/readyz").status_code == 422
    assert client.get("/healthz").status_code == 200


def test_every_request_is_logged_by_pattern(client, lines):
    client.get("/v1/runs/r-secret-name")
    [line] = lines
    assert (line["route"], line["status"]) == ("/v1/runs/{run}", 404)
    assert "secret-name" not in str(line)


def test_no_setting_is_kept_that_the_server_could_not_take_up(client):
    source = {"type": "segment", "mappings": [{"name": "all", "trigger": "type is"}]}
    assert codes(client.put("/v1/settings/sources/engage", json=source)) == (422, ["wrong_trigger"])
    unknown = client.put("/v1/settings/sources/engage", json={**source, "mapping": []})
    assert (unknown.status_code, unknown.json()["problems"][0]["where"]) == (
        422,
        "the ledger (sources.engage.mapping)",
    )
    assert client.get("/readyz").status_code == 200


def test_settings_that_another_server_changed_meanwhile_are_checked_again(house, monkeypatch):
    parts, kept = house.parts(), house.ledger.made
    made.put(parts, "sources", "shop", {"type": "files", "root": "."}, who="test")
    made.put(parts, "connections", "amazon", CONNECTION, who="test")
    put = kept.put

    def overtaken(kind, name, body, *, who, after):
        if kind == "syncs" and "shop" in kept.all()["sources"]:
            assert put("sources", "shop", None, who="another", after=after)
        return put(kind, name, body, who=who, after=after)

    monkeypatch.setattr(kept, "put", overtaken)
    with pytest.raises(SettingsError, match="shop"):
        made.put(house.parts(), "syncs", "vips", SYNC, who="test")
    assert set(made.exported(parts)) == {"connections"}
