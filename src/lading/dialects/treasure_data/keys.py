"""The keys of an export to Amazon Ads, as Treasure Data's documentation lists them.

Source: Treasure Data, "Amazon Ads Export Integration", Parameters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Key:
    """One key: what it may be, what it is when it is left out, and when it must not be."""

    name: str
    #: The words that it may be; empty: any text.
    words: tuple[str, ...] = ()
    default: str | None = None
    required: bool = False
    #: Needed where another key has this value.
    needed_if: tuple[str, object] | None = None
    #: The range of a whole number.
    between: tuple[int, int] | None = None
    #: It is true or false.
    switch: bool = False


#: Seconds: 397 days. Both ends are taken; the form of their console says "greater than 0 and less than" it, its parameters say 0 to it.
LONGEST_TTL: Final = 34_300_800
#: Minutes: 23 hours.
LONGEST_WAIT: Final = 1_380

KEYS: Final = (
    Key("type", words=("amazon_ads",), required=True),
    Key("td_authentication_id", required=True),
    Key("amc_instance_id", required=True),
    Key("amc_account_id"),
    Key("region", words=("NA", "EU", "FE"), default="NA"),
    Key("action", words=("CREATE", "UPDATE"), default="CREATE"),
    Key("upload_mode", words=("APPEND", "DELETE"), default="APPEND"),
    Key("target", words=("AMC", "AMC_AND_DSP"), default="AMC"),
    Key("dsp_advertiser_id", needed_if=("target", "AMC_AND_DSP")),
    Key("external_audience_id", needed_if=("action", "CREATE")),
    Key("audience_id", needed_if=("action", "UPDATE")),
    Key("audience_name", needed_if=("action", "CREATE")),
    Key("audience_description"),
    Key("audience_fee"),
    Key("time_to_live", between=(0, LONGEST_TTL)),
    Key("country_code", required=True),
    Key("wait_until_finish", switch=True),
    Key("max_wait_time", between=(1, LONGEST_WAIT), needed_if=("wait_until_finish", True)),
)

#: Other spellings of a key: the workflow sample calls the region by the first one.
SPELLINGS: Final[Mapping[str, str]] = {"dsp_region": "region"}

BY_NAME: Final[Mapping[str, Key]] = {key.name: key for key in KEYS}
