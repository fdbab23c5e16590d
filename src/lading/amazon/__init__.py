"""A client of the Amazon Ads API for AMC and DSP, usable without the rest of Lading.

    from lading.amazon import AmazonClient, Credentials

See docs/reference/amazon-client.md.
"""

from __future__ import annotations

from lading.amazon.accounts import AmcAccount
from lading.amazon.amc_instance import AmcInstance
from lading.amazon.audience_rules import Fee, WrongField, plain_text
from lading.amazon.audiences import AudienceMetadata, AudienceSpec, CreatedAudience
from lading.amazon.client import AmazonClient
from lading.amazon.connections import Connection, ConnectionSpec
from lading.amazon.datasets import MAX_DATASETS, Column, Dataset
from lading.amazon.dsp_advertisers import DspAdvertiser
from lading.amazon.errors import (
    TERMS_LINK,
    AmazonError,
    BadRequest,
    ConsentRefused,
    Forbidden,
    InvalidClient,
    InvalidGrant,
    MissingScope,
    NoAnswer,
    NotFound,
    ServerError,
    TermsNotAccepted,
    Throttled,
    TooLarge,
    Unauthorized,
    UnexpectedAnswer,
)
from lading.amazon.instances import Instance
from lading.amazon.jobs import FINAL_STATES, Job, JobState, RefusedRecord
from lading.amazon.loopback import ConsentTimeout, LoopbackReceiver, PortTaken
from lading.amazon.oauth import SCOPES, SignIn, authorize_url, exchange_code
from lading.amazon.profiles import Profile
from lading.amazon.protocols import ClockLike, PaceLike, TokenStore
from lading.amazon.records import MAX_RECORDS
from lading.amazon.regions import MARKETPLACES, Region
from lading.amazon.sizes import AudienceSize
from lading.amazon.terms import TermsOfUse
from lading.amazon.tokens import Credentials, Grant
from lading.amazon.uploads import (
    CsvDataFormat,
    JsonDataFormat,
    ParquetDataFormat,
    Upload,
    UploadReceipt,
    UploadSource,
    UploadSpec,
    UploadState,
)
from lading.amazon.user_deletions import MAX_IDENTITIES, ExternalId, HashedPerson, UserDeletion

__all__ = [
    "FINAL_STATES",
    "MARKETPLACES",
    "MAX_DATASETS",
    "MAX_IDENTITIES",
    "MAX_RECORDS",
    "SCOPES",
    "TERMS_LINK",
    "AmazonClient",
    "AmazonError",
    "AmcAccount",
    "AmcInstance",
    "AudienceMetadata",
    "AudienceSize",
    "AudienceSpec",
    "BadRequest",
    "ClockLike",
    "Column",
    "Connection",
    "ConnectionSpec",
    "ConsentRefused",
    "ConsentTimeout",
    "CreatedAudience",
    "Credentials",
    "CsvDataFormat",
    "Dataset",
    "DspAdvertiser",
    "ExternalId",
    "Fee",
    "Forbidden",
    "Grant",
    "HashedPerson",
    "Instance",
    "InvalidClient",
    "InvalidGrant",
    "Job",
    "JobState",
    "JsonDataFormat",
    "LoopbackReceiver",
    "MissingScope",
    "NoAnswer",
    "NotFound",
    "PaceLike",
    "ParquetDataFormat",
    "PortTaken",
    "Profile",
    "RefusedRecord",
    "Region",
    "ServerError",
    "SignIn",
    "TermsNotAccepted",
    "TermsOfUse",
    "Throttled",
    "TokenStore",
    "TooLarge",
    "Unauthorized",
    "UnexpectedAnswer",
    "Upload",
    "UploadReceipt",
    "UploadSource",
    "UploadSpec",
    "UploadState",
    "UserDeletion",
    "WrongField",
    "authorize_url",
    "exchange_code",
    "plain_text",
]
