"""A shop of a handful of people, its settings, and a sandbox that plays Amazon."""

import csv
import os
import random
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from lading import wiring
from lading.errors import LadingError
from lading.service.sync import Order, apply

SETTINGS = """\
version: 1
connections:
  amazon:
    region: NA
    client_id: env:AMAZON_CLIENT_ID
    client_secret: env:AMAZON_CLIENT_SECRET
    refresh_token: env:AMAZON_REFRESH_TOKEN
    profile_id: "1234567890"
    amc: {account_id: ENTITY1A2B3C, marketplace_id: ATVPDKIKX0DER, instance_id: amcshop001}
    dsp_advertiser_id: "581124983652187041"
    records_per_request: 10
    requests_per_second: 1000
sources:
  files: {type: files, root: .}
syncs:
  customers:
    from: {source: files, path: customers.csv}
    to:
      audience: {connection: amazon, name: Shop customers, target: AMC_AND_DSP, country: US}
"""


@dataclass(frozen=True)
class Shop:
    """A folder with settings and a file of customers, beside a running sandbox."""

    folder: Path
    sandbox: object
    environ: dict

    def people(self, count):
        """Customers whom the sandbox knows, by their id."""
        known = self.sandbox.people("US", count)
        return {f"c-{number}": person for number, person in enumerate(known)}

    def write(self, people, name="customers.csv"):
        columns = ("customer_id", "email", "phone", "first_name", "last_name", "country")
        with (self.folder / name).open("w", newline="") as file:
            writer = csv.DictWriter(file, columns, extrasaction="ignore")
            writer.writeheader()
            writer.writerows({"customer_id": key, **person} for key, person in people.items())

    @contextmanager
    def parts(self):
        with wiring.build(self.folder / "lading.yaml", self.environ) as parts:
            yield replace(parts, jitter=random.Random(1).random)

    def apply(self, what="customers", **order):
        with self.parts() as parts:
            return apply(parts, what, Order(**order))

    def apply_until_done(self, tries=12):
        """As a user would: the same command again, as long as it says that this helps."""
        for _ in range(tries):
            try:
                return self.apply()
            except LadingError as error:
                last = error
        raise AssertionError(f"still not done after {tries} tries") from last

    @property
    def audience_id(self):
        with self.parts() as parts:
            return parts.ledger.audiences.list()[0].audience_id

    def members(self):
        """What the sandbox holds once all of its jobs are applied."""
        self.sandbox.advance(7200)
        return {member["externalUserId"] for member in self.sandbox.members(self.audience_id)}

    def sent(self, route="/amc/audiences/records", method="POST"):
        return [
            request
            for request in self.sandbox.requests()
            if request["path"].endswith(route) and request["method"] == method
        ]


@pytest.fixture
def shop(tmp_path, amc_sandbox):
    grant = amc_sandbox.grant
    amc_sandbox.policy(terms_accepted=True)
    (tmp_path / "lading.yaml").write_text(SETTINGS)
    environ = {
        "AMAZON_CLIENT_ID": grant["client_id"],
        "AMAZON_CLIENT_SECRET": grant["client_secret"],
        "AMAZON_REFRESH_TOKEN": grant["refresh_token"],
        "LADING_AMAZON_URL": amc_sandbox.url,
        "LADING_CLOCK": amc_sandbox.url,
        "PATH": os.environ["PATH"],
    }
    return Shop(tmp_path, amc_sandbox, environ)
