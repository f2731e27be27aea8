"""Logs are shown for people: one short line each, sorted by time, with colours in a terminal only."""

import io
import json
from pathlib import Path
from typing import Any, Literal

import pytest
from rich.console import Console

from deploy.local.following import Logs
from deploy.local.log_lines import readable
from deploy.local.logs import log_files, show_logs
from libs.servers.processes import ServerFailed

LINE: dict[str, Any] = {
    "timestamp": "2026-03-02T18:00:00.123456Z",
    "level": "warning",
    "event": "call_failed",
    "service": "sales",
    "request_id": "5e9f0f4e-6f0e-4a9e-8d53-0a1f4c3d2b1a",
    "traceparent": "00-1-2-01",
    "callee": "catalog",
    "error": "no answer within 5 s",
    "attempt": 2,
    "body": None,
}


def shown(console: Console, files: list[Path], monkeypatch: pytest.MonkeyPatch, *, raw: bool = False) -> None:
    """Show what is in the files, and end."""
    monkeypatch.setattr(Logs, "follow", lambda _: iter(()))
    show_logs(files, console, raw=raw)


def test_a_line_says_when_which_process_and_what() -> None:
    assert readable("sales-worker", json.dumps(LINE)).plain == (
        "18:00:00.123 sales-worker     warn  call_failed"
        ' request_id=5e9f0f4e callee=catalog error="no answer within 5 s" attempt=2'
    )


def test_a_traceback_follows_its_line() -> None:
    line = json.dumps({**LINE, "exception": "Traceback:\n  ValueError"})
    assert readable("sales", line).plain.endswith("attempt=2\nTraceback:\n  ValueError")


@pytest.mark.parametrize("line", ["LOG:  database system is ready", "", "[1]", '"text"', "{}", '{"event"'])
def test_a_line_of_a_server_stays_as_it_is(line: str) -> None:
    assert readable("postgres", line).plain == f"{'':13}postgres         {line}"


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ("/\x1b]0;all-is-well\x07", r"/\x1b]0;all-is-well\x07"),
        ("/\x9b2J", r"/\x9b2J"),
        ("/\u202e", r"/\u202e"),
        ("/\ud800", r"/\ud800"),
        ("/a b\x9b", r'"/a b\x9b"'),
        ("/\n18:00:00.124", r'"/\n18:00:00.124"'),
    ],
)
def test_what_a_terminal_would_obey_is_written_out(sent: str, seen: str) -> None:
    assert readable("gateway", json.dumps({**LINE, "path": sent})).plain.endswith(f" path={seen}")
    assert readable("postgres", f"ERROR:  \x1b[2J\t{sent!r}").plain.endswith(f"ERROR:  \\x1b[2J\t{sent!r}")
    failed = json.dumps({**LINE, "event": f"no {sent}", "exception": f"Traceback:\n  {sent}"})
    assert "\x1b" not in readable("sales", failed).plain


def test_a_traceback_alone_has_lines_of_its_own() -> None:
    sent = {"event": "no\n18:00", "level": "in\nfo", "request_id": "5e\n18:00", "exception": "Trace\n  back"}
    assert readable("sales", json.dumps({**LINE, **sent})).plain.splitlines()[1:] == ["Trace", "  back"]


@pytest.mark.parametrize(("is_terminal", "colours"), [(True, True), (False, False)])
def test_colours_are_for_terminals(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_terminal: bool, colours: bool
) -> None:
    (tmp_path / "sales.log").write_text(json.dumps(LINE) + "\n")
    system: Literal["standard", "auto"] = "standard" if is_terminal else "auto"
    console = Console(file=io.StringIO(), force_terminal=is_terminal, color_system=system, width=40)
    shown(console, [tmp_path / "sales.log"], monkeypatch)
    said = console.file.getvalue()  # type: ignore[attr-defined]  # it is a StringIO
    assert ("\x1b[" in said) is colours
    assert said.count("\n") == 1


def test_the_lines_of_several_processes_are_sorted_by_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, seconds in (("auth", ("03", "05")), ("sales", ("01", "04"))):
        lines = [
            json.dumps({**LINE, "timestamp": f"2026-03-02T18:00:{second}Z", "event": f"{name}{second}"})
            for second in seconds
        ]
        text = "\n".join([lines[0], f"behind-{name}", lines[1], ""])
        (tmp_path / f"{name}.log").write_text(text)
    console = Console(file=io.StringIO(), width=40)
    shown(console, log_files(tmp_path, None), monkeypatch)
    words = console.file.getvalue().split()  # type: ignore[attr-defined]  # it is a StringIO
    order = ["sales01", "behind-sales", "auth03", "behind-auth", "sales04", "auth05"]
    assert [word for word in words if word in order] == order


def test_raw_lines_are_unchanged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "sales.log").write_text(json.dumps(LINE) + "\n")
    shown(Console(), [tmp_path / "sales.log"], monkeypatch, raw=True)
    assert json.loads(capsys.readouterr().out) == LINE


def test_the_logs_of_a_service_are_those_of_its_processes(tmp_path: Path) -> None:
    for name in ("sales", "sales-worker", "salesman", "auth"):
        (tmp_path / f"{name}.log").touch()
    assert [path.stem for path in log_files(tmp_path, "sales")] == ["sales", "sales-worker"]
    with pytest.raises(ServerFailed, match="no log of shop; logs: auth, sales, sales-worker, salesman"):
        log_files(tmp_path, "shop")
