"""What watches the suite: Prometheus' rules and targets, and Grafana's dashboards."""
