"""`/api/approvals/`: somebody else's approval of a deed at the till (contract §8.5)."""

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Annotated, Any

from fastapi import Response
from typing_extensions import TypedDict

from libs.common.approvals import LIMITED, Action
from libs.common.clock import iso_utc
from libs.common.errors import Throttled
from libs.common.http.callers import Staff
from libs.common.http.described import MoneyText, TimeText, described, example, refuses
from libs.common.http.fields import Choice, DecimalField, Shape, Text
from libs.common.http.idempotency import OperationDep, idempotent_but
from libs.common.http.refusals import InvalidInput, Problem
from libs.common.http.replies import reply
from libs.common.money import money_or_null, money_text
from services.auth.api.device import RequestOrigin
from services.auth.api.fields import KnownPassword
from services.auth.api.pos.door import pos
from services.auth.deps import DepsDep
from services.auth.domain import identities
from services.auth.domain.approvals import MayNotApprove, Wanted, WrongApprovalCredentials, policy_of
from services.auth.usecases.approvals.giving import AskApproval
from services.auth.usecases.till_secrets import TypedSecret

SUBJECT_LENGTH_MAX = 64
PERCENT_MAX = 100
NOT_BOTH = "Envía `pin` o `password`, no los dos."


@example(
    {
        "action": "refund",
        "subject": "102",
        "approver": "jefa@enterprise.com",
        "pin": "4831",
        "limit": "750.00",
    }
)
class ApprovalIn(Shape):
    """The deed to approve, and the credentials of the approver: a PIN or a password."""

    action: Annotated[str, Choice(*Action)]
    """The deed of the caller."""
    subject: Annotated[str, Text(max_length=SUBJECT_LENGTH_MAX)]
    """What the deed is done to: for `discount` the order's `client_id`, for `refund` and `cash_refund` the
    order's id, for `shift_difference` and `close_with_unsent` the shift's id."""
    approver: Annotated[str, Text(max_length=identities.EMAIL_LENGTH_MAX)]
    """The email or username of an ADMIN or OWNER who is not the caller."""
    pin: KnownPassword | None = None
    """The approver's PIN; or else `password`."""
    password: KnownPassword | None = None
    """The approver's password; or else `pin`."""
    limit: Annotated[Decimal, DecimalField(max_digits=12, decimal_places=2, gt=0)] | None = None
    """The most that is approved: percent of a `discount`, money of `refund` and `shift_difference`."""

    @classmethod
    def needs(cls, body: Mapping[str, Any]) -> Collection[str]:
        """A PIN unless there is a password, and the limit of an action that has one."""
        secret = () if body.get("password") is not None else ("pin",)
        limit = ("limit",) if body.get("action") in tuple(LIMITED) else ()
        return (*secret, *limit)


@example(
    {
        "approval": "eyJhbGciOiJFZERTQSJ9...",
        "approver": 2,
        "approver_name": "Lucía Muñoz",
        "action": "refund",
        "subject": "102",
        "limit": "750.00",
        "expires_at": "2023-10-27T15:32:00Z",
    }
)
class ApprovalOut(TypedDict):
    """An approval for one deed of the caller within 2 minutes."""

    approval: str
    """Goes into the header `X-Approval` of the deed."""
    approver: int
    """The id of the user who approved."""
    approver_name: str
    """Their names, or their username if they have none."""
    action: Annotated[str, Choice(*Action)]
    """As it was asked for."""
    subject: str
    """As it was asked for; a number as text."""
    limit: MoneyText | None
    """Null for an action without an amount."""
    expires_at: TimeText
    """UTC."""


@described
class LimitOut(TypedDict):
    """The limit of an action."""

    limit: MoneyText | None
    """The most that the caller does alone, percent or money; null: anything."""


@described
class NeededOut(TypedDict):
    """An action without an amount."""

    needed: bool
    """Whether the caller needs an approval."""


@example(
    {
        "discount": {"limit": "0.00"},
        "refund": {"limit": "500.00"},
        "shift_difference": {"limit": "20.00"},
        "close_with_unsent": {"needed": True},
        "cash_refund": {"needed": True},
    }
)
class PolicyOut(TypedDict):
    """The deeds for which the caller needs an approval."""

    discount: LimitOut
    """Percent of a discount by hand."""
    refund: LimitOut
    """The amount of one return."""
    shift_difference: LimitOut
    """The cash by which a shift may differ at its close, either way."""
    close_with_unsent: NeededOut
    """Closing a shift whose till has sales to send."""
    cash_refund: NeededOut
    """Cash back for what was paid otherwise."""


@pos.get("/approvals/policy/", response_model=PolicyOut)
async def find_policy(who: Staff, deps: DepsDep) -> Response:
    """Read the limits up to which the caller acts alone.

    So a till can ask for an approval before it sends.
    """
    policy = policy_of(deps.settings.employee_limits, is_supervisor=who.is_admin)
    return reply({action.value: _told(rule) for action, rule in policy.items()})


@pos.post("/approvals/", response_model=ApprovalOut, status_code=201)
@refuses(WrongApprovalCredentials(), MayNotApprove(), Throttled(300))
@idempotent_but("pin", "password")
async def give_approval(
    body: ApprovalIn, who: Staff, origin: RequestOrigin, deps: DepsDep, operation: OperationDep
) -> Response:
    """Get somebody's approval of what the caller may not do alone.

    5 wrong credentials of an approver or 10 of a caller within 5 minutes are the last (429). With an
    `Idempotency-Key` a repeat gets the first approval, which has not become valid for longer; of PIN and
    password nothing is kept, so that they are not compared.
    """
    approval, token = await deps.approvals.give(
        _asked(body), caller_id=who.user_id, origin=origin, operation=operation.id
    )
    return reply(
        {
            "approval": token,
            "approver": approval.approver_id,
            "approver_name": approval.approver_name,
            "action": approval.action,
            "subject": approval.subject,
            "limit": money_or_null(approval.limit),
            "expires_at": iso_utc(approval.expires_at),
        },
        status=201,
    )


def _asked(body: ApprovalIn) -> AskApproval:
    """The request; raises `InvalidInput` for fields that do not go together."""
    action = Action(body.action)
    limit = body.limit if action in LIMITED else None
    problems: list[Problem] = []
    secret = body.password if body.pin is None else body.pin
    assert secret is not None, "the shape needs one"
    if body.pin is not None and body.password is not None:
        problems.append((("pin",), NOT_BOTH))
    if action is Action.DISCOUNT and limit is not None and limit > PERCENT_MAX:
        problems.append((("limit",), f"Ensure this value is less than or equal to {PERCENT_MAX}."))
    if problems:
        raise InvalidInput(problems)
    return AskApproval(
        wanted=Wanted(action, body.subject, limit),
        typed=TypedSecret(name=body.approver, secret=secret, is_pin=body.pin is not None),
    )


def _told(rule: Any) -> dict[str, Any]:
    return {name: money_text(value) if isinstance(value, Decimal) else value for name, value in rule.items()}
