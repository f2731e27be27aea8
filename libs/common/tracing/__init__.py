"""Traces: spans of this process, sent by OpenTelemetry's protocol if an endpoint is set."""
