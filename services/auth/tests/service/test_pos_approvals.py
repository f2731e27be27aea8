"""An ADMIN or OWNER approves a deed of somebody else with a PIN or password (contract §8.5)."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from httpx import AsyncClient, Response

from libs.common.approvals import Action
from libs.common.auth.approvals import verify_approval
from libs.testing.answers import answered
from libs.testing.clock import FakeClock
from libs.testing.idempotency import lose_answers
from libs.testing.locks import until_waiting
from libs.testing.metrics import counts
from services.auth.deps import Deps
from services.auth.domain.origins import OPERATOR
from services.auth.tests.builders import (
    ME,
    PASSWORD,
    REQUIRED,
    a_person,
    bearer,
    bearing,
    pos_login,
)
from services.auth.tests.till_secrets import (
    APPROVALS,
    PIN,
    THROTTLED,
    hashes_tried,
    last_events,
    set_pin,
    with_pin,
)
from services.auth.usecases.sessions.revoking import revoke_sessions_of

POLICY = f"{APPROVALS}policy/"
WRONG = (403, {"detail": "Credenciales de autorización inválidas."})
NOT_ALLOWED = (403, {"detail": "No tiene permiso para autorizar."})


@dataclass(frozen=True)
class Counter:
    """A till with the employee Laura, and the supervisor who is asked."""

    client: AsyncClient
    deps: Deps
    laura_id: int
    laura: dict[str, str]
    jefa_id: int

    async def asks(self, *, key: str | None = None, **changed: Any) -> Response:
        """Laura asks for an approval; by default the supervisor types their PIN."""
        body = {"action": "refund", "subject": 102, "approver": "jefa@example.com", "limit": "750"}
        body |= {} if "password" in changed else {"pin": PIN}
        body = {name: value for name, value in {**body, **changed}.items() if value is not None}
        headers = {**self.laura, "X-Forwarded-For": "198.51.100.7"}
        headers |= {"Idempotency-Key": key} if key else {}
        return await self.client.post(APPROVALS, json=body, headers=headers)


@pytest.fixture
async def counter(deps: Deps, client: AsyncClient) -> Counter:
    laura, jefa_id = await a_person(deps), await with_pin(deps, client, "jefa", "admin")
    return Counter(client, deps, laura.id, bearing(await pos_login(client)), jefa_id)


async def test_an_approval_names_the_deed_and_who_approved(counter: Counter, clock: FakeClock) -> None:
    with counts("auth_approvals_total", outcome="ok"):
        response = await counter.asks()
    assert response.status_code == 201
    answer = response.json()
    approval = await verify_approval(answer.pop("approval"), counter.deps.verifier)
    expires_at = clock().replace(microsecond=0) + timedelta(minutes=2)
    assert answer == {
        "approver": counter.jefa_id,
        "approver_name": "Laura Mendez",
        "action": "refund",
        "subject": "102",
        "limit": "750.00",
        "expires_at": expires_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    assert approval.caller_id == counter.laura_id
    assert approval.approver_id == counter.jefa_id
    assert (approval.action, approval.subject, str(approval.limit)) == (Action.REFUND, "102", "750.00")
    assert approval.expires_at == expires_at


async def test_an_approver_without_a_name_is_called_by_the_username(counter: Counter) -> None:
    await counter.deps.database.execute("update users set first_name = '', last_name = ''")
    assert (await counter.asks()).json()["approver_name"] == "jefa"


@pytest.mark.parametrize("approver", ["jefa", "JEFA", "jefa@example.com", "Jefa@EXAMPLE.com"])
async def test_the_approver_is_an_email_or_username_with_a_pin_or_password(
    counter: Counter, approver: str
) -> None:
    assert (await counter.asks(approver=approver)).status_code == 201
    assert (await counter.asks(approver=approver, password=PASSWORD)).status_code == 201


async def test_an_email_counts_before_a_username_that_looks_like_it(counter: Counter) -> None:
    pedro = await a_person(counter.deps, "pedro")
    await counter.deps.database.execute(
        "update users set username = 'jefa@example.com', username_key = 'jefa@example.com' where id = %s",
        [pedro.id],
    )
    await counter.deps.database.execute("update users set last_name = 'Luna' where username = 'jefa'")
    assert (await counter.asks()).json()["approver"] == counter.jefa_id


@pytest.mark.parametrize("action", ["close_with_unsent", "cash_refund"])
async def test_an_action_without_an_amount_has_no_limit(counter: Counter, action: str) -> None:
    for limit in (None, "10"):
        response = await counter.asks(action=action, limit=limit)
        assert (response.status_code, response.json()["limit"]) == (201, None)


async def test_an_approval_stands_in_the_audit_trail_of_the_approver(counter: Counter) -> None:
    token = (await counter.asks()).json()["approval"]
    approval = await verify_approval(token, counter.deps.verifier)
    details = {"action": "refund", "subject": "102", "limit": "750.00", "approval_id": str(approval.id)}
    event = {"user_id": counter.jefa_id, "actor_id": counter.laura_id, "ip_address": "198.51.100.7"}
    assert await last_events(counter.deps) == [{"kind": "approval_given", **event, "details": details}]
    await counter.asks(pin="0000")
    del details["approval_id"]
    assert await last_events(counter.deps) == [{"kind": "approval_failed", **event, "details": details}]


async def test_an_approver_whose_sessions_are_ended_meanwhile_approves_once(counter: Counter) -> None:
    with counts("auth_approvals_total", outcome="ok"):
        async with asyncio.TaskGroup() as group, counter.deps.database.transaction() as tx:
            await revoke_sessions_of(
                tx, counter.jefa_id, reason="password_changed", origin=OPERATOR, clock=counter.deps.clock
            )
            asked = group.create_task(counter.asks())
            await until_waiting(counter.deps.database)
    assert asked.result().status_code == 201
    assert await given(counter) == 1


async def given(counter: Counter) -> int:
    """How many approvals stand in the audit trail."""
    count: int = await counter.deps.database.fetch_value(
        "select count(*) from audit_events where kind = 'approval_given'"
    )
    return count


async def test_a_repeat_with_its_key_gets_the_first_approval(counter: Counter, clock: FakeClock) -> None:
    first = await counter.asks(key="approval-1")
    clock.advance(seconds=30)
    again = await counter.asks(key="approval-1")
    assert answered(again) == answered(first)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert await given(counter) == 1
    assert (await counter.asks(key="approval-2")).json()["approval"] != first.json()["approval"]


async def test_the_same_key_with_another_deed_is_refused(counter: Counter) -> None:
    await counter.asks(key="approval-1")
    for changed in ({"subject": 103}, {"limit": "751"}, {"password": PASSWORD}):
        assert (await counter.asks(key="approval-1", **changed)).status_code == 422
    assert await given(counter) == 1


async def test_wrong_credentials_leave_the_key_unused(counter: Counter) -> None:
    assert answered(await counter.asks(key="approval-1", pin="0000")) == WRONG
    assert (await counter.asks(key="approval-1")).status_code == 201


async def test_two_requests_with_one_key_at_once_give_one_approval(counter: Counter) -> None:
    answers = await asyncio.gather(*(counter.asks(key="approval-1") for _ in range(4)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["approval"] for answer in answers}) == 1
    assert await given(counter) == 1


async def test_a_repeat_whose_answer_was_lost_gets_the_same_approval(
    counter: Counter, clock: FakeClock
) -> None:
    first = await counter.asks(key="approval-1")
    await lose_answers(counter.deps.database)
    clock.advance(seconds=30)
    again = await counter.asks(key="approval-1")
    tokens = [answer.json()["approval"] for answer in (first, again)]
    assert len({(await verify_approval(token, counter.deps.verifier)).id for token in tokens}) == 1
    assert await given(counter) == 1


async def test_nothing_is_kept_of_the_pin(counter: Counter) -> None:
    """A hash would tell which 4 digits it is of."""
    await counter.asks(key="old-pin")
    await set_pin(counter.client, bearing(await pos_login(counter.client, "jefa")), "9173")
    assert (await counter.asks(key="new-pin", pin="9173")).status_code == 201
    (kept,) = await counter.deps.database.fetch_dicts(
        "select count(*) as requests, count(distinct fingerprint) as prints from idempotency_keys"
    )
    assert (kept["requests"], kept["prints"]) == (2, 1)


async def test_an_approval_opens_no_session(counter: Counter) -> None:
    token = (await counter.asks()).json()["approval"]
    response = await counter.client.get(ME, headers={"Authorization": f"Bearer {token}"})
    assert response.status_code == 401


@pytest.mark.parametrize(
    "credentials",
    [
        {"pin": "0000"},
        {"password": "wrong"},
        {"approver": "nobody"},
        {"approver": "nobody", "password": PASSWORD},
        {"approver": "x\u00e9@@", "pin": PIN},
        {"pin": PASSWORD},
        {"password": PIN},
    ],
)
async def test_wrong_credentials_are_refused(counter: Counter, credentials: dict[str, str]) -> None:
    assert answered(await counter.asks(**credentials)) == WRONG


async def test_an_approver_without_a_pin_has_a_password_only(counter: Counter) -> None:
    await a_person(counter.deps, "duena", "owner")
    assert answered(await counter.asks(approver="duena")) == WRONG
    assert (await counter.asks(approver="duena", password=PASSWORD)).status_code == 201


async def test_a_deleted_approver_is_unknown(counter: Counter) -> None:
    owner = await bearer(counter.deps, counter.client, "owner")
    deleted = await counter.client.delete(f"/api/users/{counter.jefa_id}/", headers=owner)
    assert deleted.status_code == 204
    assert answered(await counter.asks()) == WRONG


async def test_an_employee_approves_nothing_but_learns_it_with_the_right_password_only(
    counter: Counter,
) -> None:
    await a_person(counter.deps, "pedro", "employee")
    assert answered(await counter.asks(approver="pedro", password=PASSWORD)) == NOT_ALLOWED
    assert answered(await counter.asks(approver="pedro", password="wrong")) == WRONG


async def test_nobody_approves_their_own_deed(counter: Counter) -> None:
    headers = bearing(await pos_login(counter.client, "jefa"))
    body = {"action": "cash_refund", "subject": "1", "approver": "jefa", "pin": PIN}
    assert answered(await counter.client.post(APPROVALS, json=body, headers=headers)) == NOT_ALLOWED


@pytest.mark.parametrize("approver", ["jefa", "nobody"])
async def test_the_sixth_try_after_five_wrong_ones_of_an_approver_is_throttled(
    counter: Counter, clock: FakeClock, approver: str
) -> None:
    for _ in range(5):
        assert answered(await counter.asks(approver=approver, pin="0000")) == WRONG
    response = await counter.asks(approver=approver)
    assert answered(response) == THROTTLED
    assert response.headers["Retry-After"] == "300"
    clock.advance(minutes=5)
    assert (await counter.asks(approver=approver)).status_code in {201, 403}


async def test_the_names_of_an_approver_share_their_failures(counter: Counter) -> None:
    for approver in ("jefa", "jefa@example.com", "JEFA", "jefa", "JEFA@example.com"):
        assert answered(await counter.asks(approver=approver, password="wrong")) == WRONG
    assert answered(await counter.asks()) == THROTTLED


@pytest.mark.parametrize("name", ["jefa", "nobody"])
async def test_whether_somebody_has_an_email_is_not_told_by_its_other_spellings(
    counter: Counter, name: str
) -> None:
    for _ in range(5):
        assert answered(await counter.asks(approver=f"{name}@example\u3002com", password="wrong")) == WRONG
    assert answered(await counter.asks(approver=f"{name}@example.com", password="wrong")) == THROTTLED


async def test_ten_wrong_ones_of_a_caller_are_the_last(counter: Counter) -> None:
    for attempt in range(10):
        assert answered(await counter.asks(approver=f"nobody{attempt}")) == WRONG
    assert answered(await counter.asks()) == THROTTLED
    other = await bearer(counter.deps, counter.client, "employee")
    body = {"action": "cash_refund", "subject": "1", "approver": "jefa", "pin": PIN}
    assert (await counter.client.post(APPROVALS, json=body, headers=other)).status_code == 201


@pytest.mark.parametrize(("approver", "limit"), [("jefa", 5), ("nobody{}", 10)])
async def test_each_wrong_one_counts_for_five_minutes(
    counter: Counter, clock: FakeClock, approver: str, limit: int
) -> None:
    for attempt in range(limit):
        await counter.asks(approver=approver.format(attempt), pin="0000")
        clock.advance(seconds=10)
    wait = 300 - 10 * limit
    assert (await counter.asks()).headers["Retry-After"] == str(wait)
    clock.advance(seconds=wait)
    assert (await counter.asks()).status_code == 201


async def test_parallel_guesses_do_not_exceed_the_limit(counter: Counter) -> None:
    responses = await asyncio.gather(*(counter.asks(pin="0000") for _ in range(12)))
    assert sorted(response.status_code for response in responses) == [403] * 5 + [429] * 7


async def test_failed_approvals_lock_nobody_out_of_a_login(counter: Counter) -> None:
    for _ in range(5):
        await counter.asks(password="wrong")
    await pos_login(counter.client, "jefa")


async def test_an_unknown_approver_costs_as_much_as_a_known_one(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = hashes_tried(monkeypatch, counter.deps)
    await counter.asks(pin="0000")
    await counter.asks(approver="nobody")
    assert [secret_hash is None for secret_hash in tried] == [False, True]


@pytest.mark.parametrize(
    ("changed", "answer"),
    [
        ({"pin": None}, {"pin": REQUIRED}),
        ({"pin": None, "limit": None}, {"limit": REQUIRED, "pin": REQUIRED}),
        (
            {"pin": None, "limit": None, "subject": None},
            {"limit": REQUIRED, "pin": REQUIRED, "subject": REQUIRED},
        ),
        ({"pin": PIN, "password": PASSWORD}, {"pin": ["Envía `pin` o `password`, no los dos."]}),
        ({"limit": None}, {"limit": REQUIRED}),
        ({"limit": "0"}, {"limit": ["Ensure this value is greater than 0."]}),
        (
            {"action": "discount", "limit": "100.01"},
            {"limit": ["Ensure this value is less than or equal to 100."]},
        ),
        ({"action": "anything"}, {"action": ['"anything" is not a valid choice.']}),
        ({"subject": None}, {"subject": REQUIRED}),
        ({"subject": True}, {"subject": ["Not a valid string."]}),
        ({"approver": None}, {"approver": REQUIRED}),
    ],
)
async def test_a_malformed_request_is_refused(
    counter: Counter, changed: dict[str, Any], answer: dict[str, Any]
) -> None:
    assert answered(await counter.asks(**changed)) == (400, answer)


async def test_the_policy_says_what_an_employee_does_alone(counter: Counter) -> None:
    assert answered(await counter.client.get(POLICY, headers=counter.laura)) == (
        200,
        {
            "discount": {"limit": "0.00"},
            "refund": {"limit": "500.00"},
            "shift_difference": {"limit": "20.00"},
            "close_with_unsent": {"needed": True},
            "cash_refund": {"needed": True},
        },
    )


@pytest.mark.parametrize("role", ["admin", "owner"])
async def test_admins_and_owners_need_no_approval(counter: Counter, role: Any) -> None:
    headers = await bearer(counter.deps, counter.client, role)
    assert answered(await counter.client.get(POLICY, headers=headers)) == (
        200,
        {
            "discount": {"limit": None},
            "refund": {"limit": None},
            "shift_difference": {"limit": None},
            "close_with_unsent": {"needed": False},
            "cash_refund": {"needed": False},
        },
    )
