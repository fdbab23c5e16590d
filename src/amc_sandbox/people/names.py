"""Given and family names of nine countries, as their people write them in Latin letters."""

from __future__ import annotations

from typing import Final


def _words(text: str) -> tuple[str, ...]:
    """Names apart by blanks; `~` is a blank inside a name."""
    return tuple(word.replace("~", " ") for word in text.split())


_ENGLISH: Final = _words("""
    Abigail Adrian Alice Amelia Andrew Anthony Arthur Audrey Austin Beatrice Benjamin Blake Bridget Caleb Carla Caroline
    Cedric Charlotte Clara Colin Connor Daisy Daniel Daphne Derek Dominic Dorothy Duncan Edith Edward Eleanor Elliot
    Esther Evan Felicity Fiona Frances Gabriel Gareth Georgia Gideon Grace Graham Hannah Harriet Harvey Hazel Henry
    Imogen Irene Isaac Ivy Jasmine Jonah Josephine Julian Keira Lawrence Leonard Lillian Louisa Lucy Malcolm Margot
    Martha Matilda Miles Miriam Naomi Nathan Nora Oliver Olivia Oscar Patrick Penelope Phoebe Quentin Rachel Rebecca
    Rory Rosalind Rupert Ruth Samuel Sarah Sebastian Simon Stella Tabitha Theodore Tobias Trevor Ursula Victor Violet
    Walter Wesley Winifred Zachary
""")
_ENGLISH_FAMILY: Final = _words("""
    Abernathy Aldridge Ashdown Atwell Bagley Barlow Beckwith Bellamy Blackwood Bramwell Brantley Calloway Carmody
    Chadwick Clayborne Colby Copeland Crowther Dalton Darby Delaney Denholm Dunmore Easton Eddington Ellery Fairbank
    Farrow Fenwick Fielding Garrick Gilmore Goodwin Granger Hadley Halstead Hargrove Hathaway Holloway Huxley Ingram
    Jarvis Kendrick Kingsley Langford Latham Lockhart Lyndon Maddox Marlow Mayfield Merrick Middleton Moreland Nash
    Norwood Oakley Ormond O'Dowd O'Keeffe Pemberton Pickering Prescott Quimby Radcliffe Ramsey Redmond Ridley Rowland
    Rutledge Sandford Selwyn Sheldon Sinclair Somerset Stanton Sterling Sutcliffe Tennyson Thorne Tolbert Underhill
    Vance Vaughan Wainwright Walden Warwick Weatherby Whitlock Wilder Winslow Woodruff Wyndham Yardley Hughes-Parry
    Mac~Gregor Saint-Clair Lindqvist Castaneda Delgado Nakamura Okafor Petrov Kowalski Nguyen
""")
_FRENCH: Final = _words("""
    Adèle Agathe Alexandre Amélie Antoine Aurélie Baptiste Benoît Bérénice Camille Céline Chloé Clément Colette Corentin
    Damien Delphine Didier Édith Éloïse Émile Étienne Fabien Fanny Florian Françoise Gaël Geneviève Grégoire Guénolé
    Hélène Hugo Inès Isabelle Jérôme Joël Juliette Laurent Léa Léon Loïc Lucie Maëlle Manon Mathilde Mathis Mélanie
    Nadège Nicolas Noémie Océane Odile Pascal Quentin Raphaël Rémi Renée Romain Solène Sylvain Thérèse Théo Valentin
    Véronique Yann Zoé Jean-Luc Marie-Claire
""")
_FRENCH_FAMILY: Final = _words("""
    Aubert Barbeau Beaulieu Bélanger Béranger Bonnefoy Bourgeois Brisebois Carpentier Chénier Chevrolier Clavel Coudert
    Daubigné Delacourt Delorme Desmarais Duchêne Dufresne Duvallon Fauchon Ferrière Fontaine Gaillard Garnier Gélinas
    Giraudon Grandet Guérin Hébert Jacquot Lachance Laforêt Lambertin Lavallée Lefèvre Legrand Lemaître L'Hôte Marchais
    Mercier Montclair Morel Noiret Ouellet Pasquier Péladeau Perrault Pichon Quesnel Rivard Rousselin Sauvageau Séguin
    Tessier Thibault Trottier Vaillant Verdier Villeneuve
""")
_GERMAN: Final = _words("""
    Adelheid Albrecht Andreas Anke Anneliese Beate Benedikt Birgit Bjarne Brigitte Christoph Clemens Dagmar Detlef
    Dietrich Dörte Eberhard Elke Felix Florian Franziska Friedrich Georg Gerlinde Götz Greta Günther Hannelore Hartmut
    Heike Heinrich Ingrid Jannis Jörg Jürgen Käthe Katrin Konrad Lars Leonie Lieselotte Lothar Ludwig Magdalena Manfred
    Marlene Matthias Mechthild Moritz Nele Norbert Ottilie Philipp Reinhard Rüdiger Sabine Sönke Stefanie Theresa Thorsten
    Ulrike Ursula Volker Wiebke Wilhelm Wolfgang Anna-Lena Karl-Heinz
""")
_GERMAN_FAMILY: Final = _words("""
    Achterberg Ahlers Bäcker Bauernfeind Beckmann Birnbaum Böhm Brandstätter Buchholz Dörfler Ebersbach Eichhorn Engelhardt
    Falkenstein Färber Fleischhauer Förster Friedrichsen Gärtner Gebhardt Göbel Großmann Grünwald Haberland Hagedorn
    Hartwig Heßler Hölzl Jäger Kestner Klöckner König Krämer Kühn Landgraf Lindemann Löffler Lüders Mahlstedt Möller
    Mühlbauer Müller Nägele Neubauer Oberländer Pfeiffer Quandt Reißmann Rosenthal Sauerwein Schäfer Schönfeld Schröter
    Schütte Strauß Stüwe Tannhäuser Thießen Uhlmann Vogelsang Wächter Weiß Wörner Zöllner Meyer-Lindholm
""")
_SPANISH: Final = _words("""
    Adrián Agustín Alba Alejandra Álvaro Amparo Andrés Ángela Asunción Beatriz Begoña Belén Carlos Carmen Concepción
    Cristóbal Daniela Elías Elena Encarnación Esteban Estíbaliz Fátima Fermín Gonzalo Guadalupe Héctor Inmaculada Íñigo
    Inés Iván Javier Jesús Joaquín Jorge Julián Leticia Lorena Lucía Macarena Marcos Martín Mercedes Miguel Montserrat
    Nicolás Nuria Óscar Pablo Paloma Pilar Ramón Raúl Rocío Rodrigo Rosario Sofía Tomás Verónica Víctor Xavier Yolanda
""")
_SPANISH_FAMILY: Final = _words("""
    Acosta Aguilar Alarcón Aranda Ávila Barrios Benítez Bermúdez Cárdenas Carrasco Castaño Cebrián Cordero Covarrubias
    Domínguez Echeverría Escudero Espinosa Estévez Fuentes Galindo García Gimeno Güell Guzmán Herrero Ibáñez Iglesias
    Jiménez Lozano Luján Márquez Medina Mendizábal Montalbán Muñoz Navarro Núñez Olmedo Ortega Pacheco Peña Quintana
    Ramírez Redondo Robles Salcedo Sánchez Santamaría Segura Sepúlveda Tejedor Urrutia Valdés Vázquez Villalobos Yáñez
    Zamora Zúñiga
""")
_ITALIAN: Final = _words("""
    Adriana Alessandro Ambra Annalisa Antonella Beatrice Benedetta Bruno Camilla Carlotta Caterina Cesare Chiara Cosimo
    Damiano Dario Davide Elisabetta Emanuele Enrico Fabrizio Federica Filippo Fiorella Francesca Gaetano Giacomo Ginevra
    Gioele Giorgia Giosuè Giulia Greta Ilaria Jacopo Lavinia Leonardo Loredana Lorenzo Luca Maddalena Marcello Matteo
    Michela Niccolò Noemi Nunzia Ornella Pasquale Piergiorgio Raffaella Renato Riccardo Rosalba Salvatore Serena Silvio
    Tommaso Umberto Valeria Vincenzo Viola Vittoria Pietro-Paolo
""")
_ITALIAN_FAMILY: Final = _words("""
    Abbatini Agostinelli Baldassarre Barbarossa Bellucci Bernardini Bonaventura Brambilla Caffarelli Calabrò Cantù
    Caprioli Castellani Cavallaro Ceccarelli Colombari Cortesi D'Ambrosio D'Angelo De~Santis Della~Torre Donadoni Fabbri
    Falcone Fiorentini Galvani Gambardella Gentileschi Grimaldi Guidotti Lanfranchi Lo~Bianco Lombardi Maggiore Malatesta
    Marchetti Mazzanti Mezzogiorno Montanari Nicolò Orlandi Palmieri Pellegrino Piccolomini Pratesi Quaranta Ricciardi
    Rinaldi Ruggeri Salvemini Santoro Scarlatti Serrani Spadaro Tagliaferri Terranova Ubaldini Valentini Zanetti
""")
_INDIAN: Final = _words("""
    Aarav Aditi Ajay Akash Amrita Ananya Anil Anjali Arjun Arvind Asha Bhavna Chetan Deepa Devika Dinesh Divya Farhan
    Gauri Girish Harpreet Harsh Hema Indira Ishaan Jaya Jyoti Kabir Kalpana Karthik Kavita Kiran Lakshmi Lata Leela
    Madhav Manish Meenakshi Mohan Nandini Naveen Neha Nikhil Pallavi Pooja Pradeep Priya Radhika Rahul Rajesh Rekha
    Rohan Sandeep Sanjana Shalini Shreya Sunil Swati Tanvi Uma Varun Vidya Vikram Yash Zoya
""")
_INDIAN_FAMILY: Final = _words("""
    Agarwal Ahluwalia Bajpai Banerjee Bhandari Bhatt Chakraborty Chandra Chaudhary Chopra Dasgupta Desai Deshmukh
    Dhillon D'Souza Dubey Fernandes Ganguly Ghoshal Gokhale Grewal Gupta Hegde Iyengar Iyer Jadhav Joshi Kapadia Kaul
    Khandelwal Khanna Kulkarni Mahajan Malhotra Menon Mishra Mukherjee Nair Naidu Pandey Patel Pillai Prabhu Purohit
    Qureshi Raghavan Rajput Rao Reddy Sabharwal Saxena Sethi Sharma Shetty Sinha Srinivasan Subramanian Talwar Thakur
    Trivedi Varghese Venkatesan Verma Yadav
""")

