"""The words of names that say little: forms of companies, lines of business, titles, and names that many people have.

Everything is written as people write it and compared folded, so that a table can be read and added to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import Enum

from graph.model.values import words

Words = tuple[str, ...]

# It begins where no abbreviation goes on, and takes all or nothing: a name of dots is passed over once.
_DOTTED = re.compile(r"\b(?<!\b\w\.)(?:\w\.){2,}+(?=\W|$)")


def undotted(text: str) -> str:
    """The text with abbreviations as one word each: `S.A.R.L.` becomes `SARL`."""
    return _DOTTED.sub(lambda dotted: dotted[0].replace(".", ""), text)


def _listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


class Form(Enum):
    """What kind of company a name says it is; `COMPANY` is any of them."""

    COMPANY = "company"
    LIMITED = "limited liability"
    JOINT_STOCK = "shares"
    PARTNERSHIP = "partnership"
    COOPERATIVE = "cooperative"
    SOLE = "one owner"
    GROUP = "group"


class Place(Enum):
    """Where in a name a form is one: a short foreign one only at the end, as `co` may also be what is left of `Cơ`."""

    ANYWHERE = "anywhere"
    EDGE = "at the beginning or the end"
    END = "at the end"


FORMS: tuple[tuple[Form, Place, str], ...] = (
    (Form.COMPANY, Place.EDGE, "công ty | cty | c.ty | doanh nghiệp | company | 회사"),
    (Form.COMPANY, Place.END, "co | cie | firm | holding | holdings"),
    (Form.LIMITED, Place.ANYWHERE, "TNHH | trách nhiệm hữu hạn | MTV | một thành viên | 1 thành viên"),
    (
        Form.LIMITED,
        Place.ANYWHERE,
        "hai thành viên | 2 thành viên | co ltd | company limited | limited liability company",
    ),
    (
        Form.LIMITED,
        Place.ANYWHERE,
        "GmbH | gesellschaft mbH | 有限会社 | 合同会社 | 有限公司 | 有限责任公司 | 유한회사",
    ),
    (Form.LIMITED, Place.END, "limited | ltd | LLC | SARL | Sàrl | SRL | s.r.o. | sp z o.o. | BV | Kft | d.o.o. | OÜ"),
    (Form.LIMITED, Place.END, "pty ltd | pte ltd | pvt ltd | private limited | proprietary limited | Lda | Ltda | UG"),
    (Form.JOINT_STOCK, Place.ANYWHERE, "cổ phần | CTCP | TMCP | joint stock company | joint stock | 株式会社"),
    (Form.JOINT_STOCK, Place.ANYWHERE, "주식회사 | 股份有限公司 | PJSC"),
    (Form.JOINT_STOCK, Place.EDGE, "CP"),
    (
        Form.JOINT_STOCK,
        Place.END,
        "JSC | Inc | incorporated | corp | corporation | PLC | AG | SA | SAS | SpA | NV | A/S",
    ),
    (Form.JOINT_STOCK, Place.END, "a.s. | AB | ASA | Oyj | SE | Tbk | Bhd"),
    (Form.PARTNERSHIP, Place.EDGE, "hợp danh | công ty hợp danh"),
    (Form.PARTNERSHIP, Place.END, "LLP | LP | KG | OHG | GbR | SNC"),
    (Form.COOPERATIVE, Place.EDGE, "hợp tác xã | HTX | tổ hợp tác | THT | cooperative | co-operative"),
    (Form.COOPERATIVE, Place.END, "eG"),
    (Form.SOLE, Place.EDGE, "doanh nghiệp tư nhân | DNTN | hộ kinh doanh | HKD | private enterprise"),
    (Form.SOLE, Place.END, "e.K."),
    (Form.GROUP, Place.EDGE, "tập đoàn | group"),
)
"""Forms of companies, of Vietnam and of the countries that it trades with."""

UNSPACED = ("株式会社", "有限会社", "合同会社", "股份有限公司", "有限责任公司", "有限公司", "주식회사", "유한회사")
"""Forms that are written without a space beside them."""

TRADES: Mapping[str, str] = {
    "thương mại": "TM | trading | trade | commercial | commerce",
    "dịch vụ": "DV | service | services",
    "sản xuất": "SX | production | manufacturing",
    "xây dựng": "XD | construction",
    "vận tải": "transport | transportation",
    "xuất nhập khẩu": "XNK | import export | export import | import and export | imex | impex",
    "đầu tư": "investment | invest",
    "công nghệ": "technology | technologies | tech",
    "phát triển": "development",
    "thực phẩm": "food | foods",
    "cơ khí": "mechanical | mechanics",
    "nội thất": "furniture | interior",
    "nông sản": "farms | agricultural products",
    "dệt may": "textiles | textile",
    "ngân hàng": "bank",
    "khách sạn": "hotel",
    "nhà hàng": "restaurant | restaurants",
    "cà phê": "coffee | cafe",
    "Việt Nam": "VN | vietnam",
}
"""Lines of business with their short and English forms. Many companies share them, and translate or shorten them."""

JOINED: Mapping[str, tuple[str, ...]] = {
    "tmdv": ("thương mại", "dịch vụ"),
    "dvtm": ("dịch vụ", "thương mại"),
    "sxtm": ("sản xuất", "thương mại"),
    "tmsx": ("thương mại", "sản xuất"),
    "dtxd": ("đầu tư", "xây dựng"),
}
"""Short forms of two lines of business at once."""

FILLERS = frozenset({"va", "and", "the", "und", "et", "y", "of"})

TITLES = _listed(
    "ông bà anh chị cô chú mr mrs ms miss mx dr prof ts ths pgs gs bs ks herr frau monsieur mme mlle sr sra"
)
"""How people are addressed, when it stands before a name of two words at least."""

FREQUENT = frozenset(
    words(
        "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Trịnh Đoàn Lương Trương Cao Tô "
        "Văn Thị Hữu Đình Smith Jones Müller Schmidt Martin Kim Lee Park Wang Li Zhang"
    )
)
"""Family and middle names that so many people have that they tell little: the twenty most frequent family names are
those of nine Vietnamese in ten."""


def _options(text: str) -> Iterable[Words]:
    return (tuple(words(undotted(option))) for option in text.split(" | "))


def _places() -> Mapping[Place, Mapping[Words, Form]]:
    found: dict[Place, dict[Words, Form]] = {place: {} for place in Place}
    for form, place, text in FORMS:
        found[place].update(dict.fromkeys(_options(text), form))
    return found


def _trades() -> Mapping[Words, Words]:
    found: dict[Words, Words] = {}
    for name, others in TRADES.items():
        token = "".join(words(name))
        found |= dict.fromkeys((tuple(words(name)), *_options(others)), (token,))
    for short, names in JOINED.items():
        found[(short,)] = tuple("".join(words(name)) for name in names)
    return found


FORM_WORDS = _places()
TRADE_WORDS = _trades()
TRADE_TOKENS = frozenset(token for tokens in TRADE_WORDS.values() for token in tokens)
LONGEST = max(len(option) for options in (*FORM_WORDS.values(), TRADE_WORDS) for option in options)
