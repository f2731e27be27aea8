"""The plan of a day at the shop: every till's operations, and which process ends when. One seed, one plan."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from libs.common.faults import Boundary

TILLS = 8
CASH_OR_CARD = ("CASH", "CARD")
FROM_BALANCE = ("POINTS", "CREDIT")
SERVERS = ("postgres", "rabbitmq")


class Kind(StrEnum):
    """A kind of operation."""

    SELL = "sell"
    SELL_FROM_BALANCE = "sell from balance"
    CALL_OFF = "call off"
    LEAVE_OPEN = "leave open"
    SELL_SCARCE = "sell a scarce product"
    HOLD = "hold for a cart"
    COUNT = "correct the stock"
    POINTS = "points by hand"
    PAY_DEBT = "pay debt"
    MOVE_CASH = "move cash"
    DISCOUNT = "sell at an approved discount"
    TAKE_BACK = "take back"
    TAKE_BACK_FOR_CASH = "take back for cash by approval"
    LAY_AWAY = "lay away and pay"
    CALL_OFF_LAYAWAY = "lay away and call off"
    SELL_OFFLINE = "sell without a network"
    SELL_SHORT = "sell without a network what is not there"
    CHECK_OUT = "check out a cart"
    CALL_OFF_ON_WEB = "check out and call off"
    SEND = "check out, pay, send and take back"


class Happening(StrEnum):
    """Something that some operations of a kind come to, or the end of every till's day."""

    SPLIT = "sale by two tenders"
    ALL_BACK = "order of which everything came back"
    USED_TWICE = "approval refused because it was used"
    LAYAWAY_LEFT_OPEN = "layaway left open"
    SENT_NEW = "late sale of no order"
    SENT_PLACED = "late sale of an order that was placed"
    SENT_CALLED_OFF = "late sale of an order that was called off"
    SENT_UNDONE = "late sale that was undone"
    SENT_AT_ONCE = "late sales sent by two at once"
    SENT_TWICE = "late sales sent once more"
    OVERSOLD = "late sale of more than was there"
    CLOSE_REFUSED = "close refused for unsent sales"
    SENT_AFTER_CLOSE = "late sale after the close"


WEIGHTS = {
    Kind.SELL: 30,
    Kind.SELL_FROM_BALANCE: 32,
    Kind.CALL_OFF: 10,
    Kind.LEAVE_OPEN: 4,
    Kind.SELL_SCARCE: 8,
    Kind.HOLD: 6,
    Kind.COUNT: 5,
    Kind.POINTS: 6,
    Kind.PAY_DEBT: 6,
    Kind.MOVE_CASH: 4,
    Kind.DISCOUNT: 6,
    Kind.TAKE_BACK: 12,
    Kind.TAKE_BACK_FOR_CASH: 8,
    Kind.LAY_AWAY: 12,
    Kind.CALL_OFF_LAYAWAY: 8,
    Kind.SELL_OFFLINE: 16,
    Kind.SELL_SHORT: 4,
    Kind.CHECK_OUT: 10,
    Kind.CALL_OFF_ON_WEB: 9,
    Kind.SEND: 9,
}
PAID_FROM_BALANCE = {Kind.SELL_FROM_BALANCE, Kind.TAKE_BACK}
SENT_AGAIN_EVERY = 6


@dataclass(frozen=True, slots=True)
class Operation:
    """What a till does. `pick` chooses product and customer; `sends_again` repeats what was answered."""

    number: int
    kind: Kind
    pick: int
    pieces: int
    method: str
    has_customer: bool
    sends_again: bool


@dataclass(frozen=True, slots=True)
class End:
    """After so many operations, a process is killed: a named one, or the one that reaches the boundary."""

    after: int
    of: str | Boundary


@dataclass(frozen=True, slots=True)
class Plan:
    """A day."""

    seed: int
    operations: Sequence[Operation]
    ends: Sequence[End]
    pause_seconds: float
    """Between two operations of a till."""

    def of_till(self, till: int) -> Sequence[Operation]:
        """The operations of one till, in order."""
        return self.operations[till::TILLS]


def plan_day(
    seed: int,
    *,
    operations: int,
    ends: int,
    processes: Sequence[str],
    boundaries: Sequence[Boundary],
    pause_seconds: float,
) -> Plan:
    """Plan a day. Processes and boundaries take turns, each of them once before any comes again."""
    random = Random(seed)  # noqa: S311 - a plan that can be repeated
    between = operations // (ends + 1)
    targets = _in_turn(random, processes, boundaries, ends)
    return Plan(
        seed,
        [_operation(random, number) for number in range(operations)],
        [End((index + 1) * between, target) for index, target in enumerate(targets)],
        pause_seconds,
    )


def _operation(random: Random, number: int) -> Operation:
    (kind,) = random.choices(list(WEIGHTS), list(WEIGHTS.values()))
    from_balance = kind in PAID_FROM_BALANCE
    return Operation(
        number=number,
        kind=kind,
        pick=random.randrange(1_000_000),
        pieces=random.randint(1, 3),
        method=random.choice(FROM_BALANCE if from_balance else CASH_OR_CARD),
        has_customer=from_balance or random.random() < 0.5,
        sends_again=random.randrange(SENT_AGAIN_EVERY) == 0,
    )


def _in_turn(
    random: Random, processes: Sequence[str], boundaries: Sequence[Boundary], number: int
) -> list[str | Boundary]:
    found: list[str | Boundary] = []
    while len(found) < number:
        names, points = list(processes), list(boundaries)
        random.shuffle(names)
        random.shuffle(points)
        for index in range(max(len(names), len(points))):
            found += [*names[index : index + 1], *points[index : index + 1]]
    return found[:number]
