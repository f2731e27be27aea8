"""The people in the web store, and what they may see and change there (contract §4)."""

from dataclasses import dataclass

from libs.common.errors import Forbidden


@dataclass(frozen=True, slots=True)
class Visitor:
    """A person in the web store. An admin may see and change what belongs to others."""

    user_id: int
    is_admin: bool

    def check_own(self, owner_id: int) -> None:
        """Raise `Forbidden` for what belongs to somebody else, unless they are an admin."""
        if owner_id != self.user_id and not self.is_admin:
            raise Forbidden("owner")
