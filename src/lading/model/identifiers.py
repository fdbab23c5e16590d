"""The eight identifiers that Amazon matches people by, and their names on the wire."""

from __future__ import annotations

from typing import Final

#: Our column name -> Amazon's key in `hashedPII`. Source: Amazon's "Advertiser audiences" OpenAPI, ManageAudienceV2.
WIRE_NAMES: Final[dict[str, str]] = {
    "email": "email",
    "phone": "phone",
    "first_name": "firstname",
    "last_name": "lastname",
    "address": "address",
    "city": "city",
    "state": "state",
    "postal": "postal",
}

IDENTIFIERS: Final = tuple(WIRE_NAMES)

#: Identifiers that match a person alone; names and places only add to them.
STRONG: Final = ("email", "phone")

#: Ids of others, which a dataset passes on as they are. Source: `externalIdentity` of Amazon's "Advertiser data upload" OpenAPI,
#: there in capitals.
OF_OTHERS: Final = (
    "experian", "idfa", "kantar", "liveramp", "maid", "merkle", "neustar", "realid", "sambatv",
)  # fmt: skip

#: Those of them whose case says nothing. Source: Amazon's guide "Prepare data" (mobile ad ids).
CASELESS: Final = frozenset({"idfa", "maid"})

#: SHA-256 of the empty text: it would match everybody who has nothing, and never leaves.
HASH_OF_NOTHING: Final = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

#: `externalUserId` as Amazon accepts it, and how many identifier sets one person may carry.
EXTERNAL_ID_PATTERN: Final = r"^[0-9a-zA-Z\-_]{1,128}$"
MAX_SETS: Final = 100

#: The consent signals of Amazon's `userConsent`, as our columns.
CONSENT: Final = ("tcf", "gpp", "amzn_user_data", "amzn_ad_storage", "geo_country", "geo_ip")
