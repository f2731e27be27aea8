"""Consumed events become facts, sums and dimensions."""
