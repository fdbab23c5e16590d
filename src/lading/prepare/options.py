"""Choices within the profile "amc": where Amazon's rule is not known, or where a list needs another one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final, Literal

EmailPlus = Literal["merge", "keep", "drop-tag"]
EmailUnderscore = Literal["keep", "strip"]
EmailNonAscii = Literal["null", "keep", "strip"]
PhonePlus = Literal["strip", "keep"]
PostalCase = Literal["upper", "lower"]
OnInvalid = Literal["null", "error", "keep"]

#: The ledger keeps a profile's name with its version in 64 characters.
_LONGEST: Final = 56


@dataclass(frozen=True, slots=True)
class Options:
    """How the profile "amc" is changed. Each one but `on_invalid: error` changes what is hashed, and so every fingerprint."""

    #: `a+b@x`: merge to ab@x, keep a+b@x, drop the tag: a@x.
    email_plus: EmailPlus = "merge"
    email_underscore: EmailUnderscore = "keep"
    #: A letter beyond ASCII: not sent, kept, or deleted.
    email_non_ascii: EmailNonAscii = "null"
    #: Whether addresses of gmail.com and googlemail.com lose the dots and the tag of their first part.
    gmail: bool = False
    #: Whether phone numbers are hashed with their plus.
    phone_plus: PhonePlus = "strip"
    #: Of postal codes with letters.
    postal_case: PostalCase = "upper"
    #: Whether postal codes of digits that are one or two short are filled with leading zeros.
    pad_zip: bool = False
    #: Whether Bayern, Firenze or Bretagne are known as states, too.
    state_native_names: bool = False
    #: A value that does not fit its rule: not sent, the whole run stopped, or hashed as it stands.
    on_invalid: OnInvalid = "null"

    def name(self, profile: str) -> str:
        """The profile's name with these options: of two that give other hashes, the names differ."""
        tags = {
            f"plus-{self.email_plus}": self.email_plus != "merge",
            "no-underscore": self.email_underscore != "keep",
            f"non-ascii-{self.email_non_ascii}": self.email_non_ascii != "null",
            "gmail": self.gmail,
            "phone-plus": self.phone_plus == "keep",
            f"{self.postal_case}-postal": self.postal_case != "upper",
            "pad-zip": self.pad_zip,
            "native-states": self.state_native_names,
            "keep-invalid": self.on_invalid == "keep",
        }
        whole = "+".join([profile, *(tag for tag, chosen in tags.items() if chosen)])
        if len(whole) <= _LONGEST:
            return whole
        digest = hashlib.sha256(whole.encode()).hexdigest()[:8]
        return f"{profile}+{whole.count('+')}-options-{digest}"


DEFAULT: Final = Options()
