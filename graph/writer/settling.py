"""Rewards of purchases that came in without any: imported ones, and those from before a programme's rule."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from graph.client import Transaction
from graph.model.model import Model
from graph.model.values import now_text
from graph.writer.changes import Written
from graph.writer.domain import FOLLOWING
from graph.writer.rewarding import settle
from graph.writer.work import Work
from graph.writer.write import BrokenByError, apply


async def settle_purchases(
    transaction: Transaction, model: Model, purchases: Collection[str], *, by: str
) -> Sequence[Written]:
    """What was written so that the rewards of the purchases are those that are owed; nothing where they are already.

    Raises TooManyRewardsError, and BrokenByError where it cannot be written.
    """
    changes = await settle(transaction, Work(model, now_text()), purchases)
    if not changes:
        return ()
    (outcome,) = await apply(transaction, model, [changes], by=by, waived=FOLLOWING, react=False)
    if outcome.error is not None:
        raise BrokenByError(outcome.error, outcome.place)
    return outcome.written
