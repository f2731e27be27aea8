"""The containers of fields: an object, a list, a path."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, TypeVar

from fastapi import Path
from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema, core_schema

from libs.common.http.fields.field import MISSING, REQUIRED, Field, NotAccepted, as_validator, is_blank
from libs.common.http.fields.number import BIGINT_MAX
from libs.common.http.member_docstrings import describe_members, docstrings_in

Command = TypeVar("Command")


@dataclass(frozen=True, slots=True)
class Many:
    """A list with bounds. More entries than `max_items` are refused before any entry is parsed."""

    min_items: int = 0
    max_items: int = 1000

    def check(self, value: Any) -> list[Any]:
        """The list itself; raises `NotAccepted`."""
        if value is None:
            raise NotAccepted(REQUIRED)
        if not isinstance(value, list):
            raise NotAccepted(f'Expected a list of items but got type "{type(value).__name__}".')
        if len(value) < self.min_items:
            raise NotAccepted(
                f"Ensure this field has at least {self.min_items} elements."
                if value
                else "This list may not be empty."
            )
        if len(value) > self.max_items:
            raise NotAccepted(f"Ensure this field has no more than {self.max_items} elements.")
        return value

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(as_validator(self.check), handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {**handler(schema), "minItems": self.min_items, "maxItems": self.max_items}


class Shape(BaseModel):
    """A JSON object in a request. Undeclared fields are ignored, blank ones that are required are missing
    (contract §1).

    A docstring below a field describes it in the API document.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    @classmethod
    def needs(cls, body: Mapping[str, Any]) -> Collection[str]:
        """The names of fields that this body needs besides the required ones; nothing is parsed yet."""
        return ()

    @model_validator(mode="before")
    @classmethod
    def _without_blank_ones(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        blank = left_blank(cls, value)
        lacking = [name for name in cls.needs(value) if _is_absent(value.get(name))]
        if not blank and not lacking:
            return value
        return {name: value[name] for name in value if name not in blank} | dict.fromkeys(lacking, MISSING)

    def given(self) -> dict[str, Any]:
        """Return only the fields in the body, to be changed by a PATCH or a partial PUT."""
        return {
            name: getattr(self, name) for name in type(self).model_fields if name in self.model_fields_set
        }

    def into(self, command: type[Command], **members: Any) -> Command:
        """The command with the fields in the body; other members keep the command's defaults.

        The shape's fields are named as the command's members; `alias` is the name in the body.
        """
        return command(**self.given(), **members)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Describe fields, and remove defaults: most mark an absent field, which the route describes."""
        schema = handler(core_schema)
        properties = handler.resolve_ref_schema(schema).get("properties", {})
        for field in properties.values():
            field.pop("default", None)
        by_name = {
            name: properties[field.alias or name]
            for name, field in cls.model_fields.items()
            if (field.alias or name) in properties
        }
        for kind in cls.__mro__:
            if issubclass(kind, Shape):
                describe_members(by_name, kind)
        return schema


class Parameters(Shape):
    """The parameters of a query. FastAPI describes each as its field says."""

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        for name, told in docstrings_in(cls.__module__).get(cls.__qualname__, {}).items():
            cls.model_fields[name].description = told


class Filters(Parameters):
    """The filters of a list of the POS dialect. One that is blank does not filter, as in DRF."""

    @model_validator(mode="before")
    @classmethod
    def _without_blank_filters(cls, value: Any) -> Any:
        return {name: given for name, given in value.items() if not is_blank(given)}


def left_blank(form: type[Shape], body: Mapping[str, Any]) -> Sequence[str]:
    """The names of the fields that a form requires and that the body has blank.

    A change of some fields of a thing `needs` them: a blank price is missing, and no malformed number.
    """
    return [name for name in _required(form) if is_blank(body.get(name))]


def _is_absent(value: object) -> bool:
    """Whether nothing is told: null, blank, or an empty list."""
    return value is None or value == [] or is_blank(value)


@cache
def _required(shape: type[Shape]) -> tuple[str, ...]:
    """The names of the required fields in a body."""
    return tuple(field.alias or name for name, field in shape.model_fields.items() if field.is_required())


@dataclass(frozen=True, slots=True)
class _IdInPath(Field):
    """Parses an id in a path; its messages do not matter, because the door answers 404."""

    def parse(self, value: Any) -> int:
        """The id; raises `NotAccepted`."""
        if not (isinstance(value, str) and value.isascii() and value.isdecimal()):
            raise NotAccepted("Not found.")
        number = int(value) if len(value) <= len(str(BIGINT_MAX)) else 0
        if not 1 <= number <= BIGINT_MAX:
            raise NotAccepted("Not found.")
        return number

    def json_schema(self) -> dict[str, Any]:
        """An integer from 1."""
        return {"type": "integer", "minimum": 1}


PathId = Annotated[int, _IdInPath(), Path()]
"""An id in a path."""
