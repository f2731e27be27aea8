"""Rights: permission to see, change and register accounts, and the limits of removing roles (contract §2).

Changes of accounts are checked against the roles that the caller holds now, not those in the token.
All checks raise `Forbidden`.
"""

from collections.abc import Iterable

from libs.common.errors import DomainError, Forbidden, Kind, NotFound
from services.auth.domain.roles import Role, is_admin

OPERATOR_ROLES: tuple[Role, ...] = ("owner",)
"""The roles of an operator with a shell, who has the rights of an owner."""


class UserNotFound(NotFound):
    """No user has this id, or the account was deleted."""

    thing = "User"


class LastOwner(DomainError):
    """The last owner cannot be removed: only an owner can create another one."""

    code = "last_owner"
    remedy = "Make another user an owner first."


class LastRole(DomainError):
    """The last role of a user cannot be removed."""

    code = "last_role"
    remedy = "Grant another role first, or delete the user."


class RoleHeldAlready(DomainError):
    """The user has the role already."""

    kind = Kind.CONFLICT
    code = "role_held_already"
    remedy = "Nothing is left to do."

    def __init__(self, role: Role) -> None:
        super().__init__(role=role)


class RoleNotHeld(NotFound):
    """The user does not have the role to remove."""

    thing = "Role"


def check_own(user_id: int, *, who: int) -> None:
    """Permit only the user of the account, not even an admin."""
    if user_id != who:
        raise Forbidden("owner")


def check_own_or_admin(user_id: int, *, who: int, roles: Iterable[str]) -> None:
    """Permit only the user of the account and admins; others must not learn if the account exists."""
    if not is_admin(roles):
        check_own(user_id, who=who)


def check_may_grant(roles: Iterable[str], *, by: Iterable[str]) -> None:
    """Anybody may register as a shopper, admins may create staff and admins, only owners create owners."""
    granted = set(roles)
    if ("owner" in granted and not _is_owner(by)) or (granted - {"user"} and not is_admin(by)):
        raise Forbidden("role")


def check_may_change(held: Iterable[str], *, by: Iterable[str], own: bool) -> None:
    """Users may change or delete their own account, admins all but owners' accounts, owners all accounts."""
    if not own and not (_is_owner(by) or (is_admin(by) and not _is_owner(held))):
        raise Forbidden("owner")


def _is_owner(roles: Iterable[str]) -> bool:
    return "owner" in roles
