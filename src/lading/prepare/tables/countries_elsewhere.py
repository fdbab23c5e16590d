"""Further names of countries: in their own language, and in German, French, Spanish and Italian, as lists of those countries have them.

Source: Unicode CLDR. Of the European Economic Area, of the countries where Amazon matches hashed identifiers, and of others with many people.
"""

from __future__ import annotations

from typing import Final

#: One country a line: alpha-2, names parted by a bar.
ELSEWHERE: Final = """
AE Vereinigte Arabische Emirate|Émirats arabes unis|Emiratos Árabes Unidos|Emirati Arabi Uniti
AT Autriche
AU Australien|Australie
BE Bélgica|Belgio
BG България|Bulgarien|Bulgarie
BR Brasilien|Brésil|Brasile
CA Kanada
CH Suiza|Svizra
CN 中国|中國|Zhongguo|Chine|Cina
CY Κύπρος|Zypern|Chypre|Chipre|Cipro
CZ Česko|Česká republika|Tschechien|Tschechische Republik|Tchéquie|République tchèque|Chequia|República Checa|Cechia|Repubblica Ceca
DE Allemagne|Alemania|Germania
DK Danmark|Dänemark|Danemark|Dinamarca|Danimarca
EE Eesti|Estland|Estonie
EG Ägypten|Égypte|Egipto|Egitto
ES Spanien|Espagne|Spagna|Espanya
FI Suomi|Finnland|Finlande|Finlandia
FR Frankreich|Francia
GB Vereinigtes Königreich|Großbritannien|Royaume-Uni|Grande-Bretagne|Reino Unido|Gran Bretaña|Regno Unito|Gran Bretagna
GR Ελλάδα|Ελλάς|Ellada|Griechenland|Grèce|Grecia
HK 香港
HR Hrvatska|Kroatien|Croatie|Croacia|Croazia
HU Magyarország|Ungarn|Hongrie|Hungría|Ungheria
IE Irland|Irlande|Irlanda
IL ישראל|إسرائيل|Israele
IN Indien|Inde
IS Ísland|Islande|Islandia|Islanda
IT Italien|Italie
JP Japon|Japón|Giappone
KR 대한민국|한국|Südkorea|Corée du Sud|Corea del Sur|Corea del Sud
LI Fürstentum Liechtenstein
LT Lietuva|Litauen|Lituanie|Lituania
LU Lëtzebuerg|Luxemburg|Luxemburgo|Lussemburgo
LV Latvija|Lettland|Lettonie|Letonia|Lettonia
MT Malte
MX Mexiko|Mexique|Messico
NL Niederlande|Pays-Bas|Países Bajos|Paesi Bassi|Olanda
NO Norge|Noreg|Norwegen|Norvège|Noruega|Norvegia
NZ Aotearoa|Neuseeland|Nouvelle-Zélande|Nueva Zelanda|Nuova Zelanda
PH Pilipinas|Philippinen|Filipinas|Filippine
PL Polen|Pologne|Polonia
PS Palestine|Palästina|Palestina
PT Portogallo
RO Rumänien|Roumanie|Rumanía|Rumania
RS Србија|Srbija|Serbien|Serbie
RU Россия|Российская Федерация|Russland|Russie|Rusia
SA Saudi-Arabien|Arabie saoudite|Arabia Saudí|Arabia Saudita
SE Schweden|Suède|Suecia|Svezia
SG Singapur|Singapour
SI Slovenija|Slowenien|Slovénie|Eslovenia
SK Slovensko|Slowakei|Slovaquie|Eslovaquia|Slovacchia
TH ไทย|ประเทศไทย|Thaïlande|Tailandia|Thailandia
TR Türkei|Turquie|Turquía|Turchia
TW 台灣|臺灣|台湾
UA Україна|Ukraina
US Vereinigte Staaten|Vereinigte Staaten von Amerika|États-Unis|États-Unis d'Amérique|Estados Unidos de América|Stati Uniti|Stati Uniti d'America
ZA Südafrika|Afrique du Sud|Sudáfrica|Sudafrica
"""
