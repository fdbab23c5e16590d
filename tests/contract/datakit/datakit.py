"""What tests of advertiser data say again and again."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode


def sha(text):
    return hashlib.sha256(text.encode()).hexdigest()


SET, COLUMN, UPLOAD, DELETION = (
    f"application/vnd.amcadvertiser{word}.v1+json"
    for word in ("dataset", "datasetcolumn", "dataupload", "userdeletionrequest")
)


def column(name, data_type="STRING", column_type="DIMENSION", **more):
    return {"name": name, "dataType": data_type, "columnType": column_type} | more


#: Purchases: an event time, an identifier, a country, and what was bought.
PURCHASES = {
    "dataSetId": "purchases",
    "columns": [
        column("bought_at", "TIMESTAMP", isMainEventTime=True),
        column("email", externalUserIdType={"hashedPii": "EMAIL"}),
        column("country", isCountryCode=True),
        column("product"),
        column("amount", "DECIMAL", "METRIC"),
    ],
}
PRODUCTS = {"dataSetId": "products", "columns": [column("sku", nullable=False), column("label")]}
FILES = {
    "updateStrategy": "ADDITIVE",
    "compressionFormat": "GZIP",
    "dataSource": {"sourceS3Bucket": "shop-uploads", "sourceS3Prefix": "purchases/1/"},
    "fileFormat": {"csvDataFormat": {}},
}

PERSON = {"hashedIdentity": {"EMAIL": sha("a@example.com"), "PHONE": sha("14155550100")}}


@dataclass
class Data:
    """Advertiser data of one instance, in the hands of a signed-in client that has accepted the terms."""

    api: Any
    instance: str = "amcshop001"

    def ask(self, method, path, body=None, **more):
        media = COLUMN if "/columns" in path else UPLOAD if path.startswith("/uploads") else SET
        media = DELETION if path.startswith("/userDeletionRequest") else media
        return self.api.ask(
            method, f"/amc/advertiserData/{self.instance}{path}", body, **{"media": media} | more
        )

    def good(self, method, path, body=None):
        answer = self.ask(method, path, body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def refused(self, method, path, body=None, status=400, **more):
        """What was said of a request that was refused, in the family's shape."""
        answer = self.ask(method, path, body, **more)
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/json"
        told = answer.json()
        assert set(told) == {"code", "details", "errors", "requestId"}
        assert (told["code"], told["errors"][0]) == (str(status), told["details"])
        assert told["requestId"] == answer.headers["x-amzn-RequestId"]
        return told["details"]

    def create(self, dataset=PURCHASES, **changes):
        return self.good("POST", "/dataSets", {"dataSet": dataset | changes})["dataSetId"]

    def dataset(self, dataset_id="purchases"):
        return self.good("GET", f"/dataSets/{dataset_id}")["dataSet"]

    def listed(self, path, key, **query):
        """All pages of a list."""
        found, token = [], None
        while True:
            more = query | ({"nextToken": token} if token else {})
            answer = self.good("POST", f"{path}?{urlencode(more)}")
            found += answer[key]
            token = answer.get("nextToken")
            if token is None:
                return found

    def upload(self, dataset_id="purchases", **changes):
        return self.good("POST", f"/uploads/{dataset_id}", FILES | changes)["uploadId"]

    def status(self, upload_id, dataset_id="purchases"):
        return self.good("GET", f"/uploads/{dataset_id}/{upload_id}")["upload"]

    def finish(self, upload_id, dataset_id="purchases"):
        """What became of an upload, by the sandbox's clock."""
        self.api.wait(900)
        return self.status(upload_id, dataset_id)

    def rows(self, dataset_id="purchases"):
        """The rows of a data set, by the control door."""
        return self.api.sandbox.rows(self.instance, dataset_id)


ACTIONS = ("GetObject", "GetObjectVersion", "ListBucket", "GetObjectTagging", "GetBucketTagging")


@dataclass
class Bucket:
    """A bucket that the instances of a shop may read from."""

    s3: Any
    name: str = "shop-uploads"

    def open(self, accounts=("246813579001", "246813579002"), instances="amcshop001 amcshopsbx"):
        arn = f"arn:aws:s3:::{self.name}"
        statement = {
            "Effect": "Allow",
            "Principal": {"AWS": [f"arn:aws:iam::{account}:root" for account in accounts]},
            "Action": [f"s3:{action}" for action in ACTIONS],
            "Resource": [arn, f"{arn}/*"],
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self.s3.create_bucket(Bucket=self.name)
        self.s3.put_bucket_policy(Bucket=self.name, Policy=policy)
        tags = {"TagSet": [{"Key": "instanceId", "Value": instances}]}
        self.s3.put_bucket_tagging(Bucket=self.name, Tagging=tags)
        return self

    def put(self, key, text):
        """Lay down a text file; the data source that names it."""
        self.s3.put_object(Bucket=self.name, Key=key, Body=text.encode())
        return {"sourceS3Bucket": self.name, "sourceFileS3Key": key}
