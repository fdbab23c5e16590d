"""The client: one object for one grant in one region, its nouns as attributes."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from lading.amazon.accounts import Accounts
from lading.amazon.audiences import Audiences
from lading.amazon.connections import Connections
from lading.amazon.datasets import Datasets
from lading.amazon.dsp_advertisers import DspAdvertisers
from lading.amazon.gateway import Gateway, header_value
from lading.amazon.instances import Instances
from lading.amazon.jobs import Jobs
from lading.amazon.profiles import Profiles
from lading.amazon.protocols import ClockLike, PaceLike, TokenStore
from lading.amazon.records import Records
from lading.amazon.regions import Region, hosts_of
from lading.amazon.terms import Terms
from lading.amazon.tokens import AccessTokens, Credentials, TokenEndpoint
from lading.amazon.uploads import Uploads
from lading.amazon.user_deletions import UserDeletions
from lading.amazon.wire import Wire


class AmazonClient:
    """The Ads API for AMC and DSP. Threads may share it. Close it, or use it as a context manager."""

    def __init__(  # noqa: PLR0913  (three that every client has, and options by keyword)
        self,
        region: Region | str,
        credentials: Credentials,
        tokens: TokenStore,
        *,
        clock: ClockLike,
        pace: PaceLike | None = None,
        endpoint: str | None = None,
        ads_account_id: str | None = None,
    ) -> None:
        """Nothing is sent yet.

        Raises:
            ValueError: no such region, no proper endpoint, or an id that no header can carry.

        """
        self._hosts = hosts_of(region, endpoint)
        client_id = header_value(credentials.client_id, "the client id")
        account = header_value(ads_account_id, "the ads account id") if ads_account_id else None
        self._wire = Wire(self._hosts)
        access = AccessTokens(TokenEndpoint(self._wire, self._hosts, credentials, clock), tokens, clock)
        gateway = Gateway(self._wire, self._hosts, client_id, access, clock, pace, account)
        self.profiles = Profiles(gateway)
        self.accounts = Accounts(gateway)
        self.instances = Instances(gateway)
        self.dsp_advertisers = DspAdvertisers(gateway)
        self.terms = Terms(gateway)
        self.connections = Connections(gateway)
        self.audiences = Audiences(gateway)
        self.records = Records(gateway)
        self.jobs = Jobs(gateway)
        self.datasets = Datasets(gateway)
        self.uploads = Uploads(gateway)
        self.user_deletions = UserDeletions(gateway)

    def close(self) -> None:
        """Close all connections."""
        self._wire.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"AmazonClient({self._hosts.api!r})"
