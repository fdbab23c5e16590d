"""Cities, postal codes, states and streets of nine countries; an address as its postman knows it."""

from __future__ import annotations

from typing import Final, NamedTuple


class Place(NamedTuple):
    """A city, its state as a code (empty where addresses carry none) and what its postal codes begin with."""

    city: str
    state: str
    postal: str


def _places(text: str) -> tuple[Place, ...]:
    return tuple(Place(*(part.strip() for part in line.split(","))) for line in text.strip().splitlines())


def _streets(text: str) -> tuple[str, ...]:
    return tuple(word.replace("~", " ") for word in text.split())


#: Country -> cities.
PLACES: Final[dict[str, tuple[Place, ...]]] = {
    "US": _places("""
        Los Angeles,CA,900
        San Diego,CA,921
        San Francisco,CA,941
        Sacramento,CA,958
        New York,NY,100
        Brooklyn,NY,112
        Buffalo,NY,142
        Houston,TX,770
        Austin,TX,787
        Dallas,TX,752
        El Paso,TX,799
        Miami,FL,331
        Orlando,FL,328
        Tampa,FL,336
        Chicago,IL,606
        Springfield,IL,627
        Philadelphia,PA,191
        Pittsburgh,PA,152
        Columbus,OH,432
        Cleveland,OH,441
        Atlanta,GA,303
        Charlotte,NC,282
        Raleigh,NC,276
        Detroit,MI,482
        Newark,NJ,071
        Trenton,NJ,086
        Boston,MA,021
        Worcester,MA,016
        Hartford,CT,061
        Seattle,WA,981
        Spokane,WA,992
        Denver,CO,802
        Phoenix,AZ,850
        Tucson,AZ,857
        Minneapolis,MN,554
        Portland,OR,972
        Nashville,TN,372
        O'Fallon,MO,633
        St. Louis,MO,631
        Albuquerque,NM,871
        Charleston,WV,253
        Salt Lake City,UT,841
    """),
    "CA": _places("""
        Toronto,ON,M5V
        Ottawa,ON,K1P
        Hamilton,ON,L8P
        Montréal,QC,H2X
        Québec,QC,G1R
        Trois-Rivières,QC,G9A
        Vancouver,BC,V6B
        Victoria,BC,V8W
        Calgary,AB,T2P
        Edmonton,AB,T5J
        Winnipeg,MB,R3C
        Halifax,NS,B3J
        Regina,SK,S4P
        St. John's,NL,A1C
    """),
    "GB": _places("""
        London,,EC1A
        London,,SW4
        Birmingham,,B2
        Manchester,,M3
        Leeds,,LS1
        Sheffield,,S10
        Bristol,,BS8
        Newcastle upon Tyne,,NE1
        Nottingham,,NG7
        Cardiff,,CF10
        Swansea,,SA1
        Edinburgh,,EH3
        Glasgow,,G12
        Belfast,,BT9
        Brighton,,BN2
        Stoke-on-Trent,,ST4
    """),
    "DE": _places("""
        Berlin,,10
        Hamburg,,20
        München,,80
        Köln,,50
        Frankfurt am Main,,60
        Stuttgart,,70
        Düsseldorf,,40
        Leipzig,,04
        Dresden,,01
        Nürnberg,,90
        Bremen,,28
        Lübeck,,23
        Würzburg,,97
        Göttingen,,37
        Freiburg im Breisgau,,79
    """),
    "FR": _places("""
        Paris,,750
        Lyon,,690
        Marseille,,130
        Toulouse,,310
        Nice,,060
        Nantes,,440
        Strasbourg,,670
        Montpellier,,340
        Besançon,,250
        Saint-Étienne,,420
        Orléans,,450
        Rennes,,350
        Bourg-en-Bresse,,010
    """),
    "ES": _places("""
        Madrid,M,280
        Barcelona,B,080
        Valencia,V,460
        Sevilla,SE,410
        Zaragoza,Z,500
        Málaga,MA,290
        A Coruña,C,150
        Bilbao,BI,480
        Cádiz,CA,110
        Córdoba,CO,140
        Almería,AL,040
    """),
    "IT": _places("""
        Roma,RM,001
        Milano,MI,201
        Napoli,NA,801
        Torino,TO,101
        Bologna,BO,401
        Firenze,FI,501
        Bari,BA,701
        Palermo,PA,901
        Forlì,FC,471
        L'Aquila,AQ,671
        Verona,VR,371
    """),
    "IN": _places("""
        Mumbai,Maharashtra,400
        Pune,Maharashtra,411
        Delhi,Delhi,110
        Bengaluru,Karnataka,560
        Mysuru,Karnataka,570
        Chennai,Tamil Nadu,600
        Hyderabad,Telangana,500
        Kolkata,West Bengal,700
        Ahmedabad,Gujarat,380
        Kochi,Kerala,682
        Jaipur,Rajasthan,302
    """),
    "JP": _places("""
        Shibuya-ku,Tokyo,150
        Shinjuku-ku,Tokyo,160
        Osaka,Osaka,530
        Kyoto,Kyoto,600
        Yokohama,Kanagawa,220
        Nagoya,Aichi,450
        Sapporo,Hokkaido,060
        Fukuoka,Fukuoka,810
        Sendai,Miyagi,980
        Kobe,Hyogo,650
    """),
}

