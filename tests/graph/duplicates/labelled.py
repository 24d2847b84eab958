"""A population in which it is known who is who: the demo company, generated parties, second entries of them, and others
who look like them.
"""

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from random import Random

from graph.model.model import Model
from graph.model.values import words
from graph.writer.load import New, NewEdge, NewNode
from jobs.generator.contents import organisations, persons
from jobs.generator.world import World
from tests.graph.duplicates.damage import NAMES, Values, damaged, other_number
from tests.oracle.demo import MAPPING

SINCE = "2024-01-01T00:00:00.000Z"
FILES = {"Organisation": "organisations.csv", "OrgUnit": "org_units.csv", "Person": "persons.csv"}
FIELDS = {
    "given_name": "givenName",
    "family_name": "familyName",
    "tax_id": "taxId",
    "birth_date": "birthDate",
    "postal_code": "postalCode",
}
NOT_VALUES = {"key", "part_of", "since", "until"}
SAME_IN_DEMO = {
    "nguyen-thi-dao-2": "nguyen-thi-dao",
    "bu-long-phu-thinh-cu": "bu-long-phu-thinh",
    "rau-sach-tra-que": "rau-tra-que",
}
"""The duplicates that the demo company was written with; examples/demo/README.md names them."""
FREQUENT = {"company form changed": 3, "typing error": 2}
"""Kinds of damage that happen so many times as often as others."""
GIVEN = ("Hạnh", "Tuyết", "Quốc Khải", "Thu Giang", "Bảo Lộc", "Mỹ Uyên", "Thiện", "Kim Cúc")
MIDDLE = ("Xuân", "Tường", "Nhật", "Cẩm")
CITIES = ("Cà Mau", "Quy Nhơn", "Lào Cai", "Tây Ninh", "Pleiku")
STREETS = ("Lê Duẩn", "Nguyễn Trãi", "Hoàng Văn Thái", "Phạm Hữu Chí", "Tôn Đản")
TRADES = ("Bao bì", "Du lịch", "Thiết bị điện", "Giống cây trồng", "In ấn")
UNITS = ("Phòng Pháp chế", "Kho thành phẩm", "Tổ Bảo vệ", "Ban Kiểm toán")


@dataclass(frozen=True)
class Entry:
    """One party as it is entered, and who it is. `kind` is how it came about."""

    id: str
    type: str
    entity: str
    values: Values
    kind: str = "original"
    organisation: str | None = None


@dataclass
class Population:
    """All entries of one seed."""

    entries: list[Entry] = field(default_factory=list)

    @property
    def pairs(self) -> Mapping[frozenset[str], str]:
        """Every two entries of one party, with the kind of damage between them."""
        found: dict[frozenset[str], str] = {}
        whole: dict[str, list[Entry]] = {}
        for entry in self.entries:
            whole.setdefault(entry.entity, []).append(entry)
        for entries in whole.values():
            for one, other in combinations(entries, 2):
                found[frozenset((one.id, other.id))] = max(one, other, key=lambda e: e.kind != "original").kind
        return found

    @property
    def negatives(self) -> Mapping[frozenset[str], str]:
        """Every party with somebody made to look like it."""
        ids = {entry.entity: entry.id for entry in self.entries if entry.kind == "original"}
        return {
            frozenset((ids[entry.entity.partition("/")[0]], entry.id)): entry.kind
            for entry in self.entries
            if "/" in entry.entity
        }

    def news(self) -> Iterator[New]:
        """What the writer loads."""
        for entry in self.entries:
            derived = {"organisationId": entry.organisation} if entry.organisation else {}
            yield NewNode(entry.type, entry.id, entry.values, derived=derived)
        for entry in self.entries:
            if entry.type == "OrgUnit" and entry.organisation:
                yield NewEdge("PartOf", f"pof_{entry.id[3:]}", entry.id, entry.organisation, {"since": SINCE})


