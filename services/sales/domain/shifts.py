"""The rules of registers and shifts, and their refusals (contract §8.1)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from libs.common.errors import DomainError, Kind, NotFound, refuse_all
from libs.common.money import ZERO, money_text

REASON_LENGTH_MAX = 255
NOTE_LENGTH_MAX = 1000
REGISTER_NAME_LENGTH_MAX = 100
KEPT_SERIES = re.compile("C[0-9]+")


class MovementKind(StrEnum):
    """What moves cash without a sale. DROP: to the safe or the bank; NO_SALE: the drawer was only opened."""

    PAID_IN = "PAID_IN"
    PAID_OUT = "PAID_OUT"
    DROP = "DROP"
    NO_SALE = "NO_SALE"


@dataclass(frozen=True, slots=True)
class ShiftRules:
    """The shop's rules. `is_blind`: an EMPLOYEE does not see what cash is expected in an open shift."""

    is_blind: bool


@dataclass(frozen=True, slots=True)
class Counted:
    """What was found at a close: cash, of what notes and coins, other tenders, what stays in the drawer."""

    cash: Decimal
    denominations: Mapping[Decimal, int] | None
    tenders: Mapping[str, Decimal]
    left_in_drawer: Decimal

    def check(self) -> None:
        """Raise `DenominationsDiffer` and `LeftMoreThanCounted`, both together."""
        refusals: list[DomainError] = []
        if self.denominations is not None and (total := self._total(self.denominations)) != self.cash:
            refusals.append(DenominationsDiffer(total, self.cash))
        if self.left_in_drawer > self.cash:
            refusals.append(LeftMoreThanCounted(self.cash))
        refuse_all(refusals)

    @staticmethod
    def _total(denominations: Mapping[Decimal, int]) -> Decimal:
        return sum((value * pieces for value, pieces in denominations.items()), ZERO)


class RegisterNotFound(NotFound):
    """There is no such register."""

    thing = "Register"


class ShiftNotFound(NotFound):
    """There is no such shift, or it is of others and the caller an EMPLOYEE."""

    thing = "Shift"


class RegisterNameTaken(DomainError):
    """Another register has this name, in any letter case."""

    kind = Kind.CONFLICT
    code = "register_name_taken"
    remedy = "Choose another name."


class SeriesTaken(DomainError):
    """Another register has this series, in any letter case; `C` with a number is kept for defaults."""

    kind = Kind.CONFLICT
    code = "series_taken"
    remedy = "Choose another series, or leave it out."


class RegisterHasOpenShift(DomainError):
    """A register with an open shift is not deactivated."""

    kind = Kind.CONFLICT
    code = "register_in_use"
    remedy = "Close its shift first."


class ShiftOpenOnRegister(DomainError):
    """The register has an open shift already."""

    kind = Kind.CONFLICT
    code = "shift_open"
    remedy = "Sell in the open shift, or close it first."


class RegisterInactive(DomainError):
    """The register was deactivated."""

    kind = Kind.CONFLICT
    code = "register_inactive"
    remedy = "Choose another register, or have an ADMIN activate it."


class ShiftOpenOfUser(DomainError):
    """The caller has opened another shift that is still open."""

    kind = Kind.CONFLICT
    code = "own_shift_open"
    remedy = "Close the other shift first."


class ShiftClosed(DomainError):
    """The shift is closed; its figures do not change any more."""

    kind = Kind.CONFLICT
    code = "shift_closed"
    remedy = "Read its report. What comes later belongs to another shift."


class NotEnoughCash(DomainError):
    """More would be taken out of the drawer than is in it."""

    kind = Kind.CONFLICT
    code = "not_enough_cash"
    remedy = "Take out less."

    def __init__(self, available: Decimal) -> None:
        super().__init__(available=money_text(max(available, ZERO)))


class AmountOfMovement(DomainError):
    """The amount does not fit the kind: `positive` money moves, or `nothing` does (`NO_SALE`)."""

    code = "amount_of_movement"
    remedy = "Send an amount over 0.00, for `NO_SALE` none or 0.00."

    def __init__(self, reason: str) -> None:
        super().__init__(reason=reason)


class DenominationsDiffer(DomainError):
    """The notes and coins do not add up to the cash that was counted."""

    code = "denominations_differ"
    remedy = "Count again."

    def __init__(self, total: Decimal, counted: Decimal) -> None:
        super().__init__(total=money_text(total), counted=money_text(counted))


class LeftMoreThanCounted(DomainError):
    """More would stay in the drawer than was counted."""

    code = "left_more_than_counted"
    remedy = "Leave at most what was counted."

    def __init__(self, counted: Decimal) -> None:
        super().__init__(counted=money_text(counted))


class SalesUnsent(DomainError):
    """The till has sales that it has not sent yet; they would come late."""

    kind = Kind.CONFLICT
    code = "sales_unsent"
    remedy = "Send them first. An ADMIN or OWNER may close with `force: true`."

    def __init__(self, unsent: int) -> None:
        super().__init__(unsent=unsent)


def is_kept(series: str) -> bool:
    """Whether a register may have this series by default, so that none is given it."""
    return KEPT_SERIES.fullmatch(series) is not None


def added_to_drawer(kind: MovementKind, amount: Decimal | None) -> Decimal:
    """What a movement adds to the cash in the drawer; raises `AmountOfMovement`."""
    if kind is MovementKind.NO_SALE:
        if amount:
            raise AmountOfMovement("nothing")
        return ZERO
    if amount is None or amount <= 0:
        raise AmountOfMovement("positive")
    return amount if kind is MovementKind.PAID_IN else -amount
