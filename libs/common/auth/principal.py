"""Who is asking? The person that a verified access token names."""

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
        """Works in the shop: POS' "authenticated (any role)"."""
        return self.role in STAFF_ROLES

    @property
    def is_admin(self) -> bool:
        """ADMIN or OWNER: POS' "Admin & Owner only" and STORE's "admin"."""
        return self.role in {"ADMIN", "OWNER"}

    @property
    def is_owner(self) -> bool:
        """The shop is theirs."""
        return self.role == "OWNER"
