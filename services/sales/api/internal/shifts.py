"""The shift whose drawer takes money, for customers, who take payments of credit."""

from typing import Annotated

from fastapi import Query, Response

from libs.common.contracts.internal.sales import OpenShiftAnswer
from libs.common.drawers import NoOpenShift, ShiftRequired, UnknownRegister
from libs.common.http.callers import called_by
from libs.common.http.described import refuses
from libs.common.http.fields import PrimaryKey
from libs.common.http.replies import reply
from services.sales.api.internal.door import internal
from services.sales.deps import DepsDep
from services.sales.usecases.shifts.choosing import Till, find_open_drawer


@internal.get("/open-shift", response_model=OpenShiftAnswer, dependencies=[called_by("customers")])
@refuses(UnknownRegister(0), NoOpenShift(), ShiftRequired())
async def open_shift(
    user_id: Annotated[int, PrimaryKey(), Query()],
    deps: DepsDep,
    register_id: Annotated[Annotated[int, PrimaryKey()] | None, Query()] = None,
) -> Response:
    """Read the open shift to which money of this user belongs now; it may close before the money is there."""
    till = Till(user_id, register_id, needs_shift=deps.settings.require_open_shift)
    drawer = await find_open_drawer(till, sql=deps.database)
    answer: OpenShiftAnswer = {"shift_id": drawer.shift_id, "register_id": drawer.register_id}
    return reply(answer)
