"""What is handed on of a source: chosen columns, other names, built strings."""

from datetime import UTC, datetime

import pytest

from lading.errors import SettingsError
from lading.settings.reading import From
from lading.sources.conformance import check
from lading.sources.files import FileSource
from lading.sources.output import handed_on

NOW = datetime(2026, 11, 27, 3, tzinfo=UTC)
LATER = datetime(2026, 11, 28, 3, tzinfo=UTC)


@pytest.fixture
def made(tmp_path):
    """A source of two rows and three columns, as `from:` with some more keys hands it on."""
    (tmp_path / "vips.csv").write_text("ext_id,usr_email,City\nc-1,a@x.example,Austin\nc-2,,Reno\n", "utf-8")

    def make(now=NOW, **more):
        wanted = From(source="files", path="vips.csv", **more)
        return handed_on(FileSource(tmp_path, "vips.csv"), wanted, now)

    return make


def rows(source):
    return [row for frame in source.frames(10) for row in frame.rows.drop("row").rows()]


def test_all_columns_as_they_are(made):
    assert isinstance(made(), FileSource)
    with_one = made(strings={"origin": {"text": "crm"}})
    assert with_one.columns() == ("ext_id", "usr_email", "City", "origin")
    assert rows(with_one)[0] == ("c-1", "a@x.example", "Austin", "crm")


def test_chosen_columns_keep_their_names_or_have_others(made):
    kept = made(columns=["usr_email", "city"])
    assert (kept.columns(), rows(kept)[0]) == (("usr_email", "city"), ("a@x.example", "Austin"))
    renamed = made(columns={"email": "usr_email", "mail_too": "usr_email", "externaluserid": "EXT_ID"})
    assert renamed.columns() == ("email", "mail_too", "externaluserid")
    assert rows(renamed)[1] == ("", "", "c-2")
    check(lambda: made(columns={"email": "usr_email"}, strings={"a": {"text": ""}}), rows=2)


def test_strings_are_built(made):
    built = made(
        columns=["ext_id"], segment={"id": "48211", "name": "VIP", "audience_id": "9001"},
        strings={
            "origin": {"text": "crm"}, "at": {"value": "timestamp"}, "seg": {"value": "segment_id"},
            "called": {"value": "segment_name"}, "parent": {"value": "audience_id"},
        },
    )  # fmt: skip
    assert rows(built)[1] == ("c-2", "crm", "2026-11-27T03:00:00Z", "48211", "VIP", "9001")


def test_the_time_alone_is_no_other_version_and_all_else_is(made):
    stamped = {"strings": {"at": {"value": "timestamp"}}}
    assert made(**stamped).version() == made(LATER, **stamped).version()
    versions = {
        made(**more).version()
        for more in (
            {}, stamped, {"columns": ["ext_id"]}, {"columns": {"id": "ext_id"}}, {"strings": {"a": {"text": "b"}}},
            {"strings": {"a": {"text": "c"}}},
        )
    }  # fmt: skip
    assert len(versions) == 6


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"columns": ["usr_mail"]}, "did you mean 'usr_email'"),
        ({"strings": {"ext_id": {"text": "x"}}}, "already"),
    ],
)
def test_what_the_source_does_not_have_is_said(made, more, says):
    with pytest.raises(SettingsError, match=says) as caught:
        made(**more).columns()
    assert caught.value.problems[0].code == "unknown_column"
