"""The audit trail, failed logins and failed approvals."""

from datetime import datetime

from sqlalchemy import BigInteger, Identity, Index, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.auth.tables.base import Table


class AuditEventRow(Table, table=True):
    """An event of an account, with its actor (null: an operator, or a caller without a token) and origin."""

    __tablename__ = "audit_events"
    __table_args__ = (Index("ix_audit_events_user_id_id", "user_id", "id"),)

    id: int | None = Field(
        default=None, primary_key=True, sa_type=BigInteger, sa_column_args=(Identity(always=True),)
    )
    user_id: int = Field(sa_type=BigInteger, foreign_key="users.id")
    kind: str = Field(sa_type=Text)
    actor_id: int | None = Field(default=None, sa_type=BigInteger)
    ip_address: str = Field(sa_type=Text)
    user_agent: str = Field(sa_type=Text)
    created_at: datetime = Field(index=True)
    details: dict[str, object] = Field(sa_type=JSONB)


class LoginFailureRow(Table, table=True):
    """A wrong password, counted by the throttle.

    `account` is a key, not a name (`account_of`); for IPv6, `ip_address` is the customer's network.
    """

    __tablename__ = "login_failures"
    __table_args__ = (
        Index("ix_login_failures_account_failed_at", "account", "failed_at"),
        Index("ix_login_failures_ip_address_account_failed_at", "ip_address", "account", "failed_at"),
        Index("ix_login_failures_ip_address_failed_at", "ip_address", "failed_at"),
    )

    id: int | None = Field(
        default=None, primary_key=True, sa_type=BigInteger, sa_column_args=(Identity(always=True),)
    )
    account: str = Field(sa_type=Text)
    ip_address: str = Field(sa_type=Text)
    failed_at: datetime = Field(index=True)


class ApprovalFailureRow(Table, table=True):
    """A wrong PIN or password of an approver, counted by the throttle of approvals.

    `approver` is a key, not a name (`account_of`); `caller_id` is the user who asked for the approval.
    """

    __tablename__ = "approval_failures"
    __table_args__ = (
        Index("ix_approval_failures_approver_failed_at", "approver", "failed_at"),
        Index("ix_approval_failures_caller_id_failed_at", "caller_id", "failed_at"),
    )

    id: int | None = Field(
        default=None, primary_key=True, sa_type=BigInteger, sa_column_args=(Identity(always=True),)
    )
    approver: str = Field(sa_type=Text)
    caller_id: int = Field(sa_type=BigInteger)
    failed_at: datetime = Field(index=True)
