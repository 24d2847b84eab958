"""What happens to a party that is entered a second time, as functions of its values."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from random import Random

Values = Mapping[str, str]
Damage = Callable[[Random, Values], Values | None]
"""The values after the damage; None where it cannot happen to them."""

NEIGHBOURS = {
    "a": "sq", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "g": "fh", "h": "gj", "i": "uo", "k": "jl", "l": "k",
    "m": "n", "n": "bm", "o": "ip", "p": "o", "q": "wa", "r": "et", "s": "ad", "t": "ry", "u": "yi", "v": "cb",
    "x": "zc", "y": "tu",
}  # fmt: skip
"""Keys beside each other."""
HOOK, TILDE, ACUTE, GRAVE = "\u0309", "\u0303", "\u0301", "\u0300"
CONFUSED = {HOOK: TILDE, TILDE: HOOK}
"""Tones that many speakers do not tell apart."""
LONG_FORMS = ("Công ty TNHH", "Công ty CP")
SHORT_FORMS = {
    "Công ty TNHH": ("{} Co., Ltd.", "Cty TNHH {}", "{} Company Limited", "CÔNG TY TRÁCH NHIỆM HỮU HẠN {}", "{} LLC"),
    "Công ty CP": ("{} JSC", "CTCP {}", "Công ty cổ phần {}", "{} Joint Stock Company", "Cty CP {}"),
    "GmbH": ("{} Gesellschaft mbH", "{} G.m.b.H."),
    "Ltd": ("{} Limited", "{} Ltd."),
    "SARL": ("{} S.A.R.L.", "{}"),
    "Hợp tác xã": ("HTX {}", "{} Cooperative"),
}
TRADES = {"Thương mại": "TM", "Vận tải": "Transport", "Thực phẩm": "Foods", "Nông sản": "Farms", "Dệt may": "Textile"}
STREETS = {"đường": "Đ.", "phố": "P.", "phường": "P.", "khu công nghiệp": "KCN", "khu đô thị": "KĐT", "Straße": "Str."}
CITIES = {"Hà Nội": "Hanoi", "TP. Hồ Chí Minh": "Ho Chi Minh City", "Đà Nẵng": "TP Đà Nẵng", "Huế": "Thành phố Huế"}


def plain(text: str) -> str:
    """The text without marks, as from a keyboard that has none."""
    bare = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(char for char in bare if not unicodedata.combining(char))


def slip(random: Random, text: str) -> str | None:
    """One typing error in one of the longer words: a neighbouring key, a letter lost, doubled or in the wrong place."""
    words = [found for found in re.finditer(r"[^\W\d_]{3,}", text) if found[0].lower() not in {"công", "cty", "tnhh"}]
    if not words:
        return None
    word = random.choice(words)
    at = random.randrange(word.start(), word.end() - 1)
    match random.choice(("beside", "lost", "double", "turned")):
        case "beside" if keys := NEIGHBOURS.get(plain(text[at]).lower()):
            made = text[:at] + random.choice(keys) + text[at + 1 :]
        case "lost":
            made = text[:at] + text[at + 1 :]
        case "turned" if text[at] != text[at + 1]:
            made = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
        case _:
            made = text[:at] + text[at] + text[at:]
    return made


def on(field: str, change: Callable[[Random, str], str | None]) -> Damage:
    """A damage of one field, where it has a value and the change makes another one."""

    def damage(random: Random, values: Values) -> Values | None:
        value = values.get(field)
        made = change(random, value) if value else None
        return None if made in (None, value) else {**values, field: str(made)}

    return damage


def without(*fields: str) -> Damage:
    """A damage by which fields are empty."""

    def damage(_: Random, values: Values) -> Values | None:
        kept = {name: value for name, value in values.items() if name not in fields}
        return kept if len(kept) < len(values) else None

    return damage


def other_tone(random: Random, text: str) -> str | None:
    """Hỏi for ngã, or the other way."""
    spread = unicodedata.normalize("NFD", text)
    places = [place for place, char in enumerate(spread) if char in CONFUSED]
    if not places:
        return None
    at = random.choice(places)
    return unicodedata.normalize("NFC", spread[:at] + CONFUSED[spread[at]] + spread[at + 1 :])


def turned(_: Random, text: str) -> str | None:
    """The family name at the other end."""
    first, *rest = text.split()
    return " ".join((*rest, first)) if rest else None


def initials(_: Random, text: str) -> str | None:
    """The names in the middle as initials."""
    words = text.split()
    return " ".join((words[0], *(f"{word[0]}." for word in words[1:-1]), words[-1])) if len(words) > 2 else None


def without_middle(_: Random, text: str) -> str | None:
    """The first name in the middle left out."""
    words = text.split()
    return " ".join((words[0], *words[2:])) if len(words) > 2 else None


def with_title(random: Random, text: str) -> str:
    return f"{random.choice(('Ông', 'Bà', 'Anh', 'Chị', 'Mr.', 'Ms', 'Dr.'))} {text}"


def run_together(random: Random, text: str) -> str | None:
    """A space lost."""
    spaces = [place for place, char in enumerate(text) if char == " "]
    if not spaces:
        return None
    at = random.choice(spaces)
    return text[:at] + text[at + 1 :]


def other_form(random: Random, text: str) -> str | None:
    """The same legal form written in another way or language."""
    for form, ways in SHORT_FORMS.items():
        if form in text:
            bare = " ".join(text.replace(form, "").split())
            return random.choice(ways).format(bare)
    return None


def without_form(_: Random, text: str) -> str | None:
    """What people call the company."""
    return next((text.removeprefix(form).strip() for form in LONG_FORMS if text.startswith(form)), None)


def other_trade(_: Random, text: str) -> str | None:
    return next((text.replace(long, short) for long, short in TRADES.items() if long in text), None)


def short_street(_: Random, text: str) -> str:
    for long, short in STREETS.items():
        text = text.replace(long, short)
    return text


def without_ward(_: Random, text: str) -> str | None:
    return text.rpartition(",")[0] or None


def other_city_spelling(_: Random, text: str) -> str:
    return CITIES.get(text, plain(text))


def other_box(random: Random, text: str) -> str:
    """A second address of the same person."""
    box, _, _ = text.partition("@")
    return random.choice((f"{box}{random.randrange(10, 99)}@gmail.com", f"{box[::-1]}@yahoo.com", f"{box}@outlook.com"))


def other_number(random: Random, text: str) -> str:
    return text[:-7] + f"{random.randrange(10**7):07d}"


def wrong_figure(random: Random, text: str) -> str:
    at = random.randrange(len(text) - 6, len(text))
    return text[:at] + str((int(text[at]) + random.randrange(1, 10)) % 10) + text[at + 1 :]


def day_and_month_turned(_: Random, text: str) -> str | None:
    year, month, day = text.split("-")
    return f"{year}-{day}-{month}" if int(day) <= 12 else None


def moved(random: Random, values: Values) -> Values | None:
    """The address before or after a move to another city."""
    if "address" not in values:
        return None
    city = random.choice([name for name in ("Hải Dương", "Biên Hòa", "Thanh Hóa") if name != values.get("city")])
    return {**values, "address": f"{random.randrange(1, 200)} đường Lý Bôn", "city": city, "region": city}


SHOUTED = on("name", lambda _, text: text.upper())
NAMES: Mapping[str, Mapping[str, Damage]] = {
    "Person": {
        "typing error": on("name", slip),
        "diacritics missing": on("name", lambda _, text: plain(text)),
        "hỏi and ngã confused": on("name", other_tone),
        "name order swapped": on("name", turned),
        "initials": on("name", initials),
        "middle name missing": on("name", without_middle),
        "title in the name": on("name", with_title),
        "space missing": on("name", run_together),
        "capital letters": SHOUTED,
    },
    "Organisation": {
        "typing error": on("name", slip),
        "diacritics missing": on("name", lambda _, text: plain(text)),
        "company form changed": on("name", other_form),
        "company form missing": on("name", without_form),
        "trade shortened or translated": on("name", other_trade),
        "space missing": on("name", run_together),
        "capital letters": SHOUTED,
    },
    "OrgUnit": {
        "typing error": on("name", slip),
        "diacritics missing": on("name", lambda _, text: plain(text)),
        "space missing": on("name", run_together),
        "capital letters": SHOUTED,
    },
}
"""What happens to names, for each type of party."""

SLIGHT: Mapping[str, tuple[Damage, ...]] = {
    "email": (on("email", lambda _, text: text.capitalize()), on("email", slip)),
    "phone": (on("phone", wrong_figure),),
    "birthDate": (on("birthDate", day_and_month_turned),),
    "address": (
        on("address", short_street),
        on("address", lambda _, text: plain(text)),
        on("address", without_ward),
    ),
    "city": (on("city", other_city_spelling),),
}
"""What leaves a value recognisable."""
LOSS: Mapping[str, tuple[Damage, ...]] = {
    "email": (on("email", other_box), without("email")),
    "phone": (on("phone", other_number), without("phone")),
    "birthDate": (without("birthDate"),),
    "address": (without("address"), without("address", "city", "region", "postalCode"), moved),
    "website": (without("website"),),
}
"""What takes a value away, or puts another one in its place."""
TELLING = {
    "Person": ("email", "phone", "birthDate", "address"),
    "Organisation": ("email", "phone", "address"),
    "OrgUnit": ("email", "phone", "address"),
}
"""Of these one at least stays recognisable: of a name alone nobody could say whose it is."""


def damaged(random: Random, type: str, values: Values, kind: str) -> Values | None:
    """A second entry of a party, whose name suffered this kind of damage; None where it cannot.

    One entry of five has a second damage of its name. Each other value stays in half of the entries, is damaged in a
    fifth, and is lost or replaced in the rest.
    """
    found = NAMES[type][kind](random, values)
    if found is None:
        return None
    if random.random() < 0.2:
        found = random.choice(list(NAMES[type].values()))(random, found) or found
    there = [field for field in TELLING[type] if values.get(field)]
    kept = random.choice(there) if there else None
    for field in (*SLIGHT, "website"):
        chance = random.random()
        if 0.5 <= chance < 0.7 and field in SLIGHT:
            found = random.choice(SLIGHT[field])(random, found) or found
        elif chance >= 0.7 and field != kept and field in LOSS:
            found = random.choice(LOSS[field])(random, found) or found
    return {name: value for name, value in found.items() if name != "taxId"}
