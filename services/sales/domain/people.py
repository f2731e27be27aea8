"""The people who ask something of sales, and what they may see and change."""

from dataclasses import dataclass

from libs.common.errors import Forbidden


@dataclass(frozen=True, slots=True)
class Person:
    """A visitor of the web store, or one of the staff. An admin may see and change what belongs to others."""

    user_id: int
    is_admin: bool

    def check_own(self, owner_id: int) -> None:
        """Raise `Forbidden` for what belongs to somebody else, unless they are an admin."""
        if owner_id != self.user_id and not self.is_admin:
            raise Forbidden("owner")
