"""Both dialects against an evaluator that shares nothing with them: it asks of every minute whether the line fires in it."""

import calendar
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lading.cron import Dialect, parse

RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 6))
NAMES = {
    3: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
    4: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
}
CASES = st.sampled_from([str, str.upper, str.title])
MINUTE = timedelta(minutes=1)


def numbers(place):
    low, high = RANGES[place]
    plain = st.integers(low, high)
    named = st.builds(lambda n, case: case(NAMES[place][n - low]), plain, CASES)
    return st.one_of(plain.map(str), named) if place in NAMES else plain.map(str)


def parts(place, dialect):
    high = RANGES[place][1]
    span = st.tuples(numbers(place), numbers(place)).map(
        lambda pair: "-".join(sorted(pair, key=lambda text: value(text, place)))
    )
    steps = st.integers(1, high).map(lambda n: f"*/{n}")
    if dialect is Dialect.TREASURE:
        return st.one_of(numbers(place), span, steps)
    stepped = st.builds(lambda pair, n: f"{pair}/{n}", span, st.integers(1, high))
    sunday = st.just("7") if place == 4 else numbers(place)
    return st.one_of(numbers(place), span, steps, stepped, sunday)


def fields(place, dialect):
    listed = st.lists(parts(place, dialect), min_size=1, max_size=3).map(",".join)
    return st.one_of(st.just("*"), listed)


@st.composite
def lines(draw, dialect):
    # Few minutes and hours, so that a window of some days has not too many fires; days as they come.
    return " ".join(draw(fields(place, dialect)) for place in range(5))


def value(text, place):
    low, text = RANGES[place][0], text.lower()
    return NAMES[place].index(text) + low if text in NAMES.get(place, ()) else int(text)


def matches(field, place, number, *, multiples):
    for part in field.split(","):
        if part == "*":
            return True
        if part.startswith("*/"):
            step = int(part[2:])
            if (number if multiples else number - RANGES[place][0]) % step == 0:
                return True
        elif "-" in part:
            span, _, step = part.partition("/")
            low, high = (value(text, place) for text in span.split("-"))
            if low <= number <= high and (number - low) % int(step or 1) == 0:
                return True
        elif value(part, place) % (7 if place == 4 else 60) == number:
            return True
    return False


def days_in_400_years(asked):
    """How many days of the calendar's whole round are asked for, by month and day."""
    return sum(
        1 for year in range(2000, 2400) for month in range(1, 13)
        for day in range(1, calendar.monthrange(year, month)[1] + 1) if asked(year, month, day)
    )  # fmt: skip


def evaluator(line, dialect):
    """A function that tells of a wall time whether the line fires then."""
    minute, hour, dom, month, dow = line.split(" ")
    multiples = dialect is Dialect.TREASURE

    def by_month(wall):
        return matches(dom, 2, wall.day, multiples=multiples)

    def by_week(wall):
        return matches(dow, 4, wall.isoweekday() % 7, multiples=multiples)

    if dialect is Dialect.STANDARD:
        both = dom.startswith("*") or dow.startswith("*")

        def on(wall):
            return (by_month(wall) and by_week(wall)) if both else (by_month(wall) or by_week(wall))
    elif dom == "*":
        on = by_week
    elif dow == "*":
        on = by_month
    else:
        months = [n for n in range(1, 13) if matches(month, 3, n, multiples=multiples)]
        lengths = {n: 28 * 303 + 29 * 97 if n == 2 else calendar.monthrange(2001, n)[1] * 400 for n in months}
        of_month = sum(
            (97 if (n, day) == (2, 29) else 400)
            for n in months for day in range(1, 32)
            if matches(dom, 2, day, multiples=multiples) and day <= calendar.monthrange(2000, n)[1]
        )  # fmt: skip
        of_week = sum(lengths.values()) * sum(matches(dow, 4, n, multiples=multiples) for n in range(7)) / 7
        on = by_month if of_month >= of_week else by_week

    def fires(wall):
        return (
            matches(minute, 0, wall.minute, multiples=multiples)
            and matches(hour, 1, wall.hour, multiples=multiples)
            and matches(month, 3, wall.month, multiples=multiples)
            and on(wall)
        )

    return fires, not minute.startswith("*") and not hour.startswith("*")


