"""The reference page of the commands, written from them: `python -m lading.cli.page > docs/reference/commands.md`."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from typing import Any, Final

import typer

from lading.cli.app import app

_TOP: Final = """# Commands

This page is written from the program; a test holds it to it. `lading COMMAND --help` prints the same.

Answers go to stdout; progress and messages go to stderr. On a terminal answers have colour (not with `NO_COLOR` set) and
progress is a bar; elsewhere both are plain lines, at most 100 columns wide.
How a command ends is told by its [exit code](exit-codes.md).

## Options of every command

They may stand before or after the command.

"""

_JSON: Final = """
With `--json` exactly one object is on stdout, for success and failure alike. Amazon's ids are text in it.

```json
{
  "lading": 1,
  "command": "plan",
  "ok": false,
  "exit_code": 2,
  "data": null,
  "problems": [
    {"code": "unknown_key", "remedy": "fix your settings", "where": "lading.yaml:12:5 (syncs.customers.mod)",
     "message": "unknown key: did you mean 'mode'?"}
  ]
}
```

| variable | meaning |
| --- | --- |
| `LADING_CONFIG` | The settings file, unless `--config` names one. |
| `LADING_HOME` | The home folder: ledger, memberships, runs, keys. Goes before `home:` of the settings. |
| `LADING_KEY` | The key that grants are encrypted with in the ledger, instead of the file `key` in the home folder. |
| `LADING_AMAZON_URL` | An address instead of all of Amazon's, such as that of a sandbox. |
| `LADING_CLOCK` | The address of a sandbox whose clock is used instead of the machine's. |
| `NO_COLOR` | No colour. |
"""


def commands_page() -> str:
    """The whole page as Markdown."""
    root: Any = typer.main.get_command(app)
    parts = [_TOP, _table(root.params), _JSON]
    parts += [_section(name, command) for name, command in _walk("lading", root)]
    return "".join(parts)


def _walk(prefix: str, group: Any) -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        path = f"{prefix} {name}"
        if hasattr(command, "commands"):
            yield from _walk(path, command)
        else:
            yield path, command


def _section(path: str, command: Any) -> str:
    arguments = " ".join(
        _usage(parameter) for parameter in command.params if parameter.param_type_name == "argument"
    )
    says = inspect.cleandoc(command.help or "")
    table = _table(command.params)
    return (
        f"\n## `{path}`\n\n```\n{path} {arguments}".rstrip()
        + f"\n```\n\n{says}\n"
        + (f"\n{table}" if table else "")
    )


def _table(parameters: Any) -> str:
    rows = "".join(
        f"| {_name(parameter)} | {_default(parameter)} | {(parameter.help or '').replace('|', chr(92) + '|')} |\n"
        for parameter in parameters
        if parameter.name != "help"
    )
    return f"| argument or option | default | meaning |\n| --- | --- | --- |\n{rows}" if rows else ""


def _usage(parameter: Any) -> str:
    name = _metavar(parameter)
    return name if parameter.required else f"[{name}]"


def _metavar(parameter: Any) -> str:
    return str(parameter.metavar or parameter.name.upper())


def _name(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return f"`{_metavar(parameter)}`".replace("|", "\\|")
    forms = [*parameter.opts, *parameter.secondary_opts]
    takes = "" if parameter.is_flag else f" {_metavar(parameter)}".replace("|", "\\|")
    return ", ".join(f"`{form}{takes}`" for form in forms)


def _default(parameter: Any) -> str:
    if parameter.required:
        return "needed"
    value = parameter.default
    if isinstance(value, bool):
        return f"`{parameter.opts[0]}`" if value else ""
    return f"`{value}`" if value not in (None, "", (), []) else ""


if __name__ == "__main__":
    sys.stdout.write(commands_page())
