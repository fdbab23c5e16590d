"""Pages lead somewhere, name what exists, and say what they have to say."""

import re
from pathlib import Path

import pytest
import typer

from lading.cli.app import app
from lading.errors import Exit
from lading.model.frames import WAYBILL

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.rglob("*.md"), DOCS / "llms.txt", *ROOT.glob("*.md"), *ROOT.glob("examples/*/*.md")])
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"^(```).*?^```", re.MULTILINE | re.DOTALL)


def text_of(path):
    return path.read_text("utf-8")


def name_of(path):
    return str(path.relative_to(ROOT))


def anchors(path):
    """What a heading is called in an address."""
    headings = re.findall(r"^#+ (.+)$", CODE.sub("", text_of(path)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page):
    for link in LINK.findall(CODE.sub("", text_of(page))):
        if link.startswith(("http://", "https://", "mailto:")):
            continue
        file, _, anchor = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        assert target.exists(), f"{link} leads nowhere"
        assert not anchor or anchor in anchors(target), f"{link}: no such heading"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_no_page_names_a_place_on_somebodys_machine(page):
    assert not re.search(r"(?<![\w.:/])/(?:home|root|work|tmp|Users)/", text_of(page))


def commands():
    """All commands of the program, and the words that begin one."""
    return below(typer.main.get_command(app), "")


def below(group, prefix):
    for name, command in getattr(group, "commands", {}).items():
        yield prefix + name
        yield from below(command, f"{prefix}{name} ")


KNOWN = set(commands())


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_command_that_a_page_names_is_one(page):
    for first, second in re.findall(
        r"(?:`|\$ |^|\s{2})lading ([a-z][a-z-]*)(?: ([a-z][a-z:-]*)\b)?", text_of(page), re.MULTILINE
    ):
        assert first in KNOWN, f"lading {first}"
        if any(name.startswith(f"{first} ") for name in KNOWN) and second:
            assert f"{first} {second}" in KNOWN, f"lading {first} {second}"


def test_every_command_has_a_heading():
    page = text_of(DOCS / "reference/commands.md")
    leaves = {name for name in KNOWN if not any(other.startswith(f"{name} ") for other in KNOWN)}
    assert set(re.findall(r"^## `lading ([a-z: -]+)`$", page, re.MULTILINE)) == leaves


def test_every_exit_code_is_explained():
    page = text_of(DOCS / "reference/exit-codes.md")
    assert {int(code) for code in re.findall(r"^\| (\d+) \|", page, re.MULTILINE)} == {
        int(code) for code in Exit
    }


def test_every_column_of_the_waybill_is_explained():
    page = text_of(DOCS / "reference/waybill.md")
    assert re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE) == list(WAYBILL)


def test_every_decision_is_in_the_list_of_decisions():
    listed = set(re.findall(r"\((\d{4}-[\w-]+\.md)\)", text_of(DOCS / "decisions/README.md")))
    assert listed == {path.name for path in (DOCS / "decisions").glob("0*.md")}


def test_the_words_of_the_glossary_are_in_order_and_unique():
    for part in re.split(r"^## ", text_of(DOCS / "glossary.md"), flags=re.MULTILINE)[1:]:
        words = re.findall(r"^(\S.*)\n: ", part, re.MULTILINE)
        assert words == sorted(set(words), key=str.lower)


@pytest.mark.parametrize(
    "word",
    [
        "source",
        "sync",
        "target",
        "run",
        "record",
        "rejection",
        "change",
        "batch",
        "job",
        "generation",
        "waybill",
        "connection",
    ],
)
def test_the_words_that_name_the_rooms_are_explained(word):
    assert f"\n{word}\n: " in text_of(DOCS / "glossary.md")


def test_llms_txt_lists_every_page():
    listed = set(LINK.findall(text_of(DOCS / "llms.txt")))
    assert listed == {str(path.relative_to(DOCS)) for path in DOCS.rglob("*.md")}


def test_the_index_leads_to_every_page_but_the_single_decisions():
    linked = {(DOCS / link.partition("#")[0]).resolve() for link in LINK.findall(text_of(DOCS / "index.md"))}
    pages = {path for path in DOCS.rglob("*.md") if not re.match(r"0\d", path.name)}
    assert pages - {DOCS / "index.md"} <= linked


def test_the_docs_point_to_amazons_own_pages():
    page = text_of(DOCS / "howto/own-list.md")
    for address in (
        "https://advertising.amazon.com/API/docs/en-us/guides/onboarding/overview",
        "https://advertising.amazon.com/API/docs/en-us/amc-advertiser-audience",
        "https://advertising.amazon.com/marketing-cloud/terms/AMC_Terms.html",
    ):
        assert address in page


def test_the_glossary_explains_segment_beside_audience():
    glossary = text_of(DOCS / "glossary.md")
    assert 'Other systems say "segment"' in glossary
    assert 'A CDP\'s "segment" is an audience here' in glossary


def test_the_readme_says_how_mature_it_is():
    assert "alpha" in text_of(ROOT / "README.md")
    assert "Development Status :: 3 - Alpha" in text_of(ROOT / "pyproject.toml")


def test_the_readme_says_where_to_ask():
    assert "## Questions" in text_of(ROOT / "README.md")


def test_the_readme_says_that_the_project_is_independent_of_amazon():
    assert "not made, checked or endorsed by Amazon" in text_of(ROOT / "README.md")
