import base64

import pytest
from starlette.datastructures import Headers

from lading.ledger.rows import Role
from lading.server.keys import may, secret_of


def basic(text):
    return "Basic " + base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("header", "secret"),
    [
        ("Bearer lk_1", "lk_1"), ("bearer  lk_1 ", "lk_1"), (basic("lk_1:"), "lk_1"), (basic("lk_1:pass:word"), "lk_1"),
        (basic(":"), None), ("Basic %%%", None), ("Basic /w==", None), ("Bearer", None), ("Digest x", None), ("", None),
    ],
)  # fmt: skip
def test_a_key_comes_as_bearer_or_as_user_of_basic(header, secret):
    assert secret_of(Headers({"authorization": header})) == secret


@pytest.mark.parametrize(
    ("role", "method", "path", "allowed"),
    [
        (Role.ADMIN, "DELETE", "/v1/keys/k-1", True), (Role.READ, "GET", "/v1/runs", True), (Role.READ, "POST", "/v1/forget", False),
        (Role.READ, "POST", "/v1/segment/engage", False), (Role.EVENTS, "POST", "/v1/segment/engage", True),
        (Role.EVENTS, "GET", "/v1/segment/engage", False), (Role.EVENTS, "GET", "/v1/runs", False),
    ],
)  # fmt: skip
def test_what_a_role_may(role, method, path, allowed):
    assert may(role, method, path) is allowed
