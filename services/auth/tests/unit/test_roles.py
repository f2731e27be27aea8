"""Roles: stored lower case, one or more; POS sees the highest."""

import pytest

from libs.common.errors import Forbidden
from services.auth.domain.roles import PosRole, Role, check_may_grant, in_order, pos_role, stored_role


@pytest.mark.parametrize(
    ("roles", "shown"),
    [
        (["user"], "USER"),
        (["user", "employee"], "EMPLOYEE"),
        (["admin", "employee"], "ADMIN"),
        (["user", "owner", "admin"], "OWNER"),
    ],
)
def test_pos_sees_the_highest(roles: list[Role], shown: PosRole) -> None:
    assert pos_role(roles) == shown


def test_roles_are_listed_once_and_lowest_first() -> None:
    assert in_order(["admin", "user", "admin"]) == ("user", "admin")


def test_a_shown_role_is_stored_under_its_own_name() -> None:
    assert stored_role("EMPLOYEE") == "employee"


def test_a_role_that_there_is_not_is_a_mistake() -> None:
    with pytest.raises(AssertionError):
        in_order(["boss"])


@pytest.mark.parametrize(
    ("roles", "is_admin", "is_owner", "may"),
    [
        (["user"], False, False, True),
        (["employee"], False, False, False),
        (["user", "admin"], False, False, False),
        (["admin"], True, False, True),
        (["owner"], True, False, False),
        (["owner"], True, True, True),
    ],
)
def test_who_may_grant_what(roles: list[Role], is_admin: bool, is_owner: bool, may: bool) -> None:  # noqa: FBT001 - pytest names them
    if may:
        check_may_grant(roles, granter_is_admin=is_admin, granter_is_owner=is_owner)
    else:
        with pytest.raises(Forbidden):
            check_may_grant(roles, granter_is_admin=is_admin, granter_is_owner=is_owner)
