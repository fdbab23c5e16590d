"""The reference pages say what the program does."""

import re
from pathlib import Path

from lading.cli.page import commands_page
from lading.errors import Exit

REFERENCE = Path(__file__).parents[3] / "docs" / "reference"


def test_the_page_of_commands_is_up_to_date() -> None:
    on_disk = (REFERENCE / "commands.md").read_text("utf-8")
    assert on_disk == commands_page(), "run: python -m lading.cli.page > docs/reference/commands.md"


def test_every_command_is_on_the_page_with_its_options(say) -> None:
    page = commands_page()
    for command in re.findall(r"^  ([a-z]+) ", say("--help").out.partition("Commands:")[2], re.MULTILINE):
        assert f"`lading {command}" in page
        for option in re.findall(r"--[a-z-]+", say(command, "--help").out):
            assert option in page or option == "--help"


def test_every_exit_code_is_on_its_page_by_number_and_name() -> None:
    rows = re.findall(
        r"^\| (\d+) \| `([A-Z_]+)` \|", (REFERENCE / "exit-codes.md").read_text("utf-8"), re.MULTILINE
    )
    assert [(int(number), name) for number, name in rows] == [(code.value, code.name) for code in Exit]
