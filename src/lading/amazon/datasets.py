"""`/amc/advertiserData/{instanceId}/dataSets`: tables that an advertiser keeps in an AMC instance, and their columns.

Columns can be added, renamed, described and deleted. Of a dataset itself only its description and country can change.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lading.amazon import countries
from lading.amazon.amc_instance import AmcInstance, headers_of, path_in
from lading.amazon.audience_rules import WrongField
from lading.amazon.exact import written
from lading.amazon.gateway import DATASET_COLUMNS, DATASETS, Call, Gateway
from lading.amazon.paging import pages
from lading.amazon.shapes import Shape

#: Datasets in one instance. Source: Amazon's guide "Advertiser data sets".
MAX_DATASETS: Final = 5_000
#: The largest page of a listing, and characters of a changed description ("Advertiser data upload" OpenAPI file).
PAGE: Final = 100
DESCRIPTION_LENGTH: Final = 255


@dataclass(frozen=True, slots=True)
class Column:
    """One column, in Amazon's words."""

    name: str
    #: STRING, DECIMAL, INTEGER, LONG, TIMESTAMP or DATE.
    data_type: str
    #: DIMENSION or METRIC.
    column_type: str = "DIMENSION"
    description: str = ""
    nullable: bool = True
    main_event_time: bool = False
    #: Filled by Amazon, as is the one that says of which kind its ids are.
    main_user_id: bool = False
    main_user_id_type: bool = False
    country_code: bool = False
    #: At most one of the two: EMAIL and the like, hashed; or MAID and the like, as it is.
    hashed_pii: str | None = None
    external_identity: str | None = None
    #: TCF, GPP, AMZN_USER_DATA or AMZN_AD_STORAGE.
    consent_type: str | None = None


@dataclass(frozen=True, slots=True)
class Dataset:
    """A dataset, to be created or as Amazon keeps it; what an answer leaves out is "" or None."""

    dataset_id: str
    columns: tuple[Column, ...]
    #: PT1H, P1D or P1M; of datasets with a main event time only.
    period: str | None = None
    #: ISO-3166-1 alpha-2, for rows and uploads without a country of their own.
    country: str | None = None
    #: Of your own KMS key. It can never be changed.
    encryption_key_arn: str | None = None
    description: str = ""

    def column(self, name: str) -> Column | None:
        """The column of this name, in whatever case."""
        return next((one for one in self.columns if one.name.lower() == name.lower()), None)


