"""The dependencies of work with layaways."""

from dataclasses import dataclass

from services.sales.domain.layaways import LayawayRules


@dataclass(frozen=True, slots=True)
class LayawayDesk:
    """`needs_shift`: money that belongs to no shift is refused."""

    rules: LayawayRules
    needs_shift: bool
