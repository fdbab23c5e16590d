from __future__ import annotations

import hashlib
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lading.errors import SettingsError
from lading.model.identifiers import HASH_OF_NOTHING, IDENTIFIERS, MAX_SETS
from lading.prepare.mapping import resolve
from lading.prepare.profiles import profile
from lading.prepare.recipe import Recipe
from lading.prepare.rows import prepare
from lading.prepare.variants import VARIANTS

ALL = tuple(VARIANTS)


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def sets(kinds: tuple[str, ...], wanted: Any = None, **row: str | None) -> list[dict[str, str]]:
    columns = {"user_id": ["u1"]} | {name: [value] for name, value in row.items()}
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String)).with_row_index("row", 1)
    recipe = Recipe(resolve(frame.columns[1:], wanted), variants=kinds)
    done = prepare(frame.cast({"row": pl.UInt64}), recipe).sets
    return done.to_dicts()


@pytest.mark.parametrize(
    ("kind", "field", "country", "value", "texts"),
    [
        ("folded_accents", "first_name", None, "Renée", ["rene", "renee"]),
        ("folded_accents", "last_name", None, "Müller", ["mueller", "muller"]),
        ("folded_accents", "city", "DE", "München", ["mnchen", "munchen"]),
        ("folded_accents", "city", "US", "Ulm", ["ulm"]),
        ("folded_accents", "address", "FR", "8 allée Écluse", ["8alléeécluse", "8alleeecluse"]),
        ("address_words", "address", "US", "1 Ocean Boulevard", ["1oceanblvd", "1oceanboulevard"]),
        ("address_words", "address", "US", "1 Ocean Street", ["1oceanst"]),
        ("address_words", "address", "ES", "Avda. Mar 3", ["avenidamar3", "avdamar3"]),
        ("address_words", "address", "DE", "Lindenstr. 12", ["lindenstr12", "lindenstrasse12"]),
        ("address_words", "address", "AU", "1 Ocean Boulevard", ["1oceanboulevard"]),
        ("address_punctuation", "address", "JP", "1-2-3 Midori", ["1-2-3midori", "123midori"]),
        (
            "address_punctuation", "address", "FR", "2 r. de l’Écluse",
            ["2rdel’écluse", "2rdelécluse", "2rdelecluse"],
        ),
        ("state_alternatives", "state", "CA", "Québec", ["qc", "qu"]),
        ("state_alternatives", "state", "DE", "Bayern", ["ba", "by"]),
        ("state_alternatives", "state", "US", "Ohio", ["oh"]),
        ("phone_trunk", "phone", "DE", "4964721108", ["4964721108", "494964721108"]),
        ("phone_trunk", "phone", "DE", "+49 (0)89 12345678", ["498912345678", "4908912345678"]),
        ("phone_trunk", "phone", "IT", "06 1234 5678", ["390612345678", "39612345678"]),
        ("phone_trunk", "phone", "US", "14155550160", ["14155550160"]),
        ("phone_trunk", "phone", None, "+14155550160", ["14155550160"]),
    ],
)  # fmt: skip
def test_a_kind_adds_its_spellings_behind_the_main_one(
    kind: str, field: str, country: str | None, value: str, texts: list[str]
) -> None:
    got = [one[field] for one in sets((kind,), email="a@x.yz", country=country, **{field: value})]
    assert got == [sha(text) for text in texts]
    assert len(sets((), email="a@x.yz", country=country, **{field: value})) == 1


def test_a_spelling_changes_the_fields_that_it_meets_and_keeps_the_others() -> None:
    main, folded = sets(
        ("folded_accents",), email="a@x.yz", first_name="Renée", last_name="Smith", city="Köln"
    )
    assert [main[name] == folded[name] for name in ("email", "last_name", "first_name", "city")] == [
        True,
        True,
        False,
        False,
    ]
    assert (main["set_no"], folded["set_no"], folded["external_id"]) == (1, 2, "u1")


def test_kinds_come_the_most_likely_first_whatever_their_order_in_the_settings() -> None:
    row = {"email": "a@x.yz", "first_name": "Renée", "state": "Québec", "country": "CA"}
    assert sets(("state_alternatives", "folded_accents"), **row) == sets(
        ("folded_accents", "state_alternatives"), **row
    )


def test_hashes_and_placeholders_have_no_variants() -> None:
    assert len(sets(ALL, email="a@x.yz", first_name=sha("Renée").upper(), city="n/a", country="DE")) == 1


def test_a_single_column_has_its_variants_once_and_several_each_their_own() -> None:
    wanted = {"email": ["a", "b"], "phone": ["p", "q"]}
    row = {
        "a": "a@x.yz",
        "b": "b@x.yz",
        "p": "4964721108",
        "q": "4976535832",
        "city": "Köln",
        "country": "DE",
    }
    done = sets(("folded_accents", "phone_trunk"), wanted, **row)
    assert [one["email"] for one in done] == [
        sha(text) for text in ("a@x.yz", "b@x.yz", "a@x.yz", "a@x.yz", "b@x.yz")
    ]
    assert [one["city"] for one in done] == [sha("kln"), sha("kln"), sha("koln"), sha("kln"), sha("kln")]
    assert [one["phone"] for one in done[3:]] == [sha("494964721108"), sha("494976535832")]


def test_a_row_that_only_a_variant_could_save_is_turned_away_all_the_same() -> None:
    assert sets(ALL, first_name="Ñ") == []


def test_an_unknown_kind_names_the_nearest() -> None:
    with pytest.raises(SettingsError, match="did you mean 'folded_accents'"):
        Recipe(resolve(["email", "user_id"], None), variants=("folded_accent",))


def test_profiles_that_follow_a_program_have_no_variants() -> None:
    with pytest.raises(SettingsError, match="has no variants"):
        Recipe(resolve(["email", "user_id"], None), profile=profile("segment"), variants=ALL)


VALUES = st.one_of(
    st.none(),
    st.text(max_size=10),
    st.sampled_from(
        ["a@x.yz", "+49 (0)89 12345678", "4964721108", "00390612345678", "O'Keeffe Str. 5-A #2", "Île-de-France", "Jürgen", sha("x")]
    ),
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(st.lists(st.fixed_dictionaries(dict.fromkeys(IDENTIFIERS, VALUES) | {"country": st.sampled_from([None, "DE", "US", "IT", "AU"])}), min_size=1, max_size=10))  # fmt: skip
def test_the_main_sets_stay_and_all_sets_of_a_row_differ(rows: list[dict[str, str | None]]) -> None:
    columns = {name: [one[name] for one in rows] for name in rows[0]} | {
        "user_id": [f"u{at}" for at in range(len(rows))]
    }
    frame = (
        pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
        .with_row_index("row", 1)
        .cast({"row": pl.UInt64})
    )
    mapping = resolve(frame.columns[1:], None)
    plain, further = prepare(frame, Recipe(mapping)), prepare(frame, Recipe(mapping, variants=ALL))
    assert further.sets.filter(set_no=1).rows() == plain.sets.rows()
    assert further.rejections.rows() == plain.rejections.rows()
    assert further.sets.select("row", *IDENTIFIERS).is_unique().all()
    assert further.sets["set_no"].max() is None or further.sets["set_no"].max() <= MAX_SETS
    assert further.sets.select("row", "set_no").rows() == sorted(further.sets.select("row", "set_no").rows())
    for name in IDENTIFIERS:
        assert HASH_OF_NOTHING not in further.sets[name].to_list()
