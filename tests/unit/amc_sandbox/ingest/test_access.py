"""Who may read what: policies, tags, keys; and which objects an upload means."""

from dataclasses import replace

import pytest

from amc_sandbox.aws.shelf import Key
from amc_sandbox.ingest.access import may

from .conftest import ACCOUNT, ACTIONS, dataset, policy

PAIR = dataset("a")
CSV = "a\nx\n"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
USE = ["kms:Decrypt", "kms:GenerateDataKey*"]


def key(region="us-east-1", **changes):
    statement = {"Effect": "Allow", "Principal": {"AWS": [ROOT]}, "Action": USE, "Resource": "*"}
    known = Key(
        f"arn:aws:kms:{region}:210987654321:key/mrk-1", "210987654321", region, "mrk-1",
        symmetric=True, multi_region=True, enabled=True, policy={"Statement": statement}, granted=frozenset(),
    )  # fmt: skip
    return replace(known, **changes)


@pytest.mark.parametrize(
    ("statement", "allowed"),
    [
        ({}, True),
        ({"Principal": "*"}, True),
        ({"Principal": {"AWS": ACCOUNT}}, True),
        ({"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:role/x"}}, False),
        ({"Principal": {"Service": "x"}}, False),
        ({"Action": "S3:get*"}, True),
        ({"Action": "s3:GetObjectVersion"}, False),
        ({"Resource": "arn:aws:s3:::up/f?o*"}, True),
        ({"Resource": "arn:aws:s3:::up"}, False),
        ({"Condition": {"Bool": {"aws:SecureTransport": "true"}}}, False),
    ],
)
def test_what_a_policy_allows(statement, allowed):
    whole = {"Effect": "Allow", "Principal": {"AWS": ROOT}, "Action": "s3:*", "Resource": "*"} | statement
    asked = (ACCOUNT, "s3:GetObject", "arn:aws:s3:::up/foo/a")

    assert may({"Statement": [whole]}, *asked) is allowed
    assert may({"Statement": whole}, *asked) is allowed
    denial = whole | {"Effect": "Deny"}
    assert may({"Statement": [whole, denial]}, *asked) is False


@pytest.mark.parametrize("action", ACTIONS)
def test_every_action_is_needed_where_objects_bear_the_tag(desk, action):
    desk.bucket(tags={}, policy=policy("up", [one for one in ACTIONS if one != action]))
    desk.put("f", CSV, tags={"instanceId": "amcshop001"})
    outcome = desk.upload(PAIR)

    assert not outcome.ok
    assert f"Access denied: {ROOT} is not authorized to perform {action} on" in outcome.message
    desk.bucket(tags={})
    assert desk.upload(PAIR).ok


def test_a_tag_names_the_instance_unless_the_account_is_connected(desk):
    desk.bucket(tags={"instanceId": " ".join(f"amc{n}" for n in range(24)) + " amcshop001"})
    assert desk.upload(PAIR, CSV).ok
    desk.bucket(tags={"instanceId": " ".join(f"amc{n}" for n in range(25)) + " amcshop001"})
    assert desk.upload(PAIR).message == "The tag instanceId of 's3://up' names more than 25 instances"
    desk.bucket(tags={"instanceId": "amcshop0011"})
    assert "has a tag instanceId with amcshop001" in desk.upload(PAIR).message
    desk.bucket(tags={}, account_id="123456789012")
    assert desk.upload(PAIR).ok
    desk.bucket(tags={}, account_id="123456789012", policy=None)
    assert "s3:ListBucket" in desk.upload(PAIR).message


def test_keys_of_data_sets_and_of_objects(desk):
    desk.put("f", CSV)
    arn = key().arn
    locked = replace(PAIR, key_arn=arn)

    def told(**keys):
        desk.shelf.keys = keys.pop("more", {}) | {arn: keys["key"]} if keys else {}
        return desk.upload(locked).message

    assert told() == f"KMS key '{arn}' does not exist"
    assert told(key=key()) is None
    for change in ({"symmetric": False}, {"multi_region": False}):
        assert told(key=key(**change)) == f"KMS key '{arn}' must be a symmetric multi-Region key"
    assert told(key=key(enabled=False)) == f"Access denied: KMS key '{arn}' is not enabled"
    assert (
        told(key=key(policy={}))
        == f"Access denied: {ROOT} is not authorized to perform kms:Decrypt on '{arn}'"
    )
    assert told(key=key(policy={}, granted=frozenset({ROOT}))) is None
    far = key("eu-west-1")
    locked, arn = replace(PAIR, key_arn=far.arn), far.arn
    assert told(key=far) == f"KMS key '{arn}' has no replica in us-east-1"
    assert told(key=far, more={("mrk-1", "us-east-1"): key()}) is None
    assert "kms:Decrypt" in told(key=far, more={("mrk-1", "us-east-1"): key(policy={})})

    desk.put("f", CSV, kms_key="other")
    locked = PAIR
    assert told(key=far) == "Access denied: the KMS key of 's3://up/f' does not exist in us-east-1"
    desk.shelf.keys = {("other", "us-east-1"): key(policy={})}
    assert "kms:Decrypt" in desk.upload(PAIR).message
    desk.shelf.keys = {("other", "us-east-1"): key()}
    assert desk.upload(PAIR).ok


def test_a_prefix_means_every_object_under_it(desk):
    for name in ("in/b", "in/a", "in/deep/c", "in/", "inside", "out/d"):
        desk.put(name, f"a\n{name}\n")
    assert desk.upload(PAIR, prefix="in/").metrics == {"OutputRowCount": 3.0}
    assert [row["a"] for row in desk.rows(PAIR)] == ["in/a", "in/b", "in/deep/c"]
    assert desk.upload(PAIR, prefix="nowhere/").message == "No such file or directory 's3://up/nowhere/'"
    assert desk.upload(PAIR, key="nowhere").message == "No such file or directory 's3://up/nowhere'"
    desk.put("in/_SUCCESS", "")
    message = "File names must not start with '.' or '_': 's3://up/in/_SUCCESS'"
    assert desk.upload(PAIR, prefix="in/").message == message
    assert desk.upload(PAIR, CSV, key=".hidden").message.startswith("File names must not start with")


def test_a_manifest_names_objects_of_a_hundred_buckets(desk):
    names = [f"up{n}" for n in range(101)]
    for name in names:
        desk.bucket(name)
        desk.put("x/f", f"a\n{name}\n", bucket=name)

    def told(*lines):
        desk.put("manifest.txt", "\n".join(lines))
        return desk.upload(PAIR, manifest="manifest.txt", strategy="FULL_REPLACE")

    outcome = told(*(f"s3://{name}/x/f" for name in names[:100]), "", "s3://up0/x/f\r")
    assert outcome.metrics == {"OutputRowCount": 101.0}, outcome.message
    assert told(*(f"s3://{name}/x/f" for name in names)).message == (
        "Manifest 's3://up/manifest.txt' names 101 buckets: at most 100 are allowed"
    )
    assert told("s3://up0/x/f", "up1/x/f").message == (
        "Line 2 of manifest 's3://up/manifest.txt' is not of the form s3://bucket/key"
    )
    assert told("").message == "Manifest 's3://up/manifest.txt' names no file"
    assert told("s3://up0/y").message == "No such file or directory 's3://up0/y'"
    desk.bucket("up1", policy=None)
    assert "s3:ListBucket on 'arn:aws:s3:::up1'" in told("s3://up0/x/f", "s3://up1/x/f").message
    assert len(desk.rows(PAIR)) == 101
