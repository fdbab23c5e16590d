"""The whole file: what loads, what is refused, and that every problem has its place and remedy."""

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from lading.errors import SettingsError
from lading.model.states import Mode
from lading.settings import Limit, load, locate


def test_the_example_loads_whole(read) -> None:
    settings = read()
    connection, sync = settings.connections["amazon_us"], settings.syncs["customers"]
    assert (connection.region, connection.profile_id, connection.dsp_advertiser_id) == (
        "NA", "1234567890", "581124983652187041",
    )  # fmt: skip
    assert sync.from_.path == "customers.csv"
    assert sync.to.audience.ttl == timedelta(seconds=34_300_800)
    assert sync.mode is Mode.MIRROR
    assert sync.map.wanted() == {
        "external_id": ("customer_id",), "email": ("email", "work_email"), "phone": ("mobile",),
        "country": ("country",), "consent": {"tcf": "consent_string"},
    }  # fmt: skip
    assert sync.guards.max_removals == Limit(percent=Decimal(10))
    assert settings.syncs["purchases"].to.dataset.columns["amount"].kind == "METRIC"
    assert settings.syncs["purchases"].schedule.after == "customers"
    assert settings.notify[0].on == ("failed", "guard", "drift")


@pytest.mark.parametrize("nothing", ["[]", "null", ""])
def test_a_field_can_be_left_out_of_the_map(read, nothing: str) -> None:
    wanted = read(old="phone: mobile", new=f"phone: {nothing}").syncs["customers"].map.wanted()
    assert wanted["phone"] == ()
    assert "city" not in wanted


def test_settings_cannot_be_changed(read) -> None:
    with pytest.raises(ValueError, match="frozen"):
        read().syncs["customers"].mode = Mode.ADD


def test_an_audience_without_an_external_id_takes_the_name_of_its_sync(read) -> None:
    settings = read(old="        external_id: shop-customers\n")
    assert settings.syncs["customers"].to.audience.external_id == "customers"


def test_a_byte_order_mark_is_no_part_of_the_file(tmp_path: Path, example: str) -> None:
    path = tmp_path / "lading.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + example.encode())
    assert load(path, {}).version == 1


def test_anchors_and_aliases_are_yaml_too(read) -> None:
    settings = read(old="files: {type: files, root: .}", new="files: &f {type: files, root: .}\n  again: *f")
    assert settings.sources["again"] == settings.sources["files"]


EVERYTHING_WRONG = """\
version: 1
hme: x
connections:
  a:
    region: US
    client_id: amzn1.secret-literal
    client_secret: 12345678
    profile_id: 1234567890
    requests_per_second: "3"
sources:
  files: {type: files, rot: .}
  w: {type: oracle}
syncs:
  cust:
    from: {source: fles, path: x.csv}
    to: {audience: {connection: b, name: Short, country: UK, ttl: 400d, description: 17}}
    mode: miror
    map: {emial: x, email: NO}
    guards: {max_removals: 120%}
    schedule: {cron: "0 3 * * *", timezone: Europe/Berln}
notify:
  - {on: [failure]}
"""


def test_everything_that_is_wrong_is_said_at_once_in_the_order_of_the_file(problems) -> None:
    found = problems(EVERYTHING_WRONG)
    assert [(where, code) for where, code, _ in found] == [
        ("2:1 (hme)", "unknown_key"),
        ("5:13 (connections.a.region)", "wrong_value"),
        ("6:16 (connections.a.client_id)", "literal_secret"),
        ("7:20 (connections.a.client_secret)", "literal_secret"),
        ("8:17 (connections.a.profile_id)", "not_quoted"),
        ("9:26 (connections.a.requests_per_second)", "wrong_value"),
        ("11:24 (sources.files.rot)", "unknown_key"),
        ("12:13 (sources.w.type)", "wrong_value"),
        ("15:20 (syncs.cust.from.source)", "unknown_reference"),
        ("16:33 (syncs.cust.to.audience.connection)", "unknown_reference"),
        ("16:42 (syncs.cust.to.audience.name)", "wrong_value"),
        ("16:58 (syncs.cust.to.audience.country)", "wrong_value"),
        ("16:67 (syncs.cust.to.audience.ttl)", "wrong_value"),
        ("16:86 (syncs.cust.to.audience.description)", "wrong_value"),
        ("17:11 (syncs.cust.mode)", "wrong_value"),
        ("18:11 (syncs.cust.map.emial)", "unknown_key"),
        ("18:28 (syncs.cust.map.email)", "not_quoted"),
        ("19:28 (syncs.cust.guards.max_removals)", "wrong_value"),
        ("20:45 (syncs.cust.schedule.timezone)", "wrong_value"),
        ("22:5 (notify[0].to)", "missing_key"),
        ("22:11 (notify[0].on[0])", "wrong_value"),
    ]


