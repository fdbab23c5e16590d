"""A whole lading.yaml with every block, and a way to load one with a line changed."""

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from lading.errors import Problem, SettingsError
from lading.settings import Settings, load

EXAMPLE = """\
# yaml-language-server: $schema=lading.schema.json
version: 1
home: .lading

connections:
  amazon_us:
    region: NA
    client_id: env:AMAZON_CLIENT_ID
    client_secret: env:AMAZON_CLIENT_SECRET
    profile_id: "1234567890"
    amc: {account_id: ENTITY1A2B3C, marketplace_id: ATVPDKIKX0DER, instance_id: amcshop001}
    dsp_advertiser_id: "581124983652187041"
    endpoint: env:LADING_AMAZON_URL?

sources:
  files: {type: files, root: .}
  warehouse: {type: postgresql, url: env:WAREHOUSE_URL}

syncs:
  customers:
    from: {source: files, path: customers.csv}
    to:
      audience:
        connection: amazon_us
        name: Shop customers
        external_id: shop-customers
        description: Everyone who bought in the last year
        target: AMC_AND_DSP
        country: US
        ttl: 397d
    mode: mirror
    map:
      external_id: customer_id
      email: [email, work_email]
      phone: mobile
      country: country
      consent: {tcf: consent_string}
    identity: {profile: amc, variants: [folded_accents, address_words]}
    guards: {max_removals: 10%, min_records: 2000, max_rejected: 5%}
    schedule: {cron: "0 3 * * *", timezone: Europe/Berlin}

  purchases:
    from: {source: files, path: "purchases/*.csv"}
    to:
      dataset:
        connection: amazon_us
        id: shop_purchases
        period: P1D
        bucket: s3://shop-amc-uploads/lading
        late: replace
        lookback: 7d
        columns:
          order_id:     {type: STRING}
          purchased_at: {type: TIMESTAMP, event_time: true}
          amount:       {type: DECIMAL, kind: METRIC}
          email:        {identifier: EMAIL}
          country:      {country: true}
          ad_consent:   {consent: AMZN_USER_DATA}
    schedule: {after: customers}

notify:
  - {on: [failed, guard, drift], to: env:NOTIFY_URL}
"""


@pytest.fixture
def example() -> str:
    return EXAMPLE


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Settings]:
    """Loads a text as lading.yaml, by default the example; `old` is replaced by `new`."""

    def load_text(text: str = EXAMPLE, old: str = "", new: str = "", **environ: str) -> Settings:
        assert old in text
        path = tmp_path / "lading.yaml"
        path.write_text(textwrap.dedent(text).replace(old, new, 1) if old else textwrap.dedent(text), "utf-8")
        return load(path, environ)

    return load_text


@pytest.fixture
def problems(read, tmp_path: Path) -> Callable[..., list[tuple[str, str, str]]]:
    """(place without the folder, code, message) of all that is wrong with a text."""

    def collect(*args: str, **environ: str) -> list[tuple[str, str, str]]:
        with pytest.raises(SettingsError) as caught:
            read(*args, **environ)
        return [_short(problem, tmp_path) for problem in caught.value.problems]

    return collect


def _short(problem: Problem, folder: Path) -> tuple[str, str, str]:
    return problem.where.removeprefix(f"{folder}/lading.yaml:"), problem.code, problem.message
