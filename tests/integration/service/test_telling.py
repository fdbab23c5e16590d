"""Who is told what: by the kind of ending, and by nothing that a stranger may not read."""

from dataclasses import replace

import pytest

from lading.errors import StillProcessing
from lading.service import runs, sync
from lading.service.sync import Order, apply


class Post:
    def __init__(self):
        self.notices = []

    def kind(self, address):
        return "test"

    def carry(self, address, notice):
        self.notices.append(notice)
        return True


@pytest.fixture
def post(shop, monkeypatch):
    text = (shop.folder / "lading.yaml").read_text()
    (shop.folder / "lading.yaml").write_text(
        text + "notify:\n  - {on: [done, failed, guard, drift], to: env:TO}\n"
    )
    shop.environ["TO"] = "test://"
    shop.write(shop.people(25))
    return Post()


def carried(shop, post, **order):
    with shop.parts() as parts:
        return apply(replace(parts, post=lambda: post), "customers", Order(**order))


def test_who_waits_for_amazon_is_told_at_the_end_only(shop, post):
    shop.sandbox.faults(slow_jobs_seconds=3600)
    with pytest.raises(StillProcessing):
        carried(shop, post, wait=False)
    assert post.notices == []
    with shop.parts() as parts:
        runs.follow(replace(parts, post=lambda: post), None)
    assert [notice.event for notice in post.notices] == ["done"]


def test_a_run_with_too_many_refused_did_not_end_well(shop, post):
    from lading.settings import Limit

    shop.sandbox.faults(refuse_records={"at": [1]})
    carried(shop, post, max_rejected=Limit(count=0))
    [notice] = post.notices
    assert notice.event == "failed"
    assert "refused" in notice.body


def test_our_bug_is_told_without_its_text(shop, post, monkeypatch):
    def fail(*_):
        raise KeyError("ann@shop.example")

    monkeypatch.setattr(sync, "walk", fail)
    with pytest.raises(KeyError):
        carried(shop, post)
    [notice] = post.notices
    assert "KeyError" in notice.body
    assert "ann@" not in notice.body + notice.title


def test_an_interrupted_run_is_not_told(shop, post, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(sync, "walk", interrupt)
    with pytest.raises(KeyboardInterrupt):
        carried(shop, post)
    assert post.notices == []
