"""Runs the suite in a cluster: the manifests, and `secrets`, which makes their Secrets."""
