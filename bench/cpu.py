"""CPU of whole process trees, and of all others, from /proc."""

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class _Process:
    parent: int
    ticks: int


def cpu_ms(roots: Mapping[str, int]) -> dict[str, float]:
    """CPU milliseconds (user and system) used so far by the process tree of each root (name → pid).

    Ended children count through their parent; a tree inside another one counts separately. Ends the
    command if a root has ended, because its CPU can no longer be read.
    """
    table = _processes()
    sums = dict.fromkeys(roots, 0.0)
    for pid, name in _owned(table, roots).items():
        sums[name] += table[pid].ticks * 1000.0 / TICKS_PER_SECOND
    return sums


def processes_of(roots: Mapping[str, int]) -> dict[int, str]:
    """Pid → name of the root in whose tree the process is. Ends the command if a root has ended."""
    return _owned(_processes(), roots)


def _processes() -> dict[int, _Process]:
    table = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                text = (entry / "stat").read_text()
            except (FileNotFoundError, ProcessLookupError):
                continue  # it ended meanwhile
            fields = text[text.rindex(")") + 2 :].split()
            table[int(entry.name)] = _Process(int(fields[1]), sum(map(int, fields[11:15])))
    return table


def _owned(table: Mapping[int, _Process], roots: Mapping[str, int]) -> dict[int, str]:
    if ended := [name for name, pid in roots.items() if pid not in table]:
        raise SystemExit(f"ended while it was measured: {', '.join(ended)}")
    names = {pid: name for name, pid in roots.items()}
    owned = {}
    for pid in table:
        ancestor = pid
        while ancestor in table and ancestor not in names:
            ancestor = table[ancestor].parent
        if ancestor in names:
            owned[pid] = names[ancestor]
    return owned


class Others:
    """Measures the machine's share used by other processes, except these trees and this process."""

    share: float = 0.0

    def __init__(self, *roots: Mapping[str, int]) -> None:
        self._roots = roots

    def __enter__(self) -> "Others":
        self._began, self._at_first = time.perf_counter(), self._ms()
        return self

    def __exit__(self, *_: object) -> None:
        seconds = time.perf_counter() - self._began
        self.share = (self._ms() - self._at_first) / (seconds * 1000 * (os.cpu_count() or 1))

    def _ms(self) -> float:
        """CPU milliseconds used so far by other processes."""
        known = sum(sum(cpu_ms(roots).values()) for roots in self._roots)
        return _busy_ms() - known - time.process_time() * 1000


def _busy_ms() -> float:
    """CPU milliseconds used so far by all processes of the machine and the kernel."""
    fields = Path("/proc/stat").read_text().split(maxsplit=8)[1:8]
    user, nice, system, _idle, _iowait, irq, softirq = map(int, fields)
    return (user + nice + system + irq + softirq) * 1000.0 / TICKS_PER_SECOND
