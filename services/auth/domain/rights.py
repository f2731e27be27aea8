"""Who may touch whom, and what may not be taken away? (contract §2)

Rights go by the roles that somebody holds now, not by those that their token names.
"""

from collections.abc import Iterable

from libs.common.errors import DomainError, Forbidden, Kind, NotFound
from services.auth.domain.roles import Role, is_admin


class UserNotFound(NotFound):
    """Nobody has this id, or the account was deleted."""

    thing = "User"


class LastOwner(DomainError):
    """Without this one nobody could make an owner any more."""

    code = "last_owner"


class LastRole(DomainError):
    """Everybody has at least one role."""

    code = "last_role"


class RoleHeldAlready(DomainError):
    """The role is theirs already."""

    kind = Kind.CONFLICT
    code = "role_held_already"

    def __init__(self, role: Role) -> None:
        super().__init__(role=role)


class RoleNotHeld(NotFound):
    """The role that is to be taken away is not theirs."""

    thing = "Role"


def check_may_grant(roles: Iterable[str], *, by: Iterable[str]) -> None:
    """Anybody may become a shopper, admins make staff and admins, and only an owner makes an owner."""
    granted = set(roles)
    if ("owner" in granted and not _is_owner(by)) or (granted - {"user"} and not is_admin(by)):
        raise Forbidden("role")


def check_may_change(held: Iterable[str], *, by: Iterable[str], own: bool) -> None:
    """Everybody may change or delete themselves, admins everybody else but owners, and owners them too."""
    if not own and not (_is_owner(by) or (is_admin(by) and not _is_owner(held))):
        raise Forbidden("owner")


def _is_owner(roles: Iterable[str]) -> bool:
    return "owner" in roles
