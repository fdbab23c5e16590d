"""`POST /amc/audiences/records`: people into, and out of, an audience."""

from __future__ import annotations

from typing import Final

from lading.amazon.exact import bare, written
from lading.amazon.gateway import AUDIENCES, Call, Gateway
from lading.amazon.shapes import Shape

#: Records in one request ("Advertiser audiences" OpenAPI file, v3). Amazon's guide aims for 6,000 or fewer.
MAX_RECORDS: Final = 10_000

_PATH: Final = "/amc/audiences/records"


class Records:
    """Records are sent as bytes that the caller made, so that a repetition is the same to the last byte."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def send(self, body: bytes) -> str:
        """Send exactly these bytes, and return Amazon's `jobRequestId`: accepted, not yet done.

        Raises:
            UnexpectedAnswer: Amazon took the records but named no job; sending them again is safe.
            NoAnswer: see its `maybe_sent`.

        """
        answer = self._gateway.ask(Call("POST", _PATH, AUDIENCES, body=body, once=True))
        return Shape.of(answer).identifier("jobRequestId")

    @staticmethod
    def envelope(audience_id: str, connection_id: str | None, *, dsp: bool) -> tuple[bytes, bytes]:
        """What comes before and after the records of one request: the records' JSON texts go between, joined by commas.

        Without a connection the audience's own target counts: for one that goes to a DSP advertiser alone.

        Raises:
            ValueError: the audience id is no id, or `dsp` asks for DSP beside AMC without a connection.

        """
        if dsp and not connection_id:
            raise ValueError("DSP beside AMC needs a connection")
        head: dict[str, object] = {"audienceId": bare(audience_id, "audienceId")}
        if connection_id:
            target: dict[str, object] = {"connectionId": connection_id}
            head["targetResource"] = {**target, "targetTypes": ["DSP"]} if dsp else target
        return written(head)[:-1] + b',"records":[', b"]}"
