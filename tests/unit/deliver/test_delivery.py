"""A batch out of the run's changes, whole and halved."""

from hashlib import sha256

import pytest

from lading import amazon
from lading.deliver.delivery import digest
from lading.errors import Bug


def test_halves_hold_each_change_once(delivery, batch):
    halves = delivery.halves(batch())
    assert [(one.first, one.last, one.records) for one in halves] == [(1, 3, 3), (4, 5, 2)]
    assert [one.body_sha256 for one in halves] == [digest(delivery.lines(1, 3)), digest(delivery.lines(4, 5))]
    assert {(one.group, one.part) for one in halves} == {(2, 7)}


def test_a_batch_of_two_becomes_two_of_one(delivery, batch):
    assert [(one.first, one.last) for one in delivery.halves(batch(4, 5))] == [(4, 4), (5, 5)]


def test_only_the_bytes_that_were_planned_leave(delivery, batch):
    planned = digest(delivery.lines(1, 5))
    assert delivery.body(batch(body_sha256=planned)).to_list() == ["p1", "p2", "p3", "p4", "p5"]
    with pytest.raises(Bug, match="does not serialize to the bytes"):
        delivery.body(batch(body_sha256=sha256(b"else").hexdigest()))


def test_changes_that_are_not_where_they_should_be_are_our_bug(delivery):
    assert delivery.read(9, 9)["external_id"].to_list() == ["p9"]
    with pytest.raises(Bug, match=r"changes 9\.\.10"):
        delivery.read(9, 10)


def test_a_batch_that_got_through_has_its_patience_back(delivery, batch):
    lost = amazon.ServerError("oops")
    assert [delivery.decide("send", batch(), lost).wait.seconds for _ in range(3)] == [2, 4, 8]
    delivery.succeeded("ask", batch())
    assert delivery.decide("send", batch(), lost).wait.seconds == 16
    delivery.succeeded("send", batch())
    assert delivery.decide("send", batch(), lost).wait.seconds == 2
