"""The steps of orders, invoices and returns, and their actors (contract §4)."""

import pytest

from libs.common.lifecycle import Actor, Lifecycle, Step
from libs.testing.lifecycles import targets
from services.sales.domain.lifecycles import (
    BY_BUYER,
    CANCEL_OWN_WEB,
    CANCEL_WEB,
    INVOICES,
    POS_ORDERS,
    RETURNS,
    TILL_RETURNS,
    WEB_ORDERS,
    InvoiceStatus,
    PosStatus,
    ReturnStatus,
    StepNotAllowed,
    WebStatus,
    seen_as,
    seen_at_till,
    step_of,
)

LIFECYCLES = (POS_ORDERS, WEB_ORDERS, INVOICES, RETURNS, TILL_RETURNS)


def test_an_order_at_the_till_is_paid_at_once_or_by_way_of_a_charge() -> None:
    assert {state: targets(POS_ORDERS, state) for state in PosStatus} == {
        "PENDING": {"PAYING", "PAID", "CANCELLED"},
        "PAYING": {"PAID", "PENDING"},
        "PAID": set(),
        "CANCELLED": {"PAID"},  # only a sale that has happened (contract §8.6)
    }


def test_an_order_whose_payment_is_under_way_is_pending_to_a_till() -> None:
    assert {state: seen_at_till(state) for state in PosStatus if seen_at_till(state) != state} == {
        "PAYING": "PENDING"
    }
    assert seen_as("PENDING") == ("PENDING", "PAYING")


@pytest.mark.parametrize("status", [PosStatus.PAID, PosStatus.CANCELLED, *WebStatus])
def test_every_other_status_is_seen_as_it_is(status: str) -> None:
    assert (seen_at_till(status), seen_as(status)) == (status, (status,))


@pytest.mark.parametrize(
    ("actor", "reached"),
    [
        (Actor.STAFF, {"PAYING", "PAID", "CANCELLED"}),
        (Actor.SYSTEM, {"CANCELLED"}),
        (Actor.BUYER, set()),
    ],
)
def test_staff_pays_and_cancels_and_the_system_cancels(actor: Actor, reached: set[str]) -> None:
    assert targets(POS_ORDERS, PosStatus.PENDING, actor) == reached


def test_an_admin_leads_a_web_order_one_step_at_a_time_and_cancels_any() -> None:
    assert {state: targets(WEB_ORDERS, state, Actor.ADMIN) for state in WebStatus} == {
        "pending": {"confirmed", "cancelled"},
        "confirmed": {"processing", "cancelled"},
        "processing": {"shipped", "cancelled"},
        "shipped": {"delivered", "cancelled"},
        "delivered": {"cancelled"},
        "cancelled": set(),
    }


def test_a_shopper_cancels_until_the_order_is_shipped_and_does_nothing_else() -> None:
    assert {state for state in WebStatus if targets(WEB_ORDERS, state, Actor.BUYER)} == {
        "pending",
        "confirmed",
        "processing",
    }
    assert {target for state in WebStatus for target in targets(WEB_ORDERS, state, Actor.BUYER)} == {
        "cancelled"
    }


def test_an_admin_pays_and_refunds_an_invoice_and_the_system_ends_it() -> None:
    assert {state: targets(INVOICES, state, Actor.ADMIN) for state in InvoiceStatus} == {
        "pending": {"paid"},
        "paid": {"refunded"},
        "refunded": set(),
        "cancelled": set(),
    }
    assert targets(INVOICES, "pending", Actor.SYSTEM) == {"cancelled", "refunded"}


def test_only_an_approved_return_is_processed() -> None:
    assert {state: targets(RETURNS, state, Actor.ADMIN) for state in ReturnStatus} == {
        "requested": {"approved", "rejected"},
        "approved": {"processed"},
        "rejected": set(),
        "processed": set(),
    }


@pytest.mark.parametrize("lifecycle", LIFECYCLES)
def test_every_state_is_reached_from_the_first(lifecycle: Lifecycle) -> None:
    reached = {lifecycle.first}
    for _ in lifecycle.states:
        reached |= {target for state in reached for target in targets(lifecycle, state)}
    assert reached == {*lifecycle.states}


def test_a_step_to_an_unknown_state_is_refused_when_it_is_declared() -> None:
    with pytest.raises(AssertionError):
        Lifecycle(("a", "b"), (Step(("a",), "c", BY_BUYER),))


def test_a_step_is_found_for_its_actors_only() -> None:
    assert step_of(WEB_ORDERS, "shipped", "cancelled", by=Actor.ADMIN) is CANCEL_WEB
    assert step_of(WEB_ORDERS, "pending", "cancelled", by=Actor.BUYER) is CANCEL_OWN_WEB
    with pytest.raises(StepNotAllowed) as refusal:
        step_of(WEB_ORDERS, "shipped", "cancelled", by=Actor.BUYER)
    assert refusal.value.details == {"current": "shipped", "wanted": "cancelled"}


@pytest.mark.parametrize("current", WebStatus)
def test_staying_is_no_step(current: WebStatus) -> None:
    with pytest.raises(StepNotAllowed):
        step_of(WEB_ORDERS, current, current, by=Actor.ADMIN)
