"""Tests of the tools of the tests, without a server."""
