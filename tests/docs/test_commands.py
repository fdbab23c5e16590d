"""Commands in README, tutorial and how-to pages can be typed: each option and argument is one that the program takes."""

import re
import shlex
from pathlib import Path

import pytest
import typer

from amc_sandbox.cli import app as sandbox
from lading.cli.app import app as lading
from lading.cli.app import hoist

ROOT = Path(__file__).parents[2]
#: The page of commands shows their forms, and is written from them.
FORMS = ROOT / "docs/reference/commands.md"
PAGES = [
    ROOT / "README.md",
    *sorted({*(ROOT / "docs").rglob("*.md")} - {FORMS}),
    *ROOT.glob("examples/*/README.md"),
    ROOT / "CONTRIBUTING.md",
]
FENCE = re.compile(r"^ *```(\w*)[^\n]*\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
#: Programs that everybody has; what is behind them is run by the test of the tutorial, or shown for your own use.
OTHERS = {"mkdir", "cd", "cp", "curl", "export", "sed", "echo", "cat"}


def typed():
    """(page, command) for each line after a prompt, and each line of a script that begins with one of our programs."""
    for page in PAGES:
        for kind, block in FENCE.findall(page.read_text("utf-8")):
            pattern = r"^ *\$ (.+)$" if kind == "console" else r"^ *(lading [^\\\n]+|make [a-z]+)$"
            if kind in {"console", "sh", "text", ""}:
                yield from (
                    (str(page.relative_to(ROOT)), command)
                    for command in re.findall(pattern, block, re.MULTILINE)
                )


TYPED = list(typed())


def parsed(app, name, words):
    """Let click take the words apart, down to the last command, without running it."""
    command = typer.main.get_command(app)
    context = command.make_context(name, words)
    while hasattr(command, "commands"):
        name, command, words = command.resolve_command(context, [*context._protected_args, *context.args])
        assert command is not None, f"no command {name}"
        context = command.make_context(name, words, parent=context)
    return context


@pytest.mark.parametrize(
    ("page", "command"), TYPED, ids=[f"{page}: {command}"[:100] for page, command in TYPED]
)
def test_a_command_can_be_typed(page, command):
    words = shlex.split(re.split(r" >>? | \| ", command)[0], comments=True)
    while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
        words = words[1:]
    program, *rest = words
    if program == "lading":
        parsed(lading, "lading", hoist(rest))
    elif program == "amc-sandbox":
        parsed(sandbox, "amc-sandbox", rest)
    elif program == "make":
        targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
        assert set(rest) <= set(targets)
    elif program in {"python", ".venv/bin/python"}:
        assert (ROOT / rest[0]).is_file()
    else:
        assert program in OTHERS


def test_the_main_pages_have_commands():
    pages = {page for page, _ in TYPED}
    assert {"README.md", "docs/tutorial/first-audience.md", "docs/howto/own-list.md"} <= pages


@pytest.mark.parametrize("script", sorted((ROOT / "docs").rglob("*.md")), ids=lambda path: path.name)
def test_python_on_a_page_is_python(script):
    for kind, block in FENCE.findall(script.read_text("utf-8")):
        if kind == "python":
            compile(block, str(script), "exec")
