"""Publishes that pieces of an order came back at a till."""

from libs.common.contracts.sales import OrderReturned, PaidBy
from libs.common.db.database import Transaction
from services.sales.usecases.orders.views import OrderView
from services.sales.usecases.returns.telling import returned_lines
from services.sales.usecases.till_returns.views import TillReturn


def tell_returned(tx: Transaction, order: OrderView, returned: TillReturn) -> None:
    """Publish a return that is done: catalog takes its goods in, customers takes back what they earned."""
    view = returned.view
    assert view.kept_amount is not None
    assert view.is_everything_back is not None
    assert view.done_at
    assert order.paid_at
    tx.publish(
        OrderReturned(
            return_uuid=view.uuid,
            return_id=view.id,
            order_uuid=order.uuid,
            order_id=order.id,
            channel=order.channel,
            customer_id=order.customer_id,
            user_id=view.user_id,
            lines=returned_lines(returned.lines),
            refund_amount=view.refund_amount,
            refunds=tuple(
                PaidBy(payment_method=refund.payment_method, amount=refund.amount) for refund in view.refunds
            ),
            points_returned=view.points_returned,
            kept_amount=view.kept_amount,
            is_everything_back=view.is_everything_back,
            sold_at=order.paid_at,
            returned_at=view.done_at,
        ),
        subject=f"order/{order.uuid}",
    )
