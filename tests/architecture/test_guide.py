"""The pages of the guide: every code block is run by the stories, and answers are compared as they say."""

import json
from pathlib import Path

import pytest

from tests.guides import PAGES, Block, Program, differing, differing_texts, programs_of

PAGE = """# A page

```sh
a=1
echo "{\\"id\\": $a}"
```

```json
{"id": 7}
```

Text.

```python
print("second language")
```

```sh
echo '{"id": "a text"}' && echo "$no_such_variable"
```
"""

EACH = [pytest.param(page, id=page.name) for page in PAGES]

pytestmark = pytest.mark.unit


@pytest.fixture
def page(tmp_path: Path) -> Path:
    page = tmp_path / "page.md"
    page.write_text(PAGE)
    return page


@pytest.mark.parametrize("page", EACH)
def test_every_block_is_code_that_runs_or_an_answer(page: Path) -> None:
    fences = page.read_text().count("```")
    blocks = [block for program in programs_of(page) for block in (*program.blocks, *program.shown)]
    assert len(blocks) * 2 == fences


@pytest.mark.parametrize("page", EACH)
def test_the_index_names_every_page(page: Path) -> None:
    index = page.with_name("README.md")
    assert page == index or f"]({page.name})" in index.read_text()


def test_a_page_has_a_program_for_each_language(page: Path) -> None:
    shell, python = programs_of(page)
    assert (str(shell), str(python)) == ("page-sh", "page-python")
    assert [block.line for block in shell.blocks] == [3, 18]
    assert [block.line for block in shell.shown] == [8]
    assert python.shown == ()


def test_a_program_has_the_line_numbers_of_its_page(page: Path) -> None:
    for program in programs_of(page):
        lines = program.source().splitlines()
        for block in program.blocks:
            assert lines[block.line : block.end - 1] == block.text.splitlines()
            assert lines[block.line : block.end - 1] == PAGE.splitlines()[block.line : block.end - 1]


@pytest.mark.parametrize("language", ["", "html", "ruby"])
def test_a_block_that_cannot_be_run_is_refused(page: Path, language: str) -> None:
    page.write_text(f"```{language}\nnothing\n```\n")
    with pytest.raises(ValueError, match=r"page\.md, line 1"):
        programs_of(page)


def test_a_failing_block_is_told_with_its_line(page: Path, tmp_path: Path) -> None:
    (trouble,) = programs_of(page)[0].run("http://127.0.0.1:1", tmp_path)
    assert "page.sh: line 19: no_such_variable: unbound variable" in trouble


def test_an_answer_that_is_not_as_shown_is_told_with_its_line(tmp_path: Path) -> None:
    code, answer = Block("sh", "echo '{\"id\": null}'\n", 3), Block("json", '{"id": 7}\n', 7)
    found = Program("page", "sh", [code], [answer]).run("http://127.0.0.1:1", tmp_path)
    assert found == ["page-sh, line 7: the block of line 3 printed: id is None, not a int"]


def test_a_text_is_compared_with_all_that_was_printed(tmp_path: Path) -> None:
    code, answer = Block("sh", "echo one\necho two\n", 3), Block("text", "one\nthree\n", 8)
    found = Program("page", "sh", [code], [answer]).run("http://127.0.0.1:1", tmp_path)
    assert found == ["page-sh, line 8: the block of line 3 printed: 'two', not like 'three'"]


@pytest.mark.parametrize(
    ("shown", "printed"),
    [
        ("Folio   F47AC10B", "Folio 0000AAAA"),
        ("Fecha 01/03/2026 10:20", "Fecha 27/11/2026 00:01"),
        ("TOTAL  $176.80", "TOTAL $176.80"),
        ("\na\n\nb\n\n", "a\n\nb"),
        ("█▀▄ █", " ▄▄ ▄ ▀"),
    ],
)
def test_a_text_may_differ_in_what_varies(shown: str, printed: str) -> None:
    assert list(differing_texts(shown, printed)) == []


@pytest.mark.parametrize(
    ("shown", "printed"),
    [
        ("TOTAL $176.80", "TOTAL $176.81"),
        ("TOTAL $176.80", "SUMA $176.80"),
        ("one two", "one"),
        ("one", "one\ntwo"),
        ("one\ntwo", "one"),
        ("█▀▄", "x"),
    ],
)
def test_a_text_may_not_differ_in_anything_else(shown: str, printed: str) -> None:
    assert len(list(differing_texts(shown, printed))) == 1


@pytest.mark.parametrize(
    ("shown", "printed"),
    [
        ({"id": 7}, {"id": 8, "added": True}),
        ({"at": "2026-03-01T16:20:05Z"}, {"at": "2027-12-31T00:00:00Z"}),
        ({"folio": "F47AC10B", "token": "eyJ…"}, {"folio": "00000000", "token": "abc"}),
        ([{"total": "42.92"}], [{"total": "42.92"}, {"total": "1.00"}]),
        ({"paid": None, "status": "PAID"}, {"paid": None, "status": "PAID"}),
    ],
)
def test_an_answer_may_differ_in_what_varies(shown: object, printed: object) -> None:
    assert list(differing(shown, printed)) == []


@pytest.mark.parametrize(
    ("shown", "printed"),
    [
        ({"id": 7}, {}),
        ({"id": 7}, {"id": "7"}),
        ({"id": 7}, {"id": None}),
        ({"id": 7}, []),
        ({"at": "2026-03-01T16:20:05Z"}, {"at": "2026-03-01T16:20:05.5Z"}),
        ([{"total": "42.92"}], [{"total": "42.93"}]),
        ([{"total": "42.92"}], []),
        ({"status": "PAID"}, {"status": "PENDING"}),
        ({"name": ["This field is required."]}, {"name": ["Not a valid string."]}),
        ({"current": True}, {"current": False}),
        ({"paid": None}, {"paid": "x"}),
    ],
)
def test_an_answer_may_not_differ_in_anything_else(shown: object, printed: object) -> None:
    assert len(list(differing(shown, printed))) == 1, json.dumps(printed)
