"""The door to AWS."""

import pytest

from lading.aws import Aws
from lading.errors import SettingsError


@pytest.mark.parametrize("address", ["s3.example.com", "blah"])
def test_an_address_that_is_none_is_refused_by_its_variable(address):
    with pytest.raises(SettingsError, match="no address") as caught:
        Aws({"AWS_ENDPOINT_URL": address}).client("s3", "us-east-1")
    assert (caught.value.where, caught.value.problem_code) == ("AWS_ENDPOINT_URL", "aws_refused")
