"""What comes from outside is harmless before it is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lading.amazon.masking import LONGEST, shown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Terms and conditions must be accepted", "Terms and conditions must be accepted"),
        ("token Atza|IwEB-abc.def expired", "token <token> expired"),
        ('{"t":"Atzr|IwEB"}', '{"t":"<token>"}'),
        ("header Bearer abc.def.ghi!", "header Bearer <token>"),
        ("secret amzn1.oa2-cs.v1.0123 is wrong", "secret <secret> is wrong"),
        ("hash " + "9eceb134" * 8 + " refused", "hash <hash> refused"),
        ("HASH " + "9ECEB134" * 8, "HASH <hash>"),
        ("value 'jane.doe+x@example.com' is raw", "value '<e-mail>' is raw"),
        ("a\r\nb\x1b[31mc\u202ed", "a b [31mc d"),
        ("request 1c2c5a7e-9d7b-4c4e-a0b3-0123456789ab", "request 1c2c5a7e-9d7b-4c4e-a0b3-0123456789ab"),
    ],
)
def test_secrets_and_people_are_masked_and_the_rest_is_kept(text, expected):
    assert shown(text) == expected


@given(st.text(max_size=6_000))
def test_any_text_becomes_one_short_printable_line(text):
    line = shown(text)

    assert len(line) <= LONGEST
    assert line.isprintable()


def test_a_long_text_is_cut():
    assert len(shown("x " * 4_000)) == LONGEST
    assert shown("x " * 4_000).endswith("…")
