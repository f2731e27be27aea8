"""Roles: stored in lower case, one or more per user; POS shows the highest."""

import pytest

from services.auth.domain.roles import (
    PosRole,
    Role,
    ends_sessions,
    in_order,
    pos_role,
    role_behind,
    with_pos_role,
)


@pytest.mark.parametrize(
    ("roles", "shown"),
    [
        (["user"], "USER"),
        (["user", "employee"], "EMPLOYEE"),
        (["admin", "employee"], "ADMIN"),
        (["user", "owner", "admin"], "OWNER"),
        (["user", "employee", "admin", "owner"], "OWNER"),
    ],
)
def test_pos_sees_the_highest(roles: list[Role], shown: PosRole) -> None:
    assert pos_role(roles) == shown


def test_roles_are_listed_once_and_lowest_first() -> None:
    assert in_order(["admin", "user", "admin"]) == ("user", "admin")


def test_a_shown_role_is_stored_under_its_own_name() -> None:
    assert role_behind("EMPLOYEE") == "employee"


def test_a_role_that_there_is_not_is_a_mistake() -> None:
    with pytest.raises(AssertionError):
        in_order(["boss"])


@pytest.mark.parametrize(
    ("held", "shown", "after"),
    [
        (["employee"], "ADMIN", ("admin",)),
        (["user", "admin"], "EMPLOYEE", ("user", "employee")),
        (["employee", "admin", "owner"], "EMPLOYEE", ("employee",)),
        (["user"], "EMPLOYEE", ("user", "employee")),
        (["admin"], "USER", ("user",)),
    ],
)
def test_the_role_that_pos_gives_takes_the_place_of_the_staffs(
    held: list[Role], shown: PosRole, after: tuple[Role, ...]
) -> None:
    assert with_pos_role(held, shown) == after


def test_the_role_that_pos_shows_can_be_written_back() -> None:
    assert with_pos_role(["admin", "employee", "user"], "ADMIN") == ("user", "employee", "admin")


@pytest.mark.parametrize(
    ("before", "after", "ends"),
    [
        (["user"], ["user", "admin"], False),
        (["admin"], ["user", "admin"], False),
        (["employee"], ["employee"], False),
        (["employee"], ["admin"], False),
        (["admin"], ["employee"], True),
        (["user", "admin"], ["admin"], True),
        (["user", "employee"], ["employee", "admin"], False),
        (["admin", "owner"], ["owner"], True),
    ],
)
def test_who_loses_a_role_is_logged_out_unless_they_rose(
    before: list[Role], after: list[Role], *, ends: bool
) -> None:
    assert ends_sessions(before, after) is ends
