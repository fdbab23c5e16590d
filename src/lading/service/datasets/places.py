"""Which datasets a command is about: those of a sync, or one by its id over a connection, with no sync needed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from lading import amazon
from lading.amazon import AmcInstance
from lading.destinations.answers import explained
from lading.errors import AccessError, SettingsError
from lading.nearest import hint, nearest
from lading.service.datasets.at_amazon import instance_of
from lading.service.parts import Parts
from lading.settings.datasets import DatasetTarget


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One dataset of one instance, seen over one connection."""

    dataset_id: str
    connection: str
    instance: AmcInstance
    client: amazon.AmazonClient
    #: The sync that fills it (`SYNC` or `SYNC/TARGET`) and what that says of it; None where no sync does.
    sync: str | None = None
    target: DatasetTarget | None = None

    @property
    def where(self) -> str:
        """As messages name it."""
        return f"dataset {self.dataset_id} in {self.instance.instance_id}"


def places_of(parts: Parts, name: str, connection: str | None = None) -> tuple[Place, ...]:
    """What `name` stands for: the datasets of a sync, or one by its id.

    Raises:
        SettingsError: it is neither, or an id that needs a connection.

    """
    if connection is not None:
        return (_by_id(parts, name, connection),)
    filled = dict(_filled(parts))
    if carried := parts.settings.carried(name):
        if found := [_by_sync(parts, one, filled[one]) for one in carried if one in filled]:
            return tuple(found)
        raise SettingsError(
            "carries an audience, and a dataset is needed", where=f"syncs.{name}", code="no_dataset"
        )
    if by_id := [_by_sync(parts, one, target) for one, target in filled.items() if target.id == name]:
        return tuple(by_id)
    with_instance = [one for one, settings in parts.settings.connections.items() if settings.amc]
    if len(with_instance) == 1 and not nearest(name, filled):
        return (_by_id(parts, name, with_instance[0]),)
    raise SettingsError(
        f"no sync that fills a dataset is called {name!r}; {hint(name, filled)}. For the id of any other dataset add "
        "`--connection NAME`",
        where=str(parts.settings.path), code="unknown_sync",
    )  # fmt: skip


def place_of(parts: Parts, name: str, connection: str | None = None) -> Place:
    """The one dataset that `name` stands for. SettingsError where there are several."""
    places = places_of(parts, name, connection)
    if len(places) > 1:
        named = ", ".join(one.sync or one.dataset_id for one in places)
        raise SettingsError(f"{name} has several targets: name one of them, {named}", code="several_targets")
    return places[0]


def owned(place: Place) -> DatasetTarget:
    """What the settings say of it. SettingsError where no sync fills it."""
    if place.target is None:
        raise SettingsError(
            f"no sync fills {place.where}, so nothing says what it should be: name the sync that does",
            code="unknown_sync",
        )
    return place.target


@contextmanager
def asking(place: Place) -> Iterator[None]:
    """Amazon's refusals within come out in words for this dataset."""
    try:
        yield
    except amazon.NotFound as error:
        raise AccessError(
            f"Amazon knows no {place.where}, or not what was asked of it: {error.message}. `lading dataset list` shows all there are",
            where=f"connection {place.connection}", code="unknown_dataset",
        ) from error  # fmt: skip
    except (amazon.BadRequest, amazon.WrongField) as error:
        said = error.message if isinstance(error, amazon.AmazonError) else str(error)
        raise SettingsError(
            f"Amazon refuses it: {said}", where=place.where, code="dataset_refused"
        ) from error
    except ValueError as error:  # refused by the client, before anything is asked
        raise SettingsError(str(error), where=place.where, code="wrong_value") from error
    except amazon.AmazonError as error:
        raise explained(error, place.connection) from error


def _filled(parts: Parts) -> Iterator[tuple[str, DatasetTarget]]:
    for name, sync in parts.settings.syncs.items():
        if sync.to.dataset is not None:
            yield name, sync.to.dataset


def _by_sync(parts: Parts, name: str, target: DatasetTarget) -> Place:
    return Place(
        dataset_id=target.id, connection=target.connection, instance=instance_of(parts, target.connection),
        client=parts.amazon(target.connection), sync=name, target=target,
    )  # fmt: skip


def _by_id(parts: Parts, dataset_id: str, connection: str) -> Place:
    parts.connection(connection)
    for name, target in _filled(parts):
        if (target.id, target.connection) == (dataset_id, connection):
            return _by_sync(parts, name, target)
    return Place(
        dataset_id=dataset_id,
        connection=connection,
        instance=instance_of(parts, connection),
        client=parts.amazon(connection),
    )
