"""Calls to other services, with one connection pool, a deadline, few retries and a circuit breaker."""
