"""Names of states in the language of the country, which Amazon's tables lack: known only where an option says so.

Source: ISO 3166-2:CA (French names), :DE, :FR (regions of before 2016), :IT and :ES. Upper-case letters only, accents folded.
"""

from __future__ import annotations

from typing import Final

from lading.prepare.tables.blocks import words

NATIVE_STATES: Final = {
    "CA": words(
        """
        BC=COLOMBIEBRITANNIQUE NB=NOUVEAUBRUNSWICK NL=TERRENEUVEETLABRADOR NS=NOUVELLEECOSSE NT=TERRITOIRESDUNORDOUEST
        PE=ILEDUPRINCEEDOUARD
        """
    ),
    "DE": words(
        """
        BY=BAYERN HE=HESSEN NI=NIEDERSACHSEN NW=NORDRHEINWESTFALEN,NRW RP=RHEINLANDPFALZ SN=SACHSEN ST=SACHSENANHALT
        TH=THURINGEN,THUERINGEN
        """
    ),
    "FR": words(
        """
        BG=BOURGOGNE BN=BASSENORMANDIE BT=BRETAGNE CE=CORSE CN=CENTREVALDELOIRE HT=HAUTENORMANDIE PI=PICARDIE PR=PACA
        """
    ),
    "IT": words(
        """
        AO=VALLEDAOSTA BZ=BOLZANO,ALTOADIGE,SUDTIROL FI=FIRENZE GE=GENOVA MB=MONZAEBRIANZA,MONZABRIANZA MI=MILANO MN=MANTOVA
        MS=MASSACARRARA,MASSAECARRARA NA=NAPOLI PD=PADOVA PU=PESAROEURBINO,PESAROURBINO RC=REGGIODICALABRIA
        RE=REGGIONELLEMILIA RM=ROMA SR=SIRACUSA TN=TRENTO TO=TORINO VE=VENEZIA
        """
    ),
    "ES": words("PM=ISLASBALEARES,ILLESBALEARS"),
}
