"""Unit tests: the rules, without any server."""
