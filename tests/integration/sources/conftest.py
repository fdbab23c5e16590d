"""The sandbox's S3, for those who read from a bucket."""

import pytest

from amc_sandbox.running import running_sandbox


@pytest.fixture(scope="session")
def sandbox_s3():
    """What boto3 wants to know of it."""
    with running_sandbox(people=10) as sandbox:
        s3 = sandbox.s3
        yield {
            "endpoint_url": s3["url"], "aws_access_key_id": s3["access_key_id"],
            "aws_secret_access_key": s3["secret_access_key"], "region_name": s3["region"],
        }  # fmt: skip
