"""Wordings of refusals: dialects word those of several services, doors those of their own service.

    StoreDoor("Products", wordings={SkuTaken: error("SKU {sku} already exists")})

`{sku}` is a detail of the refusal. The shapes (`error`, `on_field`, ..) belong to the dialects.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from libs.common.errors import DomainError

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Wording:
    """Makes the body of one class of refusal. `status` is set only where it differs from that of the kind.

    `among_others` makes the body that is merged with those of other refusals, where that is another one.
    """

    body: Callable[[DomainError], Body]
    status: int | None = None
    among_others: Callable[[DomainError], Body] | None = None


Wordings = Mapping[type[DomainError], Wording]


def by_reason(**wordings: Wording) -> Wording:
    """A different wording for each `reason` in the details."""
    return Wording(lambda error: wordings[error.details["reason"]].body(error))


def filled(text: str, error: DomainError) -> str:
    """The text with the refusal's details filled in."""
    return text.format_map(error.details)


def texts(text: str, error: DomainError, each: str | None) -> list[str]:
    """The text, or one for every entry of the detail named `each`.

    The text can name an entry's members; `{each}` is an entry without members.
    """
    if each is None:
        return [filled(text, error)]
    entries: Sequence[Any] = error.details[each]
    return [text.format_map(entry if isinstance(entry, Mapping) else {"each": entry}) for entry in entries]


def spoken(code: str) -> str:
    """A code as words, for a refusal without a wording: `stock_short` is `Stock short`."""
    return code.replace("_", " ").capitalize()


def merged(bodies: Iterable[Body]) -> Body:
    """Several bodies merged: lists are joined, objects merged; of other values the first is kept."""
    whole: dict[str, Any] = {}
    for body in bodies:
        for name, value in body.items():
            whole[name] = _joined(whole[name], value) if name in whole else value
    return whole


def _joined(first: Any, second: Any) -> Any:
    match first, second:
        case list(), list():
            return [*first, *second]
        case Mapping(), Mapping():
            return merged([first, second])
        case _:
            return first
