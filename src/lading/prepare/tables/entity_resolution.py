"""Words and names as AWS Entity Resolution's normalization library has them, where they differ from Amazon's other lists.

Source: `normalizeRules.json` of aws-solutions-library-samples/guidance-for-customizing-normalization-library-for-aws-entity-
resolution. All in lower case. Its list for the United Kingdom has the key `uk`, while a record's country is `gb`: never used.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lading.prepare.tables.blocks import words
from lading.prepare.tables.states import AMAZON
from lading.prepare.tables.words import (
    DIRECTION,
    ES_DOTTED,
    ES_STREET,
    FR_STREET,
    IT_DOTTED,
    IT_STREET,
    MISSPELT,
    NUMBER,
    STREET,
)
from lading.prepare.tables.words_us import US_MENDED, US_STREET, US_UNIT


def _lower(*lists: Mapping[str, str], without: str = "") -> dict[str, str]:
    every = {word.lower(): to.lower() for known in lists for word, to in known.items()}
    return {word: to for word, to in every.items() if word not in without.split()}


NUMBERS: Final = _lower(NUMBER, without="#")
DIRECTIONS: Final = _lower(DIRECTION, without="so")
DEFAULT: Final = _lower(STREET, MISSPELT) | words("strasse=str.")

#: Country -> words, tried after the default list.
BY_COUNTRY: Final = {
    "US": _lower(US_STREET, US_UNIT, US_MENDED, MISSPELT, without="mdw") | words("ky=key rt=route"),
    "FR": _lower(FR_STREET),
    "IT": _lower(IT_STREET, IT_DOTTED) | words("via=v,v."),
    "ES": _lower(ES_STREET, ES_DOTTED)
    | words(
        """
        acceso=acces alameda=alam autopista=auto autovía=autov avenida=av,avda bule=bulev,bulev. calleja=cllja callejuela=cjla
        callejón=callej,cjon,cllon callizo=cllzo calzada=czada camino=cmno,cno carrera=cra carretera=ctra carril=crril
        cinturón=cint circunvalación=ccvcn muelle=muell pasadizo=pzo pasaje=psaje
        """
    ),
}

#: Calling codes that are put before a number that does not begin with them.
CALLING_CODES: Final = {
    "US": "1", "CA": "1", "MX": "52", "GB": "44", "FR": "33", "DE": "49", "IT": "39", "ES": "34", "NL": "31", "IN": "91",
    "JP": "81", "AU": "61", "SA": "966", "AE": "971", "TR": "90", "SE": "46", "BE": "32", "PL": "48", "SG": "65",
}  # fmt: skip

#: Every state of the world and its code, in the order of replacing: inside a longer name too, so West Virginia becomes westva.
_FURTHER: Final = {"US": {"puertorico": "pr"}, "DE": {"badenwurttemberg": "bw"}}
_FIRST: Final = ("castellon", "lacoruna", "guadalajara")


def _states() -> dict[str, str]:
    ordered: dict[str, str] = {}
    for country in ("US", "CA", "DE", "FR", "IT", "ES"):
        own = _lower(AMAZON[country]) | _FURTHER.get(country, {})
        for name in sorted(own, key=lambda name: (name not in _FIRST, name)):
            ordered.setdefault(name, own[name])
    return ordered


STATES: Final = _states()
