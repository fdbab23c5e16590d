"""Texts that a list of any size holds, as they are hashed: where the hash of such a text's hash turns up, it was hashed twice.

Source: the statistical offices' lists of frequent names in the nine countries of Amazon's rules; these countries' largest
cities; e-mail addresses and numbers that people make up where a form insists on one.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_FIRST_NAMES: Final = """
james john robert michael william david mary patricia jennifer linda elizabeth oliver george olivia amelia thomas peter anna
maria marie jean pierre nathalie jose antonio carmen marco giuseppe francesca rahul priya amit hiroshi yuki sarah daniel laura
paul martin andrea alexander
"""
_LAST_NAMES: Final = """
smith johnson williams brown jones garcia miller davis wilson taylor lee white tremblay roy gagnon mueller schmidt schneider
fischer weber meyer bernard dubois durand moreau rossi russo ferrari esposito bianchi gonzalez rodriguez fernandez lopez
martinez singh kumar sharma patel khan sato suzuki takahashi tanaka watanabe
"""
_CITIES: Final = """
newyork losangeles chicago houston london birmingham manchester toronto vancouver berlin hamburg frankfurt paris lyon
marseille madrid barcelona valencia roma milano napoli rome milan mumbai delhi bangalore tokyo osaka kyoto
"""
_EMAILS: Final = """
test@test.com test@example.com test@gmail.com a@a.com none@none.com no@no.com noemail@noemail.com noreply@noreply.com
na@na.com abc@abc.com info@example.com user@example.com
"""
_PHONES: Final = (
    "15555555555 11111111111 10000000000 11234567890 19999999999 441234567890 491234567890 33123456789"
)

#: Field -> its frequent texts.
COMMON_TEXTS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({
    "email": tuple(_EMAILS.split()), "phone": tuple(_PHONES.split()), "first_name": tuple(_FIRST_NAMES.split()),
    "last_name": tuple(_LAST_NAMES.split()), "city": tuple(_CITIES.split()),
})  # fmt: skip
