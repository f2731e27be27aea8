"""Roles, and how each dialect shows them (contract §2)."""

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
    """Each role once, lowest first: how STORE lists them."""
    held = set(roles)
    assert held <= set(ROLES), f"unknown role among {held}"
    return tuple(role for role in ROLES if role in held)


def pos_role(roles: Iterable[str]) -> PosRole:
    """The one role that POS shows: the highest."""
    return _POS[in_order(roles)[-1]]


def role_behind(shown: PosRole) -> Role:
    """The role behind POS' word for it."""
    return _BEHIND[shown]


def is_admin(roles: Iterable[str]) -> bool:
    """Whether the roles may run the shop: ADMIN or OWNER."""
    return not {"admin", "owner"}.isdisjoint(roles)


def roles_above(role: Role) -> tuple[Role, ...]:
    """The higher ones."""
    return ROLES[ROLES.index(role) + 1 :]


def with_pos_role(held: Iterable[Role], shown: PosRole) -> tuple[Role, ...]:
    """The roles after POS gave `shown`: it replaces the roles of the staff, and a shopper stays one.

    The role that POS already shows changes nothing, so that a profile can be written back as it was read.
    """
    roles = set(held)
    if pos_role(roles) == shown:
        return in_order(roles)
    return in_order((roles & {"user"}) | {role_behind(shown)})


def ends_sessions(before: Iterable[Role], after: Iterable[Role]) -> bool:
    """Whether a change of roles ends the sessions: a role was lost, and it was no promotion."""
    held, left = in_order(before), in_order(after)
    rose = ROLES.index(left[-1]) > ROLES.index(held[-1])
    return not rose and not set(held) <= set(left)
