"""The doctor: what a sync needs, one line each, with what to do where it is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from lading import amazon
from lading.destinations.answers import explained
from lading.errors import LadingError, SettingsError
from lading.notices.notice import Event, Notice
from lading.service.amc_account import account_of
from lading.service.checks.audience import audience_lines
from lading.service.checks.fees import fee_line
from lading.service.checks.line import CheckLine, fine, wrong
from lading.service.checks.link import link_line
from lading.service.drafting import connection_of
from lading.service.parts import Parts
from lading.service.schedules import schedules

_TRY: Final = Notice(
    event=Event.DONE,
    title="Lading: a try",
    body="This is how Lading tells you how a run ended. There was no run.\n",
)


def check(parts: Parts, what: str | None = None, *, notify: bool = False) -> tuple[CheckLine, ...]:
    """Look at the settings, the home folder, the addresses of `notify:`, every connection and the buckets of datasets;
    or only at one connection and the syncs over it, or at one sync.

    With `notify`, each address gets a notice, to see whether it arrives.
    """
    known = tuple(parts.settings.connections)
    names, syncs = (what,) if what else known, _using(parts, what)
    if what and what not in known and (carried := parts.settings.carried(what)):
        names, syncs = tuple(dict.fromkeys(connection_of(parts.sync(one)) for one in carried)), carried
    addresses = (_address(parts, number, send=notify) for number in range(len(parts.settings.notify)))
    looked = {name: tuple(_connection(parts, name)) for name in names}
    usable = {name for name, lines in looked.items() if all(line.ok is not None for line in lines)}
    reached = tuple(one for one in syncs if connection_of(parts.sync(one)) in usable)
    return (
        *_here(parts),
        *_schedules(parts),
        *addresses,
        *(line for lines in looked.values() for line in lines),
        *audience_lines(parts, reached),
        *_buckets(parts, syncs),
    )


def _using(parts: Parts, connection: str | None) -> tuple[str, ...]:
    """The syncs over a connection, or all of them."""
    return tuple(
        name for name, sync in parts.settings.syncs.items() if connection in {None, connection_of(sync)}
    )


def _buckets(parts: Parts, syncs: tuple[str, ...]) -> tuple[CheckLine, ...]:
    """What uploads of datasets need at AWS, where there are any."""
    filling = tuple(name for name in syncs if parts.sync(name).to.dataset)
    if not filling:
        return ()
    from lading.service.checks.bucket import bucket_lines  # noqa: PLC0415  (AWS's library takes a while to load)

    return tuple(bucket_lines(parts, filling))


def _here(parts: Parts) -> Iterator[CheckLine]:
    settings = parts.settings
    yield fine(
        "settings",
        f"{settings.path}: syncs {_listed(settings.written_syncs)}; connections {_listed(settings.connections)}",
    )
    problems = parts.ledger.check_integrity()
    if problems:
        yield wrong("home", "; ".join(problems), "restore a backup with `lading restore`")
    else:
        yield fine("home", str(parts.home.path))


def _schedules(parts: Parts) -> Iterator[CheckLine]:
    """When each sync with a schedule runs next."""
    for one in schedules.listed(parts):
        name = f"{one.sync}: schedule"
        if one.state == "off":
            yield wrong(name, str(one), f"mend that, then `lading resume {one.sync}`")
        else:
            yield fine(name, str(one))


def _address(parts: Parts, number: int, *, send: bool) -> CheckLine:
    """One address of `notify:`. Neither it nor what refused it is shown: both may hold a password."""
    name, to = f"notify[{number}]: address", parts.settings.notify[number].to
    try:
        address, post = to.reveal(), parts.post()
    except SettingsError as error:
        return wrong(name, "missing", str(error))
    kind = post.kind(address)
    if kind is None:
        return wrong(
            name,
            "no address that a notice can be sent to",
            f"write one that Apprise knows into {to.reference}",
        )
    if send and not post.carry(address, _TRY):
        return wrong(
            name, f"{kind}: the notice was not taken", f"check host, user and password of {to.reference}"
        )
    return fine(name, f"{kind}: a notice was sent" if send else kind)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"


def _connection(parts: Parts, name: str) -> Iterator[CheckLine]:
    parts.connection(name)
    for what, look in _LOOKS:
        line = _looked(parts, name, what, look)
        yield line
        if line.ok is False and what in _NEEDED:
            yield from (
                CheckLine(f"{name}: {later}", ok=None, message="not looked at yet")
                for later, _ in _after(what)
            )
            return


def _looked(parts: Parts, name: str, what: str, look: Callable[[Parts, str], CheckLine]) -> CheckLine:
    try:
        return look(parts, name)
    except amazon.AmazonError as error:
        return wrong(f"{name}: {what}", "refused", explained(error, name).message)
    except LadingError as error:
        return wrong(f"{name}: {what}", "missing", str(error))


def _after(what: str) -> tuple[tuple[str, Callable[[Parts, str], CheckLine]], ...]:
    names = [known for known, _ in _LOOKS]
    return _LOOKS[names.index(what) + 1 :]


def _secrets(parts: Parts, name: str) -> CheckLine:
    parts.credentials(name)
    return fine(f"{name}: client", "client id and secret are set")


def _token(parts: Parts, name: str) -> CheckLine:
    where = parts.endpoint(name)
    parts.amazon(name).profiles.list()
    return fine(f"{name}: token", f"accepted by {where}" if where else "accepted by Amazon")


def _scopes(parts: Parts, name: str) -> CheckLine:
    """The token's own call shows the first scope; connections need the second."""
    parts.amazon(name).connections.list()
    return fine(f"{name}: scopes", " and ".join(amazon.SCOPES))


