"""Tests of the servers that tests and `make up` run on."""
