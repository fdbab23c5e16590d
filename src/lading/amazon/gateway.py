"""One request to the Ads API: its headers, its turn, its token, and one repetition after a fresh token."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

from lading.amazon.diagnosis import diagnose
from lading.amazon.errors import Throttled, Unauthorized
from lading.amazon.protocols import ClockLike, PaceLike
from lading.amazon.regions import Hosts
from lading.amazon.tokens import AccessTokens
from lading.amazon.wire import Answer, Question, Wire

#: Media types by family ("Advertiser audiences", "AMC administration" and "Advertiser data upload" OpenAPI files, v3).
AUDIENCES: Final = "application/vnd.amcaudiences.v1+json"
CONNECTIONS: Final = "application/vnd.amcaudiencesconnections.v1+json"
INSTANCES: Final = "application/vnd.amcinstances.v1+json"
DATASETS: Final = "application/vnd.amcadvertiserdataset.v1+json"
DATASET_COLUMNS: Final = "application/vnd.amcadvertiserdatasetcolumn.v1+json"
UPLOADS: Final = "application/vnd.amcadvertiserdataupload.v1+json"
USER_DELETIONS: Final = "application/vnd.amcadvertiseruserdeletionrequest.v1+json"
PLAIN: Final = "application/json"

_OF_THE_ADS_ACCOUNT: Final = ("/amc/audiences/", "/amc/advertiserData/")

_HEADER_VALUE: Final = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?")


@dataclass(frozen=True, slots=True)
class Call:
    """What a noun of the API asks."""

    method: str
    path: str
    media: str = PLAIN
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = field(default=None, repr=False)
    #: Whoever asks repeats it himself: a 429 comes out at once.
    once: bool = False


#: Seconds of silence after a 429 without Retry-After, time by time, and so often is a call repeated. Source: Amazon's guide
#: "Rate limiting" (2, 4, 8... s). A 429 was not carried out, so any call may be repeated.
BACK_OFF: Final = (2.0, 4.0, 8.0, 16.0, 32.0)

#: A longer silence is for whoever asked to wait through.
LONGEST_SILENCE: Final = 60.0


@dataclass(frozen=True, slots=True)
class Gateway:
    """The door to the Ads API that all nouns share."""

    wire: Wire
    hosts: Hosts
    client_id: str
    tokens: AccessTokens
    clock: ClockLike
    pace: PaceLike | None = None
    #: Sent with audiences, datasets and uploads where configured: some accounts are said to demand it.
    ads_account_id: str | None = None

    def ask(self, call: Call) -> Answer:
        """The answer, if it is a success.

        Raises:
            AmazonError: it is none; see `errors` for the family. A 401 that a fresh token may mend is repeated once, a 429
                as often as `BACK_OFF` says, where there is a pace that waits.

        """
        pace = None if call.once else self.pace
        for silence in BACK_OFF if pace else ():
            try:
                return self._ask(call)
            except Throttled as error:
                seconds = silence if error.retry_after is None else error.retry_after
                if pace is None or seconds > LONGEST_SILENCE:
                    raise
                pace.throttled(seconds)
        return self._ask(call)

    def _ask(self, call: Call) -> Answer:
        token = self.tokens.current()
        answer = self._send(call, token)
        if answer.good:
            return answer
        error = diagnose(answer, self.clock.now())
        if not isinstance(error, Unauthorized):
            raise error
        answer = self._send(call, self.tokens.instead_of(token))
        if not answer.good:
            raise diagnose(answer, self.clock.now())
        return answer

    def _send(self, call: Call, token: str) -> Answer:
        if self.pace is not None:
            self.pace.wait_turn()
        headers = {**self._headers(call), "Authorization": f"Bearer {token}"}
        url = self.hosts.api + call.path
        return self.wire.exchange(
            Question(call.method, call.path, url, params=call.params, headers=headers, body=call.body)
        )

    def _headers(self, call: Call) -> dict[str, str]:
        headers = {"Amazon-Advertising-API-ClientId": self.client_id, "Accept": call.media, **call.headers}
        if call.body is not None:
            headers["Content-Type"] = call.media
        if self.ads_account_id and call.path.startswith(_OF_THE_ADS_ACCOUNT):
            headers["Amazon-Ads-AccountId"] = self.ads_account_id
        return headers


def segment(identifier: str, what: str) -> str:
    """An id as one piece of a path.

    Raises:
        ValueError: it is blank, or would lead to another path.

    """
    if not identifier.strip() or set(identifier) <= {"."}:
        raise ValueError(f"{what} is missing")
    return quote(identifier, safe="")


def header_value(text: str, what: str) -> str:
    """A text that may stand in a header.

    Raises:
        ValueError: it is blank, or holds what a header cannot carry.

    """
    if not _HEADER_VALUE.fullmatch(text):
        raise ValueError(f"{what} is blank, or holds characters that no id has")
    return text
