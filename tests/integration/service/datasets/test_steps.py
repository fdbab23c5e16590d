"""The steps of datasets where Amazon, AWS or the settings stand in the way."""

from dataclasses import replace
from datetime import timedelta

import pytest

from lading import amazon
from lading.amazon import Column, Dataset
from lading.errors import AccessError, GaveUp, SettingsError, StillProcessing, TargetBusy
from lading.service.datasets import bucket_setup, columns, deleting_datasets, managing, upload_steps
from lading.service.datasets.file_places import files_of
from lading.service.datasets.places import place_of, places_of

TWO = """\
      - dataset:
          connection: amazon
          id: shop_purchases
          bucket: s3://shop-uploads/lading
          encryption_key: {}
          columns: {{order_id: {{type: STRING}}}}
      - name: second
        dataset:
          connection: amazon
          id: second
          bucket: s3://shop-uploads/other
          encryption_key: arn:aws:kms:us-east-1:210987654321:key/mrk-2
          columns: {{order_id: {{type: STRING}}}}
"""
KEY = "arn:aws:kms:us-east-1:210987654321:key/mrk-1"


def code(error):
    return error.value.problem_code


def two_targets(desk, key=KEY):
    text = (desk.folder / "lading.yaml").read_text()
    head, _, _ = text.partition("      dataset:\n")
    (desk.folder / "lading.yaml").write_text(head + TWO.format(key))


def test_what_amazon_refuses_comes_out_in_its_words(desk):
    with desk.parts() as parts:
        place = place_of(parts, "purchases")
        managing.create(parts, place)
        with pytest.raises(SettingsError, match="Amazon refuses it") as error:
            columns.rename(place, "amount", "order_id")
        assert code(error) == "dataset_refused"


def test_an_upload_that_is_not_there_is_not_the_datasets_fault(desk):
    with desk.parts() as parts:
        place = place_of(parts, "purchases")
        with pytest.raises(AccessError) as nothing:
            upload_steps.show(place, "6f1d")
        managing.create(parts, place)
        with pytest.raises(
            SettingsError, match=r"has no upload '6f1d'\. `lading dataset upload list purchases`"
        ) as other:
            upload_steps.show(place, "6f1d")
    assert (code(nothing), code(other)) == ("unknown_dataset", "unknown_upload")


def test_a_name_stands_for_a_sync_its_targets_or_an_id(desk):
    two_targets(desk)
    with desk.parts() as parts:
        assert [one.sync for one in places_of(parts, "purchases")] == ["purchases/amazon", "purchases/second"]
        assert place_of(parts, "second").sync == "purchases/second"
        assert place_of(parts, "second", "amazon").sync == "purchases/second"
        assert (place_of(parts, "foreign").dataset_id, place_of(parts, "foreign").target) == ("foreign", None)
        with pytest.raises(
            SettingsError, match="name one of them, purchases/amazon, purchases/second"
        ) as error:
            place_of(parts, "purchases")
        assert code(error) == "several_targets"
        with pytest.raises(SettingsError, match="did you mean 'purchases/second'"):
            place_of(parts, "purchases/secnd")
        with pytest.raises(SettingsError, match="name the sync that does"):
            managing.create(parts, place_of(parts, "foreign"))


def test_a_connection_without_an_instance_has_no_datasets(desk):
    text = (desk.folder / "lading.yaml").read_text()
    (desk.folder / "lading.yaml").write_text(
        text.replace(
            "connections:\n",
            'connections:\n  dsp: {client_id: env:AMAZON_CLIENT_ID, client_secret: env:AMAZON_CLIENT_SECRET, profile_id: "1"}\n',
        )
    )
    with desk.parts() as parts, pytest.raises(SettingsError, match="has no `amc:`") as error:
        managing.list_datasets(parts, ["dsp"])
    assert code(error) == "no_instance"


def test_a_bucket_serves_one_key_that_is_not_somebody_elses(desk):
    two_targets(desk)
    with desk.parts() as parts:
        with pytest.raises(SettingsError, match="take a bucket for each") as error:
            bucket_setup.set_up(parts, "purchases", look_only=True)
        assert code(error) == "two_keys"
        parts.bucket("shop-uploads").set_encryption_key("arn:aws:kms:us-east-1:210987654321:key/mrk-3")
        with pytest.raises(SettingsError, match="encrypts by another key") as error:
            bucket_setup.set_up(parts, "purchases/second", look_only=True)
        assert code(error) == "other_key"


def test_an_instance_that_is_being_made_reads_nothing_yet(desk, monkeypatch):
    with desk.parts() as parts:
        instances = type(parts.amazon("amazon").instances)
        found = parts.amazon("amazon").instances.get("amcshop001", "ENTITY1A2B3C", "ATVPDKIKX0DER")
        monkeypatch.setattr(
            instances,
            "get",
            lambda *_: replace(found, data_upload_aws_account_id="", creation_status="PENDING"),
        )
        with pytest.raises(AccessError, match="creation status PENDING") as error:
            bucket_setup.set_up(parts, None, look_only=True)
        assert code(error) == "no_upload_account"
        monkeypatch.setattr(instances, "get", lambda *_: replace(found, s3_bucket_name="shop-uploads"))
        [looked] = bucket_setup.set_up(parts, None, look_only=True)
        assert looked.advice == (
            "shop-uploads is the bucket that reports of amcshop001 go to: take one of its own for uploads",
        )


