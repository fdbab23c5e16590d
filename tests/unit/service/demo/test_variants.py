from __future__ import annotations

from pathlib import Path

import pytest

from lading.prepare.variants import VARIANTS
from lading.report.summary import AudienceSize, Report
from lading.service.demo.variants import CHOICES, compare, settings_of_kinds
from lading.settings import load

SHOP = Path(__file__).parents[4] / "examples" / "shop"


def test_each_kind_is_compared_alone_and_all_together() -> None:
    assert set(CHOICES) == {"none", *VARIANTS, "all"}
    assert CHOICES["all"] == tuple(VARIANTS)
    assert all(CHOICES[kind] == (kind,) for kind in VARIANTS)


def test_every_choice_has_an_audience_of_its_own(tmp_path: Path) -> None:
    settings = load(settings_of_kinds(SHOP, tmp_path), {})
    audiences = {sync.to.audience.external_id for sync in settings.syncs.values()}
    assert len(audiences) == len(CHOICES)
    assert {name: tuple(sync.identity.variants) for name, sync in settings.syncs.items()} == CHOICES


def test_what_a_kind_adds_is_beyond_the_audience_without_variants() -> None:
    matches = {"none": 40, "phone_trunk": 43}

    def carry(name: str) -> Report:
        size = AudienceSize(received=50, matched=matches.get(name, 40))
        return Report(run="r", sync=name, state="done", mode="add", exit_code=0, books=None, size=size)

    added = {row.kind: row.added for row in compare(carry)}
    assert added == dict.fromkeys(CHOICES, 0) | {"phone_trunk": 3}


@pytest.mark.parametrize("name", CHOICES)
def test_the_name_is_one_that_amazon_takes(name: str) -> None:
    assert 10 <= len(f"Variants: {name}") <= 128
