"""Registers and their shifts: the cash of the tills (contract §8.1)."""
