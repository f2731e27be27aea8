"""Calls to other services: one pool of connections, a deadline, few retries, a breaker."""
