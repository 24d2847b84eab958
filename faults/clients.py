"""Clients who write on the same few parties at once, and the ledger of what they were answered."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from faults.writes import DRAWS, ORGANISATIONS, PERSONS, Draw, Hot, Write, count, rename
from graph.client import errors

Send = Callable[[str, Mapping[str, Any]], Awaitable[dict[str, Any] | None]]
"""Sends an operation with its variables; the response, or None where none came."""

UNCERTAIN = frozenset(
    kind.code
    for kind in (
        errors.DatabaseUnreachableError,
        errors.DatabaseBusyError,
        errors.DatabaseOverloadedError,
        errors.OutcomeUnknownError,
        errors.DeadlockError,
        errors.QueryTimeoutError,
        errors.QueryTerminatedError,
    )
)
"""Failures after which a client does not know what became of its write, or should send it again."""
CLIENTS = 8
_PATIENCE = 0.3
_PAUSE = 0.1
_LINES = "query ($id: ID!) { purchase(by: { id: $id }) { lines { nodes { id } } } }"
_PERSON = "query ($id: ID!) { person(by: { id: $id }) { version } }"
_ORGANISATION = "query ($id: ID!) { organisation(by: { id: $id }) { version loyalWithinDays } }"


class SetupError(Exception):
    """The parties to write on could not be made."""


class Clients:
    """Writers who share hot parties; `ledger` is every write that was sent, `amiss` what no client should be told."""

    def __init__(self, send: Send, hot: Hot, seed: int, draws: Sequence[Draw] = DRAWS) -> None:
        self.ledger: list[Write] = []
        self.amiss: list[str] = []
        self._send = send
        self._hot = hot
        self._seed = seed
        self._draws = draws
        self._spans = 0
        self._told = asyncio.Event()

    @property
    def acknowledged(self) -> int:
        """How many writes were answered with success."""
        return sum(write.state == "acknowledged" for write in self.ledger)

    async def get_on(self, writes: int) -> None:
        """Returns when as many more writes are acknowledged."""
        goal = self.acknowledged + writes
        while self.acknowledged < goal:
            self._told.clear()
            await self._told.wait()

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """They write until the block ends; what they are waiting for then is waited for."""
        over = asyncio.Event()
        self._spans += 1
        tasks = [asyncio.create_task(self._work(over, n)) for n in range(CLIENTS)]
        try:
            yield
        finally:
            over.set()
            await asyncio.gather(*tasks)

    async def settle(self) -> None:
        """Sends what is undecided again, under its key, until it is decided."""
        for write in self.ledger:
            while write.state == "unknown":
                await self.send(write)
                if write.state == "unknown":
                    await asyncio.sleep(_PAUSE)

    async def send(self, write: Write) -> None:
        """Sends a write and notes what it was answered."""
        answer = await self._send(write.text, write.variables)
        code, said = _failure(answer)
        if answer is None or code in UNCERTAIN:
            write.state, write.code = "unknown", code
            return
        if code is not None or answer.get("data") is None:
            write.state, write.code = "refused", code
            self.amiss.append(f"{write.kind} {write.mark} failed with {code}: {said}")
            return
        payload = answer["data"][write.name]
        if payload["userErrors"]:
            write.state, write.code = "refused", payload["userErrors"][0]["code"]
            if write.code not in write.refusals:
                self.amiss.append(f"{write.kind} {write.mark} was refused with {payload['userErrors']}")
            return
        shown = payload[write.payload]
        id = shown if write.payload == "id" else shown["id"]
        if write.id not in (None, id):
            self.amiss.append(f"{write.kind} {write.mark} was answered with {id} after {write.id}")
        write.state, write.id, write.code = "acknowledged", id, None
        self._told.set()

    async def _work(self, over: asyncio.Event, number: int) -> None:
        dice = random.Random(f"{self._seed} {self._spans} {number}")
        while not over.is_set():
            write = await self._next(dice)
            if write is None:
                await asyncio.sleep(_PAUSE)
                continue
            self.ledger.append(write)
            await self.send(write)
            # Some try again at once, some give up and leave it undecided.
            while write.state == "unknown" and dice.random() < _PATIENCE and not over.is_set():
                await asyncio.sleep(_PAUSE)
                await self.send(write)
            if write.state == "acknowledged":
                self._hot.acknowledged(write, await self._lines(write) if write.kind == "buy" else [])

    async def _next(self, dice: random.Random) -> Write | None:
        """A write that fits what is there; None where nothing can be seen."""
        place = dice.randrange(len(self._draws) + 4)
        mark, after = self._hot.next()
        if place < len(self._draws):
            return self._draws[place](self._hot, dice, mark, after)
        if place % 2:
            id = dice.choice(self._hot.persons)
            seen = await self._seen(_PERSON, id, "person")
            return seen and rename(id, seen["version"], mark, after)
        id = dice.choice(self._hot.organisations)
        seen = await self._seen(_ORGANISATION, id, "organisation")
        return seen and count(id, seen["version"], seen["loyalWithinDays"], mark, after)

    async def _lines(self, write: Write) -> list[str]:
        seen = await self._seen(_LINES, str(write.id), "purchase")
        return [line["id"] for line in seen["lines"]["nodes"]] if seen else []

    async def _seen(self, text: str, id: str, name: str) -> Any:
        """What a query shows; None where it cannot be asked now."""
        answer = await self._send(text, {"id": id})
        code, said = _failure(answer)
        if answer is None or code is not None:
            if code is not None and code not in UNCERTAIN:
                self.amiss.append(f"a query failed with {code}: {said}")
            return None
        if answer["data"][name] is None:
            self.amiss.append(f"{name} {id} is not there")
        return answer["data"][name]


def _failure(answer: dict[str, Any] | None) -> tuple[str | None, str]:
    """Code and text of the first error at the top of a response."""
    found = (answer or {}).get("errors")
    if not found:
        return None, ""
    return str(found[0].get("extensions", {}).get("code")), str(found[0].get("message"))


async def hot_parties(send: Send) -> Hot:
    """The parties that all write on: sellers with a product each that they offer, one of them with a loyalty rule, and
    people.

    Raises SetupError.
    """
    organisations, products = [], []
    for n in range(ORGANISATIONS):
        seller = {"name": f"Seller {n}", "kind": "BUSINESS", "loyalWithinDays": 0}
        rule = {"loyalAfterPurchases": 5} if n == 0 else {}
        organisations.append(await _made(send, "Organisation", {**seller, **rule}))
        product = {"name": f"Thing {n}", "kind": "GOOD", "discontinued": False}
        offer = {"since": "2020-01-01", "currency": "VND", "seller": {"id": organisations[n]}}
        products.append(await _made(send, "Product", {**product, "offers": [offer]}))
    persons = [await _made(send, "Person", {"name": f"Somebody {n}"}) for n in range(PERSONS)]
    return Hot(organisations, persons, products)


async def _made(send: Send, type: str, given: Mapping[str, Any]) -> str:
    field = type[0].lower() + type[1:]
    text = (
        f"mutation ($input: Create{type}Input!) "
        f"{{ create{type}(input: $input) {{ {field} {{ id }} userErrors {{ message }} }} }}"
    )
    answer = await send(text, {"input": given})
    made = ((answer or {}).get("data") or {}).get(f"create{type}") or {}
    if not made.get(field):
        raise SetupError(f"create{type}: {answer}")
    return str(made[field]["id"])
