"""Approvals of what somebody at the till may not do alone."""
