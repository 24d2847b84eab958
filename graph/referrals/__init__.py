"""Chains of referrals: who came through a party in a programme, at which level, and who stands above it."""

from graph.referrals.chain import Level, Member, above, codes, levels, members, referrals
from graph.referrals.programme import Programme, find_programme
from graph.referrals.redaction import Hidden, Stub, hidden, month
from graph.referrals.rewards import (
    Credited,
    Earned,
    RewardCondition,
    Total,
    attribution,
    earned_by_level,
    rewards,
    totals,
)
from graph.referrals.settling import Settled, settle_programme
from graph.referrals.statement import Balance, Line, LineKind, Period, balance, lines, period
from graph.referrals.stats import Grouping, Share, stats
from graph.referrals.tree import Tree, tree

__all__ = [
    "Balance",
    "Credited",
    "Earned",
    "Grouping",
    "Hidden",
    "Level",
    "Line",
    "LineKind",
    "Member",
    "Period",
    "Programme",
    "RewardCondition",
    "Settled",
    "Share",
    "Stub",
    "Total",
    "Tree",
    "above",
    "attribution",
    "balance",
    "codes",
    "earned_by_level",
    "find_programme",
    "hidden",
    "levels",
    "lines",
    "members",
    "month",
    "period",
    "referrals",
    "rewards",
    "settle_programme",
    "stats",
    "totals",
    "tree",
]
