"""The options of `make bench`."""

from itertools import combinations
from random import Random

import pytest

from bench.growth.restoring import RESTORE
from bench.growth.run import ALL
from bench.options import Options
from bench.works import Shop
from deploy.local.variables import WORKS


def test_by_default_ours_is_measured_alone_at_everything() -> None:
    options = Options.of({})
    assert (options.beside_monolith, options.base, options.clients) == (False, None, (8, 32))
    assert all(map(options.asks_for, ("sale", "list of 50", "detail")))


def test_a_work_is_chosen_by_its_first_word() -> None:
    options = Options.of({"WORKS": "sale,list"})
    assert [options.asks_for(work) for work in ("sale", "list of 20", "detail")] == [True, True, False]


def test_minutes_and_slices_say_how_many_pairs() -> None:
    options = Options.of({"MINUTES": "2", "SLICE_SECONDS": "3"})
    assert (options.pairs(), options.pairs(starts=2)) == (20, 10)


def test_ours_takes_turns_with_one_other_side() -> None:
    others = {"BASELINE": "1", "POOLER": "1", "BASE": "HEAD", "TRACED": "0.1"}
    for other, another in combinations(others.items(), 2):
        assert Options.of(dict([other])).has_other_side
        with pytest.raises(SystemExit, match="ours takes turns with one other side"):
            Options.of(dict([other, another]))


def test_make_knows_every_work() -> None:
    measured = Shop(1, "", [], [], [], Random(1)).works(50)  # noqa: S311 - for load
    assert {*(name.split()[0] for name in measured), *ALL.split(","), RESTORE} == set(WORKS)
