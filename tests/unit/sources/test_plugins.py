"""A source that another package brings: the one of the how-to page, installed as a stranger would."""

import re
import runpy
import sys
from pathlib import Path

import pytest

from lading.errors import SettingsError
from lading.sources.plugins import Wanted, plugged

PAGE = Path(__file__).parents[3] / "docs/howto/sources.md"


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """The page's files, and what an installer writes about them."""
    for name, text in re.findall(
        r"^```python title=\"(.+?)\"\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL
    ):
        (tmp_path / name).write_text(text, "utf-8")
    about = tmp_path / "my_package-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: my-package\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(
        "[lading.sources]\nwarehouse-x = my_package:make\nbroken = my_package:nothing\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "my_package", raising=False)
    return tmp_path


def wanted(**options):
    return Wanted("people", None, {"token": "hush", **options})


def test_the_pages_source_passes_the_pages_test(installed):
    runpy.run_path(str(installed / "test_my_package.py"))["test_it_is_a_source"]()


def test_it_is_found_by_its_name_and_says_for_itself_what_is_wrong(installed):
    [frame] = plugged("warehouse-x", wanted(schema="crm"), "sources.x.name").frames(10)
    assert frame.rows.columns == ["row", "external_user_id", "email"]
    with pytest.raises(SettingsError, match="no schema but crm"):
        plugged("warehouse-x", wanted(schema="erp"), "sources.x.name")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("warehouse-y", "no installed package brings a source 'warehouse-y'"),
        ("broken", r"cannot be loaded from my_package:nothing \(AttributeError\)"),
    ],
)
def test_what_is_not_there_is_said(installed, name, says):
    with pytest.raises(SettingsError, match=says) as refused:
        plugged(name, wanted(), "sources.x.name")
    assert (refused.value.where, refused.value.problem_code) == ("sources.x.name", "unknown_source")


def test_secrets_are_not_shown():
    assert "hush" not in repr(wanted())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("return str(len(self.people))", "raise OSError('ada@example.com')"),
        ('.cast({"row": pl.UInt64})', ""),
        ("    len(some),", "    7,"),
        ("return Shelf(PEOPLE)", "return PEOPLE[9]"),
    ],
)
def test_faults_of_the_package_are_told_as_its_own_without_what_they_say(installed, monkeypatch, old, new):
    path = installed / "my_package.py"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    monkeypatch.delitem(sys.modules, "my_package", raising=False)
    with pytest.raises(SettingsError, match="a fault of that package") as refused:
        read_all()
    assert refused.value.problem_code == "source_fault"
    assert "ada" not in str(refused.value)


def read_all():
    source = plugged("warehouse-x", wanted(schema="crm"), "sources.x.name")
    source.version()
    return list(source.frames(10))
