"""What each service promises to its callers at `/internal`: one file per callee, one sample per endpoint."""
