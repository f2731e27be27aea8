"""The calls to other services that use cases need; `clients/` implements them."""

from collections.abc import AsyncGenerator
from typing import Literal, Protocol, TypeVar

from libs.common.contracts.event import Payload

Owner = Literal["auth", "catalog", "customers", "sales"]
Item = TypeVar("Item", bound=Payload)


class Exports(Protocol):
    """What the owners of the shop's data give out for a rebuild (ADR 0058)."""

    def pages(self, owner: Owner, export: str, model: type[Item]) -> AsyncGenerator[list[Item], None]:
        """Yield the pages of an export, in the order of their ids.

        Raises `Unavailable` if the owner does not answer.
        """
