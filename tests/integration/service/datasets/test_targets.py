"""One dataset into two instances: a run and a result each."""

from lading.service.sync import Order, apply
from lading.service.targets import each


def test_each_instance_has_its_run_and_its_books(desk):
    desk.settings()
    other = desk.second_instance()
    desk.write(desk.orders(1, 4, -1))
    desk.sandbox.faults(job_failed={"at": [1]})
    with desk.parts() as parts:
        first, second = each(parts, "purchases", lambda one: apply(parts, one, Order()))
    assert [(one.sync, one.answer.state) for one in (first, second)] == [
        ("purchases/amazon", "failed"), ("purchases/second", "done"),
    ]  # fmt: skip
    assert len(desk.rows(instance=other)) == 4
    with desk.parts() as parts:
        again = each(parts, "purchases", lambda one: apply(parts, one, Order()))
    assert [(one.answer.state, one.answer.books.changed) for one in again] == [("done", 4), ("done", 0)]
    assert len(desk.rows()) == len(desk.rows(instance=other)) == 4
