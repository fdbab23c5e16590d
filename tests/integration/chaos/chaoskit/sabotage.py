"""The protocol, broken on purpose in one place at a time: what the chaos tests are there to see."""

from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from lading.deliver import deliver as loop
from lading.deliver import send as sending
from lading.deliver.follow import Ending, Judgement, next_look
from lading.deliver.outcomes import finish
from lading.ledger import batches
from lading.ledger.claims import Claim
from lading.membership import diff, files
from lading.plan.expiry import Horizon
from lading.prepare.suppression import NOBODY
from lading.service import drafting
from lading.service.remedies import undoing


@contextmanager
def sent_before_it_is_written_down():
    """Whoever falls between the two knows nothing of what he sent."""

    def send(delivery, batch):
        lines = delivery.body(batch)
        job = sending._request(delivery, lines)
        if moment := delivery.ledger.batches.mark_sending(delivery.claim, batch, delivery.pace.allowance):
            return moment
        fresh = delivery.ledger.batches.get(batch.run, batch.no)
        now = delivery.clock.now()
        delivery.ledger.batches.mark_sent(delivery.claim, fresh, job, next_poll_at=next_look(now, now))
        return None

    with patch.object(loop, "send", send):
        yield


@contextmanager
def epochs_not_checked():
    """Whoever was taken for dead goes on writing and sending."""
    with patch.object(Claim, "hold", lambda *_: None):
        yield


class _Every:
    """Equal to each group."""

    __hash__ = None

    def __eq__(self, _other):
        return True


@contextmanager
def removals_not_awaited():
    """Additions leave while removals may still be applied."""
    with (
        patch.object(loop._Standing, "group", _Every()),
        patch.object(batches, "_check_order", lambda *_: None),
    ):
        yield


@contextmanager
def lost_answers_taken_for_refusals():
    """What was sent and not answered counts as not sent."""

    def not_accepted(delivery, batch, error):
        finish(delivery, batch, Judgement(Ending.REFUSE, {}, reason="no answer"))

    real = sending._not_accepted

    def choose(delivery, batch, error):
        decision = delivery.decide("send", batch, error)
        (not_accepted if decision.verdict is sending.Verdict.UNKNOWN else real)(delivery, batch, error)

    with patch.object(sending, "_not_accepted", choose):
        yield


@contextmanager
def shares_not_sent():
    """Members whom a removal took along stay away."""
    real = diff.statements

    def statements(room, file):
        found = dict(real(room, file))
        if "sharing" in found:
            found["sharing"] = (
                found["sharing"]
                .rstrip()
                .rstrip(";")
                .replace("where m.fingerprint not in ('~', '-')", "where false")
            )
        return found

    with patch.object(diff, "statements", statements):
        yield


@contextmanager
def files_not_flushed_before_they_are_named():
    """The ledger names files whose bytes are still on their way to the disk."""

    def keep(draft, path, _kind, rows):
        file = files.FileRef(path.name, files.sha256_of(draft), draft.stat().st_size, rows)
        draft.rename(path)
        files.flush(path.parent)
        return file

    with patch.object(files, "keep", keep):
        yield


@contextmanager
def the_erased_are_let_in():
    """Nobody asks a source's people whether they were erased."""
    with patch.object(drafting, "suppression_of", lambda _parts: NOBODY):
        yield


@contextmanager
def nobody_sent_again_before_he_expires():
    """Only who is over his time already is sent again, and that as if he were new."""
    with patch.object(
        drafting, "horizon_of", lambda _parts, _name, _target, _life, now: Horizon(now, now, timedelta(0))
    ):
        yield


@contextmanager
def denials_taken_back():
    """A run that is undone takes back what people denied in it."""
    with patch.object(undoing, "_denied", lambda *_: []):
        yield
