"""Syncs with several targets: how they are written, what they are called, and who owns an audience."""

import pytest

SETTINGS = """
version: 1
connections:
  us: {region: NA, client_id: env:ID, client_secret: env:SECRET, profile_id: "1", connection_id: c-us}
  eu: {region: EU, client_id: env:ID, client_secret: env:SECRET, profile_id: "2", connection_id: c-eu}
sources:
  files: {type: files, root: .}
syncs:
  customers:
    from: {source: files, path: customers.csv}
    to:
      - audience: {connection: us, name: Shop customers}
      - name: europe
        audience: {connection: eu, name: Shop customers}
  lone:
    from: {source: files, path: customers.csv}
    to: {audience: {connection: us, name: Shop customers}}
    schedule: {after: customers}
"""


def written(*changes):
    text = SETTINGS
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def test_each_target_is_a_sync_of_its_own(read):
    settings = read(written())
    assert list(settings.syncs) == ["customers/us", "customers/europe", "lone"]
    targets = [sync.to.audience for sync in settings.syncs.values()]
    assert [one.connection for one in targets] == ["us", "eu", "us"]
    assert [one.external_id for one in targets] == ["customers-us", "customers-europe", "lone"]


@pytest.mark.parametrize(
    ("name", "carried"),
    [
        ("customers", ("customers/us", "customers/europe")),
        ("customers/europe", ("customers/europe",)),
        ("lone", ("lone",)),
        ("lone/us", ("lone",)),
        ("customers/eu", ()),
        ("nobody", ()),
    ],
)
def test_what_a_name_stands_for(read, name, carried):
    assert read(written()).carried(name) == carried


def test_targets_without_names_on_one_connection_are_numbered(read):
    text = written(
        ("name: europe\n        audience: {connection: eu,", "audience: {connection: us, external_id: vip,")
    )
    assert list(read(text).syncs)[:2] == ["customers/us", "customers/us-2"]


def test_a_list_of_one_is_one_target(read):
    text = written(("""
      - name: europe
        audience: {connection: eu, name: Shop customers}""", ""))  # fmt: skip
    assert list(read(text).syncs) == ["customers", "lone"]


@pytest.mark.parametrize(
    ("old", "new", "where", "says"),
    [
        ("connection: eu, name", "connection: us, external_id: customers-us, name", "syncs.customers.to[1]", "same audience as syncs.customers.to[0]"),
        ("- audience: {connection: us,", "- name: europe\n        audience: {connection: us,", "syncs.customers.to[1].name", 'are called "europe"'),
        ("to: {audience: {connection: us, name: Shop customers}}",
         "mode: mirror\n    to: {audience: {connection: us, name: Shop customers, external_id: customers-us}}",
         "syncs.lone.to", "same audience as sync customers (add), and this one is mirror"),
        ("connection: eu, name: Shop customers", "connection: eu, name: Short", "syncs.customers.to[1].audience.name", "too short"),
        ("connection: eu, name", "connection: ue, name", "syncs.customers.to[1].audience.connection", "known: eu, us"),
        ("after: customers", "after: customers/us", "syncs.lone.schedule.after", "did you mean 'customers'"),
        ("name: europe", "nam: europe", "syncs.customers.to[1].nam", "did you mean 'name'"),
        ("      - audience: {connection: us, name: Shop customers}\n      - name: europe\n        audience: {connection: eu, name: Shop customers}",
         "      []", "syncs.customers.to", "needs 1 or more entries"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_targets_is_said_in_its_place(problems, old, new, where, says):
    [(place, _, message)] = problems(written((old, new)))
    assert place.endswith(f"({where})")
    assert says in message


SHARED = (
    "to: {audience: {connection: us, name: Shop customers}}",
    "to: {audience: {connection: us, name: Shop customers, external_id: customers-us}}\n    mode: ",
)


@pytest.mark.parametrize("mode", ["add", "upsert", "remove"])
def test_two_syncs_may_share_an_audience_if_none_is_a_mirror(read, mode):
    text = written((SHARED[0], SHARED[1] + mode))
    assert read(text).syncs["lone"].to.audience.external_id == "customers-us"


def test_a_mirror_shares_with_nobody(problems):
    [(_, code, message)] = problems(written((SHARED[0], f"{SHARED[1]}mirror")))
    assert code == "audience_owned"
    assert "a mirror undoes what any other sync does" in message


def test_two_targets_with_one_audience_id_are_the_same_audience(problems):
    text = written(
        ("{connection: us, name: Shop customers}\n      -", '{connection: us, name: Shop customers, audience_id: "5"}\n      -'),
        ("{connection: eu, name: Shop customers}", '{connection: eu, name: Shop customers, audience_id: "5"}'),
    )  # fmt: skip
    [(_, code, _)] = problems(text)
    assert code == "audience_owned"


def test_the_two_ids_of_an_audience_are_not_mixed_up(problems):
    same = 'connection: eu, name: Shop customers, audience_id: "5", dsp_audience_id: "5"'
    [(_, _, message)] = problems(written(("connection: eu, name: Shop customers", same)))
    assert "`audience_id` is the API's" in message
    text = written(
        ("{connection: us, name: Shop customers}\n      -", '{connection: us, name: Shop customers, dsp_audience_id: "5"}\n      -'),
        ("{connection: eu, name: Shop customers}", '{connection: eu, name: Shop customers, audience_id: "5"}'),
    )  # fmt: skip
    [(place, code, message)] = problems(text)
    assert (code, "syncs.customers.to[1].audience.audience_id" in place) == ("wrong_audience_id", True)
    assert "what DSP's pages call the audience of sync customers" in message


def test_a_currency_is_named_once(problems):
    fees = "fees: [{cpm_cents: 5, currency: USD}, {cpm_cents: 6, currency: USD}]"
    [(_, _, message)] = problems(
        written(("connection: eu, name: Shop customers", f"connection: eu, name: Shop customers, {fees}"))
    )
    assert "one fee a currency" in message


@pytest.mark.parametrize(
    ("new", "code", "says"),
    [
        ("{connection: us}", "missing_key", "needs the key `name:`. The audience's name at Amazon"),
        ('{connection: us, name: ""}', "wrong_value", "is too short"),
        ("{connection: us, name: }", "wrong_value", "write a text here"),
    ],
)
def test_an_audience_needs_a_name(problems, new, code, says):
    [(place, found, message)] = problems(
        written(("to: {audience: {connection: us, name: Shop customers}}", f"to: {{audience: {new}}}"))
    )
    assert place.endswith("(syncs.lone.to.audience.name)")
    assert (found, says in message) == (code, True), message
