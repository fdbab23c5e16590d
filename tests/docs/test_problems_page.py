"""Every code that a problem can have is on the page of problems, with a cause and a remedy; and nothing else is."""

import ast
import re
from functools import cache
from pathlib import Path

from lading.destinations.answers import _REMEDIES
from lading.errors import Exit
from lading.ledger.errors import _WORDS
from lading.plan import row_guards
from lading.plan.guard import NAMES
from lading.prepare.reasons import FINDINGS
from lading.settings.faults import _CODES, _OURS

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src/lading"
ROW = re.compile(r"^\| `(\w+)` \| (.+?) \| (.+?) \|$", re.MULTILINE)
PAGE = {
    code: (cause, remedy)
    for code, cause, remedy in ROW.findall((ROOT / "docs/reference/problems.md").read_text("utf-8"))
}
#: Functions whose first argument is a code.
FIRST = {"Problem", "report"}
#: Functions that take a column called `code`.
FRAMES = {"with_columns", "select"}
#: Codes that are put together while the program runs.
MADE = {"unknown_": {"unknown_sync", "unknown_connection"}}


def constants(node):
    return {
        one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)
    }


def codes_of(tree):
    """Codes in `code=...`, in `code: ClassVar = ...`, and as first argument of what reports a problem."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in FIRST and node.args:
                yield from constants(node.args[0])
            if name not in FRAMES:
                yield from (
                    code for one in node.keywords if one.arg == "code" for code in constants(one.value)
                )
        if isinstance(node, ast.ClassDef):
            own = [one for one in node.body if isinstance(one, ast.Assign | ast.AnnAssign) and one.value]
            yield from (code for one in own if names(one) == {"code"} for code in constants(one.value))


def names(assignment):
    targets = [assignment.target] if isinstance(assignment, ast.AnnAssign) else assignment.targets
    return {getattr(target, "id", "") for target in targets}


@cache
def known():
    """Every code of the program."""
    found = {code for _, code, _ in _REMEDIES.values()} | {code for *_, code, _ in _WORDS} | set(NAMES)
    found |= {*_CODES.values(), *_OURS}
    for path in SOURCE.rglob("*.py"):
        if "amazon" not in path.relative_to(SOURCE).parts:
            found.update(codes_of(ast.parse(path.read_text("utf-8"))))
    found |= {"stuck", "too_many_rejected", "one_target_failed", "cancelled", "usage"}
    found |= {"upload_failed", "uploaded_twice", *row_guards.NAMES}
    found |= {code.name.lower() for code in (Exit.PROCESSING, Exit.REFUSED, Exit.UNBALANCED, Exit.GAVE_UP)}
    made = set().union(*MADE.values())
    return {code for code in found | made if code not in MADE and re.fullmatch(r"[a-z]+(_[a-z]+)*", code)}


def test_every_code_has_a_cause_and_a_remedy():
    assert known() - set(PAGE) == set()


def test_the_page_has_no_code_that_nothing_uses():
    assert set(PAGE) - known() == set()


def test_the_page_names_each_code_once():
    codes = [code for code, *_ in ROW.findall((ROOT / "docs/reference/problems.md").read_text("utf-8"))]
    assert len(codes) == len(set(codes))


def test_findings_are_explained_where_identifiers_are():
    page = (ROOT / "docs/reference/identifiers.md").read_text("utf-8")
    assert [code for code in FINDINGS if f"`{code}`" not in page] == []
