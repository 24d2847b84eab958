"""What there is: every party, product and offer of a world follows from its number."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cached_property

from graph.model.model import Model
from jobs.generator.draws import Draws
from jobs.generator.names import Country, country, organisation_name, person_name, product_name

HUB = 50_000
TIERS = 5
START = datetime(2023, 1, 1)  # noqa: DTZ001  # UTC, written without its offset
DAYS = 1_200

_START_MS = int(START.replace(tzinfo=UTC).timestamp() * 1000)
_VERSION_7 = 0x7 << 76 | 0b10 << 62
_LOW = 2**62 - 1


class World:
    """The numbers of one world: how many there are of each, and who goes with whom."""

    def __init__(self, model: Model, parties: int, seed: int) -> None:
        self.draws = Draws(seed)
        self.organisations = max(12, parties // 10)
        self.units = parties // 50
        self.persons = max(0, parties - self.organisations - self.units)
        self.products = max(5 * TIERS, parties // 50 // TIERS * TIERS)
        self.sellers = self.organisations // 2
        self.hub_customers = min(HUB, self.persons * 55 // 100)
        prefixes = {name: type.prefix for name, type in model.nodes.items()}
        prefixes |= {name: type.prefix for name, type in model.relationships.items()}
        # The purpose follows from the prefix alone, so that a new type changes no id of another.
        self._ids = {name: (prefix, int.from_bytes(prefix.encode())) for name, prefix in prefixes.items()}

    def id(self, type: str, number: int) -> str:
        """The id of a thing: an UUIDv7 whose time grows with the number; its random bits come from one draw."""
        prefix, purpose = self._ids[type]
        bits = self.draws.bits(purpose, number)
        whole = _START_MS + number << 80 | bits >> 52 << 64 | bits & _LOW | _VERSION_7
        return f"{prefix}_{whole.to_bytes(16).hex()}"

    def country(self, kind: int, number: int) -> Country:
        """Where a party is; `kind` tells persons (0), organisations (1) and units (2) apart."""
        return country(self.draws, 10 + kind, number)

    def person(self, number: int) -> tuple[str, str, str]:
        """Whole, given and family name."""
        return person_name(self.draws, 20, number, self.country(0, number))

    def organisation(self, number: int) -> str:
        """The name of an organisation; sellers come first, the hub before all."""
        return organisation_name(self.draws, 30, number, self.country(1, number))

    def product(self, number: int) -> str:
        """The name of a product; its tier is the number modulo five, 0 for what end users buy."""
        return product_name(self.draws, 40, number)

    def time(self, purpose: int, number: int, first: int = 0) -> str:
        """An instant on one of 1,200 days, after the first so many."""
        minutes = self.draws.below(50 + purpose, number, (DAYS - first) * 24 * 60)
        return self._text(first * 24 * 60 + minutes)

    def _text(self, minutes: int) -> str:
        return (START + timedelta(minutes=minutes)).isoformat(timespec="milliseconds") + "Z"

    @cached_property
    def first_day(self) -> str:
        """Before everything that has a date."""
        return self._text(0)

    @cached_property
    def last_day(self) -> str:
        """After everything that has a date."""
        return self._text(DAYS * 24 * 60)

    def seller_of(self, person: int) -> int:
        """The seller that a person buys from besides the hub."""
        return 1 + self.draws.ranked(60, person, self.sellers - 1)

    def maker_of(self, product: int) -> int:
        """The organisation that makes a product: any that is not a seller."""
        return self.sellers + self.draws.below(61, product, self.organisations - self.sellers)

    def parts_of(self, product: int) -> list[int]:
        """The two or three products of the next tier that it is made of."""
        tier, per_tier = product % TIERS, self.products // TIERS
        if tier == TIERS - 1:
            return []
        count = 2 + self.draws.below(62, product, 2)
        places = {self.draws.below(63, 3 * product + turn, per_tier) for turn in range(count)}
        return [place * TIERS + tier + 1 for place in sorted(places)]

    def offered_by(self, seller: int) -> list[int]:
        """The products for end users that a seller offers: five at the hub, one to four elsewhere."""
        count = 5 if seller == 0 else 1 + self.draws.below(64, seller, 4)
        places = {self.draws.ranked(65, 5 * seller + turn, self.products // TIERS) for turn in range(count)}
        return [place * TIERS for place in sorted(places)]

    def price(self, product: int) -> int:
        """The price of one unit of a product, in whole money."""
        return 1 + self.draws.below(66, product, 500)

    def employer_of(self, person: int) -> int | None:
        """The organisation that a person works for: two of five work."""
        if self.draws.below(67, person, 5) >= 2:
            return None
        return self.draws.ranked(68, person, self.organisations)

    def has_left(self, person: int) -> bool:
        """Whether a person no longer works for its employer."""
        return self.draws.below(69, person, 10) == 0
