"""Tokens, keys, and the identity of users and services."""
