"""A process that keeps its log: nothing it says gets lost, and the file never grows too long."""

import os
import subprocess
import sys
from pathlib import Path

from libs.testing.disks import small_disk

KEEPS_LOG = """
import os, sys
from pathlib import Path
from libs.common.log_file import LogFile
log = LogFile(Path(sys.argv[1]), bytes_max=int(sys.argv[2]))
"""


def run(program: str, path: Path, bytes_max: int = 1000) -> subprocess.CompletedProcess[str]:
    """The program as a process of its own: a log file takes over its stdout and stderr."""
    command = [sys.executable, "-c", KEEPS_LOG + program, str(path), str(bytes_max)]
    return subprocess.run(command, check=False, capture_output=True, text=True)


def test_lines_are_added_to_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "sales.log"
    path.write_text("from before\n")
    run("log.write(b'line\\n')", path)
    assert path.read_text() == "from before\nline\n"


def test_the_last_words_of_a_crash_are_in_it(tmp_path: Path) -> None:
    path = tmp_path / "sales.log"
    done = run("print('to stdout', flush=True); 1 / 0", path)
    assert (done.stdout, done.stderr) == ("", "")
    assert path.read_text().startswith("to stdout\n")
    assert path.read_text().endswith("ZeroDivisionError: division by zero\n")


def test_a_full_file_begins_anew_and_three_older_ones_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "sales.log"
    run("for number in range(6): log.write(b'%d\\n' % number * 10)", path, bytes_max=25)
    kept = {file.name: file.read_text()[0] for file in tmp_path.iterdir()}
    assert kept == {"sales.log": "5", "sales.log.1": "4", "sales.log.2": "3", "sales.log.3": "2"}


def test_a_process_that_is_told_to_logs_there(tmp_path: Path) -> None:
    path = tmp_path / "sales.log"
    run(
        "from libs.common.logs import configure_logging, structlog\n"
        "configure_logging('sales', file=Path(sys.argv[1])); structlog.get_logger().info('hello')",
        path,
    )
    assert '"event":"hello","service":"sales"' in path.read_text()


def test_what_a_full_file_holds_counts_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "sales.log"
    path.write_text("x" * 24)
    run("log.write(b'new\\n')", path, bytes_max=25)
    assert path.read_text() == "new\n"
    assert (tmp_path / "sales.log.1").read_text() == "x" * 24


def test_what_is_no_file_is_left_where_it_is(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    run("for _ in range(5): log.write(b'x' * 20)", path, bytes_max=25)
    assert os.read(reader, 1000) == b"x" * 100
    assert [file.name for file in tmp_path.iterdir()] == ["pipe"]
    os.close(reader)


def test_a_crash_after_a_new_beginning_is_in_the_new_file(tmp_path: Path) -> None:
    path = tmp_path / "sales.log"
    run("log.write(b'x' * 20); log.write(b'y' * 20); os.write(2, b'last words')", path, bytes_max=25)
    assert path.read_text() == "y" * 20 + "last words"


def test_a_line_that_a_full_disk_cut_off_spoils_no_later_line(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", kib=64) as disk:
        path = disk.folder / "sales.log"
        path.write_text("x" * 3000 + "\n")
        disk.fill()
        run(
            "for text in (b'cut off ' + b'x' * 1500, b'lost'):\n"
            "    try: log.write(text + b'\\n')\n"
            "    except OSError: pass\n"
            "(Path(sys.argv[1]).parent / 'ballast').unlink()\n"
            "log.write(b'whole\\n')",
            path,
            bytes_max=100_000,
        )
        _, cut_off, whole = path.read_text().splitlines()
    assert (cut_off.startswith("cut off "), whole) == (True, "whole")


def test_a_new_file_that_cannot_be_made_costs_no_older_one(tmp_path: Path) -> None:
    path = tmp_path / "sales.log"
    run(
        "for number in range(3): log.write(b'%d\\n' % number * 10)\n"
        "import resource\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))\n"
        "for _ in range(4):\n"
        "    try: log.write(b'more\\n')\n"
        "    except OSError: pass",
        path,
        bytes_max=25,
    )
    kept = "".join(file.read_text() for file in sorted(tmp_path.iterdir()))
    assert [number for number in "012" if number not in kept] == []
    assert "more" in kept
