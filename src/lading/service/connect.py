"""Connecting to Amazon: sign in, keep the refresh token, accept the terms, make the connection that audiences go through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta

from lading import amazon
from lading.destinations.answers import explained
from lading.errors import SettingsError
from lading.ledger.rows import Link
from lading.service.amc_account import account_of
from lading.service.parts import Parts
from lading.settings.connections import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectOrder:
    """How to sign in."""

    #: Shows the user Amazon's page: opens a browser, or prints the address.
    open_url: Callable[[str], None]
    #: The loopback port of the redirect; it has to be among the client's allowed return URLs. 0 takes a free one.
    port: int = 8379
    accept_terms: bool = False
    timeout: timedelta = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Connected:
    """What the connection stands on now."""

    connection: str
    profile_id: str
    connection_id: str | None
    terms_accepted: bool
    #: Amazon's connection was made now.
    created: bool

    def as_dict(self) -> dict[str, object]:
        """The facts by name."""
        return asdict(self)


def connect(parts: Parts, name: str, order: ConnectOrder) -> Connected:
    """Sign in for connection `name` and make ready what its audiences need."""
    if parts.connection(name).connection_id is None:
        _check_end(name, parts.connection(name))  # nobody should sign in for a connection that cannot be made
    try:
        parts.tokens(name).save_refresh_token(_sign_in(parts, name, order).refresh_token)
        parts.ledger.audit.add("connected", who=parts.doer, where={"connection": name})
        return _make_ready(parts, name, accept_terms=order.accept_terms)
    except amazon.AmazonError as error:
        raise explained(error, name) from error


def _sign_in(parts: Parts, name: str, order: ConnectOrder) -> amazon.Grant:
    """The authorization-code flow with state and PKCE, its redirect received on loopback."""
    region = amazon.Region(parts.connection(name).region)
    credentials, endpoint = parts.credentials(name), parts.endpoint(name)
    sign_in = amazon.SignIn.begin()
    with amazon.LoopbackReceiver(sign_in.state, port=order.port) as receiver:
        back = receiver.redirect_uri
        order.open_url(amazon.authorize_url(region, credentials.client_id, back, sign_in, endpoint=endpoint))
        code = receiver.wait(timeout=order.timeout.total_seconds())
    return amazon.exchange_code(
        region, credentials, code, back, sign_in, clock=parts.clock, endpoint=endpoint
    )


def _make_ready(parts: Parts, name: str, *, accept_terms: bool) -> Connected:
    accepted = _terms(parts.amazon(name), accept=accept_terms)
    connection_id, created = link(parts, name)
    return Connected(name, parts.connection(name).profile_id, connection_id, accepted, created)


def _terms(client: amazon.AmazonClient, *, accept: bool) -> bool:
    terms = client.terms.get()
    if terms.accepted or not accept or not terms.token:
        return terms.accepted
    client.terms.accept(terms.token)
    return True


def link(parts: Parts, name: str) -> tuple[str, bool]:
    """Amazon's connection id for connection `name`, and whether it was made now; else it was given, kept or found."""
    if (known := known_link(parts, name)) is not None:
        return known, False
    client, settings = parts.amazon(name), parts.connection(name)
    found = next((one.connection_id for one in client.connections.list() if _same(one, settings)), None)
    connection_id = found or client.connections.create(_wanted(parts, name, settings))
    parts.ledger.links.put(_kept(parts, name, connection_id))
    return connection_id, found is None


def known_link(parts: Parts, name: str) -> str | None:
    """The connection id that is written in the settings or kept in the ledger."""
    if pasted := parts.connection(name).connection_id:
        return pasted
    kept = parts.ledger.links.get(name)
    return kept.amazon_connection_id if kept else None


def _kept(parts: Parts, name: str, connection_id: str) -> Link:
    settings = parts.connection(name)
    return Link(
        connection=name, amazon_connection_id=connection_id, region=settings.region, profile_id=settings.profile_id,
        account_id=account_of(parts, name, settings.amc) if settings.amc else None,
        instance_id=settings.amc.instance_id if settings.amc else None,
        advertiser_id=settings.dsp_advertiser_id, at=parts.clock.now(),
    )  # fmt: skip


def _same(theirs: amazon.Connection, ours: Connection) -> bool:
    instance = ours.amc.instance_id if ours.amc else ""
    return theirs.amc_instance_id == instance and theirs.dsp_advertiser_id == (ours.dsp_advertiser_id or "")


def _wanted(parts: Parts, name: str, settings: Connection) -> amazon.ConnectionSpec:
    _check_end(name, settings)
    amc, advertiser = settings.amc, settings.dsp_advertiser_id
    return amazon.ConnectionSpec(
        amc_account_id=account_of(parts, name, amc) if amc else None,
        amc_marketplace_id=amc.marketplace_id if amc else None,
        amc_instance_id=amc.instance_id if amc else None,
        dsp_advertiser_id=advertiser,
        dsp_profile_id=settings.profile_id if advertiser else None,
    )


def _check_end(name: str, settings: Connection) -> None:
    """A connection leads somewhere."""
    if settings.amc is None and settings.dsp_advertiser_id is None:
        raise SettingsError(
            "names neither an AMC instance (amc:) nor a DSP advertiser (dsp_advertiser_id:); write one of them",
            where=f"connections.{name}", code="connection_empty",
        )  # fmt: skip