#: Given names of Japan as they stand on an account abroad, and as their owners write them.
JAPANESE_GIVEN: Final = dict(zip(
    _words("""Haruka Yuki Sakura Ren Aoi Hina Yuto Sota Misaki Kenta Daiki Naoko Keiko Takashi Hiroshi Makoto Akira
        Emi Kaori Mayumi Noboru Satoshi Shota Tomoko Yoko Yumi Ryo Mei Hana Kazuki Kohei Mio Nanami Saki Taro
        Ichiro Jun Megumi Chihiro"""),
    _words("""遥 雪 桜 蓮 葵 陽菜 悠斗 颯太 美咲 健太 大輝 直子 恵子 隆 浩 誠 明
        恵美 香織 真由美 昇 聡 翔太 智子 洋子 由美 涼 芽衣 花 和樹 浩平 美桜 七海 咲希 太郎
        一郎 潤 恵 千尋"""),
    strict=True,
))  # fmt: skip
#: Family names of Japan, likewise.
JAPANESE_FAMILY: Final = dict(zip(
    _words("""Aoki Endo Fujii Fukuda Goto Hamada Hara Hasegawa Hayashi Hirano Honda Iida Ikeda Imai Inoue Ishii Iwasaki
        Kaneko Kato Kikuchi Kinoshita Kobayashi Kojima Kondo Kudo Maeda Matsuda Miura Miyamoto Morita Murakami Nakajima
        Nishimura Noguchi Ogawa Okada Ono Ota Saito Sakai Sato Shimizu Sugiyama Takada Takeuchi Tamura Tanabe Uchida
        Ueda Wada Yamashita Yokoyama Yoshida"""),
    _words("""青木 遠藤 藤井 福田 後藤 浜田 原 長谷川 林 平野 本田 飯田 池田 今井 井上 石井 岩崎
        金子 加藤 菊池 木下 小林 小島 近藤 工藤 前田 松田 三浦 宮本 森田 村上 中島
        西村 野口 小川 岡田 小野 太田 斎藤 酒井 佐藤 清水 杉山 高田 竹内 田村 田辺 内田
        上田 和田 山下 横山 吉田"""),
    strict=True,
))  # fmt: skip

