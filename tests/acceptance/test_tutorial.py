"""The commands of the tutorial and the how-to pages, run as they are written; and the picture of a run in the README holds."""

import json
import os
import pty
import re
import socket
import subprocess
import sys
import textwrap
import threading
from contextlib import suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
#: The second goes on where the first ended.
TUTORIALS = ("docs/tutorial/first-audience.md", "docs/tutorial/first-dataset.md")
FENCE = re.compile(r'^ *```(\w+)(?: title="([^"]+)")?\n(.*?)^ *```', re.MULTILINE | re.DOTALL)

CUSTOMERS = """\
customer_id,email,first_name,last_name,postal,country
c-1,beatrice-rosenthal@webmail.us.example,Beatrice,Rosenthal,28210,US
c-4,harvey.wyndham@webmail.us.example,Harvey,Wyndham,15237,US
"""

#: Pages whose commands are run one after another, as by somebody who reads them in this order.
HOWTOS = (
    "howto/own-list",
    "howto/several-identifiers",
    "howto/hashed-lists",
    "howto/judge-a-list",
    "explanation/matching",
    "howto/run-nightly",
    "howto/take-people-out",
    "howto/undo",
    "howto/read-the-waybill",
    "howto/back-up",
    "howto/erase-a-person",
    "howto/test-your-client",
)

#: Commands that are shown with dots instead of values, or that this user has no need of.
NOT_FOR_US = ("export ", "amc-sandbox ", "lading audiences adopt ", "lading follow", "lading report r-")

#: What the pages ask the reader to do by hand before and after a command.
BY_HAND = {
    "lading restore lading-backup.tar.gz": ("mv .lading lost", "cp lost/key .lading/key"),
    "lading init": ("true", "sed -i s/amcexample/amcshop001/ lading.yaml"),
}

#: Stands in for the browser: reads Amazon's page and presses Allow.
BROWSER = """\
import sys
from lading.service.demo.shop import say_yes
say_yes(sys.argv[1])
"""


def shows(written, printed):
    """The lines of `printed` that the doc's `written` lines do not find in their order; dots stand for anything."""
    rest = [" ".join(line.split()) for line in printed.splitlines()]
    for line in written:
        pattern = re.escape(" ".join(line.split())).replace(re.escape("..."), ".*")
        found = next((at for at, text in enumerate(rest) if re.fullmatch(pattern, text)), None)
        if found is None:
            return line
        rest = rest[found + 1 :]
    return None


def commands(block):
    """Each command of a console block with the lines that the doc shows after it."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, *output = part.splitlines()
        yield command, [line for line in output if line.strip() not in {"", "..."}]


class Shell:
    """A shell whose folder and variables last from command to command; its errors go to a terminal, as a person's do."""

    def __init__(self, folder, environ):
        self.screen, errors = pty.openpty()
        self.process = subprocess.Popen(
            ["bash", "--norc"], cwd=folder, env=environ, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=errors,
        )  # fmt: skip
        os.close(errors)
        self.said = []
        self.printed = ""
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self):
        with suppress(OSError):  # the terminal is gone when the shell has ended
            while seen := os.read(self.screen, 4096):
                self.said.append(seen.decode("utf-8", "replace"))

    def run(self, command):
        """What the command prints, and its exit code."""
        self.process.stdin.write(f'{command}\nprintf "\\n--ended-- %s\\n" $?\n')
        self.process.stdin.flush()
        lines = []
        for line in self.process.stdout:
            if line.startswith("--ended-- "):
                self.printed += "".join(lines)
                return "".join(lines), int(line.split()[1])
            lines.append(line)
        raise AssertionError(f"the shell ended within: {command}\n{''.join(lines)}")

    def with_ids(self, command):
        """The command with the ids that were printed last, in the place of `r-...` and `p-...`."""
        for kind in "rp":
            printed = re.findall(rf"\b{kind}-[0-9A-Z]{{26}}\b", self.printed)
            command = command.replace(f"{kind}-...", printed[-1] if printed else f"{kind}-...")
        return command

    @property
    def errors(self):
        """The last that was said on its terminal."""
        return "".join(self.said)[-2000:]

    @property
    def folder(self):
        return Path(self.run("pwd")[0].strip())

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()
        os.close(self.screen)


@pytest.fixture
def terminals(tmp_path):
    """The first terminal, and what starts the sandbox in the second; the sandbox ends with the test."""
    (tmp_path / "browser.py").write_text(BROWSER)
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("LADING_", "AMAZON_"))}
    environ = kept | {
        "PATH": f"{BIN}:{os.environ['PATH']}",
        "BROWSER": f"{sys.executable} {tmp_path / 'browser.py'} %s",
        "COLUMNS": "100",
        "TERM": "dumb",
    }
    started = []

    def second(command):
        process = subprocess.Popen(
            command.split(), cwd=tmp_path, env=environ, text=True, stdout=subprocess.PIPE
        )
        started.append(process)
        return process.stdout.readline()

    first = Shell(tmp_path, environ)
    yield first, second
    first.close()
    for process in started:
        process.terminate()
        process.wait()
        process.stdout.close()


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return str(taken.getsockname()[1])


