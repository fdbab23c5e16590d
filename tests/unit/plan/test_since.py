"""What is different since the last run, in words."""

from __future__ import annotations

from lading.plan.since import ColumnChange, columns_changed, settings_changed, together


def test_columns_that_are_read_come_first():
    before = {"id": "external_id", "email": "email", "note": "", "old": ""}
    now = {"id": "external_id", "mail": "email", "note": "phone", "new": ""}
    changes = columns_changed(before, now)
    assert [str(change) for change in changes] == [
        "email is gone (it was read as email)",
        "note is read as phone now, and was not before",
        "mail is new, read as email",
        "old is gone",
        "new is new, and is not read",
    ]
    assert [change.is_read for change in changes] == [True, True, True, False, False]


def test_a_column_that_is_left_out_now():
    assert str(ColumnChange("tel", "phone", "")) == "tel is not read now, before as phone"
    assert str(ColumnChange("tel", "phone", "email")) == "tel is read as email now, before as phone"


def test_the_same_columns_in_another_order_are_the_same():
    assert columns_changed({"a": "", "b": "email"}, {"b": "email", "a": ""}) == ()


def test_settings_whose_values_differ():
    before = {"identity.profile": "amc", "identity.variants": [], "identity.gmail": False, "gone": 1}
    now = {"identity.profile": "segment", "identity.variants": ["a", "b"], "identity.gmail": True, "new": 1}
    assert together(settings_changed(before, now)) == (
        "identity.profile changed from amc to segment and identity.variants changed from none to a, b "
        "and identity.gmail changed from false to true"
    )
