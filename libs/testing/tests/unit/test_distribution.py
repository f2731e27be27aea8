"""Tests of a parallel run over its workers, by what they share."""

from types import SimpleNamespace
from typing import Any

from libs.testing.distribution import by_file_or_folder, folders_first

CONFIG: Any = SimpleNamespace(getini=lambda _: ["tests/web"], getvalue=lambda _: ["2*popen"])


def scope_of(nodeid: str) -> str:
    return str(by_file_or_folder(CONFIG, log=None)._split_scope(nodeid))


def test_a_worker_gets_a_file_whole() -> None:
    assert scope_of("tests/e2e/test_rolling.py::test_one[a::b]") == "tests/e2e/test_rolling.py"


def test_a_worker_gets_a_folder_that_shares_something() -> None:
    assert scope_of("tests/web/test_till.py::test_one") == "tests/web"
    assert scope_of("tests/web/office/test_late.py::test_two") == "tests/web"


def test_a_folder_is_not_the_beginning_of_a_name() -> None:
    assert scope_of("tests/web_shop/test_cart.py::test_one") == "tests/web_shop/test_cart.py"


def test_such_folders_come_first_and_all_else_stays_in_order() -> None:
    names = ["tests/b.py::b", "tests/web/z.py::z", "tests/a.py::a", "tests/web/y.py::y"]
    items: list[Any] = [SimpleNamespace(nodeid=name) for name in names]
    folders_first(items, ["tests/web"])
    assert [item.nodeid for item in items] == [names[1], names[3], names[0], names[2]]