class Datasets:
    """The datasets of AMC instances."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def create(self, instance: AmcInstance, dataset: Dataset) -> str:
        """Create a dataset; returns its id. Amazon refuses an id that is taken."""
        body = written({"dataSet": _asked(dataset)})
        return self._dataset("POST", instance, body=body).identifier("dataSetId")

    def get(self, instance: AmcInstance, dataset_id: str) -> Dataset:
        """What Amazon keeps of a dataset.

        Raises:
            NotFound: there is none by this id.

        """
        return _known(self._dataset("GET", instance, _named(dataset_id)))

    def list(self, instance: AmcInstance) -> tuple[Dataset, ...]:
        """All datasets of the instance, of all pages."""
        call = Call(
            "POST",
            path_in(instance, "dataSets", "list"),
            DATASETS,
            params={"maxResults": str(PAGE)},
            headers=headers_of(instance),
        )
        return tuple(_dataset(one) for page in pages(self._gateway, call) for one in page.items("dataSets"))

    def update(
        self,
        instance: AmcInstance,
        dataset_id: str,
        *,
        description: str | None = None,
        country: str | None = None,
    ) -> Dataset:
        """Change what can be changed.

        Raises:
            WrongField: nothing is to be changed, or the description is too long; nothing was sent.

        """
        asked = _present({
            "description": None if description is None else _described(description),
            "countryCode": None if country is None else countries.checked(country),
        })  # fmt: skip
        if not asked:
            raise WrongField("update", "names nothing to change")
        return _known(self._dataset("PUT", instance, _named(dataset_id), body=written(asked)))

    def delete(self, instance: AmcInstance, dataset_id: str) -> None:
        """Delete a dataset with all of its rows, for ever."""
        self._dataset("DELETE", instance, _named(dataset_id))

    def add_column(self, instance: AmcInstance, dataset_id: str, column: Column) -> Dataset:
        """Add a column; it is null in the rows that are there. Main user columns cannot be added."""
        body = written({"column": _column_asked(column)})
        return _known(self._columns("POST", instance, dataset_id, body=body))

    def update_column(
        self,
        instance: AmcInstance,
        dataset_id: str,
        column: str,
        *,
        name: str | None = None,
        description: str | None = None,
    ) -> Dataset:
        """Rename a column, or describe it anew.

        Raises:
            WrongField: nothing is to be changed, or the description is too long; nothing was sent.

        """
        said = None if description is None else _described(description)
        asked = _present({"updatedColumnName": name, "updateDescription": said})
        if not asked:
            raise WrongField("updatedColumnName", "or updateDescription is needed: nothing is to be changed")
        return _known(self._columns("PUT", instance, dataset_id, column, body=written(asked)))

    def delete_column(self, instance: AmcInstance, dataset_id: str, column: str) -> Dataset:
        """Delete a column with all of its values. The main event time and the main user id cannot be deleted."""
        return _known(self._columns("DELETE", instance, dataset_id, column))

    def _dataset(self, method: str, instance: AmcInstance, *parts: str, body: bytes | None = None) -> Shape:
        path = path_in(instance, "dataSets", *parts)
        return self._ask(Call(method, path, DATASETS, headers=headers_of(instance), body=body))

    def _columns(
        self, method: str, instance: AmcInstance, dataset_id: str, *parts: str, body: bytes | None = None
    ) -> Shape:
        path = path_in(instance, "dataSets", _named(dataset_id), "columns", *parts)
        return self._ask(Call(method, path, DATASET_COLUMNS, headers=headers_of(instance), body=body))

    def _ask(self, call: Call) -> Shape:
        return Shape.of(self._gateway.ask(call))


def _named(dataset_id: str) -> str:
    """The id, unless it would list all datasets instead."""
    if dataset_id == "list":
        raise ValueError("a dataset cannot be called list")
    return dataset_id


def _described(text: str) -> str:
    if len(text) > DESCRIPTION_LENGTH:
        raise WrongField("description", f"has at most {DESCRIPTION_LENGTH} characters, not {len(text)}")
    return text


def _present(fields: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value is not None}


def _asked(dataset: Dataset) -> dict[str, object]:
    return _present({
        "dataSetId": dataset.dataset_id,
        "columns": [_column_asked(column) for column in dataset.columns],
        "period": dataset.period,
        "countryCode": None if dataset.country is None else countries.checked(dataset.country),
        "customerEncryptionKeyArn": dataset.encryption_key_arn,
        "description": _described(dataset.description) or None,
    })  # fmt: skip


def _column_asked(column: Column) -> dict[str, object]:
    external = _present({"hashedPii": column.hashed_pii, "externalIdentity": column.external_identity})
    return _present({
        "name": column.name,
        "dataType": column.data_type,
        "columnType": column.column_type,
        "description": column.description or None,
        "nullable": column.nullable,
        "isMainEventTime": column.main_event_time or None,
        "isMainUserId": column.main_user_id or None,
        "isMainUserIdType": column.main_user_id_type or None,
        "isCountryCode": column.country_code or None,
        "externalUserIdType": external or None,
        "consentType": column.consent_type,
    })  # fmt: skip


def _known(answer: Shape) -> Dataset:
    return _dataset(answer.inner("dataSet"))


def _dataset(shape: Shape) -> Dataset:
    return Dataset(
        dataset_id=shape.identifier("dataSetId"),
        columns=tuple(_column(one) for one in shape.items("columns")),
        period=shape.maybe_identifier("period"),
        country=countries.iso(shape.text("countryCode")) or None,
        encryption_key_arn=shape.maybe_identifier("customerEncryptionKeyArn"),
        description=shape.text("description"),
    )


def _column(shape: Shape) -> Column:
    external = shape.inner("externalUserIdType")
    return Column(
        name=shape.identifier("name"),
        data_type=shape.text("dataType"),
        column_type=shape.text("columnType"),
        description=shape.text("description"),
        nullable=shape.maybe_flag("nullable") or not shape.has("nullable"),
        main_event_time=shape.maybe_flag("isMainEventTime"),
        main_user_id=shape.maybe_flag("isMainUserId"),
        main_user_id_type=shape.maybe_flag("isMainUserIdType"),
        country_code=shape.maybe_flag("isCountryCode"),
        hashed_pii=external.maybe_identifier("hashedPii"),
        external_identity=external.maybe_identifier("externalIdentity"),
        consent_type=shape.maybe_identifier("consentType"),
    )
