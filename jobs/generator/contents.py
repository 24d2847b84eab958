"""The things of a world in the order in which they are written, each with all that it must come with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache, partial
from itertools import count
from typing import NamedTuple

from graph.model.values import SCALE, fold, line_amount
from graph.writer.load import New, NewEdge, NewNode
from jobs.generator.names import Country
from jobs.generator.referrals import CODES, codes, programmes, referrals
from jobs.generator.world import TIERS, World

_KINDS = ("BUSINESS",) * 17 + ("AGENCY", "VOLUNTARY", "PUBLIC_BODY")
_LIFECYCLES = ("CURRENT",) * 12 + ("LOYAL",) + ("LAPSED",) * 5 + ("POTENTIAL", "LOST")
_TITLES = ("Buyer", "Clerk", "Cook", "Driver", "Engineer", "Kế toán", "Bán hàng", "Mechanic", "Planner", "Thủ kho")
_CHANNELS = ("ONLINE", "STORE", "MOBILE_APP", "PHONE", None)
_CATEGORIES = 40
_SPAN = 6
"""People who report to one manager, at most."""
_SHOPS = 10_000
"""Sellers that are remembered while purchases are made; nearly all purchases are from the first ones."""

Things = Iterator[list[New]]


def stages(world: World) -> list[tuple[str, int, Things]]:
    """What is made: its name, how many there are, and the things one by one."""
    return [
        ("organisations", world.organisations, organisations(world)),
        ("units", world.units, units(world)),
        ("persons", world.persons, persons(world)),
        ("categories", _CATEGORIES, categories(world)),
        ("products", world.products, products(world)),
        ("offers", world.sellers + world.products, offers(world)),
        ("employments", world.persons, employments(world)),
        ("purchases", world.persons, purchases(world)),
        ("programmes", 1, programmes(world)),
        ("codes", len(range(0, world.persons, CODES)), codes(world)),
        ("referrals", world.persons, referrals(world)),
    ]


def _place(world: World, home: Country, purpose: int, number: int) -> dict[str, str]:
    return {"country": home.code, "city": world.draws.choice(purpose, number, home.cities)}


def organisations(world: World) -> Things:
    """Organisations; one of ten is a subsidiary of one with a smaller number."""
    for number in range(world.organisations):
        home, name = world.country(1, number), world.organisation(number)
        id = world.id("Organisation", number)
        values = {
            "name": name,
            "kind": world.draws.choice(300, number, _KINDS),
            "website": f"https://org{number}.example",
            "email": f"hello@org{number}.example",
            **_place(world, home, 301, number),
        }
        made: list[New] = [NewNode("Organisation", id, values)]
        if number and world.draws.below(302, number, 10) == 0:
            parent = world.id("Organisation", world.draws.ranked(303, number, number))
            values = {"since": world.first_day, "share": "0.51"}
            made.append(NewEdge("SubsidiaryOf", world.id("SubsidiaryOf", number), id, parent, values))
        yield made


def units(world: World) -> Things:
    """Departments and branches, in trees."""
    held: dict[int, list[str]] = defaultdict(list)
    for number in range(world.units):
        owner = world.draws.ranked(310, number, world.organisations)
        siblings = held[owner]
        id, organisation = world.id("OrgUnit", number), world.id("Organisation", owner)
        above = siblings[(len(siblings) - 1) // _SPAN] if siblings else organisation
        siblings.append(id)
        kind = world.draws.choice(311, number, ("DEPARTMENT", "BRANCH"))
        city = _place(world, world.country(1, owner), 312, number)
        values = {"name": f"{kind.title()} {len(siblings)}, {world.organisation(owner)}", "kind": kind, **city}
        part = NewEdge("PartOf", world.id("PartOf", number), id, above, {"since": world.first_day})
        yield [NewNode("OrgUnit", id, values, derived={"organisationId": organisation}), part]


def persons(world: World) -> Things:
    """People; some have no phone, some no birth date."""
    for number in range(world.persons):
        home = world.country(0, number)
        name, given, family = world.person(number)
        values: dict[str, object] = {
            "name": name,
            "givenName": given,
            "familyName": family,
            "language": home.language,
            "email": f"{fold(given).replace(' ', '.')}.{number}@mail.example",
            **_place(world, home, 320, number),
        }
        if world.draws.below(321, number, 3):
            values["phone"] = f"+849{world.draws.below(322, number, 10**8):08d}"
        if world.draws.below(323, number, 4):
            values["birthDate"] = f"{1940 + world.draws.below(324, number, 65)}-0{1 + number % 9}-{10 + number % 19}"
        yield [NewNode("Person", world.id("Person", number), values)]


def categories(world: World) -> Things:
    """Categories, eight wide ones over the others."""
    for number in range(_CATEGORIES):
        above = {"parent": world.id("Category", number // 5)} if number % 5 else {}
        yield [NewNode("Category", world.id("Category", number), {"name": f"Category {number}"}, above)]


def products(world: World) -> Things:
    """Products, deepest tier first, with their components; one of eight has a substitute."""
    per_tier = world.products // TIERS
    for place in range(world.products):
        tier, rank = TIERS - 1 - place // per_tier, place % per_tier
        number = rank * TIERS + tier
        id = world.id("Product", number)
        values = {"name": world.product(number), "kind": "GOOD", "sku": f"A-{number:07d}", "discontinued": False}
        category = world.id("Category", world.draws.below(330, number, _CATEGORIES))
        references = {"madeBy": world.id("Organisation", world.maker_of(number)), "category": category}
        made: list[New] = [NewNode("Product", id, values, references, {"categoryId": category})]
        for slot, part in enumerate(world.parts_of(number)):
            amount = {"since": world.first_day, "quantity": str(1 + slot), "slot": f"S{slot}"}
            key = world.id("ComponentOf", 3 * number + slot)
            made.append(NewEdge("ComponentOf", key, world.id("Product", part), id, amount))
        if rank and world.draws.below(331, number, 8) == 0:
            ends = sorted((id, world.id("Product", number - TIERS)))
            key = world.id("SubstituteFor", number)
            made.append(NewEdge("SubstituteFor", key, ends[0], ends[1], {"since": world.first_day}))
        yield made


def _offer(world: World, number: int, seller: int, product: int, sourced_from: int | None) -> NewNode:
    ids = {"seller": world.id("Organisation", seller), "product": world.id("Product", product)}
    source = {} if sourced_from is None else {"sourcedFrom": world.id("Organisation", sourced_from)}
    values = {
        "since": world.first_day,
        "price": str(world.price(product)),
        "currency": world.country(1, seller).currency,
    }
    derived = {"sellerId": ids["seller"], "productId": ids["product"], "productName": fold(world.product(product))}
    return NewNode("Offer", world.id("Offer", number), values, {**ids, **source}, derived)


def offers(world: World) -> Things:
    """Makers offer what they make; of deeper tiers one in three is passed on by a distributor, and every seller offers
    finished products that it sources from their makers."""
    numbers = count()
    for product in range(world.products):
        maker = world.maker_of(product)
        made: list[New] = [_offer(world, next(numbers), maker, product, None)]
        if product % TIERS and world.draws.below(340, product, 3) == 0:
            distributor = world.sellers + world.draws.below(341, product, world.organisations - world.sellers)
            if distributor != maker:
                made.append(_offer(world, next(numbers), distributor, product, maker))
        yield made
    for seller in range(world.sellers):
        yield [_offer(world, next(numbers), seller, p, world.maker_of(p)) for p in world.offered_by(seller)]


def employments(world: World) -> Things:
    """Who works where; those who still do report to somebody of the same employer."""
    staff: dict[int, list[int]] = defaultdict(list)
    for number in range(world.persons):
        employer = world.employer_of(number)
        if employer is None:
            yield []
            continue
        person, organisation = world.id("Person", number), world.id("Organisation", employer)
        since = world.time(0, number)
        values = {"since": since, "title": world.draws.choice(350, number, _TITLES)}
        left = world.has_left(number)
        if left:
            values["until"] = world.last_day
        derived = {
            "personId": person,
            "employerId": organisation,
            "personName": fold(world.person(number)[0]),
            "organisationId": organisation,
        }
        ends = {"person": person, "employer": organisation}
        made: list[New] = [NewNode("Employment", world.id("Employment", number), values, ends, derived)]
        if not left:
            colleagues = staff[employer]
            if colleagues:
                manager = world.id("Person", colleagues[(len(colleagues) - 1) // _SPAN])
                made.append(NewEdge("ReportsTo", world.id("ReportsTo", number), person, manager, {"since": since}))
            colleagues.append(number)
        yield made


class Shop(NamedTuple):
    """What every purchase from a seller needs: its id, currency, and the id and price of each product it offers."""

    id: str
    currency: str
    offered: list[tuple[str, int]]


def _shop(world: World, seller: int) -> Shop:
    offered = [(world.id("Product", p), world.price(p)) for p in world.offered_by(seller)]
    return Shop(world.id("Organisation", seller), world.country(1, seller).currency, offered)


def purchases(world: World) -> Things:
    """Every person buys twice, and is a customer of whom it bought from since it first did."""
    shop = lru_cache(_SHOPS)(partial(_shop, world))
    for number in range(world.persons):
        person, name, own = world.id("Person", number), fold(world.person(number)[0]), world.seller_of(number)
        employer = None if world.has_left(number) else world.employer_of(number)
        sellers = (0 if number < world.hub_customers else own, own)
        times = [world.time(1, 2 * number + turn) for turn in range(2)]
        made: list[New] = []
        for place, seller in enumerate(dict.fromkeys(sellers)):
            since = min(at for at, who in zip(times, sellers, strict=True) if who == seller)
            copied = {"partyName": name, "scope": "INTERNAL" if employer == seller else "EXTERNAL"}
            made.append(_customer(world, 2 * number + place, person, shop(seller), since, copied))
        for turn, (seller, at) in enumerate(zip(sellers, times, strict=True)):
            made += _purchase(world, 2 * number + turn, person, shop(seller), at)
        yield made


def _customer(world: World, key: int, person: str, shop: Shop, since: str, copied: dict[str, str]) -> NewNode:
    derived = {"partyId": person, "sellerId": shop.id, "organisationId": shop.id, **copied}
    values = {"since": since, "lifecycle": world.draws.choice(360, key, _LIFECYCLES)}
    return NewNode("Customer", world.id("Customer", key), values, {"party": person, "seller": shop.id}, derived)


def _purchase(world: World, key: int, person: str, shop: Shop, at: str) -> list[New]:
    id, (product, price) = world.id("Purchase", key), world.draws.choice(370, key, shop.offered)
    quantity = 1 + world.draws.below(371, key, 5)
    amount = line_amount(quantity * SCALE, price * SCALE, 0)
    ids = {"buyerId": person, "sellerId": shop.id, "organisationId": shop.id}
    total = {"gross": amount, "refunded": 0, "net": amount}
    values = {"at": at, "reference": f"R-{key}", "currency": shop.currency}
    channel = world.draws.choice(372, key, _CHANNELS)
    if channel:
        values["channel"] = channel
    line = {"position": 1, "quantity": str(quantity), "unitPrice": str(price), "discount": "0"}
    copied = {"productId": product, "currency": shop.currency, "at": at}
    return [
        NewNode("Purchase", id, values, {"buyer": person, "seller": shop.id}, ids | total),
        NewNode("PurchaseLine", world.id("PurchaseLine", key), line, {"purchase": id, "product": product}, copied),
    ]
