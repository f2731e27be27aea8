"""Rights: permission to see, change and register accounts, and the limits of removing roles (contract §2).

What changes an account goes by the roles that its caller holds now, not by those that the token names.
"""

from collections.abc import Iterable

from libs.common.errors import DomainError, Forbidden, Kind, NotFound
from services.auth.domain.roles import Role, is_admin

OPERATOR_ROLES: tuple[Role, ...] = ("owner",)
"""An operator with a shell may do what an owner may."""


class UserNotFound(NotFound):
    """No user has this id, or the account was deleted."""

    thing = "User"


class LastOwner(DomainError):
    """Without the last owner nobody could make another one."""

    code = "last_owner"


class LastRole(DomainError):
    """Each user has at least one role."""

    code = "last_role"


class RoleHeldAlready(DomainError):
    """The user has the role already."""

    kind = Kind.CONFLICT
    code = "role_held_already"

    def __init__(self, role: Role) -> None:
        super().__init__(role=role)


class RoleNotHeld(NotFound):
    """The user does not have the role that should be taken away."""

    thing = "Role"


def check_own(user_id: int, *, who: int) -> None:
    """Only the owner of the account is permitted, not even an admin."""
    if user_id != who:
        raise Forbidden("owner")


def check_own_or_admin(user_id: int, *, who: int, roles: Iterable[str]) -> None:
    """Only the account's owner and admins are permitted; others must not learn whether it exists."""
    if not is_admin(roles):
        check_own(user_id, who=who)


def check_may_grant(roles: Iterable[str], *, by: Iterable[str]) -> None:
    """Everybody may register as a shopper, admins create staff and admins, and only owners create owners."""
    granted = set(roles)
    if ("owner" in granted and not _is_owner(by)) or (granted - {"user"} and not is_admin(by)):
        raise Forbidden("role")


def check_may_change(held: Iterable[str], *, by: Iterable[str], own: bool) -> None:
    """Everybody may change or delete themselves, admins everybody else but owners, and owners them too."""
    if not own and not (_is_owner(by) or (is_admin(by) and not _is_owner(held))):
        raise Forbidden("owner")


def _is_owner(roles: Iterable[str]) -> bool:
    return "owner" in roles
