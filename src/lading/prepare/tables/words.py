"""Words of a street address by country, and what each one becomes.

Source: `address_map_helper.json` of Amazon's address SDK (amzn/amazon-ads-advertiser-audience-normalization-sdk-py) and
of AWS's AMC uploader, which are equal. Left out: words that stay as they are, unless they undo an earlier list.
Every list of a country is tried, and the last one that knows the word wins.
"""

from __future__ import annotations

from typing import Final

from lading.prepare.tables.blocks import words
from lading.prepare.tables.words_us import US_MENDED, US_STREET, US_UNIT

#: Ways to write "number", in every country.
NUMBER: Final = words(
    """
    NUMBER=#,NO,NUM,NUMERO,NÚM,NÚMERO
    """
)

#: Directions, in every country.
DIRECTION: Final = words(
    """
    E=EAST N=NORTH NE=NORTHEAST NW=NORTHWEST S=SO,SOUTH SE=SOUTHEAST SW=SOUTHWEST W=WEST
    """
)

#: Streets where a country has no list of its own, or beside it.
STREET: Final = words(
    """
    AVE=AVE,AVENUE BLVD=BLVD CIR=CIRCLE CIRS=CIRCLES CT=COURT CTR=CENTER,CENTRE DR=DRIVE
    FWY=FREEWAY,FRWY HWY=HIGHWAY LN=LANE PARK=PARKS PKWY=PARKWAY,PARKWAYS,PARKWY,PKWAY,PKWYS,PKY
    PL=PLACE PLZ=PLAZA,PLZA RD=ROAD SQ=SQR,SQU,SQUARE ST=STR,STREET
    """
)

#: Kinds of firm in the United Kingdom.
GB_FIRM: Final = words(
    """
    LTD=LIMITED
    """
)

#: Streets of the United Kingdom.
GB_STREET: Final = words(
    """
    ALLEY=ALY AVE=AVENUE CENTRE=CENTER,CTR CIR=CIRCLE CLOSE=CL CT=COURT DR=DRIVE LN=LANE PL=PLACE
    RD=ROAD SQUARE=SQ ST=STREET
    """
)

#: Parts of a building in the United Kingdom.
GB_UNIT: Final = words(
    """
    APT=APARTMENT
    """
)

#: Streets of France.
FR_STREET: Final = words(
    """
    ALLÉE=ALLEE ALLÉES=ALLEES AVENUE=AVE BOULED=BLVD CHEMIN=CHE IMPASSE=IMP MONTÉE=MONTEE ROUTE=RTE
    """
)

#: Streets of Spain.
ES_STREET: Final = words(
    """
    AVENIDA=AVD CALLE=C,C/,CARRE,CARRER,C\\ LUGAR=LG PASSEIG=P,PASEO,PG,PS PLAZA=PL,PLAZA,PLZA,PZA
    RAMBLA=RBLA RONDA=RDA URBANIZACIÓN=URB
    """
)

#: Streets of Italy.
IT_STREET: Final = words(
    """
    CORSO=CSO LARGO=LGO PIAZZA=PZA,PZZA PIAZZALE=PLE PIAZZETTA=PTTA VIALE=VLE VICOLO=VLO
    """
)

#: Abbreviations of Spain that hold a dot. (Amazon's list misspells BULEVAR.)
ES_DOTTED: Final = words(
    """
    ACCESO=ACCES. ALAMEDA=ALAM. AUTOPISTA=AUTO. AUTOVÍA=AUTOV. AVENIDA=AV.,AVD.,AVDA. BULEVAR=BULEV.
    CALLE=C.,CL. CALLEJA=CLLJA. CALLEJUELA=CJLA. CALLEJÓN=CALLEJ.,CJON.,CLLON. CALLIZO=CLLZO.
    CALZADA=CZADA. CAMINO=CMNO.,CNO. CARRERA=CRA. CARRETERA=CTRA. CARRETERÍN=CTRIN. CARRIL=CRRIL.
    CINTURÓN=CINT. CIRCUNVALACIÓN=CCVCN. MUELLE=MUELL. PASADIZO=PZO. PASAJE=PSAJE.
    """
)

#: Abbreviations of Italy that hold a dot; "V." is only at the start a street (Via V. Veneto).
IT_DOTTED: Final = words(
    """
    CORSO=C.SO LARGO=L.GO PIAZZA=P.ZA,P.ZZA PIAZZALE=P.LE PIAZZETTA=P.TTA VIALE=V.LE VICOLO=V.LO
    """
)

#: Amazon's list for every country misspells this word of its own: the letters VAR are missing.
MISSPELT: Final = words("BLVD=BOULED")

_ALL: Final = NUMBER | DIRECTION | MISSPELT

#: Country -> the word of an address -> what stands for it. Countries that are not named have `DEFAULT_WORDS`.
WORDS: Final = {
    "US": _ALL | US_STREET | US_UNIT | US_MENDED,
    "GB": _ALL | GB_FIRM | GB_STREET | GB_UNIT,
    "FR": _ALL | FR_STREET | STREET,
    "ES": _ALL | STREET | ES_STREET,
    "IT": _ALL | STREET | IT_STREET,
}
DEFAULT_WORDS: Final = _ALL | STREET

#: Country -> abbreviations with a dot, which must be seen before the dot parts them.
DOTTED: Final = {"ES": ES_DOTTED, "IT": IT_DOTTED}
