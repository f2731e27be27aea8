"""Which roles are there, and how does each dialect show them? (contract §2)"""

from collections.abc import Iterable
from typing import Literal, get_args

from libs.common.errors import Forbidden

Role = Literal["user", "employee", "admin", "owner"]
PosRole = Literal["USER", "EMPLOYEE", "ADMIN", "OWNER"]

# Lowest first; a person may have several.
ROLES: tuple[Role, ...] = get_args(Role)

_POS: dict[Role, PosRole] = {"owner": "OWNER", "admin": "ADMIN", "employee": "EMPLOYEE", "user": "USER"}
_STORED: dict[str, Role] = {shown: stored for stored, shown in _POS.items()}


def in_order(roles: Iterable[str]) -> tuple[Role, ...]:
    """Each role once, lowest first: how STORE lists them."""
    held = set(roles)
    assert held <= set(ROLES), f"unknown role among {held}"
    return tuple(role for role in ROLES if role in held)


def pos_role(roles: Iterable[str]) -> PosRole:
    """The one role that POS shows: the highest."""
    return _POS[in_order(roles)[-1]]


def stored_role(shown: PosRole) -> Role:
    """The role behind POS' word for it."""
    return _STORED[shown]


def check_may_grant(roles: Iterable[Role], *, granter_is_admin: bool, granter_is_owner: bool) -> None:
    """Anybody may become a shopper, admins make staff and admins, and only an owner makes an owner."""
    granted = set(roles)
    if ("owner" in granted and not granter_is_owner) or (granted != {"user"} and not granter_is_admin):
        raise Forbidden("role")
