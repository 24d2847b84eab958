"""The types of a partner and its chain."""

from __future__ import annotations

import strawberry
from strawberry.types.arguments import StrawberryArgument

from graph.compiler.planner.filters import enum_member
from graph.model.elements import Property
from graph.model.scalars import INSTANT
from graph.referrals import Grouping
from resolvers.procedures.partner.rewards import reward_fields
from resolvers.procedures.partner.statement import statement_field
from resolvers.types.connections import money, page_info
from resolvers.types.objects import node_by, object_type
from resolvers.types.registry import Registry, Type, argument, field, many, optional, set_fields


def partner_type(registry: Registry) -> Type:
    """`Partner`."""

    def fill(made: Type) -> None:
        model = registry.model
        codes = many(optional(object_type(registry, model.type("ReferralCode"))))
        set_fields(
            made,
            [
                field("party", optional(object_type(registry, model.type("Party"))), "The partner itself."),
                field("codes", codes, "Its codes in a programme.", [_programme(registry), _first()]),
                field(
                    "chain",
                    _chain(registry),
                    "Who came through it in a programme, over all levels, and who stands above it.",
                    [_programme(registry), _depth()],
                ),
                field(
                    "referrals",
                    _connection(registry),
                    "The referrals of one level, page by page, those that were rejected or taken back too.",
                    [
                        _programme(registry),
                        argument("level", optional(int), "Which level; else 1, its own."),
                        argument("state", optional(_state(registry)), "Only those in this state."),
                        _first(),
                        argument("after", optional(str), "Only what comes after this cursor."),
                    ],
                ),
                *reward_fields(registry, lambda: _programme(registry), _first, _party(registry)),
                statement_field(registry, lambda: _programme(registry), _first, _party(registry)),
                field(
                    "tree",
                    _tree(registry),
                    "Who came through whom, as nodes and edges: so many of each level, the earliest first.",
                    [_programme(registry), _depth(), _first()],
                ),
                field(
                    "stats",
                    many(_share(registry)),
                    "Figures of its referrals and of those of whom it referred, group by group.",
                    [
                        _programme(registry),
                        argument("by", registry.choice(Grouping), "What they are grouped by."),
                        argument("timeZone", optional(str), "Where months begin, such as Asia/Ho_Chi_Minh; else UTC."),
                    ],
                ),
            ],
        )

    return registry.output("Partner", "A party that refers others, and whom it brought.", fill)


def _programme(registry: Registry) -> StrawberryArgument:
    return argument("programme", node_by(registry), "In which programme.")


def _depth() -> StrawberryArgument:
    return argument("depth", optional(int), "How many levels; else as many as the programme rewards.")


def _first() -> StrawberryArgument:
    return argument("first", optional(int), "How many; else a default.")


def _state(registry: Registry) -> Type:
    found = registry.model.type("Referral").fields["state"]
    if not isinstance(found, Property):
        raise TypeError("a referral has a state")
    return registry.scalar(found.scalar)


def _chain(registry: Registry) -> Type:
    def fill(made: Type) -> None:
        programme = optional(object_type(registry, registry.model.type("ReferralProgramme")))
        set_fields(
            made,
            [
                field("programme", programme, "The programme."),
                field("depth", int, "How many levels were asked for."),
                field("shownDepth", int, "Down to which level people are shown; below it they are redacted."),
                field("levels", many(_level(registry)), "The levels that have anybody, nearest first."),
                field(
                    "members",
                    many(_member(registry)),
                    "Those below, nearest first, then those who are redacted. referrals has the pages of one level.",
                    [argument("first", optional(int), "How many, and how many redacted ones of a level.")],
                ),
                field(
                    "above",
                    many(_member(registry)),
                    "Who referred the partner, at level -1, and who stands above that one, redacted.",
                ),
            ],
        )

    return registry.output("PartnerChain", "Who came through a partner in one programme.", fill)