#: Country -> state code -> its name, for the states above.
STATE_NAMES: Final[dict[str, dict[str, str]]] = {
    "US": {
        "CA": "California", "NY": "New York", "TX": "Texas", "FL": "Florida", "IL": "Illinois", "PA": "Pennsylvania",
        "OH": "Ohio", "GA": "Georgia", "NC": "North Carolina", "MI": "Michigan", "NJ": "New Jersey",
        "MA": "Massachusetts", "CT": "Connecticut", "WA": "Washington", "CO": "Colorado", "AZ": "Arizona",
        "MN": "Minnesota", "OR": "Oregon", "TN": "Tennessee", "MO": "Missouri", "NM": "New Mexico",
        "WV": "West Virginia", "UT": "Utah",
    },
    "CA": {
        "ON": "Ontario", "QC": "Québec", "BC": "British Columbia", "AB": "Alberta", "MB": "Manitoba",
        "NS": "Nova Scotia", "SK": "Saskatchewan", "NL": "Newfoundland and Labrador",
    },
    "ES": {
        "M": "Madrid", "B": "Barcelona", "V": "Valencia", "SE": "Sevilla", "Z": "Zaragoza", "MA": "Málaga",
        "C": "A Coruña", "BI": "Vizcaya", "CA": "Cádiz", "CO": "Córdoba", "AL": "Almería",
    },
    "IT": {
        "RM": "Roma", "MI": "Milano", "NA": "Napoli", "TO": "Torino", "BO": "Bologna", "FI": "Firenze", "BA": "Bari",
        "PA": "Palermo", "FC": "Forlì-Cesena", "AQ": "L'Aquila", "VR": "Verona",
    },
}  # fmt: skip

# Names that no list of Amazon's abbreviates: no LAKE, HILL, PARK, SPRING, MILL, GREEN among them.
_ENGLISH: Final = _streets("""
    Acorn Alder Amber Aspen Badger Barley Beech Birchwood Bracken Briar Cedar Chestnut Clover Copper Cranberry Dogwood
    Elder Elm Falcon Fennel Foxglove Goldfinch Hawthorn Hazel Heather Hickory Holly Ivy Jasper Juniper Kestrel Larkspur
    Laurel Linden Magnolia Maple Marigold Mulberry Myrtle Nutmeg Oak Olive Pepperwood Poplar Primrose Quince Redwood Rowan
    Saffron Sandpiper Sorrel Sparrow Sycamore Thistle Walnut Willow Yarrow
""")

