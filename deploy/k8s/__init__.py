"""Runs the suite in a cluster: the manifests, and `secrets`, which makes the Secrets that they refer to."""
