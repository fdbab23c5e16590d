"""A client of the sandbox, on the sandbox's clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

import httpx2
import pytest

from amc_sandbox.testing import RunningSandbox
from lading.amazon import AmazonClient, ConnectionSpec, Credentials


@dataclass
class Tokens:
    token: str

    def refresh_token(self) -> str:
        return self.token

    def save_refresh_token(self, token: str) -> None:
        self.token = token


@pytest.fixture
def connect(amc_sandbox: RunningSandbox) -> Iterator[Callable[..., AmazonClient]]:
    """Make clients: of a region, with a refresh token of one's own."""
    made: list[AmazonClient] = []

    def make(region: str = "NA", refresh_token: str | None = None, secret: str | None = None) -> AmazonClient:
        grant = amc_sandbox.grant
        client = AmazonClient(
            region,
            Credentials(grant["client_id"], secret or grant["client_secret"]),
            Tokens(refresh_token or grant["refresh_token"]),
            clock=amc_sandbox,  # it has `now`
            endpoint=amc_sandbox.url,
        )
        made.append(client)
        return client

    yield make
    for client in made:
        client.close()


@pytest.fixture
def client(connect: Callable[..., AmazonClient]) -> AmazonClient:
    """A client in NA whose user has accepted the terms."""
    client = connect()
    terms = client.terms.get()
    if not terms.accepted:
        client.terms.accept(terms.token)
    return client


@pytest.fixture
def connection_id(client: AmazonClient) -> str:
    account = client.accounts.list()[0]
    instance = client.instances.list(account.account_id, account.marketplace_id)[0]
    return client.connections.create(
        ConnectionSpec(
            amc_account_id=account.account_id,
            amc_marketplace_id=account.marketplace_id,
            amc_instance_id=instance.instance_id,
        )
    )


class _Form(HTMLParser):
    """The fields of a page's form, and the first value of each choice."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.buttons: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        if tag == "input":
            self.fields[known["name"]] = known["value"]
        if tag == "button":
            self.buttons.append((known["name"], known["value"]))


@pytest.fixture
def press() -> Callable[[str, str], httpx2.Response]:
    """Open a consent page as a browser does, press a button and follow the way back."""

    def go(url: str, decision: str) -> httpx2.Response:
        with httpx2.Client(trust_env=False, follow_redirects=True) as browser:
            page = browser.get(url)
            form = _Form()
            form.feed(page.text)
            button = next(button for button in form.buttons if button[1] == decision)
            return browser.post(page.url, data={**form.fields, button[0]: button[1]})

    return go
