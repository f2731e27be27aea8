"""Prints the results of `make bench` and appends them to .run/bench-results.jsonl."""

import json
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.measure import Figure
from bench.pairs import verdict
from bench.percentiles import percentile
from bench.turns import Comparison

RESULTS = Path(".run/bench-results.jsonl")
SHOWN_FROM_N_MS = 0.01
COLUMNS = ("side", "work", "clients", "/s", "p50 ms", "p99 ms", "CPU ms", "N-ms", "calib. ms", "failed")


def keep(result: Figure | Comparison) -> None:
    """Append a result to the file."""
    RESULTS.parent.mkdir(exist_ok=True)
    noted: dict[str, Any] = {"at": time.strftime("%FT%TZ", time.gmtime()), **asdict(result)}
    with RESULTS.open("a") as file:
        file.write(json.dumps(noted) + "\n")


def show_figures(console: Console, figures: Sequence[Figure]) -> None:
    """Print a table, and the CPU of each figure by process."""
    table = Table(*COLUMNS)
    for figure in figures:
        table.add_row(
            figure.side,
            figure.work,
            str(figure.clients),
            f"{figure.per_second:.1f}",
            f"{figure.p50_ms:.1f}",
            f"{figure.p99_ms:.1f}",
            f"{figure.cpu_ms:.2f}",
            f"{figure.n_ms:.2f}",
            f"{figure.calibration_ms:.1f}",
            str(figure.failures),
        )
    console.print(table)
    for figure in figures:
        parts = sorted(figure.parts.items(), key=lambda part: -part[1])
        shown = ", ".join(f"{name} {n_ms:.2f}" for name, n_ms in parts if n_ms >= SHOWN_FROM_N_MS)
        console.print(f"{figure.side}, {figure.work}, {figure.clients} clients: {shown}", soft_wrap=True)


def show_ratio(console: Console, compared: Comparison) -> None:
    """Print a line that ends with the conclusion of the comparison."""
    console.print(ratio_line(compared), soft_wrap=True)


def ratio_line(compared: Comparison) -> str:
    """The median of the ratios, its interval and spread, and the conclusion."""
    found, fastest_slowest = compared.ratio, compared.calibration_range_ms
    return (
        f"{compared.ours.work}, {compared.ours.clients} clients: {found.median:.3f} of the CPU of"
        f" {compared.other.side} (95 %: {found.low:.3f}-{found.high:.3f}, spread {found.spread:.1%},"
        f" {found.pairs} pairs, calibration {fastest_slowest[0]:.1f}-{fastest_slowest[1]:.1f} ms,"
        f" others {compared.others:.0%} of the machine):"
        f" {verdict(found, compared.failures, compared.others)}"
    )


def show_visible(console: Console, seconds: Sequence[float]) -> None:
    """Print the time until sales were in the summary."""
    console.print(
        f"paid → in the sales summary: p50 {percentile(seconds, 50) * 1000:.0f} ms,"
        f" p95 {percentile(seconds, 95) * 1000:.0f} ms,"
        f" worst {max(seconds) * 1000:.0f} ms ({len(seconds)} sales)"
    )
