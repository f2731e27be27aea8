"""The plan of a day at the shop."""

from libs.common.faults import Boundary
from tests.e2e.day import DOES, DOES_WITH_DRAWER
from tests.e2e.day_on_web import DOES_ON_WEB
from tests.e2e.day_plan import TILLS, Kind, Plan, plan_day

PROCESSES = ("sales", "catalog", "postgres")
BOUNDARIES = (Boundary.AFTER_ORDER, Boundary.AFTER_CHARGE)


def planned(seed: int, ends: int = 10) -> Plan:
    return plan_day(
        seed, operations=800, ends=ends, processes=PROCESSES, boundaries=BOUNDARIES, pause_seconds=0.5
    )


def test_the_same_seed_is_the_same_day() -> None:
    assert planned(7) == planned(7)


def test_another_seed_is_another_day() -> None:
    assert planned(7).operations != planned(8).operations
    assert planned(7, ends=5).ends != planned(8, ends=5).ends


def test_a_day_has_operations_of_every_kind() -> None:
    assert {operation.kind for operation in planned(1).operations} == set(Kind)


def test_every_kind_of_operation_can_be_done() -> None:
    assert sorted([*DOES, *DOES_ON_WEB, *DOES_WITH_DRAWER]) == sorted(Kind)


def test_every_operation_belongs_to_one_till() -> None:
    plan = planned(1)
    of_tills = [operation.number for till in range(TILLS) for operation in plan.of_till(till)]
    assert sorted(of_tills) == list(range(800))


def test_every_process_and_boundary_ends_before_one_ends_again() -> None:
    ends = [end.of for end in planned(3).ends]
    assert set(ends[:5]) == set(ends[5:]) == {*PROCESSES, *BOUNDARIES}


def test_processes_end_during_the_whole_day() -> None:
    afters = [end.after for end in planned(3, ends=3).ends]
    assert afters == [200, 400, 600]
