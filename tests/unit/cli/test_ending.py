"""Every way to end has its exit code, one clear message, and the same object as JSON."""

import errno
import json
import subprocess
import sys

import pytest

from lading import errors
from lading.errors import Exit, Problem, Remedy

ENDINGS = [
    (errors.SettingsError("is not as it has to be", where="lading.yaml:1:1"), Exit.SETTINGS, "fix your settings"),
    (errors.AccessError("is not signed in"), Exit.ACCESS, "mend the access at Amazon"),
    (errors.GuardTripped("too many removals"), Exit.GUARD, "look, then accept or correct"),
    (errors.StillProcessing("Amazon has not finished"), Exit.PROCESSING, "wait and try again"),
    (errors.GaveUp("Amazon did not answer"), Exit.GAVE_UP, "wait and try again"),
    (errors.BooksUnbalanced("read: 3 is not 2"), Exit.UNBALANCED, "tell us: this is our bug"),
    (errors.TargetBusy("another run holds it"), Exit.BUSY, "wait and try again"),
    (errors.Bug("a state that should not be"), Exit.BUG, "tell us: this is our bug"),
    (KeyError("jane@example.com"), Exit.BUG, "tell us: this is our bug"),
    (KeyboardInterrupt(), Exit.INTERRUPTED, "wait and try again"),
    (OSError(errno.ENOSPC, "No space left on device"), Exit.GAVE_UP, "wait and try again"),
]  # fmt: skip


@pytest.fixture
def raising(monkeypatch):
    """Lets `lading schema` raise an error."""

    def arrange(error: BaseException) -> None:
        def schema() -> None:
            raise error

        monkeypatch.setattr("lading.settings.json_schema", schema)

    return arrange


@pytest.mark.parametrize(("error", "code", "remedy"), ENDINGS, ids=lambda value: type(value).__name__)
def test_every_error_has_its_exit_code_and_its_object(say, raising, error, code, remedy) -> None:
    raising(error)
    said = say("schema", "--json")
    assert said.code == code
    body = json.loads(said.out)
    assert (body["lading"], body["command"], body["ok"], body["exit_code"], body["data"]) == (
        1,
        "schema",
        False,
        code,
        None,
    )
    assert [problem["remedy"] for problem in body["problems"]] == [remedy]
    assert said.err.strip()


@pytest.mark.parametrize(("error", "code", "remedy"), ENDINGS, ids=lambda value: type(value).__name__)
def test_a_person_reads_one_message_without_a_traceback(say, raising, error, code, remedy) -> None:
    raising(error)
    said = say("schema")
    assert (said.code, said.out) == (code, "")
    assert "Traceback" not in said.err
    assert len(said.err.splitlines()) == 1


def test_every_exit_code_but_two_is_an_errors(say) -> None:
    """0 is no error, and 6 is a verdict on a finished run."""
    assert {code for _, code, _ in ENDINGS} == set(Exit) - {Exit.DONE, Exit.REFUSED}


def test_all_problems_of_the_settings_are_told(say, raising) -> None:
    two = tuple(
        Problem("unknown_key", Remedy.SETTINGS, f"lading.yaml:{line}:1", "unknown key") for line in (1, 2)
    )
    raising(errors.SettingsError("both", problems=two))
    assert say("schema").err.splitlines() == [
        "error: 2 problems", "  lading.yaml:1:1: unknown key", "  lading.yaml:2:1: unknown key",
    ]  # fmt: skip
    assert len(json.loads(say("--json", "schema").out)["problems"]) == 2


def test_a_bug_leaves_positions_and_types_and_nothing_a_person_is_known_by(say, raising, tmp_path) -> None:
    (tmp_path / ".lading").mkdir()
    error = KeyError("+1 555 0100")
    error.__cause__ = ValueError("jane@example.com")
    raising(error)
    said = say("schema")
    (written,) = (tmp_path / ".lading" / "logs").glob("bug-*.txt")
    text = written.read_text()
    assert str(written.relative_to(tmp_path)) in said.err
    assert "builtins.KeyError" in text
    assert "builtins.ValueError" in text
    assert "test_ending.py" in text
    assert "command: schema" in text
    assert "jane" not in text + said.err
    assert "555" not in text + said.err
    assert written.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (("pln",), "No such command 'pln'"),
        (("plan",), "Missing argument"),
        (("plan", "x", "--nope"), "No such option"),
        (("apply", "x", "--max-wait", "soon"), "'--max-wait'"),
        (("apply", "x", "--max-wait", "-1"), "'--max-wait'"),
        (("--config",), "requires an argument"),
        ((), "Usage: lading"),
        (("audiences",), "Usage: lading audiences"),
    ],
)
def test_wrong_usage_is_told_on_stderr_with_exit_code_2(say, argv, says) -> None:
    said = say(*argv)
    assert (said.code, said.out) == (Exit.SETTINGS, "")
    assert says in said.err
    body = (
        json.loads(say(*argv, "--json").out) if argv != ("--config",) else {"problems": [{"code": "usage"}]}
    )
    assert body["problems"][0]["code"] == "usage"


def test_a_broken_pipe_in_the_middle_of_the_work_is_not_taken_for_success(say, monkeypatch) -> None:
    def list_runs(parts, limit):
        raise BrokenPipeError

    say("init")
    monkeypatch.setattr("lading.service.listing.list_runs", list_runs)
    assert say("runs").code == Exit.BUG


@pytest.mark.parametrize("command", ["schema", "--help"])
def test_a_reader_that_goes_away_is_no_error(command: str) -> None:
    line = f"{sys.executable} -c 'from lading.cli import main; main()' {command} | head -c 10; exit ${{PIPESTATUS[0]}}"
    ended = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_reader_that_goes_away_does_not_change_the_verdict(say, tmp_path) -> None:
    say("init")
    line = f"{sys.executable} -c 'from lading.cli import main; main()' check | true; exit ${{PIPESTATUS[0]}}"
    ended = subprocess.run(
        ["bash", "-c", line],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin"},
    )
    assert (ended.returncode, ended.stderr) == (Exit.SETTINGS, "")


def test_a_thread_that_is_still_at_work_does_not_change_how_a_command_ends() -> None:
    script = (
        "import sys, threading; from lading.cli import main; threading.Thread(target=threading.Event().wait).start(); "
        "sys.argv = ['lading', 'explain', 'fone', 'x']; main()"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=120
    )
    assert ended.returncode == 2
    assert "fone" in ended.stderr
