"""Tests of what every process is built from."""
