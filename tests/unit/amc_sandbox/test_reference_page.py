"""docs/reference/amc-sandbox.md tells all that the code knows."""

import json
import re
from pathlib import Path

import pytest

from amc_sandbox import dataset_rules, rules, world
from amc_sandbox.faults import FAULTS
from amc_sandbox.server import ROOMS
from amc_sandbox.state.policy import Policy

PAGE = (Path(__file__).parents[3] / "docs/reference/amc-sandbox.md").read_text("utf-8")
#: What the page calls an identifier that the code knows under another name.
WORDS = {
    "jobId": "jobRequestId",
    "datasetId": "dataSetId",
    "deletionId": "userDeletionRequestId",
    "rest:path": "rest",
}


@pytest.mark.parametrize("path", sorted({route.path for room in ROOMS for route in room.ROUTES}))
def test_every_address_is_there(path):
    camel = re.sub(r"_(\w)", lambda found: found[1].upper(), path.removeprefix("/_sandbox"))
    for ours, theirs in WORDS.items():
        camel = camel.replace(f"{{{ours}}}", f"{{{theirs}}}")

    assert camel in PAGE


@pytest.mark.parametrize(("name", "told"), FAULTS.items())
def test_every_fault_is_there(name, told):
    assert re.search(rf"^\| `{name}` \| \w+ \| {re.escape(told[1])} \|$", PAGE, re.MULTILINE)


@pytest.mark.parametrize(("name", "field"), Policy.model_fields.items())
def test_every_switch_is_there_with_its_default(name, field):
    assert f"| `{name}` | `{json.dumps(field.default)}` | {field.description} |" in PAGE


@pytest.mark.parametrize(
    "identifier",
    [
        *(str(one.profile_id) for one in world.PROFILES),
        *(one.advertiser_id for one in world.DSP_ADVERTISERS),
        *(one.account_id for one in world.ACCOUNTS),
        *(one.instance_id for one in world.INSTANCES),
        *world.USERS.values(),
    ],
)
def test_everybody_who_lives_there_is_there(identifier):
    assert identifier in PAGE


@pytest.mark.parametrize(
    "limit",
    [
        rules.MAX_TTL,
        rules.MAX_RECORDS,
        rules.RECORDS_PER_HOUR,
        rules.EXTERNAL_USER_ID,
        dataset_rules.MAX_DATASETS,
        dataset_rules.MAX_IDENTITIES,
        *(name for names in world.OLD_DATASETS.values() for name in names),
    ],
)
def test_limits_are_there(limit):
    assert str(limit) in PAGE
