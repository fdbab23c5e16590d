"""A run that dies at any of its named moments and is started again: there is one copy of each row, and the books balance."""

import pytest

from lading.crashpoints import DATASET_POINTS, POINTS, hooked

#: Moments of audiences, of erasures, of other commands and other ends.
ELSEWHERE = (
    "ledger.beat", "ledger.stopped", "ledger.released", "ledger.guarded", "ledger.failed", "ledger.cancelled", "ledger.claimed",
    "ledger.ready", "ledger.unknown", "ledger.held", "ledger.stuck", "ledger.refused", "ledger.split", "ledger.audience",
    "ledger.settled", "ledger.paused", "ledger.plan.", "ledger.secret", "ledger.audit", "ledger.verified", "ledger.suppressed",
    "ledger.removed", "ledger.erased", "ledger.rewritten", "ledger.forgotten", "receipt.", "forget.", "ledger.link",
    "membership.", "records.", "changes.", "outcomes.", "index.", "segment.", "waybill.", "audiences_json.", "deliver.", "follow.",
    "create_audience.", "update_audience.", "ledger.dataset_emptied", "ledger.looked", "ledger.adopted", "ledger.absent", "ledger.let_go", "ledger.caught_up",
    "ledger.deletion", "identities.", "delete_people.", "look_up.", "change_dataset.", "upload.",
)  # fmt: skip

#: Here Amazon may have the upload, and nobody knows.
IN_DOUBT = (
    "ledger.sending.after_commit", "create_upload.before_send", "create_upload.after_answer", "ledger.sent.before_commit",
)  # fmt: skip


class Death(BaseException):
    """Nothing catches it, as nothing catches a power cut."""


def dying_at(point):
    def hook(name):
        if name == point:
            raise Death(point)

    return hooked(hook)


@pytest.fixture
def desk(desk):
    desk.settings("late: append\n        row_key: [order_id]\n        clean_up: true")
    desk.write(desk.orders(1, 4, -1))
    return desk


def reached_by(desk):
    reached = set()
    with hooked(reached.add):
        desk.apply()
    return reached


def test_these_are_all_the_moments_of_a_first_run(desk):
    expected = {point for point in POINTS if not point.startswith(ELSEWHERE)}
    assert {point for point in reached_by(desk) if not point.startswith(ELSEWHERE)} == expected
    assert DATASET_POINTS & expected


#: After creation the claim's process lives on here; those of a file's middle are tried by the tests of audiences.
TRIED = sorted(
    point for point in POINTS
    if not point.startswith(ELSEWHERE) and point != "ledger.created.after_commit"
    and not point.endswith((".after_fsync", ".after_write", ".after_folder_fsync"))
    and not point.startswith(("ledger.opened", "ledger.permit", "ledger.polled"))
)  # fmt: skip


@pytest.mark.parametrize("point", TRIED)
def test_died_and_started_again(desk, point):
    with dying_at(point), pytest.raises(Death):
        desk.apply()
    report = desk.apply()
    assert (report.state, report.exit_code, report.balanced) == ("done", 0, True)
    assert desk.ids() == ["o-1", "o-2", "o-3", "o-4"]
    assert len(desk.sent()) == 1
    assert (desk.dataset().edition, sum(desk.periods().values())) == (1, 4)
    # Twice it is looked for, and whoever died before a single byte left has to look three times.
    assert (len(desk.sent("/uploads/list")) > 1) == (point in IN_DOUBT)
    assert desk.keys() == []
