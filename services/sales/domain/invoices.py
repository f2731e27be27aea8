"""The rules for invoices, and their refusals (contract §4)."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class InvoiceRules:
    """The shop's settings for new invoices: their series, and the days until they are due."""

    series: str
    due_days: int

    def due_date(self, now: datetime) -> datetime:
        """When an invoice made now is due, to the second."""
        return now.replace(microsecond=0) + timedelta(days=self.due_days)
