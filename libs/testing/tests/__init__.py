"""Tests of the servers that tests and `make up` run on, and of the fixtures that give them."""