def _level(registry: Registry) -> Type:
    def fill(made: Type) -> None:
        set_fields(
            made,
            [
                field("level", int, "1 for those whom the partner referred, 2 for those whom they referred."),
                field("people", optional(int), "How many there are; null where they are redacted and fewer than 5."),
                field("conversions", optional(int), "How many of them bought; null where redacted."),
                field(
                    "spend",
                    optional(money(registry)),
                    "What they bought from the programme's organisation since they were referred, after refunds, in "
                    "its currency; null where redacted.",
                ),
                field(
                    "rewards",
                    optional(money(registry)),
                    "What the partner earned by them, without what was taken back; null where redacted.",
                ),
                field("isComplete", bool, "Whether these are all; a walk looks at so many people and no more."),
                field("redacted", bool, "Whether nobody of it is shown."),
            ],
        )

    return registry.output("ChainLevel", "All of one level of a chain.", fill)


def _member(registry: Registry) -> Type:
    def fill(made: Type) -> None:
        channel = registry.model.type("Referral").stored("channel").scalar
        set_fields(
            made,
            [
                field("id", optional(strawberry.ID), "The id of the referral; null where redacted."),
                field("level", int, "How many referrals lie between; below 0 above the partner."),
                field("state", _state(registry), "What became of the referral."),
                field("month", optional(str), "Its month in UTC: 2026-07; null for one of a few redacted ones."),
                field("since", optional(registry.scalar(INSTANT)), "When it was made; null where redacted."),
                field("code", optional(str), "The code that was used; null where redacted, or where none was."),
                field("channel", optional(registry.scalar(channel)), "The way it came; null where redacted."),
                field("party", optional(_party(registry)), "Who it is; null where redacted."),
                field("referredBy", optional(strawberry.ID), "The party one level nearer; null where redacted."),
                field("redacted", bool, "Whether nothing is told but that somebody is there."),
            ],
        )

    return registry.output("ChainMember", "Somebody in a chain of referrals.", fill)


def _party(registry: Registry) -> Type:
    def fill(made: Type) -> None:
        members = [registry.model.nodes[name] for name in registry.model.type("Party").members]
        kinds = registry.enum("PartyKind", {enum_member(n.name): n.description for n in members}, "What a party is.")
        set_fields(
            made,
            [
                field("id", strawberry.ID, "The id of the party, which tells members apart."),
                field("name", str, "Its name."),
                field("kind", kinds, "What it is."),
            ],
        )

    return registry.output("ChainParty", "Who a member of a chain is, as far as a partner needs to know.", fill)


def _connection(registry: Registry) -> Type:
    def edge(made: Type) -> None:
        set_fields(
            made,
            [
                field("cursor", str, "The place of the referral, for after."),
                field("node", _member(registry), "The referral."),
            ],
        )

    def fill(made: Type) -> None:
        edges = registry.output("ChainMemberEdge", "A referral and its place.", edge)
        set_fields(
            made,
            [
                field("edges", many(edges), "The referrals, each with its cursor."),
                field("nodes", many(_member(registry)), "The referrals alone."),
                field("pageInfo", page_info(registry), "Where the page stands."),
            ],
        )

    return registry.output("ChainMemberConnection", "Referrals of one level.", fill)


def _tree(registry: Registry) -> Type:
    def edge(made: Type) -> None:
        ends = [
            field("source", strawberry.ID, "The party that referred."),
            field("target", strawberry.ID, "The party that was referred."),
        ]
        set_fields(made, ends)

    def rest(made: Type) -> None:
        set_fields(
            made,
            [
                field("level", int, "The level."),
                field("people", int, "How many of it are not among the nodes, of those that were looked at."),
            ],
        )

    def fill(made: Type) -> None:
        edges = registry.output("ChainTreeEdge", "One referral, as an edge of the tree.", edge)
        left = registry.output("ChainTreeRest", "What a level of a tree leaves out.", rest)
        set_fields(
            made,
            [
                field("nodes", many(_member(registry)), "The members, without the partner itself."),
                field("edges", many(edges), "Who referred whom."),
                field("left", many(left), "The levels that have more than are shown, and how many."),
            ],
        )

    return registry.output("ChainTree", "A chain as nodes and edges.", fill)


def _share(registry: Registry) -> Type:
    def fill(made: Type) -> None:
        set_fields(
            made,
            [
                field("group", optional(str), "The month, the level or the code; null for those without a code."),
                field("people", int, "How many were referred."),
                field("conversions", int, "How many of them bought."),
            ],
        )

    return registry.output("ChainShare", "The referrals of one group.", fill)
