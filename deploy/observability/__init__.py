"""Watches the suite: rules and targets for Prometheus, dashboards for Grafana."""
