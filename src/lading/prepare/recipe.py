"""What to do with the rows of a source: the settings of prepare as one value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lading.errors import SettingsError
from lading.prepare.mapping import ColumnMap
from lading.prepare.normalize.country import code
from lading.prepare.profiles import AMC, Profile
from lading.prepare.suppression import NOBODY, Suppression
from lading.prepare.variants import known_kinds

ExternalId = Literal["as_is", "hash", "derive"]

#: Whose consent has to be there. uk_eea: of people in the UK and the EEA, and of those of whom nobody knows where they are;
#: always: of everybody; never: of nobody, though a denial counts; ignored: no signal is looked at.
ConsentRequired = Literal["uk_eea", "always", "never", "ignored"]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How rows become identifier sets. Raises SettingsError where the parts do not fit together."""

    mapping: ColumnMap
    profile: Profile = AMC
    #: Where a row names no country: alpha-2, or a name.
    default_country: str | None = None
    #: Whether nobody said so. Such a country serves matching, and says of nobody that no consent is needed.
    country_assumed: bool = False
    #: as_is: as the source has it; hash: its SHA-256; derive: from the strongest hash of the row.
    external_id: ExternalId = "as_is"
    #: Texts that stand for nothing, in any case; null for those of the profile.
    placeholders: frozenset[str] | None = None
    #: Kinds of further spellings that are sent, too: see `variants.VARIANTS`.
    variants: tuple[str, ...] = ()
    #: Hashing alone needs nobody's consent; a sync asks for it by its settings.
    consent: ConsentRequired = "never"
    #: People who were erased, and whose rows are turned away.
    suppression: Suppression = NOBODY

    def __post_init__(self) -> None:
        if self.external_id != "derive" and self.mapping.external_id is None:
            raise SettingsError(
                "no column holds the external id; name it under map: (external_id: your_column), or set external_id: derive",
                where="map.external_id", code="no_external_id_column",
            )  # fmt: skip
        object.__setattr__(self, "default_country", self._default())
        known_kinds(self.variants, self.profile.id)

    @property
    def ignored(self) -> frozenset[str]:
        """What stands for nothing, in lower case and without white space around."""
        given = self.profile.placeholders if self.placeholders is None else self.placeholders
        return frozenset(one.strip().lower() for one in given)

    def _default(self) -> str | None:
        if not self.default_country:
            return None
        known = code(self.default_country)
        if known is None:
            raise SettingsError(
                f"{self.default_country!r} is no country; write two letters, such as DE", where="country"
            )
        return known