def test_the_error_as_text_is_one_line_a_problem(read, problems) -> None:
    with pytest.raises(SettingsError) as caught:
        read(EVERYTHING_WRONG)
    assert len(str(caught.value).splitlines()) == len(problems(EVERYTHING_WRONG))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("    mode: mirror", "    mod: mirror", "did you mean 'mode'?"),
        ("region: NA", "region: US", "'NA', 'EU' or 'FE'"),
        ('"1234567890"', "1234567890", 'put it in quotes, "1234567890"'),
        ('"581124983652187041"', "0123", "put it in quotes"),
        ('"1234567890"', '"12a"', "digits only"),
        ("country: US", "country: NO", 'put it in quotes, "NO"'),
        ("country: US", "country: UK", "write GB"),
        ("country: US", "country: us", "write US"),
        ("country: US", "country: XX", "two capital letters"),
        ("name: Shop customers", "name: 12345678901", 'put it in quotes, "12345678901"'),
        ("name: Shop customers", "name: Too short", "10 characters or more"),
        ("name: Shop customers", "name: " + "x" * 129, "128 characters"),
        ("ttl: 397d", "ttl: 398d", "write 397d or less"),
        ("ttl: 397d", "ttl: 34300801", "write 397d or less"),
        ("ttl: 397d", "ttl: soon", "397d, 12h"),
        ("ttl: 397d", "ttl: true", "397d, 12h"),
        ("min_records: 2000", "min_records: -1", "must be 0 or more"),
        ("max_rejected: 5%", "max_rejected: 101%", "from 0% to 100%"),
        ("version: 1", "version: 2", "write 1"),
        ("    from: {source: files, path: customers.csv}\n", "", "needs the key `from:`"),
        ("path: customers.csv", "paths: customers.csv", "did you mean 'path'?"),
        ("source: files, path: customers.csv", "source: warehouse, path: x.csv", "is read by `query:`"),
        ("path: customers.csv", "path: a, query: b", "exactly one of `path:`, `query:` and `audience:`"),
        ("      audience:\n", "      audence:\n", "did you mean 'audience'?"),
        ("after: customers", "after: purchases", "cannot wait for itself"),
        ("after: customers", "after: custmers", "did you mean 'customers'?"),
        ("{after: customers}", '{after: customers, cron: "1 2 * * *"}', "exactly one of `cron:`, `after:` and `on_change:`"),
        ('    dsp_advertiser_id: "581124983652187041"\n', "", "`dsp_advertiser_id:` is needed here"),
        ("    amc: {account_id", "    # amc: {account_id", "`amc:` is needed here"),
        ("[email, work_email]", "[email, email]", "named twice"),
        ("[email, work_email]", "[[email]]", "name of a column"),
        ("event_time: true", 'event_time: "yes"', "true or false"),
        ("{type: STRING}", "{}", "a column needs `type:`"),
        ("{identifier: EMAIL}", "{identifier: EMAIL, consent: TCF}", "keep one of"),
        ("{identifier: EMAIL}", "{identifier: EMAIL, kind: METRIC}", "leave out `type:` and `kind:`"),
        ("{type: STRING}", "{type: STRING, event_time: true}", "TIMESTAMP` or `type: DATE"),
        ("{type: STRING}", "{type: DATE, event_time: true}", "only one column can be the event's time"),
        ("  customers:\n", "  cust omers:\n", "a name has letters"),
        ("bucket: s3://shop-amc-uploads", "bucket: shop-amc-uploads", "s3://bucket/folder"),
        ("type: files", "type: fils", "'files', 'postgresql'"),
        ("type: files, ", "", "needs the key `type:`"),
        ("connections:\n", "connections: none\nconections:\n", "write a block of keys"),
        ("syncs:\n", "syncs:\nsincs:\n", "is empty"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_what_to_do(problems, example: str, old: str, new: str, says: str) -> None:
    assert any(says in message for _, _, message in problems(example, old, new))


@pytest.mark.parametrize(
    ("text", "where", "code"),
    [
        ("version: 1\nsyncs:\n  a: [1\nb: 2\n", "4:2", "bad_yaml"),
        ("version: 1\n\thome: x\n", "2:1", "bad_yaml"),
        ("version: 1\n\x07\n", "2:1", "bad_yaml"),
        ("", "1:1", "missing_key"),
        ("# only a comment\n", "1:1", "missing_key"),
        ("version: 1\nhome: a\nhome: b\n", "3:1 (home)", "duplicate_key"),
        ("version: 1\nhome: &a [*a]\n", "2:7 (home[0])", "bad_yaml"),
        ("- 1\n", "1:1", "wrong_value"),
        ("home: x\n", "1:1 (version)", "missing_key"),
        ("version: 1\n? [a]\n: b\n", "1:1", "bad_yaml"),
    ],
)
def test_what_is_no_settings_file_is_refused_with_line_and_column(problems, text, where, code) -> None:
    assert problems(text)[0][:2] == (where, code)


def test_aliases_that_multiply_without_end_are_refused(problems) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 7)]
    assert "bad_yaml" in {code for _, code, _ in problems("\n".join(lines) + "\n")}


