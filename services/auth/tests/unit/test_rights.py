"""Rights: admins may change all accounts except owners', owners all accounts."""

import pytest

from libs.common.errors import Forbidden
from services.auth.domain.rights import check_may_change, check_may_grant, check_own, check_own_or_admin
from services.auth.domain.roles import Role


@pytest.mark.parametrize(
    ("roles", "by"),
    [
        (["user"], []),
        (["user"], ["user"]),
        ([], ["employee"]),
        (["employee"], ["admin"]),
        (["user", "admin"], ["admin"]),
        (["owner"], ["owner"]),
        (["employee", "admin"], ["owner"]),
    ],
)
def test_a_role_that_may_be_granted(roles: list[Role], by: list[Role]) -> None:
    check_may_grant(roles, by=by)


@pytest.mark.parametrize(
    ("roles", "by"),
    [
        (["employee"], []),
        (["employee"], ["user"]),
        (["user", "admin"], ["employee"]),
        (["owner"], ["admin"]),
        (["admin", "owner"], ["user", "admin"]),
    ],
)
def test_a_role_that_may_not(roles: list[Role], by: list[Role]) -> None:
    with pytest.raises(Forbidden):
        check_may_grant(roles, by=by)


@pytest.mark.parametrize("held", ["user", "employee", "admin", "owner"])
def test_everybody_may_change_themselves(held: Role) -> None:
    check_may_change([held], by=[held], own=True)


@pytest.mark.parametrize(
    ("held", "by", "may"),
    [
        ("user", "user", False),
        ("user", "employee", False),
        ("user", "admin", True),
        ("admin", "admin", True),
        ("owner", "admin", False),
        ("owner", "owner", True),
    ],
)
def test_who_may_change_somebody_else(held: Role, by: Role, *, may: bool) -> None:
    if may:
        check_may_change([held], by=[by], own=False)
    else:
        with pytest.raises(Forbidden) as refusal:
            check_may_change([held], by=[by], own=False)
        assert refusal.value.reason == "owner"


def test_an_owner_stays_out_of_reach_whatever_other_roles_they_have() -> None:
    with pytest.raises(Forbidden):
        check_may_change(["user", "employee", "owner"], by=["admin"], own=False)


@pytest.mark.parametrize(("who", "roles"), [(1, []), (1, ["user"]), (2, ["admin"]), (2, ["user", "owner"])])
def test_an_account_is_shown_to_its_owner_and_to_admins(who: int, roles: list[Role]) -> None:
    check_own_or_admin(1, who=who, roles=roles)


@pytest.mark.parametrize("roles", [[], ["user"], ["user", "employee"]])
def test_an_account_is_not_shown_to_others(roles: list[Role]) -> None:
    with pytest.raises(Forbidden) as refusal:
        check_own_or_admin(1, who=2, roles=roles)
    assert refusal.value.reason == "owner"


def test_what_only_the_owner_of_an_account_may_do() -> None:
    check_own(1, who=1)
    with pytest.raises(Forbidden) as refusal:
        check_own(1, who=2)
    assert refusal.value.reason == "owner"
