"""Contracts of internal calls: one file per callee, one sample per endpoint."""
