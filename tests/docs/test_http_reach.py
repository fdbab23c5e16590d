"""What the command line does can be done over HTTP, or the page says why not; and the page names every address."""

import re
from pathlib import Path

import typer
from fastapi.routing import APIRoute

from lading.cli.app import app
from lading.server.app import ROOMS

PAGE = Path(__file__).parents[2] / "docs" / "howto" / "serve.md"
ADDRESS = re.compile(r"`((?:GET|POST|PUT|DELETE) /[^`]*)`")


def rows():
    """Command -> what the page says of it."""
    text = PAGE.read_text("utf-8")
    table = text.partition("## Each command over HTTP")[2].partition("\n## ")[0]
    found = {}
    for left, right in re.findall(r"^\| (`.*?`) \| (.*) \|$", table, re.MULTILINE):
        for name in re.findall(r"`([^`]+)`", left):
            assert name not in found, name
            found[name] = right
    return {name: says for name, says in found.items() if name != "lading ..."}, table


def commands(group, prefix=""):
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, f"{prefix}{name} ")
        else:
            yield prefix + name


def addresses():
    return {
        f"{method} {route.path}"
        for room in ROOMS
        for route in room.routes
        if isinstance(route, APIRoute)
        for method in route.methods
    }


def test_every_command_has_an_address_or_a_reason():
    said, _ = rows()
    assert set(said) == set(commands(typer.main.get_command(app)))
    assert [
        name for name, says in said.items() if not (ADDRESS.search(says) or says.startswith("here only: "))
    ] == []


def test_the_page_names_every_address_and_no_other():
    _, table = rows()
    assert set(ADDRESS.findall(table)) == addresses()
