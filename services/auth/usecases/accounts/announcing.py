"""Publishing account changes."""

from libs.common.clock import Clock
from libs.common.contracts.auth import UserChanged
from libs.common.db.database import Transaction
from services.auth.domain.roles import in_order
from services.auth.usecases.accounts.reading import Account


def announce_change(tx: Transaction, account: Account, *, clock: Clock) -> None:
    """Publish this state of the account when the transaction commits."""
    event = UserChanged(
        user_id=account.id,
        username=account.username,
        email=account.email,
        roles=in_order(account.roles),
        is_active=account.is_active,
        changed_at=clock(),
    )
    tx.publish(event, subject=f"user/{account.id}")
