"""Metrics of outbox, consumers and queues, which show events that are stuck between services."""

from prometheus_client import Counter, Gauge, Histogram

LAG_BUCKETS_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 1800)

outbox_depth = Gauge("outbox_depth", "Events that are committed and not yet confirmed by the broker")
outbox_lag_seconds = Gauge("outbox_lag_seconds", "Age of the oldest event in the outbox")
events_published = Counter("events_published_total", "Events that the broker confirmed", ["type"])
events_consumed = Counter(
    "events_consumed_total",
    "Events taken from the queue: applied, duplicate, retried, dead, or ignored in a replay of the history",
    ["type", "outcome"],
)
consumer_lag_seconds = Histogram(
    "consumer_lag_seconds",
    "From the event's time to its effects being committed",
    buckets=LAG_BUCKETS_SECONDS,
)
# Every worker of a service tells the same of its queues: take the maximum, not the sum.
consumer_dead_letters = Gauge(
    "consumer_dead_letters", "Events that this service could not apply, until replayed or discarded"
)
consumer_retrying_events = Gauge(
    "consumer_retrying_events", "Events that failed and wait for their next try by this service"
)
consumer_waiting_messages = Gauge(
    "consumer_waiting_messages",
    "Messages (of up to 100 events) that wait in this service's queue, without those that a worker has taken",
)
