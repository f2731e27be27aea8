"""The verdict on a soak: a leak is seen, and noise is not taken for one."""

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from bench.percentiles import percentile
from bench.soak.day import Window
from bench.soak.readings import Reading, quarters, trend
from bench.soak.run import Options
from bench.soak.samples import Sample
from bench.soak.verdict import judge

EVERY_SECONDS = 10
Value = Callable[[float], float]
"""A figure by the hours that have passed."""


def steady(value: float) -> Value:
    return lambda _: value


def soaked(
    hours: float = 1.0,
    *,
    memory: Value = steady(60),
    broker: Value = steady(90),
    latency: Value = steady(20),
    files: Value = steady(40),
    waiting: Value = steady(3),
    outbox_kib: Value = steady(200),
    failures: Value = steady(0),
) -> list[Reading]:
    """Readings of a soak with these figures."""
    moments = [number * EVERY_SECONDS for number in range(1, int(hours * 3600 / EVERY_SECONDS) + 1)]

    def read(at: int) -> Reading:
        hour = at / 3600
        sample = Sample(
            private_mib={"sales": memory(hour), "rabbitmq": broker(hour)},
            pss_mib={"sales": memory(hour), "rabbitmq": broker(hour)},
            files={"sales": int(files(hour))},
            connections={"sales": 20},
            outbox={"sales": int(waiting(hour))},
            outbox_kib={"sales": outbox_kib(hour)},
            waiting={"catalog-worker": 0},
        )
        ms = latency(hour)
        return Reading(at, sample, 600, int(failures(hour)), [], ms, 2 * ms, 3 * ms, {"sale": ms})

    return [read(at) for at in moments]


def rising(readings: Sequence[Reading]) -> list[str]:
    return [judgement.thing for judgement in judge(readings) if not judgement.is_flat]


def noisy(value: float, by: float) -> Value:
    randomness = random.Random(1)  # noqa: S311 - the same noise each time
    return lambda _: value + randomness.uniform(-by, by)


def test_what_stays_as_it_was_is_flat() -> None:
    assert rising(soaked()) == []


@pytest.mark.parametrize("hours", [0.3, 1.0])
def test_a_leak_is_seen(hours: float) -> None:
    assert rising(soaked(hours, memory=lambda hour: 60 + 12 * hour)) == ["memory of sales"]


def test_a_leak_is_seen_behind_the_noise() -> None:
    noise = noisy(0, by=5)
    leak = soaked(memory=lambda hour: 60 + 12 * hour + noise(hour))
    assert rising(leak) == ["memory of sales"]


@pytest.mark.parametrize(
    "memory",
    [
        noisy(60, by=10),
        lambda hour: 60 + 10 * (hour * 40 % 1),  # collected again and again
        lambda hour: 60 + 3 * hour,
        lambda hour: 60 - 20 * hour,
    ],
    ids=["noise", "garbage", "a little", "less"],
)
def test_what_is_no_leak_is_flat(memory: Value) -> None:
    assert rising(soaked(memory=memory)) == []


def test_the_broker_s_log_may_be_read_while_it_fills() -> None:
    assert rising(soaked(0.3, broker=lambda hour: 90 + 80 * hour)) == []
    assert rising(soaked(0.3, broker=lambda hour: 90 + 210 * hour)) == ["memory of rabbitmq"]


def test_a_short_soak_does_not_make_a_leak_of_half_a_megabyte() -> None:
    assert rising(soaked(0.05, memory=lambda hour: 60 + 10 * hour)) == []


def test_a_larger_process_may_rise_by_more() -> None:
    assert rising(soaked(memory=lambda hour: 600 + 20 * hour)) == []


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (
            {"latency": lambda hour: 20 + 15 * hour},
            ["latency p50", "latency p95", "latency p50 of sale"],
        ),
        ({"files": lambda hour: 40 + 30 * hour}, ["files of sales"]),
        ({"outbox_kib": lambda hour: 200 + 9000 * hour}, ["KiB of the outbox of sales"]),
        ({"waiting": lambda hour: 1500 if 0.5 < hour < 0.51 else 0}, ["events in an outbox"]),
        ({"failures": steady(3)}, ["works that failed"]),
    ],
    ids=["latency", "files", "size of the outbox", "events that wait", "failures"],
)
def test_what_rises_is_named(changed: Mapping[str, Any], expected: list[str]) -> None:
    assert rising(soaked(**changed)) == expected


def test_a_neighbour_s_burst_is_no_rise_of_latency() -> None:
    assert rising(soaked(latency=lambda hour: 300 if hour > 0.9 else 20)) == []


def test_a_trend_is_in_units_an_hour() -> None:
    readings = soaked(0.5)
    found = trend(readings, [reading.at / 3600 * 7 for reading in readings])
    assert found.an_hour == pytest.approx(7)
    assert found.error == pytest.approx(0, abs=1e-6)
    assert trend(readings[:2], [1.0, 2.0]).an_hour == 0


def test_quarters_miss_nothing() -> None:
    assert quarters(range(10)) == [range(2), range(2, 5), range(5, 7), range(7, 10)]


def test_a_reading_counts_what_ended_in_its_window() -> None:
    window = Window()
    window.latencies["sale"] += [0.010, 0.020, 0.030]
    window.fail("503")
    reading = Reading.of(10.0, window, soaked(0.01)[0].sample)
    assert (reading.done, reading.failures) == (3, 1)
    assert reading.p50_ms == pytest.approx(20)
    assert reading.p50_ms_of["sale"] == pytest.approx(20)


def test_a_percentile_of_nothing_is_nothing() -> None:
    assert (percentile([], 99), percentile([0.5], 99)) == (0, 0.5)
    assert percentile(range(1, 102), 99) == 100


def test_an_hour_at_seven_tenths_of_the_capacity_is_usual() -> None:
    usual = Options.of({})
    assert (usual.seconds, usual.load, usual.rate) == (3600, 0.7, None)
    assert Options.of({"MINUTES": "5", "RATE": "40"}) == Options(5, 0.7, 40, 17_000)
