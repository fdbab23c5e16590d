"""What to do about a list, in plain words, the most worth first: only what is worth a line of this list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lading.model.identifiers import STRONG
from lading.report.list_quality import Advice, CountryQuality, FieldQuality, Quality


def advise(found: Quality) -> tuple[Advice, ...]:
    """The advice on a list of this quality."""
    return tuple(_advice(found))


def _advice(found: Quality) -> Iterator[Advice]:
    yield from _about_strong(found)
    yield from _about_consent(found)
    yield from _about_countries(found)
    yield from _about_fields(found)
    for code, text in _REJECTED.items():
        if code in found.rejected:
            yield Advice(code, text, found.rejected[code])
    yield from _about_people(found)


def _about_strong(found: Quality) -> Iterator[Advice]:
    if not {one.field for one in found.fields} & set(STRONG):
        yield Advice(
            "no_strong_field",
            "Neither an e-mail nor a phone column was found. Most people are matched by these: add one.",
            found.accepted,
        )
    elif found.no_strong * 5 > found.accepted:
        yield Advice(
            "few_strong",
            "More than one row in five has neither e-mail nor phone: names and addresses match far fewer people.",
            found.no_strong,
        )


def _about_consent(found: Quality) -> Iterator[Advice]:
    silent = [one for one in found.countries if one.no_consent]
    if silent:
        yield Advice(
            "no_consent",
            f"Rows of {_named(silent)} carry no consent, which Amazon asks for in the UK and the EEA: map tcf, gpp or amzn_user_data. "
            "A sync turns such rows away, unless its settings say otherwise.",
            sum(one.no_consent for one in silent),
        )


def _about_countries(found: Quality) -> Iterator[Advice]:
    nowhere = sum(one.rows for one in found.countries if not one.country)
    if nowhere:
        yield Advice(
            "no_country",
            "Rows name no country, and there is no default: Amazon does not match them. Map a country column, or set country:.",
            nowhere,
        )
    beyond = [one for one in found.countries if one.country and one.rows and not one.matched_by_amazon]
    if beyond:
        text = f"Amazon does not match hashed identifiers of {_named(beyond)}: these rows are sent, and nobody is found."
        yield Advice("country_not_matched", text, sum(one.rows for one in beyond))
    if found.country_defaulted:
        yield Advice(
            "country_defaulted",
            "Rows name no country of their own, and the default was taken. Whoever lives elsewhere is not found: a column with the "
            "country of each person matches more.",
            found.country_defaulted,
        )

    if found.country_assumed:
        yield Advice(
            "country_assumed",
            f"Rows name no country, and neither do the settings: {found.assumed_country} was assumed, after the connection. Whoever lives "
            "elsewhere is not found, and where consent is asked for, it still is: map a country column, or set country:.",
            found.country_assumed,
        )


def _about_fields(found: Quality) -> Iterator[Advice]:
    for field, code, text in _ADVICE:
        count = sum(
            one.emptied.get(code, 0) + one.lossy.get(code, 0)
            for one in found.fields
            if field in {one.field, ""}
        )
        if count:
            yield Advice(code, text, count)
    yield from (_half_hashed(one) for one in found.fields if one.hashed and one.hashed < one.valid)


def _half_hashed(one: FieldQuality) -> Advice:
    return Advice(
        "half_hashed",
        f"The {one.field} column holds hashes and clear values. The hashes are sent as they are: make sure that they were "
        "normalized by Amazon's rules.",
        one.hashed,
    )


def _about_people(found: Quality) -> Iterator[Advice]:
    people = found.people
    if people and people.duplicate * 10 > found.rows:
        yield Advice(
            "many_duplicates",
            "More than one row in ten adds nothing to a person who stands there already. It does no harm; the export may be wrong.",
            people.duplicate,
        )
    if people and people.too_many_sets:
        yield Advice(
            "too_many_sets",
            "People have more than 100 identifier sets, and only the first 100 are sent. Is the id really one of a person?",
            people.too_many_sets,
        )


def _named(countries: list[CountryQuality]) -> str:
    return ", ".join(one.country or "no known country" for one in countries)


#: By the reason of a rejection.
_REJECTED: Final = {
    "no_identifier": "Rows have nothing that Amazon could match by: their values are blank or badly formed.",
    "external_id_missing": "Rows have no id of yours, so nothing could ever take those people out again: fill it in.",
    "external_id_illegal": "Ids hold characters that Amazon does not take: set external_id: hash to send their SHA-256.",
    "consent_denied": "People deny consent. They are not sent, and taken out of the audience where they are members.",
    "consent_unreadable": "Consent signals cannot be read: a cut TC string, or other words than GRANTED and DENIED. Export them anew.",
    "wrong_number_of_cells": "Rows do not fit the header: quote cells that hold the delimiter.",
}

#: (field or "" for any, code, advice).
_ADVICE: Final = (
    ("email", "email_invalid", "E-mails are badly formed. Look for cells with two addresses, missing @ or notes."),
    ("email", "email_non_ascii", "E-mails hold a letter beyond a-z, which Amazon's rules do not know: correct it, or choose email_non_ascii."),
    ("phone", "phone_no_country", "Phones have no country code, and their rows no country: map the country, or write +1..., +44..."),
    ("phone", "phone_invalid", "Phones cannot be numbers of their country. Look for lost digits and for numbers of other countries without +."),
    ("postal", "postal_invalid", "Postal codes do not have their country's form. A lost leading zero comes from a spreadsheet: export as text."),
    ("state", "state_cut", "States are not in Amazon's table and were cut to two letters: write codes such as CA or BY."),
    ("", "letters_deleted", "Letters with accents are deleted by Amazon's rules: those people match only those who wrote themselves the same way."),
    ("", "nothing_left", "Values in other scripts leave nothing that Amazon's rules keep. Send e-mail or phone for these people."),
    ("", "hash_of_other_kind", "Hashes are not SHA-256 (MD5 or cut ones?). Export them anew from the clear values."),
    ("", "nested_value", "Cells hold lists or objects, and it is not known which value is meant: write one plain value a column."),
    ("", "hashed_twice", "Values were hashed twice, and match nobody: export them hashed once or in clear, and look at the other hashes."),
    ("", "clear_in_hashed_column", "Values are in clear in a column that is named for hashes. They were normalized and hashed: is it the right column?"),
    ("", "hash_of_nothing", "Cells hold the SHA-256 of an empty text, made by a tool that hashes blanks: export them anew."),
)  # fmt: skip
