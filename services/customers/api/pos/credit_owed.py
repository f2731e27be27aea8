"""`/api/customers/debts/`, for ADMIN and OWNER: what all customers owe, by age."""

from fastapi import Response
from typing_extensions import TypedDict

from libs.common.http.callers import AdminOrOwner
from libs.common.http.described import MoneyText, described, example
from libs.common.http.replies import reply
from libs.common.money import money_text
from services.customers.api.pos.door import pos
from services.customers.deps import DepsDep
from services.customers.usecases.credit.ageing import sum_debts


@described
class DebtsOfAgeOut(TypedDict):
    """The debts of an age."""

    from_days: int
    """The days of the store since the charge: at least so many."""
    to_days: int | None
    """At most so many; null: or more."""
    amount: MoneyText
    """What is owed of these charges."""
    customers: int
    """How many customers owe some of it."""


@example(
    {
        "total": "1250.50",
        "customers": 3,
        "ages": [
            {"from_days": 0, "to_days": 30, "amount": "900.00", "customers": 2},
            {"from_days": 31, "to_days": 60, "amount": "300.00", "customers": 1},
            {"from_days": 61, "to_days": None, "amount": "50.50", "customers": 1},
        ],
    }
)
class DebtsOut(TypedDict):
    """What all customers owe."""

    total: MoneyText
    """The sum of every `credit_used`."""
    customers: int
    """How many customers owe something."""
    ages: list[DebtsOfAgeOut]
    """Its parts, the newest first; a customer may owe some of several."""


@pos.get("/customers/debts/", response_model=DebtsOut)
async def find_debts(who: AdminOrOwner, deps: DepsDep) -> Response:
    """Sum up what all customers owe, by the age of the charges.

    A payment settles the oldest charges first; what was given back of a charge is not owed of it.
    """
    debts = await sum_debts(database=deps.database, clock=deps.clock, timezone=deps.settings.store_timezone)
    answer: DebtsOut = {
        "total": money_text(debts.total.amount),
        "customers": debts.total.customers,
        "ages": [
            {
                "from_days": age.from_days,
                "to_days": age.to_days,
                "amount": money_text(age.amount),
                "customers": age.customers,
            }
            for age in debts.ages
        ],
    }
    return reply(answer)
