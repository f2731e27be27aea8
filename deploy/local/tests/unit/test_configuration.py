"""The configuration of supervisord."""

import shlex
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from supervisor.options import ServerOptions

from deploy.local.configuration import Program, configuration
from deploy.local.state import StateFolder
from libs.servers.processes import ServerFailed

SALES = Program("sales", "services", ("python", "-m", "services.sales.main"), {"PORT": "8103"})
POSTGRES = Program("postgres", "servers", ("postgres",), {}, stop_signal=signal.SIGINT)


def parsed(tmp_path: Path, *programs: Program, owner_pid: int | None = None) -> ServerOptions:
    """Our configuration as parsed by supervisord itself."""
    state = StateFolder(tmp_path / "run").make()
    state.supervisor_config.write_text(configuration(state, programs, owner_pid))
    options = ServerOptions()
    options.realize(["-c", str(state.supervisor_config)])
    return options


def programs_of(options: ServerOptions) -> dict[str, Any]:
    return {
        process.name: process for group in options.process_group_configs for process in group.process_configs
    }


def test_what_crashes_is_restarted_and_nothing_starts_by_itself(tmp_path: Path) -> None:
    sales = programs_of(parsed(tmp_path, SALES))["sales"]
    assert (sales.autostart, bool(sales.autorestart)) == (False, True)


def test_services_stop_before_the_servers_that_they_need(tmp_path: Path) -> None:
    groups = parsed(tmp_path, SALES, POSTGRES).process_group_configs
    assert [group.name for group in sorted(groups, key=lambda group: -group.priority)][:2] == [
        "services",
        "servers",
    ]


def test_each_program_stops_by_its_own_signal(tmp_path: Path) -> None:
    found = programs_of(parsed(tmp_path, SALES, POSTGRES))
    assert found["sales"].stopsignal == signal.SIGTERM
    assert found["postgres"].stopsignal == signal.SIGINT


@pytest.mark.parametrize("value", ["50% off", "%(here)s", "a,b=c", "", "ñandú 1"])
def test_every_value_of_the_environment_arrives_as_it_was(tmp_path: Path, value: str) -> None:
    program = Program("sales", "services", ("python",), {"BEFORE": "1", "VALUE": value, "AFTER": "2"})
    sales = programs_of(parsed(tmp_path, program))["sales"]
    assert sales.environment == {"BEFORE": "1", "VALUE": value, "AFTER": "2"}


@pytest.mark.parametrize("value", ['say "yes"', "it's", "two\nlines", "a ;b", "a #b"])
def test_a_value_that_cannot_be_written_is_refused(tmp_path: Path, value: str) -> None:
    program = Program("sales", "services", ("python",), {"VALUE": value})
    with pytest.raises(ServerFailed, match="VALUE"):
        parsed(tmp_path, program)


def test_a_command_with_spaces_stays_whole(tmp_path: Path) -> None:
    program = Program("sales", "services", ("/my python/bin/python", "-c", "print(1 % 2)"), {})
    sales = programs_of(parsed(tmp_path, program))["sales"]
    assert shlex.split(sales.command) == list(program.command)


def test_logs_rotate(tmp_path: Path) -> None:
    postgres = programs_of(parsed(tmp_path, POSTGRES))["postgres"]
    assert postgres.stdout_logfile_maxbytes > 0
    assert postgres.stdout_logfile_backups > 0


def test_a_program_that_keeps_its_log_is_told_where_and_rotates_it_alone(tmp_path: Path) -> None:
    sales = programs_of(parsed(tmp_path, replace(SALES, keeps_log=True)))["sales"]
    assert sales.environment["LOG_FILE"] == sales.stdout_logfile
    assert sales.stdout_logfile_maxbytes == 0


def test_with_an_owner_its_end_is_watched(tmp_path: Path) -> None:
    assert "owner-watch" in programs_of(parsed(tmp_path, SALES, owner_pid=1))
    assert "owner-watch" not in programs_of(parsed(tmp_path, SALES))


def test_the_socket_is_elsewhere_when_the_path_of_the_folder_is_too_long(tmp_path: Path) -> None:
    state = StateFolder(tmp_path / ("long" * 30))
    assert len(str(state.supervisor_socket)) < 108
    assert state.supervisor_socket == StateFolder(state.path).supervisor_socket
