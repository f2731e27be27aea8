"""Approvals that deeds have used up."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Text
from sqlmodel import Field

from services.sales.tables.base import Table


class UsedApprovalRow(Table, table=True):
    """An approval that was used, once, by a deed of `user_id`; deleted a while after it has expired.

    Who approved what is kept by auth's audit trail, and on the order, return or shift.
    """

    __tablename__ = "used_approvals"

    id: UUID = Field(primary_key=True)
    action: str = Field(sa_type=Text)
    subject: str = Field(sa_type=Text)
    user_id: int = Field(sa_type=BigInteger)
    approver_id: int = Field(sa_type=BigInteger)
    used_at: datetime
    expires_at: datetime = Field(index=True)
