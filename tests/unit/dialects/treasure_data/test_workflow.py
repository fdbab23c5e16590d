"""Workflow files: their tasks, variables, and what is wrong with them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lading.dialects.treasure_data.result import from_mapping
from lading.dialects.treasure_data.workflow import tasks
from lading.errors import SettingsError

#: As the documentation writes it, ids replaced.
SAMPLE = """\
_export:
  td:
    database: td.database

+amazon_ads_export_task:
  td>: export_amazon_ads.sql
  database: ${td.database}
  result_connection: new_amazon_ads_auth
  result_settings:
    type: amazon_ads
    td_authentication_id: td_authentication_id
    amc_instance_id: amc_instance_id
    amc_account_id: amc_account_id
    dsp_region: NA
    action: CREATE
    upload_mode: APPEND
    target: AMC_AND_DSP
    dsp_advertiser_id: dsp_advertiser_id
    external_audience_id: external_audience_id
    audience_name: audience_name
    time_to_live: 34300800
    country_code: US
    wait_until_finish: true
    max_wait_time: 5
"""
FILES = {"export_amazon_ads.sql": "SELECT * FROM ${table}", "a.sql": "select ${n} + ${ m.k }"}


def read(text, **given):
    return tasks(text, "x.dig", FILES.__getitem__, given)


def test_the_sample_of_the_documentation():
    [task] = read(SAMPLE, table="mytable")
    assert (task.name, task.query) == ("+amazon_ads_export_task", "SELECT * FROM mytable")
    assert (task.database, task.result_connection) == ("td.database", "new_amazon_ads_auth")
    export = from_mapping(task.result_settings, "x")
    assert (export.region, export.wait_until_finish, export.max_wait_time) == ("NA", True, 5)


def test_groups_inner_exports_and_queries_in_place():
    text = """
timezone: Europe/Berlin
_export: {n: 1, m: {k: 2}, td: {database: top}}
+group:
  _export: {n: 3}
  +one:
    td>: a.sql
  +two:
    _export: {m: {k: "${n}${n}"}}
    td>:
    query: "${m.k} of ${n}"
    database: own
    result_settings: {ttl: "${n}", text: "n${n}"}
"""
    one, two = read(text)
    assert (one.name, one.query, one.database, one.result_settings) == (
        "+group+one",
        "select 3 + 2",
        "top",
        None,
    )
    assert (two.query, two.database) == ("33 of 3", "own")
    assert two.result_settings == {"ttl": 3, "text": "n3"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "+a:\n  query: x\n  database: a\n  database: b",
            "x.dig:4: 'database' stands here twice, first in line 3",
        ),
        ("+a:\n  +b:\n    td>: a.sql\n    shh: 1", r"x.dig:4 \(\+a\+b\).shh: unknown key"),
        (
            "+a:\n  query: x\n  result_settings:\n    k: ${none}",
            r"x.dig:4 \(\+a\).result_settings.k: nothing sets",
        ),
        ("", "has no tasks"),
        ("- a", "has no tasks"),
        ("_export: {a: 1}", "has no tasks"),
        ("+a: {td>: b", "not valid YAML here"),
        ("+a: 1", "a task is a block"),
        ("+a: {td>: a.sql}", r"nothing sets \$\{n\}"),
        ("_export: {nn: 1}\n+a: {td>: a.sql}", "did you mean 'nn'"),
        ("+a: {sh>: rm}", "unknown operator 'sh>'"),
        ("+a: {td>: a.sql, databse: x}", "did you mean 'database'"),
        ("+a: {database: x}", "needs `td>: FILE.sql`"),
        ("+a: {query: x, result_settings: 1}", "result_settings: is a block"),
        ("a: {td>: a.sql}", "tasks begin with a plus"),
        ("_export: 1\n+a: {query: x}", "_export: is a block"),
        ("+a: {query: '${__import__}'}", "nothing sets"),
    ],
)
def test_what_is_wrong_is_said(text, says):
    with pytest.raises(SettingsError, match=says) as stopped:
        read(text)
    assert stopped.value.problem_code == "wrong_workflow"


def test_settings_are_named_by_their_lines():
    [task] = read(
        SAMPLE.replace("upload_mode", "upload_mod").replace("dsp_region: NA", "dsp_region: XX"), table="t"
    )
    with pytest.raises(SettingsError) as stopped:
        from_mapping(task.result_settings, "x", lambda key: task.place("result_settings", key))
    at = "(+amazon_ads_export_task).result_settings"
    assert [problem.where for problem in stopped.value.problems] == [
        f"x.dig:16 {at}.upload_mod", f"x.dig:14 {at}.dsp_region",
    ]  # fmt: skip
    assert task.place("result_settings") == f"x.dig:9 {at}"
    [norway] = read(SAMPLE.replace("country_code: US", "country_code: NO"), table="t")
    with pytest.raises(SettingsError, match=r"country_code: write it in quotes: YAML takes it for false"):
        from_mapping(norway.result_settings, "x")


SCALARS = st.one_of(st.none(), st.integers(), st.text("ab${}.+_>:", max_size=8))
TREES = st.recursive(
    SCALARS,
    lambda inner: st.dictionaries(
        st.sampled_from(["+a", "+b", "_export", "td>", "td", "query", "database", "x", "result_settings"]),
        inner,
        max_size=3,
    ),
    max_leaves=8,
)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(TREES)
def test_any_file_is_understood_or_refused_in_words(tree):
    import yaml

    try:
        read(yaml.safe_dump(tree))
    except SettingsError as error:
        assert error.message  # noqa: PT017  (both ends are lawful)
    except KeyError as missing:
        assert missing.args[0] not in FILES  # noqa: PT017  (a file that is not there; the caller says so)