#: Country -> given names. Canada speaks two languages.
GIVEN: Final[dict[str, tuple[str, ...]]] = {
    "US": (*_ENGLISH, *_SPANISH[::7], *_INDIAN[::9]),
    "CA": (*_ENGLISH, *_FRENCH),
    "GB": (*_ENGLISH, *_INDIAN[::11]),
    "DE": _GERMAN,
    "FR": _FRENCH,
    "ES": _SPANISH,
    "IT": _ITALIAN,
    "IN": _INDIAN,
    "JP": tuple(JAPANESE_GIVEN),
}
#: Country -> family names.
FAMILY: Final[dict[str, tuple[str, ...]]] = {
    "US": (*_ENGLISH_FAMILY, *_SPANISH_FAMILY[::5], *_GERMAN_FAMILY[::8], *_ITALIAN_FAMILY[::9]),
    "CA": (*_ENGLISH_FAMILY, *_FRENCH_FAMILY),
    "GB": (*_ENGLISH_FAMILY, *_INDIAN_FAMILY[::9]),
    "DE": _GERMAN_FAMILY,
    "FR": _FRENCH_FAMILY,
    "ES": _SPANISH_FAMILY,
    "IT": _ITALIAN_FAMILY,
    "IN": _INDIAN_FAMILY,
    "JP": tuple(JAPANESE_FAMILY),
}
