"""Amazon's limits on advertiser data, and the pure rules about the columns of a data set.

Sources: [S:ADU] OpenAPI "Advertiser Data Upload" 3.0; [SETS], [COLS], [PREP] guides "advertiser-data-sets",
"-column", "-prepare-data".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

MAX_DATASETS: Final = 5_000  # an instance [SETS]
MAX_COLUMNS: Final = 100  # a data set [S:ADU]
MAX_DESCRIPTION: Final = 255  # of an update [S:ADU]
MAX_IDENTITIES: Final = 1_000  # a deletion request [S:ADU]
MAX_ERRORS: Final = 100  # an answer [S:ADU]
PAGE: Final = (1, 100)  # [S:ADU]
DELETION_PAGE: Final = (0, 100)  # [S:ADU]; 0 is read as the default
BUCKET_LENGTH: Final = (3, 63)  # [S:ADU]
COUNTRY: Final = r"^[A-Z]{2}$"  # [S:ADU]
DATASET_ID: Final = re.compile(r"[a-z0-9_]+")  # [SETS]
COLUMN_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")  # the harsh reading: any string [S:ADU]
LIST: Final = "list"  # no data set is called so [S:ADU]
DEFAULT_PERIOD: Final = "P1D"  # [PREP]

#: What a column can be, and the data types that it must then have.
ROLES: Final[Mapping[str, tuple[str, ...]]] = {
    "isMainEventTime": ("TIMESTAMP", "DATE"),
    "isMainUserId": ("STRING",),
    "isMainUserIdType": ("STRING",),
    "isCountryCode": ("STRING",),
    "externalUserIdType": ("STRING",),
    "consentType": ("STRING",),
}
#: Of these a data set has one at most.
SINGLE: Final = ("isMainEventTime", "isMainUserId", "isMainUserIdType", "isCountryCode")
#: These are to group by, never to add up. [SETS]
NO_METRIC: Final = ("isMainUserId", "isMainUserIdType", "consentType")
#: What an added column cannot be, because it would make another data set of it. [COLS]
NOT_ADDED: Final = ("isMainEventTime", "isMainUserId", "isMainUserIdType")
#: Columns that stay. [COLS]
NOT_DELETED: Final = ("isMainEventTime", "isMainUserId", "isMainUserIdType")
#: What AMC adds to a data set with identifiers, unless it is declared. [SETS]
USER_COLUMNS: Final[Mapping[str, str]] = {"isMainUserId": "user_id", "isMainUserIdType": "user_id_type"}

Column = Mapping[str, Any]


def roles(column: Column) -> list[str]:
    """What the column is, beside a column."""
    return [role for role in ROLES if column.get(role)]


def holder(columns: Sequence[Column], role: str) -> Column | None:
    """The first column with a role."""
    return next((one for one in columns if one.get(role)), None)


def id_error(dataset_id: str) -> str | None:
    if not DATASET_ID.fullmatch(dataset_id) or dataset_id == LIST:
        return "dataSetId must consist of lower-case letters, digits and underscores, and is not 'list'"
    return None


def column_errors(columns: Sequence[Column], *, strict_names: bool) -> Iterator[str]:
    """Everything that is wrong with the columns of one data set."""
    if len(columns) > MAX_COLUMNS:
        yield f"A data set has at most {MAX_COLUMNS} columns"
    for column in columns:
        yield from _errors_of_one(column, strict_names=strict_names)
    for name, count in Counter(str(one["name"]).lower() for one in columns).items():
        if count > 1:
            yield f"Column names must be unique, and case does not matter: {name}"
    for role in SINGLE:
        if sum(1 for one in columns if one.get(role)) > 1:
            yield f"At most one column can have {role}"
    for consent, count in Counter(one["consentType"] for one in columns if one.get("consentType")).items():
        if count > 1:
            yield f"consentType {consent} may only be used once per data set"


def _errors_of_one(column: Column, *, strict_names: bool) -> Iterator[str]:
    name, has = column["name"], roles(column)
    if not (COLUMN_NAME.fullmatch(name) if strict_names else name.strip()):
        yield f"Column name {name!r} must begin with a letter and hold lower-case letters, digits and underscores"
    if len(has) > 1:
        yield f"Column {name} cannot be {' and '.join(has)} at once"
    for role in has:
        if column["dataType"] not in ROLES[role]:
            yield f"Column {name} with {role} must have dataType {' or '.join(ROLES[role])}"
        if role in NO_METRIC and column["columnType"] == "METRIC":
            yield f"Column {name} with {role} cannot be a METRIC"
    kind = column.get("externalUserIdType")
    if kind is not None and len(kind.keys() & {"hashedPii", "externalIdentity"}) != 1:
        yield f"Column {name}: externalUserIdType must have hashedPii or externalIdentity, and not both"


def added_errors(columns: Sequence[Column], added: Column) -> Iterator[str]:
    """Why a column cannot be added to those that are there."""
    for role in NOT_ADDED:
        if added.get(role):
            yield f"A column with {role} cannot be added: create the data set again"
    if added.get("externalUserIdType") and holder(columns, "isMainUserId") is None:
        yield "A column with externalUserIdType needs a main user ID column, which cannot be added: create the data set again"


def missing_user_columns(columns: Sequence[Column]) -> list[dict[str, Any]]:
    """The main user columns that a data set with identifiers lacks."""
    if holder(columns, "externalUserIdType") is None:
        return []
    return [
        {"name": name, "dataType": "STRING", "columnType": "DIMENSION", role: True}
        for role, name in USER_COLUMNS.items()
        if holder(columns, role) is None
    ]


def demanded_error(dataset_id: str, columns: Sequence[Column]) -> str | None:
    """What a server says that does not add the main user ID column itself."""
    identifiers = [one for one in columns if one.get("externalUserIdType")]
    if not identifiers or holder(columns, "isMainUserId") is not None:
        return None
    kinds = ", ".join(kind for one in identifiers for kind in one["externalUserIdType"].values())
    return (
        f"Customer-owned data set {dataset_id} specified {len(identifiers)} external user ID column(s) ({kinds})"
        " but no main user ID column."
    )


def whole_column(column: Column) -> dict[str, Any]:
    """The column as Amazon shows it: with the defaults of what was not said."""
    flags = {"isMainEventTime": False, "isMainUserId": False, "isMainUserIdType": False}
    return flags | {"isCountryCode": False, "nullable": True, "requiresOneWayHashing": False} | dict(column)
