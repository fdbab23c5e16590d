"""What Amazon says of a dataset's uploads against what it said when it confirmed them, where others work on the dataset, too."""

from dataclasses import replace
from datetime import timedelta

import pytest

from lading.amazon import AmcInstance
from lading.amazon.uploads import ParquetDataFormat, UploadSource, UploadSpec, UploadState
from lading.errors import SettingsError, StillProcessing
from lading.model.agreement import Agreement
from lading.service import verifying
from lading.service.datasets.at_amazon import AtAmazon
from lading.service.remedies import repairing

INSTANCE = AmcInstance("amcshop001", "ENTITY1A2B3C", "ATVPDKIKX0DER")


@pytest.fixture
def filled(desk):
    desk.write(desk.orders(0, 12, -1))
    desk.apply()
    return desk


def verify(desk):
    with desk.parts() as parts:
        return verifying.verify(parts, "purchases")


def uploaded_by_another(desk):
    """The files of our upload, put into another folder and uploaded by somebody else."""
    desk.sandbox.advance(60)
    for key in desk.keys():  # noqa: SIM118  (a method of the desk's)
        body = desk.s3.get_object(Bucket="shop-uploads", Key=key)["Body"].read()
        desk.s3.put_object(Bucket="shop-uploads", Key=f"others/{key.rpartition('/')[2]}", Body=body)
    source = UploadSource("shop-uploads", prefix="others/")
    with desk.parts() as parts:
        made = parts.amazon("amazon").uploads.create(
            INSTANCE, "shop_purchases", UploadSpec(source, ParquetDataFormat(), "SNAPPY", "ADDITIVE")
        )
    desk.sandbox.advance(3600)
    return made.upload_id


def test_what_amazon_confirmed_still_stands(filled):
    found = verify(filled)
    assert (found.agreement, found.exit_code, found.problems) == (Agreement.AGREES, 0, ())
    assert (found.rows, found.uploads, found.confirmed, found.written, found.others) == (12, 1, 12, 12, ())
    filled.write([*filled.orders(0, 12, -1), *filled.orders(20, 5, 0)])
    filled.apply()
    found = verify(filled)
    assert (found.agreement, found.rows, found.uploads, found.written) == (Agreement.AGREES, 17, 2, 17)


def test_an_upload_of_somebody_else_is_drift_until_ours_comes_after_it(filled):
    other = uploaded_by_another(filled)
    assert len(filled.rows()) == 24
    found = verify(filled)
    assert (found.agreement, found.exit_code, found.others) == (Agreement.DRIFT, 6, (other,))
    [problem] = found.problems
    assert problem.code == "drift"
    assert other in problem.message
    assert "`lading dataset recreate purchases`" in problem.message
    filled.write([*filled.orders(0, 12, -1), *filled.orders(20, 5, 0)])
    filled.apply()
    assert verify(filled).agreement is Agreement.AGREES


def test_a_dataset_that_another_has_deleted_is_made_again_by_the_next_run(filled):
    with filled.parts() as parts:
        parts.amazon("amazon").datasets.delete(INSTANCE, "shop_purchases")
    found = verify(filled)
    assert (found.agreement, found.there, found.written) == (Agreement.DRIFT, False, 0)
    assert "`lading apply purchases`" in found.problems[0].message
    filled.apply()
    assert (verify(filled).agreement, len(filled.rows())) == (Agreement.AGREES, 12)


@pytest.mark.parametrize(
    "changes", [None, {"state": UploadState.FAILED, "metrics": {}}, {"metrics": {"OutputRowCount": 9.0}}]
)
def test_an_upload_that_amazon_has_no_more_or_counts_otherwise(filled, monkeypatch, changes):
    """No way leads there at the sandbox; what another Amazon may say is put into its mouth."""
    ask = AtAmazon.uploads
    if changes is None:
        monkeypatch.setattr(AtAmazon, "uploads", lambda *_: ())
    else:
        monkeypatch.setattr(
            AtAmazon, "uploads", lambda *args: tuple(replace(one, **changes) for one in ask(*args))
        )
    found = verify(filled)
    gone = changes is None or "state" in changes
    assert (found.agreement, found.there, len(found.lost)) == (Agreement.DRIFT, True, int(gone))
    words = "no longer has 1 of 1 uploads" if gone else "it wrote 9 rows, and said 12 when it confirmed them"
    assert words in found.problems[0].message


def test_an_amazon_that_counts_nothing(filled, monkeypatch):
    ask = AtAmazon.uploads
    monkeypatch.setattr(
        AtAmazon, "uploads", lambda *args: tuple(replace(one, metrics={}) for one in ask(*args))
    )
    assert (verify(filled).agreement, verify(filled).exit_code) == (Agreement.UNCOUNTED, 5)


def test_a_run_that_is_not_settled_makes_it_too_early(filled):
    filled.write([*filled.orders(0, 12, -1), *filled.orders(20, 5, 0)])
    with pytest.raises(StillProcessing):
        filled.apply(wait=False)
    found = verify(filled)
    assert (found.agreement, found.exit_code) == (Agreement.EARLY, 5)
    assert filled.latest().id in found.problems[0].message


def test_a_row_a_day_is_kept(filled):
    for day in range(3):
        if day == 2:
            uploaded_by_another(filled)
        verify(filled)
        verify(filled)
        filled.sandbox.advance(timedelta(days=1).total_seconds())
    with filled.parts() as parts:
        days = verifying.history(parts, "purchases")
    assert [(one.agreement, one.rows, one.others) for one in days] == [
        (Agreement.DRIFT, 12, 1), (Agreement.AGREES, 12, 0), (Agreement.AGREES, 12, 0),
    ]  # fmt: skip


def test_nothing_was_sent_yet_and_a_repair_is_none_of_it(desk):
    desk.write(desk.orders(0, 3, -1))
    with desk.parts() as parts:
        with pytest.raises(SettingsError) as caught:
            verifying.verify(parts, "purchases")
        assert caught.value.problem_code == "nothing_to_verify"
        with pytest.raises(SettingsError, match="lading dataset recreate purchases") as caught:
            repairing.repair(parts, "purchases")
        assert caught.value.problem_code == "dataset"