def _profile(parts: Parts, name: str) -> CheckLine:
    wanted, region = parts.connection(name).profile_id, parts.connection(name).region
    profiles = parts.amazon(name).profiles.list()
    if mine := next((one for one in profiles if one.profile_id == wanted), None):
        return fine(f"{name}: profile", f"{wanted} ({mine.account_name}, {mine.country_code}) in {region}")
    if elsewhere := _other_region(parts, name, wanted):
        return wrong(
            f"{name}: profile", f"{wanted} belongs to region {elsewhere}, not {region}",
            f"set connections.{name}.region: {elsewhere}. NA, EU and FE have profiles of their own",
        )  # fmt: skip
    seen = (
        ", ".join(f"{one.profile_id} ({one.country_code}, {one.account_type})" for one in profiles) or "none"
    )
    return wrong(
        f"{name}: profile", f"profile {wanted} not found in {region}",
        f"set connections.{name}.profile_id to one of these: {seen}. Each marketplace (US, UK, DE ...) has its own; "
        "the Amazon Advertising console shows it under Account settings",
    )  # fmt: skip


def _other_region(parts: Parts, name: str, wanted: str) -> str | None:
    """The region that the profile belongs to, if it is another one than the connection's."""
    for region in amazon.Region:
        if region != parts.connection(name).region:
            with parts.amazon_in(name, region) as client:
                if any(one.profile_id == wanted for one in client.profiles.list()):
                    return str(region)
    return None


def _instance(parts: Parts, name: str) -> CheckLine:
    amc = parts.connection(name).amc
    if amc is None:
        return fine(f"{name}: AMC instance", "none set; audiences go to DSP only")
    client = parts.amazon(name)
    accounts, account = client.accounts.list(), account_of(parts, name, amc)
    if not any(one.account_id == account for one in accounts):
        seen = ", ".join(one.account_id for one in accounts) or "none"
        return wrong(
            f"{name}: AMC instance", f"AMC account {account} not found",
            f"set connections.{name}.amc.account_id to one of these: {seen}",
        )  # fmt: skip
    instances = client.instances.list(account, amc.marketplace_id)
    if mine := next((one for one in instances if one.instance_id == amc.instance_id), None):
        return fine(f"{name}: AMC instance", f"{amc.instance_id} ({mine.name})")
    seen = ", ".join(one.instance_id for one in instances) or "none"
    return wrong(
        f"{name}: AMC instance", f"AMC instance {amc.instance_id} not found",
        f"set connections.{name}.amc.instance_id to one of these: {seen}. It looks like amcyzzz123456",
    )  # fmt: skip


def _advertiser(parts: Parts, name: str) -> CheckLine:
    settings = parts.connection(name)
    if settings.dsp_advertiser_id is None:
        return fine(f"{name}: DSP advertiser", "none set; audiences go to AMC only")
    advertisers = parts.amazon(name).dsp_advertisers.list(settings.profile_id)
    if mine := next((one for one in advertisers if one.advertiser_id == settings.dsp_advertiser_id), None):
        return fine(f"{name}: DSP advertiser", f"{mine.advertiser_id} ({mine.name})")
    seen = ", ".join(f"{one.advertiser_id} ({one.name})" for one in advertisers) or "none"
    return wrong(
        f"{name}: DSP advertiser", f"DSP advertiser {settings.dsp_advertiser_id} not found for this profile",
        f"set connections.{name}.dsp_advertiser_id to one of these: {seen}",
    )  # fmt: skip


def _terms(parts: Parts, name: str) -> CheckLine:
    if parts.amazon(name).terms.get().accepted:
        return fine(f"{name}: AMC terms", "accepted")
    return wrong(
        f"{name}: AMC terms", "Terms and conditions must be accepted to continue",
        f"accept them at {amazon.TERMS_LINK} or with `lading connect {name} --accept-terms`",
    )  # fmt: skip


#: What is looked at, in order; each line stands alone but for those that need the first two.
_LOOKS: Final[tuple[tuple[str, Callable[[Parts, str], CheckLine]], ...]] = (
    ("client", _secrets),
    ("token", _token),
    ("scopes", _scopes),
    ("profile", _profile),
    ("AMC instance", _instance),
    ("DSP advertiser", _advertiser),
    ("fees", fee_line),
    ("AMC terms", _terms),
    ("connection", link_line),
)
#: Without these nothing later can be looked at.
_NEEDED: Final = frozenset({"client", "token"})
