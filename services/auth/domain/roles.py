"""Roles, and their names in each dialect (contract §2)."""

from collections.abc import Iterable
from typing import Literal, get_args

Role = Literal["user", "employee", "admin", "owner"]
PosRole = Literal["USER", "EMPLOYEE", "ADMIN", "OWNER"]

# Lowest first; a person may have several.
ROLES: tuple[Role, ...] = get_args(Role)
STAFF_ROLES = ROLES[1:]

_POS: dict[Role, PosRole] = {"owner": "OWNER", "admin": "ADMIN", "employee": "EMPLOYEE", "user": "USER"}
_BEHIND: dict[str, Role] = {shown: stored for stored, shown in _POS.items()}


def in_order(roles: Iterable[str]) -> tuple[Role, ...]:
    """Each role once, lowest first, as STORE lists them."""
    held = set(roles)
    assert held <= set(ROLES), f"unknown role among {held}"
    return tuple(role for role in ROLES if role in held)


def pos_role(roles: Iterable[str]) -> PosRole:
    """The one role that POS shows: the highest."""
    return _POS[in_order(roles)[-1]]


SUPERVISORS: tuple[Role, ...] = ("admin", "owner")
"""The roles that need nobody's approval."""


def role_behind(shown: PosRole) -> Role:
    """The role for its POS name."""
    return _BEHIND[shown]


def is_admin(roles: Iterable[str]) -> bool:
    """True if the roles include ADMIN or OWNER."""
    return not set(SUPERVISORS).isdisjoint(roles)


def roles_above(role: Role) -> tuple[Role, ...]:
    """The roles higher than this one."""
    return ROLES[ROLES.index(role) + 1 :]


def with_pos_role(held: Iterable[Role], shown: PosRole) -> tuple[Role, ...]:
    """The roles after POS grants `shown`: it replaces the staff roles; a shopper remains a shopper.

    Granting the role that POS already shows changes nothing, so that a profile can be written back as read.
    """
    roles = set(held)
    if pos_role(roles) == shown:
        return in_order(roles)
    return in_order((roles & {"user"}) | {role_behind(shown)})


def ends_sessions(before: Iterable[Role], after: Iterable[Role]) -> bool:
    """True if the change ends the user's sessions: a role was lost and it is not a promotion."""
    held, left = in_order(before), in_order(after)
    rose = ROLES.index(left[-1]) > ROLES.index(held[-1])
    return not rose and not set(held) <= set(left)
