"""Policies and tags of buckets: what is added, what stays, and what is missing."""

import pytest

from lading.destinations.bucket_policy import (
    ACTIONS,
    STATEMENT,
    TooManyInstances,
    missing,
    with_accounts,
    with_instances,
)

FOREIGN = {
    "Sid": "DenyPlain",
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": ["arn:aws:s3:::shop/*"],
}


def root(account):
    return f"arn:aws:iam::{account}:root"


def test_a_new_policy_lets_amazon_do_its_five_actions_on_the_bucket_and_on_what_is_in_it():
    assert with_accounts(None, "shop", ["111122223333"]) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "AllowDataUploadFromAmc",
                "Effect": "Allow",
                "Principal": {"AWS": ["arn:aws:iam::111122223333:root"]},
                "Action": ["s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket", "s3:GetObjectTagging", "s3:GetBucketTagging"],
                "Resource": ["arn:aws:s3:::shop", "arn:aws:s3:::shop/*"],
            }
        ],
    }  # fmt: skip


def test_other_statements_stay_and_accounts_are_united():
    before = {"Version": "2008-10-17", "Id": "ours", "Statement": [FOREIGN]}
    once = with_accounts(before, "shop", ["2"])
    twice = with_accounts(once, "shop", ["1"])
    assert (twice["Version"], twice["Id"], twice["Statement"][0]) == ("2008-10-17", "ours", FOREIGN)
    assert twice["Statement"][1]["Principal"] == {"AWS": [root("1"), root("2")]}
    assert len(twice["Statement"]) == 2
    assert before["Statement"] == [FOREIGN]


def test_what_says_the_same_stays_letter_by_letter():
    as_aws_gives_it = {
        "Version": "2012-10-17",
        "Statement": {
            "Sid": STATEMENT, "Effect": "Allow", "Principal": {"AWS": root("1")}, "Action": sorted(ACTIONS, reverse=True),
            "Resource": ["arn:aws:s3:::shop/*", "arn:aws:s3:::shop"],
        },
    }  # fmt: skip
    assert with_accounts(as_aws_gives_it, "shop", ["1"])["Statement"] == [as_aws_gives_it["Statement"]]


def test_what_a_policy_lacks_is_named():
    whole = with_accounts(None, "shop", ["1"])
    assert missing(whole, "shop", "1") == ()
    assert missing(whole, "shop", "2") == (f"the principal {root('2')}",)
    assert missing(None, "shop", "1") == (f"the principal {root('1')}",)
    [statement] = whole["Statement"]
    less = {**statement, "Action": ["s3:Get*"], "Resource": "arn:aws:s3:::shop/*", "Principal": {"AWS": "1"}}
    assert missing({"Statement": [less]}, "shop", "1") == (
        "s3:ListBucket on arn:aws:s3:::shop",
        "s3:GetBucketTagging on arn:aws:s3:::shop",
    )
    assert missing({"Statement": [{**statement, "Effect": "Deny"}]}, "shop", "1") == (
        f"the principal {root('1')}",
    )
    assert (
        missing({"Statement": [{**statement, "Principal": "*", "Action": "*", "Resource": "*"}]}, "shop", "9")
        == ()
    )


def test_instances_are_united_in_the_tag_and_other_tags_stay():
    tags = with_instances({"team": "crm", "instanceId": "amc2 amc1"}, ["amc1", "amc3"])
    assert tags == {"team": "crm", "instanceId": "amc2 amc1 amc3"}
    assert with_instances(tags, ["amc3"]) == tags


def test_the_26th_instance_and_too_long_a_text_are_refused():
    full = with_instances({}, [f"amc{number}" for number in range(25)])
    assert len(full["instanceId"].split()) == 25
    with pytest.raises(TooManyInstances, match="at most 25 instances"):
        with_instances(full, ["amc25"])
    with pytest.raises(TooManyInstances, match="256 characters"):
        with_instances({}, [f"amc{number:0>20}" for number in range(12)])
