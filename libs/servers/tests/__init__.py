"""Tests of the servers for tests and `make up`."""
