import pytest
from hypothesis import given
from hypothesis import strategies as st

from lading.dialects.segment.triggers import MAX_LENGTH, TriggerError, parse

EVENT = {
    "type": "track", "event": "Audience Entered", "userId": "u-1", "properties": {"plan": "gold", "spent": 12.5, "vip": True, "a b": "x", "code": "7", "list": ["x"], "huge": 10**400},
    "context": {"traits": {"city": "Austin"}}, "traits": {"age": 40, "none": None},
}  # fmt: skip


@pytest.mark.parametrize(
    ("query", "met"),
    [
        ('event = "Audience Entered" or event = "Audience Exited"', True),
        ("event = 'Audience Exited'", False),
        ('type = "track" and event = "Audience Entered"', True),
        ('type = "identify" or type = "page" and userId = "u-1"', False),
        ('(type = "identify" or type = "track") and userId = "u-1"', True),
        ('!(type = "identify")', True),
        ('not type = "track"', False),
        ("properties.spent > 12", True), ("properties.spent >= 12.5", True), ("properties.spent < -1", False),
        ("properties.spent <= 12.5", True), ("properties.spent = 12.5", True), ("properties.spent != 12.5", False),
        ('properties.spent = "12.5"', True), ('properties.vip = "true"', True), ("traits.age = 40.0", True), ('traits.age = "40.0"', False),
        ("properties.code = 7", True), ("properties.code >= 7", True), ('properties.code < "10"', True), ("properties.code != 8", True),
        ('properties.list = "x"', False), ('traits.none = "null"', False), ("properties.huge = 1", False), ("properties.huge > 1", False),
        ("properties.vip > 0", False), ("properties.plan > 1", False),
        ("properties.vip = true", True), ("properties.vip = false", False), ("properties.vip = 1", False),
        ("traits.none = null", True), ("traits.age != null", True), ("traits.unknown = null", True),
        ('properties.plan != "gold"', False), ('properties.nothing != "gold"', True),
        ('contains(properties.plan, "ol")', True), ('!contains(properties.plan, "ol")', False),
        ('!contains(properties.nothing, "ol")', False), ('contains(properties.spent, "1")', False),
        ('match(event, "Audience*")', True), ('match(event, "*Exited")', False), ('match(event, "Audience Entere?")', True),
        ('match(event, "a.c")', False), ('context.traits.city = "Austin"', True), ('properties.a\\ b = "x"', True),
    ],
)  # fmt: skip
def test_what_a_query_means(query, met):
    assert parse(query)(EVENT) is met


def test_and_binds_closer_than_or():
    query = parse('event = "Audience Entered" or event = "x" and userId = "nobody"')
    assert query(EVENT) is True


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("", "expected a field"), ("event", "expected one of"), ("event = ", "expected a text"), ('event = "a" event = "b"', 'expected "and"'),
        ('(event = "a"', r'expected "\)"'), ("event = nothing", "expected a text"), ('events = "a"', "there is no field events"),
        ('event > "a"', "expected a number"), ("contains(event, 1)", "text in quotes"), ("contains(event)", 'expected ","'),
        ("event = $", "character 9"), ('"a" = event', "expected a field"), ("(" * 200, "nested"), ("a" * (MAX_LENGTH + 1), "longer"),
        ("properties. = 1", "there is no field"),
    ],
)  # fmt: skip
def test_what_is_no_query_is_said_with_its_place(query, says):
    with pytest.raises(TriggerError, match=says):
        parse(query)


@given(st.text(st.sampled_from("()!=\"'\\,<>. 1aeventypoprid"), max_size=60))
def test_any_text_is_a_query_or_is_refused(text):
    try:
        condition = parse(text)
    except TriggerError:
        return
    assert condition(EVENT) in {True, False}
