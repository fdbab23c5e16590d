from __future__ import annotations

import pytest
from consentkit import tc_maker as make
from hypothesis import given
from hypothesis import strategies as st

from lading.prepare.tc_strings import DENIED, GRANTED, SILENT, UNREADABLE, gpp, tcf

ALL = (1, 2, 3, 4, 7, 9, 10)
US_NATIONAL = "BVVqAAAAAAA"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (make.core(), GRANTED),
        (make.core(ALL, make.as_field([1, 700, 793, 900])), GRANTED),
        (make.core(ALL, make.as_ranges([(2, 5), (790, 800)])), GRANTED),
        # Amazon is left out, by each encoding; legitimate interest is no consent.
        (make.core(ALL, make.as_field([1, 700, 792, 794, 900])), DENIED),
        (make.core(ALL, make.as_field([12])), DENIED),
        (make.core(ALL, make.as_ranges([(1, 792), (794, 900)])), DENIED),
        (make.core(ALL, make.as_ranges([])), DENIED),
        (make.core(ALL, make.as_field([]), interest=make.as_field([793])), DENIED),
        # A purpose is left out.
        (make.core((2, 3, 4)), DENIED),
        (make.core((1, 2, 4)), DENIED),
        (make.core((1, 2, 3)), DENIED),
        (make.core(()), DENIED),
        # The publisher's law does not ask for purpose 1.
        (make.core((3, 4), one_not_asked=True), GRANTED),
        # The publisher keeps a purpose from vendors.
        (make.core(ALL, restrictions=[(3, 0, [(793, 793)])]), DENIED),
        (make.core(ALL, restrictions=[(3, 2, [(1, 900)])]), DENIED),
        (make.core(ALL, restrictions=[(3, 1, [(1, 900)])]), GRANTED),
        (make.core(ALL, restrictions=[(3, 0, [(1, 792)])]), GRANTED),
        (make.core(ALL, restrictions=[(2, 0, [(793, 793)])]), GRANTED),
        # Since TCF 2.3 a segment names the vendors who were shown.
        (f"{make.core()}.{make.disclosed(make.as_field([793]))}", GRANTED),
        (f"{make.core()}.{make.disclosed(make.as_field([792]))}", DENIED),
        (f"{make.core()}.{make.letters([(3, 3), (0, 48)])}", GRANTED),
    ],
)
def test_what_a_tc_string_says(text: str, says: str) -> None:
    assert tcf(text) == says


def test_strings_of_the_specification() -> None:
    """Published examples, none of which has Amazon in it: IAB Tech Lab, TCF and GPP specifications and libraries."""
    for text in (
        "COwxsONOwxsONKpAAAENAdCAAMAAAAAAAAAAAAAAAAAA",
        "CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA",
        "COsbk4AOSbk4AnWAAAENAwCgAAAAAAAAAAYgACPAAAAA.TDKO4AAqAKAGQAyqAAA.YAAAAAAAAAA",
    ):
        assert tcf(text) == DENIED
    assert gpp("DBABMA~CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA") == DENIED
    assert gpp("DBACNY~CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA~1YNN") == DENIED
    assert gpp("DBABTA~1YNN") == SILENT
    assert gpp("DBABBg~BAAAAACA") == SILENT


@pytest.mark.parametrize(
    "text",
    ["", "C", "yes", "BOEFEAyOEFEAyAHABDENAI4AAAB9vABAASA", "CPXxRf", "C" * 500_000, "Ä" * 60, "1YNN", make.core(version=3),
     make.core().replace("A", "!"), f"{make.core()}.", f" {make.core()}"],
)  # fmt: skip
def test_what_is_no_tc_string_grants_nothing(text: str) -> None:
    assert tcf(text) in {UNREADABLE, DENIED}


@given(st.integers(1, 400))
def test_a_string_that_was_cut_grants_nothing(end: int) -> None:
    whole = make.core(ALL, make.as_field([1, 793, 1000]), interest=make.as_field([2, 900]))
    assert len(whole) > 340
    assert tcf(whole) == GRANTED
    if end < len(whole):
        assert tcf(whole[:end]) == UNREADABLE


@given(st.text(max_size=300))
def test_no_text_is_too_much(text: str) -> None:
    assert tcf(text) in {DENIED, UNREADABLE}
    assert gpp(text) in {DENIED, UNREADABLE, SILENT}


@given(st.sets(st.integers(1, 1500)), st.sets(st.integers(1, 24)), st.booleans())
def test_consent_is_amazon_and_its_purposes(vendors: set[int], purposes: set[int], in_ranges: bool) -> None:
    listed = make.as_ranges([(one, one) for one in sorted(vendors)]) if in_ranges else make.as_field(vendors)
    wanted = GRANTED if 793 in vendors and {1, 3, 4} <= purposes else DENIED
    assert tcf(make.core(purposes, listed)) == wanted


@pytest.mark.parametrize(
    ("sections", "says"),
    [
        ({2: make.core()}, GRANTED),
        ({2: make.core((1,))}, DENIED),
        ({2: make.core(), 6: "1YNN", 8: US_NATIONAL}, GRANTED),
        ({1: "BOEFEAyOEFEAyAHABDENAI4AAAB9vABAASA", 2: make.core((1,))}, DENIED),
        ({7: US_NATIONAL}, SILENT),
        ({5: "BPXuQIAPXuQIAAfKABENB-CgAAAAAAAAAAAAAAAA", 7: US_NATIONAL}, SILENT),
        ({2: "broken"}, UNREADABLE),
        ({7: ""}, UNREADABLE),
    ],
)
def test_what_a_gpp_string_says(sections: dict[int, str], says: str) -> None:
    assert gpp(make.gpp(sections)) == says


@pytest.mark.parametrize(
    "text",
    ["", "DB", "DBABMA", "CBABMA~x", "DBABMA~a~b", make.core(), "DBACNY~" + make.core(), "DB__~" + "x" * 9],
)
def test_what_is_no_gpp_string_grants_nothing(text: str) -> None:
    assert gpp(text) == UNREADABLE