def test_the_nearest_key_is_sought_among_those_of_the_sources_own_type(problems) -> None:
    ((_, _, message),) = problems("version: 1\nsources:\n  f: {type: files, url_: env:X}\n")
    assert message == "unknown key: known: root, type"


def test_a_missing_file_tells_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="lading init"):
        load(tmp_path / "lading.yaml", {})


def test_a_file_that_is_not_utf8_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "lading.yaml"
    path.write_bytes("version: 1\nhome: Köln\n".encode("latin-1"))
    with pytest.raises(SettingsError, match=r"lading\.yaml:2:1: is not UTF-8"):
        load(path, {})


def test_the_file_is_named_by_option_then_variable_then_by_default() -> None:
    assert locate(Path("a.yaml"), {"LADING_CONFIG": "b.yaml"}) == Path("a.yaml")
    assert locate(None, {"LADING_CONFIG": "b.yaml"}) == Path("b.yaml")
    assert locate(None, {}) == Path("lading.yaml")


def test_home_is_chosen_by_variable_then_key_then_by_default(read, tmp_path: Path) -> None:
    assert read(LADING_HOME="/elsewhere").home_folder == Path("/elsewhere")
    assert read(old="home: .lading", new="home: books").home_folder == tmp_path / "books"
    assert read(old="home: .lading\n").home_folder == tmp_path / ".lading"


def test_no_problem_is_lost_on_the_way_to_json(problems) -> None:
    assert all(where and message for where, _, message in problems(EVERYTHING_WRONG))
    assert "secret-literal" not in json.dumps(problems(EVERYTHING_WRONG))
    assert "12345678" not in json.dumps(
        [message for where, _, message in problems(EVERYTHING_WRONG) if "client" in where]
    )


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ("columns: []", "name a column"),
        ("columns: [a, a]", "named twice"),
        ("columns: {a: ''}", "empty"),
        ("columns: [{a: b}]", "OUTPUT: COLUMN"),
        ("strings: {a: {}}", "either"),
        ("strings: {a: {text: x, value: timestamp}}", "either"),
        ("strings: {a: {value: moon}}", "timestamp"),
        ("strings: {a: {value: segment_id}}", "segment: {id: ...}"),
        ("columns: [a], strings: {a: {text: x}}", "both"),
        ("strings: {row: {text: x}}", "numbered"),
    ],
)
def test_what_cannot_be_handed_on_is_refused(problems, more: str, says: str) -> None:
    [(where, _, message)] = problems(old="path: customers.csv", new=f"path: customers.csv, {more}")
    assert "syncs.customers.from" in where
    assert says in message
