"""The rules of the modes, and what the books count."""

from __future__ import annotations

from lading.model.states import Mode
from lading.plan.diff import COUNTED, GROUPS, RULES, Counts

COUNTS = Counts(add=1, update=2, refresh=4, remove=8, drop=16, share=32, unchanged=64)


def test_every_mode_has_a_rule_and_none_both_names_and_misses():
    assert set(RULES) == set(Mode)
    assert not any(rule.removes_named and rule.removes_absent for rule in RULES.values())
    assert [mode for mode, rule in RULES.items() if rule.removes_absent] == [Mode.MIRROR]
    assert [mode for mode, rule in RULES.items() if rule.removes_named] == [Mode.REMOVE]
    assert {mode for mode, rule in RULES.items() if rule.refreshes} == {Mode.MIRROR, Mode.UPSERT}
    assert {mode for mode, rule in RULES.items() if rule.adds} == set(Mode) - {Mode.REMOVE}


def test_all_changes_are_sent_but_only_people_are_counted():
    assert COUNTS.changes == 63
    assert set(COUNTED) < set(GROUPS)
    assert {change for change, group in GROUPS.items() if group == 1} == {"remove", "drop"}


def test_who_is_removed_is_among_the_source_only_where_the_source_names_him():
    assert (COUNTS.changed(Mode.MIRROR), COUNTS.removed(Mode.MIRROR)) == (7, 8)
    assert (COUNTS.changed(Mode.ADD), COUNTS.removed(Mode.ADD)) == (7, 8)
    assert (COUNTS.changed(Mode.REMOVE), COUNTS.removed(Mode.REMOVE)) == (15, 0)
