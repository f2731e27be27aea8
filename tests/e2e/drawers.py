"""The drawer of a till: what the till was answered of its shift, and whether the Z report says the same."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tests.e2e.tills import Till

OPENING = Decimal("20000.00")
"""Enough for everything that is given back in cash."""
NOTHING = Decimal("0.00")
Payments = Sequence[Mapping[str, str]]
Amounts = defaultdict[str, Decimal]


def _no_amounts() -> Amounts:
    return defaultdict(lambda: NOTHING)


@dataclass(slots=True)
class Drawer:
    """An open shift, and what came and went as its till was told. Amounts and numbers by payment method."""

    shift_id: int
    register_id: int
    cashier_id: int
    sales: int = 0
    returns: int = 0
    count: Counter[str] = field(default_factory=Counter)
    amount: Amounts = field(default_factory=_no_amounts)
    refunded: Amounts = field(default_factory=_no_amounts)
    moved: Amounts = field(default_factory=_no_amounts)
    layaways: Amounts = field(default_factory=_no_amounts)
    """What was received, returned and applied."""

    @classmethod
    def open(cls, till: Till, register_id: int) -> "Drawer":
        """Open a shift of the register."""
        body = {"register": register_id, "opening_cash": str(OPENING)}
        shift = till.send("/api/shifts/", body, status=201)
        return cls(int(shift["id"]), register_id, int(shift["opened_by"]))

    @staticmethod
    def split(total: str) -> Payments:
        """The total paid by cash and card; one peso in cash, or all if it is less."""
        cash = min(Decimal(total), Decimal("1.00"))
        parts = {"CASH": cash, "CARD": Decimal(total) - cash}
        return [
            {"payment_method": method, "amount": str(amount)}
            | ({"card_kind": "DEBIT", "reference": "0042"} if method == "CARD" else {})
            for method, amount in parts.items()
            if amount
        ]

    @property
    def cash(self) -> Decimal:
        """What is in the drawer."""
        moved = self.moved["PAID_IN"] - self.moved["PAID_OUT"] - self.moved["DROP"]
        return OPENING + self.amount["CASH"] - self.refunded["CASH"] + moved

    def took(self, payments: Payments) -> None:
        """Note a sale that was answered."""
        self.sales += 1
        self._count(payments)

    def took_for_layaway(self, payments: Payments, *, last_of: str | None = None) -> None:
        """Note a payment for a layaway; the last one sells goods of this total."""
        self._count(payments)
        self.layaways["received"] += _sum(payments)
        if last_of is not None:
            self.sales += 1
            self.layaways["applied"] += Decimal(last_of)

    def gave_back(self, refunds: Payments) -> None:
        """Note a return that was answered."""
        self.returns += 1
        self._give(refunds)

    def gave_back_layaway(self, refunds: Payments) -> None:
        """Note what was given back of a layaway that was cancelled."""
        self.layaways["returned"] += _sum(refunds)
        self._give(refunds)

    def move(self, till: Till, kind: str, amount: str) -> None:
        """Move cash; it is counted once however often it is sent."""
        body = {"kind": kind, "amount": amount, "reason": "Cambio"}
        till.send(f"/api/shifts/{self.shift_id}/movements/", body, status=201)
        self.moved[kind] += Decimal(amount)

    def close(self, till: Till, *, unsent: int = 0, approval: str = "") -> None:
        """Close the shift. Fails unless its Z report has what the till was answered, and nothing else."""
        body = {"counted_cash": str(self.cash), "unsent": unsent}
        path = f"/api/shifts/{self.shift_id}/close/"
        self.compare(till.send(path, body, status=200, approval=approval))

    def compare(self, report: Mapping[str, Any]) -> None:
        """Fail unless the report of the closed shift has what the till was answered until then."""
        assert report["shift"]["status"] == "CLOSED"
        assert report["sales"]["count"] == self.sales
        assert report["refunds"]["count"] == self.returns
        tenders = report["tenders"]
        assert {each["payment_method"]: each["count"] for each in tenders if each["count"]} == self.count
        assert _shown(tenders, "amount") == _not_nothing(self.amount)
        assert _shown(tenders, "refunded") == _not_nothing(self.refunded)
        assert {name: Decimal(amount) for name, amount in report["layaway"].items()} == {
            name: self.layaways[name] for name in ("received", "returned", "applied")
        }
        self._compare_cash(report["cash"])

    def _compare_cash(self, cash: Mapping[str, Any]) -> None:
        """Payments towards debts are heard of later than they are answered: they are left out."""
        assert Decimal(cash["expected"]) - Decimal(cash["credit_payments"]) == self.cash
        shown = [Decimal(cash[name]) for name in ("paid_in", "paid_out", "dropped")]
        assert shown == [self.moved[kind] for kind in ("PAID_IN", "PAID_OUT", "DROP")]

    def _count(self, payments: Payments) -> None:
        for payment in payments:
            self.count[payment["payment_method"]] += 1
            self.amount[payment["payment_method"]] += Decimal(payment["amount"])

    def _give(self, refunds: Payments) -> None:
        for refund in refunds:
            self.refunded[refund["payment_method"]] += Decimal(refund["amount"])


def _sum(payments: Payments) -> Decimal:
    return sum((Decimal(payment["amount"]) for payment in payments), NOTHING)


def _shown(tenders: Iterable[Mapping[str, Any]], figure: str) -> dict[str, Decimal]:
    return _not_nothing({each["payment_method"]: Decimal(each[figure]) for each in tenders})


def _not_nothing(amounts: Mapping[str, Decimal]) -> dict[str, Decimal]:
    return {method: amount for method, amount in amounts.items() if amount}
