"""S3, KMS and STS of the sandbox, by boto3."""

import pytest
from botocore.exceptions import ClientError

from amc_sandbox.running import running_sandbox

POLICY = '{"Version": "2012-10-17", "Statement": []}'


def code(caught):
    return caught.value.response["Error"]["Code"]


def test_buckets_objects_and_keys_live_until_the_reset(amc_sandbox, aws, tmp_path):
    """What the client needs: put, multipart, ranges, policy, tags, encryption, keys, and who one is."""
    s3, kms = aws("s3"), aws("kms")
    me = aws("sts").get_caller_identity()["Account"]
    assert me.isdigit()
    assert len(me) == 12
    key = kms.create_key(Policy=POLICY, MultiRegion=True)["KeyMetadata"]
    assert kms.describe_key(KeyId=key["Arn"])["KeyMetadata"]["MultiRegion"]
    s3.create_bucket(Bucket="shop-uploads")
    s3.put_bucket_policy(Bucket="shop-uploads", Policy=POLICY)
    s3.put_bucket_tagging(Bucket="shop-uploads", Tagging={"TagSet": [{"Key": "instanceId", "Value": "a b"}]})
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key["Arn"]}}
    s3.put_bucket_encryption(Bucket="shop-uploads", ServerSideEncryptionConfiguration={"Rules": [rule]})
    s3.put_object(Bucket="shop-uploads", Key="small.csv", Body=b"a,b\n1,2\n", Tagging="instanceId=a")
    large = tmp_path / "large"
    large.write_bytes(bytes(range(256)) * (20 << 12))
    s3.upload_file(str(large), "shop-uploads", "deep/large")
    s3.download_file("shop-uploads", "deep/large", str(tmp_path / "back"))

    assert (tmp_path / "back").read_bytes() == large.read_bytes()
    head = s3.head_object(Bucket="shop-uploads", Key="deep/large")
    assert (head["ContentLength"], head["SSEKMSKeyId"]) == (large.stat().st_size, key["Arn"])
    part = s3.get_object(Bucket="shop-uploads", Key="deep/large", Range="bytes=10-13")
    assert part["Body"].read() == bytes([10, 11, 12, 13])
    assert s3.get_object(Bucket="shop-uploads", Key="small.csv")["Body"].read() == b"a,b\n1,2\n"
    assert s3.get_object_tagging(Bucket="shop-uploads", Key="small.csv")["TagSet"][0]["Value"] == "a"
    listed = s3.list_objects_v2(Bucket="shop-uploads", Prefix="deep/")["Contents"]
    assert [one["Key"] for one in listed] == ["deep/large"]
    with pytest.raises(ClientError) as caught:
        s3.get_object(Bucket="shop-uploads", Key="nothing")
    assert code(caught) == "NoSuchKey"

    amc_sandbox.reset()
    assert s3.list_buckets()["Buckets"] == []
    with pytest.raises(ClientError) as caught:
        kms.describe_key(KeyId=key["Arn"])
    assert code(caught) == "NotFoundException"


def test_unknown_keys_open_nothing(aws):
    """Each service says it in its own way."""
    stranger = {"aws_access_key_id": "AKIAUNKNOWN", "aws_secret_access_key": "x"}
    with pytest.raises(ClientError) as caught:
        aws("s3", **stranger).list_buckets()
    assert code(caught) == "InvalidAccessKeyId"
    with pytest.raises(ClientError) as caught:
        aws("sts", **stranger).get_caller_identity()
    assert code(caught) == "InvalidClientTokenId"
    with pytest.raises(ClientError) as caught:
        aws("kms", **stranger).list_keys()
    assert code(caught) == "UnrecognizedClientException"


def test_what_the_user_may_not_do_is_named(amc_sandbox, aws, tmp_path):
    """Denied actions, one by one; everything else goes on, on the same connection."""
    s3, kms = aws("s3"), aws("kms")
    s3.create_bucket(Bucket="mine")
    s3.put_object(Bucket="mine", Key="a/b", Body=b"x")
    deeds = {
        "s3:CreateBucket": lambda: s3.create_bucket(Bucket="other"),
        "s3:ListBucket": lambda: s3.list_objects_v2(Bucket="mine"),
        "s3:PutBucketPolicy": lambda: s3.put_bucket_policy(Bucket="mine", Policy=POLICY),
        "s3:GetBucketTagging": lambda: s3.get_bucket_tagging(Bucket="mine"),
        "s3:PutObject": lambda: s3.put_object(Bucket="mine", Key="c", Body=b"x" * 5_000_000),
        "s3:GetObject": lambda: s3.get_object(Bucket="mine", Key="a/b"),
        "s3:DeleteObject": lambda: s3.delete_objects(Bucket="mine", Delete={"Objects": [{"Key": "a/b"}]}),
        "kms:DescribeKey": lambda: kms.describe_key(KeyId="alias/aws/s3"),
        "sts:GetCallerIdentity": lambda: aws("sts").get_caller_identity(),
    }
    for action, deed in deeds.items():
        amc_sandbox.policy(aws_denied=[action])
        with pytest.raises(ClientError) as caught:
            deed()
        assert code(caught) in {"AccessDenied", "AccessDeniedException"}
        assert caught.value.response["Error"]["Message"].endswith(f"is not authorized to perform: {action}")
        assert s3.list_buckets()["Buckets"]
    amc_sandbox.policy(aws_denied=[])
    deeds["s3:CreateBucket"]()


def test_sandboxes_beside_each_other_share_nothing(amc_sandbox, aws):
    """Two in one process have buckets of the same name; the end of one is not that of the other."""
    ours = aws("s3")
    ours.create_bucket(Bucket="same")
    ours.put_object(Bucket="same", Key="a", Body=b"ours")
    with running_sandbox(people=50) as other:
        keys = {"aws_access_key_id": other.s3["access_key_id"], "aws_secret_access_key": "x"}
        theirs = aws("s3", endpoint_url=other.s3["url"], **keys)
        assert theirs.list_buckets()["Buckets"] == []
        theirs.create_bucket(Bucket="same")
        theirs.put_object(Bucket="same", Key="a", Body=b"theirs")
        assert ours.get_object(Bucket="same", Key="a")["Body"].read() == b"ours"
        connected = {"aws_access_key_id": "AKIASANDBOXCONNECTED", "aws_secret_access_key": "x"}
        across = aws("s3", endpoint_url=other.s3["url"], **connected)
        assert across.get_object(Bucket="same", Key="a")["Body"].read() == b"theirs"
    assert ours.get_object(Bucket="same", Key="a")["Body"].read() == b"ours"
    ours.delete_object(Bucket="same", Key="a")
    ours.delete_bucket(Bucket="same")
    ours.create_bucket(Bucket="same")
