"""Requesting, processing and reading returns."""
