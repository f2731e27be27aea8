"""The numbers that find the order of a ticket: folio, number of the register, UUID (contract §8.3)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

FOLIO_LENGTH_MAX = 64
PRINTED = re.compile(r"[0-9A-F]{8}")
NUMBERED = re.compile(r"([0-9A-Z]{1,6})-([0-9]{6,18})")
NOTHING = UUID(int=0)
"""The UUID of no order."""


@dataclass(frozen=True, slots=True)
class Folio:
    """A text from a ticket, in upper case, as the kinds of number that it may be; None where it is not one.

    `first` and `last` are the first and the last UUID that begins with it.
    """

    text: str
    uuid: UUID | None = None
    first: UUID | None = None
    last: UUID | None = None
    series: str | None = None
    seq: int | None = None

    @classmethod
    def of(cls, text: str) -> "Folio":
        """The text as a folio. One that is no kind of number finds nothing."""
        text = text.strip().upper()
        if PRINTED.fullmatch(text):
            return cls(text, first=UUID(text + "0" * 24), last=UUID(text + "F" * 24))
        if numbered := NUMBERED.fullmatch(text):
            return cls(text, series=numbered[1], seq=int(numbered[2]))
        try:
            return cls(text, uuid=UUID(text))
        except ValueError:
            return cls(text)

    @property
    def sql(self) -> Mapping[str, object]:
        """The parameters of the condition that finds the order."""
        return {
            "folio_uuid": self.uuid,
            "folio_first": self.first,
            "folio_last": self.last,
            "folio_series": self.series,
            "folio_seq": self.seq,
        }
