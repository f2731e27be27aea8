"""A return as every door reads it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from libs.common.contracts.sales import Channel
from services.sales.domain.returns import ReturnLine


@dataclass(frozen=True, slots=True)
class ReturnView:
    """A return without its lines. The user is the buyer; `total_refund` is the sum of the lines."""

    id: int
    uuid: UUID
    order_id: int
    user_id: int
    username: str
    status: str
    admin_notes: str | None
    total_refund: Decimal
    created_at: datetime
    updated_at: datetime
    processed_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReturnOfOrder(ReturnView):
    """A return as a change has left it, and the order that it belongs to."""

    deleted_at: datetime | None
    order_uuid: UUID
    channel: Channel


@dataclass(frozen=True, slots=True)
class WholeReturn:
    """A return with its lines, in the order in which they were requested."""

    view: ReturnView
    lines: tuple[ReturnLine, ...]

    @property
    def reason(self) -> str:
        """The reason of the first line, which stands for the whole return (contract §4)."""
        return self.lines[0].reason
