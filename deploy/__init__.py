"""Runs the suite: on one machine, with docker compose, in a cluster."""
