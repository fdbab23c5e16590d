"""AWS as the sandbox has it, with the credentials in the environment."""

import os

import pytest

from lading.aws import Aws


@pytest.fixture
def aws(amc_sandbox, monkeypatch):
    s3 = amc_sandbox.s3
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3["url"])
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", s3["access_key_id"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", s3["secret_access_key"])
    monkeypatch.setenv("AWS_DEFAULT_REGION", s3["region"])
    return Aws(os.environ)
