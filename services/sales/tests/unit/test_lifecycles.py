"""The steps of orders, and who takes them (contract §4). Invoices and returns can be declared alike."""

import pytest

from libs.common.lifecycle import Actor, Lifecycle, Step
from services.sales.domain.lifecycles import (
    BY_ADMIN,
    BY_BUYER,
    BY_SYSTEM,
    POS_ORDERS,
    WEB_ORDERS,
    PosStatus,
    WebStatus,
)

# Both come into the product with the issues that build them.
INVOICES = Lifecycle(
    ("pending", "overdue", "paid", "refunded", "cancelled"),
    (
        Step("pay", ("pending", "overdue"), "paid", BY_ADMIN),
        Step("refund", ("paid",), "refunded", BY_ADMIN | BY_SYSTEM),
        Step("cancel", ("pending", "overdue"), "cancelled", BY_SYSTEM),
    ),
)
RETURNS = Lifecycle(
    ("requested", "approved", "rejected", "processed"),
    (
        Step("approve", ("requested",), "approved", BY_ADMIN),
        Step("reject", ("requested",), "rejected", BY_ADMIN),
        Step("process", ("approved",), "processed", BY_ADMIN),
    ),
)
LIFECYCLES = (POS_ORDERS, WEB_ORDERS, INVOICES, RETURNS)


def all_targets(lifecycle: Lifecycle, state: str) -> set[str]:
    return {target for actor in Actor for target in lifecycle.targets(state, actor)}


def test_an_order_at_the_till_is_paid_at_once_or_by_way_of_a_charge() -> None:
    assert {state: all_targets(POS_ORDERS, state) for state in PosStatus} == {
        "PENDING": {"PAYING", "PAID", "CANCELLED"},
        "PAYING": {"PAID", "PENDING"},
        "PAID": set(),
        "CANCELLED": set(),
    }


@pytest.mark.parametrize(
    ("actor", "targets"),
    [
        (Actor.STAFF, {"PAYING", "PAID", "CANCELLED"}),
        (Actor.SYSTEM, {"CANCELLED"}),
        (Actor.BUYER, set()),
    ],
)
def test_staff_pays_and_cancels_and_the_system_cancels(actor: Actor, targets: set[str]) -> None:
    assert POS_ORDERS.targets(PosStatus.PENDING, actor) == targets


def test_an_admin_leads_a_web_order_one_step_at_a_time_and_cancels_any() -> None:
    assert {state: set(WEB_ORDERS.targets(state, Actor.ADMIN)) for state in WebStatus} == {
        "pending": {"confirmed", "cancelled"},
        "confirmed": {"processing", "cancelled"},
        "processing": {"shipped", "cancelled"},
        "shipped": {"delivered", "cancelled"},
        "delivered": {"cancelled"},
        "cancelled": set(),
    }


def test_a_shopper_cancels_until_the_order_is_shipped_and_does_nothing_else() -> None:
    assert {state for state in WebStatus if WEB_ORDERS.targets(state, Actor.BUYER)} == {
        "pending",
        "confirmed",
        "processing",
    }
    assert {target for state in WebStatus for target in WEB_ORDERS.targets(state, Actor.BUYER)} == {
        "cancelled"
    }


def test_nothing_leaves_an_invoice_that_is_cancelled_or_refunded() -> None:
    assert all_targets(INVOICES, "cancelled") | all_targets(INVOICES, "refunded") == set()
    assert all_targets(INVOICES, "overdue") == {"paid", "cancelled"}


def test_only_an_approved_return_is_processed() -> None:
    assert [state for state in RETURNS.states if "processed" in all_targets(RETURNS, state)] == ["approved"]


@pytest.mark.parametrize("lifecycle", LIFECYCLES)
def test_every_state_is_reached_from_the_first(lifecycle: Lifecycle) -> None:
    reached = {lifecycle.first}
    for _ in lifecycle.states:
        reached |= {target for state in reached for target in all_targets(lifecycle, state)}
    # "overdue" is read from the due date and is no step.
    assert reached | {"overdue"} == {*lifecycle.states} | {"overdue"}


def test_a_step_to_an_unknown_state_is_refused_when_it_is_declared() -> None:
    with pytest.raises(AssertionError):
        Lifecycle(("a", "b"), (Step("leap", ("a",), "c", BY_BUYER),))
