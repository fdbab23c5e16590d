"""People chosen by SQL over files, as the how-to page writes it, by the real command."""

import csv
import re
import signal
import textwrap
from datetime import UTC, datetime, timedelta
from pathlib import Path

PAGE = (Path(__file__).parents[2] / "docs/howto/choose-by-sql.md").read_text("utf-8")
FROM, *_ = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def write(path, columns, rows):
    path.parent.mkdir(exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerows([columns, *rows])


def shop(desk, *, minors, old, looking):
    """A shop of people all of whom put something into the cart lately, but for those who are named."""
    people, today = desk.people(12), datetime.now(UTC).date()
    write(
        desk.folder / "customers.csv",
        ("customer_id", "email", "phone", "country", "age"),
        [(key, one["email"], one["phone"], "US", 17 if key in minors else 18) for key, one in people.items()],
    )
    events = [
        (key, "view" if key in looking else "addToCart", today - timedelta(days=31 if key in old else 29))
        for key in people
    ]
    for number, some in enumerate((events[:5], events[5:])):
        write(desk.folder / f"events/{number}.csv", ("customer_id", "event", "day"), some)
    desk.settings(
        ("    from: {source: files, path: customers.csv}\n", textwrap.indent(textwrap.dedent(FROM), "    ")),
        add="    mode: mirror\n    guards: {max_removals: off}\n",
    )
    return set(people) - minors - old - looking


def test_an_audience_of_adults_who_put_something_into_the_cart(desk):
    chosen = shop(desk, minors={"c-1"}, old={"c-2", "c-7"}, looking={"c-3"})
    done = desk.lading("apply", "customers", "--json").data
    assert (done["books"]["read"], len(chosen)) == (8, 8)
    assert desk.members() == chosen


def test_who_is_not_chosen_any_more_leaves(desk):
    shop(desk, minors={"c-1"}, old=set(), looking=set())
    assert desk.lading("apply", "customers", "--json").code == 0
    chosen = shop(desk, minors=set(), old={"c-5"}, looking={"c-6"})
    assert desk.lading("apply", "customers", "--json").code == 0
    assert desk.members() == chosen


def test_a_plan_of_a_query_is_refused_once_one_of_its_files_has_changed(desk):
    shop(desk, minors=set(), old=set(), looking=set())
    plan = desk.lading("plan", "customers", "--json").data["id"]
    same = desk.lading("plan", "customers", "--json").data["id"]
    assert desk.lading("apply", same, "--json").code == 0
    with (desk.folder / "events/0.csv").open("a") as events:
        events.write("c-0,view,2020-01-01\n")
    plan = desk.lading("plan", "customers", "--json").data["id"]
    assert plan != same
    shop(desk, minors={"c-1"}, old=set(), looking=set())
    refused = desk.lading("apply", plan, "--json")
    assert (refused.code, refused.json["problems"][0]["code"]) == (2, "source_changed")


def test_a_mistake_is_shown_with_its_place_and_without_a_value(desk):
    shop(desk, minors=set(), old=set(), looking=set())
    desk.settings(
        (
            "path: customers.csv}",
            "query: \"select customer_id, email,\\n  age::int, email::int as x from 'customers.csv'\"}",
        )
    )
    done = desk.lading("plan", "customers", "--json")
    [problem] = done.json["problems"]
    assert (done.code, problem["code"]) == (2, "wrong_query")
    assert problem["where"] == "syncs.customers.from.query, line 2, column 18"
    assert "a value of column email is no INT32" in problem["message"]
    assert "@" not in done.out + done.err


def test_a_query_that_takes_too_long_can_be_interrupted(desk):
    endless = "select 'c' as customer_id, 'a@b.example' as email from range(1000000000000) as t(i) where hash(i) = 1"
    desk.settings(("path: customers.csv}", f'query: "{endless}"}}'))
    with desk.start("plan", "customers", "--json") as process:
        while "Reading" not in (said := process.stderr.readline()):
            assert said, process.wait()
        process.send_signal(signal.SIGINT)
        done = desk.ended(process)
    assert (done.code, done.json["problems"][0]["code"]) == (130, "interrupted")
