"""Data sets and their columns, as they are made and changed."""

from __future__ import annotations

from typing import Annotated, Final, Literal, NotRequired

from pydantic import Field, StringConstraints, TypeAdapter, with_config
from typing_extensions import TypedDict

from amc_sandbox import dataset_rules
from amc_sandbox.shapes.reading import STRICT

Country = Annotated[str, StringConstraints(pattern=dataset_rules.COUNTRY)]
Description = Annotated[str, StringConstraints(max_length=dataset_rules.MAX_DESCRIPTION)]
HashedPii = Literal[
    "ADDRESS", "CITY", "COUNTRY_CODE", "EMAIL", "FIRST_NAME", "LAST_NAME", "PHONE", "STATE", "ZIP"
]
ExternalIdentity = Literal[
    "EXPERIAN", "IDFA", "KANTAR", "LIVERAMP", "MAID", "MERKLE", "NEUSTAR", "REALID", "SAMBATV"
]


@with_config(STRICT)
class UserIdType(TypedDict):
    hashedPii: NotRequired[HashedPii]
    externalIdentity: NotRequired[ExternalIdentity]


@with_config(STRICT)
class Column(TypedDict):
    name: str
    dataType: Literal["DATE", "DECIMAL", "INTEGER", "LONG", "STRING", "TIMESTAMP"]
    columnType: Literal["DIMENSION", "METRIC"]
    description: NotRequired[str]
    nullable: NotRequired[bool]
    isMainEventTime: NotRequired[bool]
    isMainUserId: NotRequired[bool]
    isMainUserIdType: NotRequired[bool]
    isCountryCode: NotRequired[bool]
    externalUserIdType: NotRequired[UserIdType]
    consentType: NotRequired[Literal["AMZN_AD_STORAGE", "AMZN_USER_DATA", "GPP", "TCF"]]
    requiresOneWayHashing: NotRequired[bool]


@with_config(STRICT)
class DataSet(TypedDict):
    dataSetId: str
    columns: Annotated[list[Column], Field(max_length=dataset_rules.MAX_COLUMNS)]
    period: NotRequired[Literal["P1D", "P1M", "PT1H"]]
    countryCode: NotRequired[Country]
    customerEncryptionKeyArn: NotRequired[str]
    description: NotRequired[str]


@with_config(STRICT)
class NewDataSet(TypedDict):
    dataSet: DataSet


@with_config(STRICT)
class ChangedDataSet(TypedDict):
    description: NotRequired[Description]
    countryCode: NotRequired[Country]


@with_config(STRICT)
class NewColumn(TypedDict):
    column: Column


@with_config(STRICT)
class ChangedColumn(TypedDict):
    updatedColumnName: NotRequired[str]
    updateDescription: NotRequired[Description]


NEW: Final = TypeAdapter(NewDataSet)
CHANGED: Final = TypeAdapter(ChangedDataSet)
NEW_COLUMN: Final = TypeAdapter(NewColumn)
CHANGED_COLUMN: Final = TypeAdapter(ChangedColumn)
