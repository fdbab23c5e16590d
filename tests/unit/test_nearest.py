"""What was probably meant."""

import pytest

from lading.nearest import hint, meant, nearest


@pytest.mark.parametrize(
    ("name", "known", "said"),
    [
        ("emial", ["email", "phone"], "did you mean 'email'?"),
        ("EMIAL", ["eMail"], "did you mean 'eMail'?"),
        ("xyz", ["email", "phone", "email"], "known: email, phone"),
        (
            "xyz",
            [f"c{n}" for n in range(22)],
            "known: c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16, c17, c18, c19 and 2 more",
        ),
        ("xyz", [], "there are none"),
    ],
    ids=["near", "in any case", "far", "too many", "none"],
)
def test_the_nearest_is_named_or_what_there_is(name, known, said):
    assert hint(name, iter(known)) == said


def test_what_is_far_is_not_meant():
    assert (nearest("xyz", ["email"]), meant("xyz", ["email"])) == (None, "")
