"""The redirect arrives on this very machine, and nothing else does."""

import socket
from urllib.parse import urlencode

import httpx2
import pytest

from lading.amazon import ConsentRefused, ConsentTimeout, LoopbackReceiver, PortTaken


@pytest.fixture
def receiver():
    with LoopbackReceiver("the-state") as listening:
        yield listening


def visit(url, **query):
    with httpx2.Client(trust_env=False) as browser:
        return browser.get(url + (f"?{urlencode(query)}" if query else ""))


def test_the_code_is_handed_over_and_the_person_may_close_the_window(receiver, capfd):
    page = visit(receiver.redirect_uri, code="ANcode", state="the-state", scope="x")

    assert receiver.wait(5.0) == "ANcode"
    assert page.status_code == 200
    assert "You can close this window" in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert "ANcode" not in page.text
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("state", ["", "other", "the-state2", "thé"])
def test_a_code_without_the_state_of_this_attempt_is_turned_away(receiver, state):
    page = visit(receiver.redirect_uri, code="evil", state=state)

    assert page.status_code == 400
    with pytest.raises(ConsentTimeout):
        receiver.wait(0.01)


def test_a_stray_visit_does_not_spoil_the_real_one(receiver):
    visit(receiver.redirect_uri, code="evil", state="wrong")
    visit(receiver.redirect_uri)
    visit(receiver.redirect_uri, state="the-state")
    visit(receiver.redirect_uri, code="good", state="the-state")
    visit(receiver.redirect_uri, code="reloaded", state="the-state")

    assert receiver.wait(5.0) == "good"


@pytest.mark.parametrize("path", ["/favicon.ico", "/", "/callback/", "/callback2"])
def test_no_other_path_is_served(receiver, path):
    base = receiver.redirect_uri.removesuffix("/callback")

    assert visit(base + path, code="c", state="the-state").status_code == 404
    with pytest.raises(ConsentTimeout):
        receiver.wait(0.01)


def test_a_refusal_is_told_in_amazons_words(receiver):
    page = visit(
        receiver.redirect_uri,
        error="access_denied",
        error_description="User denied access",
        state="the-state",
    )

    assert "did not give its permission" in page.text
    with pytest.raises(ConsentRefused, match="Amazon says: User denied access"):
        receiver.wait(5.0)


def test_a_connection_that_says_nothing_does_not_stand_in_the_way(receiver):
    port = int(receiver.redirect_uri.rsplit(":", 1)[1].split("/")[0])
    with socket.create_connection(("127.0.0.1", port)):
        visit(receiver.redirect_uri, code="c", state="the-state")

        assert receiver.wait(5.0) == "c"


def test_other_methods_and_too_many_fields_are_refused(receiver):
    with httpx2.Client(trust_env=False) as browser:
        assert browser.post(receiver.redirect_uri).status_code == 501
        crowded = "&".join(f"a{number}=1" for number in range(30))
        assert browser.get(f"{receiver.redirect_uri}?{crowded}").status_code == 400


def test_nobody_comes(receiver):
    with pytest.raises(ConsentTimeout, match="Connect again"):
        receiver.wait(0.01)


def test_it_listens_on_loopback_alone_and_on_the_port_it_is_given():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    with LoopbackReceiver("s", port=port, path="/back", name="localhost") as listening:
        assert listening.redirect_uri == f"http://localhost:{port}/back"
        assert listening._server.server_address == ("127.0.0.1", port)


def test_a_port_in_use_is_named(receiver):
    port = int(receiver.redirect_uri.rsplit(":", 1)[1].split("/")[0])

    with pytest.raises(PortTaken, match=f"port {port} of this machine is taken"):
        LoopbackReceiver("s", port=port)


def test_a_port_that_cannot_be_is_refused():
    with pytest.raises(ValueError, match=r"a port is 0\.\.65535"):
        LoopbackReceiver("s", port=70_000)


def test_the_port_is_free_again_afterwards():
    with LoopbackReceiver("s") as first:
        port = int(first.redirect_uri.rsplit(":", 1)[1].split("/")[0])

    with LoopbackReceiver("s", port=port) as second:
        assert str(port) in second.redirect_uri