def population(model: Model, seed: int, *, generated: int = 40) -> Population:
    """The demo company and some generated parties, a second entry of each, and for most of them somebody else."""
    random = Random(seed)  # noqa: S311  # the same seed makes the same people
    found = Population()

    def add(type: str, entity: str, values: Values, kind: str = "original", organisation: str | None = None) -> None:
        id = f"{model.nodes[type].prefix}_{random.getrandbits(128):032x}"
        own = id if type == "Organisation" else organisation
        found.entries.append(Entry(id, type, entity, values, kind, own))

    for type, entity, values, organisation in _demo(found):
        add(type, entity, values, organisation=organisation)
    for type, entity, values in _generated(model, seed, generated):
        add(type, entity, values)
    originals = [entry for entry in found.entries if entry.entity not in SAME_IN_DEMO.values()]
    random.shuffle(originals)
    happened: Counter[str] = Counter()
    for entry in originals:
        turns = random.sample(sorted(NAMES[entry.type]), len(NAMES[entry.type]))
        for kind in sorted(turns, key=lambda kind: happened[kind] / FREQUENT.get(kind, 1)):
            if second := damaged(random, entry.type, entry.values, kind):
                add(entry.type, entry.entity, second, kind, entry.organisation)
                happened[kind] += 1
                break
    strangers = {type: list(made) for type, made in OTHERS.items()}
    companies = [entry.id for entry in originals if entry.type == "Organisation"]
    for place, entry in enumerate(originals):
        kind = strangers[entry.type][place % len(strangers[entry.type])]
        if other := OTHERS[entry.type][kind](random, entry.values):
            home = entry.organisation
            if kind == "unit of the same name elsewhere":
                home = random.choice([id for id in companies if id != home])
            add(entry.type, f"{entry.entity}/{kind}", other, kind, home)
    return found


def _demo(found: Population) -> Iterator[tuple[str, str, Values, str | None]]:
    """Type, entity, values and organisation of each party of the demo company; units know who is above them."""
    above: dict[str, str | None] = {}
    for type, file in FILES.items():
        with (MAPPING.parent / file).open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                values = {FIELDS.get(n, n): v for n, v in row.items() if n not in NOT_VALUES and v}
                entity = SAME_IN_DEMO.get(row["key"], row["key"])
                organisation = above.get(row.get("part_of", ""))
                yield type, entity, values, organisation
                above[row["key"]] = found.entries[-1].organisation


def _generated(model: Model, seed: int, parties: int) -> Iterator[tuple[str, str, Values]]:
    world = World(model, parties, seed)
    for type, things in (("Organisation", organisations(world)), ("Person", persons(world))):
        for node, *_ in things:
            assert isinstance(node, NewNode)
            yield type, node.id, {name: str(value) for name, value in node.values.items()}


Other = Callable[[Random, Values], Values | None]


def _moved(random: Random, values: Values) -> Values:
    """Values of somebody who lives elsewhere in the country."""
    city = random.choice([city for city in CITIES if city != values.get("city")])
    street = f"{random.randrange(1, 300)} đường {random.choice(STREETS)}"
    return {**values, "city": city, "region": city, "address": street, "postalCode": f"{random.randrange(10**5):05d}"}


def _own(random: Random, values: Values, *fields: str) -> Values:
    """Values with numbers and addresses of one's own in place of the named ones."""
    changed = dict(values)
    for name in fields:
        match name, values.get(name):
            case "phone", str(phone):
                changed["phone"] = other_number(random, phone)
            case "email", str(email):
                box = "".join(words(changed.get("givenName", changed["name"])))
                changed["email"] = f"{box}{random.randrange(1000)}@{email.partition('@')[2]}"
            case "birthDate", str(birth):
                year = int(birth[:4]) + random.choice((-29, -26, -3, 2, 24, 31))
                changed["birthDate"] = f"{year}-{random.randrange(1, 13):02d}-{random.randrange(1, 29):02d}"
            case "website", str():
                changed["website"] = f"https://{random.getrandbits(40):x}.example"
            case _:
                pass
    changed.pop("taxId", None)
    if "taxId" in values and random.random() < 0.7:
        changed["taxId"] = _tax(random, values.get("country"))
        if not changed["taxId"]:
            del changed["taxId"]
    return changed


def _tax(random: Random, country: str | None) -> str:
    """A right tax number of Viet Nam; nothing for other countries."""
    if country != "VN":
        return ""
    figures = [random.randrange(1, 7), *(random.randrange(10) for _ in range(8))]
    weights = (31, 29, 23, 19, 17, 13, 7, 5, 3)
    check = (10 - sum(w * f for w, f in zip(weights, figures, strict=True)) % 11) % 11
    return "".join(map(str, figures)) + str(check) if check < 10 else ""


