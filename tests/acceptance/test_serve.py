"""The server from outside: real HTTP to a real process."""

import hashlib
import re
import socket
import sqlite3
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

import requests
from api import served_api
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

PEOPLE = 25

VIPS = {
    "from": {"source": "files", "path": "vips.csv"},
    "to": {"audience": {"connection": "amazon", "name": "Very important", "target": "AMC", "country": "US"}},
}


def codes(answer):
    return [problem["code"] for problem in answer.json()["problems"]]


def test_a_sync_is_carried_and_explained_over_http(desk):
    people = desk.people(PEOPLE)
    desk.write(people)
    with served_api(desk) as api:
        assert [line["sync"] for line in api.get("/v1/syncs")] == ["customers"]
        plan = api.post("/v1/syncs/customers/plan", {"sample": 1})
        assert (plan["explained"]["add"], len(plan["sample"])) == (PEOPLE, 1)
        assert desk.sent() == []

        run = api.post(f"/v1/plans/{plan['id']}/apply", status=202)["run"]
        report = api.finished(run)
        assert (report["state"], report["balanced"], report["books"]["confirmed"]) == ("done", True, PEOPLE)

        [again] = api.post("/v1/syncs/customers/apply", status=202)
        assert api.finished(again["run"])["books"]["unchanged"] == PEOPLE
        assert [line["id"] for line in api.get("/v1/runs")] == [again["run"], run]
        assert api.get(f"/v1/runs/{run}?log=true")["log"]
        assert api.get("/v1/syncs/customers/trace?external_id=c-1")["steps"]
        [audience] = api.get("/v1/audiences")
        assert audience["audience_id"] == desk.audience_id
        assert api.get("/v1/audiences/customers")["matched"] == PEOPLE
        assert all(line["ok"] for line in api.get("/v1/check"))
        assert api.ask("POST", "/v1/syncs/customers/verify").status_code == 200
        assert [day["members"] for day in api.get("/v1/syncs/customers/verifications")] == [PEOPLE]
        assert api.post("/v1/syncs/customers/repair")["explained"]["refresh"] == PEOPLE
        assert api.get(f"/v1/runs/{run}/quality")["rows"] == PEOPLE
        [told] = api.get("/v1/deliveries?name=customers&by=day")
        assert (told["kind"], told["outcome"], told["count"]) == ("records", "confirmed", PEOPLE)
        assert codes(api.ask("GET", "/v1/deliveries?name=nobody")) == ["unknown_sync"]
        [reading] = api.post("/v1/sources/files/test")["readings"]
        assert (reading["rows"], reading["syncs"]) == (PEOPLE, ["customers"])
        value = {"field": "email", "value": "Jane@Example.com"}
        assert api.post("/v1/explain", value)["sha256"] == hashlib.sha256(b"jane@example.com").hexdigest()

        undone = api.post(f"/v1/runs/{run}/undo")
        assert undone["explained"]["remove"] == PEOPLE
        guarded = api.post(f"/v1/plans/{undone['id']}/apply", {"accept": ["max_removals"]}, status=202)["run"]
        assert api.finished(guarded)["books"]["removed"] == PEOPLE

        foreseen = api.post("/v1/forget", {"external_ids": ["c-1"], "dry_run": True})
        assert foreseen["people"] == 1
        done = api.post("/v1/forget", {"external_ids": ["c-1"]})
        assert api.get(f"/v1/forget/{done['id']}")["state"] == "done"
        metrics = api.ask("GET", "/metrics").text
        assert 'lading_http_requests_total{method="GET",route="/v1/runs/{run}",status="200"}' in metrics
        assert re.search(r'lading_pace_requests{connection="amazon",window="hour"} [1-9]', metrics)
        assert 'lading_throttled_total{connection="amazon"} 0.0' in metrics
        code, lines = api.end()
    assert code == 0
    assert "Jane@" not in str(lines)
    assert {line["route"] for line in lines if line["event"] == "request"} >= {"/v1/runs/{run}", "/v1/forget"}
    assert not [person["email"] for person in people.values() if person["email"] in str(lines)]


def test_nothing_is_open_without_a_key_but_health(desk):
    desk.write(desk.people(PEOPLE))
    with served_api(desk, "--no-worker", role="read") as api:
        for path in ("/healthz", "/readyz"):
            assert requests.get(api.url + path, timeout=60).status_code == 200
        addresses = requests.get(
            f"{api.url}/openapi.json", headers={"Authorization": f"Bearer {api.key}"}, timeout=60
        ).json()["paths"]
        for path, methods in addresses.items():
            for method in methods:
                if path in {"/healthz", "/readyz"}:
                    continue
                nobody = requests.request(method, api.url + path, timeout=60)
                assert (nobody.status_code, codes(nobody)) == (401, ["no_key"]), path
                assert nobody.headers["WWW-Authenticate"].startswith("Basic")
                if method != "get":
                    assert codes(api.ask(method, path)) == ["wrong_role"]
        assert requests.get(f"{api.url}/v1/runs", auth=(api.key, ""), timeout=60).status_code == 200
        assert api.ask("GET", "/v1/runs", key=api.key + "x").status_code == 401

        [key] = desk.lading("keys", "list", "--json").data
        assert (key["role"], set(key)) == ("read", {"id", "role", "name", "created_at", "revoked_at"})
        with sqlite3.connect(desk.home / "ledger.db") as ledger:
            assert api.key not in "".join(ledger.iterdump())
        ledger.close()
        desk.lading("keys", "revoke", key["id"])
        assert api.ask("GET", "/v1/runs").status_code == 401


