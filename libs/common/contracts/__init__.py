"""The contracts between services: events, one file per owner, and internal calls in `internal`."""
