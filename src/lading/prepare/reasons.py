"""Why a row is turned away, and what was lossy in one that goes on: every code with its words."""

from __future__ import annotations

from typing import Final

#: Code -> message. A rejection: the row is not sent. Order: the first that holds decides.
REJECTIONS: Final = {
    "wrong_number_of_cells": "the row has more or fewer cells than the header: quote cells that hold the delimiter",
    "not_json": "the line is no JSON object",
    "external_id_missing": "the row has no external id: fill it in, or set external_id: derive",
    "external_id_illegal": "an external id is 1 to 128 of A-Z a-z 0-9 - _: correct it, or set external_id: hash",
    "consent_denied": "the person denies consent: not sent, and taken out where he is a member",
    "consent_denied_elsewhere": "another row of this person denies consent, and a denial wins over all other rows",
    "no_identifier": "nothing is left in this row that Amazon could match a person by",
    "suppressed": "the person was erased (lading forget) and is not sent again",
    "consent_unreadable": "this person's consent is needed, and the signal that counts first cannot be read: correct it",
    "consent_missing": "consent is needed (UK, EEA, or no known country), and no signal grants it: map: {consent: ...}",
}

#: Rejections for want of consent.
CONSENT: Final = ("consent_denied", "consent_unreadable", "consent_missing")

#: Findings that mean that a value is not what its column says: what `on_invalid` is about.
INVALID: Final = frozenset({
    "hash_of_other_kind", "nested_value", "email_invalid", "email_non_ascii", "phone_no_country", "phone_invalid", "postal_invalid", "nothing_left",
})  # fmt: skip

#: Code -> message. A finding: the value was emptied or changed lossily, the row goes on.
FINDINGS: Final = {
    "placeholder": "stands for nothing, so it is not sent",
    "hash_of_nothing": "is the SHA-256 of an empty text, which would match everybody: not sent",
    "hash_of_other_kind": "looks like a hash, but not like SHA-256 in 64 hex digits: not sent",
    "nested_value": "is a list or an object, of which it is not known what is meant: give the column one plain value; not sent",
    "email_invalid": "is no e-mail address: exactly one @ with text on both sides; not sent",
    "email_non_ascii": "holds a letter that the rules have no place for; not sent",
    "phone_no_country": "has no country code, and the row and the sync name no country; not sent",
    "phone_invalid": "cannot be a phone number of its country; not sent",
    "postal_invalid": "does not have the form of its country (a lost leading zero?); not sent",
    "postal_cut": "is longer than a postal code of its country, and was cut",
    "postal_padded": "is shorter than a postal code of its country, and was filled with leading zeros",
    "state_cut": "is no state that Amazon's table knows, and was cut to two letters",
    "letters_deleted": "holds letters that the rules delete (accents are not folded)",
    "nothing_left": "holds nothing that the rules keep (such as text in another script); not sent",
    "kept_invalid": "does not fit its rule, and was hashed as it stands",
    "hashed_twice": "is the hash of a hash of a common text: hash it once; as it is, it matches nobody",
    "clear_in_hashed_column": "is in clear, though its column is named for hashes; it was normalized and hashed",
    "country_missing": "has no country, and the profile hashes values without a country as they stand",
    "country_not_covered": "is of a country that the profile does not know; not sent",
    "country_unknown": "is no country that we know; the default country was taken, if there is one",
    "consent_value_unknown": "is none of GRANTED, DENIED, NOT_APPLICABLE and UNKNOWN; not sent",
}
