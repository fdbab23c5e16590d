"""The first settings file."""

import json

from lading.settings import json_schema, load


def test_init_writes_settings_that_load_and_a_schema(say, tmp_path) -> None:
    said = say("init")
    assert said.code == 0
    settings = load(tmp_path / "lading.yaml", {"AMAZON_CLIENT_ID": "x", "AMAZON_CLIENT_SECRET": "y"})
    assert list(settings.syncs) == ["customers"]
    assert settings.connections["amazon"].client_secret.reveal() == "y"
    assert json.loads((tmp_path / "lading.schema.json").read_text()) == json_schema()


def test_init_tells_the_next_three_steps(say) -> None:
    said = say("init")
    assert "AMAZON_CLIENT_ID" in said.out
    assert "lading connect amazon" in said.out
    assert "lading plan customers" in said.out


def test_init_overwrites_nothing_unless_told_to(say, tmp_path) -> None:
    (tmp_path / "lading.yaml").write_text("mine")
    said = say("init")
    assert said.code == 2
    assert "--force" in said.err
    assert (tmp_path / "lading.yaml").read_text() == "mine"
    assert say("init", "--force").code == 0
    assert (tmp_path / "lading.yaml").read_text() != "mine"


def test_init_into_a_folder_that_is_not_there_says_so(say) -> None:
    said = say("init", "--config", "nowhere/lading.yaml")
    assert said.code == 2
    assert "nowhere/lading.yaml: cannot be written: No such file or directory" in said.err


def test_init_as_json(say) -> None:
    body = json.loads(say("init", "--json").out)
    assert (body["ok"], body["exit_code"], body["problems"]) == (True, 0, [])
    assert body["data"]["settings"] == "lading.yaml"
    assert len(body["data"]["next"]) == 3


def test_schema_prints_the_json_schema(say) -> None:
    assert json.loads(say("schema").out) == json_schema()
    assert json.loads(say("schema", "--json").out)["data"] == json_schema()
