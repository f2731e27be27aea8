"""Judges whether the records of all services agree: `python -m tests.e2e.invariants` (CONTRIBUTING, "Chaos").

`rules.py` has the rules, `snapshots.py` reads, `judging.py` decides, `__main__.py` is the command.
"""
