"""An approval allows one deed: of that caller, action and subject, up to its limit (contract §8.5)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from libs.common.approvals import Action, Approval, EmployeeLimits, Presented
from services.sales.api.pos.door import pos
from services.sales.domain.approvals import ApprovalInvalid, ApprovalRequired, Authority, Deed

pytestmark = pytest.mark.unit

LIMITS = EmployeeLimits(discount=Decimal(0), refund=Decimal(500), shift_difference=Decimal(20))
REFUND = Deed(Action.REFUND, "102", Decimal("750.00"))
CASH = Deed(Action.CASH_REFUND, "102")


def an_approval(**changed: Any) -> Approval:
    refund = Approval(
        id=uuid4(),
        caller_id=7,
        action=Action.REFUND,
        subject="102",
        limit=Decimal("750.00"),
        approver_id=2,
        approver_name="jefa",
        expires_at=datetime(2026, 3, 2, 18, 2, tzinfo=UTC),
    )
    return replace(refund, **changed)


def an_employee(*approvals: Approval, has_invalid: bool = False) -> Authority:
    return Authority(7, is_supervisor=False, limits=LIMITS, presented=Presented(approvals, has_invalid))


def test_a_deed_uses_up_its_approval() -> None:
    approval = an_approval()
    assert an_employee(approval).approvals_for(REFUND) == (approval,)


def test_up_to_their_limit_an_employee_acts_alone() -> None:
    assert an_employee(an_approval()).approvals_for(replace(REFUND, amount=Decimal("500.00"))) == ()
    with pytest.raises(ApprovalRequired):
        an_employee().approvals_for(replace(REFUND, amount=Decimal("500.01")))


def test_a_supervisor_needs_none_and_uses_none_up() -> None:
    boss = replace(an_employee(an_approval(), has_invalid=True), is_supervisor=True)
    assert boss.approvals_for(REFUND, CASH) == ()


@pytest.mark.parametrize(
    "changed",
    [
        {"caller_id": 8},
        {"action": Action.DISCOUNT},
        {"subject": "103"},
        {"limit": Decimal("749.99")},
        {"limit": None},
    ],
)
def test_an_approval_of_something_else_is_invalid(changed: dict[str, Any]) -> None:
    with pytest.raises(ApprovalInvalid):
        an_employee(an_approval(**changed)).approvals_for(REFUND)


def test_what_is_no_approval_is_invalid_where_one_is_needed() -> None:
    with pytest.raises(ApprovalInvalid):
        an_employee(has_invalid=True).approvals_for(REFUND)
    assert an_employee(has_invalid=True).approvals_for(replace(REFUND, amount=Decimal(1))) == ()


@pytest.mark.parametrize("form", [str.upper, lambda uuid: uuid.replace("-", ""), "{{{}}}".format])
def test_a_uuid_is_the_same_however_it_is_written(form: Callable[[str], str]) -> None:
    deed = Deed(Action.DISCOUNT, "f47ac10b-58cc-4372-a567-0e02b2c3d479", Decimal(10))
    approval = an_approval(action=Action.DISCOUNT, subject=form(deed.subject))
    assert an_employee(approval).approvals_for(deed) == (approval,)


def test_two_deeds_need_two_approvals_in_any_order() -> None:
    refund, cash = an_approval(), an_approval(action=Action.CASH_REFUND, limit=None)
    assert an_employee(cash, refund).approvals_for(REFUND, CASH) == (refund, cash)


def test_every_action_without_an_approval_is_named() -> None:
    with pytest.raises(ApprovalRequired) as both:
        an_employee().approvals_for(REFUND, CASH)
    assert both.value.actions == (Action.REFUND, Action.CASH_REFUND)
    with pytest.raises(ApprovalRequired) as one:
        an_employee(an_approval()).approvals_for(REFUND, CASH)
    assert one.value.actions == (Action.CASH_REFUND,)


def test_the_till_reads_what_it_needs() -> None:
    def body(refusal: ApprovalRequired | ApprovalInvalid) -> tuple[int, Any]:
        answer = pos.dialect.refusal(refusal)
        return answer.status, answer.body

    needed = {"detail": "Se requiere autorización de un supervisor.", "code": "approval_required"}
    assert body(ApprovalRequired(Action.REFUND)) == (403, {**needed, "action": "refund"})
    assert body(ApprovalRequired(Action.REFUND, Action.CASH_REFUND)) == (
        403,
        {**needed, "action": "refund", "actions": ["refund", "cash_refund"]},
    )
    assert body(ApprovalInvalid()) == (
        403,
        {"detail": "Autorización inválida o vencida.", "code": "approval_invalid"},
    )
