"""Telephone numbers for invented people: from ranges that regulators keep free for fiction, where there are any."""

from __future__ import annotations

from typing import Final

import polars as pl


def _digits(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# NANPA keeps 555-0100 to 555-0199 of every area code for fiction.
_US_AREAS: Final = _digits("""
201 202 203 205 206 207 208 209 210 212 213 214 215 216 217 218 219 224 225 228 229 231 234 239 240 248 251 252 253 254
256 260 262 267 269 270 272 276 281 301 302 303 304 305 307 308 309 310 312 313 314 315 316 317 318 319 320 321 323 325
330 331 334 336 337 339 346 347 351 352 360 361 385 386 401 402 404 405 406 407 408 409 410 412 413 414 415 417 419 423
424 425 430 432 434 435 440 442 443 458 469 470 475 478 479 480 484 501 502 503 504 505 507 508 509 510 512 513 515 516
517 518 520 530 531 534 539 540 541 551 559 561 562 563 567 570 571 573 574 575 580 585 586 601 602 603 605 606 607 608
609 610 612 614 615 616 617 618 619 620 623 626 628 629 630 631 636 641 646 650 651 657 660 661 662 667 669 678 681 682
701 702 703 704 706 707 708 712 713 714 715 716 717 718 719 720 724 725 727 731 732 734 737 740 743 747 754 757 760 762
763 765 769 770 772 773 774 775 779 781 785 786 801 802 803 804 805 806 808 810 812 813 814 815 816 817 818 828 830 831
832 843 845 847 848 850 854 856 857 858 859 860 862 863 864 865 870 872 878 901 903 904 906 907 908 909 910 912 913 914
915 916 917 918 919 920 925 928 929 930 931 934 936 937 938 940 941 947 949 951 952 954 956 959 970 971 972 973 978 979
980 984 985 989
""")
_CA_AREAS: Final = _digits("""
204 226 236 249 250 289 306 343 365 403 416 418 431 437 438 450 506 514 519 548 579 581 587 604 613 639 647 672 705 709
778 780 782 807 819 825 867 873 902 905
""")
# Ofcom, numbers for use in TV and radio drama: a thousand in each of these, and not one more.
_GB_DRAMA: Final = _digits("""
441134960 441144960 441164960 441174960 441184960 441214960 441314960 441414960 441514960 441614960 441914980 442079460
442896496 442920180 441632960 443069990 447700900
""")
# Bundesnetzagentur, Mitteilung 148/2021 ("Drama Numbers"): five local networks with a thousand each, two mobile blocks.
_DE_DRAMA: Final = ("493023125", "496990009", "494066969", "492214710", "498999998")
_DE_DRAMA_MOBILE: Final = ("4917139200", "49176040690")
# ARCEP, décision 2018-0881: ten thousand in each.
_FR_DRAMA: Final = ("3319900", "3326191", "3335301", "3346571", "3353649", "3363998")

#: Country -> blocks of numbers as (digits in front, with the calling code and without "+"; digits that follow).
#: Spain, Italy, India and Japan keep none for fiction: theirs are valid mobile numbers, which somebody may hold. They are
#: invented nevertheless, and nothing here dials.
BLOCKS: Final[dict[str, tuple[tuple[str, int], ...]]] = {
    "US": tuple((f"1{area}55501", 2) for area in _US_AREAS),
    "CA": tuple((f"1{area}55501", 2) for area in _CA_AREAS),
    "GB": tuple((front, 3) for front in _GB_DRAMA),
    "DE": (*((front, 3) for front in _DE_DRAMA), *((front, 2) for front in _DE_DRAMA_MOBILE)),
    "FR": tuple((front, 4) for front in _FR_DRAMA),
    "ES": (("3474", 7),),
    "IT": (("39321", 7),),
    "IN": (("916601", 6),),
    "JP": (("81600", 7),),
}

#: Share of the people whose telephone Amazon knows; lower where few numbers are kept for fiction.
SHARE: Final = {
    "US": 0.8,
    "CA": 0.5,
    "GB": 0.8,
    "DE": 0.4,
    "FR": 0.8,
    "ES": 0.8,
    "IT": 0.8,
    "IN": 0.9,
    "JP": 0.7,
}

# A prime that divides no capacity below: it scatters consecutive people over the blocks and never repeats a number.
_SCATTER: Final = 7_368_787


def numbers(country: str, ordinals: pl.Series) -> pl.Series:
    """The `+` number of each of a country's people by ordinal; null for those past the last number there is."""
    lines = 10 ** min(digits for _, digits in BLOCKS[country])
    fronts = pl.Series([front for front, _ in _even(country, lines)], dtype=pl.String)
    capacity = len(fronts) * lines
    place = ordinals.cast(pl.UInt64) * _SCATTER % capacity
    width = len(str(lines)) - 1
    whole: pl.Series = "+" + fronts.gather(place // lines) + (place % lines).cast(pl.String).str.zfill(width)
    return whole.set(ordinals >= capacity, None)


def _even(country: str, lines: int) -> list[tuple[str, int]]:
    """The blocks, cut so that each holds the same number of lines."""
    cut = []
    for front, digits in BLOCKS[country]:
        more = digits - (len(str(lines)) - 1)
        cut += [(front + str(i).zfill(more) if more else front, digits - more) for i in range(10**more)]
    return cut
