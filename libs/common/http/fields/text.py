"""Fields for text: free text, email addresses, one of a few words."""

import re
from dataclasses import dataclass
from typing import Any

from libs.common.emails import ascii_email
from libs.common.http.fields.field import (
    ECHO_LENGTH_MAX,
    NULL_CHARACTER,
    REQUIRED,
    Field,
    NotAccepted,
    is_blank,
)
from libs.common.phones import without_marks

EMAIL = re.compile(
    r"[-!#$%&'*+/=?^_`{}|~0-9A-Z]+(\.[-!#$%&'*+/=?^_`{}|~0-9A-Z]+)*"
    r"@([A-Z0-9]([A-Z0-9-]{0,61}[A-Z0-9])?\.)+([A-Z0-9-]{2,63}(?<!-))",
    re.IGNORECASE | re.ASCII,
)
INVALID_EMAIL = "Enter a valid email address."
# A float keeps every decimal number of up to 15 digits apart from the others.
SHORT_DECIMAL = re.compile(r"-?(?=[0-9.]{2,16}$)[0-9]+\.[0-9]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Text(Field):
    """Trimmed text; a number counts as its digits. No NUL, no lone surrogates. Lengths are in characters."""

    max_length: int | None = None
    min_length: int | None = None
    blank: bool = False
    trim: bool = True

    def parse(self, value: Any) -> str:
        """The trimmed text; raises `NotAccepted`."""
        if value is None:
            raise NotAccepted(REQUIRED)
        written = value if isinstance(value, str) else _digits(value)
        text = written.strip() if self.trim else written
        if not text or not text.strip():
            if not self.blank:
                raise NotAccepted(REQUIRED)
            return ""
        problems = self._problems(text)
        if problems:
            raise NotAccepted(*problems)
        return text

    def _problems(self, text: str) -> list[str]:
        problems = []
        if self.max_length is not None and len(text) > self.max_length:
            problems.append(f"Ensure this field has no more than {self.max_length} characters.")
        if self.min_length is not None and len(text) < self.min_length:
            problems.append(f"Ensure this field has at least {self.min_length} characters.")
        if "\0" in text:
            problems.append(NULL_CHARACTER)
        if not text.isascii() and (half := next((c for c in text if "\ud800" <= c <= "\udfff"), None)):
            problems.append(f"Surrogate characters are not allowed: U+{ord(half):X}.")
        return problems

    def json_schema(self) -> dict[str, Any]:
        """A string; with a visible character if it may not be blank."""
        if self.blank:
            return {"type": "string", "maxLength": self.max_length}
        shortest = self.min_length or 1
        return {"type": "string", "minLength": shortest, "maxLength": self.max_length, "pattern": r"\S"}


def _digits(value: Any) -> str:
    """A JSON number as text; raises `NotAccepted` for one that a float cannot hold digit by digit.

    The parser reads integers beyond 64 bits as floats, which would change the digits of a long barcode.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, float) and SHORT_DECIMAL.fullmatch(text := str(value)):
        return text
    raise NotAccepted("Not a valid string.")


@dataclass(frozen=True, slots=True)
class TextOrNull(Field):
    """Text where blank means null, for a field that is `| None`."""

    max_length: int | None = None

    def parse(self, value: Any) -> str | None:
        """The trimmed text, None if it is blank; raises `NotAccepted`."""
        return Text(max_length=self.max_length, blank=True).parse(value) or None

    def json_schema(self) -> dict[str, Any]:
        """A string, also an empty one."""
        return Text(max_length=self.max_length, blank=True).json_schema()


class PhoneNumber(Text):
    """A phone number as it was typed or pasted, without invisible marks around it."""

    __slots__ = ()

    def parse(self, value: Any) -> str:
        """The trimmed number; raises `NotAccepted`."""
        return Text.parse(self, without_marks(value) if isinstance(value, str) else value)


@dataclass(frozen=True, slots=True)
class EmailField(Field):
    """An email address, unchanged, with a domain in any script; `email_key` compares it."""

    max_length: int = 254

    def parse(self, value: Any) -> str:
        """The trimmed address; raises `NotAccepted`."""
        text = Text(max_length=self.max_length).parse(value)
        try:
            delivered = ascii_email(text)
        except ValueError as error:
            raise NotAccepted(INVALID_EMAIL) from error
        if not EMAIL.fullmatch(delivered):
            raise NotAccepted(INVALID_EMAIL)
        return text

    def json_schema(self) -> dict[str, Any]:
        """A string of format `idn-email`, because a domain may be in any script."""
        return {"type": "string", "format": "idn-email", "maxLength": self.max_length}


@dataclass(frozen=True, slots=True)
class EmailOrNull(Field):
    """An email address where blank means null, for a field that is `| None`."""

    max_length: int = 254

    def parse(self, value: Any) -> str | None:
        """The trimmed address, None if it is blank; raises `NotAccepted`."""
        if Text(blank=True).parse(value) == "":
            return None
        return EmailField(max_length=self.max_length).parse(value)

    def json_schema(self) -> dict[str, Any]:
        """A string of format `idn-email`, because a domain may be in any script."""
        return EmailField(max_length=self.max_length).json_schema()


@dataclass(frozen=True, slots=True)
class Choice(Field):
    """One of a few words, compared as written."""

    choices: tuple[str, ...]

    def __init__(self, *choices: str) -> None:
        object.__setattr__(self, "choices", choices)

    def parse(self, value: Any) -> str:
        """The word; raises `NotAccepted`."""
        if value is None:
            raise NotAccepted(REQUIRED)
        text = value if isinstance(value, str) else str(value)
        if text not in self.choices:
            raise NotAccepted(f'"{text[:ECHO_LENGTH_MAX]}" is not a valid choice.')
        return text

    def json_schema(self) -> dict[str, Any]:
        """An enum."""
        return {"type": "string", "enum": list(self.choices)}


class ChoiceOrNull(Choice):
    """One of a few words where blank means null, for a field that is `| None`."""

    __slots__ = ()

    def parse(self, value: Any) -> str | None:  # type: ignore[override]  # null is one of its words
        """The word, None if it is blank; raises `NotAccepted`."""
        return None if is_blank(value) else super().parse(value)
