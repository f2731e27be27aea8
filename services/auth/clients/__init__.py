"""Adapters: password hashing and the folder of signing keys."""
