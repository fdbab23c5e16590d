"""A client of the sandbox that is not ours: plain `requests`, and what a test says again and again."""

import hashlib
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path

import boto3
import pytest
import requests
from botocore.config import Config

sys.path.insert(0, str(Path(__file__).parent / "datakit"))

from datakit import Data

AUDIENCES = "application/vnd.amcaudiences.v1+json"
CONNECTIONS = "application/vnd.amcaudiencesconnections.v1+json"


def sha(text):
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass
class Api:
    """One signed-in client."""

    sandbox: object
    grant: dict
    session: requests.Session
    token: str = ""
    region: str = "na"
    extra: dict = field(default_factory=dict)

    def sign_in(self):
        answer = self.renew()
        assert answer.status_code == 200, answer.text
        self.token = answer.json()["access_token"]
        return self

    def renew(self, **fields):
        form = {"grant_type": "refresh_token", **self.grant, **fields}
        return self.session.post(f"{self.sandbox.url}/auth/o2/token", data=form, timeout=30)

    def ask(self, method, path, body=None, *, media=None, headers=None, region=None, raw=None):
        media = media or (CONNECTIONS if path.startswith("/amc/audiences/connections") else AUDIENCES)
        data = raw if raw is not None else None if body is None else json.dumps(body)
        sent = {
            "Authorization": f"Bearer {self.token}",
            "Amazon-Advertising-API-ClientId": self.grant["client_id"],
            **({"Content-Type": media} if data is not None else {}),
            **self.extra,
            **(headers or {}),
        }
        sent = {key: value for key, value in sent.items() if value is not None}
        prefix = self.region if region is None else region
        url = self.sandbox.url + (f"/{prefix}" if prefix else "") + path
        return self.session.request(method, url, data=data, headers=sent, timeout=30, allow_redirects=False)

    def accept_terms(self, region=None):
        token = self.ask("GET", "/amc/audiences/connections/terms", region=region).json()["agreementToken"]
        answer = self.ask(
            "PATCH",
            "/amc/audiences/connections/terms",
            {"agreementToken": token, "hasAccepted": True},
            region=region,
        )
        assert answer.status_code == 204

    def connect(self, **ends):
        wish = ends or {
            "amcAccountId": "ENTITY1A2B3C",
            "amcAccountMarketplaceId": "ATVPDKIKX0DER",
            "amcInstanceId": "amcshop001",
            "dspAdvertiserId": "581124983652187041",
            "dspProfileId": "1234567890",
        }
        answer = self.ask("POST", "/amc/audiences/connections", wish)
        assert answer.status_code == 201, answer.text
        return answer.json()["connectionId"]

    def audience(self, target, **changes):
        wish = new_audience(target) | changes
        answer = self.ask("POST", "/amc/audiences/metadata", wish)
        assert answer.status_code == 201, answer.text
        return answer.json()["audienceId"]

    def send(self, audience_id, records, target=None):
        wish = {"audienceId": audience_id, "records": records}
        return self.ask(
            "POST", "/amc/audiences/records", wish | ({"targetResource": target} if target else {})
        )

    def job(self, job_id):
        return self.ask("GET", f"/amc/audiences/records/{job_id}").json()

    def wait(self, seconds):
        """Let time pass, and come back with a fresh access token."""
        self.sandbox.advance(seconds)
        self.sign_in()

    def finish(self, answer, seconds=180):
        """Wait for a job by the sandbox's clock; what became of it."""
        assert answer.status_code == 202, answer.text
        self.wait(seconds)
        return self.job(answer.json()["jobRequestId"])


def new_audience(target):
    return {
        "name": "Shop customers",
        "description": "",
        "targetResource": {"connectionId": target} if isinstance(target, str) else {"advertiserId": target},
        "countryCode": "US",
        "metadata": {"externalAudienceId": "shop-customers"},
    }


@dataclass
class Shop:
    """Signed in, terms accepted, connected, one audience."""

    api: Api
    connection: str
    audience: int
    people: list

    def record(self, number, action="CREATE", **changes):
        """The number-th person of the US, known by e-mail."""
        person = self.people[number]
        known = {
            "externalUserId": f"p-{number}",
            "action": action,
            "countryCode": "US",
            "hashedPII": [{"email": sha(person["email"])}],
        }
        return known | changes

    def send(self, *records, dsp=True):
        target = {"connectionId": self.connection, **({"targetTypes": ["DSP"]} if dsp else {})}
        return self.api.send(self.audience, list(records), target)

    def finish(self, *records, dsp=True):
        return self.api.finish(self.send(*records, dsp=dsp))

    def members(self):
        return {one["externalUserId"]: one for one in self.api.sandbox.members(self.audience)}

    def size(self):
        shown = self.api.ask("GET", f"/amc/audiences/metadata/{self.audience}").json()
        return shown["metadata"]["audienceSize"]


@pytest.fixture
def api(amc_sandbox):
    with requests.Session() as session:
        session.trust_env = False
        yield Api(amc_sandbox, amc_sandbox.grant, session).sign_in()


@pytest.fixture
def shop(api):
    api.accept_terms()
    connection = api.connect()
    return Shop(
        api,
        connection,
        api.audience(connection),
        [one for one in api.sandbox.people("US", 300) if one["email"]],
    )


@pytest.fixture
def data(api):
    api.accept_terms()
    api.extra = {
        "Amazon-Advertising-API-AdvertiserId": "ENTITY1A2B3C",
        "Amazon-Advertising-API-MarketplaceId": "ATVPDKIKX0DER",
    }
    return Data(api)


@pytest.fixture
def stranger(api):
    """Another user of the same client."""
    grant = api.sandbox.new_grant(user="stranger")
    return Api(api.sandbox, grant, api.session).sign_in()


@pytest.fixture
def aws(amc_sandbox):
    """Makes a client of boto3 for a service of the sandbox: the user's own login, or another."""

    def client(service, **login):
        s3 = amc_sandbox.s3
        keys = {
            "aws_access_key_id": s3["access_key_id"],
            "aws_secret_access_key": s3["secret_access_key"],
            "region_name": s3["region"],
            "endpoint_url": s3["url"],
        }
        config = Config(retries={"max_attempts": 0})
        return boto3.client(service, config=config, **keys | login)

    return client
