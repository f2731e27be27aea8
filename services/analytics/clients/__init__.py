"""Calls to other services: only the command that rebuilds makes any."""