def test_settings_that_the_api_changes_live_in_the_ledger(desk):
    people = desk.people(3)
    desk.write(people, "vips.csv")
    with served_api(desk) as api:
        assert codes(api.ask("PUT", "/v1/settings/syncs/customers", json=VIPS)) == ["read_only_setting"]
        wrong = api.ask("PUT", "/v1/settings/syncs/vips", json={**VIPS, "mode": "replace"})
        assert (wrong.status_code, codes(wrong)) == (422, ["wrong_value"])
        assert wrong.json()["problems"][0]["where"] == "the ledger (syncs.vips.mode)"
        secret = {"region": "NA", "client_id": "amzn1.x", "client_secret": "in clear", "profile_id": "1"}
        assert "literal_secret" in codes(api.ask("PUT", "/v1/settings/connections/other", json=secret))
        assert codes(api.ask("PUT", "/v1/settings/notify/x", json={})) == ["unknown_setting"]

        assert api.ask("PUT", "/v1/settings/syncs/vips", json=VIPS).status_code == 200
        [begun] = api.post("/v1/syncs/vips/apply", status=202)
        assert api.finished(begun["run"])["books"]["confirmed"] == 3
        assert api.get("/v1/settings")["made"] == {"syncs": {"vips": VIPS}}
        [done, *_] = [entry for entry in api.get("/v1/audit") if entry["what"] == "setting changed"]
        assert (done["where"], done["who"].split()[0]) == ({"setting": "syncs.vips"}, "key")

        assert "vips:" in desk.lading("export").out
        assert desk.lading("apply", "vips", "--json").data["books"]["unchanged"] == 3
        desk.settings(
            add="  vips: {from: {source: files, path: vips.csv}, to: {audience: {connection: amazon, name: Very important}}}\n"
        )
        taken = desk.lading("runs")
        assert (taken.code, "stands in the ledger too" in taken.err) == (2, True)
        desk.settings()
        assert api.ask("DELETE", "/v1/settings/syncs/vips").status_code == 200
        assert codes(api.ask("POST", "/v1/syncs/vips/apply")) == ["unknown_sync"]
        assert codes(api.ask("DELETE", "/v1/settings/syncs/vips")) == ["unknown_setting"]


def test_bodies_are_bounded_in_size_and_time(desk):
    desk.settings(add="server: {max_body: 2000, body_timeout: 1s, requests_per_second: 5}\n")
    with served_api(desk, "--no-worker") as api:
        assert codes(api.ask("PUT", "/v1/settings/syncs/x", data=b" " * 2001)) == ["body_too_large"]
        assert codes(api.ask("PUT", "/v1/settings/syncs/x", data=iter([b" " * 1000] * 3))) == [
            "body_too_large"
        ]
        assert codes(api.ask("PUT", "/v1/settings/syncs/x", data=b"{")) == ["wrong_request"]
        host = urlsplit(api.url)
        with socket.create_connection((host.hostname, host.port), timeout=60) as line:
            line.sendall(
                b"PUT /v1/settings/syncs/x HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: 9\r\n\r\n{"
                % api.key.encode()
            )
            assert line.recv(4096).startswith(b"HTTP/1.1 408")
        answers = [
            api.ask("GET", "/healthz", headers={"X-Forwarded-For": f"10.0.0.{number}"})
            for number in range(30)
        ]
        slow = next(one for one in answers if one.status_code == 429)
        assert (codes(slow), slow.headers["Retry-After"]) == (["too_many_requests"], "1")


def test_what_is_not_there_and_a_port_that_is_taken_are_said(desk):
    with served_api(desk, "--no-worker") as api:
        for path in ("/v1/nothing", "/v1/runs/r-none", "/v1/syncs/nobody/runs"):
            answer = api.ask("GET", path)
            assert (answer.status_code, codes(answer)[0].partition("_")[0]) == (404, "unknown")
        taken = desk.lading("serve", "--port", urlsplit(api.url).port)
    assert (taken.code, "take another" in taken.err) == (2, True)


def certificate(folder):
    """A certificate of its own for this machine, in server.pem and server.key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    (folder / "server.pem").write_bytes(made.public_bytes(Encoding.PEM))
    (folder / "server.key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return str(folder / "server.pem")


def test_tls_and_whom_a_trusted_proxy_speaks_for(desk):
    known = certificate(desk.folder)
    desk.settings(
        add="server: {tls: {certificate: server.pem, key: server.key}, trusted_proxies: [127.0.0.1], requests_per_second: 1}\n"
    )
    with served_api(desk, "--no-worker") as api:
        assert api.url.startswith("https://127.0.0.1:")

        def health(caller):
            return requests.get(
                f"{api.url}/healthz", headers={"X-Forwarded-For": caller}, verify=known, timeout=60
            ).status_code

        # One caller is stopped by the pace; the proxy's others are not.
        answers = [health("10.0.0.1") for _ in range(12)]
        assert 429 in answers
        assert {health(f"10.0.1.{number}") for number in range(12)} == {200}
        # Whoever believes his own word twice would be another caller each time.
        assert 429 in [health(f"10.9.9.{number}, 10.0.2.1") for number in range(12)]
        code, _ = api.end()
    assert code == 0
