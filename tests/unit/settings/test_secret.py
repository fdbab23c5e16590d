"""Secrets are named in the file, read when they are needed, and never shown."""

import pytest

from lading.errors import SettingsError

OLD = "client_secret: env:AMAZON_CLIENT_SECRET"


def secret(read, reference: str, **environ: str):
    return read(old=OLD, new=f"client_secret: {reference}", **environ).connections["amazon_us"].client_secret


def test_a_variable_is_read_when_it_is_needed(read) -> None:
    assert secret(read, "env:THE_SECRET", THE_SECRET="s3cret").reveal() == "s3cret"


def test_an_unset_variable_is_an_error_only_then_and_names_variable_and_setting(read) -> None:
    unset = secret(read, "env:THE_SECRET")
    with pytest.raises(SettingsError) as caught:
        unset.reveal()
    assert "connections.amazon_us.client_secret" in caught.value.where
    assert ":9:20" in caught.value.where
    assert "THE_SECRET" in caught.value.message
    assert caught.value.problem_code == "secret_not_set"


@pytest.mark.parametrize("environ", [{}, {"THE_SECRET": ""}])
def test_an_optional_one_may_be_unset_or_empty(read, environ) -> None:
    assert secret(read, "env:THE_SECRET?", **environ).reveal_if_set() is None


def test_a_needed_one_may_not(read) -> None:
    with pytest.raises(SettingsError):
        secret(read, "env:THE_SECRET", THE_SECRET="").reveal_if_set()


def test_a_file_is_relative_to_the_settings_and_loses_its_last_line_end(read, tmp_path) -> None:
    (tmp_path / "secret.txt").write_text("s3cret\n")
    assert secret(read, "file:secret.txt").reveal() == "s3cret"


def test_a_missing_file_is_named(read, tmp_path) -> None:
    with pytest.raises(SettingsError, match=r"gone\.txt"):
        secret(read, "file:gone.txt").reveal()
    assert secret(read, "file:gone.txt?").reveal_if_set() is None


def test_a_file_that_is_a_folder_is_an_error(read, tmp_path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(SettingsError, match="cannot be read"):
        secret(read, "file:folder").reveal()


def test_neither_repr_nor_str_shows_the_value(read) -> None:
    found = secret(read, "env:THE_SECRET", THE_SECRET="s3cret")
    assert "s3cret" not in repr(found) + str(found) + repr(read(THE_SECRET="s3cret"))


@pytest.mark.parametrize(
    "literal", ["s3cretvalue", "12345678", '"s3cret value"', "[s3cret]", "ENV:NAME", '"file:"']
)
def test_a_literal_is_refused_without_being_shown(problems, example, literal) -> None:
    ((where, code, message),) = problems(example, OLD, f"client_secret: {literal}")
    assert code == "literal_secret"
    assert "s3cret" not in where + message
    assert "12345678" not in where + message


def test_a_bad_variable_name_says_what_is_allowed(problems, example) -> None:
    ((_, _, message),) = problems(example, OLD, "client_secret: env:MY-SECRET")
    assert "letters, digits and _" in message


def test_an_endpoint_may_stand_in_plain_sight(read) -> None:
    settings = read(old="env:LADING_AMAZON_URL?", new="http://127.0.0.1:8377")
    assert settings.connections["amazon_us"].endpoint.reveal() == "http://127.0.0.1:8377"


@pytest.mark.parametrize(
    ("endpoint", "says"),
    [("http://me:s3cret@host", "password"), ("127.0.0.1:8377", "http://"), ("8377", "http")],
)
def test_an_endpoint_is_an_address_without_a_password(problems, example, endpoint, says) -> None:
    ((_, _, message),) = problems(example, "env:LADING_AMAZON_URL?", endpoint)
    assert says in message
    assert "s3cret" not in message


def test_bad_yaml_does_not_echo_what_it_stumbles_over(problems, example) -> None:
    ((where, code, message),) = problems(example, OLD, "client_secret: *s3cret")
    assert (where, code) == ("9:20", "bad_yaml")
    assert "s3cret" not in message
