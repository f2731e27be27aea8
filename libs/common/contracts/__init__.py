"""What each service promises to the others: its events, one file per owner; its calls in `internal`."""
