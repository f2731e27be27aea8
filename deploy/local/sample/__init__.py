"""A believable quarter for the demo shop of a running suite: `make sample DAYS=90 SEED=1`."""
