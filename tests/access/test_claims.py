"""Claims are read under the names that issuers give them, and never come to mean more than they say."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.claims import MalformedClaimError, PartyTemplate, text_claim, words_claim
from access.errors import NoPartyError, NoRoleError, PartyTemplateError
from access.identity import Identity, viewer_of
from access.roles import ROLES, SCOPES, effective_roles
from access.viewer import Viewer


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({"roles": ["admin", "staff"]}, "roles"),
        ({"roles": "admin staff"}, "roles"),
        ({"realm_access": {"roles": ["admin", "staff"]}}, "realm_access.roles"),
        ({"https://graph.example/roles": ["admin", "staff"]}, "https://graph.example/roles"),
        ({"a.b": ["admin", "staff"], "a": {"b": ["customer"]}}, "a.b"),
    ],
    ids=str,
)
def test_words_are_a_list_or_a_text_wherever_the_issuer_puts_them(claims: dict[str, Any], name: str) -> None:
    assert words_claim(claims, name) == ("admin", "staff")


@pytest.mark.parametrize("claims", [{}, {"a": {}}, {"b": ["x"]}], ids=str)
def test_a_claim_that_is_not_there_is_none(claims: dict[str, Any]) -> None:
    assert words_claim(claims, "a.b") is None


@pytest.mark.parametrize(
    "claims", [{"a": {"b": None}}, {"a": None}, {"a": "x"}, {"a": {"b": 7}}, {"a": {"b": [7]}}, {"a.b": None}], ids=str
)
def test_what_should_limit_somebody_never_comes_to_mean_no_limit(claims: dict[str, Any]) -> None:
    with pytest.raises(MalformedClaimError):
        words_claim(claims, "a.b")


def test_an_empty_list_limits_to_nothing() -> None:
    assert words_claim({"organisations": []}, "organisations") == ()


@pytest.mark.parametrize("value", [True, 1.5, [], {}, "", "x" * 256])
def test_a_single_value_is_a_short_text_or_a_number(value: Any) -> None:
    with pytest.raises(MalformedClaimError):
        text_claim({"sub": value}, "sub")


@pytest.mark.parametrize(
    ("template", "filled"),
    [
        ("{party}", "per_1"),
        ("auth0:{sub}", "auth0:user|7"),
        ("crm:{app.number}:{sub}", "crm:12:user|7"),
        ("crm:{missing}", None),
        ("{app.missing}", None),
    ],
)
def test_a_template_is_an_id_or_an_external_key_with_claims_in_it(template: str, filled: str | None) -> None:
    claims = {"sub": "user|7", "party": "per_1", "app": {"number": 12}}
    assert PartyTemplate(template).fill(claims) == filled
    assert PartyTemplate(template).is_id == (":" not in template)


def test_braces_in_a_claim_are_no_template() -> None:
    assert PartyTemplate("a:{sub}:{x}").fill({"sub": "{x}", "x": "{sub}"}) == "a:{x}:{sub}"


@pytest.mark.parametrize(
    "template", ["", "party", "auth0:", "auth0:{", "auth0:{}", "a{b}", "{a}{b}", "a:{{sub}}", "a:{b}}"]
)
def test_a_template_that_says_nothing_is_refused(template: str) -> None:
    with pytest.raises(PartyTemplateError):
        PartyTemplate(template)


@pytest.mark.parametrize(
    ("roles", "scopes", "come_to"),
    [
        ("admin", "", "admin"),
        ("staff offline_access", "", "staff"),
        ("analyst", "", "analyst"),
        ("analyst", "pii write", "analyst pii"),
        ("staff", "pii", "staff"),
        ("customer", "read pii write", "customer"),
        ("service", "", "service"),
        ("service", "pii", "service"),
        ("service", "read", "service analyst"),
        ("service", "read pii", "service analyst pii"),
        ("service", "write", "service staff"),
        ("pii", "", ""),
        ("Admin", "", ""),
    ],
)
def test_roles_and_scopes_come_to_the_roles_to_see_by(roles: str, scopes: str, come_to: str) -> None:
    assert effective_roles(frozenset(roles.split()), frozenset(scopes.split())) == frozenset(come_to.split())


NAMES = st.frozensets(st.sampled_from([*ROLES, *SCOPES, "offline_access"]))


@given(NAMES, NAMES, NAMES)
def test_no_scope_makes_an_administrator_and_no_role_takes_another_away(
    roles: frozenset[str], scopes: frozenset[str], more: frozenset[str]
) -> None:
    found = effective_roles(roles, scopes)
    assert found <= ROLES.keys() | {"pii"}
    assert ("admin" in found) == ("admin" in roles)
    assert found <= effective_roles(roles | more, scopes)
    assert found <= effective_roles(roles, scopes | more)


def test_who_has_no_role_here_is_told_which_there_are() -> None:
    with pytest.raises(NoRoleError) as raised:
        viewer_of(Identity("user-1", frozenset({"offline_access"})))
    assert "partner" in raised.value.advice()


@pytest.mark.parametrize("role", ["partner", "customer"])
def test_who_sees_only_its_own_must_be_somebody(role: str) -> None:
    with pytest.raises(NoPartyError):
        viewer_of(Identity("user-1", frozenset({role})))
    assert viewer_of(Identity("user-1", frozenset({role}), party="per_1")).roles == {role}


def test_a_role_that_needs_a_party_is_left_out_where_another_one_does_not() -> None:
    assert viewer_of(Identity("user-1", frozenset({"staff", "customer"}))) == Viewer(
        frozenset({"staff"}), subject="user-1"
    )