#: Of the sandbox's first line: what the reader types for the dots.
KEYS = {
    "AWS_ENDPOINT_URL": "url", "AWS_ACCESS_KEY_ID": "access_key_id", "AWS_SECRET_ACCESS_KEY": "secret_access_key",
}  # fmt: skip


def test_the_tutorial_does_what_it_says(terminals):
    first, second = terminals
    port, greeting = free_port(), {}  # 8377 may be in use here
    text = "".join((ROOT / page).read_text("utf-8") for page in TUTORIALS)
    text = text.replace("amc-sandbox serve\n", f"amc-sandbox serve --port {port}\n")
    for kind, title, block in FENCE.findall(text.replace("8377", port)):
        if title:
            (first.folder / title).write_text(block, "utf-8")
        elif kind == "console":
            for command, shown in commands(block):
                if command.startswith("amc-sandbox"):
                    printed, code = second(command), 0
                    greeting |= json.loads(printed)
                elif name := next((one for one in KEYS if command == f"export {one}=..."), ""):
                    printed, code = first.run(f"export {name}={greeting['s3'][KEYS[name]]}")
                else:
                    printed, code = first.run(command)
                assert code == 0, f"$ {command}\n{printed}\n{first.errors}"
                assert shows(shown, printed) is None, f"$ {command}\n{printed}"
    assert_home_is_as_documented(first.folder / ".lading")


def test_the_how_to_pages_do_what_they_say(terminals):
    first, second = terminals
    greeting = json.loads(second("amc-sandbox serve --port 0"))
    url, grant = greeting["url"], greeting["grant"]
    first.run(f"export LADING_AMAZON_URL={url} LADING_CLOCK={url}")
    first.run(f"export AMAZON_CLIENT_ID={grant['client_id']} AMAZON_CLIENT_SECRET={grant['client_secret']}")
    first.run(f"""curl -s -X POST {url}/_sandbox/clock -d '{{"speed": 120}}'""")
    first.run(f"""curl -s -X PUT {url}/_sandbox/policy -d '{{"terms_accepted": true}}'""")
    for name in ("customers.csv", "ten-people.csv"):
        (first.folder / name).write_text(CUSTOMERS)
    for page in HOWTOS:
        text = (ROOT / f"docs/{page}.md").read_text("utf-8").replace("http://127.0.0.1:8377", url)
        for kind, title, block in FENCE.findall(text):
            if title:
                (first.folder / title).write_text(block, "utf-8")
            elif kind == "console":
                assert_runs(first, page, textwrap.dedent(block))
            elif kind == "python" and "MyClient" not in block:
                (first.folder / "page.py").write_text(f"import duckdb\n{block}", "utf-8")
                assert_runs(first, page, f"$ {sys.executable} page.py\n")


def assert_runs(shell, page, block):
    for command, shown in commands(block):
        if not command.startswith(NOT_FOR_US):
            before, after = BY_HAND.get(command, ("true", "true"))
            shell.run(before)
            printed, code = shell.run(shell.with_ids(command))
            shell.run(after)
            assert code == 0, f"{page}: $ {command}\n{printed}\n{shell.errors}"
            assert shows(shown, printed) is None, f"{page}: $ {command}\n{printed}"


def assert_home_is_as_documented(home):
    """Every file of a used home folder is on the page that lists them."""
    page = (ROOT / "docs/reference/home.md").read_text("utf-8")
    listed = [
        re.escape(name).replace("\\.\\.\\.", "[^/]+")
        for name in re.findall(r"^\| `([^`]+)` \|", page, re.MULTILINE)
    ]
    for file in home.rglob("*"):
        name = str(file.relative_to(home))
        if file.is_file():
            assert any(re.fullmatch(pattern, name) for pattern in listed), (
                f"docs/reference/home.md lacks {name}"
            )


def test_the_demonstration_prints_what_the_readme_shows(tmp_path):
    readme = (ROOT / "README.md").read_text("utf-8")
    [picture] = re.findall(r"<!-- demo:.*?-->\n```text\n(.*?)^```", readme, re.MULTILINE | re.DOTALL)
    environ = {key: value for key, value in os.environ.items() if not key.startswith(("LADING_", "AMAZON_"))}

    def lading(*arguments, **more):
        done = subprocess.run(
            [BIN / "lading", "--quiet", *arguments], cwd=tmp_path, capture_output=True, text=True, check=False,
            env=environ | {"COLUMNS": "100"} | more,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    printed = lading("demo", "--folder", "shop")
    shown = [line for line in picture.splitlines() if line.strip() not in {"", "..."}]
    assert shows(shown, printed) is None, printed

    [run] = set(re.findall(r"r-\w{26}", printed))
    view = lading("--json", "--config", "shop/lading.yaml", "runs", run, LADING_HOME=".demo/home")
    assert {batch["records"] <= 5_000 for batch in json.loads(view)["data"]["batches"]} == {True}
