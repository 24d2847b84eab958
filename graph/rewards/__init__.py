"""Rewards of referral programmes, worked out: which purchase earns whom how much. Knows no database."""

from graph.rewards.amounts import Rule, reward, unit
from graph.rewards.owed import Bought, Credit, Held, Link, Programme, Reason, chain, credited, qualifies

__all__ = [
    "Bought",
    "Credit",
    "Held",
    "Link",
    "Programme",
    "Reason",
    "Rule",
    "chain",
    "credited",
    "qualifies",
    "reward",
    "unit",
]
