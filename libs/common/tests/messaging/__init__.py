"""Tests of events from outbox to handler."""
