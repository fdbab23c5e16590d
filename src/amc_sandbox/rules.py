"""Amazon's limits and enumerations as tables, each with its source, and the pure rules about one record.

Sources: [S:AUD] OpenAPI "Advertiser audiences" 3.0; [AMS] guide "audience management service"; [DSP] OpenAPI "DSP
advertiser" 3; [LWA] Login with Amazon guides; [ERR] "concepts/errors"; [HASH] OpenAPI "Hashed records".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

CAMPAIGNS: Final = "advertising::campaign_management"  # [LWA]
AUDIENCES: Final = "advertising::audiences"  # [AMS]: needed beside the one above
#: What a consent page may ask for, and how it says it. [LWA]
SCOPES: Final = {
    CAMPAIGNS: "See and manage your advertising accounts",
    AUDIENCES: "Create audiences and upload audience records (data provider)",
    "cpc_advertising:campaign_management": "See and manage your advertising accounts (old name)",
    "advertising::test:create_account": "Create test accounts",
    "profile": "See your name and e-mail address",
}
CODE_LIFE: Final = timedelta(minutes=5)  # [LWA]
TOKEN_LIFE: Final = timedelta(seconds=3600)  # [LWA]
MAX_CLIENT_ID_BYTES: Final = 100  # [LWA]

NAME_LENGTH: Final = (10, 128)  # [S:AUD]
DESCRIPTION_LENGTH: Final = (0, 1000)  # [S:AUD]
MAX_TTL: Final = 34_300_800  # seconds, 397 days [S:AUD]
MAX_FEES: Final = 13  # [S:AUD]
MAX_RECORDS: Final = 10_000  # a request [S:AUD]
MAX_SETS: Final = 100  # a record, and a member [S:AUD, AMS]
RECORDS_PER_HOUR: Final = 15_000_000  # a connection [AMS]
MAX_CONNECTIONS_LISTED: Final = 100  # [S:AUD]
MAX_PROFILES: Final = 5_000  # guide "profiles"
DSP_START: Final = (0, 29_900)  # [DSP]
DSP_COUNT: Final = (1, 100)  # [DSP]
INSTANCE_PAGE: Final = (1, 100)  # OpenAPI "AMC administration"
ACCOUNT_PAGE: Final = 100  # OpenAPI "AMC administration"
DSP_ACTIVE_MEMBERS: Final = 2_000  # matched members that a DSP audience needs [AMS]
DSP_INGESTION: Final = timedelta(minutes=15)  # [AMS]; AMC takes in on the hour
EXTERNAL_USER_ID: Final = r"^[0-9a-zA-Z\-_]{1,128}$"  # [S:AUD]
HASH: Final = re.compile(r"[0-9a-f]{64}")  # [HASH]
SET_KEYS: Final = ("address", "city", "email", "firstname", "lastname", "phone", "postal", "state")  # [S:AUD]
CURRENCIES: Final = frozenset(
    {"AED", "AUD", "CAD", "CNY", "EUR", "GBP", "INR", "JPY", "MXN", "SAR", "SEK", "TRY", "USD"}
)  # [S:AUD]
#: Countries in which hashed identifiers are resolved at all. [AMS]
RESOLVED: Final = frozenset(
    {
        "AE",
        "AU",
        "BE",
        "BR",
        "CA",
        "DE",
        "EG",
        "ES",
        "FR",
        "GB",
        "IN",
        "IT",
        "JP",
        "MX",
        "NL",
        "PL",
        "SA",
        "SE",
        "SG",
        "TR",
        "US",
    }
)
#: United Kingdom and European Economic Area, whose people need consent (guide "amc_consent_management").
CONSENT_COUNTRIES: Final = frozenset(
    {
        "GB",
        "AT",
        "BE",
        "BG",
        "HR",
        "CY",
        "CZ",
        "DK",
        "EE",
        "FI",
        "FR",
        "DE",
        "GR",
        "HU",
        "IE",
        "IT",
        "LV",
        "LT",
        "LU",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SK",
        "SI",
        "ES",
        "SE",
        "IS",
        "LI",
        "NO",
    }
)
#: The enumeration CountryCode, with the one of its second version (ZZ); GB and no UK. [S:AUD]
COUNTRIES: Final = frozenset(
    """AD AE AF AG AI AL AM AN AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY
    BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO
    FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM
    JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ
    MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE
    RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT
    TV TW TZ UA UG UM UNKNOWN US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW ZZ""".split()  # noqa: SIM905  (250 words)
)

TERMS_NEEDED: Final = "Terms and conditions must be accepted to continue"  # guide "make-your-first-call"
QUOTED_NUMBER: Final = "STRING_VALUE can not be converted to a Long"  # as seen by peers


def next_hour(moment: datetime) -> datetime:
    """The full hour after the moment: when AMC takes in what was applied by then."""
    return moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)


def record_error(record: Mapping[str, Any], country: str | None, *, consent_mandatory: bool) -> str | None:
    """Why one record of a lawful request is refused by the job, or None. Consent is asked of additions only."""
    if not all(
        HASH.fullmatch(value) for one in record["hashedPII"] for key, value in one.items() if key in SET_KEYS
    ):
        return "hashedPII must be SHA-256 hashed: 64 lower-case hexadecimal characters"
    if country is not None and country not in COUNTRIES:
        return "countryCode is not valid"
    if record["action"] == "DELETE":
        return None
    return consent_error(record.get("userConsent") or {}, country, mandatory=consent_mandatory)


def consent_error(given: Mapping[str, Any], country: str | None, *, mandatory: bool) -> str | None:
    """Why consent is not sufficient. TCF before GPP before Amazon's signal; a denial always refuses.

    The strings of TCF and GPP are not decoded: one that is there counts as consent.
    """
    consent = given.get("consent") or {}
    signal = consent.get("amzn") or {}
    if "DENIED" in (signal.get("amznUserData"), signal.get("amznAdStorage")):
        return "userConsent denied"
    if consent.get("tcf") or consent.get("gpp"):
        return None
    place = (given.get("geo") or {}).get("countryCode") or country
    granted = signal.get("amznUserData") == "GRANTED" and signal.get("amznAdStorage", "GRANTED") == "GRANTED"
    if mandatory and place in CONSENT_COUNTRIES and not granted:
        return "userConsent required"
    return None