def _named(values: Values, given: str, name: str) -> dict[str, str]:
    return {**values, "givenName": given, "name": name}


def _family(values: Values) -> str | None:
    return values["familyName"] if values.get("language") == "vi" and values.get("familyName") else None


def relative(random: Random, values: Values) -> Values | None:
    """Child or parent: family name, address and phone in common."""
    if not (family := _family(values)):
        return None
    given = random.choice(GIVEN)
    return _own(random, _named(values, given, f"{family} {given}"), "email", "birthDate")


def twin(random: Random, values: Values) -> Values | None:
    """All in common but the last word of the name and the e-mail address."""
    *names, last = values["name"].split()
    if not _family(values) or not names:
        return None
    given = random.choice([g for g in ("Hạnh", "Tuyết", "Thiện", "Khải") if g != last])
    return _own(random, _named(values, given, " ".join((*names, given))), "email")


def namesake(random: Random, values: Values) -> Values:
    """The same name in another place."""
    return _moved(random, _own(random, values, "email", "phone", "birthDate"))


def namesake_in_town(random: Random, values: Values) -> Values:
    """The same name in the same city."""
    own = _own(random, values, "email", "phone", "birthDate")
    return {**_moved(random, own), **{name: values[name] for name in ("city", "region") if name in values}}


def other_middle_name(random: Random, values: Values) -> Values | None:
    """Family name and given name in common, in the same street."""
    words = values["name"].split()
    if not _family(values) or len(words) < 3:
        return None
    middle = random.choice([word for word in MIDDLE if word not in words])
    return _own(random, {**values, "name": f"{words[0]} {middle} {words[-1]}"}, "email", "phone", "birthDate")


def colleague(random: Random, values: Values) -> Values:
    """Another name behind the same switchboard, in the same building."""
    given = random.choice(GIVEN)
    return _own(random, _named(values, given, f"Tạ {given}"), "email", "birthDate")


def same_name_elsewhere(random: Random, values: Values) -> Values:
    """The same company name in another province."""
    return _moved(random, _own(random, values, "email", "phone", "website"))


def sister(random: Random, values: Values) -> Values | None:
    """Another company of the group in the same house: the last two words of the name in common."""
    words = values["name"].split()
    if len(words) < 4:
        return None
    name = f"Công ty TNHH {random.choice(TRADES)} {' '.join(words[-2:])}"
    return _own(random, {**values, "name": name}, "email", "phone")


def numbered(random: Random, values: Values) -> Values:
    """One of a series."""
    return _own(random, {**values, "name": f"{values['name']} số {random.randrange(2, 9)}"}, "email", "phone")


def neighbour(random: Random, values: Values) -> Values:
    """Another company at the same address and switchboard."""
    name = f"Công ty CP {random.choice(TRADES)} {random.choice(GIVEN)}"
    return _own(random, {**values, "name": name}, "email", "website")


def unit_elsewhere(random: Random, values: Values) -> Values:
    return _moved(random, _own(random, values, "email", "phone"))


def unit_beside(random: Random, values: Values) -> Values:
    """Another unit of the same organisation, behind the same switchboard."""
    return _own(random, {**values, "name": f"{random.choice(UNITS)} {random.choice(STREETS)}"}, "email")


OTHERS: Mapping[str, Mapping[str, Other]] = {
    "Person": {
        "relative in the same household": relative,
        "twin": twin,
        "namesake elsewhere": namesake,
        "namesake in the same city": namesake_in_town,
        "other middle name in the same street": other_middle_name,
        "colleague behind the same phone": colleague,
    },
    "Organisation": {
        "company of the same name elsewhere": same_name_elsewhere,
        "sister company at the same address": sister,
        "company of a numbered series": numbered,
        "other company behind the same phone": neighbour,
    },
    "OrgUnit": {
        "unit of the same name elsewhere": unit_elsewhere,
        "other unit behind the same phone": unit_beside,
    },
}
"""Others who look like a party, for each type."""