def test_a_nearly_full_instance_is_warned_of(desk, monkeypatch):
    with desk.parts() as parts:
        many = tuple(Dataset(f"d{number}", (Column("a", "LONG"),)) for number in range(4_500))
        monkeypatch.setattr(type(parts.amazon("amazon").datasets), "list", lambda *_: many)
        found = managing.list_datasets(parts, ["amazon", "amazon"])
        assert len(found) == 4_500
        [warning] = managing.fullness(found)
        assert "amcshop001 has 4,500 datasets, and Amazon takes 5,000" in warning
        assert managing.fullness(found[:4_499]) == ()


def test_a_dataset_that_a_run_fills_is_not_deleted_and_what_was_sent_is_forgotten_with_it(desk):
    desk.write(desk.orders(0, 5, 0))
    with pytest.raises(StillProcessing):
        desk.apply(wait=False)
    with desk.parts() as parts:
        place = place_of(parts, "purchases")
        with pytest.raises(TargetBusy, match="lading cancel") as error:
            deleting_datasets.delete(parts, place)
        assert code(error) == "unfinished_run"
    desk.sandbox.advance(3600)
    assert desk.apply().exit_code == 0
    assert desk.periods() != {}
    with desk.parts() as parts:
        made = deleting_datasets.recreate(parts, place_of(parts, "purchases"))
        assert made.done == "created"
        assert parts.ledger.datasets.periods("dataset:amazon/shop_purchases") == {}
    assert desk.apply().books.changed == 5
    assert len(desk.rows()) == 5


def test_the_first_look_at_an_upload_comes_after_a_minute(desk):
    now = desk.sandbox.now()
    looks = [
        upload_steps.next_look(now - timedelta(seconds=age), now) - now for age in (0, 20, 60, 900, 3600)
    ]
    assert [one.total_seconds() for one in looks] == [60, 40, 30, 120, 120]
    assert upload_steps.next_look(None, now) - now == timedelta(seconds=30)


def test_files_with_people_in_clear_do_not_leave(desk):
    person = desk.people[0]
    for name, cell, says in (
        ("a.csv", person["email"], "an e-mail address in clear"),
        ("b.csv", "ring +1 415 555 0132", "a phone number in clear"),
        ("c.csv", "Ann", "something else than a SHA-256"),
    ):
        column = "email" if name == "c.csv" else "order_id"
        (desk.folder / name).write_text(
            f"{column},amount\n1,2\n{cell},3\n".replace("\n1,", f"\n{'9e' * 32},"), "utf-8"
        )
        with desk.parts() as parts:
            place = place_of(parts, "purchases")
            files = files_of([str(desk.folder / name)], place.target)
            with pytest.raises(SettingsError, match=says) as error:
                upload_steps.create(parts, place, files, upload_steps.UploadWish(format="csv"))
        assert code(error) == "raw_identifier"
        assert cell not in str(error.value)
    assert desk.keys() == desk.sent() == []


def test_a_foreign_dataset_needs_to_be_told_what_an_upload_does(desk):
    with desk.parts() as parts:
        place = place_of(parts, "foreign")
        with pytest.raises(SettingsError, match="needs --strategy"):
            upload_steps.create(
                parts, place, files_of(["s3://a-bucket/x.csv"], None), upload_steps.UploadWish()
            )
        with pytest.raises(SettingsError, match="needs --bucket"):
            files_of([str(desk.folder / "lading.yaml")], None)
        place.client.datasets.create(place.instance, Dataset("foreign", (amazon.Column("a", "LONG"),)))
        wish = upload_steps.UploadWish(strategy="full_replace", format="json", country="GB")
        made = upload_steps.create(parts, place, files_of(["s3://shop-uploads/x.json.gz"], None), wish)
        assert (made.upload.country, made.upload.source.key) == ("GB", "x.json.gz")


def test_amazons_reason_for_refusing_identifiers_in_clear_is_shown(desk):
    text = f"order_id,bought_at,amount,email,country\no-1,2026-01-05T08:00:00Z,2.00,{desk.people[0]['email']},US\n"
    desk.s3.put_object(Bucket="shop-uploads", Key="clear.csv", Body=text.encode())
    with desk.parts() as parts:
        place = place_of(parts, "purchases")
        managing.create(parts, place)
        wish = upload_steps.UploadWish(format="csv", compression="none")
        made = upload_steps.create(
            parts, place, files_of(["s3://shop-uploads/clear.csv"], place.target), wish
        )
        with pytest.raises(GaveUp, match=r"Amazon did not take upload .*email") as error:
            upload_steps.follow(parts, place, made.upload.upload_id)
    assert code(error) == "upload_failed"
    assert desk.rows() == []


def test_nothing_is_ever_sent_to_the_addresses_of_adu_1(desk):
    desk.write(desk.orders(0, 3, 0))
    desk.apply()
    paths = {one["path"] for one in desk.sandbox.requests()}
    uploads = {one for one in paths if "dataset" in one.lower() or "upload" in one.lower()}
    assert uploads != set()
    assert all(one.startswith("/na/amc/advertiserData/amcshop001/") for one in uploads)
    assert not any(one.removeprefix("/na").startswith(("/dataSets", "/data/", "/prod/")) for one in paths)
