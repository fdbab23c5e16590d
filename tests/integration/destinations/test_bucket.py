"""Buckets and keys on the sandbox's S3 and KMS."""

import json
import os

import pytest
from botocore.exceptions import ClientError

from lading.aws import Aws, explained
from lading.destinations import kms_key
from lading.destinations.bucket import Bucket, S3Object
from lading.destinations.bucket_policy import principal, with_accounts
from lading.errors import AccessError, GaveUp, LadingError


@pytest.fixture
def bucket(aws):
    bucket = Bucket("shop-uploads", aws)
    bucket.create()
    return bucket


def test_a_bucket_is_made_once_and_has_nothing_set(aws):
    bucket = Bucket("shop-uploads", aws)
    assert bucket.region() is None
    assert bucket.create() == bucket.create() == bucket.region() == "us-east-1"
    assert (bucket.policy(), bucket.tags(), bucket.encryption_key()) == (None, {}, None)


def test_what_is_set_is_read_again(bucket):
    policy = with_accounts(None, bucket.name, ["111122223333"])
    bucket.set_policy(policy)
    bucket.set_tags({"instanceId": "amc1 amc2", "team": "crm"})
    bucket.set_encryption_key("arn:aws:kms:us-east-1:123456789012:key/mrk-1")
    assert with_accounts(bucket.policy(), bucket.name, ["111122223333"]) == bucket.policy()
    assert bucket.tags() == {"instanceId": "amc1 amc2", "team": "crm"}
    assert bucket.encryption_key() == "arn:aws:kms:us-east-1:123456789012:key/mrk-1"


def test_files_are_put_listed_and_deleted_under_a_prefix(bucket, tmp_path):
    large = tmp_path / "part-00001.parquet"
    with large.open("wb") as file:
        file.truncate(70 * 2**20)
    left = []
    bucket.put(large, "lading/r-1/part-00001.parquet", left.append)
    bucket.put_text("s3://shop-uploads/lading/r-1/part-00001.parquet\n", "lading/r-1/manifest.txt")
    bucket.put_text("", "lading/r-2/part-00001.parquet")
    assert sum(left) == 70 * 2**20
    assert bucket.list("lading/r-1/") == (
        S3Object("lading/r-1/manifest.txt", 48),
        S3Object("lading/r-1/part-00001.parquet", 70 * 2**20),
    )
    assert (bucket.delete("lading/r-1/"), bucket.delete("lading/r-1/")) == (2, 0)
    assert [one.key for one in bucket.list("")] == ["lading/r-2/part-00001.parquet"]
    with pytest.raises(ValueError, match="all of the bucket"):
        bucket.delete("/")


def test_trouble_with_aws_says_what_to_do(aws, monkeypatch, tmp_path):
    with pytest.raises(AccessError, match="lading bucket setup SYNC") as caught:
        Bucket("nobody-has-this", aws).policy()
    assert caught.value.problem_code == "no_bucket"
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with pytest.raises(GaveUp, match="AWS_ENDPOINT_URL"):
        Bucket("shop-uploads", Aws({**os.environ})).region()
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(AccessError, match="AWS_PROFILE") as caught:
        Bucket("shop-uploads", Aws({**os.environ})).region()
    assert caught.value.problem_code == "no_aws_credentials"


def test_a_key_is_looked_at_as_amazon_asks_for_it(aws):
    kms = aws.client("kms")
    alone = kms.create_key()["KeyMetadata"]["Arn"]
    report = kms_key.look(aws, alone, "eu-west-1", ["111122223333"])
    assert [words for words in ("eu-west-1", "not multi-Region", "does not name") if words in " ".join(report.faults)] == [
        "eu-west-1", "not multi-Region", "does not name",
    ]  # fmt: skip
    good = kms.create_key(MultiRegion=True)["KeyMetadata"]["Arn"]
    grant = {
        "Effect": "Allow",
        "Principal": {"AWS": principal("111122223333")},
        "Action": "kms:*",
        "Resource": "*",
    }
    kms.put_key_policy(KeyId=good, PolicyName="default", Policy=json.dumps({"Statement": [grant]}))
    assert kms_key.look(aws, good, "us-east-1", ["111122223333"]) == kms_key.KeyReport()
    kms.disable_key(KeyId=good.rpartition("/")[2])
    assert "enable it" in " ".join(kms_key.look(aws, good, "us-east-1", ["111122223333"]).faults)


@pytest.mark.parametrize(
    ("word", "code", "exit_code", "says"),
    [
        ("AccessDenied", "aws_denied", 3, "the permission s3:PutBucketPolicy"),
        ("BucketAlreadyExists", "bucket_taken", 2, "take another name"),
        ("InvalidAccessKeyId", "no_aws_credentials", 3, "AWS_PROFILE"),
        ("SlowDown", "aws_unreachable", 7, "nothing is lost"),
        ("MalformedPolicy", "aws_refused", 2, "because"),
    ],
)
def test_each_refusal_has_a_remedy(word, code, exit_code, says):
    refusal = ClientError({"Error": {"Code": word, "Message": "because"}}, "PutBucketPolicy")
    where = explained("setting the policy", "s3://shop", permission="s3:PutBucketPolicy")
    with pytest.raises(LadingError, match=says) as caught, where:
        raise refusal
    assert (caught.value.problem_code, caught.value.exit_code) == (code, exit_code)
