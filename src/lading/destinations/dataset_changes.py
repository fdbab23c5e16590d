"""What differs between a dataset as it is wanted and as Amazon has it: what can be changed, and what never can."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from lading.amazon import Column, Dataset

#: What of a column can never change, in the words of the settings and of the value. Source: Amazon's guide "Data set columns".
_FIXED: Final = (
    ("type", "data_type"),
    ("kind", "column_type"),
    ("nullable", "nullable"),
    ("event_time", "main_event_time"),
    ("country", "country_code"),
    ("identifier", "hashed_pii"),
    ("identifier", "external_identity"),
    ("consent", "consent_type"),
)
#: Amazon's own pages say either DIMENSION or METRIC of an event time, which is null in no row anyway.
_LOOSE_OF_EVENT_TIMES: Final = frozenset({"column_type", "nullable"})
_DEFAULT_PERIOD: Final = "P1D"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One difference that stops everything: where it is (`columns.amount.type`), and what to do."""

    where: str
    message: str


@dataclass(frozen=True, slots=True)
class DatasetChanges:
    """What has to be done to a dataset before rows can be sent; nothing if it is false."""

    #: To be added, in order.
    columns: tuple[Column, ...] = ()
    #: Columns to be described anew -> the text.
    described: dict[str, str] = field(default_factory=dict)
    #: None for what stays.
    description: str | None = None
    country: str | None = None
    refusals: tuple[Refusal, ...] = ()

    def __bool__(self) -> bool:
        changed = self.columns or self.described or self.refusals
        return bool(changed) or self.description is not None or self.country is not None


def changes_between(wanted: Dataset, found: Dataset) -> DatasetChanges:
    """What makes `found` into `wanted`. What the settings do not say stays as it is."""
    missing = tuple(
        one for one in wanted.columns if found.column(one.name) is None and not _is_there(one, found)
    )
    refusals = (
        *_of_the_whole(wanted, found),
        *(refusal for one in missing for refusal in _not_addable(one, found)),
        *(refusal for one in found.columns for refusal in _of_column(one, wanted, missing)),
    )
    return DatasetChanges(
        columns=missing,
        described=dict(_descriptions(wanted, found)),
        description=wanted.description if wanted.description not in ("", found.description) else None,
        country=wanted.country if wanted.country not in (None, found.country) else None,
        refusals=refusals,
    )


def _is_there(column: Column, found: Dataset) -> bool:
    """Amazon adds the user columns itself to a dataset with identifiers, and its pages call them by different names."""
    if column.main_user_id or column.main_user_id_type:
        return any(one.main_user_id or one.hashed_pii or one.external_identity for one in found.columns)
    return False


def _of_the_whole(wanted: Dataset, found: Dataset) -> Iterator[Refusal]:
    now = found.period or _DEFAULT_PERIOD
    if wanted.period and now != wanted.period and any(one.main_event_time for one in found.columns):
        yield Refusal(
            "period",
            f"is {now} at Amazon and cannot become {wanted.period}: write `period: {now}`, or {_AGAIN}",
        )
    if wanted.encryption_key_arn != found.encryption_key_arn:
        now, then = (key or "none" for key in (found.encryption_key_arn, wanted.encryption_key_arn))
        yield Refusal(
            "encryption_key", f"is {now} at Amazon and cannot become {then}: write what it was, or {_AGAIN}"
        )


def _not_addable(column: Column, found: Dataset) -> Iterator[Refusal]:
    where = f"columns.{column.name}"
    if column.main_event_time:
        yield Refusal(
            where, f"is a time of events, which Amazon takes only when a dataset is created: {_AGAIN}"
        )
    elif column.main_user_id or column.main_user_id_type:
        yield Refusal(
            where,
            "is needed for the first identifier of a dataset, and Amazon takes it only when a dataset is created: leave the "
            f"identifiers out, or {_AGAIN}",
        )
    elif not column.nullable:
        yield Refusal(
            f"{where}.nullable",
            "a column that is added is empty in the rows that are there: write `nullable: true`",
        )
    elif column.country_code and any(one.country_code for one in found.columns):
        yield Refusal(where, "the dataset has a country already: keep that column, or delete it first")


def _of_column(column: Column, wanted: Dataset, missing: tuple[Column, ...]) -> Iterator[Refusal]:
    if column.main_user_id or column.main_user_id_type:
        return
    wish = wanted.column(column.name)
    if wish is None:
        alike = [one.name for one in missing if one.data_type == column.data_type]
        renamed = f", or `lading dataset column rename` it to {alike[0]}" if alike else ""
        yield Refusal(
            f"columns.{column.name}",
            f"Amazon has this column, and the settings have not: write it there, or `lading dataset column delete` it{renamed}",
        )
        return
    loose = _LOOSE_OF_EVENT_TIMES if wish.main_event_time else frozenset[str]()
    for setting, name in _FIXED:
        now, then = getattr(column, name), getattr(wish, name)
        if now != then and name not in loose:
            yield Refusal(
                f"columns.{column.name}.{setting}",
                f"is {_said(now)} at Amazon and cannot become {_said(then)}: write what it was, or {_AGAIN}",
            )


def _descriptions(wanted: Dataset, found: Dataset) -> Iterator[tuple[str, str]]:
    for wish in wanted.columns:
        column = found.column(wish.name)
        ours = not (wish.main_user_id or wish.main_user_id_type)
        if column and ours and wish.description not in ("", column.description):
            yield column.name, wish.description


def _said(value: object) -> str:
    if value is None:
        return "none"
    return str(value).lower() if isinstance(value, bool) else str(value)


_AGAIN: Final = (
    "make it anew: `lading dataset recreate SYNC` deletes it with its rows, and the next run sends them all"
)
