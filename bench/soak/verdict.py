"""The verdict on a soak: whether memory, latency, files, connections and what waits stayed as they were.

Noise does not count: memory must rise by more than the scatter of the readings explains, everything else is
compared by the medians of the first and the last quarter.
"""

import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bench.soak.day import MIX
from bench.soak.readings import Reading, quarters, trend
from bench.soak.samples import Sample

RISE_MIB = 6.0
RISE_SHARE = 0.05
"""Memory may rise by the larger of both in an hour: more would end a process within days."""
SEEN_MIB = 1.0
"""A rise of less during the whole soak is not judged, however steep it is in a short one."""
SEEN_MIB_OF: Mapping[str, float] = {"rabbitmq": 32.0}
"""Its queues' log is in memory until a new file of it begins (`SMALL_LOG` of libs/servers/rabbitmq.py)."""
MORE_SHARE = 0.25
LATENCY_MS = 5
FILES = 10
CONNECTIONS = 5
OUTBOX_KIB = 1_024
"""The last quarter's median may be the first quarter's and a quarter of it more, and one of these."""
WAITING_MAX = 1_000
"""Events in an outbox, messages in a queue, at any moment."""
FAILED_SHARE = 0.001
READINGS_MIN = 4
"""For quarters."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A thing that should stay as it was, the figures that were found, and whether it did."""

    thing: str
    found: str
    is_flat: bool


def judge(readings: Sequence[Reading]) -> list[Judgement]:
    """Judge the readings after the warm-up; at least `READINGS_MIN`."""
    samples = [reading.sample for reading in readings]
    return [
        *_memory(readings),
        *_latencies(readings),
        *_kept("files of", [sample.files for sample in samples], FILES),
        *_kept("connections to", [sample.connections for sample in samples], CONNECTIONS),
        *_kept("KiB of the outbox of", [sample.outbox_kib for sample in samples], OUTBOX_KIB),
        _bounded("events in an outbox", samples, lambda sample: sample.outbox),
        _bounded("messages in a queue", samples, lambda sample: sample.waiting),
        _failed(readings),
    ]


def _memory(readings: Sequence[Reading]) -> Iterator[Judgement]:
    hours = (readings[-1].at - readings[0].at) / 3600
    for name in readings[0].sample.private_mib:
        values = [reading.sample.private_mib[name] for reading in readings]
        rise = trend(readings, values)
        allowed = max(RISE_MIB, RISE_SHARE * statistics.fmean(values))
        is_seen = rise.an_hour * hours >= SEEN_MIB_OF.get(name, SEEN_MIB)
        before, after = _first_and_last(values)
        shown = f"{before:.0f} → {after:.0f} MiB, {rise.an_hour:+.1f} ± {2 * rise.error:.1f} an hour"
        yield Judgement(f"memory of {name}", shown, not (is_seen and rise.at_least > allowed))


def _latencies(readings: Sequence[Reading]) -> Iterator[Judgement]:
    """Without p99: in ten seconds that is one slow work or two."""
    yield _latency("latency p50", [reading.p50_ms for reading in readings])
    yield _latency("latency p95", [reading.p95_ms for reading in readings])
    for kind in MIX:
        found = [reading.p50_ms_of[kind] for reading in readings if kind in reading.p50_ms_of]
        if len(found) >= READINGS_MIN:
            yield _latency(f"latency p50 of {kind}", found)


def _latency(thing: str, values: Sequence[float]) -> Judgement:
    first, last = _first_and_last(values)
    return Judgement(thing, f"{first:.1f} → {last:.1f} ms", _is_the_same(first, last, LATENCY_MS))


def _kept(thing: str, values: Sequence[Mapping[str, float]], more: float) -> Iterator[Judgement]:
    """What processes or services keep may be a little more in the last quarter than in the first."""
    for name in values[0]:
        first, last = _first_and_last([value.get(name, 0) for value in values])
        yield Judgement(f"{thing} {name}", f"{first:.0f} → {last:.0f}", _is_the_same(first, last, more))


def _bounded(
    thing: str, samples: Sequence[Sample], waiting: Callable[[Sample], Mapping[str, float]]
) -> Judgement:
    most = max(max(waiting(sample).values(), default=0) for sample in samples)
    return Judgement(thing, f"{most:.0f} at most", most <= WAITING_MAX)


def _failed(readings: Sequence[Reading]) -> Judgement:
    failures = sum(reading.failures for reading in readings)
    done = sum(reading.done for reading in readings)
    return Judgement("works that failed", f"{failures} of {failures + done}", failures <= done * FAILED_SHARE)


def _is_the_same(first: float, last: float, more: float) -> bool:
    return last <= first * (1 + MORE_SHARE) + more


def _first_and_last(values: Sequence[float]) -> tuple[float, float]:
    """The medians of the first and the last quarter."""
    first, *_, last = quarters(values)
    return statistics.median(first), statistics.median(last)
