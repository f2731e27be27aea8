"""The events of customers."""

from libs.common.contracts.event import Event, event


@event("customers.customer_changed.v1")
class CustomerChanged(Event):
    """The current state of a customer, sent after every change. Subject: `customer/<customer_id>`."""

    customer_id: int
    first_name: str
    last_name: str
    email: str | None = None
    phone_number: str
    is_frequent: bool
    deleted: bool = False
