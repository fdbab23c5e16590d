"""The tree of commands: options anywhere, quick help, a version."""

import json
import subprocess
import sys

import pytest

from lading.cli.app import hoist


@pytest.mark.parametrize(
    ("argv", "hoisted"),
    [
        (["plan", "x", "--json"], ["--json", "plan", "x"]),
        (["plan", "--config", "a.yaml", "x"], ["--config", "a.yaml", "plan", "x"]),
        (["plan", "--config=a.yaml", "x", "-q"], ["--config=a.yaml", "-q", "plan", "x"]),
        (["trace", "x", "--", "--json"], ["trace", "x", "--", "--json"]),
        (["plan", "x", "--config"], ["--config", "plan", "x"]),
        (["plan", "--input", "a.csv"], ["plan", "--input", "a.csv"]),
    ],
)
def test_options_of_all_commands_may_stand_anywhere(argv, hoisted) -> None:
    assert hoist(argv) == hoisted


def test_the_version_is_told(say) -> None:
    said = say("--version")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("lading ")


def test_help_goes_to_stdout_and_is_no_error(say) -> None:
    said = say("apply", "--help")
    assert (said.code, said.err) == (0, "")
    assert "--max-rejected" in said.out


def test_help_loads_nothing_heavy() -> None:
    """What makes `lading --help` quick: none of these is imported for it."""
    code = (
        "import sys; from lading import cli; cli.run(['--help'], {}); "
        "print([name for name in ('pydantic', 'polars', 'duckdb', 'sqlalchemy', 'httpx2', 'rich.table', 'yaml') "
        "if name in sys.modules], file=sys.stderr)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stderr.strip() == "[]"


def test_looking_at_the_ledger_loads_no_room_that_it_does_not_enter(tmp_path) -> None:
    """What makes `lading runs` quick: neither Amazon's client nor readers and writers of files."""
    (tmp_path / "lading.yaml").write_text("version: 1\nconnections: {}\nsources: {}\nsyncs: {}\n")
    code = (
        "import sys; from lading import cli; assert cli.run(['runs', '--config', sys.argv[1]], {}) == 0; "
        "print([name for name in ('polars', 'duckdb', 'pyarrow', 'httpx2', 'boto3', 'phonenumbers', 'lading.amazon', "
        "'lading.prepare') if name in sys.modules], file=sys.stderr)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "lading.yaml")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended.stderr.strip() == "[]"


def test_short_help_of_every_command_is_whole(say) -> None:
    assert "..." not in say("--help").out.partition("Commands:")[2]


def test_config_is_taken_from_option_and_variable(say, tmp_path) -> None:
    for argv, environ in ((("--config", "my.yaml"), {}), ((), {"LADING_CONFIG": "my.yaml"})):
        body = json.loads(say("init", "--force", "--json", *argv, **environ).out)
        assert body["data"]["settings"] == "my.yaml"
    assert not (tmp_path / "lading.yaml").exists()
