"""The person named by a verified access token."""

from dataclasses import dataclass

STAFF_ROLES = frozenset({"OWNER", "ADMIN", "EMPLOYEE"})


@dataclass(frozen=True, slots=True)
class Principal:
    """The bearer of an access token, as it was when the token was signed (contract §2).

    `role` is the highest one in POS' words (`OWNER`, `ADMIN`, `EMPLOYEE`, `USER`); `roles` are the stored
    ones (`owner`, `admin`, `employee`, `user`). `expires_at` is in seconds since the epoch.
    """

    user_id: int
    username: str
    email: str
    role: str
    roles: frozenset[str]
    session_id: str
    expires_at: int

    @property
    def is_staff(self) -> bool:
        """Whether they work in the shop: POS' "authenticated (any role)"."""
        return self.role in STAFF_ROLES

    @property
    def is_admin(self) -> bool:
        """Whether they are ADMIN or OWNER: POS' "Admin & Owner only" and STORE's "admin"."""
        return self.role in {"ADMIN", "OWNER"}
