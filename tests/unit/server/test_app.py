"""The app without a process: what no test from outside can bring about cheaply."""

import pytest
from starlette.testclient import TestClient

from lading import wiring
from lading.server.app import build_app
from lading.server.carrying import Carrier
from lading.server.desk import Desk
from lading.server.reception import Reception
from lading.service import keys
from lading.settings.server import Server


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

    monkeypatch.setattr(runs.runs, "list_runs", broken)
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
    house.ledger.made.put("syncs", "x", {}, who="test")
    assert client.get("/readyz").status_code == 422
    assert client.get("/healthz").status_code == 200


def test_every_request_is_logged_by_pattern(client, lines):
    client.get("/v1/runs/r-secret-name")
    [line] = lines
    assert (line["route"], line["status"]) == ("/v1/runs/{run}", 404)
    assert "secret-name" not in str(line)


def test_settings_that_are_wrong_are_no_missing_address_and_their_place_is_named(client):
    path = "/v1/settings/sources/lake"
    unknown = client.put(path, json={"type": "files", "root": "/data", "rot": 1})
    assert codes(unknown) == (422, ["unknown_key"])
    wrong = client.put(path, json={"type": "files", "root": 5})
    assert codes(wrong)[0] == 422
    assert [answer.json()["problems"][0]["where"] for answer in (unknown, wrong)] == [
        "the ledger (sources.lake.rot)",
        "the ledger (sources.lake.root)",
    ]
