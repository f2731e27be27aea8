"""The ports through which catalog uses other services."""

from typing import Protocol
from uuid import UUID


class Orders(Protocol):
    """Tells which orders exist."""

    async def exists(self, order_uuid: UUID) -> bool:
        """Whether sales has that order; raises `Unavailable` while sales cannot answer."""
