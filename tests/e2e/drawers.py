"""The drawer of a till: what the till was answered of its shift, and whether the Z report says the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tests.e2e.tills import Till

OPENING = Decimal("500.00")
NOTHING = Decimal("0.00")
Payments = Sequence[Mapping[str, str]]


@dataclass(slots=True)
class Drawer:
    """An open shift, and what came and went as its till was told. Amounts and numbers by payment method."""

    shift_id: int
    sales: int = 0
    count: dict[str, int] = field(default_factory=dict)
    amount: dict[str, Decimal] = field(default_factory=dict)
    moved: dict[str, Decimal] = field(
        default_factory=lambda: dict.fromkeys(("PAID_IN", "PAID_OUT", "DROP"), NOTHING)
    )

    @classmethod
    def open(cls, till: Till, register_id: int) -> "Drawer":
        """Open a shift of the register."""
        body = {"register": register_id, "opening_cash": str(OPENING)}
        return cls(int(till.send("/api/shifts/", body, status=201)["id"]))

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
        return OPENING + self.amount.get("CASH", NOTHING) + moved

    def took(self, payments: Payments) -> None:
        """Note a sale that was answered."""
        self.sales += 1
        for payment in payments:
            method = payment["payment_method"]
            self.count[method] = self.count.get(method, 0) + 1
            self.amount[method] = self.amount.get(method, NOTHING) + Decimal(payment["amount"])

    def move(self, till: Till, kind: str, amount: str) -> None:
        """Move cash; it is counted once however often it is sent."""
        body = {"kind": kind, "amount": amount, "reason": "Cambio"}
        till.send(f"/api/shifts/{self.shift_id}/movements/", body, status=201)
        self.moved[kind] += Decimal(amount)

    def close(self, till: Till) -> None:
        """Close the shift. Fails unless its Z report has what the till was answered, and nothing else."""
        path = f"/api/shifts/{self.shift_id}/close/"
        report = till.send(path, {"counted_cash": str(self.cash)}, status=200)
        shown = {each["payment_method"]: each for each in report["tenders"] if each["count"]}
        assert report["shift"]["status"] == "CLOSED"
        assert report["sales"]["count"] == self.sales
        assert {method: each["count"] for method, each in shown.items()} == self.count
        assert {method: Decimal(each["amount"]) for method, each in shown.items()} == self.amount
        self._compare(report["cash"])

    def _compare(self, cash: Mapping[str, Any]) -> None:
        """Payments towards debts are heard of later than they are answered: they are left out."""
        assert Decimal(cash["expected"]) - Decimal(cash["credit_payments"]) == self.cash
        shown = [Decimal(cash[name]) for name in ("paid_in", "paid_out", "dropped")]
        assert shown == [self.moved[kind] for kind in ("PAID_IN", "PAID_OUT", "DROP")]
