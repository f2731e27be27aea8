"""Looking again after a lost race: what was seen is no longer so, and explains no refusal.

@looks_again("shifts")
async def open_shift(command: OpenShift, *, desk: ShiftDesk) -> ShiftView:
    if shift := await _open(command, desk):  # one statement, which decides
        return shift
    refuse_all(await find_hindrances(command, desk))
    raise LookAgain
"""

from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from libs.common.errors import Unavailable

LOOKS_MAX = 5

P = ParamSpec("P")
T = TypeVar("T")
Looking = Callable[P, Coroutine[Any, Any, T]]


class LookAgain(Exception):
    """Another was faster, and nothing was done: what is there now has to be looked at from the start."""


def looks_again(part: str) -> Callable[[Looking[P, T]], Looking[P, T]]:
    """Begin the function anew whenever it raises `LookAgain`; in the end raise `Unavailable(part)`."""

    def begun_anew(look: Looking[P, T]) -> Looking[P, T]:
        @wraps(look)
        async def looking(*args: P.args, **kwargs: P.kwargs) -> T:
            for _ in range(LOOKS_MAX):
                with suppress(LookAgain):
                    return await look(*args, **kwargs)
            raise Unavailable(part)

        return looking

    return begun_anew
