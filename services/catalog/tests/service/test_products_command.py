"""`python -m services.catalog.products`: import and export for operators."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from libs.testing.clock import FakeClock
from libs.testing.disks import small_disk
from services.catalog import products
from services.catalog.settings import CatalogSettings
from services.catalog.tests.builders import Shop

FILE = "sku,name,price\nA,Café,10.00\nB,Tea,\n"

Run = Callable[..., Awaitable[tuple[int, str, str]]]


@pytest.fixture
def run(
    settings: CatalogSettings,
    clock: FakeClock,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Run:
    """Runs the command; its exit status, output and errors."""
    for name, value in settings.model_dump(exclude_none=True).items():
        monkeypatch.setenv(name.upper(), str(value))

    async def run_command(*arguments: str | Path) -> tuple[int, str, str]:
        capsys.readouterr()
        status = await asyncio.to_thread(products.main, [str(word) for word in arguments], clock)
        out, err = capsys.readouterr()  # the service's own log stands before
        return status, out.strip().rpartition("\n")[2], err.strip()

    return run_command


async def test_a_file_is_imported_and_refused_lines_are_printed(shop: Shop, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "products.csv"
    file.write_text(FILE)
    status, out, err = await run("import", file)
    assert (status, out) == (1, "1 created, 0 updated, 0 unchanged, 1 refused")
    assert "line 3 B: price: This field is required." in err
    (product,) = await shop.get("products/")
    assert product["name"] == "Café"


async def test_what_a_file_says_to_the_terminal_is_written_out(shop: Shop, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "products.csv"
    file.write_text("sku,name,price\nA\x1b[2J,Tea,\n")
    _status, _out, err = await run("import", file)
    assert r"line 2 A\x1b[2J: price: This field is required." in err
    file.write_text("sku,\x1b[2J\n")
    _status, _out, err = await run("import", file)
    assert r'There is no column "\x1b[2j".' in err


async def test_a_dry_run_changes_nothing(shop: Shop, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "products.csv"
    file.write_text("sku,name,price\nA,Tea,1.00\n")
    status, out, _err = await run("import", file, "--dry-run")
    assert (status, out) == (
        0,
        "1 created, 0 updated, 0 unchanged, 0 refused (dry run: nothing was changed)",
    )
    assert await shop.get("products/") == []


async def test_an_export_is_what_an_import_takes(shop: Shop, run: Run, tmp_path: Path) -> None:
    await shop.product()
    assert (await run("export", tmp_path / "products.csv"))[:2] == (0, "1 products")
    status, out, _err = await run("import", tmp_path / "products.csv")
    assert (status, out) == (0, "0 created, 0 updated, 1 unchanged, 0 refused")


async def test_an_export_of_before_stays_if_the_database_does_not_answer(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "products.csv"
    file.write_text(FILE)
    monkeypatch.setenv("DATABASE_URL", "postgresql://catalog@127.0.0.1:1/catalog")
    status, _out, err = await run("export", file)
    assert status == 1
    assert "database does not answer" in err
    assert file.read_text() == FILE


async def test_an_export_of_before_stays_on_a_full_disk(shop: Shop, run: Run, tmp_path: Path) -> None:
    for _ in range(25):
        await shop.product(name="x" * 200)  # more than the page that the file of before has
    with small_disk(tmp_path / "disk", kib=16) as disk:
        file = disk.folder / "products.csv"
        file.write_text(FILE)
        disk.fill()
        status, _out, err = await run("export", file)
        assert (status, file.read_text()) == (1, FILE)
        assert err.endswith("No space left on device")
        disk.make_room()
        assert (await run("export", file))[0] == 0
        assert file.read_text() != FILE
        assert list(disk.folder.iterdir()) == [file]


async def test_a_missing_file_is_told_in_one_line(shop: Shop, run: Run, tmp_path: Path) -> None:
    status, _out, err = await run("import", tmp_path / "none.csv")
    assert (status, err) == (1, f"{tmp_path}/none.csv: No such file or directory")


async def test_an_unusable_file_is_told_in_one_line(shop: Shop, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "products.csv"
    file.write_text("name\nTea\n")
    status, _out, err = await run("import", file)
    assert status == 1
    assert err.splitlines()[-1] == 'file: The column "sku" is missing.'
