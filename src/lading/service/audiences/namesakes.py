"""Audiences of one name. Amazon can neither list nor search them, so this ledger is all that knows of an earlier one."""

from __future__ import annotations

from collections.abc import Sequence

from lading.errors import SettingsError
from lading.ledger.rows import Audience
from lading.service.parts import Parts
from lading.service.work import target_of
from lading.settings.targets import AudienceTarget


def check_name(parts: Parts, name: str, wish: AudienceTarget) -> None:
    """Refuse to make an audience for sync `name` beside another one of its name over the same connection."""
    if wish.audience_id:
        return
    target = target_of(name, parts.sync(name))
    for other in parts.ledger.audiences.list():
        if (other.name, other.connection) == (wish.name, wish.connection) and other.target != target:
            raise SettingsError(
                f"there is an audience of this name over connection {other.connection} already: {described(other)}, filled by sync "
                f"{other.sync}. Which of the two is meant cannot be guessed. For a new one, write another `name:`. To go on with that "
                f"one, carry to it by sync {other.sync} or, where neither is a mirror, write `external_id: "
                f"{other.external_audience_id}` here",
                where=f"syncs.{name}.to.audience.name", code="same_name",
            )  # fmt: skip


def only_one(name: str, found: Sequence[Audience]) -> Audience:
    """The one audience that is called so. Raises SettingsError where there are several: an id has to be given."""
    if len(found) == 1:
        return found[0]
    listed = "; ".join(f"{described(one)}, sync {one.sync}, connection {one.connection}" for one in found)
    raise SettingsError(
        f"{len(found)} audiences are called {name!r}: {listed}. Name the one that is meant by its id, or by its sync",
        code="same_name",
    )


def described(audience: Audience) -> str:
    """An audience by its ids."""
    return f"{audience.audience_id or 'without an id yet'} (external id {audience.external_audience_id})"
