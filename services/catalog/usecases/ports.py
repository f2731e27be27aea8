"""The ports through which catalog uses other services."""

from typing import Protocol
from uuid import UUID


class Orders(Protocol):
    """Tells which orders exist."""

    async def stands(self, order_uuid: UUID) -> bool:
        """Whether sales has the order, in any status; if not, it never will.

        Raises `Unavailable` while sales cannot answer.
        """
