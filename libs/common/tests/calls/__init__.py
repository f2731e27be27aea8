"""Tests of the client between services."""
