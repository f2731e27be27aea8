"""The processes of a service, built from its parts: the web process, the worker, or both in one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from libs.common.auth.keys import UnusableKey
from libs.common.contracts.registry import PUBLISHERS
from libs.common.db.pruning import Prunable
from libs.common.faults import FaultsRefused, allow_faults
from libs.common.messaging.consumer import run_consumer
from libs.common.messaging.inbox import Subscription
from libs.common.messaging.measuring import measure_queues
from libs.common.messaging.outage import Outage
from libs.common.messaging.relay import run_relay
from libs.common.process.app import Mounted, ServiceApp
from libs.common.process.clocks import ClockWatch
from libs.common.process.health import Check, Note
from libs.common.process.jobs import Job, every, in_this_process, lead
from libs.common.process.parts import Parts, SettingsT
from libs.common.process.pruning import pruning_jobs
from libs.common.process.serve import serve
from libs.common.process.tasks import Task
from libs.common.settings import of_environment

MEASURE_QUEUES_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Work:
    """The background work of a service: it consumes events and runs timed jobs.

    One process does the `jobs`, each does the `measures`. Old rows are deleted from `prunables` and from the
    tables common to all services.
    """

    subscriptions: Sequence[Subscription] = ()
    jobs: Sequence[Job] = ()
    measures: Sequence[Job] = ()
    prunables: Sequence[Prunable] = ()


def web_process(
    parts: Parts[Any],
    *,
    doors: Sequence[Mounted],
    checks: Mapping[str, Check] | None = None,
    tasks: Sequence[Task] = (),
    work: Work | None = None,
) -> ServiceApp:
    """The process that answers requests. It relays its own events, which wait while the broker is down.

    With `work` it is the worker too.
    """
    consumer, clock = Outage(f"{parts.service} consumer"), ClockWatch(parts.database, parts.clock)
    return ServiceApp(
        service=parts.service,
        deps=parts,
        doors=doors,
        checks={
            "database": parts.database.ping,
            "keys": parts.user_keys.loaded,
            **(checks or {}),
            **({"broker": parts.broker.ping} if work else {}),
        },
        tasks=[
            *(_working(parts, work, consumer) if work else ()),
            parts.user_keys.keep_fresh,
            *tasks,
            *_relay(parts),
            *_claims(parts),
            clock.watch_clock,
        ],
        verifier=parts.verifier,
        service_verifier=parts.service_verifier,
        idempotency=parts.idempotency,
        notes=_notes(clock, consumer if work else None),
    )


def worker_process(parts: Parts[Any], work: Work) -> ServiceApp:
    """The process that does the `work`; it serves only health and metrics."""
    consumer, clock = Outage(f"{parts.service} consumer"), ClockWatch(parts.database, parts.clock)
    return ServiceApp(
        service=f"{parts.service}-worker",
        deps=parts,
        checks={"database": parts.database.ping, "broker": parts.broker.ping},
        tasks=[*_working(parts, work, consumer), *_relay(parts), clock.watch_clock],
        notes=_notes(clock, consumer),
    )


def run(service: str, kind: type[SettingsT], build: Callable[[SettingsT], ServiceApp]) -> None:
    """Serve until told to stop; a bad setting or key ends the process at once, with one line."""
    settings = of_environment(kind)
    try:
        allow_faults(settings.faults)
        app = build(settings)
    except (UnusableKey, FaultsRefused) as error:
        raise SystemExit(f"{service}: {error}") from None
    serve(app, settings)


def _notes(clock: ClockWatch, consumer: Outage | None) -> Mapping[str, Note]:
    """Notes and no checks: a queue that is missing is no reason to send a web process no requests.

    Nor is a clock: it may be the database's that is wrong, for all processes of the service.
    """
    return {"clock": clock.trouble, **({"events": lambda: consumer.refusal} if consumer else {})}


def _working(parts: Parts[Any], work: Work, consumer: Outage) -> Sequence[Task]:
    jobs = [*work.jobs, *pruning_jobs(work.prunables, database=parts.database, clock=parts.clock)]
    return (
        *_consumer(parts, work.subscriptions, consumer),
        lead(jobs, parts.database),
        *map(in_this_process, work.measures),
    )


def _relay(parts: Parts[Any]) -> Sequence[Task]:
    if parts.service not in PUBLISHERS:
        return ()
    return (partial(run_relay, parts.database, parts.broker, parts.outbox),)


def _claims(parts: Parts[Any]) -> Sequence[Task]:
    return (parts.idempotency.claims.renew,) if parts.idempotency else ()


def _consumer(parts: Parts[Any], subscriptions: Sequence[Subscription], outage: Outage) -> Sequence[Task]:
    if not subscriptions:
        return ()
    measure = partial(measure_queues, parts.broker, parts.service)
    return (
        partial(
            run_consumer,
            parts.service,
            parts.database,
            parts.broker,
            subscriptions,
            clock=parts.clock,
            outage=outage,
        ),
        in_this_process(every(MEASURE_QUEUES_SECONDS, measure, name="measure_queues")),
    )
