"""Paying orders."""
