"""Tokens, keys and who may do what."""
