"""The fields for emails, passwords and PINs, shared by the doors and the operators' commands."""

import re
from dataclasses import dataclass
from typing import Annotated, Any

from libs.common.http.fields import EmailField, Field, NotAccepted, Text
from services.auth.domain import identities
from services.auth.domain.pins import PIN_LENGTH_MAX, PIN_LENGTH_MIN

EMAIL = EmailField(max_length=identities.EMAIL_LENGTH_MAX)
PASSWORD = Text(
    min_length=identities.PASSWORD_LENGTH_MIN, max_length=identities.PASSWORD_LENGTH_MAX, trim=False
)
KNOWN_PASSWORD = Text(max_length=identities.PASSWORD_LENGTH_MAX, trim=False)

Email = Annotated[str, EMAIL]
Password = Annotated[str, PASSWORD]
"""A new password."""
KnownPassword = Annotated[str, KNOWN_PASSWORD]
"""A password to check. The rules for new passwords do not apply."""

_DIGITS = re.compile(rf"[0-9]{{{PIN_LENGTH_MIN},{PIN_LENGTH_MAX}}}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Pin(Field):
    """A new PIN: 4 to 8 digits."""

    def parse(self, value: Any) -> str:
        """The digits; raises `NotAccepted`."""
        pin = Text().parse(value)
        if not _DIGITS.fullmatch(pin):
            raise NotAccepted(f"El PIN debe tener de {PIN_LENGTH_MIN} a {PIN_LENGTH_MAX} dígitos.")
        return pin

    def json_schema(self) -> dict[str, Any]:
        """A string of digits."""
        return {"type": "string", "pattern": f"^{_DIGITS.pattern}$"}
