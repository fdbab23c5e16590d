"""People are told how a run ended: by real mail to a real mail server, and to a webhook."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from mailbox_server import mail_server

NOTIFY = "notify:\n  - {{on: [{on}], to: env:NOTIFY_URL}}\n"


@pytest.fixture
def post():
    with mail_server() as (address, box):
        yield address, box


@pytest.fixture
def desk(desk, post):
    desk.write(desk.people(25))
    desk.environ["NOTIFY_URL"] = post[0]
    return desk


def test_a_run_that_is_done_is_told_by_mail(desk, post):
    desk.settings(add=NOTIFY.format(on="done"))
    report = desk.lading("apply", "customers", "--json").data
    subject, text = post[1].read()
    assert subject == "Lading: customers is done"
    for words in (
        report["run"],
        "25 confirmed by Amazon, 0 refused, 0 pending",
        "25 members",
        "nothing went to Amazon itself",
    ):
        assert words in text
    assert not any(person["email"] in text for person in desk.people(25).values())


def test_a_guard_is_told_with_what_to_do(desk, post):
    desk.settings(
        ("country: US}", "country: US}\n    guards: {min_records: 2000}"), add=NOTIFY.format(on="guard")
    )
    assert desk.lading("apply", "customers").code == 4
    subject, text = post[1].read()
    assert "guard" in subject
    assert "lading apply customers --accept GUARD" in text


def test_a_failure_is_told_and_what_is_not_asked_for_is_not(desk, post):
    desk.settings(add=NOTIFY.format(on="failed"))
    (desk.folder / "customers.csv").rename(desk.folder / "gone.csv")
    assert desk.lading("apply", "customers").code == 2
    subject, text = post[1].read()
    assert subject == "Lading: customers failed"
    assert "customers.csv" in text
    (desk.folder / "gone.csv").rename(desk.folder / "customers.csv")
    assert desk.lading("apply", "customers").code == 0
    assert post[1].letters == []


def test_a_misspelt_command_is_told_to_nobody_but_its_writer(desk, post):
    desk.settings(add=NOTIFY.format(on="failed"))
    assert desk.lading("apply", "costumers").code == 2
    assert desk.lading("apply", "p-01J00000000000000000000000").code == 2
    assert post[1].letters == []


def test_a_post_that_fails_changes_nothing(desk):
    desk.settings(add=NOTIFY.format(on="done"))
    done = desk.lading(
        "apply", "customers", "--json", NOTIFY_URL="mailto://pass:word@127.0.0.1:9/?mode=insecure"
    )
    assert done.data["books"]["confirmed"] == 25
    assert "Nobody was told" in done.err
    assert "word" not in done.err
    done = desk.lading("apply", "customers", "--json", NOTIFY_URL=None)
    assert done.data["books"]["unchanged"] == 25
    assert "NOTIFY_URL" in done.err


def test_check_looks_at_addresses_and_tries_them(desk, post):
    desk.settings(add=NOTIFY.format(on="done"))
    assert ("notify[0]: address", True, "mailto") in lines(desk.lading("check", "--json"))
    assert post[1].letters == []
    assert lines(desk.lading("check", "--notify", "--json"))
    subject, _ = post[1].read()
    assert subject == "Lading: a try"
    wrong = desk.lading("check", "--json", NOTIFY_URL="smoke-signal:hill:secret-fire")
    assert wrong.code == 2
    assert next(line for line in lines(wrong) if line[0] == "notify[0]: address")[1] is False
    assert "secret-fire" not in wrong.out + wrong.err
    refused = desk.lading(
        "check", "--notify", "--json", NOTIFY_URL="mailto://pass:word@127.0.0.1:9/?mode=insecure"
    )
    assert refused.code == 2
    assert "word@" not in refused.out + refused.err


def lines(done):
    return [(line["name"], line["ok"], line["message"]) for line in done.json["data"]]


def test_a_webhook_is_told_too(desk):
    heard = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self):
            heard.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Hook)
    threading.Thread(target=server.serve_forever).start()
    try:
        desk.settings(add=NOTIFY.format(on="done, failed"))
        desk.lading("apply", "customers", NOTIFY_URL=f"json://127.0.0.1:{server.server_port}/hook")
    finally:
        server.shutdown()
        server.server_close()
    [notice] = heard
    assert notice["title"] == "Lading: customers is done"
    assert notice["type"] == "success"
