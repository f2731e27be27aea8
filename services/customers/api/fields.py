"""The kinds of field that only customers uses: a tax number, and keys of the tax authority's catalogues."""

import re
from dataclasses import dataclass
from typing import Any

from libs.common.http.fields import Field, NotAccepted, TextOrNull
from services.customers.domain.fiscal import RFC_LENGTH_MIN, RFC_WRITTEN_LENGTH_MAX, NotAnRfc, read_rfc

BAD_RFC = "El RFC no es válido: revisa las letras, la fecha y el dígito verificador."


class RfcOrNull(Field):
    """A tax number in any letter case, with or without dashes, where blank means null."""

    def parse(self, value: Any) -> str | None:
        """The number as it is stored, None if it is blank; raises `NotAccepted`."""
        written = TextOrNull().parse(value)
        if written is None:
            return None
        if len(written) > RFC_WRITTEN_LENGTH_MAX:
            raise NotAccepted(BAD_RFC)
        try:
            return read_rfc(written)
        except NotAnRfc as error:
            raise NotAccepted(BAD_RFC) from error

    def json_schema(self) -> dict[str, Any]:
        """A string with a check digit, which no pattern can say."""
        return {"type": "string", "minLength": RFC_LENGTH_MIN, "maxLength": RFC_WRITTEN_LENGTH_MAX}


@dataclass(frozen=True, slots=True)
class KeyOrNull(Field):
    """A key of a catalogue by its form, in any letter case, where blank means null."""

    form: re.Pattern[str]
    message: str

    def parse(self, value: Any) -> str | None:
        """The key in capitals, None if it is blank; raises `NotAccepted`."""
        written = TextOrNull().parse(value)
        if written is None:
            return None
        if not self.form.fullmatch(written.upper()):
            raise NotAccepted(self.message)
        return written.upper()

    def json_schema(self) -> dict[str, Any]:
        """A string of the key's form."""
        return {"type": "string", "pattern": f"^{self.form.pattern}$"}
