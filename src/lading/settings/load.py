"""Reading lading.yaml: all that is wrong with it is reported at once, with its place and what to do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from lading.errors import Problem, SettingsError
from lading.settings.document import Settings
from lading.settings.faults import note_findings
from lading.settings.made import Made, add_made
from lading.settings.references import check_names, check_sense
from lading.settings.tree import Tree, read_tree


def locate(chosen: Path | None, environ: Mapping[str, str]) -> Path:
    """The settings file: the one that was named, else LADING_CONFIG, else ./lading.yaml."""
    return chosen or Path(environ.get("LADING_CONFIG") or "lading.yaml")


def load(path: Path, environ: Mapping[str, str], made: Made | None = None) -> Settings:
    """The settings of a file, and those that were `made` through the API. SettingsError with all of their problems when there are any.

    Secrets are looked up in `environ` when they are needed, not here.
    """
    tree = read_tree(path)
    add_made(tree, made or {})
    settings = None if tree.data is None else _check(tree, path, environ)
    if settings is None or tree.problems:
        raise _refusal(tree)
    return settings


def json_schema() -> dict[str, Any]:
    """The JSON Schema of lading.yaml, draft 2020-12."""
    schema = Settings.model_json_schema(by_alias=True)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "lading.yaml",
        **{key: value for key, value in schema.items() if key != "title"},
    }


def _check(tree: Tree, path: Path, environ: Mapping[str, str]) -> Settings | None:
    context = {"path": path, "environ": environ, "folder": path.parent}
    check_names(tree)
    try:
        settings = Settings.model_validate(tree.data, context=context)
    except ValidationError as error:
        note_findings(error, tree, json_schema())
        return None
    if not tree.problems:
        check_sense(settings, tree)
    return settings


def _refusal(tree: Tree) -> SettingsError:
    problems = tuple(sorted(tree.problems, key=_place))
    lines = "\n".join(f"{problem.where}: {problem.message}" for problem in problems)
    return SettingsError(lines, code=problems[0].code, problems=problems)


def _place(problem: Problem) -> tuple[int, int]:
    found = re.search(r":(\d+):(\d+)", problem.where)
    return (int(found[1]), int(found[2])) if found else (0, 0)