def by_brute_force(line, dialect, timezone, start, minutes):
    """Minute by minute: of fixed lines each wall time once, at the end of the gap where there is none."""
    fires, fixed = evaluator(line, dialect)
    zone, found = ZoneInfo(timezone), []
    shown = [(start + MINUTE * n) for n in range(1, minutes + 1)]
    previous = start.astimezone(zone).replace(tzinfo=None)
    seen = {previous}
    for moment in shown:
        wall = moment.astimezone(zone).replace(tzinfo=None)
        if not fixed:
            hit = fires(wall)
        else:
            skipped = (
                [previous + MINUTE * n for n in range(1, int((wall - previous) / MINUTE))]
                if wall > previous
                else []
            )
            hit = wall not in seen and (fires(wall) or any(map(fires, skipped)))
        seen.add(wall)
        previous = wall
        if hit:
            found.append(moment)
    return found


#: Midnight of a day, some of them around a change of clocks.
STARTS = st.sampled_from([
    ("UTC", (2026, 2, 27)), ("UTC", (2028, 2, 28)), ("UTC", (2026, 12, 30)),
    ("Europe/Berlin", (2026, 3, 28)), ("Europe/Berlin", (2026, 10, 24)),
    ("America/New_York", (2026, 3, 7)), ("Australia/Lord_Howe", (2026, 4, 4)), ("Asia/Kolkata", (2026, 5, 30)),
])  # fmt: skip


def agrees(line, dialect, start):
    from lading.cron import BadCron

    timezone, midnight = start
    begin = datetime(*midnight, tzinfo=ZoneInfo(timezone)).astimezone(UTC)
    minutes = 3 * 24 * 60
    try:
        cron = parse(line, dialect, timezone)
    except BadCron as error:
        if "never comes" in str(error):
            return
        raise
    end, found = begin + MINUTE * minutes, []
    for moment in cron.after(begin):
        if moment > end:
            break
        found.append(moment)
    assert found == by_brute_force(line, dialect, timezone, begin, minutes), line


@settings(max_examples=40, deadline=None, derandomize=True)
@given(line=lines(Dialect.TREASURE), start=STARTS)
def test_treasure(line, start):
    agrees(line, Dialect.TREASURE, start)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(line=lines(Dialect.STANDARD), start=STARTS)
def test_standard(line, start):
    agrees(line, Dialect.STANDARD, start)


@pytest.mark.parametrize("dialect", list(Dialect))
@settings(max_examples=150, deadline=None, derandomize=True)
@given(text=st.text(st.sampled_from("0123456789*/,- \t@LW#monjan"), max_size=20))
def test_any_text_is_understood_or_refused_in_words(dialect, text):
    from lading.cron import BadCron

    try:
        parse(text, dialect).next(datetime(2026, 1, 1, tzinfo=UTC), 3)
    except BadCron:
        return


@pytest.mark.parametrize("dialect", list(Dialect))
def test_a_fixed_time_fires_once_a_day_whatever_clocks_do(dialect):
    spring = parse("30 2 * * *", dialect, "Europe/Berlin").next(datetime(2026, 3, 28, 12, tzinfo=UTC), 2)
    assert spring == (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), datetime(2026, 3, 30, 0, 30, tzinfo=UTC))
    autumn = parse("30 2 * * *", dialect, "Europe/Berlin").next(datetime(2026, 10, 24, 12, tzinfo=UTC), 2)
    assert autumn == (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 26, 1, 30, tzinfo=UTC))
    daily = parse("@daily", dialect, "America/New_York").next(datetime(2026, 3, 7, 12, tzinfo=UTC), 3)
    assert [moment.hour for moment in daily] == [5, 4, 4]
    hourly = parse("@hourly", dialect, "Europe/Berlin").next(datetime(2026, 10, 24, 23, tzinfo=UTC), 4)
    assert [moment.hour for moment in hourly] == [0, 1, 2, 3]
