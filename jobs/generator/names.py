"""Names as people and companies have them: half of them Vietnamese, the others from six more countries."""

from __future__ import annotations

from dataclasses import dataclass

from jobs.generator.draws import Draws


@dataclass(frozen=True, slots=True)
class Country:
    """What names and prices look like in a country."""

    code: str
    language: str
    currency: str
    given: tuple[str, ...]
    middle: tuple[str, ...]
    family: tuple[str, ...]
    cities: tuple[str, ...]
    family_first: bool = False


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.replace("_", " ") for word in text.split())


VIETNAM = Country(
    "VN",
    "vi",
    "VND",
    _words(
        "An Anh Bảo Bình Chi Cường Dung Dũng Duy Đạt Đức Giang Hà Hải Hạnh Hiếu Hoa Hòa Hùng Hương Khánh Lan Linh "
        "Long Mai Minh Nam Ngọc Nhung Phong Phúc Phương Quân Quang Sơn Tâm Thảo Thịnh Thủy Trang Trung Tú Tuấn Uyên "
        "Vân Việt Yến"
    ),
    _words("Văn Thị Hữu Ngọc Minh Thanh Đình Quốc Gia Hoàng Xuân Thùy Đức Khánh"),
    _words("Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Trịnh Đoàn Mai"),
    _words("Hà_Nội Hồ_Chí_Minh Đà_Nẵng Hải_Phòng Cần_Thơ Huế Nha_Trang Đà_Lạt Vũng_Tàu Quy_Nhơn Hội_An Sa_Đéc"),
    family_first=True,
)
OTHERS = (
    Country(
        "US",
        "en",
        "USD",
        _words("Ada Brian Carol David Emma Frank Grace Henry Irene Jack Karen Liam Mary Noah Olivia Peter Rose Sam"),
        (),
        _words(
            "Adams Baker Clark Davis Evans Foster Green Hill Irving Jones King Lewis Moore Nelson Parker Reed Smith"
        ),
        _words("Austin Boston Chicago Denver Portland Seattle Tucson"),
    ),
    Country(
        "GB",
        "en",
        "GBP",
        _words("Alice Ben Charlotte Daniel Edith Fiona George Hannah Ian Jane Kate Lucy Martin Nora Oscar Ruth Tom"),
        (),
        _words("Archer Brown Cooper Dawson Ellis Fletcher Gray Hughes O'Neill Palmer Quinn Shaw Taylor Walker Young"),
        _words("Bristol Cardiff Glasgow Leeds London York"),
    ),
    Country(
        "DE",
        "de",
        "EUR",
        _words("Anna Bernd Clara Dieter Elke Felix Greta Hans Ines Jürgen Katja Lukas Mia Nils Petra Rolf Sabine Uwe"),
        (),
        _words("Bauer Becker Fischer Groß Hoffmann Jäger Klein Köhler Müller Neumann Schäfer Schmidt Vogel Weiß Wolf"),
        _words("Berlin Bremen Dresden Hamburg Köln Leipzig München"),
    ),
    Country(
        "FR",
        "fr",
        "EUR",
        _words("Adèle Benoît Chloé Denis Élise François Gaël Hélène Jules Léa Marc Noé Océane Pierre Renée Théo Zoé"),
        (),
        _words(
            "Bernard Dubois Durand Fournier Girard Lambert Lefèvre Martin Mercier Moreau Petit Robert Rousseau Simon"
        ),
        _words("Bordeaux Lille Lyon Nantes Nîmes Paris Strasbourg"),
    ),
    Country(
        "CZ",
        "cs",
        "CZK",
        _words(
            "Adéla Bohumil Dana Eliška František Hana Jiří Karel Lucie Markéta Ondřej Pavel Radka Šárka Tomáš Zdeněk"
        ),
        (),
        _words("Černý Dvořák Fiala Horák Jelínek Kučera Krejčí Marek Novák Pokorný Procházka Říha Svoboda Veselý Žák"),
        _words("Brno Liberec Olomouc Ostrava Plzeň Praha"),
    ),
    Country(
        "JP",
        "ja",
        "JPY",
        _words("Aiko Daichi Emi Haruto Ken Kenji Mei Naoko Ren Sakura Shō Sora Takumi Yui Yūki"),
        (),
        _words("Andō Fujita Hayashi Inoue Itō Katō Kobayashi Mori Nakamura Ōno Saitō Satō Suzuki Tanaka Yamada"),
        _words("Fukuoka Kyōto Nagoya Ōsaka Sapporo Tōkyō"),
        family_first=True,
    ),
)

_GOODS = _words(
    "Phở Bún Miến Gạo Nước_mắm Cà_phê Trà_sen Bánh_mì Hủ_tiếu Đậu_phụ Noodle Rice Bearing Bolt Brake Cable Clutch "
    "Engine Filter Frame Gasket Hinge Lamp Lever Motor Panel Piston Pump Rotor Seal Sensor Spring Switch Tyre Valve "
    "Wheel"
)
_MANNERS = _words(
    "Classic Fine Fresh Golden Green Heavy Light Long New Old Plain Prime Pure Quick Strong Vàng Xanh Đặc_biệt"
)
_TRADES = _words("Foods Motors Textiles Trading Logistics Design Farms Tools Papers Optics Ceramics Fisheries")
_VIETNAMESE_TRADES = _words("Thực_phẩm Cơ_khí Dệt_may Thương_mại Vận_tải Nông_sản Thủy_sản Gốm_sứ Bao_bì Nội_thất")


def country(draws: Draws, purpose: int, number: int) -> Country:
    """The country of a party: Vietnam for half of them."""
    drawn = draws.below(purpose, number, 2 * len(OTHERS))
    return VIETNAM if drawn >= len(OTHERS) else OTHERS[drawn]


def person_name(draws: Draws, purpose: int, number: int, home: Country) -> tuple[str, str, str]:
    """Whole name, given name and family name."""
    given = draws.choice(purpose, 4 * number, home.given)
    family = draws.choice(purpose, 4 * number + 1, home.family)
    middle = f" {draws.choice(purpose, 4 * number + 2, home.middle)}" if home.middle else ""
    whole = f"{family}{middle} {given}" if home.family_first else f"{given}{middle} {family}"
    return whole, given, family


def organisation_name(draws: Draws, purpose: int, number: int, home: Country) -> str:
    """`Công ty TNHH Cơ khí Hoàng Long 17` or `Becker Tools 4`; the number keeps many of them apart."""
    family = draws.choice(purpose, 3 * number, home.family)
    if home is VIETNAM:
        given = draws.choice(purpose, 3 * number + 1, home.given)
        trade = draws.choice(purpose, 3 * number + 2, _VIETNAMESE_TRADES)
        return f"Công ty TNHH {trade} {family} {given} {number}"
    return f"{family} {draws.choice(purpose, 3 * number + 2, _TRADES)} {number}"


def product_name(draws: Draws, purpose: int, number: int) -> str:
    """`Phở Đặc biệt 12`."""
    good = draws.choice(purpose, 2 * number, _GOODS)
    return f"{good} {draws.choice(purpose, 2 * number + 1, _MANNERS)} {number}"
