"""The base of all fields: a field parses an input value for the use case, or refuses it."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

REQUIRED = "This field is required."
NULL_CHARACTER = "Null characters are not allowed."
ECHO_LENGTH_MAX = 100
MISSING = object()
"""In the place of a value that a body needs and lacks: no field accepts it."""


class NotAccepted(Exception):
    """The value is not valid for the field; lists every reason."""

    def __init__(self, *messages: str) -> None:
        self.messages = messages
        super().__init__(*messages)


class Field(ABC):
    """A kind of field; subclasses parse an input value for the use case or raise `NotAccepted`."""

    @abstractmethod
    def parse(self, value: Any) -> Any:
        """The parsed value; raises `NotAccepted`."""

    @abstractmethod
    def json_schema(self) -> dict[str, Any]:
        """Return the field's schema for the API document."""

    def __get_pydantic_core_schema__(self, source: type[Any], handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(as_validator(self.parse))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {name: value for name, value in self.json_schema().items() if value is not None}


def is_blank(value: object) -> bool:
    """Whether the value is a text of nothing but blanks."""
    return isinstance(value, str) and not value.strip()


def as_validator(parse: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """`parse` with pydantic's class of error."""

    def validate(value: Any) -> Any:
        try:
            _check_present(value)
            return parse(value)
        except NotAccepted as error:
            raise PydanticCustomError(
                "not_accepted", "{messages}", {"messages": list(error.messages)}
            ) from error

    return validate


def _check_present(value: object) -> None:
    if value is MISSING:
        raise NotAccepted(REQUIRED)
