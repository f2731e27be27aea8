"""The plan of a day at tills without a network: what they sell, and how it is sent. One seed, one plan."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum, StrEnum
from random import Random

from libs.common.faults import Boundary

TILLS = 2
SENDERS = 3
SALES_OF_A_TILL = 14
LEFT_OUT = 5
"""The number that each till has given and never sends."""

FIRST_MINUTE, LAST_MINUTE = 8 * 60, 20 * 60
CLOCK_AHEAD_MINUTES = 5
"""A till's clock may be ahead so far: its sales still belong to the shift that has closed just before."""

PRODUCTS, DEARER, SCARCE, RECEIVED, DELETED = 5, 1, 2, 3, 4
"""The number of products, and the places of those that are special. Every sale has some of what is scarce."""
CUSTOMERS, OWING = 3, 1
SELLERS = 3
"""The last customer and the last seller are deleted before the day is sent; `OWING` will owe points."""
BATCH_MAX = 8
KILLED_WITHIN_SECONDS = 0.05
"""About as long as a batch takes: a process dies anywhere in one, or between two."""


class Kind(StrEnum):
    """What is special about a sale. `WAS_`: the till had placed its order while there was a network."""

    SOLD = "sold"
    VOIDED = "voided"
    WAS_OPEN = "placed before"
    WAS_OTHER = "placed before with other lines"
    WAS_CALLED_OFF = "placed before and cancelled"
    WAS_OPEN_VOIDED = "placed before, and voided"
    SUM_WRONG = "held: its payments do not add up"
    PRODUCT_UNKNOWN = "held: an unknown product"
    FOR_POINTS = "held: paid with points"


SPECIAL = tuple(kind for kind in Kind if kind is not Kind.SOLD)
PLACED = {Kind.WAS_OPEN, Kind.WAS_OTHER, Kind.WAS_CALLED_OFF, Kind.WAS_OPEN_VOIDED}
MONEY = {Kind.SOLD, Kind.WAS_OPEN, Kind.WAS_OTHER, Kind.WAS_CALLED_OFF}
"""The kinds that end as a paid order."""


class Shift(Enum):
    """A shift: its till, and from which to which minute of the day it is open. Some sales are in none."""

    MORNING = (0, FIRST_MINUTE, 13 * 60)
    AFTERNOON = (0, 14 * 60, LAST_MINUTE)
    WHOLE_DAY = (1, 9 * 60, LAST_MINUTE)

    def __init__(self, till: int, opens: int, closes: int) -> None:
        self.till, self.opens, self.closes = till, opens, closes

    def has(self, sale: "Sale") -> bool:
        """Whether the sale is in it."""
        return self.till == sale.till and self.opens <= sale.minute < self.closes


@dataclass(frozen=True, slots=True)
class Item:
    """Pieces of a product, by its place; each was sold for so many cents more than it costs."""

    product: int
    pieces: int
    dearer: int


@dataclass(frozen=True, slots=True)
class Sale:
    """A sale. Seller and customer are places in the lists of the scene."""

    till: int
    seq: int
    minute: int
    kind: Kind
    seller: int
    customer: int | None
    items: tuple[Item, ...]
    card_percent: int
    """The part that was paid by card; the rest was cash."""

    @property
    def placed(self) -> tuple[Item, ...]:
        """What was placed before, if its order was; the customer may have changed their mind since."""
        if self.kind is Kind.WAS_OTHER:
            return (replace(self.items[0], pieces=self.items[0].pieces + 2), *self.items[2:])
        return self.items if self.kind in PLACED else ()

    @property
    def is_early(self) -> bool:
        """Whether it may be sent before till 0 closes its first shift: it was sold before, or elsewhere."""
        return self.till > 0 or self.minute < Shift.MORNING.closes


class Deed(StrEnum):
    """What happens in the shop meanwhile, in the order of its time; `CLOSE` also opens the next shift."""

    CLOSE = "till 0 closes its first shift and opens another"
    RECEIVE = "goods are received"
    TAKE_BACK = "goods of an earlier day are taken back"
    RAISE_PRICE = "a price is raised"


End = Boundary | str
"""What ends a process: the boundary that it reaches, or a kill, by the name of the process."""


@dataclass(frozen=True, slots=True)
class Act:
    """After so many batches were answered, something happens, or a process ends there or at a boundary."""

    after: int
    what: Deed | End
    delay: float = 0.0
    """Seconds until a process is killed."""


