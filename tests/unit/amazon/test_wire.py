"""Whether a lost request may have reached Amazon, tried on real sockets."""

import socket
import ssl
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from threading import Thread

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from lading.amazon import NoAnswer
from lading.amazon.regions import Hosts, hosts_of
from lading.amazon.wire import TIMEOUT, Question, Wire


def lost(url, *, body=b"{}", timeout=None):
    wire = Wire(Hosts(url, url, url, loopback=True), timeout or httpx2.Timeout(5.0))
    try:
        with pytest.raises(NoAnswer) as caught:
            wire.exchange(Question("POST", "/x", url + "/x", body=body))
    finally:
        wire.close()
    return caught.value


@pytest.fixture
def listener():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


def address(listening):
    return f"http://127.0.0.1:{listening.getsockname()[1]}"


def test_nobody_listens_so_nothing_left(listener):
    url = address(listener)
    listener.close()

    error = lost(url)

    assert not error.maybe_sent
    assert "No answer to POST /x: ConnectError" in str(error)
    assert "Amazon did not receive the request." in str(error)


def test_an_answer_that_takes_too_long_may_still_have_been_a_yes(listener):
    error = lost(address(listener), timeout=httpx2.Timeout(5.0, read=0.05))

    assert error.maybe_sent
    assert "Amazon may have received the request." in str(error)


def test_a_server_that_hangs_up_may_have_acted(amazon):
    amazon.say(manner="hang up")

    assert lost(amazon.url).maybe_sent


def test_an_answer_that_breaks_off_may_have_been_a_yes(amazon):
    amazon.say(202, {"jobRequestId": "j"}, manner="break off")

    assert lost(amazon.url).maybe_sent


def test_a_body_that_could_not_be_written_in_time_cannot_have_been_acted_on(listener):
    error = lost(address(listener), body=b"x" * 40_000_000, timeout=httpx2.Timeout(5.0, write=0.05))

    assert not error.maybe_sent


def test_a_body_that_broke_off_midway_cannot_have_been_acted_on(listener):
    def reset_after_the_first_bytes():
        connection, _ = listener.accept()
        connection.recv(1_000)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        connection.close()

    thread = Thread(target=reset_after_the_first_bytes, daemon=True)
    thread.start()

    error = lost(address(listener), body=b"x" * 40_000_000)

    thread.join()
    assert not error.maybe_sent


def test_what_is_no_http_at_all_is_an_answer_that_got_lost(listener):
    def babble():
        connection, _ = listener.accept()
        connection.recv(10_000)
        connection.sendall(b"hello?\r\n\r\n")
        connection.close()

    thread = Thread(target=babble, daemon=True)
    thread.start()

    assert lost(address(listener)).maybe_sent
    thread.join()


def test_no_proxy_stands_before_this_very_machine(amazon, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    amazon.say(200, [])

    assert amazon.client().profiles.list() == ()


def test_a_proxy_of_the_environment_is_used_for_any_other_host(amazon, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", amazon.url)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    amazon.say(200, [])
    hosts = hosts_of("NA", "http://sandbox.invalid")
    wire = Wire(hosts)

    answer = wire.exchange(Question("GET", "/v2/profiles", hosts.api + "/v2/profiles"))

    wire.close()
    assert answer.status == 200
    assert amazon.asked[0].headers["Host"] == "sandbox.invalid"


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:9", "garbage://me:hunter2@x", "::::"])
def test_a_proxy_that_cannot_be_used_is_told_and_does_not_hinder_a_sandbox(monkeypatch, proxy):
    monkeypatch.setenv("ALL_PROXY", proxy)

    Wire(hosts_of("NA", "http://127.0.0.1:9")).close()
    with pytest.raises(ValueError, match="a proxy of the environment") as caught:
        Wire(hosts_of("NA"))

    assert "hunter2" not in str(caught.value)


@pytest.fixture
def https(tmp_path):
    """A server with a certificate that nobody knows; yields its address and the certificate's file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    certificate = (
        builder.not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2120, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "server.pem"
    file.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + certificate.public_bytes(Encoding.PEM)
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(file)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Fine)
    server.handle_error = lambda *_: None
    server.socket = context.wrap_socket(server.socket, server_side=True)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"https://127.0.0.1:{server.server_port}", file
    server.shutdown()
    server.server_close()


class _Fine(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_words):
        """Quiet."""


def test_a_certificate_that_nobody_vouches_for_is_refused_before_anything_is_sent(https):
    error = lost(https[0])

    assert not error.maybe_sent
    assert "CERTIFICATE_VERIFY_FAILED" in str(error)


def test_a_certificate_of_the_environment_counts_on_this_very_machine_too(https, monkeypatch):
    address, file = https
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    wire = Wire(hosts_of("NA", address))

    answer = wire.exchange(Question("GET", "/x", address + "/x"))

    wire.close()
    assert answer.status == 204


def test_amazon_has_ten_seconds_to_take_a_connection_and_sixty_to_go_on_answering():
    assert (TIMEOUT.connect, TIMEOUT.read, TIMEOUT.write) == (10.0, 60.0, 60.0)


def test_an_address_beyond_all_bounds_is_never_sent():
    wire = Wire(hosts_of("NA", "http://127.0.0.1:9"))

    with pytest.raises(NoAnswer) as caught:
        wire.exchange(Question("GET", "/x", "http://127.0.0.1:9/" + "x" * 70_000))

    wire.close()
    assert not caught.value.maybe_sent


def test_questions_and_answers_do_not_show_what_they_carry(amazon):
    amazon.say(200, {"secret": "hunter2"})
    wire = Wire(hosts_of("NA", amazon.url))
    question = Question(
        "GET", "/x", amazon.url + "/x", params={"a": "hunter2"}, headers={"b": "hunter2"}, body=b"hunter2"
    )

    answer = wire.exchange(question)

    wire.close()
    assert b"hunter2" in answer.body
    assert "hunter2" not in repr((question, answer))