#: Country -> names of streets.
STREETS: Final[dict[str, tuple[str, ...]]] = {
    "US": _ENGLISH,
    "CA": _ENGLISH,
    "GB": _ENGLISH,
    "DE": _streets("""
        Ahornstraße Amselweg Bahnhofstraße Birkenallee Blumenstraße Brückenstraße Buchenweg Dorfstraße Drosselgasse
        Eichenstraße Fliederweg Gartenstraße Goethestraße Höhenweg Jägerstraße Kastanienallee Kirchgasse Königsallee
        Lindenstraße Mühlenweg Öderstraße Rosenweg Schillerstraße Schloßplatz Schützenstraße Südring Tannenweg
        Uferstraße Wiesengrund Ziegelhof
    """),
    "FR": _streets("""
        des~Acacias des~Bleuets du~Château des~Chênes des~Cerisiers de~l'Église de~l'Écluse des~Érables de~la~Fontaine
        de~la~Forêt des~Glycines des~Hêtres du~Lavoir des~Lilas du~Marché du~Moulin des~Noyers des~Platanes de~la~Prairie
        du~Ruisseau des~Tilleuls des~Vignes
    """),
    "ES": _streets("""
        del~Olivo del~Almendro de~las~Amapolas de~la~Fuente del~Jazmín de~los~Laureles del~Limón de~la~Luz de~la~Montaña
        del~Naranjo del~Nogal de~las~Palomas del~Peñón de~los~Pinares del~Río~Verde de~San~Martín de~la~Viña
    """),
    "IT": _streets("""
        degli~Aranci delle~Acacie dei~Castagni dei~Ciliegi delle~Fontane dei~Giardini delle~Ginestre dei~Mille del~Mulino
        degli~Olivi dei~Pini delle~Rose San~Rocco della~Libertà dell'Orologio dei~Tigli delle~Vigne
    """),
    "IN": _streets("""
        Ashoka Banyan Gulmohar Hibiscus Jacaranda Jasmine Kamal Lotus Mango Neem Peepal Sandal Tamarind Tulsi
    """),
    "JP": _streets("""
        Sakuragaoka Midorigaoka Hikarigaoka Asahicho Honcho Sakuramachi Hinodecho Fujimicho Wakabacho Matsugaoka
    """),
}

#: Country -> kinds of street, where the kind is a word of its own.
KINDS: Final[dict[str, tuple[str, ...]]] = {
    "US": ("Street", "Avenue", "Road", "Lane", "Drive", "Court", "Circle", "Place", "Way", "Terrace", "Trail", "Parkway"),
    "CA": ("Street", "Avenue", "Road", "Lane", "Drive", "Court", "Square"),
    "GB": ("Road", "Street", "Avenue", "Lane", "Close", "Drive", "Court", "Crescent"),
    "FR": ("rue", "avenue", "chemin", "impasse"),
    "ES": ("Calle", "Avenida", "Ronda", "Camino"),  # codespell:ignore calle
    "IT": ("Via", "Viale", "Piazza", "Corso"),
    "IN": ("Road", "Lane", "Avenue"),
}  # fmt: skip

#: Country -> how street, kind, house number and flat make a line; the flat with what surrounds it where there is one.
LINES: Final[dict[str, tuple[str, str]]] = {
    "US": ("{house} {street} {kind}{flat}", " Apt {flat}"),
    "CA": ("{house} {street} {kind}{flat}", " Apt {flat}"),
    "GB": ("{flat}{house} {street} {kind}", "Flat {flat}, "),
    "DE": ("{street} {house}{flat}", ""),
    "FR": ("{house} {kind} {street}{flat}", ""),
    "ES": ("{kind} {street} {house}{flat}", ""),
    "IT": ("{kind} {street} {house}{flat}", ""),
    "IN": ("{flat}{house} {street} {kind}", "Flat {flat}, "),
    "JP": ("{street} {house}{flat}", ""),
}
