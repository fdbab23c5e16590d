"""Integers of any size travel unharmed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lading.amazon.exact import bare, parsed, written

BIG = "413642381039213536"  # a double would make 413642381039213500 of it, or 413642381039213568


def test_a_big_id_becomes_a_bare_integer_and_comes_back_as_the_same_digits():
    body = written({"audienceId": bare(BIG)})

    assert body == b'{"audienceId":413642381039213536}'
    assert str(parsed(body)["audienceId"]) == BIG


@given(st.integers(min_value=1, max_value=10**40 - 1))
def test_every_id_survives_the_way_there_and_back(number):
    assert str(parsed(written([bare(str(number))]))[0]) == str(number)


@pytest.mark.parametrize(
    "wrong", ["", " 1", "1 ", "01", "0", "-1", "1.0", "1e3", "x", "١٢٣", "1\n", "9" * 41]
)
def test_what_is_no_id_is_refused_by_name(wrong):
    with pytest.raises(ValueError, match="audienceId consists of digits alone"):
        bare(wrong, "audienceId")


@pytest.mark.parametrize("number", [413642381039213536, 4.1e17, None, True])
def test_a_number_is_no_id_since_its_digits_may_be_lost_already(number):
    with pytest.raises(ValueError, match="audienceId is text, in quotes"):
        bare(number, "audienceId")


@pytest.mark.parametrize(
    "body", [b"", b"{", b"NaN", b'{"a":Infinity}', b"\xff\xfe\xfa", b"[" * 200_000, b"1" * 5_000]
)
def test_what_is_no_json_is_refused_without_quoting_it(body):
    with pytest.raises(ValueError, match=r"^no JSON$"):
        parsed(body)
