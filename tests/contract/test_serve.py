"""The command `amc-sandbox serve`: its first line, its port, its data folder, its end."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import boto3
import pytest
import requests
from datakit import FILES, PERSON, PRODUCTS

from amc_sandbox.testing import RunningSandbox

COMMAND = [str(Path(sys.executable).with_name("amc-sandbox")), "serve", "--people", "200"]


@contextlib.contextmanager
def served(*options):
    """A sandbox process, and what its first line says; it is killed at the end if it still lives."""
    process = subprocess.Popen(
        [*COMMAND, "--port", "0", *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    with process:
        try:
            yield process, json.loads(process.stdout.readline())
        finally:
            process.kill()


def refused(*options):
    done = subprocess.run([*COMMAND, *options], capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout == ""
    return done.returncode, done.stderr


def sign_in(first, grant=None):
    form = {"grant_type": "refresh_token", **(grant or first["grant"])}
    tokens = requests.post(f"{first['url']}/auth/o2/token", data=form, timeout=30).json()
    return {
        "Authorization": f"Bearer {tokens['access_token']}",
        "Amazon-Advertising-API-ClientId": form["client_id"],
        "Content-Type": "application/json",
    }


def ask(first, method, path, body=None, headers=None):
    data = None if body is None else json.dumps(body)
    answer = requests.request(
        method, first["url"] + path, data=data, headers=headers or sign_in(first), timeout=30
    )
    assert answer.ok, answer.text
    return answer


def make_audience(first):
    RunningSandbox(first["url"]).policy(terms_accepted=True)
    ends = {"amcAccountId": "ENTITY1A2B3C", "amcInstanceId": "amcshop001"}
    connection = ask(first, "POST", "/amc/audiences/connections", ends).json()["connectionId"]
    wish = {
        "name": "Shop customers",
        "description": "",
        "targetResource": {"connectionId": connection},
        "metadata": {"externalAudienceId": "x"},
    }
    return ask(first, "POST", "/amc/audiences/metadata", wish).json()["audienceId"]


def send(first, audience_id, name):
    record = {"externalUserId": name, "action": "CREATE", "hashedPII": [{"email": "0" * 64}]}
    body = {"audienceId": audience_id, "records": [record]}
    return ask(first, "POST", "/amc/audiences/records", body).json()["jobRequestId"]


def ask_data(first, method, path, body=None):
    account = {
        "Amazon-Advertising-API-AdvertiserId": "ENTITY1A2B3C",
        "Amazon-Advertising-API-MarketplaceId": "ATVPDKIKX0DER",
    }
    return ask(first, method, f"/amc/advertiserData/amcshop001{path}", body, sign_in(first) | account).json()


def test_its_first_line_says_where_it_is_and_how_to_get_in():
    with served() as (process, first):
        assert set(first) == {"url", "pid", "grant", "s3", "instances"}
        assert first["pid"] == process.pid
        assert set(first["grant"]) == {"client_id", "client_secret", "refresh_token"}
        profiles = ask(first, "GET", "/v2/profiles").json()
        assert [one["profileId"] for one in profiles] == [1234567890, 1234567891, 1234567892]
        assert RunningSandbox(first["url"]).door("GET", "health")["people"] == 200


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly(number):
    with served() as (process, first):
        ask(first, "GET", "/v2/profiles")
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (0, "", "")


def test_it_listens_on_loopback_alone():
    with served() as (_, first):
        port = int(first["url"].rpartition(":")[2])
        listening = {
            line.split()[1].partition(":")[0]
            for table in ("/proc/net/tcp", "/proc/net/tcp6")
            for line in Path(table).read_text().splitlines()[1:]
            if line.split()[3] == "0A" and int(line.split()[1].rpartition(":")[2], 16) == port
        }
    assert listening == {"0100007F"}


def test_there_is_no_way_to_another_interface():
    code, err = refused("--host", "0.0.0.0")

    assert code == 2
    assert "No such option" in err


def test_a_port_in_use_is_one_clear_line():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, err = refused("--port", str(port))

    assert code == 2
    assert (
        err == f"amc-sandbox: port {port} is in use: choose another with --port, or --port 0 for a free one\n"
    )


def test_without_a_folder_nothing_stays(tmp_path):
    with served() as (_, first):
        audience_id = make_audience(first)
    with served() as (_, first):
        assert RunningSandbox(first["url"]).door("GET", "state")["audiences"] == []
        assert make_audience(first) == audience_id


def test_with_a_folder_everything_answered_outlives_a_kill(tmp_path):
    with served("--data", str(tmp_path), "--seed", "7") as (process, first):
        running = RunningSandbox(first["url"])
        audience_id = make_audience(first)
        send(first, audience_id, "first")
        running.advance(200)
        running.policy(update="replace")
        running.faults(throttle={"at": [5], "route": "/nowhere"})
        pending = send(first, audience_id, "second")
        dataset = ask_data(first, "POST", "/dataSets", {"dataSet": PRODUCTS})["dataSetId"]
        upload = ask_data(first, "POST", f"/uploads/{dataset}", FILES)["uploadId"]
        deletion = ask_data(first, "POST", "/userDeletionRequest", {"targetIdentities": [PERSON]})
        seen = running.now()
        requests_before = len(running.requests())
        os.kill(process.pid, signal.SIGKILL)
        process.wait(timeout=30)
    with served("--data", str(tmp_path)) as (_, second):
        running = RunningSandbox(second["url"])
        assert second["grant"] == first["grant"]
        assert running.now() >= seen
        assert len(running.requests()) == requests_before
        state = running.door("GET", "state")
        assert (state["policy"]["update"], state["faults"][0]["name"]) == ("replace", "throttle")
        assert ask(second, "GET", f"/amc/audiences/records/{pending}").json()["jobState"] == "PENDING"
        running.advance(200)
        assert [one["externalUserId"] for one in running.members(audience_id)] == ["first", "second"]
        assert (
            ask(second, "GET", f"/amc/audiences/metadata/{audience_id}").json()["audienceId"] == audience_id
        )
        assert running.door("GET", "health")["seed"] == 7
        assert (state["datasets"], state["uploads"]) == ({"amcshop001": 1}, {"SUBMITTED": 1})
        running.advance(1800)
        over = ask_data(second, "GET", f"/uploads/{dataset}/{upload}")["upload"]
        assert (over["status"], "shop-uploads" in over["message"]) == ("FAILED", True)
        (forgotten,) = ask_data(second, "POST", "/userDeletionRequest/list")["userDeletions"]
        assert (forgotten["userDeletionRequestId"], forgotten["status"]) == (
            deletion["userDeletionRequestId"],
            "SUCCEEDED",
        )


def test_with_a_folder_what_lies_in_aws_outlives_a_kill(tmp_path):
    """Objects, half of a multipart upload, tags, keys; the bytes are still the same."""
    with served("--data", str(tmp_path)) as (process, first):
        s3, kms = (boto(first, service) for service in ("s3", "kms"))
        key = kms.create_key(MultiRegion=True)["KeyMetadata"]["Arn"]
        s3.create_bucket(Bucket="kept")
        s3.put_bucket_tagging(Bucket="kept", Tagging={"TagSet": [{"Key": "instanceId", "Value": "x"}]})
        s3.put_object(Bucket="kept", Key="a", Body=b"once")
        s3.put_object(Bucket="kept", Key="a", Body=b"again")
        begun = {"Bucket": "kept", "Key": "b"}
        begun |= {"UploadId": s3.create_multipart_upload(**begun)["UploadId"]}
        parts = [
            {"PartNumber": 1, "ETag": s3.upload_part(**begun, PartNumber=1, Body=b"x" * 6_000_000)["ETag"]}
        ]
        os.kill(process.pid, signal.SIGKILL)
        process.wait(timeout=30)
    with served("--data", str(tmp_path)) as (_, second):
        s3, kms = (boto(second, service) for service in ("s3", "kms"))
        assert s3.get_object(Bucket="kept", Key="a")["Body"].read() == b"again"
        assert s3.get_bucket_tagging(Bucket="kept")["TagSet"] == [{"Key": "instanceId", "Value": "x"}]
        assert kms.describe_key(KeyId=key)["KeyMetadata"]["Arn"] == key
        parts += [{"PartNumber": 2, "ETag": s3.upload_part(**begun, PartNumber=2, Body=b"y")["ETag"]}]
        s3.complete_multipart_upload(**begun, MultipartUpload={"Parts": parts})
        assert s3.head_object(Bucket="kept", Key="b")["ContentLength"] == 6_000_001
        assert len(list((tmp_path / "aws" / "objects").iterdir())) == 2
        RunningSandbox(second["url"]).reset()
        assert list((tmp_path / "aws" / "objects").iterdir()) == []
        assert s3.list_buckets()["Buckets"] == []
        s3.create_bucket(Bucket="kept")
    kept = next((tmp_path / "aws").glob("moto-*.state"))
    older = kept.rename(kept.with_name("moto-1.0.state"))
    with served("--data", str(tmp_path)) as (_, third):
        assert boto(third, "s3").list_buckets()["Buckets"][0]["Name"] == "kept"
    kept.unlink()
    older.write_bytes(b"of another time")
    code, err = refused("--port", "0", "--data", str(tmp_path))
    assert (code, err) == (
        2, f"amc-sandbox: {kept} was written with another version of moto: use another --data folder\n"
    )  # fmt: skip


def boto(first, service):
    s3 = first["s3"]
    return boto3.client(
        service,
        endpoint_url=s3["url"],
        aws_access_key_id=s3["access_key_id"],
        aws_secret_access_key=s3["secret_access_key"],
        region_name=s3["region"],
    )


def test_a_standing_clock_stands_where_it_stood(tmp_path):
    with served("--data", str(tmp_path)) as (_, first):
        running = RunningSandbox(first["url"])
        running.clock(mode="manual", advance_seconds=864_000)
        stood = running.now()
    with served("--data", str(tmp_path)) as (_, second):
        assert RunningSandbox(second["url"]).now() == stood


def test_a_folder_has_one_owner_and_one_seed(tmp_path):
    with served("--data", str(tmp_path), "--seed", "7"):
        code, err = refused("--port", "0", "--data", str(tmp_path))
        assert (code, err) == (2, f"amc-sandbox: {tmp_path} is in use by another amc-sandbox\n")
    code, err = refused("--port", "0", "--data", str(tmp_path), "--seed", "8")
    assert code == 2
    assert "was made with --seed 7, not 8" in err