Batches = tuple[tuple[Sale, ...], ...]


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a day is sent: what each sender sends before and after the close of the first shift, and acts."""

    seed: int
    early: tuple[Batches, ...]
    later: tuple[Batches, ...]
    acts: tuple[Act, ...]


def plan_sales(seed: int) -> tuple[Sale, ...]:
    """What the tills sell, in the order of time."""
    chance = Random(seed)  # noqa: S311 - a plan that can be repeated
    sales = [sale for till in range(TILLS) for sale in _sales_of(till, chance)]
    return tuple(sorted(sales, key=lambda sale: (sale.minute, sale.till)))


def plan_delivery(seed: int, sales: Sequence[Sale], ends: Sequence[End]) -> Delivery:
    """How they are sent: shuffled, repeated and split, by several senders, while these processes end."""
    chance = Random(seed)  # noqa: S311 - a plan that can be repeated
    early: list[list[Sale]] = [[] for _ in range(SENDERS)]
    later: list[list[Sale]] = [[] for _ in range(SENDERS)]
    for sale in sales:
        for sender in chance.sample(range(SENDERS), chance.choice((1, 1, 2, SENDERS))):
            is_early = sale.is_early and chance.random() < 0.5
            (early if is_early else later)[sender].append(sale)
            if chance.random() < 0.3:
                later[sender].append(sale)
    batches = [tuple(tuple(_split(mine, chance)) for mine in part) for part in (early, later)]
    before, after = (sum(map(len, part)) for part in batches)
    close = Act(chance.randint(1, before // 2), Deed.CLOSE)
    others = [Act(chance.randint(1, before + after - 1), deed) for deed in Deed if deed is not Deed.CLOSE]
    # A boundary is armed while there is enough left to do that some process comes to it.
    killed = [
        Act(chance.randint(1, (before + after) // 2), end, chance.random() * KILLED_WITHIN_SECONDS)
        for end in chance.sample(ends, len(ends))
    ]
    acts = sorted([close, *others, *killed], key=lambda act: act.after)
    return Delivery(seed, batches[0], batches[1], tuple(acts))


def deliver_in_order(sales: Sequence[Sale]) -> Delivery:
    """Send every sale once, alone, in the order of time; till 0 closes when all before is there."""
    early = tuple((sale,) for sale in sales if sale.minute < Shift.MORNING.closes)
    later = tuple((sale,) for sale in sales if sale.minute >= Shift.MORNING.closes)
    return Delivery(0, (early,), (later,), tuple(Act(len(early), deed) for deed in Deed))


def _sales_of(till: int, chance: Random) -> Iterator[Sale]:
    kinds = [*SPECIAL, *[Kind.SOLD] * (SALES_OF_A_TILL - len(SPECIAL))]
    chance.shuffle(kinds)
    minutes = sorted(chance.sample(_minutes(till), len(kinds)))
    numbers = [seq for seq in range(1, SALES_OF_A_TILL + 2) if seq != LEFT_OUT]
    for seq, minute, kind in zip(numbers, minutes, kinds, strict=True):
        others = [product for product in range(PRODUCTS) if product != SCARCE]
        products = [SCARCE, *chance.sample(others, chance.randint(0, 2))]
        yield Sale(
            till=till,
            seq=seq,
            minute=minute,
            kind=kind,
            seller=chance.randrange(SELLERS),
            customer=chance.choice((None, *range(CUSTOMERS))),
            items=tuple(
                Item(product, chance.randint(1, 3), chance.choice((0, 0, 0, 150))) for product in products
            ),
            card_percent=chance.choice((0, 0, 30, 100)),
        )


def _minutes(till: int) -> list[int]:
    """When the till sells: not just after a close, when a sale would still be in the shift before."""
    after = range(Shift.MORNING.closes, Shift.MORNING.closes + CLOCK_AHEAD_MINUTES)
    return [minute for minute in range(FIRST_MINUTE, LAST_MINUTE) if till > 0 or minute not in after]


def _split(sales: Sequence[Sale], chance: Random) -> Iterator[tuple[Sale, ...]]:
    """Batches of any size in any order; those of a batch are of one till."""
    batches: list[tuple[Sale, ...]] = []
    for till in range(TILLS):
        mine = [sale for sale in sales if sale.till == till]
        chance.shuffle(mine)
        while mine:
            size = chance.randint(1, BATCH_MAX)
            batches.append(tuple(mine[:size]))
            mine = mine[size:]
    chance.shuffle(batches)
    return iter(batches)
